//! Running SQL that others wrote.

use driftless_ir::{Name, QualifiedName};

use crate::error::CatalogError;
use crate::session::Session;

/// What to count in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Its rows.
    Rows(QualifiedName),
    /// The rows in which a column is NULL.
    Nulls(QualifiedName, Name),
    /// The rows in which a column is not NULL.
    Values(QualifiedName, Name),
}

impl Probe {
    fn query(&self) -> String {
        match self {
            Self::Rows(table) => format!("SELECT count(*) FROM {table}"),
            Self::Nulls(table, column) => format!("SELECT count(*) FROM {table} WHERE {column} IS NULL"),
            Self::Values(table, column) => format!("SELECT count({column}) FROM {table}"),
        }
    }
}

impl Session {
    /// Runs a script as one message: all of it in one transaction, unless it says otherwise itself.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] with the place in the script where the server names one.
    pub fn execute(&mut self, script: &str) -> Result<(), CatalogError> {
        self.send(script).map(drop)
    }

    /// Runs statements one by one, each as a message of its own, all in one transaction.
    ///
    /// # Errors
    /// The position of the statement that failed, and why. Nothing of the list has happened then.
    pub fn execute_in_transaction(&mut self, statements: &[&str]) -> Result<(), (usize, CatalogError)> {
        self.execute("BEGIN").map_err(|error| (0, error))?;
        for (at, statement) in statements.iter().enumerate() {
            if let Err(error) = self.execute(statement) {
                self.roll_back();
                return Err((at, error));
            }
        }
        self.execute("COMMIT").map_err(|error| (statements.len().saturating_sub(1), error))
    }

    /// Ends a transaction that failed. Where that fails, too, the connection is gone and the transaction with it.
    pub(crate) fn roll_back(&mut self) {
        drop(self.execute("ROLLBACK"));
    }

    /// Counts rows, one round trip for all probes; `None` where a table or column does not exist or may not be read.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn count(&mut self, probes: &[Probe]) -> Result<Vec<Option<u64>>, CatalogError> {
        let queries: Vec<_> = probes.iter().map(Probe::query).collect();
        match self.ask(&queries.join(";\n")) {
            Ok(answers) => (0..queries.len())
                .map(|at| answers.rows(at).next().map(|row| row.number(0)).transpose())
                .collect(),
            Err(CatalogError::Statement(_)) => queries.iter().map(|query| self.count_one(query)).collect(),
            Err(error) => Err(error),
        }
    }

    fn count_one(&mut self, query: &str) -> Result<Option<u64>, CatalogError> {
        match self.ask(query) {
            Ok(answers) => answers.last().map(|row| row.number(0)).transpose(),
            Err(CatalogError::Statement(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a database.
    ///
    /// # Errors
    /// [`CatalogError::DatabaseExists`], [`CatalogError::AccessDenied`], and others of the server.
    pub fn create_database(&mut self, name: &str) -> Result<(), CatalogError> {
        let created = self.execute(&format!("CREATE DATABASE {}", Name::from(name)));
        created.map_err(|error| self.explain_database(error, name))
    }

    /// Drops a database if it exists, along with the sessions that use it.
    ///
    /// # Errors
    /// [`CatalogError::AccessDenied`], and others of the server.
    pub fn drop_database(&mut self, name: &str) -> Result<(), CatalogError> {
        let force = if self.version().is_at_least(13) { " WITH (FORCE)" } else { "" };
        let dropped = self.execute(&format!("DROP DATABASE IF EXISTS {}{force}", Name::from(name)));
        dropped.map_err(|error| self.explain_database(error, name))
    }

    fn explain_database(&self, error: CatalogError, database: &str) -> CatalogError {
        let CatalogError::Statement(statement) = error else { return error };
        let database = database.to_owned();
        match &*statement.sqlstate {
            "42P04" => CatalogError::DatabaseExists { database, host: self.url().host() },
            "42501" => CatalogError::AccessDenied {
                user: self.url().user().to_owned(),
                database,
                reason: statement.message.to_string(),
            },
            _ => CatalogError::Statement(statement),
        }
    }
}
