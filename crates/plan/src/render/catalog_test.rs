//! Questions to PostgreSQL's catalog that tell whether a change is still to be made.
//!
//! Names in them mean what they mean in the statements beside them: the search path finds what is not qualified.

use std::fmt::Display;

use driftless_ir::{BaseType, Builtin, ColumnWalker, EnumWalker, Name};

use super::fragment::Type;
use super::name::{ObjectName, quote};

/// The table has a constraint of this name.
pub(crate) fn has_constraint(table: ObjectName<'_>, name: &Name) -> String {
    has_constraint_that(table, name, &[])
}

/// The table has a constraint of this name of which one of the conditions on `pg_constraint` holds; without
/// conditions, any.
pub(crate) fn has_constraint_that(table: ObjectName<'_>, name: &Name, any_of: &[String]) -> String {
    let and = joined(any_of);
    let (table, name) = (table.quoted(), quote(name.as_str()));
    format!(
        "EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass({table}) AND conname = {name}{and})"
    )
}

/// There is an index of this name of which one of the conditions on `pg_index` holds.
pub(crate) fn has_index_that(index: ObjectName<'_>, any_of: &[String]) -> String {
    let and = joined(any_of);
    format!("EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass({}){and})", index.quoted())
}

fn joined(any_of: &[String]) -> String {
    match any_of {
        [] => String::new(),
        conditions => format!(" AND ({})", conditions.join(" OR ")),
    }
}

/// The table has no primary key.
pub(crate) fn has_no_primary_key(table: ObjectName<'_>) -> String {
    let table = table.quoted();
    format!(
        "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass({table}) AND contype = 'p')"
    )
}

/// The table has a column of this name.
pub(crate) fn has_column(table: ObjectName<'_>, column: &Name) -> String {
    let (table, column) = (table.quoted(), quote(column.as_str()));
    format!(
        "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass({table}) AND attname = {column} AND NOT attisdropped)"
    )
}

/// One of the columns of the table is of another type than it should be.
pub(crate) fn has_other_types<'a>(
    table: ObjectName<'_>,
    columns: impl Iterator<Item = ColumnWalker<'a>>,
) -> String {
    let differs = columns.map(|column| {
        format!("attname = {} AND {}", quote(column.name().as_str()), is_other_type(Type::of(column)))
    });
    let any_of = differs.collect::<Vec<_>>().join(" OR ");
    let table = table.quoted();
    format!(
        "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass({table}) AND NOT attisdropped AND ({any_of}))"
    )
}

/// A condition on `pg_attribute`. Names of types with modifiers are compared as `format_type` prints them; those of
/// other types may be qualified there, so that their ids are compared.
fn is_other_type(ty: Type<'_>) -> String {
    let array = if ty.ty.array { "[]" } else { "" };
    match &ty.ty.base {
        BaseType::Builtin(builtin) if *builtin != Builtin::CiText => {
            let printed = quote(&format!("{}{array}", printed_type(*builtin)));
            format!("format_type(atttypid, atttypmod) <> {printed}")
        }
        BaseType::Other(text) => {
            let other = format!("atttypid IS DISTINCT FROM to_regtype({})", quote(&ty.to_string()));
            match modifiers(text) {
                // The name of a type says nothing of them.
                Some(modifiers) => format!(
                    "({other} OR lower(format_type(atttypid, atttypmod)) NOT LIKE {})",
                    quote(&format!("%{modifiers}%"))
                ),
                None => other,
            }
        }
        _ => format!("atttypid IS DISTINCT FROM to_regtype({})", quote(&ty.to_string())),
    }
}

/// The modifiers of a type with their brackets, as `format_type` prints them but in small letters.
fn modifiers(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('(')?;
    let (modifiers, _) = rest.split_once(')')?;
    Some(format!("({})", modifiers.to_lowercase().split_whitespace().collect::<String>()))
}

/// A type as `format_type` prints it.
fn printed_type(builtin: Builtin) -> String {
    use Builtin::{Bit, Char, Numeric, Time, TimeTz, Timestamp, TimestampTz, VarBit, VarChar};
    let modifier = |modifier: Option<u32>| modifier.map(|m| format!("({m})")).unwrap_or_default();
    match builtin {
        Numeric(None) => "numeric".into(),
        Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
        Char(length) => format!("character({})", length.unwrap_or(1)),
        VarChar(length) => format!("character varying{}", modifier(length)),
        Bit(length) => format!("bit({})", length.unwrap_or(1)),
        VarBit(length) => format!("bit varying{}", modifier(length)),
        Time(precision) => format!("time{} without time zone", modifier(precision)),
        TimeTz(precision) => format!("time{} with time zone", modifier(precision)),
        Timestamp(precision) => format!("timestamp{} without time zone", modifier(precision)),
        TimestampTz(precision) => format!("timestamp{} with time zone", modifier(precision)),
        other => other.to_string().to_lowercase(),
    }
}

/// There is no type of this name.
pub(crate) fn has_no_type(name: ObjectName<'_>) -> String {
    format!("to_regtype({}) IS NULL", name.quoted())
}

/// There is a type of this name.
pub(crate) fn has_type(name: ObjectName<'_>) -> String {
    format!("to_regtype({}) IS NOT NULL", name.quoted())
}

/// There is an enum type of this name, and not a table's row type.
pub(crate) fn has_enum(name: ObjectName<'_>) -> String {
    format!("EXISTS (SELECT 1 FROM pg_type WHERE oid = to_regtype({}) AND typtype = 'e')", name.quoted())
}

/// The enum type has the value.
pub(crate) fn has_value(name: ObjectName<'_>, value: &Name) -> String {
    let (name, value) = (name.quoted(), quote(value.as_str()));
    format!("EXISTS (SELECT 1 FROM pg_enum WHERE enumtypid = to_regtype({name}) AND enumlabel = {value})")
}

/// The enum type has other values than it should have, whatever their order.
pub(crate) fn has_other_values(name: ObjectName<'_>, enumeration: EnumWalker<'_>) -> String {
    let mut values: Vec<_> = enumeration.values().map(Name::as_str).collect();
    values.sort_unstable();
    let values = array(values.into_iter().map(quote), "name");
    let name = name.quoted();
    format!(
        "ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype({name}) ORDER BY enumlabel) <> {values}"
    )
}

/// The names behind attribute numbers: a condition that they differ from these.
pub(crate) fn columns_differ<'a>(
    numbers: &str,
    relation: &str,
    names: impl Iterator<Item = &'a Name>,
) -> String {
    let names = array(names.map(|name| quote(name.as_str())), "name");
    format!(
        "ARRAY(SELECT attname FROM unnest({numbers}) WITH ORDINALITY AS key(number, place) JOIN pg_attribute ON attrelid = {relation} AND attnum = number ORDER BY place) <> {names}"
    )
}

fn array(items: impl Iterator<Item = impl Display>, ty: &str) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    format!("ARRAY[{}]::{ty}[]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_postgresql_prints_them() {
        assert_eq!(printed_type(Builtin::TimestampTz(Some(3))), "timestamp(3) with time zone");
        assert_eq!(printed_type(Builtin::Char(None)), "character(1)");
        assert_eq!(printed_type(Builtin::DoublePrecision), "double precision");
        assert_eq!(printed_type(Builtin::Numeric(Some((65, 30)))), "numeric(65,30)");
    }
}
