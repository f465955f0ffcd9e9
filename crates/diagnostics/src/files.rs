//! Source texts, byte spans in them, and lines and columns for people.

use std::sync::{Arc, OnceLock};

/// The position of a [`File`] in its [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The id of the file at `position` in the order in which files were added.
    pub const fn new(position: u32) -> Self {
        Self(position)
    }

    /// The position of the file in its [`Files`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes `start..end` in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span of the same file that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The length in bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range for slicing.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// One source text.
#[derive(Clone, Debug)]
pub struct File {
    name: String,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl File {
    /// How people call the file, usually its path as they gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of the byte at `offset`; an offset past the end is taken as the end.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect()
        });
        let offset = offset.min(self.text.len() as u32);
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts[line - 1] as usize;
        let column = self.text.get(start..offset as usize).map_or(0, |before| before.chars().count());
        Position { line: line as u32, column: column as u32 + 1 }
    }
}

/// The texts of one run, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under a name for people, and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(File { name: name.into(), text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// The file of an id that this set gave out; `None` for one of another set.
    pub fn get(&self, id: FileId) -> Option<&File> {
        self.files.get(id.index())
    }

    /// All files with their ids, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text under a span; empty where the span is not of these files.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }

    /// Where the span starts and where it ends.
    pub fn positions(&self, span: Span) -> Option<(Position, Position)> {
        let file = self.get(span.file)?;
        Some((file.position(span.start), file.position(span.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let mut files = Files::new();
        let id = files.add("a.prisma", "é x\ny");
        let file = files.get(id).unwrap();
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(3), Position { line: 1, column: 3 });
        assert_eq!(file.position(5), Position { line: 2, column: 1 });
        assert_eq!(file.position(99), Position { line: 2, column: 2 });
    }
}
