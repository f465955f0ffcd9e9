//! Running SQL that others wrote.

use std::io::Write;

use driftless_ir::{Name, QualifiedName};

use crate::error::CatalogError;
use crate::literal::Quoted;
use crate::session::Session;

const COLUMNS: &str = include_str!("../queries/columns_of.sql");
const INVALID_INDEX: &str = include_str!("../queries/invalid_index.sql");

/// Why rows could not be copied out.
#[derive(Debug)]
pub enum CopyError {
    /// The database refused.
    Database(CatalogError),
    /// The rows could not be read or written on.
    File(std::io::Error),
}

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

    /// The statements that take back what scripts set: the role and every setting.
    pub fn restored_settings(&self) -> String {
        format!("RESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\n{}", self.settings())
    }

    /// Leaves a transaction that a script opened and did not end, or in which a statement failed.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn leave_transaction(&mut self) -> Result<(), CatalogError> {
        self.execute("ROLLBACK")
    }

    /// Whether these relations exist, each by its qualified name; one round trip.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn exist(&mut self, relations: &[QualifiedName]) -> Result<Vec<bool>, CatalogError> {
        if relations.is_empty() {
            return Ok(Vec::new());
        }
        let name = |relation: &QualifiedName| {
            format!("pg_catalog.to_regclass({}) IS NOT NULL", Quoted(&relation.to_string()))
        };
        let columns: Vec<_> = relations.iter().map(name).collect();
        let answers = self.ask(&format!("SELECT {}", columns.join(", ")))?;
        let row = answers.last().ok_or(CatalogError::Answer { about: "its relations" })?;
        (0..relations.len()).map(|at| row.flag(at)).collect()
    }

    /// Runs a script, and looks in the same round trip for the index of a table that was begun with `CONCURRENTLY` and
    /// is not valid, unless a session is building it. `table` is written as in SQL. Gives the index's name.
    ///
    /// # Errors
    /// Those of [`execute`](Self::execute).
    pub fn execute_and_find_half_built(
        &mut self,
        script: &str,
        table: &str,
        index: &str,
    ) -> Result<Option<String>, CatalogError> {
        let query = INVALID_INDEX
            .replace(":index", &Quoted(index).to_string())
            .replace(":table", &Quoted(table).to_string());
        let answers = self.ask(&format!("{script}{query}"))?;
        Ok(answers.last().and_then(|row| row.maybe_text(0).map(str::to_owned)))
    }

    /// The columns of a table that are stored and not computed, as `CREATE TABLE` has them: name and type.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn columns_of(&mut self, table: &QualifiedName) -> Result<Vec<String>, CatalogError> {
        let answers = self.ask(&COLUMNS.replace(":table", &Quoted(&table.to_string()).to_string()))?;
        answers.last_rows().map(|row| row.text(0).map(str::to_owned)).collect()
    }

    /// Copies the rows of a table out, in PostgreSQL's text format.
    ///
    /// # Errors
    /// Those of the server and of `sink`.
    pub fn copy_out(&mut self, table: &QualifiedName, sink: &mut dyn Write) -> Result<u64, CopyError> {
        let statement = format!("COPY {table} TO STDOUT");
        let error = match self.client.copy_out(&statement) {
            Ok(mut reader) => return std::io::copy(&mut reader, sink).map_err(CopyError::File),
            Err(error) => error,
        };
        Err(CopyError::Database(self.explain(&error, &statement)))
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
