//! From text to tokens, by the rules of PostgreSQL's own lexer (its manual, "Lexical Structure").

/// A word, sign or constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or key word without quotes, in lower case.
    Word(Box<str>),
    /// A name in double quotes, without them.
    Quoted(Box<str>),
    /// A string, of any way of quoting.
    Text(Box<str>),
    /// A bit string: its digits, binary or hexadecimal, behind `b` or `x`.
    Bits(Box<str>),
    /// A number without a sign.
    Number(Box<str>),
    /// An operator.
    Operator(Box<str>),
    /// `::`.
    Cast,
    /// A bracket, comma, full stop or colon.
    Sign(char),
}

/// The greatest number of tokens of an expression that is understood.
const MAX_TOKENS: usize = 20_000;

/// The longest name that PostgreSQL keeps whole.
const MAX_NAME: usize = 63;

/// The tokens of a text; `None` where it is none that PostgreSQL would read, or is not understood.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut lexer = Lexer { rest: text, tokens: Vec::new() };
    while lexer.skip_space()? {
        lexer.token()?;
        if lexer.tokens.len() > MAX_TOKENS {
            return None;
        }
    }
    Some(lexer.tokens)
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
}

const OPERATOR_CHARACTERS: &str = "+-*/<>=~!@#%^&|`?";

fn begins_name(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
}

fn continues_name(character: char) -> bool {
    begins_name(character) || character.is_ascii_digit() || character == '$'
}

