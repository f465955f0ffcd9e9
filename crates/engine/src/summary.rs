//! A plan in words: what changes, not how.

use std::collections::BTreeSet;

use driftless_ir::{
    BaseType, ColumnWalker, EnumWalker, ForeignKeyId, ForeignKeyWalker, IndexKind, IndexWalker,
    NamespaceWalker, Schema, TableId, TableWalker,
};
use driftless_plan::step::{
    AlterColumn, AlterEnum, AlterTable, DefaultChange, Nullability, PrimaryKeyChange, Step, Toggle,
};
use driftless_plan::{Pair, Plan};

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happens to it.
    pub action: Action,
    /// What it is.
    pub object: Object,
    /// Its name, with its namespace unless that is left out; after the change where it has one then.
    pub name: String,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// What there is to say of it, in a few words each.
    pub details: Vec<String>,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It comes.
    Create,
    /// It changes.
    Alter,
    /// It gets another name; the details say which one it had.
    Rename,
    /// It goes.
    Drop,
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A namespace, which SQL calls a schema.
    Namespace,
    /// An extension.
    Extension,
    /// An enum type.
    Enum,
    /// A table, with all that is its own where it comes or goes.
    Table,
    /// A column.
    Column,
    /// A primary key.
    PrimaryKey,
    /// An index, unique or not.
    Index,
    /// A foreign key.
    ForeignKey,
}

impl Action {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Alter => "alter",
            Self::Rename => "rename",
            Self::Drop => "drop",
        }
    }
}

impl Object {
    /// The words for people and for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Table => "table",
            Self::Column => "column",
            Self::PrimaryKey => "primary key",
            Self::Index => "index",
            Self::ForeignKey => "foreign key",
        }
    }
}

/// The changes of a plan: those that belong to no table first, then table by table, in the order of the plan.
pub(crate) fn summarize(plan: &Plan<'_>) -> Vec<Change> {
    let schemas = plan.schemas();
    let mut summary =
        Summary { schemas, made: BTreeSet::new(), replaced: BTreeSet::new(), changes: Vec::new() };
    for step in plan.steps() {
        match step {
            Step::CreateTable(id) => summary.made.extend([*id]),
            Step::AddForeignKey { replaces: Some(id), .. } => summary.replaced.extend([*id]),
            _ => {}
        }
    }
    for step in plan.steps() {
        summary.add(step);
    }
    let Summary { changes, .. } = summary;
    let (mut sorted, mut of_tables): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| change.table.is_none());
    of_tables.sort_by(|a, b| a.table.cmp(&b.table));
    sorted.extend(of_tables);
    sorted
}

struct Summary<'a> {
    schemas: Pair<&'a Schema>,
    /// Tables that come; what is theirs is told with them.
    made: BTreeSet<TableId>,
    /// Foreign keys that go only to come again.
    replaced: BTreeSet<ForeignKeyId>,
    changes: Vec<Change>,
}

