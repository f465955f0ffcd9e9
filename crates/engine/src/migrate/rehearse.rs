//! Running a history in a database that is there for nothing else, as a deployment would.

use driftless_catalog::{CatalogError, Session, StatementError};
use driftless_diagnostics::{Diagnostic, code};

use super::apply::Applier;
use super::deploy::explain;
use super::failure::{Cause, Failure};
use super::folder::MigrationsFolder;
use super::reason;

/// Why a history could not be applied.
#[derive(Debug)]
pub(crate) struct Mishap {
    /// What to say of it.
    pub(crate) diagnostic: Box<Diagnostic>,
    /// Whether this server lacks an extension, which another may have.
    pub(crate) lacks_extension: bool,
    /// Whether the role may not do what is wanted.
    pub(crate) lacks_right: bool,
}

impl From<Diagnostic> for Mishap {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic: Box::new(diagnostic), lacks_extension: false, lacks_right: false }
    }
}

/// Applies all migrations of a folder in an empty database, and leaves no history behind.
///
/// # Errors
/// A migration fails (P3006), with the place in its script as far as that is known; or the connection is lost.
pub(crate) fn rehearse(folder: &MigrationsFolder, session: &mut Session) -> Result<(), Mishap> {
    reason::require_plain_sql(folder, &folder.migrations)?;
    session.require_own_backend("a trial of migrations").map_err(explain)?;
    let writer = session.history_writer();
    session.execute(&writer.create(false)).map_err(explain)?;
    if let Some(file) = folder.external()?.script.and_then(|file| folder.files.get(file)) {
        session.run(file.text()).map_err(|error| {
            let message = format!("the script of `{}` fails: {error}", file.name());
            Diagnostic::error(code::MIGRATION_REFUSED, message)
                .help("correct the script in the configuration file")
        })?;
        let settled = session.settled();
        session.run(&settled).map_err(explain)?;
    }
    let mut applier = Applier::new(session, folder);
    for migration in &folder.migrations {
        applier.apply(migration, None).map_err(|failure| Mishap {
            diagnostic: Box::new(reason::refused(folder, migration, &failure)),
            lacks_extension: lacks_extension(&failure),
            lacks_right: said(&failure).is_some_and(|said| &*said.sqlstate == "42501"),
        })?;
    }
    applier.finish().map_err(explain)?;
    // a history may keep tables from being dropped; no comparison looks at this one
    drop(session.execute(&writer.drop()));
    Ok(())
}

/// Whether the server has no files of an extension: a feature, or in older versions a file, is missing.
fn lacks_extension(failure: &Failure) -> bool {
    said(failure).is_some_and(|said| {
        matches!(&*said.sqlstate, "0A000" | "58P01") && said.message.contains("extension")
    })
}

fn said(failure: &Failure) -> Option<&StatementError> {
    let Cause::Server(error) = &failure.cause else { return None };
    let CatalogError::Statement(said) = &**error else { return None };
    Some(said)
}
