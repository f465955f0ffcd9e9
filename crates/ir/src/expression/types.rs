//! Names of types, in one spelling.

use crate::{BaseType, Builtin, ColumnType, QualifiedName};

/// A type: PostgreSQL's short name of it, its modifier, and whether it is an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Type {
    /// `int4`, `text`; a type that is no part of PostgreSQL with its namespace where that is known.
    pub(crate) name: Box<str>,
    /// What stands in brackets behind the name, and the fields of an interval.
    pub(crate) modifier: Option<Box<str>>,
    /// Whether it is an array of them.
    pub(crate) array: bool,
}

impl Type {
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.into(), modifier: None, array: false }
    }

    /// The same without a modifier.
    pub(crate) fn bare(&self) -> Self {
        Self { modifier: None, ..self.clone() }
    }

    pub(crate) fn element(&self) -> Self {
        Self { array: false, ..self.clone() }
    }

    pub(crate) fn array_of(&self) -> Self {
        Self { array: true, ..self.clone() }
    }

    /// Whether it is this type, of any modifier, and no array.
    pub(crate) fn is(&self, name: &str) -> bool {
        !self.array && &*self.name == name
    }

    /// Whether they are of one kind, of any modifiers.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.array == other.array && self.name == other.name
    }

    pub(crate) fn is_one_of(&self, names: &[&str]) -> bool {
        !self.array && names.contains(&&*self.name)
    }

    /// An enum type of the schema, by its full name.
    pub(crate) fn enumeration(name: &QualifiedName) -> String {
        format!("enum {name}")
    }

    /// Whether it is an enum type of the schema, or an array of one.
    pub(crate) fn is_enum(&self) -> bool {
        self.name.starts_with("enum ")
    }

    /// The type of a column; `enum_name` tells how an enum is called.
    pub(crate) fn of_column<E>(ty: &ColumnType<E>, enum_name: impl FnOnce(&E) -> String) -> Option<Self> {
        let element = match &ty.base {
            BaseType::Builtin(builtin) => Self::builtin(*builtin),
            BaseType::Enum(id) => Self::named(&enum_name(id)),
            BaseType::Other(text) => super::parser::type_name(text)?,
        };
        Some(Self { array: ty.array || element.array, ..element })
    }

    fn builtin(builtin: Builtin) -> Self {
        use Builtin::{Bit, Char, Numeric, Time, TimeTz, Timestamp, TimestampTz, VarBit, VarChar};
        let modifier = match builtin {
            Numeric(Some((precision, scale))) => Some(format!("{precision},{scale}")),
            Char(length) | VarChar(length) | Bit(length) | VarBit(length) => length.map(|n| n.to_string()),
            Time(digits) | TimeTz(digits) | Timestamp(digits) | TimestampTz(digits) => {
                digits.map(|n| n.to_string())
            }
            _ => None,
        };
        Self { name: builtin.short_name().into(), modifier: modifier.map(Box::from), array: false }
    }
}

/// PostgreSQL's short name of a type that a word of SQL stands for; `None` for other names.
pub(super) fn short_name(word: &str) -> Option<&'static str> {
    Some(match word {
        "int" | "integer" | "int4" => "int4",
        "smallint" | "int2" => "int2",
        "bigint" | "int8" => "int8",
        "real" | "float4" => "float4",
        "float" | "float8" => "float8",
        "decimal" | "dec" | "numeric" => "numeric",
        "boolean" | "bool" => "bool",
        "char" | "character" | "nchar" | "bpchar" => "bpchar",
        "varchar" => "varchar",
        "text" => "text",
        "name" => "name",
        "citext" => "citext",
        "bit" => "bit",
        "varbit" => "varbit",
        "date" => "date",
        "time" => "time",
        "timetz" => "timetz",
        "timestamp" => "timestamp",
        "timestamptz" => "timestamptz",
        "interval" => "interval",
        "json" => "json",
        "jsonb" => "jsonb",
        "bytea" => "bytea",
        "uuid" => "uuid",
        "xml" => "xml",
        "inet" => "inet",
        "cidr" => "cidr",
        "macaddr" => "macaddr",
        "money" => "money",
        "oid" => "oid",
        "regclass" => "regclass",
        "regconfig" => "regconfig",
        "tsvector" => "tsvector",
        "tsquery" => "tsquery",
        _ => return None,
    })
}
