//! Whether default values fit their fields.

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};

use super::decimal::is_decimal;
use crate::lower::literals::{decode_base64, parse_date_time};
use crate::parse::quoted_list;
use crate::resolve::{Datamodel, EnumRef, Field, FieldKind, ScalarType};
use crate::syntax::{Argument, Arity, Call, Expression};

/// The functions that make a default value, and the scalar types that each is for; none for any.
const FUNCTIONS: [(&str, &[ScalarType]); 7] = [
    ("autoincrement", &[ScalarType::Int, ScalarType::BigInt]),
    ("now", &[ScalarType::DateTime]),
    ("uuid", &[ScalarType::String]),
    ("cuid", &[ScalarType::String]),
    ("nanoid", &[ScalarType::String]),
    ("ulid", &[ScalarType::String]),
    ("dbgenerated", &[]),
];

/// Reports a default that its field cannot have.
pub(super) fn check(datamodel: &Datamodel<'_>, field: &Field<'_>, sink: &mut Sink) {
    let Some(default) = &field.default else { return };
    let span = default.attribute.span;
    let name = field.name();
    if default.mapped.is_some() {
        let message = format!("the default of `{name}` has a name, and PostgreSQL names no defaults");
        sink.push(problem(span, message, "take `map:` out".to_owned()));
    }
    match (field.kind, default.as_call()) {
        (FieldKind::Unknown, _) => {}
        (FieldKind::Relation(_) | FieldKind::Composite(_), _) => {
            let message = format!("`{name}` is no column and has no default");
            sink.push(problem(span, message, "put `@default` on a scalar field".to_owned()));
        }
        (_, Some(call)) if call.name.text == "dbgenerated" => check_call(field, call, span, sink),
        (FieldKind::Unsupported, _) => {
            let message = format!("the type of `{name}` is unsupported, and so is this default");
            sink.push(problem(span, message, "write `@default(dbgenerated(\"…\"))`".to_owned()));
        }
        (FieldKind::Scalar(_), Some(call)) => check_call(field, call, span, sink),
        (FieldKind::Scalar(_) | FieldKind::Enum(_), _) => {
            check_values(datamodel, field, default.value, sink);
        }
    }
}

