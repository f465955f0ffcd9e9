//! Constants in one spelling: what PostgreSQL would print for a text that a type takes in.
//!
//! A constant is *moving* where the day on which it is read decides what it is (`'today'`).

mod interval;
mod json;
mod moment;
mod number;

pub(crate) use number::number as plain_number;

use super::types::Type;

/// What is known of the text of a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Its one spelling.
    Known(Box<str>),
    /// It is not understood: another spelling may mean the same.
    Unclear,
    /// What it means depends on when it is read.
    Moving,
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Unclear, |text| Self::Known(text.into()))
    }
}

/// The one spelling of a constant of a type.
pub(crate) fn canonical(ty: &Type, text: &str) -> Value {
    if ty.array {
        return array(&ty.element(), text);
    }
    match &*ty.name {
        "int2" | "int4" | "int8" | "oid" => text.trim().parse::<i128>().ok().map(|n| n.to_string()).into(),
        "numeric" => number::number(text.trim()).into(),
        "float8" => number::float(text, false).into(),
        "float4" => number::float(text, true).into(),
        "bool" => boolean(text).map(|truth| if truth { "t" } else { "f" }.to_owned()).into(),
        "text" | "varchar" | "bpchar" | "name" | "citext" | "json" | "xml" => Value::Known(text.into()),
        "jsonb" => json::canonical(text).into(),
        "uuid" => uuid(text).into(),
        "bytea" => bytes(text).into(),
        "bit" | "varbit" => bits(text).into(),
        "inet" => inet(text).into(),
        "date" | "time" | "timetz" | "timestamp" | "timestamptz" => moment::canonical(&ty.name, text),
        "interval" => interval::canonical(text).into(),
        _ if ty.is_enum() => Value::Known(text.into()),
        _ => Value::Unclear,
    }
}

/// What tells whether two constants are of one value, where spellings such as `1.50` and `1.5` or the spaces of JSON do
/// not count.
pub(crate) fn by_value(ty: &Type, text: &str) -> Value {
    match &*ty.name {
        "numeric" if !ty.array => number::by_value(text.trim()).into(),
        "json" if !ty.array => json::canonical(text).into(),
        _ => canonical(ty, text),
    }
}

/// The elements of `{a,"b c",NULL}`; `None` for one of more dimensions.
pub fn elements(text: &str) -> Option<Vec<Option<String>>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut elements = Vec::new();
    if inner.trim().is_empty() {
        return Some(elements);
    }
    let (mut element, mut is_quoted, mut was_quoted) = (String::new(), false, false);
    let mut finish = |element: &mut String, was_quoted: &mut bool| {
        let taken = std::mem::take(element);
        if std::mem::take(was_quoted) {
            elements.push(Some(taken));
            return Some(());
        }
        let bare = taken.trim();
        (!bare.is_empty()).then(|| {
            elements.push((!bare.eq_ignore_ascii_case("null")).then(|| bare.to_owned()));
        })
    };
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => element.push(characters.next()?),
            '"' => (is_quoted, was_quoted) = (!is_quoted, true),
            ',' if !is_quoted => finish(&mut element, &mut was_quoted)?,
            '{' | '}' if !is_quoted => return None,
            character if was_quoted && !is_quoted => {
                character.is_whitespace().then_some(())?;
            }
            character if was_quoted || !(character.is_whitespace() && element.is_empty()) => {
                element.push(character);
            }
            _ => {}
        }
    }
    (!is_quoted).then_some(())?;
    finish(&mut element, &mut was_quoted)?;
    Some(elements)
}

/// The elements, each in its one spelling, quoted.
fn array(element: &Type, text: &str) -> Value {
    let Some(elements) = elements(text) else { return Value::Unclear };
    let mut out = String::from("{");
    for value in elements {
        out.push_str(if out.len() > 1 { "," } else { "" });
        let Some(text) = value else {
            out.push_str("NULL");
            continue;
        };
        match canonical(element, &text) {
            Value::Known(text) => {
                out.push('"');
                out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
                out.push('"');
            }
            other => return other,
        }
    }
    out.push('}');
    Value::Known(out.into())
}

/// A boolean as PostgreSQL reads it: any beginning of these words that is not ambiguous.
pub fn boolean(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || text == "on" || text == "1" {
        return Some(true);
    }
    (begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0").then_some(false)
}

fn uuid(text: &str) -> Option<String> {
    let text = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let digits: String = text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    let is_uuid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid.then(|| [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
}

fn bytes(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("\\x") {
        let digits = digits.to_ascii_lowercase();
        let is_hex = digits.len() % 2 == 0 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_hex.then(|| format!("\\x{digits}"));
    }
    let is_plain = !text.contains('\\');
    is_plain.then(|| text.bytes().fold("\\x".to_owned(), |out, byte| format!("{out}{byte:02x}")))
}

fn bits(text: &str) -> Option<String> {
    text.bytes().all(|byte| matches!(byte, b'0' | b'1')).then(|| text.to_owned())
}

fn inet(text: &str) -> Option<String> {
    use std::net::IpAddr;
    let (address, length) =
        text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let length: u8 = length.map_or(Some(whole), |length| length.parse().ok()).filter(|n| *n <= whole)?;
    Some(if length == whole { address.to_string() } else { format!("{address}/{length}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> String {
        let (name, array) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        match canonical(&Type { array, ..Type::named(name) }, text) {
            Value::Known(text) => text.into(),
            Value::Unclear => "unclear".into(),
            Value::Moving => "moving".into(),
        }
    }

    #[test]
    fn spellings_of_one_value_become_one() {
        assert_eq!(of("int4", " 007 "), "7");
        assert_eq!(of("bool", "YES"), "t");
        assert_eq!(
            of("uuid", "{A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
        );
        assert_eq!(of("bytea", "ab"), "\\x6162");
        assert_eq!(of("inet", "10.0.0.1/32"), "10.0.0.1");
        assert_eq!(of("inet", "10.0.0.1/8"), "10.0.0.1/8");
    }

    #[test]
    fn arrays_are_spelt_by_their_elements() {
        assert_eq!(of("int4[]", "{ 1, -2 }"), r#"{"1","-2"}"#);
        assert_eq!(of("text[]", r#"{a,"b,c",NULL,"NULL"}"#), r#"{"a","b,c",NULL,"NULL"}"#);
        assert_eq!(of("text[]", "{{a},{b}}"), "unclear");
        assert_eq!(of("text[]", "{}"), "{}");
    }

    #[test]
    fn what_is_not_understood_is_unclear() {
        assert_eq!(of("money", "5"), "unclear");
        assert_eq!(of("bit", "x1F"), "unclear");
        assert_eq!(of("date", "today"), "moving");
    }
}
