//! Seed files in YAML 1.2, core schema.

use driftless_diagnostics::{Diagnostic, FileId, Sink, Span, code};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use super::tree::{Entry, Node, Value};

/// How deep values may lie in each other.
const MAX_DEPTH: usize = 128;

/// Reads a text. What is wrong goes to `sink`.
pub(super) fn read(file: FileId, text: &str, sink: &mut Sink) -> Vec<Entry> {
    let offsets = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
    let mut reader = Reader { file, offsets, parser: Parser::new_from_str(text) };
    match reader.document() {
        Ok(None) => Vec::new(),
        Ok(Some(Value { node: Node::Table(entries), .. })) => entries,
        Ok(Some(Value { span, .. })) => {
            sink.push(
                Diagnostic::error(code::SEED_FILE, "a seed file is a mapping").at(span).label("no mapping"),
            );
            Vec::new()
        }
        Err(diagnostic) => {
            sink.push(diagnostic);
            Vec::new()
        }
    }
}

struct Reader<'t> {
    file: FileId,
    /// Where each character begins: the parser counts characters.
    offsets: Vec<u32>,
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Option<Value>, Diagnostic> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(document),
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(_) if document.is_some() => {
                    return Err(refuse("a seed file is one document", span));
                }
                Event::DocumentStart(_) => {}
                event => document = Some(self.value(event, span, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Diagnostic> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let span =
                    Span::new(self.file, self.offset(span.start.index()), self.offset(span.end.index()));
                Ok((event, span))
            }
            Some(Err(error)) => Err(self.explain(&error)),
            None => Ok((Event::StreamEnd, Span::new(self.file, 0, 0))),
        }
    }

    fn offset(&self, character: usize) -> u32 {
        self.offsets.get(character).or(self.offsets.last()).copied().unwrap_or_default()
    }

    fn explain(&self, error: &ScanError) -> Diagnostic {
        let at = self.offset(error.marker().index());
        refuse(error.info(), Span::new(self.file, at, at))
    }

    fn value(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Value, Diagnostic> {
        if depth > MAX_DEPTH {
            return Err(refuse("values lie too deep in each other", span));
        }
        let node = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, None) => plain(&text),
            Event::Scalar(text, ..) => Node::Text(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut values = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => {
                            return Ok(Value { node: Node::List(values), span: span.to(end) });
                        }
                        (event, span) => values.push(self.value(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => return self.table(span, depth),
            Event::Alias(_) => return Err(refuse("a seed file has no aliases", span)),
            _ => return Err(refuse("a value is missing", span)),
        };
        Ok(Value { node, span })
    }

    fn table(&mut self, start: Span, depth: usize) -> Result<Value, Diagnostic> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (name, span) = match self.next()? {
                (Event::MappingEnd, end) => {
                    return Ok(Value { node: Node::Table(entries), span: start.to(end) });
                }
                (Event::Scalar(name, ..), span) => (name.into_owned(), span),
                (_, span) => return Err(refuse("a name is a text", span)),
            };
            if entries.iter().any(|entry| entry.name == name) {
                return Err(refuse(&format!("`{name}` stands twice in one mapping"), span));
            }
            let (event, value_span) = self.next()?;
            let value = self.value(event, value_span, depth + 1)?;
            entries.push(Entry { name, span, value });
        }
    }
}

fn refuse(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(code::SEED_FILE, message).at(span).label("here").help("write it as YAML 1.2")
}

/// What a word without quotes means, by the core schema.
fn plain(text: &str) -> Node {
    let digits = text.trim_start_matches(['-', '+']);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
        && text.parse::<f64>().is_ok();
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Node::Null,
        "true" | "True" | "TRUE" => Node::Boolean(true),
        "false" | "False" | "FALSE" => Node::Boolean(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" => Node::Number("Infinity".to_owned()),
        "-.inf" | "-.Inf" | "-.INF" => Node::Number("-Infinity".to_owned()),
        ".nan" | ".NaN" | ".NAN" => Node::Number("NaN".to_owned()),
        _ if is_number => Node::Number(text.trim_start_matches('+').to_owned()),
        _ => Node::Text(text.to_owned()),
    }
}
