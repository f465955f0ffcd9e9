//! Column types.

use std::fmt;

use crate::{EnumId, QualifiedName};

/// The type of a column: a base type, or an array of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType<E = EnumId> {
    /// The type, or the type of an array's elements.
    pub base: BaseType<E>,
    /// Whether the column holds an array. PostgreSQL does not enforce a number of dimensions.
    pub array: bool,
}

/// What a column, or an element of an array column, holds. `E` is how an enum is referred to: by name while a schema
/// is built, by id afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseType<E = EnumId> {
    /// A type that is modelled.
    Builtin(Builtin),
    /// An enum type of the same schema.
    Enum(E),
    /// Any other type, as its source writes it.
    Other(Box<str>),
}

impl ColumnType<QualifiedName> {
    /// A column of a modelled type.
    pub fn builtin(builtin: Builtin) -> Self {
        Self { base: BaseType::Builtin(builtin), array: false }
    }
}

/// The types that the schema language can name, with their modifiers; `None` where a modifier is not given.
///
/// The names are PostgreSQL's short names in SQL; see its manual, chapter "Data Types".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Builtin {
    SmallInt,
    Integer,
    BigInt,
    Oid,
    Real,
    DoublePrecision,
    /// Precision and scale.
    Numeric(Option<(u32, u32)>),
    Money,
    Boolean,
    Text,
    CiText,
    /// Length in characters.
    Char(Option<u32>),
    /// Greatest length in characters.
    VarChar(Option<u32>),
    Uuid,
    Xml,
    Inet,
    /// Length in bits.
    Bit(Option<u32>),
    /// Greatest length in bits.
    VarBit(Option<u32>),
    Json,
    JsonB,
    ByteA,
    Date,
    /// Digits of the fraction of a second, here and below.
    Time(Option<u32>),
    TimeTz(Option<u32>),
    Timestamp(Option<u32>),
    TimestampTz(Option<u32>),
}

impl Builtin {
    /// PostgreSQL's own name of the type (`pg_type.typname`), without modifiers.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::SmallInt => "int2",
            Self::Integer => "int4",
            Self::BigInt => "int8",
            Self::Oid => "oid",
            Self::Real => "float4",
            Self::DoublePrecision => "float8",
            Self::Numeric(_) => "numeric",
            Self::Money => "money",
            Self::Boolean => "bool",
            Self::Text => "text",
            Self::CiText => "citext",
            Self::Char(_) => "bpchar",
            Self::VarChar(_) => "varchar",
            Self::Uuid => "uuid",
            Self::Xml => "xml",
            Self::Inet => "inet",
            Self::Bit(_) => "bit",
            Self::VarBit(_) => "varbit",
            Self::Json => "json",
            Self::JsonB => "jsonb",
            Self::ByteA => "bytea",
            Self::Date => "date",
            Self::Time(_) => "time",
            Self::TimeTz(_) => "timetz",
            Self::Timestamp(_) => "timestamp",
            Self::TimestampTz(_) => "timestamptz",
        }
    }
}

/// Writes the type as it stands in DDL, in capitals: `VARCHAR(255)`, `DECIMAL(65,30)`.
impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, modifier) = match *self {
            Self::Numeric(Some((precision, scale))) => return write!(f, "DECIMAL({precision},{scale})"),
            Self::Numeric(None) => ("DECIMAL", None),
            Self::SmallInt => ("SMALLINT", None),
            Self::Integer => ("INTEGER", None),
            Self::BigInt => ("BIGINT", None),
            Self::Oid => ("OID", None),
            Self::Real => ("REAL", None),
            Self::DoublePrecision => ("DOUBLE PRECISION", None),
            Self::Money => ("MONEY", None),
            Self::Boolean => ("BOOLEAN", None),
            Self::Text => ("TEXT", None),
            Self::CiText => ("CITEXT", None),
            Self::Char(length) => ("CHAR", length),
            Self::VarChar(length) => ("VARCHAR", length),
            Self::Uuid => ("UUID", None),
            Self::Xml => ("XML", None),
            Self::Inet => ("INET", None),
            Self::Bit(length) => ("BIT", length),
            Self::VarBit(length) => ("VARBIT", length),
            Self::Json => ("JSON", None),
            Self::JsonB => ("JSONB", None),
            Self::ByteA => ("BYTEA", None),
            Self::Date => ("DATE", None),
            Self::Time(precision) => ("TIME", precision),
            Self::TimeTz(precision) => ("TIMETZ", precision),
            Self::Timestamp(precision) => ("TIMESTAMP", precision),
            Self::TimestampTz(precision) => ("TIMESTAMPTZ", precision),
        };
        f.write_str(name)?;
        match modifier {
            Some(modifier) => write!(f, "({modifier})"),
            None => Ok(()),
        }
    }
}
