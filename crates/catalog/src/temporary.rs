//! A database of one's own on a server that is there, for a while.
//!
//! Its name is `driftless_shadow_`, the time at which it was made, and a number of chance. It goes with the value. Where
//! the process was killed it stays; who makes the next one drops it, if it is of the same role, more than an hour old and
//! in use by nobody.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::error::CatalogError;
use crate::session::Session;
use crate::url::DatabaseUrl;

const LEFT: &str = include_str!("../queries/shadows_left.sql");

/// See the module.
#[derive(Debug)]
pub struct TemporaryDatabase {
    url: DatabaseUrl,
    /// The database beside which it was made.
    neighbour: DatabaseUrl,
    /// Keeps others from taking it for one that was left; `None` only when it is dropped.
    keeper: Option<Session>,
}

impl TemporaryDatabase {
    /// Makes an empty database on the server of another one.
    ///
    /// # Errors
    /// The other one cannot be reached; [`CatalogError::AccessDenied`] where the role may not make databases.
    pub fn create(neighbour: &DatabaseUrl) -> Result<Self, CatalogError> {
        let mut session = Session::connect(neighbour)?;
        let answers = session.ask(LEFT)?;
        let mut left: Vec<_> = answers.last_rows().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        let now = left.pop().ok_or(CatalogError::Answer { about: "the time" })?;
        for name in left {
            // somebody else may be quicker; and one that stays harms nobody
            let _ = session.run(&format!("DROP DATABASE IF EXISTS {}", driftless_ir::Name::from(name)));
        }
        let chance = RandomState::new().build_hasher().finish();
        let name = format!("driftless_shadow_{now}_{chance:016x}");
        session.create_database(&name)?;
        let mut made =
            Self { url: neighbour.with_database(&name), neighbour: neighbour.clone(), keeper: None };
        made.keeper = Some(Session::connect(&made.url)?);
        Ok(made)
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

impl Drop for TemporaryDatabase {
    fn drop(&mut self) {
        self.keeper = None;
        // where the server cannot be reached any more, the next run drops it
        let _ = Session::connect(&self.neighbour)
            .and_then(|mut session| session.drop_database(self.url.database()));
    }
}
