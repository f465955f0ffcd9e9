//! Values of a seed file as PostgreSQL reads them.
//!
//! Every constant is a text: PostgreSQL reads it by the type of its column, so no cast is needed and none can cut it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use driftless_ir::Builtin;
use driftless_psl::resolve::ScalarType;

use super::file::{Entry, Node, Value};

/// Whether a text may stand for a value of another type: one that comes from the environment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    File,
    Environment,
}

/// The constant that a value is for a column.
///
/// # Errors
/// What the column takes instead, for a message: "a whole number".
pub(super) fn constant(
    scalar: ScalarType,
    native: Option<Builtin>,
    node: &Node,
    origin: Origin,
    now: &str,
) -> Result<String, String> {
    let is_read = origin == Origin::Environment;
    let wanted = |what: &str| Err(what.to_owned());
    match (scalar, node) {
        (ScalarType::String, Node::Text(text)) => string(text, native),
        (ScalarType::Boolean, Node::Boolean(value)) => Ok(value.to_string()),
        (ScalarType::Boolean, Node::Text(text)) if is_read && matches!(text.as_str(), "true" | "false") => {
            Ok(text.clone())
        }
        (ScalarType::Int | ScalarType::BigInt, Node::Number(text)) => whole_number(scalar, native, text),
        (ScalarType::Int | ScalarType::BigInt, Node::Text(text)) if is_read => {
            whole_number(scalar, native, text)
        }
        (ScalarType::Float, Node::Number(text)) => Ok(text.clone()),
        (ScalarType::Float, Node::Text(text)) if is_read && is_decimal(text) => Ok(text.clone()),
        (ScalarType::Decimal, Node::Number(text) | Node::Text(text)) if is_decimal(text) => Ok(text.clone()),
        (ScalarType::DateTime, Node::Text(text)) if text == "now()" => Ok(now.to_owned()),
        (ScalarType::DateTime, Node::Text(text) | Node::Time(text)) => {
            time(text, native).ok_or_else(|| "a time such as `2026-01-31T12:00:00Z`, or `now()`".to_owned())
        }
        (ScalarType::Bytes, Node::Text(text)) => bytes(text).ok_or_else(|| "bytes in Base64".to_owned()),
        (ScalarType::Json, node) => json(node).ok_or_else(|| "a value of JSON".to_owned()),
        (ScalarType::String, _) => wanted("a text"),
        (ScalarType::Boolean, _) => wanted("true or false"),
        (ScalarType::Int | ScalarType::BigInt, _) => wanted("a whole number"),
        (ScalarType::Float, _) => wanted("a number"),
        (ScalarType::Decimal, _) => wanted("a number, or one written as a text"),
        (ScalarType::DateTime, _) => wanted("a time"),
        (ScalarType::Bytes, _) => wanted("bytes in Base64"),
    }
}

fn string(text: &str, native: Option<Builtin>) -> Result<String, String> {
    if text.contains('\0') {
        return Err("a text without NUL".to_owned());
    }
    match native {
        Some(Builtin::VarChar(Some(limit)) | Builtin::Char(Some(limit)))
            if text.chars().count() > limit as usize =>
        {
            Err(format!("a text of at most {limit} characters"))
        }
        Some(Builtin::Uuid) => uuid(text).ok_or_else(|| "a UUID".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// A UUID in the form that PostgreSQL writes.
fn uuid(text: &str) -> Option<String> {
    let digits = text.split('-').map(str::len);
    let is_grouped = digits.eq([8, 4, 4, 4, 12]);
    let is_hexadecimal = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    (is_grouped && is_hexadecimal).then(|| text.to_ascii_lowercase())
}

fn whole_number(scalar: ScalarType, native: Option<Builtin>, text: &str) -> Result<String, String> {
    let (least, most) = match (scalar, native) {
        (_, Some(Builtin::SmallInt)) => (i64::from(i16::MIN), i64::from(i16::MAX)),
        (_, Some(Builtin::Oid)) => (0, i64::from(u32::MAX)),
        (ScalarType::BigInt, _) => (i64::MIN, i64::MAX),
        _ => (i64::from(i32::MIN), i64::from(i32::MAX)),
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a whole number".to_owned());
    }
    match text.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number.to_string()),
        _ => Err(format!("a whole number from {least} to {most}")),
    }
}

/// Whether PostgreSQL reads a text as a number with a fraction.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let unsigned = |text: &str| text.strip_prefix(['-', '+']).unwrap_or(text).to_owned();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = unsigned(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let is_number = are_digits(whole) && are_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let is_exponent = exponent.is_none_or(|text| {
        let digits = unsigned(text);
        are_digits(&digits) && (1..=3).contains(&digits.len())
    });
    is_number && is_exponent
}

/// A time in UTC, which is right for columns with and without a time zone. What says no zone is taken as UTC.
fn time(text: &str, native: Option<Builtin>) -> Option<String> {
    if let (Some(Builtin::Time(_) | Builtin::TimeTz(_)), Ok(time)) = (native, text.parse::<NaiveTime>()) {
        return Some(format!("{time}Z"));
    }
    let time = DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| text.replacen(' ', "T", 1).parse::<NaiveDateTime>().map(|time| time.and_utc()))
        .ok();
    let midnight = || Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
    Some(time.or_else(midnight)?.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
}

