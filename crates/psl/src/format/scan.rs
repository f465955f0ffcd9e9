//! Reads schema text from left to right: blanks, names, comments, whole lines.
//!
//! *Blanks* are spaces, tabs and the space separators of Unicode, never line ends. A *line end* is `\n`, `\r\n` or
//! `\r`. A *name* is of letters, ASCII digits, `_` and `-`, and begins with a letter or a digit.

/// A position in a text. A method that recognises something moves past it; one that answers `None` or `false`
/// stays where it was, unless it says otherwise.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// The last answer to "where does the comment end that begins here": from, and to (`None`: nowhere). Many
    /// unreadable lines may ask before the same `*/`.
    comment_end: Option<(usize, Option<usize>)>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0, comment_end: None }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn reset(&mut self, position: usize) {
        self.at = position;
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips blanks, then eats the token. Blanks stay skipped where the token is missing.
    pub(super) fn eat_next(&mut self, token: &str) -> bool {
        self.skip_spaces();
        self.eat(token)
    }

    pub(super) fn skip_spaces(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                _ if byte.is_ascii() => return,
                _ => match self.rest().chars().next() {
                    Some(c) if is_space_separator(c) => self.at += c.len_utf8(),
                    _ => return,
                },
            }
        }
    }

    pub(super) fn eat_line_end(&mut self) -> bool {
        match self.peek() {
            Some(b'\n') => self.at += 1,
            Some(b'\r') => self.at += 1 + usize::from(self.rest().starts_with("\r\n")),
            _ => return false,
        }
        true
    }

    /// Skips blanks up to and with a line end.
    pub(super) fn end_line(&mut self) -> bool {
        let start = self.at;
        self.skip_spaces();
        let ended = self.eat_line_end();
        if !ended {
            self.at = start;
        }
        ended
    }

    /// Skips lines of blanks; true where there was one.
    pub(super) fn eat_blank_lines(&mut self) -> bool {
        let mut found = false;
        while self.end_line() {
            found = true;
        }
        found
    }

    fn skip_to_line_end(&mut self) {
        let length = self.rest().bytes().position(|b| matches!(b, b'\n' | b'\r'));
        self.at = length.map_or(self.text.len(), |length| self.at + length);
    }

    /// The rest of the line and its end.
    pub(super) fn take_line(&mut self) -> &'a str {
        let start = self.at;
        self.skip_to_line_end();
        self.eat_line_end();
        self.since(start)
    }

    /// The `{` of a block and whatever stands after it on its line, which it returns without outer blanks.
    pub(super) fn block_open(&mut self) -> Option<&'a str> {
        let start = self.at;
        if self.eat_next("{") {
            let after = self.at;
            self.skip_to_line_end();
            let text = self.since(after);
            if self.eat_line_end() {
                return Some(text.trim());
            }
        }
        self.at = start;
        None
    }

    /// The text from `start` through the next `}`, or to the end of the text.
    pub(super) fn take_through_brace(&mut self, start: usize) -> &'a str {
        self.at = self.rest().find('}').map_or(self.text.len(), |length| self.at + length + 1);
        self.since(start)
    }

    pub(super) fn identifier(&mut self) -> Option<&'a str> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte.is_ascii() {
                let inner = matches!(byte, b'_' | b'-') && self.at > start;
                if !(byte.is_ascii_alphanumeric() || inner) {
                    break;
                }
                self.at += 1;
            } else {
                match self.rest().chars().next() {
                    Some(c) if pest::unicode::LETTER(c) => self.at += c.len_utf8(),
                    _ => break,
                }
            }
        }
        (self.at > start).then(|| self.since(start))
    }

    /// Names with dots between and after them: `db.VarChar`, `a..b`, `a.`.
    pub(super) fn path(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.identifier()?;
        while self.eat(".") {
            self.identifier();
        }
        Some(self.since(start))
    }

    pub(super) fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.eat("-");
        if !self.digits() {
            self.at = start;
            return None;
        }
        let whole = self.at;
        if !(self.eat(".") && self.digits()) {
            self.at = whole;
        }
        Some(self.since(start))
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    /// A string with its quotes, as it stands. A backslash takes whatever follows it into the string.
    pub(super) fn string(&mut self) -> Option<&'a str> {
        let bytes = self.rest().as_bytes();
        if bytes.first() != Some(&b'"') {
            return None;
        }
        let mut length = 1;
        loop {
            match bytes.get(length)? {
                b'"' => break,
                b'\\' => length += 2,
                byte if *byte < b' ' => return None,
                _ => length += 1,
            }
        }
        let start = self.at;
        self.at += length + 1;
        Some(self.since(start))
    }

    /// A comment behind something: `//` to the end of the line, or `/* … */`.
    pub(super) fn trailing_comment(&mut self) -> Option<&'a str> {
        let before = self.at;
        self.skip_spaces();
        let start = self.at;
        if self.rest().starts_with("//") {
            self.skip_to_line_end();
        } else if let Some(end) = self.block_comment_end() {
            self.at = end;
        } else {
            self.at = before;
            return None;
        }
        Some(self.since(start))
    }

    /// A run of comments, each with at most one line end after it.
    pub(super) fn comments(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut found = false;
        while self.trailing_comment().is_some() {
            found = true;
            self.eat_line_end();
        }
        found.then(|| self.since(start))
    }

    fn block_comment_end(&mut self) -> Option<usize> {
        if !self.rest().starts_with("/*") {
            return None;
        }
        let body = self.at + 2;
        if let Some((from, end)) = self.comment_end
            && body >= from
            && end.is_none_or(|end| body + 2 <= end)
        {
            return end;
        }
        let end = self.text[body..].find("*/").map(|length| body + length + 2);
        self.comment_end = Some((body, end));
        end
    }
}

fn is_space_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
