//! Are two sessions in one database?
//!
//! Texts of URLs do not tell: one server has many names, and behind a name may stand a forward or a pooler. So the
//! servers are asked. Two sessions that are told the same identifier of the cluster, the same database and the same
//! moment at which the server was started are in one database. Where that differs or may not be asked, a lock decides: one
//! session holds an advisory lock with a key of chance in a transaction, and the other one tries to take it. Such a lock
//! is seen in its own database alone, needs no rights, and ends with its transaction, so that a pooler can give it to
//! nobody else.
//!
//! A standby has locks of its own. Where one of the two is a standby, the identifiers alone decide.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::error::CatalogError;
use crate::session::Session;

const IDENTITY: &str = include_str!("../queries/identity.sql");

/// What a server says of the database that a session is in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    /// The number that the cluster was given when it was made; a copy of its files keeps it.
    cluster: Box<str>,
    database: Box<str>,
    started: Box<str>,
    is_standby: bool,
}

impl Session {
    /// Whether this session and another one are in the same database, by whatever ways they came there. At most five
    /// round trips.
    ///
    /// # Errors
    /// Those of a lost connection; a server that lets the role take no advisory lock.
    pub fn is_in_database_of(&mut self, other: &mut Self) -> Result<bool, CatalogError> {
        if let (Some(here), Some(there)) = (self.identity()?, other.identity()?) {
            let is_one_origin = here.cluster == there.cluster && here.database == there.database;
            if here.is_standby || there.is_standby {
                return Ok(is_one_origin);
            }
            if is_one_origin && here.started == there.started {
                return Ok(true);
            }
        }
        let key = chance().cast_signed();
        self.send(&format!("BEGIN;\nSELECT pg_catalog.pg_advisory_xact_lock({key})"))?;
        let tried = other.ask(&format!("SELECT pg_catalog.pg_try_advisory_xact_lock({key})"));
        self.roll_back();
        let is_free = tried?.last().ok_or(CatalogError::Answer { about: "a lock" })?.flag(0)?;
        Ok(!is_free)
    }

    /// What the server says of the database; `None` where it does not say it to this role.
    fn identity(&mut self) -> Result<Option<Identity>, CatalogError> {
        let answers = match self.ask(IDENTITY) {
            Ok(answers) => answers,
            Err(CatalogError::Statement(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let row = answers.last().ok_or(CatalogError::Answer { about: "its identity" })?;
        Ok(Some(Identity {
            cluster: row.text(0)?.into(),
            database: row.text(1)?.into(),
            started: row.text(2)?.into(),
            is_standby: row.flag(3)?,
        }))
    }
}

/// A number of chance that nobody else has.
pub(crate) fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}
