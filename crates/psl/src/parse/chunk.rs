//! Cuts a file into top-level blocks without understanding them.
//!
//! A block begins at a line that holds `{` and ends at the next line that begins with `}`. Comments are passed over.

use std::ops::Range;

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

/// Cuts a whole file.
pub(super) fn split(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut at = 0;
    while let Some(start) = skip_gap(text, at) {
        let line_end = line_end(text, start);
        let line = &text[start..line_end];
        let range = |end: usize| start as u32..end as u32;
        let is_head = line.starts_with(char::is_alphanumeric) && line.contains('{');
        let (chunk, end) = match is_head.then(|| closing_brace(text, line_end)) {
            Some(Some(brace)) => (Chunk::Block(range(brace + 1)), brace + 1),
            Some(None) => (Chunk::Unclosed(range(line_end)), text.len()),
            None => (Chunk::Stray(start as u32..(start + line.trim_end().len()) as u32), line_end),
        };
        chunks.push(chunk);
        at = end;
    }
    chunks
}

/// The first byte behind white space and comments; `None` at the end of the text.
fn skip_gap(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return None;
        } else if trimmed.starts_with("//") {
            at = line_end(text, at);
        } else if let Some(length) = block_comment(trimmed) {
            at += length;
        } else {
            return Some(at);
        }
    }
}

/// The length of the closed block comment that the text begins with.
fn block_comment(text: &str) -> Option<usize> {
    let body = text.strip_prefix("/*")?;
    body.find("*/").map(|end| end + 4)
}

/// Where the line that holds `at` ends, its line break left out.
fn line_end(text: &str, at: usize) -> usize {
    let bytes = &text.as_bytes()[at..];
    at + bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len())
}

/// The next `}` that begins a line, from the line break at `at` on.
fn closing_brace(text: &str, mut at: usize) -> Option<usize> {
    while at < text.len() {
        at += text[at..].len() - text[at..].trim_start().len();
        if text.as_bytes().get(at) == Some(&b'}') {
            return Some(at);
        }
        at = skip_line(text, at);
    }
    None
}

/// Where the line that holds `at` ends; a block comment that begins in it counts as part of it.
fn skip_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let line = &text.as_bytes()[at..end];
    match comment_start(line) {
        Some(start) => {
            block_comment(&text[at + start..]).map_or(end, |length| skip_line(text, at + start + length))
        }
        None => end,
    }
}

/// Where a block comment begins in a line, outside strings and line comments.
fn comment_start(line: &[u8]) -> Option<usize> {
    if !line.windows(2).any(|pair| pair == b"/*") {
        return None;
    }
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

/// The first line whose brackets are nested more than `limit` deep.
pub(super) fn too_deep(block: &str, limit: usize) -> Option<Range<u32>> {
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

    fn range(chunk: &Chunk) -> std::ops::Range<usize> {
        match chunk {
            Chunk::Block(range) | Chunk::Unclosed(range) | Chunk::Stray(range) => {
                range.start as usize..range.end as usize
            }
        }
    }

    #[test]
    fn cuts_blocks_and_stray_lines() {
        let text = "// c {\nmodel A {\n  x \"/*\" }\n} enum B {\n}\nstray \n/* } */\n}\nlast {\n";
        let found: Vec<_> = split(text).iter().map(|chunk| text[range(chunk)].to_owned()).collect();
        assert_eq!(found, ["model A {\n  x \"/*\" }\n}", "enum B {\n}", "stray", "}", "last {"]);
        assert!(matches!(split(text)[4], Chunk::Unclosed(_)));
    }
}
