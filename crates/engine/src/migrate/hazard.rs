//! What pending migrations take away of what is there, with how many rows.

use std::collections::BTreeMap;
use std::fmt;

use driftless_catalog::{CatalogError, Dropped, Probe, RowSet, Session, Touch, Touched};
use driftless_ir::{Name, QualifiedName};
use driftless_sql::{Content, split};

use super::folder::{Migration, MigrationsFolder};
use super::loss::{Act, ColumnAct, DropKind, Named, acts};

/// Rows that a migration takes away or writes anew.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    migration: String,
    /// The rows of the table that it is about.
    pub(super) rows: RowSet,
    /// The table for a message: with its namespace, where that is not the one of the URL.
    pub(super) name: String,
    what: What,
    /// How many rows it is about; `None` where this role may not count them.
    count: Option<u64>,
}

/// What happens to rows.
#[derive(Clone, Debug)]
enum What {
    /// Their table goes.
    Table,
    /// They go.
    Rows,
    /// Something happens to the values of a column.
    Column(Name, ColumnAct),
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { migration, name: table, .. } = self;
        let rows = match self.count {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{rows} rows"),
            None => "rows that this role may not count".to_owned(),
        };
        match &self.what {
            What::Table => write!(f, "`{migration}` drops the table `{table}`, which has {rows}"),
            What::Rows => write!(f, "`{migration}` deletes rows of `{table}`, which has {rows}"),
            What::Column(column, act) => {
                let column = column.as_str();
                let happens = match act {
                    ColumnAct::Drop => "drops the column",
                    ColumnAct::Rewrite => "changes the type of",
                    ColumnAct::Overwrite => "writes over values of",
                };
                write!(f, "`{migration}` {happens} `{column}` of `{table}`, which has a value in {rows}")
            }
        }
    }
}

/// Finds what migrations take away: at most two round trips, none where their words speak of nothing.
///
/// # Errors
/// Those of a lost connection.
pub(super) fn find(
    folder: &MigrationsFolder,
    pending: &[&Migration],
    session: &mut Session,
) -> Result<Vec<Hazard>, CatalogError> {
    let mut names = Names::new(session.url().schema().into());
    let mut asked: Vec<(&str, Touch, ColumnAct)> = Vec::new();
    for migration in pending {
        let script = folder.script(migration);
        for fragment in split(script) {
            let Content::Statement(body) = fragment.content else { continue };
            let touches = acts(&script[body]).into_iter().filter_map(|act| names.touch(act));
            asked.extend(touches.map(|(touch, act)| (migration.name.as_str(), touch, act)));
        }
    }
    let touches: Vec<_> = asked.iter().map(|(_, touch, _)| touch.clone()).collect();
    let found = session.touched(&touches)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let counts = session.count(&found.iter().map(probe).collect::<Vec<_>>())?;
    let hazards = found.into_iter().zip(counts).filter(|(_, count)| *count != Some(0));
    let default = names.namespace;
    Ok(hazards
        .map(|(Touched { by, rows, column }, count)| {
            let (migration, touch, act) = &asked[by];
            let name = match rows.table.namespace == default {
                true => rows.table.name.as_str().to_owned(),
                false => format!("{}.{}", rows.table.namespace.as_str(), rows.table.name.as_str()),
            };
            let what = match (column, touch) {
                (Some(column), _) => What::Column(column, *act),
                (None, Touch::Drop { .. }) => What::Table,
                (None, _) => What::Rows,
            };
            Hazard { migration: (*migration).to_owned(), rows, name, what, count }
        })
        .collect())
}

fn probe(touched: &Touched) -> Probe {
    let rows = touched.rows.clone();
    match &touched.column {
        None => Probe::Rows(rows),
        Some(column) => Probe::Values(rows, column.clone()),
    }
}

/// What names mean on the way through the migrations: tables and columns that are given another name keep their rows.
struct Names {
    /// The namespace that is not written.
    namespace: Name,
    /// By its name now, what a table was called before the first migration; `None` where it is none of those.
    tables: BTreeMap<QualifiedName, Option<QualifiedName>>,
    /// The same of columns, by the name that their table had.
    columns: BTreeMap<(QualifiedName, Name), Option<Name>>,
}

impl Names {
    fn new(namespace: Name) -> Self {
        Self { namespace, tables: BTreeMap::new(), columns: BTreeMap::new() }
    }

    /// What an act touches of what was there before the migrations, and what happens to columns.
    fn touch(&mut self, act: Act) -> Option<(Touch, ColumnAct)> {
        Some(match act {
            Act::RenameTable { from, to } => {
                let (from, to) = (self.qualify(from), self.qualify(to));
                let original = self.original(&from);
                self.tables.insert(from, None);
                self.tables.insert(to, original);
                return None;
            }
            Act::RenameColumn { table, from, to } => {
                let table = self.table(table)?;
                let (from, to) = ((table.clone(), Name::from(from)), (table, Name::from(to)));
                let original = self.original_column(&from);
                self.columns.insert(from, None);
                self.columns.insert(to, original);
                return None;
            }
            Act::Drop { kind, name, cascades } => {
                let object = match kind {
                    DropKind::Table => Dropped::Table(self.table(name)?),
                    DropKind::Type => Dropped::Type(self.qualify(name)),
                    DropKind::Namespace => Dropped::Namespace(name.1.into()),
                    DropKind::Extension => Dropped::Extension(name.1.into()),
                };
                (Touch::Drop { object, cascades }, ColumnAct::Drop)
            }
            Act::Truncate { table, only, cascades } => {
                (Touch::Truncate { table: self.table(table)?, only, cascades }, ColumnAct::Overwrite)
            }
            Act::Delete { table, only } => {
                (Touch::Delete { table: self.table(table)?, only }, ColumnAct::Overwrite)
            }
            Act::Column { table, column, only, what } => {
                let table = self.table(table)?;
                let column = self.original_column(&(table.clone(), column.into()))?;
                (Touch::Column { table, column, only }, what)
            }
        })
    }

    fn qualify(&self, (namespace, name): Named) -> QualifiedName {
        QualifiedName {
            namespace: namespace.map_or_else(|| self.namespace.clone(), Name::from),
            name: name.into(),
        }
    }

    fn table(&self, name: Named) -> Option<QualifiedName> {
        self.original(&self.qualify(name))
    }

    fn original(&self, name: &QualifiedName) -> Option<QualifiedName> {
        self.tables.get(name).cloned().unwrap_or_else(|| Some(name.clone()))
    }

    fn original_column(&self, column: &(QualifiedName, Name)) -> Option<Name> {
        self.columns.get(column).cloned().unwrap_or_else(|| Some(column.1.clone()))
    }
}
