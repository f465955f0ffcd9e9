//! Taking everything out of a database.

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Name;

/// Drops namespaces with all that they hold, and makes them again, empty. One round trip, all or nothing.
///
/// # Errors
/// The role may not (P3016), or the connection is lost.
pub(crate) fn empty_namespaces(session: &mut Session, namespaces: &[Name]) -> Result<(), Diagnostic> {
    let statements = namespaces
        .iter()
        .map(|name| format!("DROP SCHEMA IF EXISTS {name} CASCADE;\nCREATE SCHEMA {name};\n"))
        .collect::<String>();
    session.execute(&statements).map_err(|error| {
        let diagnostic = error.to_diagnostic();
        let message = format!("the database cannot be emptied: {}", diagnostic.message);
        let help = "let the owner of its schemas do it, or drop the database and create it again";
        Diagnostic { code: code::RESET_FAILED, message, ..diagnostic }.help(help)
    })
}
