//! What a database remembers of its migrations: the reference's table, read and written in the reference's shapes.
//!
//! A migration may have several rows: each attempt has one. A row is *finished*, or *rolled back*, or *open*: begun and
//! neither. Names are always qualified, as a script may change the search path.

use driftless_ir::{Name, QualifiedName, Quoted};

use crate::error::CatalogError;
use crate::lock::{guard, is_of_guard};
use crate::session::Session;
use crate::template::query;

/// The table's name.
const TABLE: &str = "_prisma_migrations";

query! {
    /// What there is of a history.
    struct State<'a> from "history_state" { namespace: Quoted<'a>, table: Quoted<'a> }
}
query! {
    /// The attempts.
    struct Rows<'a> from "history_rows" { table: &'a QualifiedName }
}
query! {
    /// The table.
    struct Create<'a> from "history_table" { table: &'a QualifiedName }
}
query! {
    /// The tables beside it.
    struct Tables<'a> from "history_tables" { namespace: Quoted<'a> }
}
query! {
    /// Which tables and types there are.
    struct Existing<'a> from "existing_types" { names: &'a [Name] }
}

/// One attempt at a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its own id.
    pub id: Box<str>,
    /// The checksum of the script that was run.
    pub checksum: Box<str>,
    /// The migration's name.
    pub name: Box<str>,
    /// What was written down about it: in the reference, why it failed.
    pub logs: Option<Box<str>>,
    /// How many of its steps were done.
    pub steps: u32,
    /// When it began, in UTC: `2026-01-31T12:00:00Z`.
    pub started_at: Box<str>,
    /// When it was done, likewise.
    pub finished_at: Option<Box<str>>,
    /// Whether it was rolled back.
    pub is_rolled_back: bool,
}

impl HistoryRow {
    /// Whether it was begun, and neither finished nor rolled back.
    pub fn is_open(&self) -> bool {
        self.finished_at.is_none() && !self.is_rolled_back
    }

    /// Whether the migration is in effect by this attempt.
    pub fn is_applied(&self) -> bool {
        self.finished_at.is_some() && !self.is_rolled_back
    }
}

/// What there is of a history in a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Whether the namespace exists in which the history lies.
    pub has_namespace: bool,
    /// Whether its table exists.
    pub has_table: bool,
    /// Whether the session may not write.
    pub is_read_only: bool,
    /// Tables beside it that are no extension's; not more than four.
    pub tables: Vec<Box<str>>,
    /// The attempts, in the order in which they began.
    pub rows: Vec<HistoryRow>,
}

impl Session {
    /// The name of the table of the history.
    pub fn history_table(&self) -> QualifiedName {
        QualifiedName { namespace: Name::from(self.url().schema()), name: Name::from(TABLE) }
    }

    /// Reads the history: two round trips.
    ///
    /// # Errors
    /// Those of a lost connection, and a table that cannot be read.
    pub fn history(&mut self) -> Result<History, CatalogError> {
        let state = State { namespace: Quoted(self.url().schema()), table: Quoted(TABLE) }.sql();
        let answers = self.ask(&state)?;
        let row = answers.last().ok_or(CatalogError::Answer { about: "its history" })?;
        let mut history = History {
            has_namespace: row.flag(0)?,
            has_table: row.flag(1)?,
            is_read_only: row.text(2)? == "on",
            tables: (3..7).filter_map(|at| row.maybe_text(at)).map(Box::from).collect(),
            rows: Vec::new(),
        };
        if history.has_table {
            history.rows = self.history_rows()?;
        }
        Ok(history)
    }

