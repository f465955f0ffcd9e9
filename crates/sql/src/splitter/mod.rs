//! Splits a script into statements without understanding them.
//!
//! A script is a row of *fragments* that tile it: their spans, put one behind the other, are the script to the byte.
//! A fragment holds at most one *statement*: the text from its first to its last lexical element, without the comments
//! around it and without its semicolon. The rules are those of PostgreSQL's own scanner: comments nest, `E''` knows the
//! backslash, dollar quotes hold anything, parentheses (rules have them) and `BEGIN ATOMIC … END` hide semicolons.

use std::ops::Range;

pub(crate) use driftless_ir::lexer::{Element, Scan};

use crate::client::{ClientTask, copies_with_client};

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// All bytes of the piece, with the blanks and comments before the statement and the semicolon behind it.
    pub span: Range<usize>,
    /// What it holds.
    pub content: Content,
    /// The line comments in it, each without its line break.
    pub comments: Vec<Range<usize>>,
}

/// What a fragment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A statement, from its first to its last element.
    Statement(Range<usize>),
    /// Blanks, comments or a mere semicolon.
    Nothing,
    /// A line that only `psql` understands: from its backslash to the end of the line.
    PsqlCommand(Range<usize>),
    /// The rows behind `COPY … FROM STDIN`, which only `psql` sends.
    CopyRows(Range<usize>),
    /// A statement in which something (named here) is opened and not closed.
    Unclosed(&'static str, Range<usize>),
}

/// Splits a script. See the module.
pub fn split(script: &str) -> Vec<Fragment> {
    let mut splitter = Splitter { script, at: 0, fragments: Vec::new(), lacks_end_of_rows: false };
    while splitter.at < script.len() {
        splitter.take_fragment();
    }
    splitter.fragments
}

struct Splitter<'a> {
    script: &'a str,
    at: usize,
    fragments: Vec<Fragment>,
    /// Whether it is known that no line ends rows any more.
    lacks_end_of_rows: bool,
}

/// What was seen of the statement that is being read.
#[derive(Default)]
struct Reading {
    body: Option<Range<usize>>,
    comments: Vec<Range<usize>>,
    parentheses: u32,
    routine: Routine,
}

impl Splitter<'_> {
    fn take_fragment(&mut self) {
        let start = self.at;
        let mut reading = Reading::default();
        for (element, range) in Scan::new(&self.script[start..]) {
            let range = start + range.start..start + range.end;
            match element {
                Element::Space => continue,
                Element::BlockComment => continue,
                Element::LineComment => {
                    reading.comments.push(range);
                    continue;
                }
                Element::Symbol(b';') if reading.parentheses == 0 && !reading.routine.is_open() => {
                    let content = reading.body.clone().map_or(Content::Nothing, Content::Statement);
                    return self.finish(range.end, content, reading.comments);
                }
                Element::Symbol(b'\\') => return self.take_psql_command(range.start, reading),
                Element::Unclosed(what) => {
                    let body = reading.body.map_or(range.start, |body| body.start)..range.end;
                    return self.finish(range.end, Content::Unclosed(what, body), reading.comments);
                }
                Element::Symbol(b'(') => reading.parentheses += 1,
                Element::Symbol(b')') => reading.parentheses = reading.parentheses.saturating_sub(1),
                Element::Word => reading.routine.word(&self.script[range.clone()]),
                _ => reading.routine.other(),
            }
            reading.body = Some(reading.body.map_or(range.start, |body| body.start)..range.end);
        }
        let content = reading.body.map_or(Content::Nothing, Content::Statement);
        self.finish(self.script.len(), content, reading.comments);
    }

    /// A backslash outside quotes: the line is `psql`'s; a statement before it stands by itself.
    fn take_psql_command(&mut self, backslash: usize, reading: Reading) {
        if let Some(body) = reading.body {
            return self.finish(backslash, Content::Statement(body), reading.comments);
        }
        let end = self.script[backslash..].find('\n').map_or(self.script.len(), |at| backslash + at + 1);
        let command = backslash..backslash + self.script[backslash..end].trim_end().len();
        self.finish(end, Content::PsqlCommand(command), reading.comments);
    }

    fn finish(&mut self, end: usize, content: Content, comments: Vec<Range<usize>>) {
        let rows_follow =
            matches!(&content, Content::Statement(body) if self.takes_rows(&self.script[body.clone()]));
        self.fragments.push(Fragment { span: self.at..end, content, comments });
        self.at = end;
        if rows_follow {
            self.take_copy_rows();
        }
    }

    fn takes_rows(&self, statement: &str) -> bool {
        !self.lacks_end_of_rows && copies_with_client(statement) == Some(ClientTask::SendRows)
    }

    /// The rows up to the line `\.` that ends them; where none does, what follows is read as SQL.
    fn take_copy_rows(&mut self) {
        let rest = &self.script[self.at..];
        let is_end = |line: &str| line.strip_suffix('\n').unwrap_or(line).trim_end_matches('\r') == "\\.";
        let mut ends = rest.match_indices("\n\\.").map(|(at, _)| at + 1);
        let line_end = |start: usize| rest[start..].find('\n').map_or(rest.len(), |at| start + at + 1);
        let Some(last) = ends.find(|start| is_end(&rest[*start..line_end(*start)])) else {
            self.lacks_end_of_rows = true;
            return;
        };
        let rows = self.at..self.at + line_end(last);
        self.at = rows.end;
        self.fragments.push(Fragment {
            span: rows.clone(),
            content: Content::CopyRows(rows),
            comments: Vec::new(),
        });
    }
}