impl Summary<'_> {
    fn push(&mut self, action: Action, object: Object, name: String, details: Vec<String>) {
        self.changes.push(Change { action, object, name, table: None, details });
    }

    fn push_of(
        &mut self,
        table: TableWalker<'_>,
        action: Action,
        object: Object,
        name: &str,
        details: Vec<String>,
    ) {
        let table = Some(table_name(table));
        self.changes.push(Change { action, object, name: name.to_owned(), table, details });
    }

    fn add(&mut self, step: &Step) {
        let Pair { previous, next } = self.schemas;
        match step {
            Step::CreateNamespace(id) => {
                let name = next.namespace(*id).name().as_str().to_owned();
                self.push(Action::Create, Object::Namespace, name, Vec::new());
            }
            Step::CreateExtension { extension, replaces } => {
                let action = if replaces.is_some() { Action::Alter } else { Action::Create };
                let name = next.extension(*extension).name().as_str().to_owned();
                self.push(action, Object::Extension, name, Vec::new());
            }
            Step::AlterExtension(ids) => {
                let name = next.extension(ids.next).name().as_str().to_owned();
                self.push(Action::Alter, Object::Extension, name, Vec::new());
            }
            Step::RenameEnum(ids) => {
                let was = was(&enum_name(previous.enumeration(ids.previous)));
                self.push(Action::Rename, Object::Enum, enum_name(next.enumeration(ids.next)), was);
            }
            Step::RenameTable(ids) => {
                let was = was(&table_name(previous.table(ids.previous)));
                self.push(Action::Rename, Object::Table, table_name(next.table(ids.next)), was);
            }
            Step::CreateEnum(id) => {
                let entry = next.enumeration(*id);
                let values = entry.values().map(|value| value.as_str().to_owned()).collect();
                self.push(Action::Create, Object::Enum, enum_name(entry), values);
            }
            Step::AlterEnum(alter) => self.alter_enum(alter),
            Step::DropEnum(id) => {
                self.push(Action::Drop, Object::Enum, enum_name(previous.enumeration(*id)), Vec::new());
            }
            Step::CreateTable(id) => self.create_table(next.table(*id)),
            Step::DropTable(id) => {
                self.push(Action::Drop, Object::Table, table_name(previous.table(*id)), Vec::new());
            }
            Step::RenameColumns { .. } | Step::AlterTable(_) => self.add_columns(step),
            // An extension that goes comes again: it is told then.
            Step::DropExtension(_) => {}
            _ => self.add_keys(step),
        }
    }

    fn alter_enum(&mut self, alter: &AlterEnum) {
        let enums = self.schemas.enums(alter.enums);
        let values = Pair::new(&enums.previous.get().values, &enums.next.get().values);
        let added = alter.added.iter().map(|at| format!("+ {}", values.next[*at].name.as_str()));
        let removed = alter.removed.iter().map(|at| format!("- {}", values.previous[*at].name.as_str()));
        let renamed = alter.renamed.iter().map(|at| {
            let (was, is) = (&values.previous[at.previous].name, &values.next[at.next].name);
            format!("{} → {}", was.as_str(), is.as_str())
        });
        let details = added.chain(removed).chain(renamed).collect();
        self.push(Action::Alter, Object::Enum, enum_name(enums.next), details);
    }

    fn create_table(&mut self, table: TableWalker<'_>) {
        let indexes = table.indexes().filter(|index| !index.is_primary()).count();
        let counts = [
            (table.columns().len(), "column", "columns"),
            (indexes, "index", "indexes"),
            (table.foreign_keys().len(), "foreign key", "foreign keys"),
        ];
        let details = counts
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }));
        self.push(Action::Create, Object::Table, table_name(table), details.collect());
    }

    fn add_columns(&mut self, step: &Step) {
        match step {
            Step::RenameColumns { tables, columns } => {
                let tables = self.schemas.tables(*tables);
                for ids in columns {
                    let columns = self.schemas.columns(*ids);
                    let was = was(columns.previous.name().as_str());
                    self.push_of(
                        tables.next,
                        Action::Rename,
                        Object::Column,
                        columns.next.name().as_str(),
                        was,
                    );
                }
            }
            Step::AlterTable(alter) => self.alter_table(alter),
            _ => {}
        }
    }

    fn alter_table(&mut self, alter: &AlterTable) {
        let Pair { previous, next } = self.schemas;
        let table = next.table(alter.tables.next);
        for id in &alter.dropped {
            let column = previous.column(*id);
            self.push_of(
                table,
                Action::Drop,
                Object::Column,
                column.name().as_str(),
                vec![type_name(column)],
            );
        }
        for id in &alter.added {
            let column = next.column(*id);
            let mut details = vec![type_name(column)];
            details.extend((!column.get().nullable).then(|| "required".to_owned()));
            self.push_of(table, Action::Create, Object::Column, column.name().as_str(), details);
        }
        for change in &alter.altered {
            let name = next.column(change.columns.next).name().as_str();
            self.push_of(table, Action::Alter, Object::Column, name, column_details(self.schemas, change));
        }
        if let Some(change) = alter.primary_key {
            let action = match change {
                PrimaryKeyChange::Drop => Action::Drop,
                PrimaryKeyChange::Add => Action::Create,
                PrimaryKeyChange::Rename => Action::Rename,
                // Only its columns' types change, which is told of them.
                PrimaryKeyChange::Rebuild => return,
                PrimaryKeyChange::Replace => Action::Alter,
            };
            let primary_keys = self.schemas.tables(alter.tables).map(|table| table.primary_key());
            let Some(key) = primary_keys.next.or(primary_keys.previous) else { return };
            let details = match (change, primary_keys.previous) {
                (PrimaryKeyChange::Rename, Some(before)) => was(before.name().as_str()),
                _ => vec![column_list(key.columns())],
            };
            self.push_of(table, action, Object::PrimaryKey, key.name().as_str(), details);
        }
    }

    fn add_keys(&mut self, step: &Step) {
        let Pair { previous, next } = self.schemas;
        match step {
            Step::CreateIndex { index, restores: None } => {
                let index = next.index(*index);
                if !self.made.contains(&index.table().id()) {
                    let (name, details) = (index.name().as_str(), index_details(index));
                    self.push_of(index.table(), Action::Create, Object::Index, name, details);
                }
            }
            Step::DropIndex { index, .. } => {
                let index = previous.index(*index);
                let (name, details) = (index.name().as_str(), index_details(index));
                self.push_of(index.table(), Action::Drop, Object::Index, name, details);
            }
            Step::RenameIndex(ids) => {
                let indexes = self.schemas.indexes(*ids);
                let was = was(indexes.previous.name().as_str());
                self.push_of(
                    indexes.next.table(),
                    Action::Rename,
                    Object::Index,
                    indexes.next.name().as_str(),
                    was,
                );
            }
            Step::AddForeignKey { foreign_key, replaces } => {
                let key = next.foreign_key(*foreign_key);
                let action = if replaces.is_some() { Action::Alter } else { Action::Create };
                if !self.made.contains(&key.table().id()) {
                    let (name, details) = (key.name().as_str(), foreign_key_details(key));
                    self.push_of(key.table(), action, Object::ForeignKey, name, details);
                }
            }
            Step::DropForeignKey { foreign_key, .. } if !self.replaced.contains(foreign_key) => {
                let key = previous.foreign_key(*foreign_key);
                let (name, details) = (key.name().as_str(), foreign_key_details(key));
                self.push_of(key.table(), Action::Drop, Object::ForeignKey, name, details);
            }
            Step::RenameForeignKey(ids) => {
                let keys = self.schemas.foreign_keys(*ids);
                let was = was(keys.previous.name().as_str());
                self.push_of(
                    keys.next.table(),
                    Action::Rename,
                    Object::ForeignKey,
                    keys.next.name().as_str(),
                    was,
                );
            }
            _ => {}
        }
    }
}