impl<'a> Lexer<'a> {
    /// Skips spaces and comments. Whether anything follows; `None` where a comment does not end.
    fn skip_space(&mut self) -> Option<bool> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
            if self.rest.starts_with("--") {
                self.rest = self.rest.find(['\n', '\r']).map_or("", |end| &self.rest[end..]);
            } else if self.rest.starts_with("/*") {
                self.skip_comment()?;
            } else {
                return Some(!self.rest.is_empty());
            }
        }
    }

    fn skip_comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            if let Some(rest) = self.rest.strip_prefix("/*") {
                (depth, self.rest) = (depth + 1, rest);
            } else if let Some(rest) = self.rest.strip_prefix("*/") {
                (depth, self.rest) = (depth - 1, rest);
                if depth == 0 {
                    return Some(());
                }
            } else {
                self.next()?;
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !keep(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn token(&mut self) -> Option<()> {
        let mut ahead = self.rest.chars();
        let (first, second) = (ahead.next()?, ahead.next());
        let token = match first {
            '\'' => Token::Text(self.string(false)?),
            '"' => Token::Quoted(self.quoted_name()?),
            'e' | 'E' if second == Some('\'') => {
                self.next()?;
                Token::Text(self.string(true)?)
            }
            'n' | 'N' if second == Some('\'') => {
                self.next()?;
                Token::Text(self.string(false)?)
            }
            'b' | 'B' | 'x' | 'X' if second == Some('\'') => {
                self.next()?;
                Token::Bits(format!("{}{}", first.to_ascii_lowercase(), self.string(false)?).into())
            }
            'u' | 'U' if second == Some('&') => self.unicode()?,
            '$' => Token::Text(self.dollar_quoted()?),
            _ if begins_name(first) => {
                let name = self.take_while(continues_name);
                (name.len() <= MAX_NAME).then_some(())?;
                Token::Word(name.to_ascii_lowercase().into())
            }
            _ if first.is_ascii_digit() || first == '.' && second.is_some_and(|c| c.is_ascii_digit()) => {
                Token::Number(self.number()?)
            }
            ':' if second == Some(':') => {
                self.rest = &self.rest[2..];
                Token::Cast
            }
            '(' | ')' | '[' | ']' | ',' | '.' | ':' => Token::Sign(self.next()?),
            _ if OPERATOR_CHARACTERS.contains(first) => Token::Operator(self.operator().into()),
            _ => return None,
        };
        self.tokens.push(token);
        Some(())
    }

    /// A string between single quotes; one that follows on a line of its own is part of it.
    fn string(&mut self, escapes: bool) -> Option<Box<str>> {
        let mut content = String::new();
        self.next()?;
        loop {
            match self.next()? {
                '\'' if self.rest.starts_with('\'') => content.push(self.next()?),
                '\'' if self.continues_on_another_line()? => {}
                '\'' => return Some(content.into()),
                '\\' if escapes => content.push(self.escape()?),
                character => content.push(character),
            }
        }
    }

    fn continues_on_another_line(&mut self) -> Option<bool> {
        let space = self.rest.len() - self.rest.trim_start().len();
        let (between, after) = self.rest.split_at(space);
        let continues = between.contains(['\n', '\r']) && after.starts_with('\'');
        if continues {
            self.rest = &after[1..];
        }
        Some(continues)
    }

    /// What follows a backslash; `None` for numbers of characters.
    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0'..='7' | 'x' | 'u' | 'U' => return None,
            other => other,
        })
    }

    fn quoted_name(&mut self) -> Option<Box<str>> {
        let mut name = String::new();
        self.next()?;
        loop {
            match self.next()? {
                '"' if self.rest.starts_with('"') => name.push(self.next()?),
                '"' => break,
                character => name.push(character),
            }
        }
        (!name.is_empty() && name.len() <= MAX_NAME).then(|| name.into())
    }

    /// `U&'…'` and `U&"…"` without escapes.
    fn unicode(&mut self) -> Option<Token> {
        let quote = self.rest.chars().nth(2);
        if !matches!(quote, Some('\'' | '"')) {
            let word = self.take_while(continues_name);
            return Some(Token::Word(word.to_ascii_lowercase().into()));
        }
        self.rest = &self.rest[2..];
        let token = match quote {
            Some('"') => Token::Quoted(self.quoted_name()?),
            _ => Token::Text(self.string(false)?),
        };
        let (Token::Quoted(content) | Token::Text(content)) = &token else { return None };
        (!content.contains('\\')).then_some(token)
    }

    fn dollar_quoted(&mut self) -> Option<Box<str>> {
        let tag_end = self.rest[1..].find('$')? + 2;
        let (tag, body) = self.rest.split_at(tag_end);
        let name = &tag[1..tag.len() - 1];
        let is_tag = name.chars().all(|c| begins_name(c) || c.is_ascii_digit())
            && !name.starts_with(|c: char| c.is_ascii_digit());
        let end = body.find(tag).filter(|_| is_tag)?;
        self.rest = &body[end + tag.len()..];
        Some(body[..end].into())
    }

    fn number(&mut self) -> Option<Box<str>> {
        let start = self.rest;
        let is_digit = |character: char| character.is_ascii_digit();
        self.take_while(is_digit);
        if self.rest.starts_with('.') && !self.rest.starts_with("..") {
            self.next()?;
            self.take_while(is_digit);
        }
        if let Some(exponent) = self.rest.strip_prefix(['e', 'E']) {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.starts_with(is_digit) {
                self.rest = digits;
                self.take_while(is_digit);
            }
        }
        // what hangs on a number is junk, or one of the forms of later versions
        (!self.rest.starts_with(continues_name)).then(|| start[..start.len() - self.rest.len()].into())
    }

    /// As many characters as make an operator: it ends before a comment, and in `+` or `-` only where it has a
    /// character that no operator of standard SQL has.
    fn operator(&mut self) -> &'a str {
        let end = self.rest.find(|c| !OPERATOR_CHARACTERS.contains(c)).unwrap_or(self.rest.len());
        let mut operator = &self.rest[..end];
        let comment = [operator.find("--"), operator.find("/*")].into_iter().flatten().min();
        operator = &operator[..comment.unwrap_or(operator.len())];
        if !operator.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']) {
            while operator.len() > 1 && operator.ends_with(['+', '-']) {
                operator = &operator[..operator.len() - 1];
            }
        }
        self.rest = &self.rest[operator.len()..];
        operator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let show = |token: &Token| match token {
            Token::Word(text) | Token::Number(text) | Token::Operator(text) => text.to_string(),
            Token::Quoted(text) => format!("\"{text}\""),
            Token::Text(text) => format!("'{text}'"),
            Token::Bits(text) => format!("bits {text}"),
            Token::Cast => "::".to_owned(),
            Token::Sign(sign) => sign.to_string(),
        };
        tokens(text).map_or("none".to_owned(), |tokens| tokens.iter().map(show).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn case_counts_in_quotes_alone() {
        assert_eq!(show(r#"Foo "Foo" "a""b" 'It''s'"#), r#"foo "Foo" "a"b" 'It's'"#);
    }

    #[test]
    fn strings_have_many_quotes() {
        assert_eq!(
            show(r"E'a\'b\n' $$it's$$ $q$a$$b$q$ B'101' X'1F'"),
            "'a'b\n' 'it's' 'a$$b' bits b101 bits x1F"
        );
        assert_eq!(show("'a'\n 'b'"), "'ab'");
        assert_eq!(show("'a' 'b'"), "'a' 'b'");
        assert_eq!(show("'a"), "none");
    }

    #[test]
    fn operators_are_as_long_as_they_can_be() {
        assert_eq!(
            show("a*-1 b->>'c' d<=-1 e@-1 f--comment\n!~~*g"),
            "a * - 1 b ->> 'c' d <= - 1 e @- 1 f !~~* g"
        );
        assert_eq!(show("1/* /* nested */ */+2"), "1 + 2");
    }

    #[test]
    fn numbers_end_where_letters_begin() {
        assert_eq!(show("1.5e-3 .5 1e3 5."), "1.5e-3 .5 1e3 5.");
        assert_eq!(show("5x"), "none");
        assert_eq!(show("0x1F"), "none");
    }
}