/// Recognises `CREATE [OR REPLACE] FUNCTION … BEGIN ATOMIC … END`, whose body has semicolons.
#[derive(Default)]
struct Routine {
    words: u32,
    creates: bool,
    is_routine: bool,
    after_begin: bool,
    depth: u32,
}

impl Routine {
    fn is_open(&self) -> bool {
        self.depth > 0
    }

    fn word(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.words += 1;
        match self.words {
            1 => self.creates = is("create"),
            2..=4 if self.creates && (is("function") || is("procedure")) => self.is_routine = true,
            _ => {}
        }
        if !self.is_routine {
            return;
        }
        if self.after_begin && is("atomic") {
            self.depth = 1;
        } else if self.depth > 0 && is("case") {
            self.depth += 1;
        } else if self.depth > 0 && is("end") {
            self.depth -= 1;
        }
        self.after_begin = is("begin");
    }

    fn other(&mut self) {
        self.after_begin = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(script: &str) -> Vec<&str> {
        let body = |fragment: Fragment| match fragment.content {
            Content::Statement(body) => Some(&script[body]),
            _ => None,
        };
        split(script).into_iter().filter_map(body).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_split() {
        let script = "a ';' \";\" E'\\';' $x$ ; $x$ /* ; /* ; */ ; */ -- ;\n b; c";
        assert_eq!(statements(script), [&script[..script.len() - 3], "c"]);
    }

    #[test]
    fn a_dollar_in_a_word_opens_nothing() {
        assert_eq!(statements("a$b$ ; c$b$; $1;"), ["a$b$", "c$b$", "$1"]);
    }

    #[test]
    fn an_atomic_body_is_one_statement() {
        let script =
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; x";
        assert_eq!(statements(script), [&script[..script.len() - 3], "x"]);
        assert_eq!(statements("BEGIN; END; x"), ["BEGIN", "END", "x"]);
    }

    #[test]
    fn psql_lines_stand_by_themselves() {
        let script = "a;\n\\set x 1\nb;";
        let fragments = split(script);
        assert!(
            matches!(&fragments[1].content, Content::PsqlCommand(range) if &script[range.clone()] == "\\set x 1")
        );
        assert_eq!(statements(script), ["a", "b"]);
    }

    #[test]
    fn nothing_is_lost_at_any_cut() {
        let script = "SELECT 'é', \"ü\", E'\\'', $ä$ ; $ä$; /* a /* b */ c */ -- d\n\\x\nCOPY t FROM stdin;\n1\n\\.\nCREATE FUNCTION f() BEGIN ATOMIC; END";
        for cut in (0..=script.len()).filter(|cut| script.is_char_boundary(*cut)) {
            for part in [&script[..cut], &script[cut..]] {
                let joined: String =
                    split(part).iter().map(|fragment| &part[fragment.span.clone()]).collect();
                assert_eq!(joined, part);
            }
        }
    }
}
