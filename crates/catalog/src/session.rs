//! An open connection, and what is known of the server behind it.

use std::time::{Duration, Instant};

use postgres::{Client, SimpleQueryMessage};

use crate::connect;
use crate::error::CatalogError;
use crate::row::Answers;
use crate::statement::StatementError;
use crate::url::DatabaseUrl;
use crate::version::ServerVersion;

/// An open connection to a database.
///
/// Statements of our own go through the simple query protocol: one message may hold many, which makes one round trip of
/// what would be many. A statement that holds the text of an expression goes through the extended protocol, which takes
/// one only. It has no name, so that nothing is left prepared, which poolers in transaction mode would mix up.
///
/// A pooler may give the server session to others after any transaction. So what is set for statements of our own is
/// set with `SET LOCAL` in the message that needs it, and ends with it. Only scripts run with settings of the session
/// ([`Session::settled`]), once it is sure that the session is ours ([`Session::require_own_backend`]).
pub struct Session {
    pub(crate) client: Client,
    url: DatabaseUrl,
    version: ServerVersion,
    is_standby: bool,
    looks_pooled: bool,
    /// Whether the server sees that a client is gone while it works for it.
    sees_lost_clients: bool,
    /// Whether what scripts leave behind has to be taken out of the session before a pooler gives it to others.
    pub(crate) is_lent: bool,
    /// Whether it took the migration lock, and did not give it back itself.
    pub(crate) is_locked: bool,
    round_trips: u32,
    /// How long a statement may wait for a lock, where that was said.
    pub(crate) lock_timeout: Option<Duration>,
}

const WHO: &str = include_str!("../queries/server.sql");

/// What takes everything out of a session that scripts may have left there, but for its locks and its database objects.
const CLEAN: &str = "RESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\nCLOSE ALL;\nUNLISTEN *;\nDEALLOCATE ALL;\n\
                     DISCARD TEMP;\n";

impl Session {
    /// Connects, and learns what server it is. Nothing is set.
    ///
    /// # Errors
    /// Those of connecting, and [`CatalogError::Version`] for a server that cannot be worked with.
    pub fn connect(url: &DatabaseUrl) -> Result<Self, CatalogError> {
        let started = Instant::now();
        let client = connect::open(url)?;
        let mut session = Self {
            client,
            url: url.clone(),
            version: ServerVersion::new(0),
            is_standby: false,
            looks_pooled: false,
            sees_lost_clients: false,
            is_lent: false,
            is_locked: false,
            round_trips: 0,
            lock_timeout: None,
        };
        let answers = session.ask_bare(WHO)?;
        let row = answers.last().ok_or(CatalogError::Answer { about: "its version" })?;
        session.version = ServerVersion::new(row.number(0)?);
        let words = row.text(1)?;
        session.version.check(words)?;
        session.sees_lost_clients = session.version.is_at_least(14) && words.contains("linux");
        session.is_standby = row.flag(2)?;
        // A backend that is older than the attempt to reach it was not made for us; and where it was, a pooler gives it
        // the name of its client later.
        let age_in_ms: f64 = row.number(3)?;
        let is_older = age_in_ms > started.elapsed().as_secs_f64() * 1e3 + 1.0;
        session.looks_pooled = url.says_pooled() || is_older || !row.flag(4)?;
        Ok(session)
    }

