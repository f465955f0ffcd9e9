//! Text → syntax tree.
//!
//! A file is first cut into its top-level blocks (`chunk`), by lines alone; each block is then parsed by the grammar
//! (`grammar/prisma.pest`), large files on several threads. A line that no rule knows is reported and left out, and
//! parsing goes on behind it.

mod build;
mod chunk;
mod literal;

use std::ops::Range;

use driftless_diagnostics::{Diagnostic, FileId, Sink, Span, code, nearest};
use pest::Parser as _;

use crate::grammar::{Grammar, Rule};
use crate::syntax::{Block, Document};
use crate::threads;
use chunk::Chunk;

/// The deepest nesting of brackets in one line. The parser is recursive, and nothing real comes near.
const MAX_NESTING: usize = 64;

/// The blocks that a file may hold.
const BLOCK_KEYWORDS: [&str; 6] = ["model", "enum", "view", "type", "datasource", "generator"];

/// Parses one file. Problems go to `sink` under [`code::SYNTAX`]; what is wrong is left out of the tree.
pub fn parse<'s>(file: FileId, text: &'s str, sink: &mut Sink) -> Document<'s> {
    let chunks = chunk::split(text);
    let parse_run = |run: Range<usize>| {
        let mut sink = Sink::new();
        let parse = |chunk| parse_chunk(file, text, chunk, &mut sink);
        let blocks: Vec<_> = chunks[run].iter().filter_map(parse).collect();
        (blocks, sink)
    };
    let mut blocks = Vec::with_capacity(chunks.len());
    for (part, problems) in threads::map_runs(chunks.len(), parse_run) {
        blocks.extend(part);
        sink.append(problems);
    }
    Document { file, blocks }
}

fn parse_chunk<'s>(file: FileId, text: &'s str, chunk: &Chunk, sink: &mut Sink) -> Option<Block<'s>> {
    let span = |range: Range<u32>| Span::new(file, range.start, range.end);
    match chunk {
        Chunk::Block(range) => {
            let source = &text[range.start as usize..range.end as usize];
            if let Some(line) = chunk::too_deep(source, MAX_NESTING) {
                sink.push(nested_too_deeply(span(range.start + line.start..range.start + line.end)));
                return None;
            }
            match Grammar::parse(Rule::block, source) {
                Ok(pairs) => build::Builder::new(file, text, range.start, sink).block(pairs),
                Err(_) => {
                    let first_line = source.lines().next().unwrap_or_default();
                    sink.push(bad_header(
                        first_line,
                        span(range.start..range.start + first_line.len() as u32),
                    ));
                    None
                }
            }
        }
        Chunk::Unclosed(range) => {
            let message = "this block is never closed: no line below begins with `}`";
            let diagnostic = Diagnostic::error(code::SYNTAX, message).at(span(range.clone()));
            sink.push(diagnostic.label("opened here").help("close the block with `}` on a line of its own"));
            None
        }
        Chunk::Stray(range) => {
            let line = &text[range.start as usize..range.end as usize];
            sink.push(bad_header(line, span(range.clone())));
            None
        }
    }
}

fn nested_too_deeply(span: Span) -> Diagnostic {
    let message = format!("brackets are nested more than {MAX_NESTING} deep in this line");
    Diagnostic::error(code::SYNTAX, message).at(span).label("too deep").help("take out brackets")
}

/// A line at the top level that opens no block.
fn bad_header(line: &str, span: Span) -> Diagnostic {
    let first = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let diagnostic = if line.trim_start().starts_with('}') {
        Diagnostic::error(code::SYNTAX, "this `}` closes nothing")
            .help("take it out, or open a block above it")
    } else if first == "type" && line.contains('=') {
        Diagnostic::error(code::SYNTAX, "type aliases do not exist")
            .help("write the type at each field instead")
    } else if BLOCK_KEYWORDS.contains(&first) {
        Diagnostic::error(code::SYNTAX, format!("this is not the head of a `{first}` block")).help(format!(
            "write `{first} Name {{` on one line, and close the block with `}}` on a line of its own"
        ))
    } else {
        let help = match nearest(first, BLOCK_KEYWORDS) {
            Some(keyword) => format!("did you mean `{keyword}`?"),
            None => format!("begin a block with one of {}", quoted_list(&BLOCK_KEYWORDS)),
        };
        Diagnostic::error(code::SYNTAX, "this line belongs to no block").help(help)
    };
    diagnostic.at(span).label("not understood")
}

/// Words in backticks with commas between them.
pub(crate) fn quoted_list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use driftless_diagnostics::Files;

    fn lines(text: &str) -> Vec<u32> {
        let mut files = Files::new();
        let file = files.add("schema.prisma", text);
        let mut sink = Sink::new();
        parse(file, text, &mut sink);
        sink.iter().map(|d| files.positions(d.span.unwrap()).unwrap().0.line).collect()
    }

    #[test]
    fn one_bad_line_gives_one_error() {
        assert_eq!(
            lines("model A {\n  id Int @id\n  x Int @\n  y Int ?? \n  z\n}\nxyz\nenum E {\n  A,\n  B\n}\n"),
            [3, 4, 5, 7, 9]
        );
    }

    #[test]
    fn comments_hide_braces() {
        assert_eq!(
            lines("/* model {\n*/\nmodel A { // c\n  id Int @id /* }\n } */\n  /*\n}\n*/\n} // d\n"),
            [] as [u32; 0]
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("model A {{\n  id Int @default({})\n}}\n", "[".repeat(100_000));
        assert_eq!(lines(&text), [2]);
    }
}
