//! A statement that the server refused, with everything that it says about why.

use std::fmt;

use driftless_diagnostics::{Code, code};
use postgres::error::{DbError, ErrorPosition, SqlState};

/// What the server says of a statement that it refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (SQLSTATE {sqlstate})")]
pub struct StatementError {
    /// The five characters that name the kind of error.
    pub sqlstate: Box<str>,
    /// The message, one line.
    pub message: Box<str>,
    /// More about it.
    pub detail: Option<Box<str>>,
    /// The server's advice.
    pub hint: Option<Box<str>>,
    /// The call stack inside the server, for errors in functions and `DO` blocks.
    pub context: Option<Box<str>>,
    /// The function of the server that refused, which no script can choose.
    pub routine: Option<Box<str>>,
    /// The place in the text that was sent, if the server names one.
    pub place: Option<Place>,
    /// The table, column or constraint that the error is about, if the server names one.
    pub object: Option<Box<str>>,
}

/// A place in a text that was sent to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The offset in bytes.
    pub offset: u32,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The place of the `character`th character of a text, counted from 1 as PostgreSQL does.
    fn of_character(text: &str, character: u32) -> Self {
        let before = character.saturating_sub(1) as usize;
        let offset = text.char_indices().nth(before).map_or(text.len(), |(at, _)| at);
        let lead = &text[..offset];
        let line_start = lead.rfind('\n').map_or(0, |at| at + 1);
        Self {
            offset: offset as u32,
            line: lead.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1,
            column: lead[line_start..].chars().count() as u32 + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl StatementError {
    /// Understands what the server says about `text`.
    pub(crate) fn new(error: &DbError, text: &str) -> Self {
        let boxed = |text: Option<&str>| text.map(Box::from);
        let place = match error.position() {
            Some(ErrorPosition::Original(character)) => Some(Place::of_character(text, *character)),
            // a place in a query of the server's own is no place in the text
            Some(ErrorPosition::Internal { .. }) | None => None,
        };
        let object = error.constraint().or(error.column()).or(error.table());
        Self {
            sqlstate: error.code().code().into(),
            message: error.message().into(),
            detail: boxed(error.detail()),
            hint: boxed(error.hint()),
            context: boxed(error.where_()),
            routine: boxed(error.routine()),
            place,
            object: boxed(object),
        }
    }

    /// The same error, where the text that was sent has something before it.
    pub(crate) fn without_lead(mut self, lead: &str) -> Self {
        let lines = lead.bytes().filter(|byte| *byte == b'\n').count() as u32;
        self.place = self.place.and_then(|place| {
            let offset = place.offset.checked_sub(lead.len() as u32)?;
            Some(Place { offset, line: place.line - lines, ..place })
        });
        self
    }

    /// Which kind of problem it is.
    pub fn code(&self) -> Code {
        let is = |state: &SqlState| &*self.sqlstate == state.code();
        if is(&SqlState::QUERY_CANCELED) {
            code::OPERATION_TIMEOUT
        } else if is(&SqlState::INSUFFICIENT_PRIVILEGE) {
            code::ACCESS_DENIED
        } else {
            code::STATEMENT_FAILED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_lines_from_one() {
        let text = "sélect 1;\nselect é x";
        assert_eq!(Place::of_character(text, 1), Place { offset: 0, line: 1, column: 1 });
        assert_eq!(Place::of_character(text, 11), Place { offset: 11, line: 2, column: 1 });
        assert_eq!(Place::of_character(text, 20), Place { offset: 21, line: 2, column: 10 });
        assert_eq!(Place::of_character(text, 99).line, 2);
    }

    #[test]
    fn the_code_follows_the_sqlstate() {
        let code = |sqlstate: &str| {
            let error = StatementError {
                sqlstate: sqlstate.into(),
                message: "refused".into(),
                detail: None,
                hint: None,
                context: None,
                routine: None,
                place: None,
                object: None,
            };
            error.code().number()
        };
        assert_eq!(code("57014"), "P1008");
        assert_eq!(code("42501"), "P1010");
        assert_eq!(code("42601"), "D4003");
    }
}
