//! Environment files: `.env`.
//!
//! They are read by the rules of the `dotenv` package for Node, which is what the reference's users have. An *entry* is
//! `NAME=value`, also `NAME: value`, also with `export` before it. A value ends with its line, or at a `#`; in quotes
//! (`'`, `"` or `` ` ``) it may hold both. A name that is set twice has its last value. As in version 6 of the reference,
//! `${NAME}` in a value is a variable, of the environment first and then of the same file, and a `$` without braces is a
//! `$`.
//!
//! Invariants: a line that is no entry costs no other line, and is counted.

use std::io;
use std::path::Path;

use indexmap::IndexMap;

use super::expand::{Budget, Endless};
use crate::{Environment, read};

/// The largest environment file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What an environment file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EnvironmentFile {
    /// The values, with variables in them as they are written.
    entries: IndexMap<String, String>,
    /// The lines, from 1, that are neither entries nor comments.
    pub(crate) unread: Vec<usize>,
    /// The first line, from 1, that Node's own reader of such files may take otherwise.
    pub(crate) ambiguous: Option<usize>,
}

impl EnvironmentFile {
    /// Reads a file. Bytes that are no UTF-8 are replaced.
    ///
    /// # Errors
    /// The system does not let it be read, or it is no file of a sensible size.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::parse(&String::from_utf8_lossy(&read::read_limited(path, MAX_FILE_BYTES)?)))
    }

    /// The names and the values as they are written, in the order of the file.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn parse(text: &str) -> Self {
        let ambiguous = text.split('\n').position(|line| !is_plain(line)).map(|at| at + 1);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut file = Self { ambiguous, ..Self::default() };
        let mut line = 1;
        while !rest.is_empty() {
            let length = match read_entry(rest) {
                Some((name, value, length)) => {
                    file.entries.insert(name.to_owned(), value);
                    length
                }
                None => {
                    let (own, _) = split_line(rest);
                    if !own.trim().is_empty() && !own.trim_start().starts_with('#') {
                        file.unread.push(line);
                    }
                    own.len()
                }
            };
            let (read, after) = rest.split_at(length);
            line += read.matches('\n').count() + 1;
            rest = after.strip_prefix('\n').unwrap_or_default();
        }
        file
    }

    /// The names that it sets.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The value of a variable, with the variables in it filled in; those of `environment` go before the file's.
    ///
    /// # Errors
    /// The variables in it lead to more than what a value can sensibly be.
    pub(crate) fn value(&self, name: &str, environment: &Environment) -> Result<Option<String>, Endless> {
        let Some(value) = self.entries.get(name) else { return Ok(None) };
        self.fill_in(value, environment, &mut vec![name], &mut Budget::default()).map(Some)
    }

    /// Fills in `${NAME}`. A variable that nobody sets is empty, and so is one that is made of itself.
    fn fill_in<'a>(
        &'a self,
        text: &'a str,
        environment: &Environment,
        within: &mut Vec<&'a str>,
        budget: &mut Budget,
    ) -> Result<String, Endless> {
        budget.spend(text.len())?;
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            let end = from.find('}').filter(|end| from[2..*end].bytes().all(is_part_of_variable));
            let Some(end) = end else {
                filled.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
                continue;
            };
            let name = &from[2..end];
            match before.strip_suffix('\\') {
                Some(before) => {
                    filled.push_str(before);
                    filled.push_str(&from[..=end]);
                }
                None => {
                    filled.push_str(before);
                    if let Some(value) = environment.get(name) {
                        budget.spend(value.len())?;
                        filled.push_str(value);
                    } else if let Some(value) = self.entries.get(name).filter(|_| !within.contains(&name)) {
                        within.push(name);
                        filled.push_str(&self.fill_in(value, environment, within, budget)?);
                        within.pop();
                    }
                }
            }
            rest = &from[end + 1..];
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

fn is_part_of_variable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The first line of a text, without its end, and what follows it.
fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Whether every reader takes a line for the same: it is empty, a comment, or `NAME=value` with nothing unusual in it.
fn is_plain(line: &str) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let is_letter = |letter: char| letter == ' ' || letter.is_ascii_graphic() || letter.is_alphanumeric();
    let is_quote = |letter: char| matches!(letter, '\'' | '"' | '`');
    if line.is_empty() || line.starts_with('#') {
        return !(line.contains('=') && line.contains(is_quote));
    }
    let Some((name, value)) = line.split_once('=') else { return false };
    let name = name.strip_prefix("export ").unwrap_or(name);
    let name = name.strip_suffix(' ').unwrap_or(name);
    let is_name = name.bytes().all(is_part_of_variable) && !name.is_empty() && name != "export";
    let is_simple = value.chars().all(|letter| is_letter(letter) && letter != '\\');
    let value = value.trim_matches(' ');
    let (inner, tail) = match value.strip_prefix(is_quote) {
        Some(rest) => match rest.split_once(&value[..1]) {
            Some((inner, tail)) => (inner, tail.trim_start_matches(' ')),
            None => return false,
        },
        None => value.find(" #").map_or((value, ""), |at| (&value[..at], &value[at + 1..])),
    };
    let is_bare = !value.starts_with(is_quote);
    let is_whole = !(inner.contains(is_quote) || is_bare && inner.contains('#'));
    is_name && is_simple && is_whole && (tail.is_empty() || tail.starts_with('#')) && !tail.contains(is_quote)
}

