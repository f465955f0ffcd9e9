//! An open connection, and what is known of the server behind it.

use std::time::Instant;

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
pub struct Session {
    pub(crate) client: Client,
    url: DatabaseUrl,
    version: ServerVersion,
    is_standby: bool,
    looks_pooled: bool,
    round_trips: u32,
    /// How long a statement may wait for a lock, where that was said.
    pub(crate) lock_timeout: Option<std::time::Duration>,
}

/// Lets the server break off, within a second, what it does for a client that is gone, and not do it to its end.
/// Servers before version 14 cannot, nor can those on systems where nothing tells of that.
const END_WITH_CLIENT: &str = "SELECT pg_catalog.set_config(name, '1000', false) \
     FROM (VALUES ('client_connection_check_interval')) setting (name) \
     WHERE pg_catalog.current_setting(name, true) IS NOT NULL AND pg_catalog.version() LIKE '%linux%';\n";

const WHO: &str = include_str!("../queries/server.sql");

impl Session {
    /// Connects, and learns what server it is.
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
            round_trips: 0,
            lock_timeout: None,
        };
        let mut text = session.settings();
        text += WHO;
        let answers = session.ask(&text)?;
        let row = answers.last().ok_or(CatalogError::Answer { about: "its version" })?;
        session.version = ServerVersion::new(row.number(0)?);
        session.version.check(row.text(1)?)?;
        session.is_standby = row.flag(2)?;
        // a backend that is older than the attempt to reach it was not made for us
        let age_in_ms: f64 = row.number(3)?;
        session.looks_pooled = url.says_pooled() || age_in_ms > started.elapsed().as_secs_f64() * 1e3 + 1.0;
        Ok(session)
    }

    /// The statements that bring about the settings of a new session.
    pub(crate) fn settings(&self) -> String {
        if self.url.says_pooled() {
            // what is set here would stay behind on a connection that a pooler gives to others
            return String::new();
        }
        let schema = driftless_ir::Name::from(self.url.schema());
        let mut text = format!("SET search_path TO {schema};\n{END_WITH_CLIENT}");
        if let Some(timeout) = self.url.statement_timeout.filter(|timeout| !timeout.is_zero()) {
            text += &format!("SET statement_timeout TO {};\n", timeout.as_millis());
        }
        if let Some(timeout) = self.lock_timeout {
            text += &format!("SET lock_timeout TO {};\n", timeout.as_millis());
        }
        text
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

    /// Sends statements and waits for all answers.
    pub(crate) fn ask(&mut self, text: &str) -> Result<Answers, CatalogError> {
        self.send(text).map(Answers::new)
    }

    pub(crate) fn send(&mut self, text: &str) -> Result<Vec<SimpleQueryMessage>, CatalogError> {
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

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}, PostgreSQL {})", self.url, self.version)
    }
}
