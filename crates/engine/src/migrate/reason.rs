//! Why a command about migrations cannot go on, in words.

use driftless_catalog::{CatalogError, History, HistoryRow, Session};
use driftless_diagnostics::{Code, Diagnostic, Span, code, shell_word};

use super::diagnosis::Diagnosis;
use super::failure::{Cause, Failure};
use super::folder::{Migration, MigrationsFolder, SCRIPT};
use super::progress::Progress;
use super::segment::Why;
use crate::drift::Finding;
use crate::{Project, client};

/// P3005: tables and no history.
pub(super) fn not_baselined(project: &Project, folder: &MigrationsFolder, history: &History) -> Diagnostic {
    let tables = list(history.tables.iter().map(|name| &**name));
    let message = format!("the database has tables ({tables}) and no history of migrations");
    let help = match folder.migrations.first() {
        Some(first) => {
            let (first, option) = (&first.name, option("applied", &first.name));
            format!(
                "if `{first}` is what made these tables, record that with `driftless migrate resolve {option}`"
            )
        }
        None => {
            let script = folder.path.join("0_init").join(SCRIPT);
            let schema =
                project.locate().map(|found| format!(" {}", found.path.display())).unwrap_or_default();
            format!(
                "write the migration that makes them, `driftless diff --from-empty --to-schema{schema} --script -o {}`, \
                 then record it with `driftless migrate resolve --applied 0_init`",
                script.display()
            )
        }
    };
    Diagnostic::error(code::NOT_BASELINED, message).help(help)
}

