//! Constants of the schema language → constants of the IR.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use driftless_ir::Literal;

use crate::resolve::{Datamodel, FieldKind, ScalarType};
use crate::syntax::Expression;

/// The constant that `value` is for a field of this kind; `None` where it does not fit.
pub(super) fn literal(datamodel: &Datamodel<'_>, kind: FieldKind, value: &Expression<'_>) -> Option<Literal> {
    if let FieldKind::Enum(enumeration) = kind {
        let name = value.as_constant()?;
        let value = datamodel.enumeration(enumeration).values.iter().find(|value| value.name() == name)?;
        return Some(Literal::EnumValue(value.database_name().into()));
    }
    let FieldKind::Scalar(scalar) = kind else { return None };
    Some(match (scalar, value) {
        (ScalarType::String, Expression::String(text)) => Literal::String(text.value.as_ref().into()),
        (ScalarType::Json, Expression::String(text)) => Literal::Json(text.value.as_ref().into()),
        (ScalarType::Bytes, Expression::String(text)) => Literal::Bytes(decode_base64(&text.value)?.into()),
        (ScalarType::DateTime, Expression::String(text)) => Literal::DateTime(date_time(&text.value)?.into()),
        (ScalarType::Boolean, Expression::Constant(word)) => Literal::Boolean(word.text.parse().ok()?),
        (ScalarType::Int | ScalarType::BigInt, Expression::Number(word)) => {
            Literal::Number(word.text.parse::<i64>().ok()?.to_string().into())
        }
        (ScalarType::Float | ScalarType::Decimal, Expression::Number(word)) => {
            Literal::Number(number(word.text))
        }
        (ScalarType::Float | ScalarType::Decimal, Expression::String(text)) => {
            Literal::Number(number(&text.value))
        }
        _ => return None,
    })
}

/// The bytes of a `Bytes` literal; `None` where the text is not Base64.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A `DateTime` literal as PostgreSQL reads it; `None` where the text is not of RFC 3339.
pub(crate) fn parse_date_time(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

fn date_time(text: &str) -> Option<String> {
    parse_date_time(text).map(|time| time.format("%Y-%m-%d %H:%M:%S%.f %:z").to_string())
}

/// A decimal number without leading zeros, and zero without a sign. Digits behind the point stay.
fn number(text: &str) -> Box<str> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let digits = digits.trim_start_matches('0');
    let point = if digits.is_empty() || digits.starts_with('.') { "0" } else { "" };
    let sign = if digits.bytes().all(|byte| matches!(byte, b'0' | b'.')) { "" } else { sign };
    format!("{sign}{point}{digits}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_scale() {
        let numbers = ["1.50", "007", "-0.0", "-00.50", "0", "123456789012345678901234567890"].map(number);
        assert_eq!(
            numbers.each_ref().map(|n| &**n),
            ["1.50", "7", "0.0", "-0.50", "0", "123456789012345678901234567890"]
        );
    }

    #[test]
    fn times_keep_their_offset() {
        assert_eq!(date_time("2020-01-01T10:00:00.5+05:30").unwrap(), "2020-01-01 10:00:00.500 +05:30");
        assert_eq!(date_time("2020-01-01 10:00:00Z").unwrap(), "2020-01-01 10:00:00 +00:00");
        assert_eq!(date_time("2020-01-01"), None);
    }
}
