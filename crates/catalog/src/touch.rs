//! Which rows a statement touches beyond those of the object that it names: partitions, tables below a table, tables that
//! refer to it, columns of a type.

use std::fmt;

use driftless_ir::{Name, QualifiedName, Quoted};

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::{Hole, query};

query! {
    /// The rows that statements touch.
    struct TouchedRows<'a> from "touched" { asked: Asked<'a> }
}

/// The rows of a table. Its `Display` is what stands behind `FROM`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowSet {
    /// The table.
    pub table: QualifiedName,
    /// Whether the rows of its partitions, and of tables that inherit from it, are among them.
    pub with_children: bool,
}

impl From<QualifiedName> for RowSet {
    /// All that the table shows.
    fn from(table: QualifiedName) -> Self {
        Self { table, with_children: true }
    }
}

impl fmt::Display for RowSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.with_children { "" } else { "ONLY " }, self.table)
    }
}

/// An object that may be dropped with rows, or with columns of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// A table.
    Table(QualifiedName),
    /// A type.
    Type(QualifiedName),
    /// A namespace.
    Namespace(Name),
    /// An extension.
    Extension(Name),
}

/// What a statement does to rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Drops an object, and with `CASCADE` everything that depends on it.
    Drop {
        /// Which.
        object: Dropped,
        /// Whether `CASCADE` is said.
        cascades: bool,
    },
    /// Empties a table, and with `CASCADE` those that refer to it.
    Truncate {
        /// Which.
        table: QualifiedName,
        /// Whether `ONLY` is said.
        only: bool,
        /// Whether `CASCADE` is said.
        cascades: bool,
    },
    /// Deletes rows, and those of other tables where their foreign keys say so.
    Delete {
        /// Of which table.
        table: QualifiedName,
        /// Whether `ONLY` is said.
        only: bool,
    },
    /// Drops a column, or writes its values anew.
    Column {
        /// Of which table.
        table: QualifiedName,
        /// Which.
        column: Name,
        /// Whether `ONLY` is said.
        only: bool,
    },
}

impl Touch {
    /// One row of the list that the query is given.
    fn row(&self, number: usize) -> String {
        let (kind, name, column, only, cascades) = match self {
            Self::Drop { object: Dropped::Table(name), cascades } => {
                ("table", name.to_string(), None, false, *cascades)
            }
            Self::Drop { object: Dropped::Type(name), cascades } => {
                ("type", name.to_string(), None, false, *cascades)
            }
            Self::Drop { object: Dropped::Namespace(name), cascades } => {
                ("namespace", name.to_string(), None, false, *cascades)
            }
            Self::Drop { object: Dropped::Extension(name), cascades } => {
                ("extension", name.as_str().to_owned(), None, false, *cascades)
            }
            Self::Truncate { table, only, cascades } => {
                ("truncate", table.to_string(), None, *only, *cascades)
            }
            Self::Delete { table, only } => ("delete", table.to_string(), None, *only, false),
            Self::Column { table, column, only } => ("column", table.to_string(), Some(column), *only, false),
        };
        let column = column.map_or_else(|| "NULL".to_owned(), |column| Quoted(column.as_str()).to_string());
        format!("({number}, {}, {}, {column}::text, {only}, {cascades})", Quoted(kind), Quoted(&name))
    }
}

/// What is asked about, as the rows of a `VALUES`.
struct Asked<'a>(&'a [Touch]);

impl Hole for Asked<'_> {
    const KIND: &'static str = "rows";

    fn write(&self, out: &mut String) {
        for (at, touch) in self.0.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            out.push_str(&touch.row(at));
        }
    }
}

/// A table or a column whose rows or values a statement touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The position of the [`Touch`] in the list that was asked.
    pub by: usize,
    /// The rows. Partitions are left to their table; tables that inherit have columns of their own, and stand by
    /// themselves.
    pub rows: RowSet,
    /// The column, if it is about the values of one alone.
    pub column: Option<Name>,
}

impl Session {
    /// Finds the rows that statements touch, by the catalog as it is now; one round trip. What does not exist touches
    /// nothing; values that are computed do not count.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn touched(&mut self, touches: &[Touch]) -> Result<Vec<Touched>, CatalogError> {
        if touches.is_empty() {
            return Ok(Vec::new());
        }
        let query = TouchedRows { asked: Asked(touches) }.sql();
        // to compile the query would take a hundred times as long as to run it
        let answers = self.ask(&format!("SET LOCAL jit TO off;\n{query}"))?;
        let read = answers.last_rows().map(|row| {
            Ok(Touched {
                by: row.number(0)?,
                rows: RowSet {
                    table: QualifiedName::new(row.text(1)?, row.text(2)?),
                    with_children: row.flag(3)?,
                },
                column: row.maybe_text(4).map(Name::from),
            })
        });
        read.collect()
    }
}
