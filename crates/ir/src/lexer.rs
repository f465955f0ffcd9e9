//! The lexical elements of PostgreSQL's SQL, as byte ranges. Every byte belongs to exactly one element.

use std::ops::Range;

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Blanks and line breaks.
    Space,
    /// `-- …` to the end of the line, without the line break (a carriage return is one).
    LineComment,
    /// `/* … */`, nested ones within.
    BlockComment,
    /// A word without quotes: an identifier or a keyword.
    Word,
    /// `"…"`, also with the prefix `U&`.
    QuotedName,
    /// `'…'`, with its prefix (`E`, `B`, `X`, `N`, `U&`) if it has one, and all parts of one that is continued after a
    /// line break: the prefix is that of all of them.
    Text,
    /// `$tag$ … $tag$`.
    DollarText,
    /// A number.
    Number,
    /// One character that is none of the above.
    Symbol(u8),
    /// A quote or a comment that nothing closes: the rest of the text.
    Unclosed(&'static str),
}

/// Reads the elements of a text, one after the other.
#[derive(Clone)]
pub struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// From the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The end of the run of bytes from `at` that satisfy `accept`.
    fn run(&self, at: usize, accept: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[at.min(self.text.len())..];
        at + rest.iter().position(|byte| !accept(*byte)).unwrap_or(rest.len())
    }

    fn element(&self) -> (Element, usize) {
        let at = self.at;
        let (byte, next) = (self.byte(at), self.byte(at + 1));
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => (Element::Space, self.run(at, is_space)),
            b'-' if next == b'-' => (Element::LineComment, self.run(at, is_within_line)),
            b'/' if next == b'*' => self.block_comment(),
            b'\'' => self.quoted(at, b'\'', false, Element::Text),
            b'"' => self.quoted(at, b'"', false, Element::QuotedName),
            b'e' | b'E' if next == b'\'' => self.quoted(at + 1, b'\'', true, Element::Text),
            b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if next == b'\'' => {
                self.quoted(at + 1, b'\'', false, Element::Text)
            }
            b'u' | b'U' if next == b'&' && self.byte(at + 2) == b'\'' => {
                self.quoted(at + 2, b'\'', false, Element::Text)
            }
            b'u' | b'U' if next == b'&' && self.byte(at + 2) == b'"' => {
                self.quoted(at + 2, b'"', false, Element::QuotedName)
            }
            b'$' => self.dollar(),
            b'0'..=b'9' => (Element::Number, self.number(at)),
            b'.' if next.is_ascii_digit() => (Element::Number, self.number(at)),
            byte if is_word_start(byte) => (Element::Word, self.run(at, is_word_part)),
            byte => (Element::Symbol(byte), at + 1),
        }
    }

    fn block_comment(&self) -> (Element, usize) {
        let (mut at, mut depth) = (self.at + 2, 1);
        while at < self.text.len() {
            match (self.byte(at), self.byte(at + 1)) {
                (b'*', b'/') => (at, depth) = (at + 2, depth - 1),
                (b'/', b'*') => (at, depth) = (at + 2, depth + 1),
                _ => at += 1,
            }
            if depth == 0 {
                return (Element::BlockComment, at);
            }
        }
        (Element::Unclosed("comment"), self.text.len())
    }

    /// A text in quotes whose opening quote stands at `open`; a doubled quote stands for itself.
    fn quoted(&self, open: usize, quote: u8, backslash: bool, element: Element) -> (Element, usize) {
        let mut at = open + 1;
        while at < self.text.len() {
            match self.byte(at) {
                b'\\' if backslash => at += 2,
                byte if byte == quote && self.byte(at + 1) == quote => at += 2,
                byte if byte == quote => match self.continuation(at + 1) {
                    Some(next) if element == Element::Text => at = next + 1,
                    _ => return (element, at + 1),
                },
                _ => at += 1,
            }
        }
        let what = if quote == b'"' { "quoted name" } else { "string" };
        (Element::Unclosed(what), self.text.len())
    }

    /// Where the quote stands that continues a string which ends before `at`: there is nothing but blanks and line
    /// comments between, and a line break.
    fn continuation(&self, mut at: usize) -> Option<usize> {
        let mut breaks = false;
        loop {
            match self.byte(at) {
                b'\n' | b'\r' => (at, breaks) = (at + 1, true),
                byte if is_space(byte) => at += 1,
                b'-' if self.byte(at + 1) == b'-' => at = self.run(at, is_within_line),
                b'\'' if breaks => return Some(at),
                _ => return None,
            }
        }
    }

    fn dollar(&self) -> (Element, usize) {
        let tag_start = self.at + 1;
        let tag_end = match self.byte(tag_start) {
            byte if is_word_start(byte) => self.run(tag_start, |byte| is_word_part(byte) && byte != b'$'),
            _ => tag_start,
        };
        if self.byte(tag_end) != b'$' {
            return (Element::Symbol(b'$'), self.run(tag_start, |byte| byte.is_ascii_digit()));
        }
        let fence = &self.text[self.at..=tag_end];
        match self.text[tag_end + 1..].find(fence) {
            Some(length) => (Element::DollarText, tag_end + 1 + length + fence.len()),
            None => (Element::Unclosed("dollar-quoted string"), self.text.len()),
        }
    }

    fn number(&self, at: usize) -> usize {
        let mut end = self.run(at, |byte| byte.is_ascii_digit());
        if self.byte(end) == b'.' && self.byte(end + 1) != b'.' {
            end = self.run(end + 1, |byte| byte.is_ascii_digit());
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            if self.byte(end + 1 + sign).is_ascii_digit() {
                end = self.run(end + 1 + sign, |byte| byte.is_ascii_digit());
            }
        }
        end
    }
}

impl Iterator for Scan<'_> {
    type Item = (Element, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let (element, end) = self.element();
        self.at = end.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        Some((element, start..self.at))
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_within_line(byte: u8) -> bool {
    !matches!(byte, b'\n' | b'\r')
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word_part(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> Vec<(Element, &str)> {
        Scan::new(text)
            .filter(|(element, _)| *element != Element::Space)
            .map(|(element, range)| (element, &text[range]))
            .collect()
    }

    #[test]
    fn a_string_goes_on_after_a_line_break_with_the_prefix_that_it_has() {
        assert_eq!(elements("E'a'\n'\\' b'"), [(Element::Text, "E'a'\n'\\' b'")]);
        assert_eq!(elements("'a' -- x\n 'b'"), [(Element::Text, "'a' -- x\n 'b'")]);
        assert_eq!(elements("'a' 'b'"), [(Element::Text, "'a'"), (Element::Text, "'b'")]);
        assert_eq!(elements("'a'\n\"b\""), [(Element::Text, "'a'"), (Element::QuotedName, "\"b\"")]);
        assert_eq!(elements("'a'\n'b"), [(Element::Unclosed("string"), "'a'\n'b")]);
    }

    #[test]
    fn a_carriage_return_ends_a_line_comment() {
        let expected = [(Element::LineComment, "-- a"), (Element::Word, "b"), (Element::LineComment, "--c")];
        assert_eq!(elements("-- a\rb\n--c"), expected);
    }
}
