//! `migrate status`: how the folder and the database stand to each other. Nothing is written and nothing is locked.

use std::path::PathBuf;

use driftless_catalog::HistoryRow;
use driftless_diagnostics::code;

use super::deploy::explain;
use super::diagnosis::{State, diagnose, in_effect};
use super::folder::{find_folder, read_folder};
use super::progress::Progress;
use crate::drift::{self, Finding};
use crate::{Fallback, Project, Refusal};

/// What a look at the history is asked for.
#[derive(Clone, Debug, Default)]
pub struct StatusOptions {
    /// The migrations folder, where it is not the project's own.
    pub folder: Option<PathBuf>,
    /// Look for edited scripts, a database that is ahead, and drift as well.
    pub strict: bool,
    /// What to do where the SQL of a history does not tell what it makes.
    pub fallback: Fallback,
}

/// How a folder and a database stand to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The folder.
    pub folder: PathBuf,
    /// The database, without secrets.
    pub database: String,
    /// Whether the database exists.
    pub database_exists: bool,
    /// Whether it has a history.
    pub has_history: bool,
    /// Whether it has tables and no history.
    pub is_unmanaged: bool,
    /// All migrations of the folder, and how each stands.
    pub migrations: Vec<(String, State)>,
    /// The migrations that were begun and are neither finished nor rolled back.
    pub unfinished: Vec<Unfinished>,
    /// The migrations in effect that the folder does not hold.
    pub missing: Vec<String>,
    /// Pending migrations that stand before one that is in effect.
    pub out_of_order: Vec<String>,
    /// The last migration up to which both agree.
    pub last_common: Option<String>,
    /// What leads from what the migrations make to what the database holds, in words, where that was looked for.
    pub drift: Vec<String>,
}

/// A migration that was begun and is neither finished nor rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Its name.
    pub name: String,
    /// How many of its statements took effect, where that is known.
    pub done: Option<usize>,
    /// Whether it is not known if the next one took effect, which must not run twice.
    pub is_in_doubt: bool,
}

impl Unfinished {
    fn of(row: &HistoryRow) -> Self {
        let progress = row.logs.as_deref().and_then(Progress::read);
        Self {
            name: row.name.to_string(),
            done: progress.as_ref().map(|progress| progress.done),
            is_in_doubt: progress.is_some_and(|progress| progress.announced),
        }
    }
}

impl Status {
    /// The migrations in a state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &str> {
        self.migrations.iter().filter(move |(_, s)| *s == state).map(|(name, _)| name.as_str())
    }

    /// Whether everything of the folder is in effect, by the rules of the reference.
    pub fn is_up_to_date(&self) -> bool {
        let pending = self.in_state(State::Pending).next().is_some();
        self.database_exists && !self.is_unmanaged && self.unfinished.is_empty() && !pending
    }

    /// Whether also nothing was edited, is missing in the folder, or has drifted.
    pub fn is_strictly_up_to_date(&self) -> bool {
        let edited = self.in_state(State::Edited).next().is_some();
        self.is_up_to_date() && !edited && self.missing.is_empty() && self.drift.is_empty()
    }
}

/// Looks how the project's folder and its database stand to each other.
///
/// # Errors
/// The folder or the database cannot be read.
pub fn status(project: &Project, options: &StatusOptions) -> Result<Status, Refusal> {
    let path = find_folder(project, options.folder.as_deref())?;
    let folder = read_folder(project, &path)?;
    let database = project.database()?;
    let mut status = Status { folder: path, database: database.url.to_string(), ..Status::default() };
    let mut session = match database.connect() {
        Err(missing) if missing.code == code::DATABASE_MISSING => {
            let pending = folder.migrations.iter().map(|migration| (migration.name.clone(), State::Pending));
            status.migrations = pending.collect();
            return Ok(status);
        }
        other => other?,
    };
    let history = session.history().map_err(explain)?;
    let history = project.without_external(&mut session, history)?;
    let diagnosis = diagnose(&folder, &history.rows);
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    status.database_exists = true;
    status.has_history = history.has_table;
    status.is_unmanaged = !history.has_table && !history.tables.is_empty();
    status.migrations = diagnosis.migrations.iter().map(|(one, state)| (one.name.clone(), *state)).collect();
    status.unfinished = diagnosis.open.iter().map(|row| Unfinished::of(row)).collect();
    status.missing = own(&diagnosis.missing);
    status.out_of_order = diagnosis.out_of_order().map(|migration| migration.name.clone()).collect();
    status.last_common = diagnosis.last_common().map(str::to_owned);
    if options.strict && history.has_table && status.unfinished.is_empty() && status.missing.is_empty() {
        let in_effect = in_effect(&folder, &diagnosis);
        let found = drift::of_history(project, &in_effect, session, &options.fallback)?;
        status.drift = found.iter().map(Finding::describe).collect();
    }
    Ok(status)
}
