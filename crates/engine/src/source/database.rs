//! The state of a live database.

use driftless_catalog::Session;
use driftless_diagnostics::Diagnostic;
use driftless_ir::Schema;

use super::scope::Scope;

/// Reads what a database holds in the namespaces of a comparison.
///
/// # Errors
/// Those of [`Session::introspect`].
pub(crate) fn introspect(session: &mut Session, scope: &Scope) -> Result<Schema, Diagnostic> {
    session.introspect(&scope.to_catalog()).map_err(|error| error.to_diagnostic())
}
