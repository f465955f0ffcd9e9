//! The rows of PostgreSQL's catalogs, as far as conditions in migrations ask for them.

use std::borrow::Cow;

use driftless_ir::{Builtin, IndexKind, IndexMethod, Name, NullsOrder, ReferentialAction, SortOrder};

use super::information::information_schema;
use super::value::Value;
use crate::catalog::{
    Base, Catalog, Constraint, ConstraintKind, Filling, Index, PartId, Relation, RelationId, RelationKind,
    Type, TypeEntry, TypeId, TypeKind,
};
use crate::operator::{default_class, short_name};
use crate::statement::Path;

/// A row: its columns by name; `None` for a value that is not known.
pub(super) type Row = Vec<(Cow<'static, str>, Option<Value>)>;

/// The objects that a query asks for: those that have a value in a column.
pub(super) enum Wanted {
    Id(Name, i64),
    Name(Name, Name),
}

impl Wanted {
    /// The relations that a catalog shows which tells them by these columns.
    pub(super) fn relations<'a>(
        this: Option<&'a Self>,
        catalog: &'a Catalog,
        columns: &[&str],
    ) -> Vec<(RelationId, &'a Relation)> {
        match this {
            Some(Self::Id(column, number)) if columns.contains(&column.as_str()) => {
                catalog.relation_by_number(*number).into_iter().collect()
            }
            Some(Self::Name(column, name)) if columns.contains(&column.as_str()) => match column.as_str() {
                "conname" | "constraint_name" => catalog.constrained(name).collect(),
                _ => catalog.relations_called(name),
            },
            _ => catalog.relations().collect(),
        }
    }

    fn types<'a>(this: Option<&'a Self>, catalog: &'a Catalog, column: &str) -> Vec<(TypeId, &'a TypeEntry)> {
        match this {
            Some(Self::Id(known, number)) if known.as_str() == column => {
                catalog.type_by_number(*number).into_iter().collect()
            }
            Some(Self::Name(known, name)) if known.as_str() == column => catalog.types_called(name),
            _ => catalog.types().collect(),
        }
    }
}

/// The rows of a catalog; `None` where it is not known. Those of other objects than `wanted` may be left out.
pub(super) fn system_rows(catalog: &Catalog, path: &Path, wanted: Option<Wanted>) -> Option<Vec<Row>> {
    let (name, wanted) = (path.name.as_str(), wanted.as_ref());
    match path.namespace.as_ref().map(Name::as_str) {
        Some("information_schema") => return information_schema(catalog, name, wanted),
        None | Some("pg_catalog") => {}
        Some(_) => return None,
    }
    let relations = |columns: &[&str]| Wanted::relations(wanted, catalog, columns);
    Some(match name {
        "pg_namespace" => {
            namespaces(catalog).map(|name| row([("oid", text(name)), ("nspname", text(name))])).collect()
        }
        "pg_class" => {
            relations(&["oid", "relname"]).into_iter().map(|(id, relation)| class_row(id, relation)).collect()
        }
        "pg_tables" | "pg_views" | "pg_matviews" | "pg_sequences" | "pg_indexes" => {
            listing(catalog, name, wanted)
        }
        "pg_am" => METHODS.iter().map(|name| row([("oid", text(name)), ("amname", text(name))])).collect(),
        "pg_attribute" => {
            relations(&["attrelid"]).into_iter().flat_map(|found| attribute_rows(catalog, found)).collect()
        }
        "pg_attrdef" => relations(&["adrelid"]).into_iter().flat_map(default_rows).collect(),
        "pg_constraint" => {
            let rows = relations(&["conname", "conrelid"]).into_iter();
            rows.flat_map(|(id, relation)| {
                relation
                    .constraints
                    .iter()
                    .map(move |constraint| constraint_row(catalog, id, relation, constraint))
            })
            .collect()
        }
        "pg_index" => {
            relations(&["indexrelid"]).into_iter().filter_map(|found| index_row(catalog, found)).collect()
        }
        "pg_opclass" => operator_classes(catalog),
        "pg_sequence" => {
            relations(&["seqrelid"]).into_iter().filter_map(|found| sequence_row(catalog, found)).collect()
        }
        "pg_trigger" => catalog.relations().flat_map(trigger_rows).collect(),
        "pg_policies" | "pg_policy" => catalog.relations().flat_map(policy_rows).collect(),
        "pg_type" => type_rows(catalog, wanted),
        "pg_enum" => enum_rows(Wanted::types(wanted, catalog, "enumtypid")),
        "pg_extension" => {
            catalog.extensions.iter().map(|(name, _)| row([("extname", text(name.as_str()))])).collect()
        }
        "pg_proc" => function_rows(catalog, wanted),
        _ => return None,
    })
}

