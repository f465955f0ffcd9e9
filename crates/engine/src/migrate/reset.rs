//! `migrate reset`: empties a database and carries everything out anew.

use std::path::PathBuf;

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Name;

use super::deploy::{
    DeployOptions, Deployment, Event, LockOptions, Observer, deploy_from, explain, take_lock,
};
use super::folder::find_folder;
use crate::{Database, Project, Refusal};

/// Databases that hold nothing of a project.
const SYSTEM: [&str; 3] = ["template0", "template1", "postgres"];

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
    project.refuse_loss(session, &namespaces)?;
    let mut statements = String::from("BEGIN;\n");
    for name in &namespaces {
        statements += &format!("DROP SCHEMA IF EXISTS {name} CASCADE;\nCREATE SCHEMA {name};\n");
    }
    statements += "COMMIT;\n";
    let failure = match session.execute(&statements) {
        Ok(()) => return Ok(()),
        Err(error) => explain(error),
    };
    let _ = session.leave_transaction();
    let name = database.url.database();
    let message = format!("the database `{name}` cannot be emptied: {}", failure.message);
    let help = if SYSTEM.contains(&name) {
        "name a database of your own"
    } else {
        "connect as the role that owns its schemas, or drop the database and run `driftless migrate deploy`"
    };
    Err(Diagnostic::error(code::RESET_FAILED, message).help(help))
}
