//! Columns as scalar fields: types, native types, defaults.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use driftless_ir::{
    BaseType, Builtin, Column, ColumnDefault, ColumnType, EnumId, Literal, QualifiedName, Quoted, Schema,
};

use super::names::Names;
use super::spelling::{quote, quoted};
use crate::resolve::{Field, ScalarType};
use crate::syntax::{Arity, Expression};

/// What a column holds, as a field says it.
pub(super) enum FieldType {
    /// A scalar type, and the native type where the scalar alone would be another one.
    Scalar(ScalarType, Option<String>),
    /// An enum of the schema.
    Enum(EnumId),
    /// A type that the language cannot name.
    Unsupported(Box<str>),
}

/// A type of a column whose enums are known by id.
fn field_type(ty: &ColumnType) -> FieldType {
    match &ty.base {
        BaseType::Builtin(builtin) => scalar_type(*builtin, ty.array),
        BaseType::Enum(id) => FieldType::Enum(*id),
        BaseType::Other(text) => FieldType::Unsupported(text.clone()),
    }
}

/// The type of a column. A domain is taken for what it is made of.
pub(super) fn type_of(schema: &Schema, column: &Column) -> (FieldType, bool) {
    let domain = column.origin.reported.as_ref().and_then(|reported| reported.domain_of.as_ref());
    match domain.and_then(|ty| resolve(schema, ty)) {
        Some(ty) => (field_type(&ty), ty.array),
        None => (field_type(&column.ty), column.ty.array),
    }
}

/// A type whose enums are known by name, with ids; `None` where the schema does not hold the enum.
pub(super) fn resolve(schema: &Schema, ty: &ColumnType<QualifiedName>) -> Option<ColumnType> {
    let base = match &ty.base {
        BaseType::Builtin(builtin) => BaseType::Builtin(*builtin),
        BaseType::Enum(name) => BaseType::Enum(schema.find_enum(name)?.id()),
        BaseType::Other(text) => BaseType::Other(text.clone()),
    };
    Some(ColumnType { base, array: ty.array })
}

/// The digits of the fraction of a second that PostgreSQL takes where none are given.
const DEFAULT_PRECISION: u32 = 6;

fn scalar_type(builtin: Builtin, is_array: bool) -> FieldType {
    use ScalarType::{BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};
    // the reference reads the precision of single times from a place that fills in the default
    let digits =
        |precision: Option<u32>| if is_array { precision } else { precision.or(Some(DEFAULT_PRECISION)) };
    let (scalar, name, number) = match builtin {
        Builtin::Integer => (Int, "", None),
        Builtin::BigInt => (BigInt, "", None),
        Builtin::DoublePrecision => (Float, "", None),
        Builtin::Numeric(Some((65, 30))) => (Decimal, "", None),
        Builtin::Boolean => (Boolean, "", None),
        Builtin::Text => (String, "", None),
        Builtin::JsonB => (Json, "", None),
        Builtin::ByteA => (Bytes, "", None),
        Builtin::Timestamp(Some(3)) => (DateTime, "", None),
        Builtin::SmallInt => (Int, "SmallInt", None),
        Builtin::Oid => (Int, "Oid", None),
        Builtin::Real => (Float, "Real", None),
        Builtin::Money => (Decimal, "Money", None),
        Builtin::Numeric(Some((precision, scale))) => {
            return FieldType::Scalar(Decimal, Some(format!("Decimal({precision}, {scale})")));
        }
        Builtin::Numeric(None) => (Decimal, "Decimal", None),
        Builtin::CiText => (String, "Citext", None),
        Builtin::Char(length) => (String, "Char", length),
        Builtin::VarChar(length) => (String, "VarChar", length),
        Builtin::Uuid => (String, "Uuid", None),
        Builtin::Xml => (String, "Xml", None),
        Builtin::Inet => (String, "Inet", None),
        Builtin::Bit(length) => (String, "Bit", length),
        Builtin::VarBit(length) => (String, "VarBit", length),
        Builtin::Json => (Json, "Json", None),
        Builtin::Date => (DateTime, "Date", None),
        Builtin::Time(precision) => (DateTime, "Time", digits(precision)),
        Builtin::TimeTz(precision) => (DateTime, "Timetz", digits(precision)),
        Builtin::Timestamp(precision) => (DateTime, "Timestamp", digits(precision)),
        Builtin::TimestampTz(precision) => (DateTime, "Timestamptz", digits(precision)),
    };
    let native = match number {
        _ if name.is_empty() => None,
        Some(number) => Some(format!("{name}({number})")),
        None => Some(name.to_owned()),
    };
    FieldType::Scalar(scalar, native)
}

/// What is needed to write a scalar field.
pub(super) struct ScalarWriter<'s> {
    pub(super) schema: &'s Schema,
    pub(super) names: &'s Names,
    /// The name of the datasource block, which native types begin with.
    pub(super) datasource: &'s str,
}