    /// All tables of the history's namespace that are no extension's, by name. One round trip.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn tables_beside_history(&mut self) -> Result<Vec<Box<str>>, CatalogError> {
        let answers = self.ask(&Tables { namespace: Quoted(self.url().schema()) }.sql())?;
        let names = answers
            .last_rows()
            .map(|row| Ok(row.text(0)?.into()))
            .collect::<Result<Vec<Box<str>>, CatalogError>>()?;
        Ok(names.into_iter().filter(|name| **name != *TABLE).collect())
    }

    /// Those of some tables and enum types that are there. One round trip.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn existing_types(&mut self, names: &[&QualifiedName]) -> Result<Vec<QualifiedName>, CatalogError> {
        let written: Vec<Name> = names.iter().map(|name| Name::from(name.to_string())).collect();
        let answers = self.ask(&Existing { names: &written }.sql())?;
        let found = answers.last_rows().map(|row| row.text(0).map(Name::from));
        let found = found.collect::<Result<std::collections::BTreeSet<Name>, CatalogError>>()?;
        let pairs = names.iter().zip(&written).filter(|(_, written)| found.contains(*written));
        Ok(pairs.map(|(name, _)| QualifiedName::clone(name)).collect())
    }

    /// The attempts, in the order in which they began. The table must exist.
    fn history_rows(&mut self) -> Result<Vec<HistoryRow>, CatalogError> {
        let answers = self.ask(&Rows { table: &self.history_table() }.sql())?;
        let rows = answers.last_rows().map(|row| {
            Ok(HistoryRow {
                id: row.text(0)?.into(),
                checksum: row.text(1)?.into(),
                name: row.text(2)?.into(),
                logs: row.maybe_text(3).map(Box::from),
                steps: row.number(4)?,
                started_at: row.text(8)?.into(),
                finished_at: row.maybe_text(9).map(Box::from),
                is_rolled_back: row.maybe_text(7).is_some(),
            })
        });
        rows.collect()
    }

    /// Writes the statements that record things.
    pub fn history_writer(&self) -> HistoryWriter {
        let id = if self.version().is_at_least(13) {
            "pg_catalog.gen_random_uuid()::text"
        } else {
            // version 4 and the variant stand at their places
            "(SELECT pg_catalog.concat_ws('-', substr(m, 1, 8), substr(m, 9, 4), '4' || substr(m, 14, 3), \
             'a' || substr(m, 18, 3), substr(m, 21, 12)) \
             FROM pg_catalog.md5(pg_catalog.random()::text || pg_catalog.clock_timestamp()::text) m)"
        };
        HistoryWriter { table: self.history_table(), id }
    }
}

/// What the error says where somebody else did what was to be recorded.
const OVERTAKEN: &str = "driftless: another deployment was here";

/// Whether an error is that of a row that somebody else wrote or changed in between.
pub fn is_overtaken(error: &CatalogError) -> bool {
    is_of_guard(error, OVERTAKEN)
}

/// Writes the statements that record what becomes of migrations. Each ends in a semicolon and a line break.
#[derive(Clone, Debug)]
pub struct HistoryWriter {
    table: QualifiedName,
    /// The expression that makes an id.
    id: &'static str,
}

impl HistoryWriter {
    /// Makes the table, and its namespace where it does not exist.
    pub fn create(&self, has_namespace: bool) -> String {
        let namespace = &self.table.namespace;
        let table = Create { table: &self.table }.sql();
        let before =
            if has_namespace { String::new() } else { format!("CREATE SCHEMA IF NOT EXISTS {namespace};\n") };
        before + &table
    }

    /// Keeps all others from writing into the history up to the end of the transaction, whatever locks a script gives
    /// back. It is no query, so settings of the transaction may follow.
    pub fn reserve(&self) -> String {
        format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE;\n", self.table)
    }

