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

impl Shape {
    /// The type that arguments make; `None` where they are too many or too few.
    fn apply(&self, numbers: &[u32]) -> Option<Builtin> {
        match (self, numbers) {
            (Self::None(builtin), []) => Some(*builtin),
            (Self::UpToOne(make), []) => Some(make(None)),
            (Self::UpToOne(make), [number]) => Some(make(Some(*number))),
            (Self::UpToTwo(make), []) => Some(make(None)),
            (Self::UpToTwo(make), [precision, scale]) => Some(make(Some((*precision, *scale)))),
            _ => None,
        }
    }

    const fn describe(&self) -> &'static str {
        match self {
            Self::None(_) => "no arguments",
            Self::UpToOne(_) => "at most one argument",
            Self::UpToTwo(_) => "two arguments or none",
        }
    }
}

/// A native type of the language: its name, its arguments, the scalar types that it fits.
struct Entry(&'static str, Shape, &'static [ScalarType]);

static NATIVE_TYPES: [Entry; 26] = [
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

/// The names of the native types that fit a scalar type.
pub fn fitting_types(scalar: ScalarType) -> impl Iterator<Item = &'static str> {
    NATIVE_TYPES.iter().filter(move |entry| entry.2.contains(&scalar)).map(|entry| entry.0)
}

/// Whether the text in `Unsupported("…")` names a native type, as in `VarChar(3)`, so that the field need not be
/// unsupported. Names of PostgreSQL, such as `varchar(3)`, do not count.
pub fn names_native_type(text: &str) -> bool {
    let (name, arguments) = match text.split_once('(') {
        None => (text, None),
        Some((name, rest)) => (name, rest.split_once(')').map(|(arguments, _)| arguments)),
    };
    let Some(entry) = NATIVE_TYPES.iter().find(|entry| entry.0 == name.trim()) else { return false };
    let Some(arguments) = arguments else { return true };
    let numbers: Option<Vec<u32>> = arguments.split(',').map(|number| number.trim().parse().ok()).collect();
    matches!(entry.1, Shape::None(_)) || numbers.is_some_and(|numbers| entry.1.apply(&numbers).is_some())
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
            None => {
                format!("the native types are {}", quoted_list(&NATIVE_TYPES.each_ref().map(|entry| entry.0)))
            }
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
    let Some(ty) = entry.1.apply(&numbers) else {
        let (takes, given) = (entry.1.describe(), numbers.len());
        let message = format!("`{name}` takes {takes}, and {given} are given");
        sink.push(problem(message).label("wrong number").help(format!("write `{name}` with {takes}")));
        return None;
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
