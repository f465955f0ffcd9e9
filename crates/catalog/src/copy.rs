//! Copying rows out.

use std::fmt;
use std::io::Write;

use driftless_ir::{Name, QualifiedName};

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::{NameLiteral, query};
use crate::touch::RowSet;

query! {
    /// The columns of a table.
    struct Columns<'a> from "columns_of" { table: NameLiteral<'a> }
}

/// The settings on which the text of a value depends, as both sides of a copy must have them.
pub const COPY_SETTINGS: &str = "SET LOCAL client_encoding = 'UTF8';\nSET LOCAL DateStyle = 'ISO';\nSET LOCAL IntervalStyle = 'postgres';\n";

/// What the driver says of a message that a plain query has no use for: in ours, the beginning of a copy.
const UNEXPECTED: &str = "unexpected message from server";

/// Why rows could not be copied out.
#[derive(Debug)]
pub enum CopyError {
    /// The database refused.
    Database(CatalogError),
    /// The rows could not be read or written on.
    File(std::io::Error),
}

/// A column of a table that takes copied rows. Its `Display` is its definition in `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedColumn {
    /// Its name.
    pub name: Name,
    /// A type of PostgreSQL's own, as SQL has it; `text` for values of others, which may not exist any more.
    pub kind: String,
}

impl fmt::Display for CopiedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

impl Session {
    /// Ends a copy that a script began, where `error` comes from one: rows go neither way. The connection can be given up
    /// after it, which waits for ever while the server waits for rows.
    pub(crate) fn end_copy(&mut self, error: &postgres::Error) -> Option<CatalogError> {
        if error.to_string() != UNEXPECTED {
            return None;
        }
        // Who is asked for rows and sends this breaks the copy off. It is several messages of which a server may take the
        // first for rows, so that it is answered even then.
        let answer = self.client.query_typed("ROLLBACK", &[]);
        let reason = match answer {
            Ok(_) => "a statement copies rows to its client, which takes none",
            Err(_) => {
                "a statement copies rows from its client, which sends none; nothing of its transaction took effect"
            }
        };
        Some(CatalogError::ConnectionClosed { host: self.url().host(), reason: reason.to_owned() })
    }

    /// Begins a transaction in which rows are only read: all copies show the same moment, and a policy that hides rows is
    /// an error.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn begin_copying(&mut self) -> Result<(), CatalogError> {
        self.execute(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;\n{COPY_SETTINGS}SET LOCAL extra_float_digits = 3;\nSET \
             LOCAL row_security = off;\n"
        ))
    }

    /// Ends that transaction.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn end_copying(&mut self) -> Result<(), CatalogError> {
        self.run("COMMIT")
    }

    /// The columns of a table that are stored and not computed, in order.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn columns_of(&mut self, table: &QualifiedName) -> Result<Vec<CopiedColumn>, CatalogError> {
        let answers = self.ask_bare(&Columns { table: NameLiteral(table) }.sql())?;
        let read = |row: crate::row::Row<'_>| {
            Ok(CopiedColumn { name: row.text(0)?.into(), kind: row.text(1)?.to_owned() })
        };
        answers.last_rows().map(read).collect()
    }

    /// Copies these columns of rows out, in PostgreSQL's text format.
    ///
    /// # Errors
    /// Those of the server and of `sink`.
    pub fn copy_out(
        &mut self,
        rows: &RowSet,
        columns: &[CopiedColumn],
        sink: &mut dyn Write,
    ) -> Result<(), CopyError> {
        let columns: Vec<_> = columns.iter().map(|column| column.name.to_string()).collect();
        // `COPY` by itself takes neither partitioned tables nor views
        let statement = format!("COPY (SELECT {} FROM {rows}) TO STDOUT", columns.join(", "));
        let error = match self.client.copy_out(&statement) {
            Ok(mut reader) => return std::io::copy(&mut reader, sink).map(drop).map_err(CopyError::File),
            Err(error) => error,
        };
        Err(CopyError::Database(self.explain(&error, &statement)))
    }
}
