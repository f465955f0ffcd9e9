//! Drift: what a database holds and what its migrations make are not the same.

use driftless_catalog::Session;
use driftless_plan::{Pair, Style};

use super::diagnosis::{Diagnosis, State};
use super::folder::MigrationsFolder;
use crate::drift::invalid_indexes;
use crate::source::{self, State as SchemaState};
use crate::{DiffOptions, Fallback, Refusal, proof};

/// What a database holds that its migrations do not make, and the other way round.
pub(super) struct Drift {
    /// What leads from the migrations to the database, in words.
    pub(super) changes: Vec<String>,
    /// The indexes that are not valid, in words. No plan that leads to the database shows them.
    pub(super) invalid: Vec<String>,
}

/// The part of a folder that is in effect.
pub(crate) fn in_effect(folder: &MigrationsFolder, diagnosis: &Diagnosis<'_>) -> MigrationsFolder {
    let applied = diagnosis.migrations.iter().filter(|(_, state)| *state != State::Pending);
    let migrations = applied.map(|(migration, _)| (*migration).clone()).collect();
    folder.with(migrations)
}

/// Compares what migrations make with what a database holds.
///
/// # Errors
/// It cannot be told what the migrations make, or the database cannot be read.
pub(super) fn find(
    folder: &MigrationsFolder,
    mut session: Session,
    fallback: &Fallback,
) -> Result<Drift, Refusal> {
    let (made, scope) = source::history_state(&session, folder, fallback)?;
    let mut held = source::introspect(&mut session, &scope)?;
    // Which extensions a server has besides is its owner's business.
    held.retain_extensions(|name| made.find_extension(name).is_some());
    let mut states = Pair::new(
        SchemaState { schema: made, session: None },
        SchemaState { schema: held, session: Some(session) },
    );
    proof::prove(&mut states)?;
    let options =
        DiffOptions { style: Style::Guarded, script: false, summary: true, fallback: Fallback::default() };
    let difference = crate::compare(&states.previous.schema, &states.next.schema, &options)?;
    let text = difference.summary.map(|summary| summary.to_string()).unwrap_or_default();
    let invalid = invalid_indexes(&states.next.schema).map(|index| {
        let (name, table) = (index.name().as_str(), index.table().name().as_str());
        format!("~ index {name} of {table}: invalid, a concurrent build of it failed")
    });
    let invalid = invalid.collect();
    Ok(Drift { changes: text.lines().map(str::to_owned).collect(), invalid })
}

impl Drift {
    /// All of it, in words.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.changes.into_iter().chain(self.invalid).collect()
    }
}
