//! Is there a pooler between us and the server, and does it keep a server session for each of its clients?
//!
//! A pooler in *session mode* gives each client a server session of its own; nothing needs care. In *transaction mode*
//! it gives one only for the time of a transaction: locks, settings and temporary tables of a session are then lost,
//! or left to strangers.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::CatalogError;
use crate::session::Session;

/// How often two connections are looked at that were not given the same backend at first.
const LOOKS: usize = 3;

/// How long a second server session is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

impl Session {
    /// Whether the session goes through a pooler in transaction mode.
    ///
    /// Asked only where signs of a pooler are seen (the backend is older than the connection, it did not get its name from
    /// us, `pgbouncer=true`): a second connection that is given the same backend while the first is still open shows that
    /// backends are shared, and so does one whose backend changes.
    ///
    /// # Errors
    /// Those of the second connection.
    pub fn detect_pooler(&mut self) -> Result<bool, CatalogError> {
        if !self.looks_pooled() {
            return Ok(false);
        }
        // one that has no second server session to give keeps the first for us
        let Some(mut other) = self.connect_again()? else { return Ok(false) };
        let (first, second) = (self.backend()?, other.backend()?);
        for _ in 0..LOOKS {
            if first == second || self.backend()? != first || other.backend()? != second {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A second connection; `None` where it is let in and gets no server session for a while.
    fn connect_again(&self) -> Result<Option<Self>, CatalogError> {
        let url = self.url().clone();
        let (send, receive) = mpsc::channel();
        thread::spawn(move || drop(send.send(Self::connect(&url))));
        receive.recv_timeout(PATIENCE).ok().transpose()
    }

    /// Makes sure that the server session is ours alone until we leave. Where a pooler gives it to others afterwards,
    /// nothing is left in it then.
    ///
    /// Refuses to go on through a pooler in transaction mode; `needed` says for what a session is needed.
    ///
    /// # Errors
    /// [`CatalogError::Pooler`], and those of the second connection.
    pub fn require_own_backend(&mut self, needed: &'static str) -> Result<(), CatalogError> {
        if self.detect_pooler()? {
            return Err(CatalogError::Pooler { host: self.url().host(), needed });
        }
        self.is_lent = self.looks_pooled();
        Ok(())
    }

    /// The process that serves the session at the moment.
    fn backend(&mut self) -> Result<u32, CatalogError> {
        let answers = self.ask("SELECT pg_catalog.pg_backend_pid()")?;
        answers.last().ok_or(CatalogError::Answer { about: "its process" })?.number(0)
    }
}
