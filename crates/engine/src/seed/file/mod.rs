//! A seed file: its sections and their rows, as they are written.
//!
//! A *section* is the rows of one model under a name. Written as a list, its name is the model's; written as a table,
//! it may say more: `model`, `key`, `mode` and `rows`.

mod json;
mod toml;
mod tree;
mod yaml;

use std::path::Path;

use driftless_diagnostics::{Diagnostic, FileId, Sink, Span, code, nearest};

pub(super) use self::tree::{Entry, Node, Value};

/// What a section written as a table may say.
const PROPERTIES: [&str; 4] = ["model", "key", "mode", "rows"];

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}

/// Rows of one model.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) name: Word,
    pub(super) model: Word,
    /// The fields by which rows are found, where the section says it.
    pub(super) key: Vec<Word>,
    /// Whether rows that exist are overwritten.
    pub(super) restores: bool,
    pub(super) rows: Vec<Written>,
}

/// A row as it is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) entries: Vec<Entry>,
    /// Its first name, or all of it where it is empty.
    pub(super) span: Span,
}

/// Reads a file, in the format that its name's extension says. What is wrong goes to `sink`.
pub(super) fn read(file: FileId, path: &Path, text: &str, sink: &mut Sink) -> Vec<Section> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let entries = match extension {
        "json" => json::read(file, text, sink),
        "yaml" | "yml" => yaml::read(file, text, sink),
        _ => toml::read(file, text, sink),
    };
    entries.into_iter().filter_map(|entry| section(entry, sink)).collect()
}

/// The row that a table is; `None` with a report for anything else.
pub(super) fn written(value: Value, sink: &mut Sink) -> Option<Written> {
    match value.node {
        Node::Table(entries) => {
            let span = entries.first().map_or(value.span, |entry| entry.span);
            Some(Written { entries, span })
        }
        node => {
            let message = format!("a row is a table of fields, and this is {}", node.kind());
            sink.push(Diagnostic::error(code::SEED_FILE, message).at(value.span).label("no row"));
            None
        }
    }
}

fn section(entry: Entry, sink: &mut Sink) -> Option<Section> {
    let name = Word { text: entry.name, span: entry.span };
    let mut section =
        Section { model: name.clone(), name, key: Vec::new(), restores: false, rows: Vec::new() };
    match entry.value.node {
        Node::List(rows) => section.rows = rows.into_iter().filter_map(|row| written(row, sink)).collect(),
        Node::Table(properties) => {
            for property in properties {
                read_property(&mut section, property, sink);
            }
        }
        node => {
            let message = format!("`{}` is {}, and not a section", section.name.text, node.kind());
            let help = "give it rows: `[[Model]]` before each, or `rows = [ … ]`";
            let diagnostic = Diagnostic::error(code::SEED_FILE, message).at(section.name.span);
            sink.push(diagnostic.label("no section").help(help));
            return None;
        }
    }
    Some(section)
}

fn read_property(section: &mut Section, property: Entry, sink: &mut Sink) {
    let Entry { name, span, value } = property;
    let wanted = match (name.as_str(), value.node) {
        ("model", Node::Text(text)) => {
            section.model = Word { text, span: value.span };
            return;
        }
        ("key", Node::Text(text)) => {
            section.key = vec![Word { text, span: value.span }];
            return;
        }
        ("key", Node::List(fields)) => {
            let words = fields.into_iter().map(|field| match field.node {
                Node::Text(text) => Some(Word { text, span: field.span }),
                _ => None,
            });
            if let Some(words) = words.collect() {
                section.key = words;
                return;
            }
            "the name of a field, or a list of names"
        }
        ("mode", Node::Text(text)) if matches!(text.as_str(), "insert-missing" | "restore") => {
            section.restores = text == "restore";
            return;
        }
        ("rows", Node::List(rows)) => {
            section.rows = rows.into_iter().filter_map(|row| written(row, sink)).collect();
            return;
        }
        ("model", _) => "the name of a model",
        ("key", _) => "the name of a field, or a list of names",
        ("mode", _) => "`insert-missing` or `restore`",
        ("rows", _) => "a list of rows",
        _ => {
            let message = format!("a section has no `{name}`");
            let help = match nearest(&name, PROPERTIES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "put the fields of a row into `rows`, or write `[[Model]]` before each row".to_owned()
                }
            };
            sink.push(Diagnostic::error(code::SEED_FILE, message).at(span).label("unknown").help(help));
            return;
        }
    };
    let message = format!("`{name}` of a section is {wanted}");
    sink.push(Diagnostic::error(code::SEED_FILE, message).at(value.span).label("something else"));
}
