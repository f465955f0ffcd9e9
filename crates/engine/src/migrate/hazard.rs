//! What pending migrations take away of what is there, with how many rows.

use std::fmt;

use driftless_catalog::{CatalogError, Probe, Session};
use driftless_ir::{Name, QualifiedName};
use driftless_sql::{Content, split};

use super::folder::{Migration, MigrationsFolder};
use super::statement::{Loss, LossKind, losses};

/// Rows that a migration takes away or writes anew.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    migration: String,
    /// The table, which exists and has rows.
    pub(super) table: QualifiedName,
    what: LossKind,
    /// How many rows it is about.
    rows: u64,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table.name.as_str();
        let rows = match self.rows {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        let migration = &self.migration;
        match &self.what {
            LossKind::Table => write!(f, "`{migration}` drops the table `{table}`, which has {rows}"),
            LossKind::Column(column) => {
                write!(
                    f,
                    "`{migration}` drops the column `{column}` of `{table}`, which has a value in {rows}"
                )
            }
            LossKind::Rewrite(column) => {
                write!(
                    f,
                    "`{migration}` changes the type of `{column}` of `{table}`, which has a value in {rows}"
                )
            }
            LossKind::Rows => write!(f, "`{migration}` deletes rows of `{table}`, which has {rows}"),
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
    let mut found: Vec<(&str, QualifiedName, Loss)> = Vec::new();
    for migration in pending {
        let script = folder.script(migration);
        for fragment in split(script) {
            let Content::Statement(body) = fragment.content else { continue };
            for loss in losses(&script[body]) {
                let (namespace, name) = &loss.table;
                let namespace = namespace.as_deref().unwrap_or(session.url().schema());
                let table = QualifiedName { namespace: namespace.into(), name: Name::from(name.as_str()) };
                found.push((&migration.name, table, loss));
            }
        }
    }
    let tables: Vec<_> = found.iter().map(|(_, table, _)| table.clone()).collect();
    let mut exist = session.exist(&tables)?.into_iter();
    found.retain(|_| exist.next() == Some(true));
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let probe = |(_, table, loss): &(&str, QualifiedName, Loss)| match &loss.what {
        LossKind::Table | LossKind::Rows => Probe::Rows(table.clone()),
        LossKind::Column(column) | LossKind::Rewrite(column) => {
            Probe::Values(table.clone(), Name::from(column.as_str()))
        }
    };
    let counts = session.count(&found.iter().map(probe).collect::<Vec<_>>())?;
    let hazards = found.into_iter().zip(counts).filter_map(|((migration, table, loss), rows)| {
        let rows = rows.filter(|rows| *rows > 0)?;
        Some(Hazard { migration: migration.to_owned(), table, what: loss.what, rows })
    });
    Ok(hazards.collect())
}
