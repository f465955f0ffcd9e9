//! Seed files in JSON.
//!
//! The usual parsers do not say where a value stands.

use driftless_diagnostics::{Diagnostic, FileId, Sink, Span, code};

use super::tree::{Entry, Node, Value};

/// How deep values may lie in each other.
const MAX_DEPTH: usize = 128;

/// Reads a text. What is wrong goes to `sink`.
pub(super) fn read(file: FileId, text: &str, sink: &mut Sink) -> Vec<Entry> {
    let mut reader = Reader { file, text, at: 0 };
    let value = reader.value(0).and_then(|value| {
        reader.skip_blank();
        if reader.at == text.len() { Ok(value) } else { Err(reader.refuse("something follows the value")) }
    });
    match value {
        Ok(Value { node: Node::Table(entries), .. }) => entries,
        Ok(Value { span, .. }) => {
            sink.push(
                Diagnostic::error(code::SEED_FILE, "a seed file is an object").at(span).label("no object"),
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
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn refuse(&self, message: impl Into<String>) -> Diagnostic {
        let end = self.text[self.at..].chars().next().map_or(self.at, |c| self.at + c.len_utf8());
        let span = Span::new(self.file, self.at as u32, end as u32);
        Diagnostic::error(code::SEED_FILE, message).at(span).label("here").help("write it as JSON")
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Goes on behind `symbol` and the blanks before it, if it comes next.
    fn take(&mut self, symbol: char) -> bool {
        self.skip_blank();
        let found = self.rest().starts_with(symbol);
        self.at += usize::from(found);
        found
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.file, start as u32, self.at as u32)
    }

    fn value(&mut self, depth: usize) -> Result<Value, Diagnostic> {
        if depth > MAX_DEPTH {
            return Err(self.refuse("values lie too deep in each other"));
        }
        self.skip_blank();
        let start = self.at;
        let node = match self.rest().bytes().next() {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Node::Text(self.string()?),
            Some(_) => self.word()?,
            None => return Err(self.refuse("the file ends where a value should stand")),
        };
        Ok(Value { node, span: self.span_from(start) })
    }

    fn table(&mut self, depth: usize) -> Result<Node, Diagnostic> {
        self.take('{');
        let mut entries: Vec<Entry> = Vec::new();
        if self.take('}') {
            return Ok(Node::Table(entries));
        }
        loop {
            self.skip_blank();
            let start = self.at;
            let name = self.string()?;
            let span = self.span_from(start);
            if entries.iter().any(|entry| entry.name == name) {
                let message = format!("`{name}` stands twice in one object");
                return Err(Diagnostic::error(code::SEED_FILE, message).at(span).label("the second one"));
            }
            if !self.take(':') {
                return Err(self.refuse("a colon is missing behind a name"));
            }
            let value = self.value(depth + 1)?;
            entries.push(Entry { name, span, value });
            if self.take('}') {
                return Ok(Node::Table(entries));
            }
            if !self.take(',') {
                return Err(self.refuse("a comma or `}` is missing"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node, Diagnostic> {
        self.take('[');
        let mut values = Vec::new();
        if self.take(']') {
            return Ok(Node::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.take(']') {
                return Ok(Node::List(values));
            }
            if !self.take(',') {
                return Err(self.refuse("a comma or `]` is missing"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Diagnostic> {
        let rest = self.rest();
        if !rest.starts_with('"') {
            return Err(self.refuse("a text in double quotes is missing"));
        }
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return Err(self.refuse("a text is not closed")) };
        let text = serde_json::from_str(&rest[..=end]).map_err(|_| self.refuse("not a text of JSON"))?;
        self.at += end + 1;
        Ok(text)
    }

    fn word(&mut self) -> Result<Node, Diagnostic> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len());
        let node = match &rest[..end] {
            "null" => Node::Null,
            "true" => Node::Boolean(true),
            "false" => Node::Boolean(false),
            word if serde_json::from_str::<serde_json::Number>(word).is_ok() => Node::Number(word.to_owned()),
            _ => return Err(self.refuse("there is no such value in JSON")),
        };
        self.at += end;
        Ok(node)
    }
}
