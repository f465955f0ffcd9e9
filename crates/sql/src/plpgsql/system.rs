//! The rows of PostgreSQL's catalogs and of the information schema, as far as conditions in migrations ask for them.

use driftless_ir::{Builtin, IndexKind, Name};

use super::value::Value;
use crate::catalog::{
    Base, Catalog, ConstraintKind, Filling, Relation, RelationId, RelationKind, Type, TypeKind,
};
use crate::operator::short_name;
use crate::statement::Path;

/// A row: its columns by name; `None` for a value that is not known.
pub(super) type Row = Vec<(&'static str, Option<Value>)>;

/// The rows of a catalog; `None` where it is not known.
pub(super) fn system_rows(catalog: &Catalog, path: &Path) -> Option<Vec<Row>> {
    let schema = path.namespace.as_ref().map(Name::as_str);
    let name = path.name.as_str();
    match (schema, name) {
        (Some("information_schema"), _) => information_schema(catalog, name),
        (None | Some("pg_catalog"), "pg_namespace") => {
            Some(namespaces(catalog).map(|name| vec![("oid", text(name)), ("nspname", text(name))]).collect())
        }
        (None | Some("pg_catalog"), "pg_class") => Some(relations(catalog, class_row)),
        (None | Some("pg_catalog"), "pg_tables") => Some(relations(catalog, |_, relation| {
            relation.table()?;
            Some(vec![("schemaname", namespace(relation)), ("tablename", name_of(relation))])
        })),
        (None | Some("pg_catalog"), "pg_views") => Some(view_rows(catalog, false, "viewname")),
        (None | Some("pg_catalog"), "pg_matviews") => Some(view_rows(catalog, true, "matviewname")),
        (None | Some("pg_catalog"), "pg_sequences") => Some(relations(catalog, |_, relation| {
            relation.sequence()?;
            Some(vec![("schemaname", namespace(relation)), ("sequencename", name_of(relation))])
        })),
        (None | Some("pg_catalog"), "pg_indexes") => Some(relations(catalog, |_, relation| {
            let table = catalog.relation(relation.index()?.table);
            let table = text(table.name.name.as_str());
            Some(vec![
                ("schemaname", namespace(relation)),
                ("tablename", table),
                ("indexname", name_of(relation)),
            ])
        })),
        (None | Some("pg_catalog"), "pg_attribute") => Some(attribute_rows(catalog)),
        (None | Some("pg_catalog"), "pg_constraint") => Some(constraint_rows(catalog)),
        (None | Some("pg_catalog"), "pg_trigger") => Some(trigger_rows(catalog)),
        (None | Some("pg_catalog"), "pg_policies" | "pg_policy") => Some(policy_rows(catalog)),
        (None | Some("pg_catalog"), "pg_type") => Some(type_rows(catalog)),
        (None | Some("pg_catalog"), "pg_enum") => Some(enum_rows(catalog)),
        (None | Some("pg_catalog"), "pg_extension") => {
            let extension = |(name, _): (&Name, &_)| vec![("extname", text(name.as_str()))];
            Some(catalog.extensions.iter().map(extension).collect())
        }
        (None | Some("pg_catalog"), "pg_proc") => Some(function_rows(catalog)),
        _ => None,
    }
}

fn text(text: &str) -> Option<Value> {
    Some(Value::text(text))
}

fn number(number: i64) -> Option<Value> {
    Some(Value::Number(number))
}

fn namespace(relation: &Relation) -> Option<Value> {
    text(relation.name.namespace.as_str())
}

fn name_of(relation: &Relation) -> Option<Value> {
    text(relation.name.name.as_str())
}

fn namespaces(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let made = catalog.namespaces.iter().map(|(name, _)| name.as_str());
    ["pg_catalog", "information_schema"].into_iter().chain(made)
}

fn relations(catalog: &Catalog, row: impl Fn(RelationId, &Relation) -> Option<Row>) -> Vec<Row> {
    catalog.relations().filter_map(|(id, relation)| row(id, relation)).collect()
}

fn class_row(id: RelationId, relation: &Relation) -> Option<Row> {
    let kind = match &relation.kind {
        RelationKind::Table(table) if table.foreign => "f",
        RelationKind::Table(table) if table.partitioned_by.is_some() => "p",
        RelationKind::Table(_) => "r",
        RelationKind::View(view) if view.materialized => "m",
        RelationKind::View(_) => "v",
        RelationKind::Index(_) => "i",
        RelationKind::Sequence(_) => "S",
        RelationKind::Composite => "c",
    };
    Some(vec![
        ("oid", number(id.number())),
        ("relname", name_of(relation)),
        ("relnamespace", namespace(relation)),
        ("relkind", text(kind)),
    ])
}

fn view_rows(catalog: &Catalog, materialized: bool, column: &'static str) -> Vec<Row> {
    relations(catalog, |_, relation| {
        let view = relation.view().filter(|view| view.materialized == materialized)?;
        let _ = view;
        Some(vec![("schemaname", namespace(relation)), (column, name_of(relation))])
    })
}

fn attribute_rows(catalog: &Catalog) -> Vec<Row> {
    let columns = catalog.relations().flat_map(|(id, relation)| {
        relation.columns.iter().enumerate().map(move |(at, column)| {
            vec![
                ("attrelid", number(id.number())),
                ("attname", text(column.name.as_str())),
                ("attnum", number(at as i64 + 1)),
                ("attnotnull", Some(Value::Boolean(!column.nullable))),
                ("attisdropped", Some(Value::Boolean(false))),
                (
                    "atthasdef",
                    Some(Value::Boolean(matches!(
                        column.filling,
                        Filling::Default(_) | Filling::Generated(_)
                    ))),
                ),
                ("atttypid", type_number(&column.ty)),
            ]
        })
    });
    columns.collect()
}

fn type_number(ty: &Type) -> Option<Value> {
    match (&ty.base, ty.array) {
        (Base::Entry(id), false) => number(id.number()),
        _ => None,
    }
}

fn constraint_rows(catalog: &Catalog) -> Vec<Row> {
    let rows = catalog.relations().flat_map(|(id, relation)| {
        relation.constraints.iter().map(move |constraint| {
            vec![
                ("conname", text(constraint.name.as_str())),
                ("connamespace", namespace(relation)),
                ("conrelid", number(id.number())),
                ("contype", text(constraint_letter(catalog, &constraint.kind))),
                ("convalidated", Some(Value::Boolean(constraint.validated))),
                (
                    "confrelid",
                    match &constraint.kind {
                        ConstraintKind::Foreign(key) => number(key.target.number()),
                        _ => number(0),
                    },
                ),
            ]
        })
    });
    rows.collect()
}

fn constraint_letter(catalog: &Catalog, kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::Check { .. } => "c",
        ConstraintKind::Foreign(_) => "f",
        ConstraintKind::Index(index) => match catalog.relation(*index).index().map(|index| index.kind) {
            Some(IndexKind::Primary) => "p",
            Some(IndexKind::Unique { .. }) => "u",
            _ => "x",
        },
    }
}