/// The entry that a text begins with: its name, its value, and its length without the end of its last line.
fn read_entry(text: &str) -> Option<(&str, String, usize)> {
    let (line, _) = split_line(text);
    let start = line.trim_start();
    let start = match start.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => start,
    };
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let (name, rest) = start.split_at(start.find(|letter| !is_part(letter)).unwrap_or(start.len()));
    if name.is_empty() {
        return None;
    }
    let rest = match rest.trim_start().strip_prefix('=') {
        Some(rest) => rest,
        None => rest.strip_prefix(':').filter(|rest| rest.starts_with(char::is_whitespace))?,
    };
    let at = line.len() - rest.len();
    let blanks = rest.len() - rest.trim_start().len();
    if let Some((quote, length)) = quoted(&text[at + blanks..]) {
        let inner = &text[at + blanks + 1..at + blanks + length - 1];
        let (tail, _) = split_line(&text[at + blanks + length..]);
        return Some((name, unescape(quote, inner), at + blanks + length + tail.len()));
    }
    let value = rest.split('#').next().unwrap_or_default().trim();
    let quote = value.chars().next().unwrap_or_default();
    let bare = value.strip_prefix(['\'', '"', '`']).and_then(|inner| inner.strip_suffix(quote));
    Some((name, unescape(quote, bare.unwrap_or(value)), line.len()))
}

/// The quote that a text begins with, and the length up to and with its end, if nothing but a comment follows there. A
/// quote behind a backslash is the end only where no other can be.
fn quoted(text: &str) -> Option<(char, usize)> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"' | '`'))?;
    let mut ends = Vec::new();
    for (at, _) in text.match_indices(quote).skip(1) {
        ends.push(at + 1);
        if !text[..at].ends_with('\\') {
            break;
        }
    }
    let is_end = |end: &usize| {
        let (tail, _) = split_line(&text[*end..]);
        tail.trim().is_empty() || tail.trim_start().starts_with('#')
    };
    ends.into_iter().rev().find(is_end).map(|end| (quote, end))
}

