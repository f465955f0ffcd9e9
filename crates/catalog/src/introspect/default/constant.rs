//! Constants of one value.

use driftless_ir::{BaseType, Builtin, Literal};

use super::Context;

/// A token of a constant: a quoted text, or anything else that stands for itself.
pub(super) enum Token<'a> {
    /// Unquoted.
    Text(String),
    /// A number, `true` or `false`.
    Word(&'a str),
}

/// The literal of the column's base type that a text is.
pub(super) fn literal(text: &str, context: &Context<'_>) -> Option<Literal> {
    let (token, cast) = split(text)?;
    match token {
        Token::Text(content) => from_text(content, Some(cast?), context),
        Token::Word(word) => from_word(word, context),
    }
}

/// The token of `token`, `token::type` or `(number)::type`, and the type that it is cast to.
fn split(text: &str) -> Option<(Token<'_>, Option<&str>)> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let (content, rest) = unquote(quoted)?;
        let cast = if rest.is_empty() { None } else { Some(rest.strip_prefix("::")?) };
        return Some((Token::Text(content), cast));
    }
    if let Some((number, cast)) = text.strip_prefix('(').and_then(|rest| rest.split_once(")::")) {
        return is_number(number).then_some((Token::Word(number), Some(cast)));
    }
    let is_word = is_number(text) || matches!(text, "true" | "false");
    is_word.then_some((Token::Word(text), None))
}

/// The content of a quoted text whose first quote is gone, and what follows its last.
pub(super) fn unquote(text: &str) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        content += &rest[..end];
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                content.push('\'');
                rest = after;
            }
            None => return Some((content, rest)),
        }
    }
}

/// Whether a text is a number as SQL writes it, sign, point and exponent included.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'))
}

/// A number or truth value that stands unquoted.
pub(super) fn from_word(word: &str, context: &Context<'_>) -> Option<Literal> {
    match context.ty.base {
        BaseType::Builtin(Builtin::Boolean) => match word {
            "true" | "t" => Some(Literal::Boolean(true)),
            "false" | "f" => Some(Literal::Boolean(false)),
            _ => None,
        },
        BaseType::Builtin(builtin) if is_numeric(builtin) && is_number(word) => {
            Some(Literal::Number(word.into()))
        }
        _ => None,
    }
}

/// A quoted text, cast to a type; without one it is known to be of the column's.
pub(super) fn from_text(content: String, cast: Option<&str>, context: &Context<'_>) -> Option<Literal> {
    let is_cast_to = |names: &[&str]| cast.is_none_or(|cast| names.contains(&cast));
    let builtin = match &context.ty.base {
        BaseType::Builtin(builtin) => *builtin,
        BaseType::Enum(_) => {
            let own = cast.is_none_or(|cast| Some(cast) == context.enum_text);
            return own.then(|| Literal::EnumValue(content.into()));
        }
        BaseType::Other(_) => return None,
    };
    match builtin {
        Builtin::Boolean => from_word(&content, context),
        builtin if is_numeric(builtin) => from_word(&content, context),
        Builtin::ByteA => {
            let bytes = is_cast_to(&["bytea"]).then(|| decode_hex(&content))??;
            Some(Literal::Bytes(bytes.into()))
        }
        Builtin::Json | Builtin::JsonB => {
            is_cast_to(&["json", "jsonb"]).then(|| Literal::Json(content.into()))
        }
        Builtin::Date
        | Builtin::Time(_)
        | Builtin::TimeTz(_)
        | Builtin::Timestamp(_)
        | Builtin::TimestampTz(_) => {
            is_cast_to(&[time_name(builtin)]).then(|| Literal::DateTime(content.into()))
        }
        Builtin::Uuid => is_cast_to(&["uuid"]).then(|| Literal::String(content.into())),
        Builtin::Inet => is_cast_to(&["inet"]).then(|| Literal::String(content.into())),
        Builtin::Xml => is_cast_to(&["xml"]).then(|| Literal::String(content.into())),
        Builtin::Bit(_) | Builtin::VarBit(_) => {
            is_cast_to(&["\"bit\"", "bit varying"]).then(|| Literal::String(content.into()))
        }
        _ => {
            let is_text = is_cast_to(&["text", "character varying", "bpchar", "name"])
                || cast.is_some_and(|cast| cast == "citext" || cast.ends_with(".citext"));
            is_text.then(|| Literal::String(content.into()))
        }
    }
}

fn is_numeric(builtin: Builtin) -> bool {
    use Builtin::{BigInt, DoublePrecision, Integer, Money, Numeric, Oid, Real, SmallInt};
    matches!(builtin, SmallInt | Integer | BigInt | Oid | Real | DoublePrecision | Numeric(_) | Money)
}

/// The name that PostgreSQL prints for a type of dates or times.
fn time_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Date => "date",
        Builtin::Time(_) => "time without time zone",
        Builtin::TimeTz(_) => "time with time zone",
        Builtin::Timestamp(_) => "timestamp without time zone",
        _ => "timestamp with time zone",
    }
}

/// The bytes of PostgreSQL's `\x0102`.
fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len() % 2 == 0 { digits.chunks(2).map(byte).collect() } else { None }
}