/// The access methods that every server has.
const METHODS: &[&str] = &["btree", "hash", "gin", "gist", "spgist", "brin"];

pub(super) fn row<const N: usize>(columns: [(&'static str, Option<Value>); N]) -> Row {
    columns.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect()
}

pub(super) fn text(text: &str) -> Option<Value> {
    Some(Value::text(text))
}

fn number(number: i64) -> Option<Value> {
    Some(Value::Number(number))
}

fn truth(truth: bool) -> Option<Value> {
    Some(Value::Boolean(truth))
}

pub(super) fn namespace(relation: &Relation) -> Option<Value> {
    text(relation.name.namespace.as_str())
}

pub(super) fn name_of(relation: &Relation) -> Option<Value> {
    text(relation.name.name.as_str())
}

pub(super) fn namespaces(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let made = catalog.namespaces.iter().map(|(name, _)| name.as_str());
    ["pg_catalog", "information_schema"].into_iter().chain(made)
}

fn class_row(id: RelationId, relation: &Relation) -> Row {
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
    row([
        ("oid", number(id.number())),
        ("relname", name_of(relation)),
        ("relnamespace", namespace(relation)),
        ("relkind", text(kind)),
        (
            "relam",
            Some(relation.index().map_or(Value::Number(0), |index| Value::text(method_name(&index.method)))),
        ),
    ])
}

fn method_name(method: &IndexMethod) -> &str {
    match method {
        IndexMethod::BTree => "btree",
        IndexMethod::Hash => "hash",
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::SpGist => "spgist",
        IndexMethod::Brin => "brin",
        IndexMethod::Other(name) => name.as_str(),
    }
}

/// The views of the catalog that list relations by name.
fn listing(catalog: &Catalog, view: &str, wanted: Option<&Wanted>) -> Vec<Row> {
    let entry = |relation: &Relation| {
        let named = |column: &'static str| {
            Some(row([("schemaname", namespace(relation)), (column, name_of(relation))]))
        };
        match (view, &relation.kind) {
            ("pg_tables", RelationKind::Table(_)) => named("tablename"),
            ("pg_views", RelationKind::View(view)) if !view.materialized => named("viewname"),
            ("pg_matviews", RelationKind::View(view)) if view.materialized => named("matviewname"),
            ("pg_sequences", RelationKind::Sequence(_)) => named("sequencename"),
            ("pg_indexes", RelationKind::Index(index)) => Some(row([
                ("schemaname", namespace(relation)),
                ("tablename", name_of(catalog.relation(index.table))),
                ("indexname", name_of(relation)),
            ])),
            _ => None,
        }
    };
    // The table of an index is no name of the index.
    let column = if view == "pg_indexes" { "indexname" } else { "tablename" };
    let relations = Wanted::relations(wanted, catalog, &[column]).into_iter();
    relations.filter_map(|(_, relation)| entry(relation)).collect()
}

fn attribute_rows(catalog: &Catalog, (id, relation): (RelationId, &Relation)) -> Vec<Row> {
    let columns = relation.columns.iter().map(|column| {
        let has_default = matches!(column.filling, Filling::Default(_) | Filling::Generated(_));
        row([
            ("attrelid", number(id.number())),
            ("attname", text(column.name.as_str())),
            ("attnum", number(column.id.into())),
            ("attnotnull", truth(!column.nullable)),
            ("attisdropped", truth(false)),
            ("atthasdef", truth(has_default)),
            ("atttypid", Some(type_value(catalog, &column.ty))),
            ("atttypmod", printed_type(catalog, &column.ty).map(Value::Text)),
            (
                "attidentity",
                text(match column.filling {
                    Filling::Identity { always: true, .. } => "a",
                    Filling::Identity { always: false, .. } => "d",
                    _ => "",
                }),
            ),
            ("attgenerated", text(if matches!(column.filling, Filling::Generated(_)) { "s" } else { "" })),
        ])
    });
    columns.collect()
}

fn default_rows((id, relation): (RelationId, &Relation)) -> Vec<Row> {
    let row_of = |column: &crate::catalog::Column| match &column.filling {
        Filling::Default(expression) | Filling::Generated(expression) => Some(row([
            ("adrelid", number(id.number())),
            ("adnum", number(column.id.into())),
            ("adbin", text(&expression.tree.to_string())),
        ])),
        _ => None,
    };
    relation.columns.iter().filter_map(row_of).collect()
}

/// A type as one value.
pub(super) fn type_value(catalog: &Catalog, ty: &Type) -> Value {
    let base = match &ty.base {
        Base::Entry(id) => {
            return match ty.array {
                true => Value::Text(format!("type {}[]", id.number())),
                false => Value::Number(id.number()),
            };
        }
        Base::Row(id) => format!("row {}", id.number()),
        Base::Unknown => catalog.type_text(ty),
        _ => short_name(ty).into(),
    };
    Value::Text(if ty.array { format!("{base}[]") } else { base })
}

/// A type as `format_type` prints it, where it needs no namespace.
fn printed_type(catalog: &Catalog, ty: &Type) -> Option<String> {
    let modifier = |name: &str, modifier: Option<u32>| match modifier {
        Some(modifier) => format!("{name}({modifier})"),
        None => name.to_owned(),
    };
    let time =
        |name: &str, digits: Option<u32>, zone: &str| format!("{} {zone} time zone", modifier(name, digits));
    let base = match &ty.base {
        Base::Builtin(builtin) => match *builtin {
            Builtin::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
            Builtin::Numeric(None) => "numeric".to_owned(),
            Builtin::Char(length) => modifier("character", length),
            Builtin::VarChar(length) => modifier("character varying", length),
            Builtin::Bit(length) => modifier("bit", length),
            Builtin::VarBit(length) => modifier("bit varying", length),
            Builtin::Time(digits) => time("time", digits, "without"),
            Builtin::TimeTz(digits) => time("time", digits, "with"),
            Builtin::Timestamp(digits) => time("timestamp", digits, "without"),
            Builtin::TimestampTz(digits) => time("timestamp", digits, "with"),
            other => other.to_string().to_lowercase(),
        },
        Base::Entry(id) => catalog.type_if_exists(*id)?.name.name.to_string(),
        Base::Other(text) => text.to_string(),
        Base::Row(_) | Base::Unknown => return None,
    };
    Some(if ty.array { format!("{base}[]") } else { base })
}

fn numbers(parts: &[PartId]) -> Option<Value> {
    Some(Value::List(parts.iter().map(|part| Value::Number((*part).into())).collect()))
}

fn constraint_row(catalog: &Catalog, id: RelationId, relation: &Relation, constraint: &Constraint) -> Row {
    let foreign = match &constraint.kind {
        ConstraintKind::Foreign(key) => Some(key),
        _ => None,
    };
    let letter = |action: ReferentialAction| match action {
        ReferentialAction::NoAction => "a",
        ReferentialAction::Restrict => "r",
        ReferentialAction::Cascade => "c",
        ReferentialAction::SetNull => "n",
        ReferentialAction::SetDefault => "d",
    };
    let keys: Vec<PartId> = match &constraint.kind {
        ConstraintKind::Foreign(key) => key.columns.clone(),
        ConstraintKind::Check { condition, .. } => condition.uses.own_columns.clone(),
        ConstraintKind::Index(index) => {
            catalog.relation(*index).index().and_then(Index::key_columns).unwrap_or_default()
        }
    };
    let index = match &constraint.kind {
        ConstraintKind::Foreign(key) => key.target_index.number(),
        ConstraintKind::Index(index) => index.number(),
        ConstraintKind::Check { .. } => 0,
    };
    row([
        ("conname", text(constraint.name.as_str())),
        ("connamespace", namespace(relation)),
        ("conrelid", number(id.number())),
        ("contype", text(constraint_letter(catalog, &constraint.kind))),
        ("convalidated", truth(constraint.validated)),
        ("condeferrable", truth(constraint.deferral.is_some())),
        ("condeferred", truth(constraint.deferral == Some(true))),
        ("confrelid", number(foreign.map_or(0, |key| key.target.number()))),
        ("conindid", number(index)),
        ("conkey", numbers(&keys)),
        ("confkey", foreign.map_or(Some(Value::Null), |key| numbers(&key.target_columns))),
        ("confdeltype", text(foreign.map_or("", |key| letter(key.on_delete)))),
        ("confupdtype", text(foreign.map_or("", |key| letter(key.on_update)))),
    ])
}

pub(super) fn constraint_letter(catalog: &Catalog, kind: &ConstraintKind) -> &'static str {
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

fn index_row(catalog: &Catalog, (id, relation): (RelationId, &Relation)) -> Option<Row> {
    let index = relation.index()?;
    let keys = index.keys.iter().map(|key| key.column().unwrap_or(0)).chain(index.include.iter().copied());
    let option = |key: &crate::catalog::IndexKey| match (key.sort, key.nulls) {
        (SortOrder::Ascending, None | Some(NullsOrder::Last)) => "0",
        (SortOrder::Ascending, Some(NullsOrder::First)) => "2",
        (SortOrder::Descending, None | Some(NullsOrder::First)) => "3",
        (SortOrder::Descending, Some(NullsOrder::Last)) => "1",
    };
    let options: Vec<&str> = index.keys.iter().map(option).collect();
    let classes = index.keys.iter().map(|key| Value::Text(class_of(catalog, index, key)));
    Some(row([
        ("indexrelid", number(id.number())),
        ("indrelid", number(index.table.number())),
        ("indisunique", truth(index.kind != IndexKind::Plain)),
        ("indisprimary", truth(index.kind == IndexKind::Primary)),
        ("indisvalid", truth(true)),
        ("indnkeyatts", number(index.keys.len() as i64)),
        ("indkey", numbers(&keys.collect::<Vec<_>>())),
        ("indoption", text(&options.join(" "))),
        ("indclass", Some(Value::List(classes.collect()))),
        ("indpred", Some(index.predicate.as_ref().map_or(Value::Null, |p| Value::Text(p.tree.to_string())))),
    ]))
}

/// The operator class of a key, the default one included.
fn class_of(catalog: &Catalog, index: &Index, key: &crate::catalog::IndexKey) -> String {
    let ty =
        key.column().and_then(|column| catalog.relation(index.table).column_by_id(column)).map(|c| &c.ty);
    match (&key.operator_class, ty) {
        (Some(class), _) => class.split('(').next().unwrap_or_default().to_owned(),
        (None, Some(ty)) => default_class(&index.method, &catalog.base_type(ty)),
        (None, None) => String::new(),
    }
}

/// The operator classes in use, each under its name.
fn operator_classes(catalog: &Catalog) -> Vec<Row> {
    let mut classes: Vec<(String, bool)> = Vec::new();
    for (_, relation) in catalog.relations() {
        let Some(index) = relation.index() else { continue };
        for key in &index.keys {
            let name = class_of(catalog, index, key);
            let table = catalog.relation(index.table);
            let ty = key.column().and_then(|column| table.column_by_id(column)).map(|column| &column.ty);
            let is_default =
                key.operator_class.is_none() || crate::operator::is_default_class(&index.method, &name, ty);
            if !classes.iter().any(|(known, _)| *known == name) {
                classes.push((name, is_default));
            }
        }
    }
    let class = |(name, is_default): (String, bool)| {
        row([("oid", text(&name)), ("opcname", text(&name)), ("opcdefault", truth(is_default))])
    };
    classes.into_iter().map(class).collect()
}

fn sequence_row(catalog: &Catalog, (id, relation): (RelationId, &Relation)) -> Option<Row> {
    let sequence = relation.sequence()?;
    Some(row([
        ("seqrelid", number(id.number())),
        ("seqtypid", Some(type_value(catalog, &Type::builtin(sequence.ty)))),
        ("seqincrement", number(sequence.increment)),
        ("seqstart", number(sequence.start)),
    ]))
}

fn trigger_rows((id, relation): (RelationId, &Relation)) -> Vec<Row> {
    let trigger = |trigger: &crate::catalog::Trigger| {
        row([
            ("tgname", text(trigger.name.as_str())),
            ("tgrelid", number(id.number())),
            ("tgisinternal", truth(false)),
        ])
    };
    relation.triggers.iter().map(trigger).collect()
}

fn policy_rows((id, relation): (RelationId, &Relation)) -> Vec<Row> {
    let policy = |policy: &crate::catalog::Policy| {
        row([
            ("policyname", text(policy.name.as_str())),
            ("polname", text(policy.name.as_str())),
            ("polrelid", number(id.number())),
            ("tablename", name_of(relation)),
            ("schemaname", namespace(relation)),
        ])
    };
    relation.policies.iter().map(policy).collect()
}

fn type_rows(catalog: &Catalog, wanted: Option<&Wanted>) -> Vec<Row> {
    let made = Wanted::types(wanted, catalog, "typname").into_iter().map(|(id, entry)| {
        let letter = match entry.kind {
            TypeKind::Enum(_) => "e",
            TypeKind::Domain { .. } => "d",
            TypeKind::Composite(_) => "c",
            TypeKind::Other => "b",
        };
        row([
            ("oid", number(id.number())),
            ("typname", text(entry.name.name.as_str())),
            ("typnamespace", text(entry.name.namespace.as_str())),
            ("typtype", text(letter)),
        ])
    });
    let rows = Wanted::relations(wanted, catalog, &["typname"]).into_iter();
    let rows = rows.filter(|(_, relation)| relation.table().is_some() || relation.view().is_some());
    let of_rows = rows.map(|(id, relation)| {
        row([
            ("oid", Some(Value::Text(format!("row {}", id.number())))),
            ("typname", name_of(relation)),
            ("typnamespace", namespace(relation)),
            ("typtype", text("c")),
        ])
    });
    made.chain(of_rows).collect()
}

fn enum_rows(types: Vec<(TypeId, &TypeEntry)>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (id, entry) in types {
        let TypeKind::Enum(values) = &entry.kind else { continue };
        rows.extend(values.iter().enumerate().map(|(at, value)| {
            row([
                ("enumtypid", number(id.number())),
                ("enumlabel", text(value.as_str())),
                ("enumsortorder", number(at as i64 + 1)),
            ])
        }));
    }
    rows
}

pub(super) fn function_rows(catalog: &Catalog, wanted: Option<&Wanted>) -> Vec<Row> {
    let function = |(_, function): (_, &crate::catalog::Function)| {
        row([
            ("proname", text(function.name.name.as_str())),
            ("pronamespace", text(function.name.namespace.as_str())),
        ])
    };
    match wanted {
        Some(Wanted::Name(column, name)) if column.as_str() == "proname" => {
            catalog.functions_named(None, name).map(function).collect()
        }
        _ => catalog.functions().map(function).collect(),
    }
}
