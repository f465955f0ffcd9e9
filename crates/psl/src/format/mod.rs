//! Formats schema text.
//!
//! # Vocabulary
//!
//! - An *item* of a block is a field, an enum value, a key with its value, a block attribute, a run of comments, or
//!   a line that is none of these (*unreadable*).
//! - A *table* is a run of rows whose columns are aligned. A blank line ends it; comments and unreadable lines
//!   stand between its rows and take no part in the alignment.
//! - A *run of comments* is what stands together without a blank line. Directly before a block attribute it
//!   belongs to the attribute and moves with it.
//!
//! # Rules
//!
//! - Two spaces of indentation, one blank line at most, `\n` at every line's end, one at the end of the text.
//! - A block ends with its block attributes, after one blank line. These, and the attributes of a field, stand in
//!   this order, equal ones and all others in source order: `id`, `unique`, `default`, `updatedAt`, `index`,
//!   `fulltext`, `map`, `relation`, `ignore`, others.
//! - Widths are counted in bytes of UTF-8, as the reference counts them.
//! - `/* … */` on lines of its own becomes one text line after another, each after ` * `; a `*` that a
//!   line begins with already is taken for that.
//! - An unreadable line loses its indentation and nothing else, and keeps its line end. A block that is never closed
//!   is a row of such lines, and so is everything of which the language has no idea.
//! - Syntax of old versions is brought up to date: `name: Type`, `Type!` and `[Type]` become `name Type`, `Type`
//!   and `Type[]`. A comma after the last argument goes.
//!
//! # Why not from the parse tree
//!
//! The formatter reads the text itself, with a small scanner. It needs what a parse tree of the language has no use
//! for: the bytes after `{`, the text of unreadable lines, blank lines, the exact extent of comments. It must work
//! on any text, and it is many times faster: nothing is built but the result.
//!
//! # Where it leaves the reference
//!
//! The result equals the reference's to the byte, except where that loses text or grows with each run:
//!
//! - text after the `{` of a block stays (the reference drops it, comments and fields alike);
//! - `key =` without a value keeps its `=`;
//! - of adjacent indented `/* … */` comments each is unwrapped (the reference wraps the second one anew each time);
//! - where a second run of the reference would go on changing the text (a word behind a closing `}` gets its blank
//!   line only then), this is done at once.

mod attribute;
mod block;
mod comment;
mod complete;
mod field_type;
mod scan;
mod table;
mod value;

use std::collections::BTreeSet;

use block::BlockKind;
use complete::Completion;
use scan::Cursor;

/// The indentation of everything inside a block.
const INDENT: &str = "  ";

/// More runs than any text is known to need.
const MAX_RUNS: usize = 8;

/// The formatted text of a schema that is one file; see [`format_files`].
#[must_use]
pub fn format(text: &str) -> String {
    format_files(&[text]).concat()
}

/// The formatted texts of the files of one schema, with what their relations lack.
///
/// It takes any text, readable or not. Formatting the result again changes nothing.
#[must_use]
pub fn format_files(texts: &[&str]) -> Vec<String> {
    let laid_out: Vec<LaidOut> = texts.iter().map(|text| lay_out_until_stable(text)).collect();
    let readable = laid_out.iter().all(|file| file.readable);
    let formatted: Vec<String> = laid_out.into_iter().map(|file| file.text).collect();
    if !readable {
        return formatted;
    }
    // Where syntax of old versions keeps the schema from being understood, it is gone from the formatted texts.
    let completion = match complete::complete(texts) {
        Completion::NotUnderstood if formatted != texts => {
            complete::complete(&formatted.iter().map(String::as_str).collect::<Vec<_>>())
        }
        completion => completion,
    };
    match completion {
        Completion::Completed(texts) => texts.iter().map(|text| lay_out_until_stable(text).text).collect(),
        Completion::NothingMissing | Completion::NotUnderstood => formatted,
    }
}

/// A text in its layout, without what relations lack.
pub(crate) fn lay_out_text(text: &str) -> String {
    lay_out_until_stable(text).text
}

