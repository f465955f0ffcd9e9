//! Native types: `@db.VarChar(255)` and the column type of a scalar without one.

use driftless_diagnostics::{Diagnostic, Sink, code, nearest};
use driftless_ir::Builtin;

use super::model::{NativeType, ScalarType};
use crate::parse::quoted_list;
use crate::syntax::{Attribute, Expression};

/// How many arguments a native type takes, and the type that they make.
enum Shape {
    None(Builtin),
    UpToOne(fn(Option<u32>) -> Builtin),
    UpToTwo(fn(Option<(u32, u32)>) -> Builtin),
}

/// A native type of the language: its name, its arguments, the scalar types that it fits.
struct Entry(&'static str, Shape, &'static [ScalarType]);

const NATIVE_TYPES: [Entry; 26] = [
    Entry("SmallInt", Shape::None(Builtin::SmallInt), &[ScalarType::Int]),
    Entry("Integer", Shape::None(Builtin::Integer), &[ScalarType::Int]),
    Entry("BigInt", Shape::None(Builtin::BigInt), &[ScalarType::BigInt]),
    Entry("Decimal", Shape::UpToTwo(Builtin::Numeric), &[ScalarType::Decimal]),
    Entry("Money", Shape::None(Builtin::Money), &[ScalarType::Decimal]),
    Entry("Inet", Shape::None(Builtin::Inet), &[ScalarType::String]),
    Entry("Citext", Shape::None(Builtin::CiText), &[ScalarType::String]),
    Entry("Oid", Shape::None(Builtin::Oid), &[ScalarType::Int]),
    Entry("Real", Shape::None(Builtin::Real), &[ScalarType::Float]),
    Entry("DoublePrecision", Shape::None(Builtin::DoublePrecision), &[ScalarType::Float]),
    Entry("VarChar", Shape::UpToOne(Builtin::VarChar), &[ScalarType::String]),
    Entry("Char", Shape::UpToOne(Builtin::Char), &[ScalarType::String]),
    Entry("Text", Shape::None(Builtin::Text), &[ScalarType::String]),
    Entry("ByteA", Shape::None(Builtin::ByteA), &[ScalarType::Bytes]),
    Entry("Timestamp", Shape::UpToOne(Builtin::Timestamp), &[ScalarType::DateTime]),
    Entry("Timestamptz", Shape::UpToOne(Builtin::TimestampTz), &[ScalarType::DateTime]),
    Entry("Date", Shape::None(Builtin::Date), &[ScalarType::DateTime]),
    Entry("Time", Shape::UpToOne(Builtin::Time), &[ScalarType::DateTime]),
    Entry("Timetz", Shape::UpToOne(Builtin::TimeTz), &[ScalarType::DateTime]),
    Entry("Boolean", Shape::None(Builtin::Boolean), &[ScalarType::Boolean]),
    Entry("Bit", Shape::UpToOne(Builtin::Bit), &[ScalarType::String]),
    Entry("VarBit", Shape::UpToOne(Builtin::VarBit), &[ScalarType::String]),
    Entry("Uuid", Shape::None(Builtin::Uuid), &[ScalarType::String]),
    Entry("Xml", Shape::None(Builtin::Xml), &[ScalarType::String]),
    Entry("Json", Shape::None(Builtin::Json), &[ScalarType::Json]),
    Entry("JsonB", Shape::None(Builtin::JsonB), &[ScalarType::Json]),
];

/// The column type of a scalar field without a native type.
pub const fn default_type(scalar: ScalarType) -> Builtin {
    match scalar {
        ScalarType::String => Builtin::Text,
        ScalarType::Boolean => Builtin::Boolean,
        ScalarType::Int => Builtin::Integer,
        ScalarType::BigInt => Builtin::BigInt,
        ScalarType::Float => Builtin::DoublePrecision,
        ScalarType::Decimal => Builtin::Numeric(Some((65, 30))),
        ScalarType::DateTime => Builtin::Timestamp(Some(3)),
        ScalarType::Json => Builtin::JsonB,
        ScalarType::Bytes => Builtin::ByteA,
    }
}

/// The scalar types that the native type of a name fits; empty for a name that is none.
pub fn fitting_scalars(name: &str) -> &'static [ScalarType] {
    NATIVE_TYPES.iter().find(|entry| entry.0 == name).map_or(&[], |entry| entry.2)
}

/// Reads `@db.Name(…)`, of which `name` is the part behind the dot. Problems go to `sink`.
pub(super) fn resolve<'a>(
    attribute: &'a Attribute<'a>,
    name: &'a str,
    sink: &mut Sink,
) -> Option<NativeType<'a>> {
    let problem = |message: String| Diagnostic::error(code::NATIVE_TYPE, message).at(attribute.span);
    let Some(entry) = NATIVE_TYPES.iter().find(|entry| entry.0 == name) else {
        let help = match nearest(name, NATIVE_TYPES.iter().map(|entry| entry.0)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the native types are {}", quoted_list(&NATIVE_TYPES.map(|entry| entry.0))),
        };
        sink.push(
            problem(format!("PostgreSQL has no native type `{name}`")).label("unknown type").help(help),
        );
        return None;
    };
    let Some(numbers) = whole_numbers(attribute) else {
        let message = format!("the arguments of `{name}` are whole numbers, none of them negative");
        sink.push(problem(message).label("not a number").help(format!("write `{name}(…)` with numbers")));
        return None;
    };
    let ty = match (&entry.1, numbers.as_slice()) {
        (Shape::None(builtin), []) => *builtin,
        (Shape::UpToOne(make), []) => make(None),
        (Shape::UpToOne(make), [number]) => make(Some(*number)),
        (Shape::UpToTwo(make), []) => make(None),
        (Shape::UpToTwo(make), [precision, scale]) => make(Some((*precision, *scale))),
        (shape, given) => {
            let takes = match shape {
                Shape::None(_) => "no arguments",
                Shape::UpToOne(_) => "at most one argument",
                Shape::UpToTwo(_) => "two arguments or none",
            };
            let message = format!("`{name}` takes {takes}, and {} are given", given.len());
            sink.push(problem(message).label("wrong number").help(format!("write `{name}` with {takes}")));
            return None;
        }
    };
    Some(NativeType { ty, name, attribute })
}

/// The arguments as numbers; `None` where one of them is none.
fn whole_numbers(attribute: &Attribute<'_>) -> Option<Vec<u32>> {
    let number = |argument: &crate::syntax::Argument<'_>| match argument.value.as_ref()? {
        Expression::Number(word) => word.text.parse().ok(),
        _ => None,
    };
    attribute.arguments.iter().map(number).collect()
}