/// P3009: half done, and not to be gone on with.
pub(super) fn unfinished(folder: &MigrationsFolder, open: &[&HistoryRow]) -> Diagnostic {
    let Some(row) = open.first() else {
        return Diagnostic::error(code::MIGRATION_UNFINISHED, "a migration is half done");
    };
    let name = &row.name;
    let began = &row.started_at;
    let (state, what) = match row.logs.as_deref().and_then(Progress::read) {
        Some(progress) if folder.find(name).is_some() => (
            format!("{} took effect, and read differently now", first_statements(progress.done)),
            "bring those statements back to go on with it",
        ),
        Some(progress) => (
            format!("{} took effect, and the folder does not hold it", first_statements(progress.done)),
            "bring its folder back to go on with it",
        ),
        None => (
            match row.logs.as_deref().and_then(|logs| logs.lines().find(|line| !line.trim().is_empty())) {
                Some(line) => format!("another tool failed at it: {}", line.trim()),
                None => "another tool began it and did not record an end".to_owned(),
            },
            "look which of its statements took effect",
        ),
    };
    let more = match open.len() {
        1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    let message = format!("the migration `{name}`{more} began at {began} and is half done: {state}");
    let help = format!(
        "{what}; where you undid them, run `driftless migrate resolve {}`; where you did the rest by hand, `driftless \
         migrate resolve {}`",
        option("rolled-back", name),
        option("applied", name)
    );
    Diagnostic::error(code::MIGRATION_UNFINISHED, message).help(help)
}

/// P3009: a statement that must not run twice began, and nobody can tell whether it took effect.
pub(super) fn in_doubt(
    migration: &Migration,
    row: &HistoryRow,
    progress: &Progress,
    statement: std::ops::Range<usize>,
) -> Diagnostic {
    let (name, began) = (&migration.name, &row.started_at);
    let number = progress.done + 1;
    let what = match &progress.failure {
        Some(said) => format!(
            "its statement {number} commits in between and failed ({said}), so a part of it may have taken effect"
        ),
        None => format!(
            "its statement {number} began, and it is not known whether it took effect, or a part of it"
        ),
    };
    let before = match progress.done {
        0 => String::new(),
        done => format!("; {} took effect", first_statements(done)),
    };
    let message = format!("the migration `{name}` began at {began} and is half done: {what}{before}");
    let help = format!(
        "nothing is run again by itself, as it could happen twice; look at the database: where you did the rest of the \
         migration by hand, run `driftless migrate resolve --applied {name}`; where you undid all of it, \
         `driftless migrate resolve --rolled-back {name}`, then `driftless migrate deploy` runs it anew"
    );
    let span = Span::new(migration.file, statement.start as u32, statement.end as u32);
    Diagnostic::error(code::MIGRATION_UNFINISHED, message).at(span).label("this is in doubt").help(help)
}

/// P3018: a migration failed.
pub(super) fn failed(
    folder: &MigrationsFolder,
    migration: &Migration,
    failure: &Failure,
    was_begun: bool,
) -> Diagnostic {
    let name = &migration.name;
    if let Some(lost) = failure.lost_connection() {
        let message = format!("the connection was lost during `{name}`: {lost}");
        let help = "run the command again: it finds out how far the migration came and goes on";
        return Diagnostic::error(lost.code(), message).help(help);
    }
    let is_open = was_begun || failure.done > 0;
    let help = if failure.is_in_doubt {
        let before = match failure.done {
            0 => String::new(),
            1 => "its first statement took effect and is recorded; ".to_owned(),
            done => format!("{} took effect and are recorded; ", first_statements(done)),
        };
        format!(
            "{before}this statement commits in between, so a part of it may have taken effect, and it is not run again by \
             itself; look at the database: where you do the rest of the migration by hand, run `driftless migrate resolve \
             --applied {name}`; where you undo all of it, `driftless migrate resolve --rolled-back {name}`"
        )
    } else if is_open {
        format!(
            "{} of its {} statements took effect and are recorded; correct the rest, and deploy again to go on from \
             there",
            failure.done, failure.total
        )
    } else {
        "nothing of it took effect and nothing is recorded; correct the script and deploy again".to_owned()
    };
    describe(code::MIGRATION_FAILED, folder, migration, failure, help)
}

/// P3006: a migration failed where nothing depends on it.
pub(super) fn refused(folder: &MigrationsFolder, migration: &Migration, failure: &Failure) -> Diagnostic {
    if let Some(lost) = failure.lost_connection() {
        return lost.to_diagnostic();
    }
    let help = "correct the migration if it is not applied anywhere yet, else add one that goes before";
    describe(code::MIGRATION_REFUSED, folder, migration, failure, help.to_owned())
}

/// What the server says of a migration that failed, and where in its script.
fn describe(
    code: Code,
    folder: &MigrationsFolder,
    migration: &Migration,
    failure: &Failure,
    help: String,
) -> Diagnostic {
    let name = &migration.name;
    let mut notes: Vec<String> = Vec::new();
    let message = match &failure.cause {
        Cause::Server(error) => match &**error {
            CatalogError::Statement(said) => {
                notes.extend(said.detail.iter().map(|detail| format!("Detail: {detail}")));
                notes.extend(said.hint.iter().map(|hint| format!("Hint: {hint}")));
                let context = said.context.iter().flat_map(|context| context.lines().next());
                notes.extend(context.map(|context| format!("Where: {context}")));
                format!("the migration `{name}` failed: {} (SQLSTATE {})", said.message, said.sqlstate)
            }
            other => format!("the migration `{name}` failed: {other}"),
        },
        Cause::Uncut(Why::Opens("transaction")) => {
            format!("the migration `{name}` begins a transaction and does not end it")
        }
        Cause::Uncut(Why::Opens("prepared transaction")) => {
            format!("the migration `{name}` prepares a transaction, and neither commits it nor rolls it back")
        }
        Cause::Uncut(Why::Opens(what)) => {
            format!("the migration `{name}` opens a {what} and does not close it")
        }
        Cause::Uncut(Why::ChainsNothing) => {
            format!("the migration `{name}` says `AND CHAIN` where it is in no transaction")
        }
        Cause::Overtaken => format!("the migration `{name}` was applied by somebody else in the meantime"),
    };
    notes.push(help);
    let diagnostic = Diagnostic::error(code, message).help_lines(notes);
    match &failure.place {
        Some(place) => {
            let end = first_lines(folder.script(migration), place);
            let label = match failure.cause {
                Cause::Server(_) | Cause::Overtaken => "this failed",
                Cause::Uncut(Why::Opens(_)) => "it begins here",
                Cause::Uncut(Why::ChainsNothing) => "no transaction to chain to",
            };
            diagnostic.at(Span::new(migration.file, place.start as u32, end as u32)).label(label)
        }
        None => diagnostic,
    }
}

/// The end of the first lines of a place: who is shown fifty lines reads none.
fn first_lines(script: &str, place: &std::ops::Range<usize>) -> usize {
    const MOST: usize = 6;
    let breaks = script[place.clone()].match_indices('\n').nth(MOST - 1);
    breaks.map_or(place.end, |(at, _)| place.start + at)
}

/// Refuses scripts that are for `psql`, before one of them runs.
///
/// # Errors
/// D3011, for the first one.
pub(super) fn require_plain_sql<'a>(
    folder: &MigrationsFolder,
    migrations: impl IntoIterator<Item = &'a Migration>,
) -> Result<(), Diagnostic> {
    migrations.into_iter().try_for_each(|one| client::require_plain_sql(one.file, folder.script(one)))
}