fn trigger_rows(catalog: &Catalog) -> Vec<Row> {
    let rows = catalog.relations().flat_map(|(id, relation)| {
        relation.triggers.iter().map(move |trigger| {
            vec![
                ("tgname", text(trigger.name.as_str())),
                ("tgrelid", number(id.number())),
                ("tgisinternal", Some(Value::Boolean(false))),
            ]
        })
    });
    rows.collect()
}

fn policy_rows(catalog: &Catalog) -> Vec<Row> {
    let rows = catalog.relations().flat_map(|(id, relation)| {
        relation.policies.iter().map(move |policy| {
            vec![
                ("policyname", text(policy.name.as_str())),
                ("polname", text(policy.name.as_str())),
                ("polrelid", number(id.number())),
                ("tablename", name_of(relation)),
                ("schemaname", namespace(relation)),
            ]
        })
    });
    rows.collect()
}

fn type_rows(catalog: &Catalog) -> Vec<Row> {
    let made = catalog.types().map(|(id, entry)| {
        let letter = match entry.kind {
            TypeKind::Enum(_) => "e",
            TypeKind::Domain { .. } => "d",
            TypeKind::Composite(_) => "c",
            TypeKind::Other => "b",
        };
        vec![
            ("oid", number(id.number())),
            ("typname", text(entry.name.name.as_str())),
            ("typnamespace", text(entry.name.namespace.as_str())),
            ("typtype", text(letter)),
        ]
    });
    let rows =
        catalog.relations().filter(|(_, relation)| relation.table().is_some() || relation.view().is_some());
    let of_rows = rows.map(|(_, relation)| {
        vec![
            ("oid", None),
            ("typname", name_of(relation)),
            ("typnamespace", namespace(relation)),
            ("typtype", text("c")),
        ]
    });
    made.chain(of_rows).collect()
}

