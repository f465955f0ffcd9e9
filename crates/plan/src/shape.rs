//! Whether what stands under a name is what a statement would make there.
//!
//! A thing has the *shape* that is asked for where everything that is asked for is there and is the same. What it has
//! beyond that, and what only PostgreSQL could prove to differ, does not count: neither is another shape for certain.

use driftless_ir::{
    ColumnId, ColumnWalker, ForeignKeyId, IndexId, IndexWalker, Name, QualifiedName, Schema, TableId,
    TableWalker,
};
use indexmap::{IndexMap, IndexSet};

use crate::Pair;
use crate::diff::{diff, diff_as_reference};
use crate::render::column_type;
use crate::step::{AlterColumn, Nullability, PrimaryKeyChange, Step};

/// What stands (`previous`) and what is asked for (`next`), compared. All differences are said in words, as sentences
/// about what stands without a full stop.
#[derive(Debug)]
pub struct Shapes<'a> {
    schemas: Pair<&'a Schema>,
    altered: IndexMap<ColumnId, AlterColumn>,
    added: IndexSet<ColumnId>,
    keys: IndexMap<TableId, PrimaryKeyChange>,
    indexes: IndexSet<IndexId>,
    foreign_keys: IndexSet<ForeignKeyId>,
}

impl<'a> Shapes<'a> {
    /// Compares the schemas. Whether an index that stands is valid does not count here.
    pub fn new(schemas: Pair<&'a Schema>) -> Self {
        let mut shapes = Self {
            schemas,
            altered: IndexMap::new(),
            added: IndexSet::new(),
            keys: IndexMap::new(),
            indexes: IndexSet::new(),
            foreign_keys: IndexSet::new(),
        };
        for step in diff(schemas).steps {
            match step {
                Step::AlterTable(alter) => {
                    shapes.altered.extend(alter.altered.iter().map(|column| (column.columns.next, *column)));
                    shapes.added.extend(alter.added);
                    shapes.keys.extend(alter.primary_key.map(|change| (alter.tables.next, change)));
                }
                Step::AddForeignKey { foreign_key, replaces: None } => {
                    shapes.foreign_keys.insert(foreign_key);
                }
                _ => {}
            }
        }
        // the reference does not look whether an index is valid
        for step in diff_as_reference(schemas).steps {
            match step {
                Step::CreateIndex { index, restores: None } => shapes.indexes.insert(index),
                Step::RenameIndex(indexes) => shapes.indexes.insert(indexes.next),
                _ => false,
            };
        }
        shapes
    }

    /// How the table of a name differs in the columns, and in the primary key, that `counts` takes by where they come
    /// from. Nothing is said where one of the schemas has no such table.
    pub fn table(&self, name: &QualifiedName, counts: impl Fn(&driftless_ir::Origin) -> bool) -> Vec<String> {
        let Some(table) = self.tables(name) else { return Vec::new() };
        let columns = table.next.columns().filter(|column| counts(&column.get().origin));
        let mut differences: Vec<_> =
            columns.flat_map(|column| self.column_differences(column, true)).collect();
        let key = table.next.primary_key().filter(|key| counts(&key.get().origin));
        if let (Some(key), Some(change)) = (key, self.keys.get(&table.next.id())) {
            let names = |key: IndexWalker<'_>| {
                key.columns()
                    .map(|column| format!("`{}`", column.name().as_str()))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            match (change, table.previous.primary_key()) {
                (PrimaryKeyChange::Add, _) => {
                    differences.push(format!("it has no primary key, and the script's is {}", names(key)));
                }
                (PrimaryKeyChange::Replace, Some(held)) => {
                    let (held, key) = (names(held), names(key));
                    differences.push(format!("its primary key is {held}, and the script's is {key}"));
                }
                _ => {}
            }
        }
        differences
    }

    /// How a column of a table differs.
    pub fn column(&self, table: &QualifiedName, column: &Name) -> Vec<String> {
        let column = self.tables(table).and_then(|tables| tables.next.column(column));
        column.map(|column| self.column_differences(column, false)).unwrap_or_default()
    }

    fn column_differences(&self, column: ColumnWalker<'_>, of_table: bool) -> Vec<String> {
        let name = column.name().as_str();
        if self.added.contains(&column.id()) {
            return vec![format!("it has no column `{name}`")];
        }
        let Some(change) = self.altered.get(&column.id()) else { return Vec::new() };
        let subject = if of_table { format!("the column `{name}`") } else { "it".to_owned() };
        let mut differences = Vec::new();
        if change.conversion.is_some() {
            let (held, made) = (self.schemas.previous.column(change.columns.previous), column);
            let (held, made) = (column_type(held), column_type(made));
            differences.push(format!("{subject} is {held}, and the script makes it {made}"));
        }
        match change.nullability {
            Some(Nullability::Required) => {
                differences.push(format!("{subject} takes NULL, and the script's does not"));
            }
            Some(Nullability::Optional) => {
                differences.push(format!("{subject} takes no NULL, and the script's does"));
            }
            None => {}
        }
        differences
    }

    /// Whether the index of a table has another definition.
    pub fn is_other_index(&self, table: &QualifiedName, name: &Name) -> bool {
        let tables = self.tables(table);
        let index = tables.and_then(|tables| tables.next.indexes().find(|index| index.name() == name));
        index.is_some_and(|index| self.indexes.contains(&index.id()))
    }

    /// Whether the constraint of a table has another definition. That of a CHECK is never compared.
    pub fn is_other_constraint(&self, table: &QualifiedName, name: &Name) -> bool {
        let Some(tables) = self.tables(table) else { return false };
        let key = tables.next.foreign_keys().find(|key| key.name() == name);
        key.is_some_and(|key| self.foreign_keys.contains(&key.id()))
            || self.is_other_index(table, name)
            || tables.next.primary_key().is_some_and(|key| {
                let change = self.keys.get(&tables.next.id());
                key.name() == name
                    && matches!(change, Some(PrimaryKeyChange::Add | PrimaryKeyChange::Replace))
            })
    }

    /// How the enum of a name differs.
    pub fn enumeration(&self, name: &QualifiedName) -> Vec<String> {
        let enums = self.schemas.map(|schema| schema.find_enum(name));
        let (Some(held), Some(made)) = (enums.previous, enums.next) else { return Vec::new() };
        let held: Vec<_> = held.values().collect();
        let place = |value: &Name| held.iter().position(|known| *known == value);
        let missing: Vec<_> = made.values().filter(|value| place(value).is_none()).collect();
        if !missing.is_empty() {
            let missing = missing.iter().map(|value| format!("`{}`", value.as_str())).collect::<Vec<_>>();
            return vec![format!("it lacks the value {}", missing.join(", "))];
        }
        match made.values().is_sorted_by_key(place) {
            true => Vec::new(),
            false => vec!["its values are in another order".to_owned()],
        }
    }

    fn tables(&self, name: &QualifiedName) -> Option<Pair<TableWalker<'a>>> {
        let tables = self.schemas.map(|schema| schema.find_table(name));
        Some(Pair::new(tables.previous?, tables.next?))
    }
}
