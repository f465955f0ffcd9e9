//! `db push`: a database is brought to what the schema says, without a migration.

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{Name, Schema};
use driftless_plan::{Pair, Style, Summary};

use crate::diff::order;
use crate::proof;
use crate::reset::empty_namespaces;
use crate::source::{SchemaFiles, Scope, State, introspect};
use crate::stakes::{Stake, Verdict, stakes};
use crate::{Database, Project, Refusal};

/// The choices of a push.
#[derive(Clone, Copy, Debug, Default)]
pub struct PushOptions {
    /// Whether the database is emptied first.
    pub force_reset: bool,
}

/// What a push came to.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// The database.
    pub database: Database,
    /// Whether it was made for this.
    pub was_created: bool,
    /// The namespaces that were emptied.
    pub emptied: Vec<Name>,
    /// What was changed, or would be.
    pub summary: Summary,
    /// What that puts at stake.
    pub stakes: Vec<Stake>,
    /// How it ended.
    pub end: PushEnd,
}

/// How a push ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushEnd {
    /// There was nothing to do.
    InSync,
    /// The changes were made.
    Applied,
    /// Rows are in the way of the changes; nothing was done.
    Impossible,
    /// Who was asked did not agree; nothing was done.
    Declined,
}

/// Who is asked whether a push may go on although rows are at stake.
pub type Consent<'a> = dyn FnMut(&Database, &[Stake]) -> Result<bool, Diagnostic> + 'a;

/// Brings the project's database to what its schema says, in one transaction. `consent` is asked where data would be
/// lost, or where rows may be in the way.
///
/// # Errors
/// The schema is not valid, the database cannot be reached or refuses a statement, or it is not what it should be
/// afterwards.
pub fn push(project: &Project, options: PushOptions, consent: &mut Consent<'_>) -> Result<Pushed, Refusal> {
    let database = project.database()?;
    let files = SchemaFiles::read(project, None)?;
    let scope = files.scope(database.url.schema());
    let next = files.load(&scope.default)?;
    let (mut session, was_created) = database.connect_or_create()?;
    let mut emptied = Vec::new();
    if options.force_reset && !was_created {
        empty_namespaces(project, &mut session, &scope.namespaces)?;
        emptied.clone_from(&scope.namespaces);
    }
    let previous = introspect(&mut session, &scope)?;
    let mut states =
        Pair::new(State { schema: previous, session: Some(session) }, State { schema: next, session: None });
    proof::prove(&mut states)?;
    let Pair { previous: State { schema: previous, session }, next: State { schema: next, .. } } = states;
    let Some(mut session) = session else { unreachable!("the session was put there above") };

    let schemas = Pair::new(&previous, &next);
    let plan = order(driftless_plan::diff(schemas))?;
    let stakes = stakes(&mut session, &plan, schemas, Style::Guarded)?;
    let end = if plan.is_empty() {
        PushEnd::InSync
    } else if stakes.iter().any(|stake| stake.verdict == Verdict::Fails) {
        PushEnd::Impossible
    } else if !stakes.is_empty() && !consent(&database, &stakes)? {
        PushEnd::Declined
    } else {
        let script = driftless_plan::render(&plan, Style::Guarded);
        session.execute_conforming(&script).map_err(|error| error.to_diagnostic())?;
        PushEnd::Applied
    };
    let summary = plan.summary();
    if end == PushEnd::Applied {
        verify(session, &scope, next)?;
    }
    Ok(Pushed { summary, database, was_created, emptied, stakes, end })
}

/// Looks whether the database is what it should be: a statement that is skipped because something of its name exists
/// leaves something else behind.
fn verify(mut session: Session, scope: &Scope, next: Schema) -> Result<(), Diagnostic> {
    let reached = introspect(&mut session, scope)?;
    let mut states =
        Pair::new(State { schema: reached, session: Some(session) }, State { schema: next, session: None });
    proof::prove(&mut states)?;
    let plan = order(driftless_plan::diff(states.as_ref().map(|state| &state.schema)))?;
    if plan.is_empty() {
        return Ok(());
    }
    let rest = plan.summary().to_string();
    let message = "the database is not what the schema says after all:";
    let help = "look at what else changes the database, then push again";
    Err(Diagnostic::error(code::NOT_CONVERGED, message).with_lines(rest.lines()).help(help))
}
