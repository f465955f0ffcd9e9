//! `migrate reset`: empties a database and carries everything out anew.

use std::path::PathBuf;

use driftless_catalog::Session;
use driftless_diagnostics::Diagnostic;
use driftless_ir::Name;

use super::deploy::{DeployOptions, Deployment, Event, LockOptions, Observer, deploy_from, take_lock};
use super::folder::{find_folder, read_folder};
use super::reason;
use crate::reset::empty_namespaces;
use crate::{Database, Project, Refusal};

/// Empties the namespaces of the project in its database, and carries out all migrations of its folder.
///
/// # Errors
/// The database cannot be emptied (P3016), or a migration fails.
pub fn reset(
    project: &Project,
    folder: Option<PathBuf>,
    lock: LockOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployment, Refusal> {
    let path = find_folder(project, folder.as_deref())?;
    let migrations = read_folder(project, &path)?;
    reason::require_plain_sql(&migrations, &migrations.migrations)
        .map_err(|diagnostic| Refusal { files: migrations.files.clone(), ..diagnostic.into() })?;
    let database = project.database()?;
    let (mut session, is_new) = database.connect_or_create()?;
    if is_new {
        observer(Event::Created(database.url.database()));
    } else {
        take_lock(project, &mut session, lock)?;
        empty(project, &database, &mut session)?;
    }
    drop(session);
    let options = DeployOptions { lock, ..DeployOptions::default() };
    deploy_from(project, &path, &options, observer)
}

/// Drops the namespaces and makes them anew, in one transaction.
fn empty(project: &Project, database: &Database, session: &mut Session) -> Result<(), Diagnostic> {
    let listed =
        project.locate().map(|location| project.listed_namespaces(&location.path)).unwrap_or_default();
    let mut namespaces: Vec<Name> = vec![Name::from(database.url.schema())];
    for name in listed.iter().map(|name| Name::from(name.as_str())) {
        if !namespaces.contains(&name) {
            namespaces.push(name);
        }
    }
    empty_namespaces(project, session, &namespaces)
}
