//! Texts, and what their methods make of them.

use std::borrow::Cow;

use super::super::value::{Reason, Value};

/// The longest text that is built, in bytes.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// The most elements of a list, and properties of an object.
pub(super) const MAX_ELEMENTS: usize = 10_000;

/// A value as a part of a text.
pub(super) fn of(value: &Value, offset: u32) -> Result<String, Reason> {
    match value {
        Value::Text(text) => Ok(text.to_string()),
        Value::Boolean(truth) => Ok(truth.to_string()),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Ok(format!("{}", *number as i64))
        }
        Value::FileUrl(path) => Ok(format!("file://{path}")),
        other => Err(other.why_no_text(offset)),
    }
}

/// A text that was built, unless it is too long.
pub(super) fn limited(text: &str, offset: u32) -> Value {
    if text.len() > MAX_TEXT_BYTES {
        let reason = format!("it makes a text of more than {} MiB", MAX_TEXT_BYTES >> 20);
        return Value::Computed(Reason::new(offset, reason));
    }
    Value::text(text)
}

/// What a method of a text gives; `None` where that is not known exactly.
pub(super) fn method(text: &str, name: &str, arguments: &[Value], offset: u32) -> Option<Value> {
    let texts: Option<Vec<&str>> = arguments
        .iter()
        .map(|argument| match argument {
            Value::Text(text) => Some(&**text),
            _ => None,
        })
        .collect();
    let texts = texts?;
    Some(match (name, texts.as_slice()) {
        ("toString" | "valueOf", []) => Value::text(text),
        ("trim", []) => Value::text(text.trim_matches(is_blank)),
        ("trimStart", []) => Value::text(text.trim_start_matches(is_blank)),
        ("trimEnd", []) => Value::text(text.trim_end_matches(is_blank)),
        ("toLowerCase", []) if text.is_ascii() => Value::text(&text.to_ascii_lowercase()),
        ("toUpperCase", []) if text.is_ascii() => Value::text(&text.to_ascii_uppercase()),
        ("startsWith", [part]) => Value::Boolean(text.starts_with(part)),
        ("endsWith", [part]) => Value::Boolean(text.ends_with(part)),
        ("includes", [part]) => Value::Boolean(text.contains(part)),
        ("concat", parts) => limited(&format!("{text}{}", parts.concat()), offset),
        // `$` in a replacement has meanings of its own.
        ("replace", [pattern, with]) if !with.contains('$') => {
            limited(&text.replacen(pattern, with, 1), offset)
        }
        ("replaceAll", [pattern, with]) if !with.contains('$') && !pattern.is_empty() => {
            if text.len() / pattern.len() * with.len() > MAX_TEXT_BYTES {
                return None;
            }
            limited(&text.replace(pattern, with), offset)
        }
        _ => return None,
    })
}

/// What JavaScript takes as white space.
fn is_blank(letter: char) -> bool {
    (letter.is_whitespace() && letter != '\u{85}') || letter == '\u{feff}'
}

/// A path as `new URL` leaves it; `None` where it would be written otherwise.
pub(super) fn as_url_path(path: &str) -> Option<Cow<'_, str>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    path.bytes().all(is_plain).then_some(Cow::Borrowed(path))
}
