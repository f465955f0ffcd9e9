//! Why a migration could not be applied.

use driftless_catalog::{CatalogError, StatementError, is_lock_lost, is_overtaken};

use super::segment::Why;

/// What stopped a migration.
#[derive(Debug)]
pub(super) enum Cause {
    /// What the server says.
    Server(Box<CatalogError>),
    /// The script was not sent.
    Uncut(Why),
    /// Somebody else worked on the database in the meantime: the migration lock was lost, or the history changed. What
    /// is to be done has to be found out anew.
    Overtaken,
}

/// Why a migration could not be applied.
#[derive(Debug)]
pub(super) struct Failure {
    /// What stopped it.
    pub(super) cause: Cause,
    /// The bytes of the script that the failure is about, as far as that is known.
    pub(super) place: Option<std::ops::Range<usize>>,
    /// How many statements took effect.
    pub(super) done: usize,
    /// How many there are.
    pub(super) total: usize,
    /// Whether the statement behind those may have taken effect in part.
    pub(super) is_in_doubt: bool,
}

impl Failure {
    /// What the server says, before it is known of which statement.
    pub(super) fn of(error: CatalogError) -> Self {
        let cause = if Self::of_guard(&error) { Cause::Overtaken } else { Cause::Server(Box::new(error)) };
        Self { cause, place: None, done: 0, total: 0, is_in_doubt: false }
    }

    /// Whether it is one of our own guards that failed: the lock is not ours any more, or the history is another.
    pub(super) fn of_guard(error: &CatalogError) -> bool {
        is_lock_lost(error) || is_overtaken(error)
    }

    /// What says that the connection was lost, if that is it.
    pub(super) fn lost_connection(&self) -> Option<&CatalogError> {
        match &self.cause {
            Cause::Server(error) if is_connection_lost(error) => Some(error),
            _ => None,
        }
    }
}

/// Whether what the server says means that a statement took effect before: what it makes exists, or what it drops
/// does not.
pub(super) fn says_done(said: &StatementError) -> bool {
    matches!(&*said.sqlstate, "42P07" | "42710" | "42P04" | "42704" | "3D000")
}

/// The offset of an error in the text that was sent.
pub(super) fn place_of(error: &CatalogError) -> Option<usize> {
    match error {
        CatalogError::Statement(said) => said.place.map(|place| place.offset as usize),
        _ => None,
    }
}

pub(super) fn is_connection_lost(error: &CatalogError) -> bool {
    matches!(error, CatalogError::ConnectionClosed { .. })
}
