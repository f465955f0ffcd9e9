//! `migrate deploy`: applies what a folder holds and a database does not have.

use std::path::{Path, PathBuf};
use std::time::Duration;

use driftless_catalog::{CatalogError, History, Session};
use driftless_diagnostics::{Diagnostic, code};

use super::apply::{Applier, Manner};
use super::diagnosis::{Diagnosis, diagnose, in_effect};
use super::failure::{Cause, Failure};
use super::folder::{Migration, MigrationsFolder, find_folder, read_folder};
use super::hazard::{self, Hazards};
use super::preview::Preview;
use super::progress::Progress;
use super::segment::steps;
use super::together::FEWEST;
use super::{backup, reason, standing};
use crate::{Database, Fallback, Project, Refusal, drift};

/// The variable by which the reference is told not to take its lock.
const LOCK_VARIABLE: &str = "PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK";

/// How long commands that write wait for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockOptions {
    /// How long to wait for the migration lock.
    pub timeout: Duration,
    /// How long a statement may wait for a lock of PostgreSQL's own; for ever where it is not said.
    pub statement_timeout: Option<Duration>,
}

impl Default for LockOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), statement_timeout: None }
    }
}

/// What a deployment is asked for.
#[derive(Clone, Debug, Default)]
pub struct DeployOptions {
    /// The migrations folder, where it is not the project's own.
    pub folder: Option<PathBuf>,
    /// How long to wait.
    pub lock: LockOptions,
    /// Say what would be run, and change nothing.
    pub dry_run: bool,
    /// Refuse where scripts were changed after they were run, the database is ahead of the folder, or it drifted.
    pub strict: bool,
    /// What to do where the SQL of a history does not tell what it makes; of use where `strict` is said.
    pub fallback: Fallback,
    /// The folder to save rows in that a migration takes away.
    pub backup: Option<PathBuf>,
}

/// What happens while a command runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A database was made, because it did not exist.
    Created(&'a str),
    /// A migration begins, by itself.
    Begins(&'a str),
    /// One is in effect.
    Applied(&'a str),
    /// Something to know.
    Remark(String),
    /// Something to beware of.
    Warning(String),
}

/// Who hears of events.
pub type Observer<'a> = dyn FnMut(Event<'_>) + 'a;

/// What a deployment did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The number of migrations in the folder.
    pub total: usize,
    /// The migrations that were applied, or would be.
    pub migrations: Vec<String>,
    /// How many times something was sent and its answer waited for.
    pub round_trips: u32,
}

