//! JSON texts (RFC 8259).

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 127;

/// Whether `text` is one JSON value whose numbers fit a double.
pub(in crate::validate) fn is_json(text: &str) -> bool {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    reader.value(0).is_some() && {
        reader.skip_space();
        reader.at == reader.bytes.len()
    }
}

/// Reads a text from left to right; each method answers `None` where the text breaks the rule.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.skip_space();
        match self.peek()? {
            b'{' => self.members(depth, b'}', |reader, depth| {
                reader.skip_space();
                reader.string()?;
                reader.skip_space();
                reader.take(b':').then_some(())?;
                reader.value(depth)
            }),
            b'[' => self.members(depth, b']', Self::value),
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    /// What stands between two brackets: members with commas between them.
    fn members(
        &mut self,
        depth: usize,
        close: u8,
        member: impl Fn(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        self.at += 1;
        if depth == MAX_DEPTH {
            return None;
        }
        self.skip_space();
        if self.take(close) {
            return Some(());
        }
        loop {
            member(self, depth + 1)?;
            self.skip_space();
            match self.next()? {
                b',' => {}
                byte if byte == close => return Some(()),
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let found = self.bytes[self.at..].starts_with(word);
        self.at += word.len();
        found.then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.take(b'-') {
                self.take(b'+');
            }
            self.digits()?;
        }
        let written = std::str::from_utf8(&self.bytes[start..self.at]).ok()?;
        written.parse::<f64>().is_ok_and(f64::is_finite).then_some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"').then_some(())?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                byte if byte < 0x20 => return None,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.unit()? {
                0xdc00..=0xdfff => None,
                0xd800..=0xdbff => {
                    let second = self.take(b'\\') && self.take(b'u');
                    second.then_some(())?;
                    matches!(self.unit()?, 0xdc00..=0xdfff).then_some(())
                }
                _ => Some(()),
            },
            _ => None,
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit * 16 + char::from(self.next()?).to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn accepts_values() {
        let texts = ["{}", " [ ] ", "null", "-0.5e+3", "\"\\ud83d\\ude00\"", "{\"a\":[1,{\"b\":true}],\"a\":2}", "\"é\""];
        for text in texts {
            assert!(is_json(text), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_json() {
        let texts = [
            "", "x", "{", "{a: 1}", "{'a': 1}", "[1,]", "01", "1 2", "-", "1.", ".5", "\"\\x\"", "nul", "1e999", "\"\\ud800\"",
            "{}x", "\"\n\"", "tru", "[", "\"a",
        ];
        for text in texts {
            assert!(!is_json(text), "{text}");
        }
    }

    #[test]
    fn bounds_the_depth() {
        assert!(is_json(&format!("{}{}", "[".repeat(100), "]".repeat(100))));
        assert!(!is_json(&"[".repeat(100_000)));
    }
}
