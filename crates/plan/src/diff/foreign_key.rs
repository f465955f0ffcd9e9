//! Foreign keys.
//!
//! Like indexes they pair by what they are, then by name. One that stays must still be dropped and made again where
//! a column of it gets another type, or where the unique index that it leans on goes.

use driftless_ir::{
    ColumnId, ColumnWalker, ForeignKeyId, ForeignKeyWalker, IndexWalker, Name, TableId, TableWalker,
};
use indexmap::{IndexMap, IndexSet};

use super::Differ;
use crate::Pair;
use crate::step::Step;

/// What a foreign key connects, resolved to the next schema.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    columns: Vec<ColumnId>,
    referenced_table: TableId,
    referenced_columns: Vec<ColumnId>,
}

impl Differ<'_> {
    pub(super) fn diff_foreign_keys(&mut self) {
        for table in self.schemas.previous.tables() {
            if !self.is_managed(table) {
                continue;
            }
            match self.correspondence.next_table(table.id()) {
                Some(next) => self.diff_keys_of(Pair::new(table, self.schemas.next.table(next))),
                None => {
                    let keys = table.foreign_keys().map(ForeignKeyWalker::id);
                    let drop = |foreign_key| Step::DropForeignKey { foreign_key, successor: None };
                    self.steps.extend(keys.map(drop));
                }
            }
        }
        for table in self.schemas.next.tables() {
            if self.correspondence.previous_table(table.id()).is_none() && self.is_managed(table) {
                let keys = table.foreign_keys().map(ForeignKeyWalker::id);
                let add = |foreign_key| Step::AddForeignKey { foreign_key, replaces: None };
                self.steps.extend(keys.map(add));
            }
        }
    }

    fn diff_keys_of(&mut self, tables: Pair<TableWalker<'_>>) {
        let keys = tables.map(|table| table.foreign_keys().collect::<Vec<_>>());
        if keys.previous.is_empty() && keys.next.is_empty() {
            return;
        }
        let pairs = self.pair_keys(keys.as_ref().map(Vec::as_slice));
        let successors: IndexMap<&Name, ForeignKeyId> =
            keys.next.iter().map(|k| (k.name(), k.id())).collect();
        let former: IndexSet<&Name> = keys.previous.iter().map(|key| key.name()).collect();
        let mut kept = vec![false; keys.previous.len()];
        for (next, previous) in keys.next.iter().zip(&pairs) {
            let previous = previous.map(|at| (at, keys.previous[at]));
            let stays = |previous: ForeignKeyWalker<'_>| {
                // A rename could not run twice where another key had the new name or gets the old one.
                let is_free = !former.contains(next.name()) && !successors.contains_key(previous.name());
                self.stays(Pair::new(previous, *next)) && (previous.name() == next.name() || is_free)
            };
            match previous {
                Some((at, previous)) if stays(previous) => {
                    kept[at] = true;
                    if previous.name() != next.name() {
                        self.steps.push(Step::RenameForeignKey(Pair::new(previous.id(), next.id())));
                    }
                }
                _ => {
                    let replaces = previous.map(|(_, previous)| previous.id());
                    self.steps.push(Step::AddForeignKey { foreign_key: next.id(), replaces });
                }
            }
        }
        for (previous, _) in keys.previous.iter().zip(kept).filter(|(_, kept)| !kept) {
            let successor = successors.get(previous.name()).copied();
            self.steps.push(Step::DropForeignKey { foreign_key: previous.id(), successor });
        }
    }

    /// For each key of the next table, the position of the one that it was.
    fn pair_keys(&self, keys: Pair<&[ForeignKeyWalker<'_>]>) -> Vec<Option<usize>> {
        let mut by_shape: IndexMap<Shape, Vec<usize>> = IndexMap::new();
        for (at, key) in keys.previous.iter().enumerate() {
            if let Some(shape) = self.shape_of_previous(*key) {
                by_shape.entry(shape).or_default().push(at);
            }
        }
        let mut pairs = vec![None; keys.next.len()];
        for same_name in [true, false] {
            for (next, pair) in keys.next.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
                let Some(candidates) = by_shape.get_mut(&shape_of_next(*next)) else {
                    continue;
                };
                let is_it = |at: &usize| !same_name || keys.previous[*at].name() == next.name();
                *pair = candidates.iter().position(is_it).map(|found| candidates.remove(found));
            }
        }
        pairs
    }

    fn shape_of_previous(&self, key: ForeignKeyWalker<'_>) -> Option<Shape> {
        let next = |ids: &[ColumnId]| -> Option<Vec<ColumnId>> {
            ids.iter().map(|id| self.correspondence.next_column(*id)).collect()
        };
        let entry = key.get();
        Some(Shape {
            columns: next(&entry.columns)?,
            referenced_table: self.correspondence.next_table(entry.referenced_table)?,
            referenced_columns: next(&entry.referenced_columns)?,
        })
    }

    /// Whether the key can stay as it is, its name aside.
    fn stays(&self, keys: Pair<ForeignKeyWalker<'_>>) -> bool {
        let Pair { previous, next } = keys.map(ForeignKeyWalker::get);
        let is_retyped = |column: ColumnWalker<'_>| self.conversions[column.id().index()].is_some();
        let same_actions = previous.on_delete == next.on_delete && previous.on_update == next.on_update;
        let same_timing = next.deferrable.is_none() || next.deferrable == previous.deferrable;
        same_actions
            && same_timing
            && !keys.previous.columns().chain(keys.previous.referenced_columns()).any(is_retyped)
            && !leans_on(keys.previous).is_some_and(|index| self.lost_indexes[index.id().index()])
    }
}

fn shape_of_next(key: ForeignKeyWalker<'_>) -> Shape {
    let entry = key.get();
    Shape {
        columns: entry.columns.clone(),
        referenced_table: entry.referenced_table,
        referenced_columns: entry.referenced_columns.clone(),
    }
}

/// The unique index that PostgreSQL ties the key to: of those on exactly the referenced columns the one that was made
/// first, which is the primary key if it is among them.
pub(crate) fn leans_on(key: ForeignKeyWalker<'_>) -> Option<IndexWalker<'_>> {
    let mut referenced = key.get().referenced_columns.clone();
    referenced.sort_unstable();
    let fits = |index: &IndexWalker<'_>| {
        let entry = index.get();
        if !(index.is_primary() || entry.kind.is_unique()) || entry.predicate.is_some() {
            return false;
        }
        let mut columns: Vec<_> = index.columns().map(ColumnWalker::id).collect();
        columns.sort_unstable();
        columns == referenced && columns.len() == entry.parts.len()
    };
    let table = key.referenced_table();
    table.primary_key().filter(fits).or_else(|| table.indexes().find(fits))
}
