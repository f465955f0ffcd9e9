//! Small schemas in few words.

use driftless_ir::{
    BaseType, Builtin, Column, ColumnDefault, ColumnType, Enum, EnumValue, ForeignKey, Index, IndexKind,
    Literal, Name, Origin, QualifiedName, ReferentialAction, Schema, SchemaBuilder, TableDefinition,
};

use crate::{Pair, Plan, diff, order};

pub(super) fn public(name: &str) -> QualifiedName {
    QualifiedName::new("public", name)
}

pub(super) fn schema(fill: impl FnOnce(&mut SchemaBuilder)) -> Schema {
    let mut builder = SchemaBuilder::new();
    builder.add_implicit_namespace("public");
    fill(&mut builder);
    builder.freeze().unwrap()
}

pub(super) fn plan<'a>(previous: &'a Schema, next: &'a Schema) -> Plan<'a> {
    order(diff(Pair::new(previous, next))).unwrap()
}

/// A table with the required integer columns of these names; the first is the primary key.
pub(super) fn table(name: &str, columns: &[&str]) -> TableDefinition {
    let mut table = TableDefinition::default();
    for column in columns {
        table.add_column(integer(column));
    }
    let key = Name::from(columns[0]);
    table.indexes.push(Index::new(format!("{name}_pkey"), IndexKind::Primary, [key]));
    table
}

pub(super) fn integer(name: &str) -> Column<QualifiedName> {
    column(name, BaseType::Builtin(Builtin::Integer))
}

pub(super) fn column(name: &str, base: BaseType<QualifiedName>) -> Column<QualifiedName> {
    Column {
        name: name.into(),
        ty: ColumnType { base, array: false },
        nullable: false,
        default: None,
        origin: Origin::default(),
    }
}

pub(super) fn enum_column(name: &str, ty: &str, default: Option<&str>) -> Column<QualifiedName> {
    let default = default.map(|value| ColumnDefault::Literal(Literal::EnumValue(value.into())));
    Column { default, ..column(name, BaseType::Enum(public(ty))) }
}

pub(super) fn handle(name: &str) -> Origin {
    Origin { handle: Some(name.into()), ..Origin::default() }
}

pub(super) fn enumeration(name: &str, values: &[&str]) -> Enum {
    let value = |value: &&str| EnumValue { name: (*value).into(), handle: None };
    Enum { name: public(name), values: values.iter().map(value).collect(), origin: Origin::default() }
}

pub(super) fn unique(name: &str, columns: &[&str]) -> Index<Name> {
    let kind = IndexKind::Unique { constraint: false };
    Index::new(name, kind, columns.iter().map(|column| Name::from(*column)))
}

pub(super) fn plain(name: &str, columns: &[&str]) -> Index<Name> {
    Index::new(name, IndexKind::Plain, columns.iter().map(|column| Name::from(*column)))
}

pub(super) fn key(
    name: &str,
    column: &str,
    table: &str,
    referenced: &str,
) -> ForeignKey<QualifiedName, Name> {
    ForeignKey {
        name: name.into(),
        columns: vec![column.into()],
        referenced_table: public(table),
        referenced_columns: vec![referenced.into()],
        on_delete: ReferentialAction::Restrict,
        on_update: ReferentialAction::Cascade,
        deferrable: None,
        validated: true,
        origin: Origin::default(),
    }
}
