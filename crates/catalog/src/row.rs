//! The answers to several statements, and the values in their rows.

use std::str::FromStr;

use postgres::{SimpleQueryMessage, SimpleQueryRow};

use crate::error::CatalogError;

/// The rows of each statement of one message, in order.
pub(crate) struct Answers {
    statements: Vec<Vec<SimpleQueryRow>>,
}

impl Answers {
    pub(crate) fn new(messages: Vec<SimpleQueryMessage>) -> Self {
        let mut statements = vec![Vec::new()];
        for message in messages {
            match message {
                SimpleQueryMessage::Row(row) => {
                    if let Some(rows) = statements.last_mut() {
                        rows.push(row);
                    }
                }
                SimpleQueryMessage::CommandComplete(_) => statements.push(Vec::new()),
                _ => {}
            }
        }
        statements.pop();
        Self { statements }
    }

    /// The rows of the last statement.
    pub(crate) fn last_rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows(self.statements.len().saturating_sub(1))
    }

    /// The last row of the last statement.
    pub(crate) fn last(&self) -> Option<Row<'_>> {
        self.statements.last()?.last().map(Row)
    }

    /// The rows of the statement at a position.
    pub(crate) fn rows(&self, statement: usize) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.statements.get(statement).map_or(&[][..], Vec::as_slice).iter().map(Row)
    }
}

/// One row. Its columns are known by position; the query's text says what each is.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a>(&'a SimpleQueryRow);

impl<'a> Row<'a> {
    /// A text, if it is not NULL.
    pub(crate) fn maybe_text(self, at: usize) -> Option<&'a str> {
        self.0.try_get(at).ok().flatten()
    }

    /// A text.
    pub(crate) fn text(self, at: usize) -> Result<&'a str, CatalogError> {
        self.maybe_text(at).ok_or(CatalogError::Answer { about: "its catalog" })
    }

    /// A number.
    pub(crate) fn number<N: FromStr>(self, at: usize) -> Result<N, CatalogError> {
        self.text(at)?.parse().map_err(|_| CatalogError::Answer { about: "a number of its catalog" })
    }

    /// A truth value.
    pub(crate) fn flag(self, at: usize) -> Result<bool, CatalogError> {
        Ok(self.text(at)? == "t")
    }

    /// A value of PostgreSQL's type `"char"`; NUL for an empty one.
    pub(crate) fn character(self, at: usize) -> Result<u8, CatalogError> {
        Ok(self.text(at)?.bytes().next().unwrap_or(0))
    }

    /// A list of numbers, written `1 2 3` or `{1,2,3}`; nothing for NULL.
    pub(crate) fn numbers<N: FromStr>(self, at: usize) -> Result<Vec<N>, CatalogError> {
        let text = self.maybe_text(at).unwrap_or_default();
        let separators = ['{', ',', ' ', '}'];
        let numbers = text.split(separators).filter(|part| !part.is_empty()).map(str::parse);
        numbers.collect::<Result<_, _>>().map_err(|_| CatalogError::Answer { about: "a list of numbers" })
    }
}
