//! What can go wrong with a live database.

use driftless_diagnostics::{Code, Diagnostic, code};
use driftless_ir::Dangling;

use crate::lock::Holder;
use crate::statement::StatementError;
use crate::url::InvalidUrl;
use crate::version::Unsupported;

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum CatalogError {
    /// The URL cannot be understood.
    #[error(transparent)]
    InvalidUrl(#[from] InvalidUrl),
    /// The role or its password was refused.
    #[error("the server at `{host}` refused the credentials of `{user}`: {reason}")]
    AuthenticationFailed { user: String, host: String, reason: String },
    /// Nothing answers there.
    #[error("no database server can be reached at `{host}`: {reason}")]
    Unreachable { host: String, reason: String },
    /// Something answers there, but not in time.
    #[error("the server at `{host}` accepted the connection but did not answer within {seconds} s")]
    TimedOut { host: String, seconds: u64 },
    /// Another session holds the lock that migrations take.
    #[error("the migration lock was not free within {seconds} s; {}", Holder::describe(holders))]
    LockTimeout { seconds: u64, holders: Vec<Holder> },
    /// There is no such database.
    #[error("the database `{database}` does not exist on the server at `{host}`")]
    DatabaseMissing { database: String, host: String },
    /// There is such a database already.
    #[error("the database `{database}` already exists on the server at `{host}`")]
    DatabaseExists { database: String, host: String },
    /// The role lacks a right.
    #[error("the role `{user}` has no access to the database `{database}`: {reason}")]
    AccessDenied { user: String, database: String, reason: String },
    /// The role may do more than a trial of foreign migrations should, and no other role can be used.
    #[error(
        "the role `{user}` has power over the server, and no role without can be used in its place: {reason}"
    )]
    Powerful { user: String, reason: String },
    /// What runs as the role would reach other databases of the server.
    #[error(
        "the role `{user}` may change other databases, and so might the migrations; it can make no role that may not"
    )]
    Reaching { user: String },
    /// No TLS, or no trust.
    #[error("no trusted TLS connection to `{host}`: {reason}")]
    Tls { host: String, reason: String, help: String },
    /// The connection is gone.
    #[error("the connection to `{host}` was closed: {reason}")]
    ConnectionClosed { host: String, reason: String },
    /// The server is not one that can be worked with.
    #[error(transparent)]
    Version(#[from] Unsupported),
    /// Session state does not survive between statements.
    #[error("`{host}` is a connection pooler in transaction mode, and {needed} needs a session of its own")]
    Pooler { host: String, needed: &'static str },
    /// A statement was refused.
    #[error(transparent)]
    Statement(Box<StatementError>),
    /// An answer that cannot be understood.
    #[error("the server's answer about {about} cannot be understood")]
    Answer { about: &'static str },
    /// The catalog contradicts itself: a bug of the queries.
    #[error("the catalog is not consistent: {0}")]
    Inconsistent(#[from] Dangling),
}

impl From<StatementError> for CatalogError {
    fn from(error: StatementError) -> Self {
        Self::Statement(Box::new(error))
    }
}

impl CatalogError {
    /// The same error, where the text that was sent has something before it.
    pub(crate) fn without_lead(self, lead: &str) -> Self {
        match self {
            Self::Statement(said) => Self::Statement(Box::new(said.without_lead(lead))),
            other => other,
        }
    }

    /// Which kind of problem it is.
    pub fn code(&self) -> Code {
        match self {
            Self::InvalidUrl(_) => code::URL_INVALID,
            Self::AuthenticationFailed { .. } => code::AUTHENTICATION_FAILED,
            Self::Unreachable { .. } => code::SERVER_UNREACHABLE,
            Self::TimedOut { .. } | Self::LockTimeout { .. } => code::SERVER_TIMEOUT,
            Self::DatabaseMissing { .. } => code::DATABASE_MISSING,
            Self::DatabaseExists { .. } => code::DATABASE_EXISTS,
            Self::AccessDenied { .. } | Self::Powerful { .. } | Self::Reaching { .. } => code::ACCESS_DENIED,
            Self::Tls { .. } => code::TLS_FAILED,
            Self::ConnectionClosed { .. } => code::CONNECTION_CLOSED,
            Self::Version(_) => code::SERVER_VERSION,
            Self::Pooler { .. } => code::POOLER,
            Self::Statement(error) => error.code(),
            Self::Answer { .. } => code::ANSWER_UNEXPECTED,
            Self::Inconsistent(_) => code::SCHEMA_INCONSISTENT,
        }
    }

    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::InvalidUrl(error) => return error.help.clone().unwrap_or_else(|| URL_SHAPE.to_owned()),
            Self::Tls { help, .. } => return help.clone(),
            Self::Statement(error) => {
                if let Some(hint) = &error.hint {
                    return hint.to_string();
                }
                match self.code() {
                    code::ACCESS_DENIED => "grant the role that right, or connect as another role",
                    _ => "look at the statement that the message names",
                }
            }
            Self::AuthenticationFailed { .. } => "check the user and the password in the connection URL",
            Self::Unreachable { .. } => {
                "check host and port in the connection URL, and that the server runs there"
            }
            Self::TimedOut { .. } => {
                "check that PostgreSQL listens there, or raise `connect_timeout` in the URL"
            }
            Self::LockTimeout { .. } => {
                "wait until that session is done, or end it with `pg_terminate_backend`"
            }
            Self::DatabaseMissing { .. } => "create it with `createdb`, or correct the connection URL",
            Self::DatabaseExists { .. } => "use another name, or drop it first",
            Self::AccessDenied { .. } => "grant the role what it lacks, or connect as another role",
            Self::Powerful { .. } => "connect as a role that is no superuser and may make databases",
            Self::Reaching { .. } => "name an empty database for trials, or let the role make roles",
            Self::ConnectionClosed { .. } => "look into the server's log, then run the command again",
            Self::Version(_) => "upgrade the server: every version from 12 on is supported",
            Self::Pooler { .. } => "give the URL of the server itself, or of a pooler in session mode",
            Self::Answer { .. } | Self::Inconsistent(_) => {
                "report this with the versions of driftless and PostgreSQL"
            }
        }
        .to_owned()
    }

    /// The same as a diagnostic.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.code(), self.to_string()).help(self.help())
    }
}

const URL_SHAPE: &str = "write it as `postgresql://user:password@host:5432/database`";

#[cfg(test)]
mod tests {
    use crate::version::ServerVersion;
    use crate::{CatalogError as Error, DatabaseUrl};

    #[test]
    fn errors_that_need_no_server_have_their_codes() {
        let url = DatabaseUrl::parse("mysql://root@localhost/shop").expect_err("another product");
        assert_eq!(Error::from(url).code().number(), "P1013");
        let old = ServerVersion::new(90_624).check("PostgreSQL 9.6.24").expect_err("too old");
        assert_eq!(Error::from(old).code().number(), "D4001");
        assert_eq!(Error::Answer { about: "tables" }.code().number(), "D4004");
    }
}