impl ScalarWriter<'_> {
    /// Writes the type and its arity.
    pub(super) fn write_type(&self, ty: &FieldType, arity: Arity, out: &mut String) {
        match ty {
            FieldType::Scalar(scalar, _) => out.push_str(scalar.name()),
            FieldType::Enum(id) => out.push_str(&self.names.enums[id.index()].name),
            FieldType::Unsupported(text) => {
                out.push_str("Unsupported(");
                quote(text, out);
                out.push(')');
            }
        }
        out.push_str(match arity {
            Arity::Required => "",
            Arity::Optional => "?",
            Arity::List => "[]",
        });
    }

    /// Writes what stands behind the keys of a field: default, `@updatedAt`, name in the database, native type,
    /// `@ignore`. `known` is the field that the schema has for the column.
    pub(super) fn write_attributes(
        &self,
        column: &Column,
        ty: &FieldType,
        (name, known): (&str, Option<&KnownField<'_>>),
        out: &mut String,
    ) {
        if let Some(default) = self.default(column, ty) {
            out.push_str(" @default(");
            out.push_str(&default);
            out.push(')');
        } else if let Some(default) = known.and_then(|known| known.client_default()) {
            out.push(' ');
            out.push_str(default);
        }
        if known.is_some_and(|known| known.field.updated_at.is_some()) {
            out.push_str(" @updatedAt");
        }
        if name != column.name.as_str() || known.is_some_and(|known| known.field.mapped.is_some()) {
            out.push_str(" @map(");
            quote(column.name.as_str(), out);
            out.push(')');
        }
        if let FieldType::Scalar(_, Some(native)) = ty {
            out.push_str(" @");
            out.push_str(self.datasource);
            out.push('.');
            out.push_str(native);
        }
        if known.is_some_and(|known| known.field.ignored.is_some()) {
            out.push_str(" @ignore");
        }
    }

    /// The value of `@default`.
    fn default(&self, column: &Column, ty: &FieldType) -> Option<String> {
        let written = column.origin.reported.as_ref().and_then(|reported| reported.default_text.as_deref());
        let known = match column.default.as_ref()? {
            ColumnDefault::Now => return Some("now()".to_owned()),
            ColumnDefault::Serial(_) | ColumnDefault::Identity(_) => {
                return Some("autoincrement()".to_owned());
            }
            ColumnDefault::Generated(expr) | ColumnDefault::Expression(expr) => {
                return Some(generated(&expr.text));
            }
            ColumnDefault::Literal(literal) => self.literal(literal, ty, written.is_some()),
            ColumnDefault::Array(literals) => {
                let is_plain = !written.is_some_and(|text| has_wrapped_number(text, ty));
                let literal =
                    |literal: &Literal| if is_plain { self.literal(literal, ty, false) } else { None };
                let values: Option<Vec<_>> = literals.iter().map(literal).collect();
                values.map(|values| format!("[{}]", values.join(", ")))
            }
        };
        known.or_else(|| written.map(generated).or_else(|| Some(self.raw_enum_default(column))))
    }

    /// The text of a constant; `None` where the language has none for it.
    fn literal(&self, literal: &Literal, ty: &FieldType, is_lost: bool) -> Option<String> {
        let is_uuid = matches!(ty, FieldType::Scalar(_, Some(native)) if native == "Uuid");
        Some(match literal {
            Literal::Boolean(value) => value.to_string(),
            Literal::Number(_) if is_lost => return None,
            Literal::Number(text) => text.to_string(),
            Literal::String(_) if is_uuid => return None,
            Literal::String(text) | Literal::Json(text) => quoted(text),
            Literal::Bytes(bytes) => format!("\"{}\"", STANDARD.encode(bytes)),
            Literal::DateTime(_) => return None,
            Literal::EnumValue(value) => self.enum_value(value, ty)?,
        })
    }

    fn enum_value(&self, value: &str, ty: &FieldType) -> Option<String> {
        let FieldType::Enum(id) = ty else { return None };
        let position = self.schema.enumeration(*id).values().position(|name| name.as_str() == value)?;
        self.names.values[id.index()][position].clone()
    }

    /// Values of an enum for which no name can stand, as an SQL constant of its type.
    fn raw_enum_default(&self, column: &Column) -> String {
        let BaseType::Enum(id) = &column.ty.base else { return "dbgenerated()".to_owned() };
        let enumeration = self.schema.enumeration(*id);
        let namespace = enumeration.namespace();
        let mut ty = enumeration.qualified_name().name.to_string();
        if !namespace.is_implicit() {
            ty = format!("{}.{ty}", namespace.name());
        }
        let constant = |literal: &Literal| match literal {
            Literal::EnumValue(value) => Some(Quoted(value).to_string().trim_start().to_owned()),
            _ => None,
        };
        let sql = match &column.default {
            Some(ColumnDefault::Literal(literal)) => constant(literal).map(|value| format!("{value}::{ty}")),
            Some(ColumnDefault::Array(literals)) => {
                let values: Option<Vec<_>> = literals.iter().map(constant).collect();
                values.map(|values| format!("ARRAY[{}]::{ty}[]", values.join(", ")))
            }
            _ => None,
        };
        sql.map_or_else(|| "dbgenerated()".to_owned(), |sql| generated(&sql))
    }
}

fn generated(text: &str) -> String {
    format!("dbgenerated({})", quoted(text))
}

/// Whether whole numbers stand in an array in parentheses, which the reference does not take for constants.
fn has_wrapped_number(text: &str, ty: &FieldType) -> bool {
    matches!(ty, FieldType::Scalar(ScalarType::Int | ScalarType::BigInt, _)) && text.contains("(")
}

/// A field that the schema has, and its text.
pub(super) struct KnownField<'d> {
    pub(super) field: &'d Field<'d>,
    /// The text of the file that it stands in.
    pub(super) text: &'d str,
}

impl<'d> KnownField<'d> {
    /// The default that the client makes, as the attribute stands in the file.
    fn client_default(&self) -> Option<&'d str> {
        let default = self.field.default.as_ref()?;
        let Expression::Call(call) = default.value else { return None };
        let is_made_by_client = !matches!(call.name.text, "now" | "autoincrement" | "dbgenerated");
        if is_made_by_client { self.text.get(default.attribute.span.range()) } else { None }
    }
}