fn check_call(field: &Field<'_>, call: &Call<'_>, span: Span, sink: &mut Sink) {
    let name = call.name.text;
    let Some((_, scalars)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        let names = FUNCTIONS.map(|(known, _)| known);
        let help = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}()`?"),
            None => format!("the functions are {}", quoted_list(&names)),
        };
        let message = format!("there is no function `{name}` for default values");
        sink.push(problem(call.span, message, help).label("unknown function"));
        return;
    };
    if let FieldKind::Scalar(scalar) = field.kind
        && !scalars.is_empty()
        && !scalars.contains(&scalar)
    {
        let message = format!("`{name}()` makes no value for `{}`, a `{}`", field.name(), scalar.name());
        let fitting: Vec<_> = scalars.iter().map(|scalar| scalar.name()).collect();
        let help = format!("make the field {}, or write another default", quoted_list(&fitting));
        sink.push(problem(span, message, help));
    }
    if let Some(wanted) = wrong_arguments(call) {
        let message = format!("`{name}()` takes {wanted}");
        sink.push(problem(span, message, format!("write `{name}()` with {wanted}")).label("arguments"));
    }
}

/// What a known function takes, if that is not what it is given.
fn wrong_arguments(call: &Call<'_>) -> Option<&'static str> {
    let one_of = |range: std::ops::RangeInclusive<u8>, step: usize| match call.arguments.as_slice() {
        [] => true,
        [Argument { value: Some(Expression::Number(word)), .. }] => {
            word.text.parse().is_ok_and(|number: u8| range.step_by(step).any(|known| known == number))
        }
        _ => false,
    };
    let (is_right, wanted) = match call.name.text {
        "uuid" => (one_of(4..=7, 3), "no argument, 4 or 7"),
        "cuid" => (one_of(1..=2, 1), "no argument, 1 or 2"),
        "nanoid" => (one_of(2..=255, 1), "no argument, or a number from 2 to 255"),
        "dbgenerated" => {
            let text = match call.arguments.as_slice() {
                [] => Some("-"),
                [argument] => argument.value.as_ref().and_then(Expression::as_string),
                _ => None,
            };
            (text.is_some_and(|text| !text.is_empty()), "no argument, or a string that is not empty")
        }
        _ => (call.arguments.is_empty(), "no argument"),
    };
    (!is_right).then_some(wanted)
}

/// Checks a constant, or the constants of a list.
fn check_values(datamodel: &Datamodel<'_>, field: &Field<'_>, value: &Expression<'_>, sink: &mut Sink) {
    match (field.arity(), value) {
        (Arity::List, Expression::Array(elements, _)) => {
            for element in elements {
                check_value(datamodel, field, element, sink);
            }
        }
        (Arity::List, other) => {
            let message = format!("`{}` is a list, and its default is {}", field.name(), other.kind());
            let help = "write the values in brackets".to_owned();
            sink.push(problem(other.span(), message, help).label("no list"));
        }
        (_, Expression::Array(_, span)) => {
            let message = format!("`{}` is no list, and its default is one", field.name());
            sink.push(problem(*span, message, "write a single value".to_owned()).label("list"));
        }
        (_, single) => check_value(datamodel, field, single, sink),
    }
}

fn check_value(datamodel: &Datamodel<'_>, field: &Field<'_>, value: &Expression<'_>, sink: &mut Sink) {
    match field.kind {
        FieldKind::Enum(enumeration) => check_enum_value(datamodel, field, enumeration, value, sink),
        FieldKind::Scalar(scalar) if !is_literal(scalar, value) => {
            let type_name = scalar.name();
            let message = match written_as(scalar, value) {
                Some(text) => format!("`{text}` is no value of `{type_name}`"),
                None => format!("`{}` is `{type_name}`, and this is {}", field.name(), value.kind()),
            };
            let help = format!("write {}", wanted_literal(scalar));
            sink.push(problem(value.span(), message, help).label("wrong value"));
        }
        _ => {}
    }
}

fn check_enum_value(
    datamodel: &Datamodel<'_>,
    field: &Field<'_>,
    enumeration: EnumRef,
    value: &Expression<'_>,
    sink: &mut Sink,
) {
    let enumeration = datamodel.enumeration(enumeration);
    let names = || enumeration.values.iter().map(crate::resolve::EnumValue::name);
    let (message, help) = match value.as_constant() {
        Some(word) if names().any(|name| name == word) => return,
        Some(word) => {
            let help = match nearest(word, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the values are {}", quoted_list(&names().collect::<Vec<_>>())),
            };
            (format!("the enum `{}` has no value `{word}`", enumeration.name()), help)
        }
        None => {
            let what = value.kind();
            let message =
                format!("`{}` is the enum `{}`, and this is {what}", field.name(), enumeration.name());
            (message, "write the name of a value, without quotes".to_owned())
        }
    };
    sink.push(problem(value.span(), message, help).label("no value"));
}

/// Whether an expression is a constant of a scalar type.
fn is_literal(scalar: ScalarType, value: &Expression<'_>) -> bool {
    match (scalar, value) {
        (ScalarType::String, Expression::String(_))
        | (ScalarType::Float | ScalarType::Decimal, Expression::Number(_)) => true,
        (ScalarType::Int | ScalarType::BigInt, Expression::Number(word)) => word.text.parse::<i64>().is_ok(),
        (ScalarType::Boolean, Expression::Constant(word)) => matches!(word.text, "true" | "false"),
        (ScalarType::Decimal, Expression::String(text)) => is_decimal(&text.value),
        (ScalarType::DateTime, Expression::String(text)) => parse_date_time(&text.value).is_some(),
        (ScalarType::Bytes, Expression::String(text)) => decode_base64(&text.value).is_some(),
        (ScalarType::Json, Expression::String(text)) => {
            serde_json::from_str::<serde_json::Value>(&text.value).is_ok()
        }
        _ => false,
    }
}

/// The text of a value that is written as constants of a scalar type are, whether it is one or not.
fn written_as<'a>(scalar: ScalarType, value: &'a Expression<'_>) -> Option<&'a str> {
    match (scalar, value) {
        (ScalarType::Int | ScalarType::BigInt, Expression::Number(word))
        | (ScalarType::Boolean, Expression::Constant(word)) => Some(word.text),
        (
            ScalarType::Decimal | ScalarType::DateTime | ScalarType::Bytes | ScalarType::Json,
            Expression::String(text),
        ) => Some(&text.value),
        _ => None,
    }
}

const fn wanted_literal(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::String => "a string in double quotes",
        ScalarType::Boolean => "`true` or `false`",
        ScalarType::Int | ScalarType::BigInt => "a whole number of at most 64 bits",
        ScalarType::Float => "a number",
        ScalarType::Decimal => "a number, or a string that holds one",
        ScalarType::DateTime => "a string such as `\"2024-12-31T23:59:00Z\"`",
        ScalarType::Json => "a string that holds JSON",
        ScalarType::Bytes => "a string that holds Base64",
    }
}

fn problem(span: Span, message: String, help: String) -> Diagnostic {
    Diagnostic::error(code::DEFAULT_VALUE, message).at(span).help(help)
}
