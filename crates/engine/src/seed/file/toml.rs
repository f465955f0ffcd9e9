//! Seed files in TOML.

use driftless_diagnostics::{Diagnostic, FileId, Sink, Span, code};
use toml::de::{DeTable, DeValue};

use super::tree::{Entry, Node, Value};

/// Reads a text. What is wrong goes to `sink`.
pub(super) fn read(file: FileId, text: &str, sink: &mut Sink) -> Vec<Entry> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let is_whole = errors.is_empty();
    for error in errors {
        let message = error.message().lines().next().unwrap_or("not TOML").trim_end_matches('.').to_owned();
        let range = error.span().unwrap_or(0..0);
        let span = Span::new(file, range.start as u32, range.end as u32);
        sink.push(
            Diagnostic::error(code::SEED_FILE, message).at(span).label("here").help("write it as TOML 1.0"),
        );
    }
    // What is left of a broken file says something else than its author.
    if is_whole { entries(file, table.into_inner()) } else { Vec::new() }
}

fn entries(file: FileId, table: DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(name, value)| {
            let span = span(file, name.span());
            let value = Value { span: self::span(file, value.span()), node: node(file, value.into_inner()) };
            Entry { name: name.into_inner().into_owned(), span, value }
        })
        .collect();
    // the parser sorts by name
    entries.sort_by_key(|entry| entry.span);
    entries
}

fn span(file: FileId, range: std::ops::Range<usize>) -> Span {
    Span::new(file, range.start as u32, range.end as u32)
}

fn node(file: FileId, value: DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().trim_start_matches('+');
            match i128::from_str_radix(digits, number.radix()) {
                Ok(value) => Node::Number(value.to_string()),
                Err(_) => Node::Number(digits.to_owned()),
            }
        }
        DeValue::Float(number) => Node::Number(match number.as_str() {
            "inf" | "+inf" => "Infinity".to_owned(),
            "-inf" => "-Infinity".to_owned(),
            "nan" | "+nan" | "-nan" => "NaN".to_owned(),
            digits => digits.trim_start_matches('+').to_owned(),
        }),
        DeValue::Boolean(value) => Node::Boolean(value),
        DeValue::Datetime(time) => Node::Time(time.to_string()),
        DeValue::Array(list) => {
            let value = |value: toml::Spanned<DeValue<'_>>| Value {
                span: span(file, value.span()),
                node: node(file, value.into_inner()),
            };
            Node::List(list.into_iter().map(value).collect())
        }
        DeValue::Table(table) => Node::Table(entries(file, table)),
    }
}
