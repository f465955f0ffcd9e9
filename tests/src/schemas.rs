//! Schemas from text, and the scripts between them.

use driftless_diagnostics::{Files, Sink};
use driftless_engine::{DiffOptions, Difference, Style, compare};
use driftless_ir::Schema;

/// The schema of a text.
///
/// # Errors
/// The text is not valid: the messages.
pub fn load(text: &str) -> Result<Schema, String> {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    files.add("schema.prisma", text);
    driftless_psl::load(&files, None, &mut sink).ok_or_else(|| {
        let messages = sink.iter().map(|diagnostic| diagnostic.message.clone());
        format!("not valid: {}", messages.collect::<Vec<_>>().join("; "))
    })
}

/// What leads from one schema to another.
///
/// # Errors
/// The steps have no order.
pub fn difference(previous: &Schema, next: &Schema, style: Style) -> Result<Difference, String> {
    let options = DiffOptions { style, script: true, summary: true, ..DiffOptions::default() };
    compare(previous, next, &options).map_err(|diagnostic| diagnostic.message)
}

/// The script between two schemas.
///
/// # Errors
/// The steps have no order.
pub fn script(previous: &Schema, next: &Schema, style: Style) -> Result<String, String> {
    difference(previous, next, style).map(|difference| difference.script.unwrap_or_default())
}

/// The blocks of a script: a header such as `-- CreateTable` opens each. A comment before the first is left out.
pub fn blocks(script: &str) -> Vec<String> {
    let is_header = |line: &str| {
        line.strip_prefix("-- ").is_some_and(|rest| {
            rest.starts_with(char::is_uppercase) && rest.trim_end().chars().all(char::is_alphanumeric)
        })
    };
    let mut blocks: Vec<String> = Vec::new();
    for line in script.split_inclusive('\n') {
        if is_header(line) {
            blocks.push(line.to_owned());
        } else if let Some(block) = blocks.last_mut() {
            block.push_str(line);
        }
    }
    blocks
}

/// A script without the comment at its head.
pub fn without_warnings(script: &str) -> &str {
    let rest = script.strip_prefix("/*").and_then(|rest| rest.split_once("*/"));
    rest.map_or(script, |(_, rest)| rest.trim_start_matches('\n'))
}