/// A text in its layout.
struct LaidOut {
    text: String,
    /// Whether each of its lines belongs to something that the language knows.
    readable: bool,
}

/// A first run may make readable what was not: only text that a run leaves alone is known to be stable.
fn lay_out_until_stable(text: &str) -> LaidOut {
    let mut laid_out = lay_out(text);
    for _ in 1..MAX_RUNS {
        let again = lay_out(&laid_out.text);
        if again.text == laid_out.text {
            break;
        }
        laid_out = again;
    }
    laid_out
}

fn lay_out(text: &str) -> LaidOut {
    let mut layout = Layout {
        cursor: Cursor::new(text),
        out: String::with_capacity(text.len() + text.len() / 4),
        readable: true,
        unclosed: BTreeSet::new(),
        last_brace: text.rfind('}'),
    };
    layout.write_all();
    LaidOut { text: layout.out, readable: layout.readable }
}

/// The place of an attribute among its neighbours, by its name without `@`: see the rules above.
fn rank(name: &str) -> u8 {
    const ORDER: [&str; 9] =
        ["id", "unique", "default", "updatedAt", "index", "fulltext", "map", "relation", "ignore"];
    ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len()) as u8
}

/// One run of the formatter over one text.
struct Layout<'a> {
    cursor: Cursor<'a>,
    out: String,
    readable: bool,
    /// Items from which a block of that kind is known to reach the end of the text unclosed. It keeps a text of
    /// many unclosed blocks linear.
    unclosed: BTreeSet<(BlockKind, usize)>,
    last_brace: Option<usize>,
}

impl<'a> Layout<'a> {
    fn write_all(&mut self) {
        self.cursor.eat_blank_lines();
        loop {
            let blank = self.cursor.eat_blank_lines();
            self.cursor.skip_spaces();
            if self.cursor.at_end() {
                break;
            }
            if blank {
                self.out.push('\n');
            }
            if !self.write_block() && !self.write_comments() {
                self.readable = false;
                if !self.write_type_alias() && !self.write_unknown_block() {
                    let line = self.cursor.take_line();
                    self.out.push_str(line);
                }
            }
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// `type Name = Type @attribute`, of old versions, as it stands. What follows continues the line.
    fn write_type_alias(&mut self) -> bool {
        let start = self.cursor.position();
        if field_type::read_alias(&mut self.cursor).is_some() {
            self.out.push_str(self.cursor.since(start));
            return true;
        }
        self.cursor.reset(start);
        false
    }

    /// A block without a keyword, as it stands. What follows its `}` continues the line.
    fn write_unknown_block(&mut self) -> bool {
        let start = self.cursor.position();
        let opens = self.cursor.identifier().is_some() && self.cursor.block_open().is_some();
        let body = self.cursor.position();
        match self.last_brace {
            Some(last) if opens && last >= body => {
                let text = self.cursor.take_through_brace(start);
                self.out.push_str(text);
                true
            }
            _ => {
                self.cursor.reset(start);
                false
            }
        }
    }

    fn write_comments(&mut self) -> bool {
        let Some(run) = self.cursor.comments() else { return false };
        for line in comment::lines(run) {
            line.write(&mut self.out);
            self.out.push('\n');
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_schema_are_understood_together() {
        let author = "model Author {\n  id Int @id\n}\n";
        let book = "model Book {\n  id Int @id\n  author Author\n}\n";
        let formatted = format_files(&[author, book]);
        assert_eq!(formatted[0], "model Author {\n  id    Int    @id\n  books Book[]\n}\n");
        assert!(
            formatted[1].ends_with("@relation(fields: [authorId], references: [id])\n  authorId Int\n}\n")
        );
        assert_eq!(format(author), author);
    }

    #[test]
    fn deep_nesting_is_unreadable() {
        let text = format!("model A {{\n  id    Int @x({})\n}}\n", "[".repeat(100_000));
        assert_eq!(format(&text), text);
    }
}
