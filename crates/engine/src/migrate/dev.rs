//! `migrate dev`: brings the database up to date, and writes the migration that leads to what the schema says.

use std::fs;
use std::path::PathBuf;

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, code};
use driftless_plan::{Pair, Style};

use super::deploy::{DeployOptions, Event, LockOptions, Observer, deploy_from, explain, take_lock};
use super::diagnosis::{Diagnosis, diagnose, in_effect};
use super::folder::{MigrationsFolder, SCRIPT, find_folder, read_folder};
use super::progress::Progress;
use super::provider::{LOCK_FILE, LOCK_TEXT};
use super::reason;
use crate::diff::plan_in;
use crate::drift::{self, Finding};
use crate::proof;
use crate::source::{self, SchemaFiles, State};
use crate::stakes::{Stake, stakes};
use crate::{Database, Fallback, Project, Refusal, write_text};

/// The longest name of a migration, in bytes: the reference's limit.
const MAX_NAME: usize = 200;

/// What the development of a migration is asked for.
#[derive(Clone, Debug, Default)]
pub struct DevOptions {
    /// The migrations folder, where it is not the project's own.
    pub folder: Option<PathBuf>,
    /// How long to wait.
    pub lock: LockOptions,
    /// How the script is written.
    pub style: Style,
    /// What to do where the SQL of a history does not tell what it makes.
    pub fallback: Fallback,
}

/// How the database stands before a migration is made.
#[derive(Clone, Debug)]
pub enum Development {
    /// What is there has to be decided upon first; nothing was changed.
    Undecided(Dilemma),
    /// The database is brought up to date, and this is what the schema asks for.
    Ready(Draft),
}

/// Why no migration can be made yet, and the ways out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dilemma {
    /// What is wrong, a sentence each.
    pub reasons: Vec<String>,
    /// How the database differs from its migrations, in words, a line each.
    pub drift: Vec<String>,
    /// The migrations folder.
    pub folder: PathBuf,
}

/// A migration that is not written yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The migrations that were carried out on the way.
    pub applied: Vec<String>,
    /// The script; `None` where the schema asks for nothing.
    pub script: Option<String>,
    /// What it puts at stake in the database.
    pub stakes: Vec<Stake>,
    folder: PathBuf,
}

/// Looks at the database, carries out what is pending, and drafts the migration that the schema asks for.
///
/// # Errors
/// The schema is not valid, a migration fails, or the database cannot be worked with.
pub fn draft(
    project: &Project,
    options: &DevOptions,
    observer: &mut Observer<'_>,
) -> Result<Development, Refusal> {
    // A project's own folder is made with its first migration; one that is named for this run is there already.
    let path = match &options.folder {
        Some(chosen) => find_folder(project, Some(chosen))?,
        None => project.migrations_folder()?,
    };
    let folder = read_folder(project, &path)?;
    let database = project.database()?;
    let files = SchemaFiles::read(project, None)?;
    let scope = files.scope(database.url.schema());
    let wanted = files.load(&scope.default)?;
    reason::require_plain_sql(&folder, &folder.migrations)
        .map_err(|diagnostic| Refusal { files: folder.files.clone(), ..diagnostic.into() })?;
    let (mut session, is_new) = database.connect_or_create()?;
    if is_new {
        observer(Event::Created(database.url.database()));
    }
    take_lock(project, &mut session, options.lock)?;
    if let Some(dilemma) = find_dilemma(project, &folder, session, &options.fallback, observer)? {
        return Ok(Development::Undecided(dilemma));
    }
    let deployment = DeployOptions { lock: options.lock, ..DeployOptions::default() };
    let applied = deploy_from(project, &path, &deployment, observer)?.migrations;

    let fallback = options.fallback.beside(database.clone());
    let replayed = source::replay(&folder, scope.default.as_str(), &fallback)?;
    let made = replayed.freeze(&scope)?;
    let mut states =
        Pair::new(State { schema: made, session: None }, State { schema: wanted, session: None });
    ask_database(&database, &mut states)?;
    let schemas = states.as_ref().map(|state| &state.schema);
    let plan = plan_in(options.style, schemas)?;
    let script = (!plan.is_empty()).then(|| driftless_plan::render(&plan, options.style));
    let stakes = match plan.is_empty() {
        true => Vec::new(),
        false => stakes(&mut database.connect()?, &plan, schemas, options.style)?,
    };
    Ok(Development::Ready(Draft { applied, script, stakes, folder: path }))
}