fn was(name: &str) -> Vec<String> {
    vec![format!("was {name}")]
}

fn qualified(namespace: NamespaceWalker<'_>, name: &str) -> String {
    if namespace.is_implicit() { name.to_owned() } else { format!("{}.{name}", namespace.name().as_str()) }
}

fn table_name(table: TableWalker<'_>) -> String {
    qualified(table.namespace(), table.name().as_str())
}

fn enum_name(entry: EnumWalker<'_>) -> String {
    qualified(entry.namespace(), entry.qualified_name().name.as_str())
}

fn type_name(column: ColumnWalker<'_>) -> String {
    let ty = &column.get().ty;
    let base = match (&ty.base, column.enumeration()) {
        (_, Some(entry)) => enum_name(entry),
        (BaseType::Builtin(builtin), _) => builtin.to_string(),
        (BaseType::Other(text), _) => text.to_string(),
        (BaseType::Enum(_), None) => String::new(),
    };
    if ty.array { format!("{base}[]") } else { base }
}

fn column_list<'a>(columns: impl Iterator<Item = ColumnWalker<'a>>) -> String {
    let names: Vec<_> = columns.map(|column| column.name().as_str()).collect();
    format!("({})", names.join(", "))
}

fn index_details(index: IndexWalker<'_>) -> Vec<String> {
    let unique = matches!(index.kind(), IndexKind::Unique { .. }).then(|| "unique".to_owned());
    unique.into_iter().chain([column_list(index.columns())]).collect()
}

fn foreign_key_details(key: ForeignKeyWalker<'_>) -> Vec<String> {
    let target = table_name(key.referenced_table());
    vec![format!("{} → {target} {}", column_list(key.columns()), column_list(key.referenced_columns()))]
}

fn column_details(schemas: Pair<&Schema>, change: &AlterColumn) -> Vec<String> {
    let columns = schemas.columns(change.columns);
    let types = columns.map(type_name);
    let conversion = change.conversion.map(|_| format!("{} → {}", types.previous, types.next));
    let nullability = change.nullability.map(|nullability| match nullability {
        Nullability::Required => "required".to_owned(),
        Nullability::Optional => "optional".to_owned(),
    });
    let default = change.default.map(|default| match default {
        DefaultChange::Set => "another default".to_owned(),
        DefaultChange::Drop => "no default".to_owned(),
    });
    let sequence = change.autoincrement.map(|toggle| match toggle {
        Toggle::On => "filled by a sequence".to_owned(),
        Toggle::Off => "no sequence".to_owned(),
    });
    conversion.into_iter().chain(nullability).chain(default).chain(sequence).collect()
}
