//! The lock that lets only one session migrate a database at a time.
//!
//! It is the session-level advisory lock that the reference takes, so that the two exclude each other. It is polled
//! for: a session that waits inside `pg_advisory_lock` holds a snapshot, and a `CREATE INDEX CONCURRENTLY` of the
//! holder would wait for that in turn.
//!
//! Locks of a session count how often they were taken. It is taken twice, so that it can be given back and taken again
//! without being free in between: that tells, at little cost, whether a script gave it back.

use std::time::{Duration, Instant};

use driftless_ir::Quoted;

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::query;

/// The key of the reference's lock.
const KEY: u32 = 72_707_369;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

query! {
    /// The sessions that hold an advisory lock, or wait for it.
    struct Holders from "lock_holders" { key: u32 }
}

/// A session that holds the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The server process.
    pub process: u32,
    /// The role.
    pub user: Box<str>,
    /// What the session calls itself; may be empty.
    pub application: Box<str>,
    /// Its address; empty for a socket.
    pub address: Box<str>,
    /// How long ago its session began.
    pub since: Duration,
    /// What it is doing, in the words of `pg_stat_activity`.
    pub state: Box<str>,
}

impl Holder {
    /// The holders in words.
    pub(crate) fn describe(holders: &[Self]) -> String {
        if holders.is_empty() {
            return "its holder is gone by now".to_owned();
        }
        let describe = |holder: &Self| {
            let application = if holder.application.is_empty() { "unknown" } else { &holder.application };
            format!(
                "process {} (`{application}` of `{}`, {}, connected {} s ago) holds it",
                holder.process,
                holder.user,
                holder.state,
                holder.since.as_secs(),
            )
        };
        holders.iter().map(describe).collect::<Vec<_>>().join(", ")
    }
}

/// What the error says of a lock that is lost.
const LOST: &str = "driftless: the migration lock is lost";

/// The expression that tells whether the session holds the migration lock.
fn holds_lock() -> String {
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.classid = 0 \
         AND l.objid = {KEY} AND l.objsubid = 1 AND l.granted AND l.pid = pg_catalog.pg_backend_pid())"
    )
}

/// A statement that fails with `words` in its error where a condition does not hold. It needs no language and no
/// object of a database: the words are no number.
pub(crate) fn guard(condition: &str, words: &str) -> String {
    let words = Quoted(words);
    format!(
        "SELECT CASE WHEN {condition} THEN 0 \
         ELSE pg_catalog.concat({words}, ' ', pg_catalog.pg_backend_pid())::integer END;\n"
    )
}

/// Whether an error is that of [`Session::require_lock`].
pub fn is_lock_lost(error: &CatalogError) -> bool {
    is_of_guard(error, LOST)
}

pub(crate) fn is_of_guard(error: &CatalogError, words: &str) -> bool {
    matches!(error, CatalogError::Statement(said) if &*said.sqlstate == "22P02" && said.message.contains(words)
        && said.context.is_none())
}

impl Session {
    /// Takes the migration lock, waiting for it up to `timeout`. It is held until [`unlock`](Self::unlock) or until
    /// the session ends.
    ///
    /// # Errors
    /// [`CatalogError::LockTimeout`] with the sessions that hold it, and those of a lost connection.
    pub fn lock(&mut self, timeout: Duration) -> Result<(), CatalogError> {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if self.try_lock()? {
                self.is_locked = true;
                return Ok(());
            }
            let left = timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                let holders = self.lock_holders()?;
                return Err(CatalogError::LockTimeout { seconds: timeout.as_secs(), holders });
            }
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Takes the migration lock if it is free.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn try_lock(&mut self) -> Result<bool, CatalogError> {
        let take = format!("pg_catalog.pg_try_advisory_lock({KEY})");
        let answers = self.ask(&format!("SELECT {take} AND {take}"))?;
        answers.last().ok_or(CatalogError::Answer { about: "the migration lock" })?.flag(0)
    }

    /// Lets each statement wait for a lock of PostgreSQL's own no longer than this.
    pub fn set_lock_timeout(&mut self, timeout: Duration) {
        self.lock_timeout = Some(timeout);
    }

    /// Takes the migration lock again, where a script gave it back; waits as [`lock`](Self::lock) does.
    ///
    /// # Errors
    /// Those of [`lock`](Self::lock).
    pub fn lock_again(&mut self, timeout: Duration) -> Result<(), CatalogError> {
        let answers = self.ask(&format!("SELECT {}", holds_lock()))?;
        let holds = answers.last().ok_or(CatalogError::Answer { about: "the migration lock" })?.flag(0)?;
        if holds { Ok(()) } else { self.lock(timeout) }
    }

    /// A statement that fails where the session took the migration lock and does not hold it any more; [`is_lock_lost`]
    /// knows its error. Nothing where it never took it.
    pub fn require_lock(&self) -> String {
        let again =
            format!("pg_catalog.pg_advisory_unlock({KEY}) AND pg_catalog.pg_try_advisory_lock({KEY})");
        if self.is_locked { guard(&again, LOST) } else { String::new() }
    }

    /// Gives the migration lock back.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn unlock(&mut self) -> Result<(), CatalogError> {
        self.is_locked = false;
        let give = format!("pg_catalog.pg_advisory_unlock({KEY})");
        self.send(&format!("SELECT {give}, {give}")).map(drop)
    }

    /// The second part of the shared advisory lock of two parts that this session holds and whose first part is `key`;
    /// it is given back.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn take_mark(&mut self, key: u32) -> Result<Option<u32>, CatalogError> {
        let answers = self.ask(&format!(
            "SELECT l.objid, pg_catalog.pg_advisory_unlock_shared({key}, l.objid::integer) FROM pg_catalog.pg_locks l \
             WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'advisory' AND l.classid = {key} \
             AND l.objsubid = 2 ORDER BY l.objid"
        ))?;
        answers.last().map(|row| row.number(0)).transpose()
    }

    /// The sessions that hold the migration lock of this database.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn lock_holders(&mut self) -> Result<Vec<Holder>, CatalogError> {
        let answers = self.ask(&Holders { key: KEY }.sql())?;
        let mut holders = Vec::new();
        for row in answers.rows(0) {
            if row.flag(6)? {
                holders.push(Holder {
                    process: row.number(0)?,
                    user: row.text(1)?.into(),
                    application: row.text(2)?.into(),
                    address: row.text(3)?.into(),
                    since: Duration::from_secs(row.number(4)?),
                    state: row.text(5)?.into(),
                });
            }
        }
        Ok(holders)
    }
}
