//! Constants of several values: `'{a,b}'::text[]` and `ARRAY['a'::text, 'b'::text]`.

use driftless_ir::Literal;

use super::Context;
use super::constant::{from_text, from_word, literal, unquote};

/// The literals that an array is made of; `None` where one is not a constant, is NULL, or is an array itself.
pub(super) fn literals(text: &str, context: &Context<'_>) -> Option<Vec<Literal>> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let (content, rest) = unquote(quoted)?;
        if !rest.starts_with("::") || !rest.ends_with("[]") {
            return None;
        }
        let values = elements(&content)?;
        return values.into_iter().map(|value| from_input(value?, context)).collect();
    }
    let list = text.strip_prefix("ARRAY[").or_else(|| text.strip_prefix("(ARRAY["))?;
    let end = closing_bracket(list)?;
    let rest = &list[end + 1..];
    let is_cast = rest.trim_start_matches(')').starts_with("::") && rest.ends_with("[]");
    if !rest.is_empty() && !is_cast {
        return None;
    }
    split_list(&list[..end]).into_iter().map(|element| literal(element, context)).collect()
}

/// An element in the form in which a type takes its input.
fn from_input(value: String, context: &Context<'_>) -> Option<Literal> {
    from_word(&value, context).or_else(|| from_text(value, None, context))
}

/// The elements of a one-dimensional array in PostgreSQL's own notation `{a,"b c",NULL}`; `None` for one of more
/// dimensions, and within it for NULL.
pub(in crate::introspect) fn elements(text: &str) -> Option<Vec<Option<String>>> {
    let mut rest = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut values = Vec::new();
    if rest.is_empty() {
        return Some(values);
    }
    loop {
        let (value, after) = element(rest)?;
        values.push(value);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return after.is_empty().then_some(values),
        }
    }
}

fn element(text: &str) -> Option<(Option<String>, &str)> {
    let is_quoted = text.starts_with('"');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(is_quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '"' if is_quoted => return Some((Some(value), &text[at + 1..])),
            ',' if !is_quoted => return Some((unquoted(value), &text[at..])),
            '{' | '}' if !is_quoted => return None,
            other => value.push(other),
        }
    }
    (!is_quoted).then(|| (unquoted(value), ""))
}

fn unquoted(value: String) -> Option<String> {
    if value == "NULL" { None } else { Some(value) }
}

/// The position of the bracket that closes a list whose opening one is gone.
fn closing_bracket(text: &str) -> Option<usize> {
    let (at, byte) = outermost(text).find(|(_, byte)| matches!(byte, b']' | b')'))?;
    (byte == b']').then_some(at)
}

/// The parts of a list between its commas, but for those in quotes, brackets and parentheses.
fn split_list(text: &str) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, _) in outermost(text).filter(|(_, byte)| *byte == b',') {
        parts.push(text[start..at].trim());
        start = at + 1;
    }
    parts.push(text[start..].trim());
    parts
}

/// The bytes that stand in no quotes and in no brackets or parentheses opened within the text, with their positions.
fn outermost(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let (mut depth, mut within) = (0_usize, None);
    text.bytes().enumerate().filter(move |(_, byte)| {
        match (within, *byte) {
            (Some(quote), byte) if quote == byte => within = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => within = Some(*byte),
            (None, b'[' | b'(') => depth += 1,
            (None, b']' | b')') if depth > 0 => depth -= 1,
            (None, _) => return depth == 0,
        }
        false
    })
}
