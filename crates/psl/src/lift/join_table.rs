//! Which tables are the join tables of implicit many-to-many relations.

use driftless_ir::{ForeignKeyWalker, IndexKind, Schema, TableId, TableWalker};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::previous::Previous;
use super::spelling::title_for;

/// A join table.
#[derive(Clone, Copy)]
pub(super) struct JoinTable {
    pub(super) table: TableId,
    /// What column A refers to.
    pub(super) a: TableId,
    /// What column B refers to.
    pub(super) b: TableId,
}

/// The join tables, in the order of the tables.
pub(super) fn find(schema: &Schema, previous: &Previous<'_, '_>) -> Vec<JoinTable> {
    let referred: IndexSet<TableId, FxBuildHasher> =
        schema.foreign_keys().map(|key| key.referenced_table().id()).collect();
    let recognise = |table: TableWalker<'_>| {
        let is_own = previous.table(table.qualified_name()).is_some() || referred.contains(&table.id());
        if is_own { None } else { recognise(table, previous) }
    };
    schema.tables().filter_map(recognise).collect()
}

/// The shape that the schema language makes: `_Name` with the columns A and B, a key each, a unique index on both and
/// an index on B. Column A refers to the model whose name comes first.
fn recognise(table: TableWalker<'_>, previous: &Previous<'_, '_>) -> Option<JoinTable> {
    if !table.name().as_str().starts_with('_')
        || table.columns().len() != 2
        || table.foreign_keys().len() != 2
    {
        return None;
    }
    let key_of = |column: &str| table.foreign_keys().find(|key| is_on(*key, column));
    let (a, b) = (key_of("A")?.referenced_table(), key_of("B")?.referenced_table());
    if !has_indexes(table) {
        return None;
    }
    let in_order = match previous.join_table(table) {
        Some(_) => true,
        None => a.name() <= b.name() && model_name(a, previous) <= model_name(b, previous),
    };
    in_order.then_some(JoinTable { table: table.id(), a: a.id(), b: b.id() })
}

fn is_on(key: ForeignKeyWalker<'_>, column: &str) -> bool {
    key.columns().len() == 1 && key.columns().all(|own| own.name().as_str() == column)
}

fn has_indexes(table: TableWalker<'_>) -> bool {
    let covers = |wanted: &[&str], is_unique: bool| {
        table.indexes().any(|index| {
            let unique = !matches!(index.kind(), IndexKind::Plain);
            unique == is_unique
                && index.get().parts.len() == wanted.len()
                && index.columns().map(|column| column.name().as_str()).eq(wanted.iter().copied())
        })
    };
    covers(&["A", "B"], true) && covers(&["B"], false)
}

fn model_name(table: TableWalker<'_>, previous: &Previous<'_, '_>) -> String {
    match previous.table(table.qualified_name()) {
        Some(at) => previous.model(at).name().to_owned(),
        None => title_for(table.name().as_str()).0.unwrap_or_default(),
    }
}
