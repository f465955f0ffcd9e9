//! Where a state of the database is taken from.
//!
//! A *source* names one side of a comparison; its *state* is what it says. States are read in an order of their own:
//! what a schema lists, or a history makes, is what a database is then looked at for.

mod apart;
mod database;
mod identity;
mod migrations;
mod schema;
mod scope;
mod trial;

use std::path::PathBuf;

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, Files, Sink};
use driftless_ir::Schema;
use driftless_plan::Pair;

pub(crate) use self::database::introspect;
pub use self::migrations::{Replayed, replay};
pub(crate) use self::migrations::{explain_opaque, history_state, run_scripts};
pub(crate) use self::schema::SchemaFiles;
pub(crate) use self::scope::{Outline, Scope};
pub use self::trial::Fallback;
use crate::{Database, Project};

/// The table of the reference that holds the history. It is never part of a state.
pub(crate) const HISTORY_TABLE: &str = "_prisma_migrations";

/// What one side of a comparison is.
#[derive(Clone, Debug)]
pub enum Source {
    /// Nothing.
    Empty,
    /// What a schema says: a file or a folder.
    Schema(PathBuf),
    /// What the project's own schema says.
    ProjectSchema,
    /// What the migrations of a folder make.
    Migrations(PathBuf),
    /// What a database holds.
    Database(Box<Database>),
}

/// A state, and the connection that it was read over.
pub(crate) struct State {
    pub(crate) schema: Schema,
    pub(crate) session: Option<Session>,
}

/// Why a source gives no state: its reports, and the files that they speak of.
#[derive(Debug)]
pub struct Refusal {
    /// The schema that is refused, where it was found.
    pub path: Option<PathBuf>,
    /// The files, as far as they could be read.
    pub files: Files,
    /// What is wrong.
    pub diagnostics: Sink,
}

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut diagnostics = Sink::new();
        diagnostics.push(diagnostic);
        Self { path: None, files: Files::new(), diagnostics }
    }
}

/// Reads the states of two sources.
///
/// # Errors
/// A source gives no state. Both are tried, so that one run reports what is wrong with either.
pub(crate) fn load(
    project: &Project,
    sources: Pair<&Source>,
    fallback: &Fallback,
) -> Result<Pair<State>, Vec<Refusal>> {
    let databases = [sources.previous, sources.next].into_iter().filter_map(|source| match source {
        Source::Database(database) => Some(Database::clone(database)),
        _ => None,
    });
    let mut databases = databases.peekable();
    let target = databases.peek().cloned();
    // the schemas name databases, too
    let schemas = [sources.previous, sources.next].into_iter().flat_map(|source| match source {
        Source::Schema(path) if fallback.shadow.is_some() => project.databases_of_schema(path),
        _ => Vec::new(),
    });
    let named = fallback.named.iter().cloned().chain(databases).chain(schemas).collect();
    let fallback = &Fallback { target, named, ..fallback.clone() };
    let outlines = sources.map(|source| Outline::read(project, source, fallback));
    let outlines = both(outlines).map_err(|refusals| refusals.into_iter().collect::<Vec<_>>())?;
    let scope = scope::join(outlines.as_ref()).map_err(|diagnostic| vec![diagnostic.into()])?;
    let mut states = both(outlines.map(|outline| outline.complete(&scope)))?;
    let external = project.external().map_err(|diagnostic| vec![diagnostic.into()])?;
    states.previous.schema.set_external(external.clone());
    states.next.schema.set_external(external);
    Ok(states)
}

fn both<T>(results: Pair<Result<T, Refusal>>) -> Result<Pair<T>, Vec<Refusal>> {
    match (results.previous, results.next) {
        (Ok(previous), Ok(next)) => Ok(Pair::new(previous, next)),
        (previous, next) => Err(previous.err().into_iter().chain(next.err()).collect()),
    }
}
