//! Running SQL that others wrote.

use driftless_ir::{Name, QualifiedName, Quoted};

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::query;
use crate::touch::RowSet;

query! {
    /// The index that is half built.
    struct InvalidIndex<'a> from "invalid_index" { index: Quoted<'a>, table: Quoted<'a> }
}

/// Makes it an error that a policy hides rows, for the rest of the message.
const ALL_ROWS: &str = "SET LOCAL row_security = off;\n";

/// What to count in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Its rows.
    Rows(RowSet),
    /// The rows in which a column is NULL.
    Nulls(RowSet, Name),
    /// The rows in which a column is not NULL.
    Values(RowSet, Name),
}

impl Probe {
    fn query(&self) -> String {
        match self {
            Self::Rows(rows) => format!("SELECT count(*) FROM {rows}"),
            Self::Nulls(rows, column) => format!("SELECT count(*) FROM {rows} WHERE {column} IS NULL"),
            Self::Values(rows, column) => format!("SELECT count({column}) FROM {rows}"),
        }
    }
}

impl Session {
    /// Runs statements of our own as one message: all of it in one transaction, unless it says otherwise itself. Names
    /// that are not qualified are those of the URL's schema, up to the end of the first transaction.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] with the place in the text where the server names one.
    pub fn execute(&mut self, statements: &str) -> Result<(), CatalogError> {
        self.send(statements).map(drop)
    }

    /// Runs a script as it stands, as one message, with the session as it is: all of it in one transaction, unless it
    /// says otherwise itself.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] with the place in the script where the server names one.
    pub fn run(&mut self, script: &str) -> Result<(), CatalogError> {
        self.send_bare(script).map(drop)
    }

    /// Runs a script that was written for `standard_conforming_strings`, whatever the database has set, in one
    /// transaction. More round trips where that makes a difference.
    ///
    /// # Errors
    /// Those of [`execute`](Self::execute).
    pub fn execute_conforming(&mut self, script: &str) -> Result<(), CatalogError> {
        if !script.contains('\\') {
            return self.execute(script);
        }
        // a message is read as a whole before any of it runs
        self.execute("BEGIN;\nSET LOCAL standard_conforming_strings TO on")?;
        let done = self.run(script).and_then(|()| self.run("COMMIT"));
        if done.is_err() {
            self.roll_back();
        }
        done
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
        drop(self.leave_transaction());
    }

    /// Leaves a transaction that a script opened and did not end, or in which a statement failed.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn leave_transaction(&mut self) -> Result<(), CatalogError> {
        self.run("ROLLBACK")
    }

    /// Whether the session is in a transaction, which a script began and did not end.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn is_in_transaction(&mut self) -> Result<bool, CatalogError> {
        match self.run("SAVEPOINT driftless") {
            Ok(()) => Ok(true),
            // no transaction
            Err(CatalogError::Statement(said)) if &*said.sqlstate == "25P01" => Ok(false),
            // one that failed
            Err(CatalogError::Statement(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// The same, and takes everything out of the session that a script left there.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn leave_script(&mut self) -> Result<(), CatalogError> {
        let settled = self.settled();
        self.run(&format!("ROLLBACK;\n{settled}"))
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
    ) -> Result<Option<QualifiedName>, CatalogError> {
        let query = InvalidIndex { index: Quoted(index), table: Quoted(table) }.sql();
        let answers = self.ask_bare(&format!("{script}{query}"))?;
        answers.last().map(|row| Ok(QualifiedName::new(row.text(0)?, row.text(1)?))).transpose()
    }

    /// Counts rows, one round trip for all probes; `None` where a table or column does not exist, or where rows may not be
    /// read or are hidden by a policy.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn count(&mut self, probes: &[Probe]) -> Result<Vec<Option<u64>>, CatalogError> {
        let queries: Vec<_> = probes.iter().map(Probe::query).collect();
        match self.ask(&format!("{ALL_ROWS}{}", queries.join(";\n"))) {
            Ok(answers) => (1..=queries.len())
                .map(|at| answers.rows(at).next().map(|row| row.number(0)).transpose())
                .collect(),
            Err(CatalogError::Statement(_)) => queries.iter().map(|query| self.count_one(query)).collect(),
            Err(error) => Err(error),
        }
    }

    fn count_one(&mut self, query: &str) -> Result<Option<u64>, CatalogError> {
        match self.ask(&format!("{ALL_ROWS}{query}")) {
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
        let created = self.run(&format!("CREATE DATABASE {}", Name::from(name)));
        created.map_err(|error| self.explain_database(error, name))
    }

    /// Makes a database that belongs to another role.
    ///
    /// # Errors
    /// Those of [`create_database`](Self::create_database).
    pub(crate) fn create_database_of(&mut self, name: &str, owner: &Name) -> Result<(), CatalogError> {
        let created = self.run(&format!("CREATE DATABASE {} OWNER {owner}", Name::from(name)));
        created.map_err(|error| self.explain_database(error, name))
    }

    /// Drops a database if it exists, along with the sessions that use it.
    ///
    /// # Errors
    /// [`CatalogError::AccessDenied`], and others of the server.
    pub fn drop_database(&mut self, name: &str) -> Result<(), CatalogError> {
        let force = if self.version().is_at_least(13) { " WITH (FORCE)" } else { "" };
        let dropped = self.run(&format!("DROP DATABASE IF EXISTS {}{force}", Name::from(name)));
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