fn enum_rows(catalog: &Catalog) -> Vec<Row> {
    let mut rows = Vec::new();
    for (id, entry) in catalog.types() {
        let TypeKind::Enum(values) = &entry.kind else { continue };
        rows.extend(
            values
                .iter()
                .map(|value| vec![("enumtypid", number(id.number())), ("enumlabel", text(value.as_str()))]),
        );
    }
    rows
}

fn function_rows(catalog: &Catalog) -> Vec<Row> {
    let row = |(_, function): (_, &crate::catalog::Function)| {
        vec![
            ("proname", text(function.name.name.as_str())),
            ("pronamespace", text(function.name.namespace.as_str())),
        ]
    };
    catalog.functions().map(row).collect()
}

fn information_schema(catalog: &Catalog, name: &str) -> Option<Vec<Row>> {
    Some(match name {
        "schemata" => namespaces(catalog).map(|name| vec![("schema_name", text(name))]).collect(),
        "tables" => relations(catalog, |_, relation| {
            let kind = match &relation.kind {
                RelationKind::Table(_) => "BASE TABLE",
                RelationKind::View(view) if !view.materialized => "VIEW",
                _ => return None,
            };
            Some(vec![
                ("table_schema", namespace(relation)),
                ("table_name", name_of(relation)),
                ("table_type", text(kind)),
            ])
        }),
        "views" => relations(catalog, |_, relation| {
            relation.view().filter(|view| !view.materialized)?;
            Some(vec![("table_schema", namespace(relation)), ("table_name", name_of(relation))])
        }),
        "sequences" => relations(catalog, |_, relation| {
            relation.sequence()?;
            Some(vec![("sequence_schema", namespace(relation)), ("sequence_name", name_of(relation))])
        }),
        "columns" => column_rows(catalog),
        "table_constraints" => table_constraint_rows(catalog),
        "triggers" => trigger_rows(catalog)
            .into_iter()
            .map(|row| vec![("trigger_name", row.into_iter().next().and_then(|(_, name)| name))])
            .collect(),
        "routines" => function_rows(catalog)
            .into_iter()
            .map(|row| {
                row.into_iter()
                    .zip(["routine_name", "routine_schema"])
                    .map(|((_, v), name)| (name, v))
                    .collect()
            })
            .collect(),
        _ => return None,
    })
}

fn column_rows(catalog: &Catalog) -> Vec<Row> {
    let shown = catalog.relations().filter(|(_, relation)| {
        relation.table().is_some() || relation.view().is_some_and(|view| !view.materialized)
    });
    let rows = shown.flat_map(|(_, relation)| {
        relation.columns.iter().map(move |column| {
            vec![
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
            ]
        })
    });
    rows.collect()
}

fn table_constraint_rows(catalog: &Catalog) -> Vec<Row> {
    let rows = catalog.relations().flat_map(|(_, relation)| {
        relation.constraints.iter().map(move |constraint| {
            let kind = match constraint_letter(catalog, &constraint.kind) {
                "p" => text("PRIMARY KEY"),
                "u" => text("UNIQUE"),
                "f" => text("FOREIGN KEY"),
                "c" => text("CHECK"),
                _ => None,
            };
            vec![
                ("constraint_schema", namespace(relation)),
                ("table_schema", namespace(relation)),
                ("table_name", name_of(relation)),
                ("constraint_name", text(constraint.name.as_str())),
                ("constraint_type", kind),
            ]
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
