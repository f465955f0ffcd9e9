//! Saving the rows that migrations are about to take away.
//!
//! A table is a file of PostgreSQL's text format, packed with gzip; `restore.sql` beside them is for `psql`, and puts
//! the rows into new tables beside the old ones.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use driftless_catalog::{CatalogError, CopyError, Session};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{Name, QualifiedName};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::hazard::Hazard;
use crate::Project;

const RESTORE: &str = "restore.sql";

/// What is said where saving fails: nothing was changed.
enum Failure {
    Database(CatalogError),
    File(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::Database(error)
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Database(error) => Self::Database(error),
            CopyError::File(error) => Self::File(error),
        }
    }
}

/// Saves each table of which something is taken away into the folder `place`. Gives the names of the tables.
///
/// # Errors
/// A table cannot be read or a file not be written; files that are there are not written over.
pub(super) fn write(
    project: &Project,
    place: &Path,
    hazards: &[Hazard],
    session: &mut Session,
) -> Result<Vec<String>, Diagnostic> {
    let mut seen = BTreeSet::new();
    let tables: Vec<_> =
        hazards.iter().map(|hazard| &hazard.table).filter(|table| seen.insert(table.to_string())).collect();
    let folder = project.folder().join(place);
    let saved = fs::create_dir_all(&folder).map_err(Failure::File).and_then(|()| {
        let mut restore = new_file(&folder.join(RESTORE))?;
        tables.iter().try_for_each(|table| save_table(&folder, table, session, &mut restore))?;
        Ok(restore.sync_all()?)
    });
    let names = tables.iter().map(|table| table.name.as_str().to_owned()).collect();
    saved.map(|()| names).map_err(|failure| {
        let (reason, help) = match failure {
            Failure::Database(error) => (error.to_string(), "let the role read the table"),
            Failure::File(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                ("there is a backup in it".to_owned(), "name a new folder")
            }
            Failure::File(error) => {
                (error.to_string(), "check that the folder can be written and the disk is not full")
            }
        };
        let message = format!("no backup in `{}`, so nothing was migrated: {reason}", place.display());
        Diagnostic::error(code::BACKUP_FAILED, message).help(help)
    })
}

fn save_table(
    folder: &Path,
    table: &QualifiedName,
    session: &mut Session,
    restore: &mut File,
) -> Result<(), Failure> {
    let file =
        format!("{}.{}.copy.gz", table.namespace.as_str(), table.name.as_str()).replace(['/', '\\'], "_");
    let mut packed = GzEncoder::new(new_file(&folder.join(&file))?, Compression::fast());
    session.copy_out(table, &mut packed)?;
    packed.finish()?.sync_all()?;
    let columns = session.columns_of(table)?.join(",\n    ");
    let name = Name::from(format!("{}_saved", table.name.as_str()));
    let saved = QualifiedName { namespace: table.namespace.clone(), name };
    let quoted = file.replace('\'', "''");
    write!(
        restore,
        "CREATE TABLE {saved} (\n    {columns}\n);\n\\copy {saved} FROM PROGRAM 'gzip -dc \"{quoted}\"'\n\n"
    )?;
    Ok(())
}

/// A file that was not there.
fn new_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}
