//! The tokens of a JavaScript or TypeScript file, as far as reading a configuration needs them.

/// One token. Whatever is not listed is a [`Token::Symbol`] of one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// A string whose value is known: quotes, or backticks without `${…}`.
    Text(String),
    /// A template with `${…}`: its value is not known.
    Template,
    /// Any other character.
    Symbol(char),
}

/// Cuts a file into tokens. Comments and white space fall away; nothing is refused.
pub(super) fn tokenize(source: &str) -> Vec<Token> {
    let mut scanner = Scanner { rest: source };
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next_token() {
        tokens.push(token);
    }
    tokens
}

struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    fn next_token(&mut self) -> Option<Token> {
        self.skip_blank();
        let first = self.rest.chars().next()?;
        if matches!(first, '"' | '\'' | '`') {
            self.rest = &self.rest[1..];
            return Some(self.quoted(first));
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let word = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        if word > 0 {
            let (text, rest) = self.rest.split_at(word);
            self.rest = rest;
            return Some(Token::Word(text.to_owned()));
        }
        self.rest = &self.rest[first.len_utf8()..];
        Some(Token::Symbol(first))
    }

    fn skip_blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let end = if self.rest.starts_with("//") {
                self.rest.find('\n')
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map(|at| at + 2)
            } else {
                return;
            };
            self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
        }
    }

    /// The string up to `quote`, which has been opened; an unclosed one ends with the file.
    fn quoted(&mut self, quote: char) -> Token {
        let mut text = String::new();
        let mut known = true;
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    return if known { Token::Text(text) } else { Token::Template };
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    // Escapes by number do not stand in paths; what they mean is left unknown.
                    Some((_, 'u' | 'x' | '0')) => known = false,
                    Some((_, other)) => text.push(other),
                    None => {}
                },
                '$' if quote == '`' && self.rest[at + 1..].starts_with('{') => known = false,
                _ => text.push(c),
            }
        }
        self.rest = "";
        Token::Template
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_fall_away_and_strings_keep_what_looks_like_one() {
        let word = |text: &str| Token::Word(text.to_owned());
        let text = |text: &str| Token::Text(text.to_owned());
        let tokens = tokenize("a /* 'x' */ : 'b//c' // d\n, `e` `${f}` \"g\\\"h\"");
        assert_eq!(
            tokens,
            [
                word("a"),
                Token::Symbol(':'),
                text("b//c"),
                Token::Symbol(','),
                text("e"),
                Token::Template,
                text("g\"h")
            ]
        );
    }

    #[test]
    fn an_open_string_ends_with_the_file() {
        assert_eq!(tokenize("'abc"), [Token::Template]);
        assert_eq!(tokenize("/* abc"), []);
    }
}
