//! Cuts a file into top-level blocks without understanding them.
//!
//! A block begins at a line that holds `{` and ends at the next line that begins with `}`. Comments are passed over.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3_iter, memmem, memrchr_iter};

/// A piece of a file that is not a comment or empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunk {
    /// From the head of a block to its closing brace.
    Block(Range<u32>),
    /// The head of a block that no line closes.
    Unclosed(Range<u32>),
    /// A line outside any block.
    Stray(Range<u32>),
}

/// Cuts the part of a file from `start` to `end`.
pub(super) fn split(text: &str, start: usize, end: usize) -> Vec<Chunk> {
    let text = &text[..end];
    let last_comment_end = last_comment_end(&text.as_bytes()[start..]).map_or(0, |at| start + at);
    let scanner = Scanner { text, last_comment_end };
    let mut chunks = Vec::new();
    let mut at = start;
    while let Some(start) = scanner.skip_gap(at) {
        let line_end = line_end(text, start);
        let line = &text[start..line_end];
        let range = |end: usize| start as u32..end as u32;
        let is_head = line.starts_with(char::is_alphanumeric) && line.contains('{');
        let (chunk, end) = match is_head.then(|| scanner.closing_brace(line_end)) {
            Some(Some(brace)) => (Chunk::Block(range(brace + 1)), brace + 1),
            Some(None) => (Chunk::Unclosed(range(line_end)), text.len()),
            None => (Chunk::Stray(start as u32..(start + line.trim_end().len()) as u32), line_end),
        };
        chunks.push(chunk);
        at = end;
    }
    chunks
}

/// A text, and where the last block comment of it ends: no comment that begins behind that is closed, and looking for
/// its end each time would take the square of the length.
struct Scanner<'s> {
    text: &'s str,
    last_comment_end: usize,
}

impl Scanner<'_> {
    /// The first byte behind white space and comments; `None` at the end of the text.
    fn skip_gap(&self, mut at: usize) -> Option<usize> {
        loop {
            let rest = &self.text[at..];
            let trimmed = rest.trim_start();
            at += rest.len() - trimmed.len();
            if trimmed.is_empty() {
                return None;
            } else if trimmed.starts_with("//") {
                at = line_end(self.text, at);
            } else if let Some(end) = self.block_comment(at) {
                at = end;
            } else {
                return Some(at);
            }
        }
    }

    /// The end of the closed block comment that begins at a place.
    fn block_comment(&self, at: usize) -> Option<usize> {
        if at >= self.last_comment_end {
            return None;
        }
        let body = self.text[at..].strip_prefix("/*")?;
        memmem::find(body.as_bytes(), b"*/").map(|end| at + end + 4)
    }

    /// The next `}` that only white space and comments part from the beginning of its line.
    fn closing_brace(&self, mut at: usize) -> Option<usize> {
        while let Some(start) = self.skip_gap(at) {
            if self.text.as_bytes()[start] == b'}' {
                return Some(start);
            }
            at = self.skip_line(start);
        }
        None
    }

    /// Where the line that holds `at` ends; a block comment that begins in it counts as part of it.
    fn skip_line(&self, mut at: usize) -> usize {
        loop {
            let end = line_end(self.text, at);
            let comment = comment_start(&self.text.as_bytes()[at..end]);
            match comment.and_then(|start| self.block_comment(at + start)) {
                Some(comment_end) => at = comment_end,
                None => return end,
            }
        }
    }
}

/// Where the last `*/` of a text stands.
fn last_comment_end(text: &[u8]) -> Option<usize> {
    memrchr_iter(b'/', text).filter_map(|at| at.checked_sub(1)).find(|at| text[*at] == b'*')
}

/// Where the line that holds `at` ends, its line break left out.
fn line_end(text: &str, at: usize) -> usize {
    let bytes = &text.as_bytes()[at..];
    at + memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len())
}

/// Where a block comment begins in a line, outside strings and line comments.
fn comment_start(line: &[u8]) -> Option<usize> {
    memchr(b'/', line)?;
    let mut in_string = false;
    let mut at = 0;
    while at + 1 < line.len() {
        match (&line[at..at + 2], in_string) {
            ([b'\\', _], true) => at += 1,
            ([b'"', _], _) => in_string = !in_string,
            (b"//", false) => return None,
            (b"/*", false) => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether so many comments of a block are never closed that the grammar, which looks for the end of each, would take
/// the square of the length: where the first of them begins.
pub(super) fn unclosed_comments(block: &str) -> Option<usize> {
    const MOST_STEPS: usize = 1 << 28;
    let bytes = block.as_bytes();
    let closed = last_comment_end(bytes).map_or(0, |at| at + 2);
    let first = memmem::find(&bytes[closed..], b"/*")?;
    let count = memmem::find_iter(&bytes[closed..], b"/*").count();
    (count.saturating_mul(block.len()) > MOST_STEPS).then_some(closed + first)
}

/// The first line whose brackets are nested more than `limit` deep.
pub(super) fn too_deep(block: &str, limit: usize) -> Option<Range<u32>> {
    // Few blocks have so many brackets at all, and counting is fast.
    if memchr3_iter(b'(', b'[', b'{', block.as_bytes()).count() <= limit {
        return None;
    }
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, byte) in block.bytes().enumerate() {
        match byte {
            b'\n' | b'\r' => (depth, start) = (0, at + 1),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Some(start as u32..line_end(block, at) as u32);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(chunk: &Chunk) -> Range<usize> {
        match chunk {
            Chunk::Block(range) | Chunk::Unclosed(range) | Chunk::Stray(range) => {
                range.start as usize..range.end as usize
            }
        }
    }

    fn split_all(text: &str) -> Vec<Chunk> {
        split(text, 0, text.len())
    }

    #[test]
    fn a_comment_may_stand_before_the_closing_brace() {
        assert_eq!(split_all("model A {\n  /* c */}\nmodel B {\n}\n").len(), 2);
    }

    #[test]
    fn cuts_blocks_and_stray_lines() {
        let text = "// c {\nmodel A {\n  x \"/*\" }\n} enum B {\n}\nstray \n/* } */\n}\nlast {\n";
        let found: Vec<_> = split_all(text).iter().map(|chunk| text[range(chunk)].to_owned()).collect();
        assert_eq!(found, ["model A {\n  x \"/*\" }\n}", "enum B {\n}", "stray", "}", "last {"]);
        assert!(matches!(split_all(text)[4], Chunk::Unclosed(_)));
    }
}