/// Applies the pending migrations of the project's folder, each by itself.
///
/// # Errors
/// The folder cannot be read, the database cannot be worked with, or a migration fails; the ones before it stay.
pub fn deploy(
    project: &Project,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployment, Refusal> {
    let path = find_folder(project, options.folder.as_deref())?;
    deploy_from(project, &path, options, observer)
}

/// The same for the folder at `path`, which need not exist.
pub(super) fn deploy_from(
    project: &Project,
    path: &Path,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployment, Refusal> {
    let folder = read_folder(project, path)?;
    let database = project.database()?;
    let result = deploy_folder(project, &folder, &database, options, observer);
    result.map_err(|refusal| Refusal { files: folder.files.clone(), ..refusal })
}

fn deploy_folder(
    project: &Project,
    folder: &MigrationsFolder,
    database: &Database,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployment, Refusal> {
    let (mut session, is_new) = match database.connect() {
        Err(missing) if missing.code == code::DATABASE_MISSING => {
            reason::require_plain_sql(folder, &folder.migrations)?;
            if options.dry_run {
                let migrations = folder.migrations.iter().map(|migration| migration.name.clone()).collect();
                return Ok(Deployment { total: folder.migrations.len(), migrations, round_trips: 0 });
            }
            database.connect_or_create()?
        }
        other => (other?, false),
    };
    if is_new {
        observer(Event::Created(database.url.database()));
    }
    let mut history = session.history().map_err(explain)?;
    let is_idle = |history: &History| history.has_table && diagnose(folder, &history.rows).is_up_to_date();
    // who finds nothing to do needs no lock, and no right to write
    if !is_idle(&history) && !options.dry_run {
        take_lock(project, &mut session, options.lock)?;
        history = session.history().map_err(explain)?;
    }
    if options.strict {
        require_strictness(project, folder, &history, database, &options.fallback)?;
    }
    let deployed = run_pending(project, folder, &history, &mut session, options, observer);
    let round_trips = session.round_trips();
    Ok(Deployment { total: folder.migrations.len(), migrations: deployed?, round_trips })
}

/// Refuses what is only looked at where strictness is asked for: edited scripts, a database that is ahead, drift.
fn require_strictness(
    project: &Project,
    folder: &MigrationsFolder,
    history: &History,
    database: &Database,
    fallback: &Fallback,
) -> Result<(), Refusal> {
    let diagnosis = diagnose(folder, &history.rows);
    reason::require_agreement(folder, &diagnosis)?;
    if !history.has_table || !diagnosis.open.is_empty() {
        return Ok(());
    }
    let in_effect = in_effect(folder, &diagnosis);
    let found = drift::of_history(project, &in_effect, database.connect()?, fallback)?;
    if found.is_empty() { Ok(()) } else { Err(reason::drifted(&found).into()) }
}

/// Applies what is pending, once nobody else can. Gives the names of what it applied.
fn run_pending(
    project: &Project,
    folder: &MigrationsFolder,
    history: &History,
    session: &mut Session,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<String>, Diagnostic> {
    let diagnosis = diagnose(folder, &history.rows);
    let progress = begun(folder, &diagnosis, history)?;
    let beside = project.without_external(session, history.clone())?;
    if !beside.has_table && !beside.tables.is_empty() {
        return Err(reason::not_baselined(project, folder, &beside));
    }
    let pending: Vec<&Migration> = diagnosis.pending().collect();
    reason::require_plain_sql(folder, pending.iter().copied())?;
    for migration in diagnosis.out_of_order() {
        let message = format!("`{}` runs after later migrations that are in effect already", migration.name);
        observer(Event::Remark(message));
    }
    let mut preview = Preview::new(folder, &diagnosis, session)?;
    let left = match &mut preview {
        Some(preview) => standing::look(folder, preview, progress.as_ref(), session)?,
        None => Vec::new(),
    };
    standing::remarks(&left).into_iter().for_each(|words| observer(Event::Remark(words)));
    let hazards = hazard::find(folder, &pending, preview.as_ref(), session).map_err(explain)?;
    hazards.known.iter().for_each(|hazard| observer(Event::Warning(hazard.to_string())));
    hazards.unclear.iter().for_each(|words| observer(Event::Warning(words.clone())));
    if options.dry_run {
        return Ok(pending.iter().map(|migration| migration.name.clone()).collect());
    }
    if history.is_read_only && (!pending.is_empty() || !history.has_table) {
        return Err(reason::read_only(session));
    }
    save(project, options, &hazards, session, observer)?;
    make_table(history, session)?;
    session.drop_indexes(left.iter().map(|index| &index.name)).map_err(explain)?;
    let mut work = Work { session, names: Vec::new(), observer };
    let mut is_done = work.apply_all(folder, &pending, progress.as_ref())?;
    // a script gave the lock back, and somebody else may have been here
    while !is_done {
        work.session.lock_again(options.lock.timeout).map_err(explain)?;
        let history = work.session.history().map_err(explain)?;
        let diagnosis = diagnose(folder, &history.rows);
        let progress = begun(folder, &diagnosis, &history)?;
        let pending: Vec<&Migration> = diagnosis.pending().collect();
        is_done = work.apply_all(folder, &pending, progress.as_ref())?;
    }
    Ok(work.names)
}

/// A deployment at work.
struct Work<'w, 'o> {
    session: &'w mut Session,
    /// What was applied.
    names: Vec<String>,
    observer: &'w mut Observer<'o>,
}

impl Work<'_, '_> {
    /// Applies migrations: together where they are many, else each by itself. Stops, and says `false`, where somebody
    /// else may have worked on the database in between.
    fn apply_all(
        &mut self,
        folder: &MigrationsFolder,
        pending: &[&Migration],
        begun: Option<&(String, Progress)>,
    ) -> Result<bool, Diagnostic> {
        let mut applier = Applier::new(self.session, folder);
        let mut rest = pending;
        let are_many = pending.len() >= FEWEST && begun.is_none();
        while !rest.is_empty() && !applier.is_overtaken {
            let joined = if are_many { applier.count_together(rest) } else { 0 };
            let done = applier.apply_together(&rest[..joined]);
            let done = done.map_err(|failure| reason::failed(folder, rest[0], &failure, false))?;
            for migration in &rest[..done] {
                (self.observer)(Event::Applied(&migration.name));
                self.names.push(migration.name.clone());
            }
            rest = &rest[done..];
            if applier.is_overtaken {
                break;
            }
            // the one that did not join, or failed
            if let Some((migration, behind)) = rest.split_first().filter(|_| joined == 0 || done < joined) {
                (self.observer)(Event::Begins(&migration.name));
                let own = begun.filter(|(name, _)| *name == migration.name).map(|(_, progress)| progress);
                let manner = match applier.apply(migration, own) {
                    Ok(manner) => manner,
                    Err(failure) if matches!(failure.cause, Cause::Overtaken) => break,
                    Err(failure) => return Err(reason::failed(folder, migration, &failure, own.is_some())),
                };
                if manner == Manner::InParts {
                    let name = &migration.name;
                    let remark = format!("`{name}` cannot be one transaction, and was applied in parts");
                    (self.observer)(Event::Remark(remark));
                }
                (self.observer)(Event::Applied(&migration.name));
                self.names.push(migration.name.clone());
                rest = behind;
            }
        }
        let is_overtaken = applier.is_overtaken;
        match applier.finish() {
            Err(error) if Failure::of_guard(&error) => Ok(false),
            finished => finished.map(|()| !is_overtaken).map_err(explain),
        }
    }
}

/// The migration that is half done and can be gone on with.
///
/// # Errors
/// P3009: one is half done, and nobody can tell how far it is; or whether a statement took effect that must not run
/// twice.
fn begun(
    folder: &MigrationsFolder,
    diagnosis: &Diagnosis<'_>,
    history: &History,
) -> Result<Option<(String, Progress)>, Diagnostic> {
    let Some(row) = diagnosis.open.first() else { return Ok(None) };
    let is_only =
        diagnosis.open.len() == 1 && !history.rows.iter().any(|r| r.name == row.name && r.is_applied());
    let progress = row.logs.as_deref().and_then(Progress::read);
    let migration = folder.find(&row.name);
    if let (true, Some(progress), Some(migration)) = (is_only, progress, migration) {
        let script = folder.script(migration);
        let steps = steps(script);
        if progress.is_of(script, &steps) {
            if let Some(step) = steps.get(progress.done).filter(|_| progress.announced) {
                return Err(reason::in_doubt(migration, row, &progress, step.body.clone()));
            }
            return Ok(Some((migration.name.clone(), progress)));
        }
    }
    Err(reason::unfinished(folder, &diagnosis.open))
}

/// Saves the rows that are about to go, if that is asked for.
fn save(
    project: &Project,
    options: &DeployOptions,
    hazards: &Hazards,
    session: &mut Session,
    observer: &mut Observer<'_>,
) -> Result<(), Diagnostic> {
    let Some(place) = options.backup.as_deref() else { return Ok(()) };
    if let Some(unclear) = hazards.unclear.first() {
        return Err(reason::unclear_backup(unclear));
    }
    if hazards.known.is_empty() {
        return Ok(());
    }
    let tables = backup::write(project, place, &hazards.known, session)?;
    let tables = reason::list(tables.iter().map(String::as_str));
    observer(Event::Remark(format!("saved {tables} in `{}`", place.display())));
    Ok(())
}

/// Makes the table of the history where there is none.
pub(super) fn make_table(history: &History, session: &mut Session) -> Result<(), Diagnostic> {
    if history.has_table {
        return Ok(());
    }
    let statements = session.history_writer().create(history.has_namespace);
    session.execute(&format!("BEGIN;\n{statements}COMMIT;\n")).map_err(|error| {
        let _ = session.leave_transaction();
        let diagnostic = explain(error);
        let message = format!("the table of the history cannot be made: {}", diagnostic.message);
        diagnostic.message(message)
    })
}

/// Takes the migration lock, in a session that is ours alone.
pub(super) fn take_lock(
    project: &Project,
    session: &mut Session,
    options: LockOptions,
) -> Result<(), Diagnostic> {
    if session.is_standby() {
        return Err(reason::read_only(session));
    }
    session.require_own_backend("the migration lock").map_err(explain)?;
    if project.variable(LOCK_VARIABLE).is_none_or(|value| value == "0") {
        session.lock(options.timeout).map_err(explain)?;
    }
    if let Some(timeout) = options.statement_timeout {
        session.set_lock_timeout(timeout);
    }
    Ok(())
}

pub(super) fn explain(error: CatalogError) -> Diagnostic {
    error.to_diagnostic()
}