/// A moment, by the milliseconds since 1970, as [`constant`] writes times.
pub(super) fn moment(in_ms: u64) -> String {
    let time = i64::try_from(in_ms).ok().and_then(DateTime::<Utc>::from_timestamp_millis);
    time.unwrap_or_default().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn bytes(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text).ok()?;
    Some(bytes.iter().fold("\\x".to_owned(), |text, byte| text + &format!("{byte:02x}")))
}

/// The text of a value in JSON; `None` for a number that is none there.
pub(super) fn json(node: &Node) -> Option<String> {
    let quote = |text: &str| serde_json::to_string(text).ok();
    Some(match node {
        Node::Null => "null".to_owned(),
        Node::Boolean(value) => value.to_string(),
        Node::Number(text) if is_decimal(text) => json_number(text),
        Node::Number(_) => return None,
        // PostgreSQL has no NUL in texts, and JSON of the binary kind none either
        Node::Text(text) if text.contains('\0') => return None,
        Node::Text(text) | Node::Time(text) => quote(text)?,
        Node::List(values) => {
            let values: Option<Vec<_>> = values.iter().map(|value: &Value| json(&value.node)).collect();
            format!("[{}]", values?.join(","))
        }
        Node::Table(entries) => {
            let entry = |entry: &Entry| Some(format!("{}:{}", quote(&entry.name)?, json(&entry.value.node)?));
            let entries: Option<Vec<_>> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries?.join(","))
        }
    })
}

/// A number without what JSON does not allow: leading zeros, a bare point.
fn json_number(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let end = digits.find(['.', 'e', 'E']).unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let whole = whole.trim_start_matches('0');
    let zero = if whole.is_empty() { "0" } else { "" };
    format!("{sign}{zero}{whole}{}", rest.replacen(".e", "e", 1).replacen(".E", "e", 1).trim_end_matches('.'))
}

/// Constants as one of an array type.
pub(super) fn array(elements: &[String]) -> String {
    let quoted =
        elements.iter().map(|element| format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(scalar: ScalarType, native: Option<Builtin>, node: Node) -> Result<String, String> {
        constant(scalar, native, &node, Origin::File, "NOW")
    }

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn constants_are_as_postgresql_reads_them() {
        let number = |text: &str| Node::Number(text.to_owned());
        let cases = [
            (ScalarType::Int, None, number("-7"), Ok("-7")),
            (
                ScalarType::Int,
                None,
                number("2147483648"),
                Err("a whole number from -2147483648 to 2147483647"),
            ),
            (
                ScalarType::Int,
                Some(Builtin::SmallInt),
                number("40000"),
                Err("a whole number from -32768 to 32767"),
            ),
            (ScalarType::BigInt, None, number("9223372036854775807"), Ok("9223372036854775807")),
            (ScalarType::Int, None, number("1.5"), Err("a whole number")),
            (ScalarType::Int, None, text("1"), Err("a whole number")),
            (ScalarType::Decimal, None, text("0.10"), Ok("0.10")),
            (ScalarType::Decimal, None, text("1e400000"), Err("a number, or one written as a text")),
            (ScalarType::Boolean, None, text("true"), Err("true or false")),
            (ScalarType::String, Some(Builtin::VarChar(Some(2))), text("éé"), Ok("éé")),
            (
                ScalarType::String,
                Some(Builtin::VarChar(Some(2))),
                text("abc"),
                Err("a text of at most 2 characters"),
            ),
            (ScalarType::String, Some(Builtin::Uuid), text("abc"), Err("a UUID")),
            (ScalarType::Bytes, None, text("AAH/"), Ok("\\x0001ff")),
            (ScalarType::Bytes, None, text("*"), Err("bytes in Base64")),
            (ScalarType::DateTime, None, text("now()"), Ok("NOW")),
            (ScalarType::DateTime, None, text("2026-01-31T12:00:00.5+02:00"), Ok("2026-01-31T10:00:00.500Z")),
            (ScalarType::DateTime, None, text("2026-01-31"), Ok("2026-01-31T00:00:00Z")),
            (ScalarType::DateTime, Some(Builtin::Time(None)), text("12:30:00"), Ok("12:30:00Z")),
            (ScalarType::Json, None, number("-.5"), Ok("-0.5")),
        ];
        for (scalar, native, node, expected) in cases {
            let read = read(scalar, native, node.clone());
            assert_eq!(read.as_deref().map_err(String::as_str), expected, "{scalar:?} {node:?}");
        }
    }

    #[test]
    fn what_comes_from_the_environment_is_read_by_the_type() {
        let read =
            |scalar, value: &str| constant(scalar, None, &text(value), Origin::Environment, "NOW").ok();
        assert_eq!(read(ScalarType::Int, "12").as_deref(), Some("12"));
        assert_eq!(read(ScalarType::Boolean, "true").as_deref(), Some("true"));
        assert_eq!(read(ScalarType::Float, "1.5").as_deref(), Some("1.5"));
        assert_eq!(read(ScalarType::Float, "x"), None);
    }

    #[test]
    fn elements_of_an_array_are_quoted() {
        assert_eq!(array(&["a".to_owned(), "b\"c\\".to_owned()]), r#"{"a","b\"c\\"}"#);
        assert_eq!(array(&[]), "{}");
    }

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(moment(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
    }
}
