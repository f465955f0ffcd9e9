//! A text that is exactly one expression, as PostgreSQL reads it.
//!
//! Expressions are the only texts of a schema or a script that are ever put into a statement of our own, and between
//! brackets. What is certain of a [`SingleExpression`] is that it cannot leave them: every string, comment and bracket
//! that it opens it closes, it closes none that it did not open, and it ends no statement. A text for which that is not
//! certain is none.

use std::fmt;

use crate::lexer::{Element, Scan};

/// See the module. It holds for a session in which `standard_conforming_strings` is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleExpression(Box<str>);

/// Why a text is not exactly one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSingle {
    /// There is nothing in it but blanks and comments.
    Empty,
    /// Something that is opened in it is not closed.
    Unclosed(&'static str),
    /// It closes a bracket that it did not open.
    Unopened,
    /// It holds a character that no expression has.
    Character(char),
    /// It is a list.
    List,
    /// It holds a query.
    Query,
    /// No reader of expressions understands it.
    Unread,
}

impl fmt::Display for NotSingle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the expression is empty"),
            Self::Unclosed(what) => write!(f, "a {what} in the expression is not closed"),
            Self::Unopened => write!(f, "the expression closes a bracket that it does not open"),
            Self::Character(character) => {
                write!(f, "`{}` is no part of an expression", character.escape_debug())
            }
            Self::List => write!(f, "there are several expressions"),
            Self::Query => write!(f, "the expression holds a query"),
            Self::Unread => write!(f, "the expression is not understood"),
        }
    }
}

impl SingleExpression {
    /// Reads a text.
    ///
    /// # Errors
    /// It is not certain that the text is exactly one expression.
    pub fn read(text: &str) -> Result<Self, NotSingle> {
        let mut open = Vec::new();
        let mut is_empty = true;
        for (element, range) in Scan::new(text) {
            let word = &text[range.clone()];
            if let Some(at) = word.find('\0') {
                let character = word[at..].chars().next().unwrap_or_default();
                return Err(NotSingle::Character(character));
            }
            match element {
                Element::Space | Element::LineComment | Element::BlockComment => continue,
                Element::Unclosed(what) => return Err(NotSingle::Unclosed(what)),
                Element::Symbol(b'(') => open.push(b')'),
                Element::Symbol(b'[') => open.push(b']'),
                Element::Symbol(close @ (b')' | b']')) if open.last() == Some(&close) => {
                    open.pop();
                }
                Element::Symbol(b')' | b']') => return Err(NotSingle::Unopened),
                Element::Symbol(b',') if open.is_empty() => return Err(NotSingle::List),
                Element::Symbol(symbol) if !is_symbol(symbol) => {
                    return Err(NotSingle::Character(char::from(symbol)));
                }
                Element::Word if begins_query(word) => return Err(NotSingle::Query),
                _ => {}
            }
            is_empty = false;
        }
        match (open.is_empty(), is_empty) {
            (false, _) => Err(NotSingle::Unclosed("bracket")),
            (true, true) => Err(NotSingle::Empty),
            (true, false) => Ok(Self(text.into())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes the text in brackets. They stand in lines of their own, as a comment may end the text.
impl fmt::Display for SingleExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(\n{}\n)", self.0)
    }
}

/// The characters of operators and of what holds an expression together: those of PostgreSQL's scanner, without the
/// semicolon, the dollar of a parameter and the backslash of psql.
fn is_symbol(symbol: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?:.,".contains(&symbol)
}

fn begins_query(word: &str) -> bool {
    // all of them are reserved words: none is the name of a column or a function without quotes
    ["select", "table", "into", "union", "intersect", "except"]
        .iter()
        .any(|query| word.eq_ignore_ascii_case(query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_its_brackets_is_no_expression() {
        for text in [
            "1); DROP TABLE victim; --",
            "1); DROP TABLE victim; SELECT (1",
            "'a'), ADD COLUMN x int DEFAULT (1",
            "1]",
            "(1]",
            "((1)",
            "1; 2",
            "'a",
            "$a$ b $b$",
            "/* /* */",
            "\"a",
            "1 -- \r), ADD COLUMN x int DEFAULT (1",
            "E'a'\n'\\' || '), ADD COLUMN x int DEFAULT (1 --'",
            "'\\'), ADD COLUMN x int DEFAULT (1 --'",
            "U&'a' UESCAPE ''')",
            "'a\0'",
            "a\0",
            "$1",
            "\\g",
            "\\! id",
        ] {
            assert!(SingleExpression::read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_single_expression_is_named() {
        let of = |text: &str| SingleExpression::read(text).unwrap_err();
        assert_eq!(of(" -- a\n/* b */"), NotSingle::Empty);
        assert_eq!(of("1, 2"), NotSingle::List);
        assert_eq!(of("(SELECT 1)"), NotSingle::Query);
        assert_eq!(of("1 UNION SELECT 2"), NotSingle::Query);
        assert_eq!(of("(WITH a AS (VALUES (1)) TABLE a)"), NotSingle::Query);
        assert_eq!(of("a;").to_string(), "`;` is no part of an expression");
    }

    #[test]
    fn expressions_are_taken_as_they_are() {
        for text in [
            "now() + interval '1 day' -- soon",
            "';); DROP TABLE a; --'",
            "$$ '); $$ || $a$ ) $a$",
            "\"a;)\" = 1",
            "/* ) /* ; */ */ 1",
            "a[1:2] @> ARRAY[1, 2] AND f(a, b)",
            "E'\\'); \\\\' || 'b\\'",
            "'2020-01-01'::timestamp(3) with time zone",
            "x->>'a' ?| y OPERATOR(pg_catalog.+) 1::numeric(3, 2)",
            "a\u{a0}b",
            "nextval('\"a\"\"b\"'::regclass)",
        ] {
            assert_eq!(
                SingleExpression::read(text).map(|read| read.as_str().to_owned()),
                Ok(text.to_owned())
            );
        }
    }
}
