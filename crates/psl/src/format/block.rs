//! Lays out a block with a keyword: its head, its items in tables, its block attributes.

use super::attribute::{self, Attributes};
use super::comment;
use super::field_type;
use super::scan::Cursor;
use super::table::Table;
use super::value;
use super::{INDENT, Layout, rank};

/// What the items of a block are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BlockKind {
    /// Fields: `model`, `type`, `view`.
    Model,
    /// Values: `enum`.
    Enum,
    /// Keys with values: `datasource`, `generator`.
    Config,
}

/// No blank is needed between the keyword and the name: `modelA {` opens the model `A`, as in the reference.
const KEYWORDS: [(&str, BlockKind); 6] = [
    ("model", BlockKind::Model),
    ("type", BlockKind::Model),
    ("view", BlockKind::Model),
    ("enum", BlockKind::Enum),
    ("datasource", BlockKind::Config),
    ("generator", BlockKind::Config),
];

impl<'a> Layout<'a> {
    /// Writes the block that begins here, if it is one and if it is closed.
    pub(super) fn write_block(&mut self) -> bool {
        let start = self.cursor.position();
        let written = self.out.len();
        let done = match self.write_head() {
            Some(kind) => self.write_body(kind),
            None => false,
        };
        if !done {
            self.cursor.reset(start);
            self.out.truncate(written);
        }
        done
    }

    /// `model Name {`, with what follows on the line.
    fn write_head(&mut self) -> Option<BlockKind> {
        let (keyword, kind) = *KEYWORDS.iter().find(|(keyword, _)| self.cursor.eat(keyword))?;
        self.cursor.skip_spaces();
        let name = self.cursor.identifier()?;
        let rest = self.cursor.block_open()?;
        self.out.extend([keyword, " ", name, " {"]);
        if !rest.is_empty() {
            self.out.extend([" ", rest]);
        }
        self.out.push('\n');
        Some(kind)
    }

    /// The items and the `}`. False where the text ends before it.
    fn write_body(&mut self, kind: BlockKind) -> bool {
        let mut body = Body::new(kind);
        let mut visited = Vec::new();
        while !body.closed {
            let item = (kind, self.cursor.position());
            if self.cursor.at_end() || self.unclosed.contains(&item) {
                self.unclosed.extend(visited);
                return false;
            }
            visited.push(item);
            body.read_item(&mut self.cursor, &mut self.out);
        }
        self.readable &= body.readable;
        body.finish(&mut self.out);
        true
    }
}

/// The items of a block as they are read. Rows go out whenever a blank line ends their table, block attributes at
/// the end.
struct Body<'a> {
    kind: BlockKind,
    closed: bool,
    /// Nothing has been read yet: blank lines at the head of a block go.
    fresh: bool,
    readable: bool,
    table: Table,
    block_attributes: Vec<BlockAttribute<'a>>,
    field_type: String,
    attributes: Attributes,
}

/// A block attribute, ready to be written, and the run of comments that moves with it.
struct BlockAttribute<'a> {
    rank: u8,
    comments: Option<&'a str>,
    text: String,
}

impl<'a> Body<'a> {
    fn new(kind: BlockKind) -> Self {
        Body {
            kind,
            closed: false,
            fresh: true,
            readable: true,
            table: Table::default(),
            block_attributes: Vec::new(),
            field_type: String::new(),
            attributes: Attributes::default(),
        }
    }

    fn read_item(&mut self, cursor: &mut Cursor<'a>, out: &mut String) {
        let blank = cursor.eat_blank_lines() && !self.fresh;
        self.fresh = false;
        cursor.skip_spaces();
        if cursor.eat("}") {
            self.closed = true;
            return;
        }
        let comments = cursor.comments();
        if self.read_block_attribute(comments, cursor) {
            return;
        }
        if blank && !cursor.at_end() {
            self.table.flush(out);
            out.push('\n');
        }
        if let Some(run) = comments {
            for line in comment::lines(run) {
                self.table.line(|text| line.write(text));
            }
        } else if !self.read_row(cursor) {
            self.readable = false;
            let line = cursor.take_line();
            self.table.line(|text| text.push_str(line.strip_suffix('\n').unwrap_or(line)));
        }
    }

    /// Block attributes gather at the end; the blank lines around them count for nothing.
    fn read_block_attribute(&mut self, comments: Option<&'a str>, cursor: &mut Cursor<'a>) -> bool {
        let start = cursor.position();
        let read = if self.kind == BlockKind::Config { None } else { read_block_attribute(cursor) };
        match read {
            Some((rank, text)) => self.block_attributes.push(BlockAttribute { rank, comments, text }),
            None => cursor.reset(start),
        }
        cursor.position() != start
    }

    /// A line of the block's own kind. False, and nothing read, where it is anything else.
    fn read_row(&mut self, cursor: &mut Cursor<'a>) -> bool {
        let start = cursor.position();
        let read = match self.kind {
            BlockKind::Model => self.read_field(cursor),
            BlockKind::Enum => self.read_enum_value(cursor),
            BlockKind::Config => self.read_key(cursor),
        };
        if read.is_none() {
            cursor.reset(start);
        }
        read.is_some()
    }

    fn read_field(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        let name = cursor.identifier()?;
        cursor.eat_next(":");
        cursor.skip_spaces();
        self.field_type.clear();
        field_type::read(cursor, &mut self.field_type);
        self.attributes.read(cursor)?;
        let comment = read_line_end(cursor)?;
        self.attributes.sort();
        self.table.row([name, &self.field_type, self.attributes.text()], comment);
        Some(())
    }

    /// The reference keeps the order of a value's attributes and sets no space between them.
    fn read_enum_value(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        let name = cursor.identifier()?;
        self.attributes.read(cursor)?;
        let comment = read_line_end(cursor)?;
        self.attributes.glue();
        self.table.row([name, self.attributes.text(), ""], comment);
        Some(())
    }

    fn read_key(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        let name = cursor.identifier()?;
        if !cursor.eat_next("=") {
            return None;
        }
        let mut text = String::new();
        cursor.skip_spaces();
        if !matches!(cursor.peek(), Some(b'/' | b'\n' | b'\r')) {
            value::value(cursor, &mut text)?;
        }
        let comment = read_line_end(cursor)?;
        self.table.row([name, "=", &text], comment);
        Some(())
    }

    /// Writes what is left, the block attributes and the `}`.
    fn finish(mut self, out: &mut String) {
        self.table.flush(out);
        if !self.block_attributes.is_empty() {
            out.push('\n');
        }
        self.block_attributes.sort_by_key(|attribute| attribute.rank);
        for attribute in &self.block_attributes {
            for line in attribute.comments.map(comment::lines).unwrap_or_default() {
                out.push_str(INDENT);
                line.write(out);
                out.push('\n');
            }
            out.extend([INDENT, &attribute.text, "\n"]);
        }
        out.push_str("}\n");
    }
}

/// The comment behind an item, and the end of its line.
fn read_line_end<'a>(cursor: &mut Cursor<'a>) -> Option<Option<&'a str>> {
    let comment = cursor.trailing_comment();
    cursor.end_line().then_some(comment)
}

fn read_block_attribute(cursor: &mut Cursor<'_>) -> Option<(u8, String)> {
    if !cursor.eat_next("@@") {
        return None;
    }
    let mut text = String::from("@@");
    let name = attribute::read_call(cursor, &mut text)?;
    if let Some(comment) = read_line_end(cursor)? {
        text.extend([" ", comment]);
    }
    Some((rank(name), text))
}
