//! Taking everything out of the namespaces of a database that the user names: `migrate reset`, `db push --force-reset`.

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Name;

use crate::Project;

/// Databases that hold nothing of a project.
const SYSTEM: [&str; 3] = ["template0", "template1", "postgres"];

/// Drops namespaces with all that they hold, and makes them again, empty. One round trip, all or nothing; another where
/// the configuration names what others look after.
///
/// # Errors
/// Others look after something in them, or the role may not (P3016); or the connection is lost.
pub(crate) fn empty_namespaces(
    project: &Project,
    session: &mut Session,
    namespaces: &[Name],
) -> Result<(), Diagnostic> {
    project.refuse_loss(session, namespaces)?;
    let mut script = String::from("BEGIN;\n");
    for name in namespaces {
        script += &format!("DROP SCHEMA IF EXISTS {name} CASCADE;\nCREATE SCHEMA {name};\n");
    }
    script += "COMMIT;\n";
    let Err(error) = session.execute(&script) else { return Ok(()) };
    let _ = session.leave_transaction();
    let name = session.url().database();
    let message = format!("the database `{name}` cannot be emptied: {error}");
    let help = if SYSTEM.contains(&name) {
        "name a database of your own"
    } else {
        "connect as the role that owns its schemas, or drop the database and create it again"
    };
    Err(Diagnostic::error(code::RESET_FAILED, message).help(help))
}
