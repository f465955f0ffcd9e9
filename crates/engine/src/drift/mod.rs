//! `drift`: where a database is not what its migrations, or its schema, make.
//!
//! Two things are compared. What is *modelled*, tables and what belongs to them, by the differ, and in both directions:
//! a plan leaves alone what the other side's language cannot express, a report does not. What is not, *objects* such as
//! triggers and policies, by name with what the migrations make, and by definition with what was *accepted* before
//! ([`accepted`]).

mod accepted;
mod finding;
mod object;

use std::path::PathBuf;

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Schema;
use driftless_plan::{Pair, Style};

pub(crate) use self::finding::invalid_indexes;
pub use self::finding::{Finding, Kind, Place};
use self::object::Object;
use crate::diff::order;
use crate::migrate::{find_folder, in_effect, read_existing_folder};
use crate::source::{SchemaFiles, Scope, State, history_state, introspect};
use crate::{Database, Fallback, MigrationsFolder, Project, Refusal, diagnose, proof};

/// What a database is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// What the migrations of this folder make, as far as they are in effect.
    Migrations(PathBuf),
    /// What the project's schema says.
    Schema,
}

/// The choices of a drift report.
#[derive(Clone, Debug, Default)]
pub struct DriftOptions {
    /// What to compare with; the migrations where the database remembers any, else the schema, where none is chosen.
    pub measure: Option<Measure>,
    /// Whether the objects that are there now are accepted from now on.
    pub accept: bool,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct DriftReport {
    /// The database.
    pub database: Database,
    /// What it was compared with.
    pub measure: Measure,
    /// The migrations that are in effect and that the folder does not hold: what they make is not expected.
    pub not_in_folder: Vec<String>,
    /// What differs, tables first.
    pub findings: Vec<Finding>,
    /// The SQL that makes the database what it should be, as far as it is modelled.
    pub script: Option<String>,
    /// Where accepted objects are written down, and how many.
    pub accepted: Option<(PathBuf, usize)>,
}

/// Compares the project's database with what it should be.
///
/// # Errors
/// There is no database or it cannot be read; it cannot be told what it should be; the file of accepted objects cannot
/// be read or written.
pub fn drift(project: &Project, options: &DriftOptions) -> Result<DriftReport, Refusal> {
    let database = project.database()?;
    let mut session = database.connect()?;
    let measure = match &options.measure {
        Some(measure) => measure.clone(),
        None => choose_measure(project, &mut session)?,
    };
    let Expectation { schema: expected, scope, not_in_folder } = expect(project, &measure, &mut session)?;
    let Comparison { findings, script, accepted } =
        compare_with(project, (expected, scope), session, options.accept)?;
    Ok(DriftReport { database, measure, not_in_folder, findings, script, accepted })
}

/// How a database differs from what the migrations of a folder make, all of which are in effect.
///
/// # Errors
/// It cannot be told what the migrations make, or the database cannot be read.
pub(crate) fn of_history(
    project: &Project,
    folder: &MigrationsFolder,
    session: Session,
    fallback: &Fallback,
) -> Result<Vec<Finding>, Refusal> {
    let expected = history_state(&session, folder, fallback)?;
    Ok(compare_with(project, expected, session, false)?.findings)
}

/// What a comparison gives.
struct Comparison {
    findings: Vec<Finding>,
    script: Option<String>,
    accepted: Option<(PathBuf, usize)>,
}

/// Compares what is expected with what a database holds.
fn compare_with(
    project: &Project,
    (expected, scope): (Schema, Scope),
    mut session: Session,
    accepts: bool,
) -> Result<Comparison, Refusal> {
    let mut held = introspect(&mut session, &scope)?;
    let objects =
        Pair::new(object::of(&expected, expected.external()), object::of(&held, expected.external()));
    // Which extensions a server has besides is its owner's business: they are objects to accept.
    held.retain_extensions(|name| expected.find_extension(name).is_some());
    let states =
        Pair::new(State { schema: expected, session: None }, State { schema: held, session: Some(session) });
    let (mut findings, script) = compare_models(states)?;
    let accepted = judge_objects(project, accepts, objects, &mut findings)?;
    finding::locate(project, &scope.default, &mut findings);
    Ok(Comparison { findings, script, accepted })
}

/// The migrations where the database remembers any and the folder is there, else the schema.
fn choose_measure(project: &Project, session: &mut Session) -> Result<Measure, Refusal> {
    let folder = find_folder(project, None)?;
    let has_history = session.history().map_err(|error| error.to_diagnostic())?.has_table;
    let is_there = project.folder().join(&folder).is_dir();
    Ok(if has_history && is_there { Measure::Migrations(folder) } else { Measure::Schema })
}

/// What the database should hold.
struct Expectation {
    schema: Schema,
    /// Which namespaces that is about.
    scope: Scope,
    /// The migrations that are in effect and could not be looked at.
    not_in_folder: Vec<String>,
}

fn expect(project: &Project, measure: &Measure, session: &mut Session) -> Result<Expectation, Refusal> {
    match measure {
        Measure::Schema => {
            let files = SchemaFiles::read(project, None)?;
            let scope = files.scope(session.url().schema());
            Ok(Expectation { schema: files.load(&scope.default)?, scope, not_in_folder: Vec::new() })
        }
        Measure::Migrations(path) => {
            let folder = read_existing_folder(project, path)?;
            let history = session.history().map_err(|error| error.to_diagnostic())?;
            let diagnosis = diagnose(&folder, &history.rows);
            if let Some(open) = diagnosis.open.first() {
                let message = format!(
                    "the migration `{}` is half done, so it is open what is to be expected",
                    open.name
                );
                let help = "end it first: `driftless migrate status` says how it stands";
                return Err(Diagnostic::error(code::MIGRATION_UNFINISHED, message).help(help).into());
            }
            let folder = if history.has_table { in_effect(&folder, &diagnosis) } else { folder.clone() };
            let not_in_folder = diagnosis.missing.iter().map(|name| (*name).to_owned()).collect();
            let (schema, scope) = history_state(session, &folder, &project.fallback(None)?)?;
            Ok(Expectation { schema, scope, not_in_folder })
        }
    }
}

/// What differs of what is modelled, and the SQL that takes the differences back.
fn compare_models(mut states: Pair<State>) -> Result<(Vec<Finding>, Option<String>), Diagnostic> {
    proof::prove(&mut states)?;
    let Pair { previous: State { schema: expected, .. }, next: State { schema: held, .. } } = &states;
    let there = order(driftless_plan::diff(Pair::new(expected, held)))?;
    let back = order(driftless_plan::diff(Pair::new(held, expected)))?;
    let script = (!back.is_empty()).then(|| driftless_plan::render(&back, Style::Guarded));
    let mut findings = finding::of_changes(&there.summary(), &back.summary());
    finding::add_invalid_indexes(Pair::new(expected, held), &mut findings);
    Ok((findings, script))
}

/// Adds what is to be said of objects; accepts them where that is asked for.
fn judge_objects(
    project: &Project,
    accepts: bool,
    objects: Pair<Vec<Object>>,
    findings: &mut Vec<Finding>,
) -> Result<Option<(PathBuf, usize)>, Diagnostic> {
    let path = accepted::path(project)?;
    if accepts {
        let unknown: Vec<_> =
            objects.next.iter().filter(|object| !object.is_among(&objects.previous)).collect();
        accepted::write(project, &path, &unknown)?;
    }
    let accepted = accepted::read(project, &path)?;
    findings.extend(object::judge(&objects, accepted.as_deref()));
    Ok(accepted.map(|accepted| (path, accepted.len())))
}
