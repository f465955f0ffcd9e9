//! Whether what stands under a name is what a statement would make there.
//!
//! A thing has the *shape* that is asked for where everything that is asked for is there and is the same. What it has
//! beyond that, and what only PostgreSQL could prove to differ, does not count: neither is another shape for certain.

use driftless_ir::{
    ColumnDefault, ColumnId, ColumnWalker, ForeignKeyWalker, Identity, IndexId, IndexPart, IndexWalker, Name,
    NullsOrder, Origin, QualifiedName, ReferentialAction, Schema, SortOrder, TableId, TableWalker,
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
        };
        for step in diff(schemas).steps {
            if let Step::AlterTable(alter) = step {
                shapes.altered.extend(alter.altered.iter().map(|column| (column.columns.next, *column)));
                shapes.added.extend(alter.added);
                shapes.keys.extend(alter.primary_key.map(|change| (alter.tables.next, change)));
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

    /// How the table of a name differs in the columns and keys that `counts` takes by where they come from. Nothing is
    /// said where one of the schemas has no such table.
    pub fn table(&self, name: &QualifiedName, counts: impl Fn(&Origin) -> bool) -> Vec<String> {
        let Some(table) = self.tables(name) else { return Vec::new() };
        let columns = table.next.columns().filter(|column| counts(&column.get().origin));
        let mut differences: Vec<_> =
            columns.flat_map(|column| self.column_differences(column, true)).collect();
        let key = table.next.primary_key().filter(|key| counts(&key.get().origin));
        if let (Some(key), Some(change)) = (key, self.keys.get(&table.next.id())) {
            let names = |key: IndexWalker<'_>| shown(&names(key.columns()));
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
        differences.extend(key_differences(table, |_| true, counts));
        differences
    }

    /// How a column of a table differs, with the keys on it alone that `counts` takes by where they come from.
    pub fn column(
        &self,
        table: &QualifiedName,
        column: &Name,
        counts: impl Fn(&Origin) -> bool,
    ) -> Vec<String> {
        let Some(tables) = self.tables(table) else { return Vec::new() };
        let Some(made) = tables.next.column(column) else { return Vec::new() };
        let mut differences = self.column_differences(made, false);
        let is_key_of_it =
            |key: IndexWalker<'_>| counts(&key.get().origin) && names(key.columns()) == [column];
        if tables.next.primary_key().is_some_and(is_key_of_it) && tables.previous.primary_key().is_none() {
            differences.push("it is no primary key, and the script's is".to_owned());
        }
        differences.extend(key_differences(tables, |columns| columns == [column], counts));
        differences
    }

    fn column_differences(&self, column: ColumnWalker<'_>, of_table: bool) -> Vec<String> {
        let name = column.name().as_str();
        if self.added.contains(&column.id()) {
            return vec![format!("it has no column `{name}`")];
        }
        let subject = if of_table { format!("the column `{name}`") } else { "it".to_owned() };
        let held = self.schemas.previous.find_table(column.table().qualified_name());
        let held = held.and_then(|table| table.column(column.name()));
        let filling = held.and_then(|held| other_filling(Pair::new(held, column)));
        let mut differences: Vec<_> = filling.map(|words| format!("{subject} {words}")).into_iter().collect();
        let Some(change) = self.altered.get(&column.id()) else { return differences };
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
        let find = |table: TableWalker<'a>| table.indexes().find(|index| index.name() == name);
        let Some(indexes) = tables.map(|tables| tables.map(find)) else { return false };
        let Some(made) = indexes.next else { return false };
        self.indexes.contains(&made.id())
            || indexes.previous.is_some_and(|held| is_other_in_detail(Pair::new(held, made)))
    }

    /// Whether the constraint of a table has another definition. That of a CHECK is never compared.
    pub fn is_other_constraint(&self, table: &QualifiedName, name: &Name) -> bool {
        let Some(tables) = self.tables(table) else { return false };
        let keys = tables.map(|table| table.foreign_keys().find(|key| key.name() == name)).transpose();
        keys.is_some_and(|keys| !is_same_reference(keys) || !acts_the_same(keys))
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

/// How what stands lacks a unique key or a foreign key that is asked for on columns that `takes` takes.
fn key_differences(
    tables: Pair<TableWalker<'_>>,
    takes: impl Fn(&[&Name]) -> bool,
    counts: impl Fn(&Origin) -> bool,
) -> Vec<String> {
    let mut differences = Vec::new();
    let is_asked = |index: &IndexWalker<'_>| {
        index.kind().is_unique() && counts(&index.get().origin) && takes(&names(index.columns()))
    };
    for made in tables.next.indexes().filter(is_asked) {
        let is_it = |held: IndexWalker<'_>| is_same_key(Pair::new(held, made));
        if is_column_key(made) && !tables.previous.indexes().any(is_it) {
            differences.push(format!("it has no unique key on {}", shown(&names(made.columns()))));
        }
    }
    let is_asked = |key: &ForeignKeyWalker<'_>| counts(&key.get().origin) && takes(&names(key.columns()));
    for made in tables.next.foreign_keys().filter(is_asked) {
        let same = tables.previous.foreign_keys().map(|held| Pair::new(held, made));
        let mut same = same.filter(|keys| is_same_reference(*keys)).peekable();
        let columns = shown(&names(made.columns()));
        match same.peek().copied() {
            None => differences.push(format!(
                "it has no foreign key from {columns} to `{}`",
                made.referenced_table().name().as_str()
            )),
            Some(keys) if !same.any(acts_the_same) => {
                let keys = keys.map(actions);
                differences.push(format!(
                    "its foreign key on {columns} is {}, and the script's is {}",
                    keys.previous, keys.next
                ));
            }
            Some(_) => {}
        }
    }
    differences
}

/// Whether all rows count for an index, by columns only.
fn is_column_key(index: IndexWalker<'_>) -> bool {
    let entry = index.get();
    entry.predicate.is_none() && index.columns().count() == entry.parts.len()
}

/// Whether an index that stands keeps the rows as unique as the one that is asked for.
fn is_same_key(keys: Pair<IndexWalker<'_>>) -> bool {
    let columns = keys.map(|key| {
        let mut columns = names(key.columns());
        columns.sort_unstable();
        columns
    });
    let nulls = keys.map(|key| key.get().nulls_not_distinct);
    let held = keys.previous;
    is_column_key(held)
        && !columns.differs()
        && (held.is_primary() || held.kind().is_unique() && !nulls.differs())
}

/// Whether indexes of one name differ in what a schema need not state.
fn is_other_in_detail(indexes: Pair<IndexWalker<'_>>) -> bool {
    let schemas = indexes.map(IndexWalker::schema);
    let included = |index: IndexWalker<'_>, schema: &Schema| {
        let name = |id: &ColumnId| schema.column(*id).name().clone();
        let mut included: Vec<_> = index.get().include.iter().map(name).collect();
        included.sort_unstable();
        included
    };
    let entries = indexes.map(IndexWalker::get);
    let nulls = entries.map(|index| index.parts.iter().map(place_of_nulls).collect::<Vec<_>>());
    included(indexes.previous, schemas.previous) != included(indexes.next, schemas.next)
        || entries.map(|index| index.nulls_not_distinct).differs()
        || nulls.differs()
}

fn place_of_nulls(part: &IndexPart) -> NullsOrder {
    let is_descending = part.sort == Some(SortOrder::Descending);
    part.nulls.unwrap_or(if is_descending { NullsOrder::First } else { NullsOrder::Last })
}

/// Whether two foreign keys connect the same columns.
fn is_same_reference(keys: Pair<ForeignKeyWalker<'_>>) -> bool {
    let connected = keys.map(|key| {
        let columns = names(key.columns()).into_iter().zip(names(key.referenced_columns()));
        let mut columns: Vec<_> = columns.collect();
        columns.sort_unstable();
        (key.referenced_table().qualified_name(), columns)
    });
    !connected.differs()
}

/// Whether two foreign keys do the same, at the same time.
fn acts_the_same(keys: Pair<ForeignKeyWalker<'_>>) -> bool {
    let acts = keys.map(ForeignKeyWalker::get).map(|key| (key.on_delete, key.on_update, key.deferrable));
    !acts.differs()
}

/// What a foreign key does, in the words of SQL.
fn actions(key: ForeignKeyWalker<'_>) -> String {
    let word = |action| match action {
        ReferentialAction::NoAction => "NO ACTION",
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
    };
    let entry = key.get();
    let timing = match entry.deferrable {
        Some(true) => " DEFERRABLE INITIALLY DEFERRED",
        Some(false) => " DEFERRABLE",
        None => "",
    };
    format!("ON DELETE {} ON UPDATE {}{timing}", word(entry.on_delete), word(entry.on_update))
}

/// How a column that stands is filled otherwise than the one that is asked for, as the rest of a sentence. Two defaults
/// never differ here, and neither does a sequence from a default.
fn other_filling(columns: Pair<ColumnWalker<'_>>) -> Option<String> {
    let kinds = columns.map(|column| match &column.get().default {
        Some(ColumnDefault::Generated(_)) => Some("generated"),
        Some(ColumnDefault::Identity(Identity::Always)) => Some("GENERATED ALWAYS AS IDENTITY"),
        Some(ColumnDefault::Identity(Identity::ByDefault)) => Some("GENERATED BY DEFAULT AS IDENTITY"),
        _ => None,
    });
    let has_none = columns.previous.get().default.is_none();
    match (kinds.previous, kinds.next) {
        (Some(held), Some(made)) if held != made => {
            Some(format!("is {held}, and the script makes it {made}"))
        }
        (Some(held), None) if held != "GENERATED BY DEFAULT AS IDENTITY" => {
            Some(format!("is {held}, and the script's is not"))
        }
        (None, Some(made)) if has_none || made == "generated" => {
            Some(format!("is not {made}, and the script's is"))
        }
        _ => None,
    }
}

fn names<'a>(columns: impl Iterator<Item = ColumnWalker<'a>>) -> Vec<&'a Name> {
    columns.map(ColumnWalker::name).collect()
}

/// Names for a message.
fn shown(names: &[&Name]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_str())).collect::<Vec<_>>().join(", ")
}