    /// Goes back, up to the end of the transaction, to the role that the session was opened with.
    pub fn act_as_oneself(&self) -> &'static str {
        "SET LOCAL session_authorization TO DEFAULT;\nSET LOCAL role TO DEFAULT;\n"
    }

    /// Fails where somebody else applied a migration or began it; [`is_overtaken`] knows the error.
    pub fn require_absent(&self, name: &str) -> String {
        let (table, name) = (&self.table, Quoted(name));
        let rows = format!("SELECT FROM {table} WHERE migration_name = {name} AND rolled_back_at IS NULL");
        guard(&format!("NOT EXISTS ({rows})"), OVERTAKEN)
    }

    /// Fails where an open migration is not as far as it was; [`is_overtaken`] knows the error.
    pub fn require_progress(&self, name: &str, steps: usize) -> String {
        let (table, open) = (&self.table, open(name));
        let rows = format!("SELECT 1 FROM {table} WHERE {open} AND applied_steps_count = {steps} FOR UPDATE");
        guard(&format!("(SELECT pg_catalog.count(*) FROM ({rows}) row) = 1"), OVERTAKEN)
    }

    /// Drops the table.
    pub fn drop(&self) -> String {
        format!("DROP TABLE IF EXISTS {};\n", self.table)
    }

    /// Records a migration that was done in the transaction that this statement runs in.
    pub fn insert_finished(&self, name: &str, checksum: &str) -> String {
        self.insert_finished_from("pg_catalog.now()", name, checksum)
    }

    /// The same in a message that holds several transactions: to the server all of them begin when it gets the message,
    /// so each is taken to begin when the one before ended.
    pub fn insert_finished_next(&self, name: &str, checksum: &str) -> String {
        let began =
            format!("(SELECT coalesce(pg_catalog.max(finished_at), pg_catalog.now()) FROM {})", self.table);
        self.insert_finished_from(&began, name, checksum)
    }

    fn insert_finished_from(&self, began: &str, name: &str, checksum: &str) -> String {
        let (table, id) = (&self.table, self.id);
        format!(
            "INSERT INTO {table} (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, \
             applied_steps_count) VALUES ({id}, {}, pg_catalog.clock_timestamp(), {}, NULL, NULL, \
             {began}, 1);\n",
            Quoted(checksum),
            Quoted(name),
        )
    }

    /// Records a migration that was not run, as in effect.
    pub fn insert_applied(&self, name: &str, checksum: &str) -> String {
        let (table, id) = (&self.table, self.id);
        format!(
            "INSERT INTO {table} (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, \
             applied_steps_count) VALUES ({id}, {}, pg_catalog.now(), {}, '', NULL, pg_catalog.now(), 0);\n",
            Quoted(checksum),
            Quoted(name),
        )
    }

    /// Records that a migration begins.
    pub fn insert_open(&self, name: &str, checksum: &str, logs: &str) -> String {
        let (table, id) = (&self.table, self.id);
        format!(
            "INSERT INTO {table} (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, \
             applied_steps_count) VALUES ({id}, {}, NULL, {}, {}, NULL, pg_catalog.now(), 0);\n",
            Quoted(checksum),
            Quoted(name),
            Quoted(logs),
        )
    }

    /// Records how far an open migration is, and with which script.
    pub fn update_open(&self, name: &str, checksum: &str, steps: usize, logs: &str) -> String {
        format!(
            "UPDATE {} SET checksum = {}, applied_steps_count = {steps}, logs = {} WHERE {};\n",
            self.table,
            Quoted(checksum),
            Quoted(logs),
            open(name)
        )
    }

    /// Records that an open migration is done.
    pub fn finish(&self, name: &str) -> String {
        format!(
            "UPDATE {} SET applied_steps_count = 1, logs = NULL, finished_at = pg_catalog.clock_timestamp() WHERE {};\n",
            self.table,
            open(name)
        )
    }

    /// Records that the open attempts at a migration are rolled back.
    pub fn roll_back(&self, name: &str) -> String {
        format!("UPDATE {} SET rolled_back_at = pg_catalog.now() WHERE {};\n", self.table, open(name))
    }

    /// Adds words to what is written down about an open migration.
    pub fn append_logs(&self, name: &str, words: &str) -> String {
        let words = Quoted(words);
        format!(
            "UPDATE {} SET logs = pg_catalog.concat(logs, chr(10), {words}::text) WHERE {};\n",
            self.table,
            open(name)
        )
    }
}

fn open(name: &str) -> String {
    format!("migration_name = {} AND finished_at IS NULL AND rolled_back_at IS NULL", Quoted(name))
}
