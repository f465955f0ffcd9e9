//! The rows of the information schema, as far as conditions in migrations ask for them.

use driftless_ir::Builtin;

use super::system::{
    Row, Wanted, constraint_letter, function_rows, name_of, namespace, namespaces, row, text,
};
use super::value::Value;
use crate::catalog::{Base, Catalog, Filling, Relation, RelationKind, Type};
use crate::operator::short_name;

fn relations(catalog: &Catalog, wanted: Option<&Wanted>, row: impl Fn(&Relation) -> Option<Row>) -> Vec<Row> {
    let relations = Wanted::relations(wanted, catalog, &["table_name"]).into_iter();
    relations.filter_map(|(_, relation)| row(relation)).collect()
}

/// The rows of a view of the information schema; `None` where it is not known.
pub(super) fn information_schema(catalog: &Catalog, name: &str, wanted: Option<&Wanted>) -> Option<Vec<Row>> {
    Some(match name {
        "schemata" => namespaces(catalog).map(|name| row([("schema_name", text(name))])).collect(),
        "tables" => relations(catalog, wanted, |relation| {
            let kind = match &relation.kind {
                RelationKind::Table(_) => "BASE TABLE",
                RelationKind::View(view) if !view.materialized => "VIEW",
                _ => return None,
            };
            Some(row([
                ("table_schema", namespace(relation)),
                ("table_name", name_of(relation)),
                ("table_type", text(kind)),
            ]))
        }),
        "views" => relations(catalog, wanted, |relation| {
            relation.view().filter(|view| !view.materialized)?;
            Some(row([("table_schema", namespace(relation)), ("table_name", name_of(relation))]))
        }),
        "sequences" => relations(catalog, None, |relation| {
            relation.sequence()?;
            Some(row([("sequence_schema", namespace(relation)), ("sequence_name", name_of(relation))]))
        }),
        "columns" => column_rows(catalog, wanted),
        "table_constraints" => table_constraint_rows(catalog, wanted),
        "triggers" => {
            let triggers = catalog.relations().flat_map(|(_, relation)| &relation.triggers);
            triggers.map(|trigger| row([("trigger_name", text(trigger.name.as_str()))])).collect()
        }
        "routines" => function_rows(catalog, None).into_iter().map(routine_row).collect(),
        _ => return None,
    })
}

/// A function under the names that the standard has.
fn routine_row(function: Row) -> Row {
    let names = ["routine_name", "routine_schema"];
    function.into_iter().zip(names).map(|((_, value), name)| (name.into(), value)).collect()
}

fn column_rows(catalog: &Catalog, wanted: Option<&Wanted>) -> Vec<Row> {
    let shown = Wanted::relations(wanted, catalog, &["table_name"]).into_iter().filter(|(_, relation)| {
        relation.table().is_some() || relation.view().is_some_and(|view| !view.materialized)
    });
    let rows = shown.flat_map(|(_, relation)| {
        relation.columns.iter().map(move |column| {
            row([
                ("table_schema", namespace(relation)),
                ("table_name", name_of(relation)),
                ("column_name", text(column.name.as_str())),
                ("is_nullable", text(if column.nullable { "YES" } else { "NO" })),
                ("data_type", data_type(&column.ty).map(Value::text)),
                ("udt_name", udt_name(catalog, &column.ty).map(Value::text)),
                (
                    "column_default",
                    if matches!(column.filling, Filling::Default(_)) { None } else { Some(Value::Null) },
                ),
            ])
        })
    });
    rows.collect()
}

fn table_constraint_rows(catalog: &Catalog, wanted: Option<&Wanted>) -> Vec<Row> {
    let relations = Wanted::relations(wanted, catalog, &["constraint_name", "table_name"]).into_iter();
    let rows = relations.flat_map(|(_, relation)| {
        relation.constraints.iter().map(move |constraint| {
            let kind = match constraint_letter(catalog, &constraint.kind) {
                "p" => text("PRIMARY KEY"),
                "u" => text("UNIQUE"),
                "f" => text("FOREIGN KEY"),
                "c" => text("CHECK"),
                _ => None,
            };
            row([
                ("constraint_schema", namespace(relation)),
                ("table_schema", namespace(relation)),
                ("table_name", name_of(relation)),
                ("constraint_name", text(constraint.name.as_str())),
                ("constraint_type", kind),
            ])
        })
    });
    rows.collect()
}

/// The standard's name of a type.
fn data_type(ty: &Type) -> Option<&'static str> {
    if ty.array {
        return Some("ARRAY");
    }
    Some(match &ty.base {
        Base::Builtin(builtin) => match builtin {
            Builtin::SmallInt => "smallint",
            Builtin::Integer => "integer",
            Builtin::BigInt => "bigint",
            Builtin::Oid => "oid",
            Builtin::Real => "real",
            Builtin::DoublePrecision => "double precision",
            Builtin::Numeric(_) => "numeric",
            Builtin::Money => "money",
            Builtin::Boolean => "boolean",
            Builtin::Text => "text",
            Builtin::CiText => "USER-DEFINED",
            Builtin::Char(_) => "character",
            Builtin::VarChar(_) => "character varying",
            Builtin::Uuid => "uuid",
            Builtin::Xml => "xml",
            Builtin::Inet => "inet",
            Builtin::Bit(_) => "bit",
            Builtin::VarBit(_) => "bit varying",
            Builtin::Json => "json",
            Builtin::JsonB => "jsonb",
            Builtin::ByteA => "bytea",
            Builtin::Date => "date",
            Builtin::Time(_) => "time without time zone",
            Builtin::TimeTz(_) => "time with time zone",
            Builtin::Timestamp(_) => "timestamp without time zone",
            Builtin::TimestampTz(_) => "timestamp with time zone",
        },
        Base::Entry(_) | Base::Row(_) => "USER-DEFINED",
        Base::Other(_) | Base::Unknown => return None,
    })
}

fn udt_name(catalog: &Catalog, ty: &Type) -> Option<String> {
    let base = match &ty.base {
        Base::Entry(id) => catalog.type_if_exists(*id)?.name.name.as_str().to_owned(),
        Base::Unknown | Base::Row(_) => return None,
        _ => short_name(ty).into(),
    };
    Some(if ty.array { format!("_{base}") } else { base })
}