/// Double quotes give `\n` and `\r` their meaning. Any other backslash is one.
fn unescape(quote: char, text: &str) -> String {
    if quote == '"' { text.replace("\\n", "\n").replace("\\r", "\r") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        let file = EnvironmentFile::parse(text);
        let value = |name: &str| (name.to_owned(), file.value(name, &Environment::new()).unwrap().unwrap());
        file.names().map(value).collect()
    }

    fn value(text: &str) -> String {
        values(text).remove(0).1
    }

    #[test]
    fn a_value_ends_with_its_line_or_at_a_comment() {
        let cases = [
            ("A=b c d", "b c d"),
            ("A = b ", "b"),
            ("export A=b", "b"),
            ("A: b", "b"),
            ("A=", ""),
            ("A=# none", ""),
            ("A=b # c", "b"),
            ("A=b#c", "b"),
            ("A=b\r\nB=c", "b"),
            ("A=pa$$word\\n", "pa$$word\\n"),
            ("A=b=c", "b=c"),
            ("\u{feff}A=b", "b"),
            ("  A=b", "b"),
            ("A=b\nA=c", "c"),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_hold_what_ends_a_value() {
        let cases = [
            ("A=' b # c '", " b # c "),
            ("A=\"b\\nc\\t\"", "b\nc\\t"),
            ("A='b\\nc'", "b\\nc"),
            ("A=`it's \"so\"`", "it's \"so\""),
            ("A=\"b\nc\" # d", "b\nc"),
            ("A=\"b\\\"c\"", "b\\\"c"),
            ("A='c:\\'", "c:\\"),
            ("A='b' c", "'b' c"),
            ("A=\"b\"c\"", "b\"c"),
            ("A='b", "'b"),
            ("A='", "'"),
            ("A=''", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_entry_costs_no_other() {
        let text = "# a comment\nA=1\n\nnot an entry\nmy key=2\nB='x\ny'\n=3\nKEY:4\nC=5";
        let file = EnvironmentFile::parse(text);
        assert_eq!(file.names().collect::<Vec<_>>(), ["A", "B", "C"]);
        assert_eq!(file.unread, [4, 5, 8, 9]);
    }

    #[test]
    fn values_that_multiply_are_refused() {
        let bomb = |seed: &str| {
            let lines = (1..60).map(|at| format!("A{at}=${{A{}}}${{A{}}}\n", at - 1, at - 1));
            format!("A0={seed}\n{}", lines.collect::<String>())
        };
        let deep = (1..5000).map(|at| format!("A{at}=${{A{}}}\n", at - 1)).collect::<String>();
        let ring = (0..500).map(|at| format!("A{at}=${{A{}}}${{A{}}}\n", (at + 1) % 500, (at + 7) % 500));
        for text in [bomb("x"), bomb(""), deep, ring.collect::<String>()] {
            let file = EnvironmentFile::parse(&text);
            let last = file.names().last().unwrap();
            assert_eq!(file.value(last, &Environment::new()), Err(Endless));
        }
        assert_eq!(
            EnvironmentFile::parse(&bomb("x")).value("A3", &Environment::new()),
            Ok(Some("x".repeat(8)))
        );
    }

    #[test]
    fn variables_in_braces_are_filled_in() {
        let text =
            "A=${B}-${HOME}\nB=b\nC=\\${B}\nD=$B\nE=${E}\nF=${G}\nG=${F}g\nH=${B:-x}\nI=${unset}i\nJ='${B}'";
        let file = EnvironmentFile::parse(text);
        let environment = Environment::from([("HOME".to_owned(), "here".to_owned())]);
        let values: Vec<_> =
            file.names().map(|name| file.value(name, &environment).unwrap().unwrap()).collect();
        assert_eq!(values, ["b-here", "b", "${B}", "$B", "", "g", "g", "${B:-x}", "i", "b"]);
    }

    #[test]
    fn lines_that_readers_take_otherwise_are_named() {
        for text in [
            "",
            "A=a\nB=b\n",
            "A=a\r\nB=b\r\n",
            "# a 'b\nA=a",
            "export A=a",
            "A = a",
            "A= 'x # y' # z",
            "A=\"x y\"",
            "A=a #c",
            "A=",
            "A=postgresql://u:p@h:5432/d?x=${y}",
            "A=é",
        ] {
            assert_eq!(EnvironmentFile::parse(text).ambiguous, None, "{text}");
        }
        for text in [
            "Q=a\nexport  Q = b",
            "\n A=a",
            "\n  ",
            "\nA: a",
            "\nA=a#b",
            "\nA='b",
            "\nA='b' c",
            "\nA=\"a\\nb\"",
            "\nA\t=a",
            "\nA=\ta",
            "\nA=it's",
            "\n#A='b",
            "\nA=\u{a0}",
            "\nA",
            "\nA.B=c",
        ] {
            assert_eq!(EnvironmentFile::parse(text).ambiguous, Some(2), "{text}");
        }
    }
}