    /// What a session of ours is set to, each with its value as SQL.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let schema = driftless_ir::Name::from(self.url.schema());
        let mut settings = vec![("search_path", schema.to_string())];
        if self.sees_lost_clients {
            // the server breaks off, within a second, what it does for a client that is gone
            settings.push(("client_connection_check_interval", "1000".to_owned()));
        }
        if let Some(timeout) = self.url.statement_timeout.filter(|timeout| !timeout.is_zero()) {
            settings.push(("statement_timeout", timeout.as_millis().to_string()));
        }
        if let Some(timeout) = self.lock_timeout {
            settings.push(("lock_timeout", timeout.as_millis().to_string()));
        }
        settings
    }

    /// The statements that set these for the rest of a message, and how many they are.
    fn lead(&self) -> (String, usize) {
        let settings = self.settings();
        let lead = settings.iter().map(|(name, value)| format!("SET LOCAL {name} TO {value};\n")).collect();
        (lead, settings.len())
    }

    /// The statements that take out of the session what scripts left there, and set it for the next one. They are a
    /// transaction of their own, as a script may have made new transactions read-only. For a session that is ours.
    pub fn settled(&self) -> String {
        self.settled_and("")
    }

    /// The same, and they fail where a script gave the migration lock back: [`is_lock_lost`](crate::is_lock_lost) knows
    /// the error.
    pub fn settled_and_locked(&self) -> String {
        self.settled_and(&self.require_lock())
    }

    fn settled_and(&self, last: &str) -> String {
        let set = |(name, value)| format!("SET {name} TO {value};\n");
        let settings: String = self.settings().into_iter().map(set).collect();
        format!("BEGIN;\n{CLEAN}{settings}{last}COMMIT;\n")
    }

    /// The URL that the session was opened with.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The server's version.
    pub fn version(&self) -> ServerVersion {
        self.version
    }

    /// Whether the server is a standby, which takes no writes.
    pub fn is_standby(&self) -> bool {
        self.is_standby
    }

    /// Whether signs are that a pooler stands between; [`Session::detect_pooler`] makes sure.
    pub(crate) fn looks_pooled(&self) -> bool {
        self.looks_pooled
    }

    /// How many times the session sent something and waited for the answer, connecting aside.
    pub fn round_trips(&self) -> u32 {
        self.round_trips
    }

    /// Sends statements of our own and waits for all answers. Names that are not qualified are those of the URL's
    /// schema.
    pub(crate) fn ask(&mut self, text: &str) -> Result<Answers, CatalogError> {
        self.send(text).map(Answers::new)
    }

    /// The same, with the session as it is.
    pub(crate) fn ask_bare(&mut self, text: &str) -> Result<Answers, CatalogError> {
        self.send_bare(text).map(Answers::new)
    }

    pub(crate) fn send(&mut self, text: &str) -> Result<Vec<SimpleQueryMessage>, CatalogError> {
        let (lead, count) = self.lead();
        let answers = self.send_bare(&format!("{lead}{text}")).map_err(|error| error.without_lead(&lead))?;
        // each setting is answered by one message
        Ok(answers.into_iter().skip(count).collect())
    }

    pub(crate) fn send_bare(&mut self, text: &str) -> Result<Vec<SimpleQueryMessage>, CatalogError> {
        self.round_trips += 1;
        let answer = self.client.simple_query(text);
        answer.map_err(|error| self.end_copy(&error).unwrap_or_else(|| self.explain(&error, text)))
    }

    /// Sends a text of which the server takes no more than one statement.
    pub(crate) fn send_single(&mut self, text: &str) -> Result<(), CatalogError> {
        self.round_trips += 1;
        let answer = self.client.execute_typed(text, &[]).map(drop);
        answer.map_err(|error| self.explain(&error, text))
    }

    /// What the failure of a statement means.
    pub(crate) fn explain(&self, error: &postgres::Error, text: &str) -> CatalogError {
        let Some(refusal) = error.as_db_error() else {
            let cause = std::error::Error::source(error);
            let reason = cause.map_or_else(|| error.to_string(), ToString::to_string);
            return CatalogError::ConnectionClosed { host: self.url.host(), reason };
        };
        let statement = StatementError::new(refusal, text);
        match &*statement.sqlstate {
            // administrator's command, crash, shutdown
            "57P01" | "57P02" | "57P03" => CatalogError::ConnectionClosed {
                host: self.url.host(),
                reason: statement.message.to_string(),
            },
            _ => statement.into(),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.is_lent {
            // where this fails, the connection is gone, and the server session with it
            let _ = self.send_bare("ROLLBACK").and_then(|_| self.send_bare("DISCARD ALL"));
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}, PostgreSQL {})", self.url, self.version)
    }
}
