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

/// How often a block may turn out to hold more than one. Only a comment that a bad line opens makes that happen.
const MAX_RECUTS: usize = 16;

/// The blocks that a file may hold.
const BLOCK_KEYWORDS: [&str; 6] = ["model", "enum", "view", "type", "datasource", "generator"];

/// Parses one file. Problems go to `sink` under [`code::SYNTAX`]; what is wrong is left out of the tree.
pub fn parse<'s>(file: FileId, text: &'s str, sink: &mut Sink) -> Document<'s> {
    let chunks = chunk::split(text, 0, text.len());
    let parse_run = |run: Range<usize>| {
        let mut parser = Parser { file, text, blocks: Vec::with_capacity(run.len()), sink: Sink::new() };
        chunks[run].iter().for_each(|chunk| parser.chunk(chunk, 0));
        (parser.blocks, parser.sink)
    };
    let mut blocks = Vec::with_capacity(chunks.len());
    for (part, problems) in threads::map_runs(chunks.len(), parse_run) {
        blocks.extend(part);
        sink.append(problems);
    }
    Document { file, blocks }
}

/// Parses chunks of a file one after another.
struct Parser<'s> {
    file: FileId,
    text: &'s str,
    blocks: Vec<Block<'s>>,
    sink: Sink,
}

impl Parser<'_> {
    fn span(&self, range: Range<u32>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn chunk(&mut self, chunk: &Chunk, recuts: usize) {
        match chunk {
            Chunk::Block(range) => self.block(range.clone(), recuts),
            Chunk::Unclosed(range) => {
                let message = "this block is never closed: no line below begins with `}`";
                let diagnostic = Diagnostic::error(code::SYNTAX, message).at(self.span(range.clone()));
                let help = "close the block with `}` on a line of its own";
                self.sink.push(diagnostic.label("opened here").help(help));
            }
            Chunk::Stray(range) => {
                let line = &self.text[range.start as usize..range.end as usize];
                self.sink.push(bad_header(line, self.span(range.clone())));
            }
        }
    }

    fn block(&mut self, range: Range<u32>, recuts: usize) {
        let source = &self.text[range.start as usize..range.end as usize];
        let within =
            |part: Range<u32>| Span::new(self.file, range.start + part.start, range.start + part.end);
        if let Some(line) = chunk::too_deep(source, MAX_NESTING) {
            self.sink.push(nested_too_deeply(within(line)));
        } else if let Some(at) = chunk::unclosed_comments(source) {
            let diagnostic = Diagnostic::error(code::SYNTAX, "this comment is never closed");
            let diagnostic = diagnostic.at(within(at as u32..at as u32 + 2)).label("opened here");
            self.sink.push(diagnostic.help("close the comment with `*/`"));
        } else if let Ok(pairs) = Grammar::parse(Rule::block, source) {
            let end = range.start as usize + pairs.as_str().len();
            let block = build::Builder::new(self.file, self.text, range.start, &mut self.sink).block(pairs);
            // The grammar may see the end of the block earlier than the cutting does.
            if block.is_some() && recuts < MAX_RECUTS {
                let rest = chunk::split(self.text, end, range.end as usize);
                self.blocks.extend(block);
                rest.iter().for_each(|chunk| self.chunk(chunk, recuts + 1));
            }
        } else {
            let first_line = source.lines().next().unwrap_or_default();
            self.sink.push(bad_header(first_line, within(0..first_line.len() as u32)));
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
