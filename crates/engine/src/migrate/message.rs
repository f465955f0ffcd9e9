//! A message to the server, made of pieces of a script and of statements of our own, that remembers which is which.
//!
//! The server names the place of an error only sometimes. So a *mark* stands before a statement: a lock of the session
//! that is the statement's number. Locks of a session outlive a transaction that is rolled back, and tell how far it
//! came. The first statement needs none: where there is no mark, it came no further.

use std::ops::Range;

use driftless_catalog::Session;

use driftless_sql::facts::TransactionKind;

use super::segment::Step;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Message {
    text: String,
    /// Where in the message each step stands, by step.
    pieces: Vec<(usize, Range<usize>)>,
    /// The mark that is held at the end of the message.
    mark: Option<usize>,
}

impl Message {
    /// Whether it holds something of the script.
    pub(super) fn has_steps(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// What is to be sent.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds statements of our own.
    pub(super) fn add(&mut self, statements: &str) {
        self.text.push_str(statements);
    }

    /// Adds a step of a script.
    pub(super) fn add_step(&mut self, script: &str, number: usize, step: &Step) {
        let text = &script[step.span.clone()];
        if self.has_steps() && may_follow_a_query(&script[step.body.clone()], &step.kind) {
            self.set_mark(number);
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push((number, start..self.text.len()));
        // what stands behind may be a comment
        let is_ended = step.span.end > step.body.end && script[step.body.end..step.span.end].contains(';');
        self.text.push_str(if is_ended { "\n" } else { "\n;\n" });
    }

    /// Adds the statement that records the steps before; `number` is its mark.
    pub(super) fn add_record(&mut self, row: &str, number: usize) {
        if self.mark.is_some() {
            self.set_mark(number);
        }
        self.text.push_str(row);
    }

    /// Gives the mark back that is held, where the transaction has ended.
    pub(super) fn release_mark(&mut self) {
        if let Some(mark) = self.mark.take() {
            self.text += &format!("SELECT pg_catalog.pg_advisory_unlock_shared({KEY}, {mark});\n");
        }
    }

    fn set_mark(&mut self, number: usize) {
        let release = self.mark.map(|mark| format!("pg_catalog.pg_advisory_unlock_shared({KEY}, {mark}), "));
        let release = release.unwrap_or_default();
        self.text += &format!("SELECT {release}pg_catalog.pg_try_advisory_lock_shared({KEY}, {number});\n");
        self.mark = Some(number);
    }

    /// The step in which a place of the message lies, and the place in the script.
    pub(super) fn place(&self, offset: usize, steps: &[Step]) -> Option<(usize, usize)> {
        let (step, piece) = self.pieces.iter().find(|(_, piece)| piece.contains(&offset))?;
        Some((*step, steps.get(*step)?.span.start + offset - piece.start))
    }

    /// The last step of the message.
    pub(super) fn last_step(&self) -> Option<usize> {
        self.pieces.last().map(|(step, _)| *step)
    }

    /// The step that has no mark.
    pub(super) fn first_step(&self) -> Option<usize> {
        self.pieces.first().map(|(step, _)| *step)
    }
}

/// The key of marks; that of the migration lock, in the space of keys with two parts.
const KEY: u32 = 72_707_369;

/// Settings of a transaction must come before its first query, which a mark would be.
fn may_follow_a_query(statement: &str, kind: &TransactionKind) -> bool {
    let first = statement.get(..3).unwrap_or_default();
    matches!(kind, TransactionKind::Plain | TransactionKind::EnumValue) && !first.eq_ignore_ascii_case("set")
}

/// The mark that the session holds, after a message that failed; it is given back.
pub(super) fn take_mark(session: &mut Session) -> Option<usize> {
    session.take_mark(KEY).ok().flatten().map(|mark| mark as usize)
}
