//! Which types become which others: in assignments, in comparisons of keys.

use driftless_ir::Builtin;

use crate::catalog::{Base, Catalog, Type};
use crate::operator::short_name;

/// Families of types that an equality operator of an index spans.
const COMPARABLE: &[&[&str]] = &[
    &["int2", "int4", "int8"],
    &["float4", "float8"],
    &["text", "varchar", "name"],
    &["date", "timestamp", "timestamptz"],
    &["inet", "cidr"],
];

/// Conversions that an assignment makes by itself, besides those within a family of numbers or strings.
const ASSIGNMENTS: &[(&str, &[&str])] = &[
    ("int2", &["int4", "int8", "numeric", "float4", "float8", "oid"]),
    ("int4", &["int2", "int8", "numeric", "float4", "float8", "oid", "money"]),
    ("int8", &["int2", "int4", "numeric", "float4", "float8", "oid", "money"]),
    ("numeric", &["int2", "int4", "int8", "float4", "float8", "money"]),
    ("float4", &["int2", "int4", "int8", "numeric", "float8"]),
    ("float8", &["int2", "int4", "int8", "numeric", "float4"]),
    ("money", &["numeric"]),
    ("oid", &["int4", "int8"]),
    ("date", &["timestamp", "timestamptz"]),
    ("timestamp", &["date", "time", "timestamptz"]),
    ("timestamptz", &["date", "time", "timestamp", "timetz"]),
    ("time", &["interval", "timetz"]),
    ("timetz", &["time"]),
    ("interval", &["time"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("bit", &["varbit"]),
    ("varbit", &["bit"]),
    ("inet", &["cidr"]),
    ("cidr", &["inet"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
    ("point", &["box"]),
    ("box", &["polygon"]),
    ("polygon", &["path"]),
    ("path", &["polygon"]),
    ("text", &["name", "citext", "\"char\"", "regclass"]),
    ("varchar", &["name", "citext", "\"char\"", "regclass"]),
    ("bpchar", &["name", "citext", "\"char\""]),
    ("citext", &["name"]),
];

fn is_string(name: &str) -> bool {
    matches!(name, "text" | "varchar" | "bpchar" | "citext" | "name")
}

/// Whether a value of one type can be stored in a column of another; `None` where that is not known.
pub(crate) fn assigns(catalog: &Catalog, from: &Type, to: &Type) -> Option<bool> {
    let (from, to) = (catalog.base_type(from), catalog.base_type(to));
    if from.is_unknown() || to.is_unknown() {
        return None;
    }
    let (from_name, to_name) = (short_name(&from), short_name(&to));
    if from.array != to.array {
        return Some(from.array && is_string(&to_name));
    }
    match (&from.base, &to.base) {
        (Base::Entry(a), Base::Entry(b)) => Some(a == b),
        (Base::Row(a), Base::Row(b)) => Some(a == b),
        // Anything is stored as text by its output: all types of PostgreSQL's category of strings take it.
        (_, Base::Builtin(Builtin::Text | Builtin::VarChar(_) | Builtin::Char(_) | Builtin::CiText)) => {
            Some(true)
        }
        (_, Base::Other(text)) if is_string(text) => Some(true),
        (Base::Entry(_) | Base::Row(_), _) | (_, Base::Entry(_) | Base::Row(_)) => {
            let to_extension = matches!(&to.base, Base::Other(_)) || matches!(&from.base, Base::Other(_));
            if to_extension { None } else { Some(false) }
        }
        _ if from_name == to_name || is_string(&from_name) && is_string(&to_name) => Some(true),
        _ => {
            let listed = ASSIGNMENTS.iter().find(|(name, _)| **name == *from_name);
            let native = |ty: &Type| match &ty.base {
                Base::Other(text) => crate::catalog::is_native(text),
                Base::Builtin(Builtin::CiText) => false,
                _ => true,
            };
            let found = listed.is_some_and(|(_, targets)| targets.contains(&&*to_name));
            if found || native(&from) && native(&to) { Some(found) } else { None }
        }
    }
}

/// Whether an operator such as `=` takes values of two types; `None` where that is not known.
pub(crate) fn compares(catalog: &Catalog, left: &Type, right: &Type) -> Option<bool> {
    const CLASSES: &[&[&str]] = &[
        &["int2", "int4", "int8", "numeric", "float4", "float8", "oid"],
        &["text", "varchar", "bpchar", "citext", "name"],
        &["date", "timestamp", "timestamptz"],
        &["time", "timetz", "interval"],
        &["inet", "cidr"],
        &["bit", "varbit"],
        &["money"],
        &["bool"],
        &["uuid"],
        &["jsonb"],
        &["bytea"],
    ];
    let (left, right) = (catalog.base_type(left), catalog.base_type(right));
    let class = |ty: &Type| {
        let name = short_name(ty);
        CLASSES.iter().position(|names| names.contains(&&*name)).filter(|_| !ty.array)
    };
    match (&left.base, &right.base) {
        (Base::Entry(a), Base::Entry(b)) if left.array == right.array => Some(a == b),
        (Base::Entry(_), Base::Builtin(_)) | (Base::Builtin(_), Base::Entry(_)) => Some(false),
        _ if left.array != right.array => {
            let element = |ty: &Type| class(&ty.clone().element());
            Some(!(element(&left).is_some() && element(&right).is_some()))
        }
        _ => Some(class(&left)? == class(&right)?),
    }
}

/// Whether a foreign key of one type can refer to a key of another; `None` where that is not known.
pub(crate) fn refers(catalog: &Catalog, from: &Type, to: &Type) -> Option<bool> {
    let (from, to) = (catalog.base_type(from), catalog.base_type(to));
    if from.is_unknown() || to.is_unknown() {
        return None;
    }
    if from.array != to.array {
        return Some(false);
    }
    let (from_name, to_name) = (short_name(&from), short_name(&to));
    match (&from.base, &to.base) {
        (Base::Entry(a), Base::Entry(b)) => return Some(a == b),
        (Base::Entry(_), Base::Builtin(_)) | (Base::Builtin(_), Base::Entry(_)) => return Some(false),
        _ => {}
    }
    if from_name == to_name
        || COMPARABLE.iter().any(|family| family.contains(&&*from_name) && family.contains(&&*to_name))
    {
        return Some(true);
    }
    // The referring value is converted where that loses nothing.
    let widens = match &*to_name {
        "numeric" => matches!(&*from_name, "int2" | "int4" | "int8"),
        "float4" | "float8" => matches!(&*from_name, "int2" | "int4" | "int8" | "numeric"),
        "text" | "varchar" => matches!(&*from_name, "bpchar" | "citext"),
        "bpchar" => matches!(&*from_name, "text" | "varchar"),
        "oid" => matches!(&*from_name, "int2" | "int4" | "int8"),
        _ => false,
    };
    let foreign =
        |ty: &Type| matches!(ty.base, Base::Other(_) | Base::Row(_)) || *short_name(ty) == *"citext";
    if !widens && (foreign(&from) || foreign(&to)) { None } else { Some(widens) }
}