/// Lets the database tell which expressions are the same, where their texts do not: it is what the migrations make.
fn ask_database(database: &Database, states: &mut Pair<State>) -> Result<(), Diagnostic> {
    let changes = driftless_plan::diff(states.as_ref().map(|state| &state.schema));
    if changes.unproven.is_empty() && changes.rewritten.is_empty() {
        return Ok(());
    }
    states.previous.session = Some(database.connect()?);
    proof::prove(states)
}

/// What stands in the way of a new migration.
fn find_dilemma(
    project: &Project,
    folder: &MigrationsFolder,
    mut session: Session,
    fallback: &Fallback,
    observer: &mut Observer<'_>,
) -> Result<Option<Dilemma>, Refusal> {
    let history = session.history().map_err(explain)?;
    let history = project.without_external(&mut session, history)?;
    let diagnosis = diagnose(folder, &history.rows);
    let mut reasons = reasons(&diagnosis);
    let mut differences = Vec::new();
    if !history.has_table && !history.tables.is_empty() {
        return Err(reason::not_baselined(project, folder, &history).into());
    }
    if reasons.is_empty() && history.has_table {
        let in_effect = in_effect(folder, &diagnosis);
        let found = drift::of_history(project, &in_effect, session, fallback)?;
        // a new migration leaves the others as they are
        let (in_the_way, others): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.is_about_tables());
        others.iter().for_each(|one| observer(Event::Remark(one.describe())));
        if !in_the_way.is_empty() {
            reasons.push("the database is not what its migrations make".to_owned());
            differences = in_the_way.into_iter().map(Finding::describe).collect();
        }
    }
    let folder = folder.path.clone();
    Ok((!reasons.is_empty()).then_some(Dilemma { reasons, drift: differences, folder }))
}

fn reasons(diagnosis: &Diagnosis<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut say = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            reasons.push(format!("{what}: {}", reason::list(names.into_iter())));
        }
    };
    let goes_on = |logs: &Option<Box<str>>| logs.as_deref().and_then(Progress::read).is_some();
    let open = diagnosis.open.iter().filter(|row| !goes_on(&row.logs)).map(|row| &*row.name).collect();
    say("half done", open);
    say("changed after they were applied", diagnosis.edited().map(|one| one.name.as_str()).collect());
    say("applied, and not in the folder", diagnosis.missing.clone());
    reasons
}

impl Draft {
    /// Writes the migration into the folder, with the time in seconds since 1970 in its name. Gives its name.
    ///
    /// # Errors
    /// The name is too long (P3010), or a file cannot be written.
    pub fn write(&self, project: &Project, name: &str, seconds: u64) -> Result<String, Diagnostic> {
        let slug = slug(name);
        let stamp = stamp(seconds);
        let name = if slug.is_empty() { stamp } else { format!("{stamp}_{slug}") };
        if name.len() > MAX_NAME {
            let message =
                format!("the name of the migration has {} bytes, and {MAX_NAME} is the most", name.len());
            return Err(Diagnostic::error(code::MIGRATION_NAME, message).help("give it a shorter name"));
        }
        let folder = self.folder.join(&name);
        fs::create_dir_all(project.folder().join(&folder)).map_err(|error| {
            crate::read::file_error(code::FILE_UNWRITABLE, &folder, "cannot be made", &error)
        })?;
        let lock = self.folder.join(LOCK_FILE);
        if !project.folder().join(&lock).exists() {
            write_text(project.folder(), &lock, LOCK_TEXT)?;
        }
        let script = self.script.as_deref().unwrap_or("-- This is an empty migration.\n");
        write_text(project.folder(), &folder.join(SCRIPT), script)?;
        Ok(name)
    }
}

/// The name as the reference writes it: what is no letter or digit becomes one underscore.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.trim().chars() {
        if letter.is_alphanumeric() {
            slug.extend(letter.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.trim_end_matches('_').to_owned()
}

/// `YYYYMMDDHHMMSS` in UTC, by the civil calendar.
fn stamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days are counted from March of year 0, so that leap days come last in a year.
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", rest / 3600, rest % 3600 / 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_folders() {
        assert_eq!(slug("Add order  notes!"), "add_order_notes");
        assert_eq!(slug(" __ "), "");
        assert_eq!(slug("añadir/x"), "añadir_x");
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(stamp(0), "19700101000000");
        assert_eq!(stamp(951_782_399), "20000228235959");
        assert_eq!(stamp(951_782_400), "20000229000000");
        assert_eq!(stamp(1_798_761_599), "20261231235959");
    }
}