/// What the strict commands refuse.
pub(super) fn require_agreement(
    folder: &MigrationsFolder,
    diagnosis: &Diagnosis<'_>,
) -> Result<(), Diagnostic> {
    let edited: Vec<_> = diagnosis.edited().map(|migration| migration.name.as_str()).collect();
    let (message, help) = if !edited.is_empty() {
        let names = list(edited.into_iter());
        (
            format!("scripts were changed after they were run: {names}"),
            "bring them back as they were, and put the change into a new migration".to_owned(),
        )
    } else if !diagnosis.missing.is_empty() {
        let names = list(diagnosis.missing.iter().copied());
        let place = folder.path.display();
        (
            format!("the database has migrations that the folder `{place}` does not hold: {names}"),
            "deploy a version that holds them".to_owned(),
        )
    } else {
        return Ok(());
    };
    Err(Diagnostic::error(code::HISTORY_DIFFERS, message).help(help))
}

/// The database is not what its migrations make.
pub(super) fn drifted(found: &[Finding]) -> Diagnostic {
    let message = "the database is not what its migrations make:";
    let help =
        "see `driftless drift`; `driftless drift --script` prints the SQL that undoes it, as far as it can";
    let lines = found.iter().map(Finding::describe);
    Diagnostic::error(code::HISTORY_DIFFERS, message).with_lines(lines).help(help)
}

fn first_statements(number: usize) -> String {
    match number {
        1 => "its first statement".to_owned(),
        number => format!("its first {number} statements"),
    }
}

/// A server that takes no writes.
pub(super) fn read_only(session: &Session) -> Diagnostic {
    let host = session.url().host();
    let what = if session.is_standby() { "is a standby" } else { "lets this role only read" };
    let message = format!("the server at `{host}` {what}, and migrations are to be written");
    Diagnostic::error(code::ACCESS_DENIED, message)
        .help("give the URL of the primary server, and of a role that owns the tables")
}

/// An option with a name as its value, as a shell takes it.
fn option(option: &str, name: &str) -> String {
    let between = if name.starts_with('-') { '=' } else { ' ' };
    format!("--{option}{between}{}", shell_word(name))
}

/// Names in backticks, the first few of many.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 5;
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..MOST].join(", ")),
        _ => names.join(", "),
    }
}

/// D3003: nobody can tell what to save.
pub(super) fn unclear_backup(unclear: &str) -> Diagnostic {
    Diagnostic::error(code::BACKUP_FAILED, format!("{unclear}, so it cannot be saved")).help(
        "save the database with `pg_dump` and deploy without `--backup`, or say above the statement what it does: \
         `-- driftless: effect DROP TABLE …`, or `-- driftless: no-effect`; nothing was changed",
    )
}
