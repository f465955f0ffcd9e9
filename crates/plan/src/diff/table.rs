//! Tables, and what changes within one: columns, the primary key.

use driftless_ir::{ColumnWalker, IndexWalker, TableId, TableWalker};

use super::Differ;
use super::index::RenamedIndex;
use crate::Pair;
use crate::step::{AlterTable, PrimaryKeyChange, Retype, Step};

impl Differ<'_> {
    pub(super) fn diff_tables(&mut self) {
        for table in self.schemas.previous.tables() {
            if self.correspondence.next_table(table.id()).is_none() && self.is_managed(table) {
                self.steps.push(Step::DropTable(table.id()));
                self.lose_indexes(table.indexes());
            }
        }
        let mut renamed = Vec::new();
        let pairs: Vec<_> = self.correspondence.table_pairs().collect();
        for ids in pairs {
            if !self.is_managed(self.schemas.next.table(ids.next)) {
                continue;
            }
            self.diff_table(ids, &mut renamed);
        }
        self.push_index_renames(renamed);
        for table in self.schemas.next.tables() {
            if self.correspondence.previous_table(table.id()).is_none() && self.is_managed(table) {
                self.create_table(table);
            }
        }
    }

    fn create_table(&mut self, table: TableWalker<'_>) {
        self.steps.push(Step::CreateTable(table.id()));
        let indexes = table.indexes().filter(|index| !index.is_primary());
        self.steps.extend(indexes.map(|index| Step::CreateIndex { index: index.id(), restores: None }));
    }

    pub(super) fn lose_indexes<'b>(&mut self, indexes: impl Iterator<Item = IndexWalker<'b>>) {
        for index in indexes {
            self.lost_indexes[index.id().index()] = true;
        }
    }

    fn diff_table(&mut self, ids: Pair<TableId>, renamed: &mut Vec<RenamedIndex>) {
        let tables = self.schemas.tables(ids);
        if tables.map(TableWalker::qualified_name).differs() {
            self.steps.push(Step::RenameTable(ids));
        }
        let mut alter = AlterTable {
            tables: ids,
            primary_key: None,
            dropped: Vec::new(),
            added: Vec::new(),
            altered: Vec::new(),
        };
        self.diff_columns(tables, &mut alter);
        self.diff_primary_key(tables, &mut alter);
        self.diff_indexes(tables, renamed);
        let is_change = alter.primary_key.is_some()
            || !(alter.dropped.is_empty() && alter.added.is_empty() && alter.altered.is_empty());
        if is_change {
            self.steps.push(Step::AlterTable(alter));
        }
    }

    fn diff_columns(&mut self, tables: Pair<TableWalker<'_>>, alter: &mut AlterTable) {
        let mut renamed = Vec::new();
        for previous in tables.previous.columns() {
            let Some(next) = self.correspondence.next_column(previous.id()) else {
                alter.dropped.push(previous.id());
                continue;
            };
            let columns = Pair::new(previous, self.schemas.next.column(next));
            let ids = columns.map(ColumnWalker::id);
            if columns.map(ColumnWalker::name).differs() {
                renamed.push(ids);
            }
            let change = self.diff_column(columns);
            self.conversions[ids.previous.index()] = change.conversion;
            if change.is_change() {
                alter.altered.push(change);
            }
        }
        let is_new = |column: &ColumnWalker<'_>| self.correspondence.previous_column(column.id()).is_none();
        alter.added.extend(tables.next.columns().filter(is_new).map(ColumnWalker::id));
        let schemas = self.schemas;
        alter.dropped.sort_by_key(|id| schemas.previous.column(*id).name());
        alter.added.sort_by_key(|id| schemas.next.column(*id).name());
        if !renamed.is_empty() {
            self.steps.push(Step::RenameColumns { tables: alter.tables, columns: renamed });
        }
    }

    fn diff_primary_key(&mut self, tables: Pair<TableWalker<'_>>, alter: &mut AlterTable) {
        use PrimaryKeyChange::{Add, Drop, Rebuild, Replace};
        let keys = tables.map(TableWalker::primary_key);
        alter.primary_key = match (keys.previous, keys.next) {
            (None, None) => None,
            (Some(_), None) => Some(Drop),
            (None, Some(_)) => Some(Add),
            (Some(previous), Some(next)) => self.change_of_key(Pair::new(previous, next)),
        };
        if matches!(alter.primary_key, Some(Drop | Replace | Rebuild)) {
            self.lose_indexes(keys.previous.into_iter());
        }
    }

    fn change_of_key(&self, keys: Pair<IndexWalker<'_>>) -> Option<PrimaryKeyChange> {
        let becomes = keys.previous.columns().map(|column| self.correspondence.next_column(column.id()));
        if !becomes.eq(keys.next.columns().map(|column| Some(column.id()))) {
            return Some(PrimaryKeyChange::Replace);
        }
        let is_retyped = |column: ColumnWalker<'_>| self.conversions[column.id().index()].is_some();
        if keys.previous.columns().any(is_retyped) {
            return Some(PrimaryKeyChange::Rebuild);
        }
        keys.map(IndexWalker::name).differs().then_some(PrimaryKeyChange::Rename)
    }

    /// Whether a column of the index is made anew in the plain style, so that the index goes with it.
    pub(super) fn goes_with_column(&self, index: IndexWalker<'_>) -> bool {
        let is_recreated = |column: ColumnWalker<'_>| {
            self.conversions[column.id().index()]
                .is_some_and(|conversion| conversion.plain == Retype::Recreate)
        };
        index.columns().any(is_recreated)
    }
}
