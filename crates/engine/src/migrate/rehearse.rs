//! Running a history in a database that is there for nothing else, as a deployment would.

use driftless_catalog::Session;
use driftless_diagnostics::Diagnostic;

use super::apply::Applier;
use super::deploy::explain;
use super::folder::MigrationsFolder;
use super::reason;

/// Carries out all migrations of a folder in an empty database, and leaves no history behind.
///
/// # Errors
/// A migration fails (P3006), with the place in its script as far as that is known; or the connection is lost.
pub(crate) fn rehearse(folder: &MigrationsFolder, session: &mut Session) -> Result<(), Diagnostic> {
    let writer = session.history_writer();
    session.execute(&writer.create(false)).map_err(explain)?;
    let mut applier = Applier::new(session, folder);
    for migration in &folder.migrations {
        let applied = applier.apply(migration, None);
        applied.map_err(|failure| reason::refused(folder, migration, &failure))?;
    }
    applier.finish().map_err(explain)?;
    let settings = session.restored_settings();
    session.execute(&format!("{settings}{}", writer.drop())).map_err(explain)
}
