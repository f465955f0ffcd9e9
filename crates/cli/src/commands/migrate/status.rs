//! `migrate status`.

use driftless_diagnostics::visible;
use driftless_engine::{State, Status, StatusOptions, Unfinished};
use serde::Serialize;

use super::{counted, refuse};
use crate::arguments::StatusArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::json::to_text;

/// `migrate status --json`.
#[derive(Debug, Serialize)]
struct JsonStatus<'a> {
    /// Whether the command succeeds.
    ok: bool,
    database: &'a str,
    database_exists: bool,
    has_history: bool,
    folder: String,
    migrations: Vec<JsonMigration<'a>>,
    unfinished: Vec<JsonUnfinished<'a>>,
    missing: &'a [String],
    out_of_order: &'a [String],
    last_common: Option<&'a str>,
    /// What leads from the migrations to the database; only looked for with `--strict`.
    drift: &'a [String],
}

#[derive(Debug, Serialize)]
struct JsonMigration<'a> {
    name: &'a str,
    state: &'static str,
}

#[derive(Debug, Serialize)]
struct JsonUnfinished<'a> {
    name: &'a str,
    statements_done: Option<usize>,
    /// Whether the statement behind those may have taken effect, and must not run twice.
    in_doubt: bool,
}

/// Shows how the folder and the database stand to each other.
pub(crate) fn run(context: &Context, arguments: &StatusArguments) -> Outcome {
    let options = StatusOptions {
        folder: arguments.folder.migrations.clone(),
        strict: arguments.strict,
        fallback: context.project.fallback(None)?,
    };
    let status = match driftless_engine::status(&context.project, &options) {
        Ok(status) => status,
        Err(refusal) => return refuse(context, &refusal),
    };
    let ok = if arguments.strict { status.is_strictly_up_to_date() } else { status.is_up_to_date() };
    if arguments.json {
        context.terminal.print(&to_text(&json(&status, ok)))?;
    } else {
        context.terminal.show(&describe(&status, ok))?;
    }
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

fn json(status: &Status, ok: bool) -> JsonStatus<'_> {
    JsonStatus {
        ok,
        database: &status.database,
        database_exists: status.database_exists,
        has_history: status.has_history,
        folder: status.folder.display().to_string(),
        migrations: status
            .migrations
            .iter()
            .map(|(name, state)| JsonMigration { name, state: word(*state) })
            .collect(),
        unfinished: status
            .unfinished
            .iter()
            .map(|one| JsonUnfinished {
                name: &one.name,
                statements_done: one.done,
                in_doubt: one.is_in_doubt,
            })
            .collect(),
        missing: &status.missing,
        out_of_order: &status.out_of_order,
        last_common: status.last_common.as_deref(),
        drift: &status.drift,
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Applied => "applied",
        State::Edited => "edited",
        State::Pending => "pending",
        State::Open => "unfinished",
    }
}

fn describe(status: &Status, ok: bool) -> String {
    let mut out = String::new();
    let folder = status.folder.display();
    let mut line = |text: &str| {
        out.push_str(&visible(text));
        out.push('\n');
    };
    let migrations = counted(status.migrations.len(), "migration");
    line(&format!("{migrations} in `{folder}`, database {}", status.database));
    if !status.database_exists {
        line("The database does not exist; `driftless migrate deploy` makes it.");
    } else if status.is_unmanaged {
        line(
            "The database has tables and no history; `driftless migrate resolve --applied NAME` begins one.",
        );
    }
    let mut list = |title: &str, names: &mut dyn Iterator<Item = &str>| {
        for (at, name) in names.enumerate() {
            if at == 0 {
                line(title);
            }
            line(&format!("  {name}"));
        }
    };
    let unfinished: Vec<_> = status.unfinished.iter().map(describe_unfinished).collect();
    list("Half done:", &mut unfinished.iter().map(String::as_str));
    list("Not applied yet:", &mut status.in_state(State::Pending));
    list("Changed after they were applied:", &mut status.in_state(State::Edited));
    list("In the database, and not in the folder:", &mut status.missing.iter().map(String::as_str));
    list("The database is not what its migrations make:", &mut status.drift.iter().map(String::as_str));
    if ok {
        let is_ahead = !status.missing.is_empty();
        line(if is_ahead { "Nothing is pending." } else { "The database is up to date." });
    }
    out
}

fn describe_unfinished(unfinished: &Unfinished) -> String {
    let name = &unfinished.name;
    match unfinished.done {
        Some(done) if unfinished.is_in_doubt => {
            let (statements, next) = (counted(done, "statement"), done + 1);
            format!(
                "{name} ({statements} took effect, and statement {next} may have; `driftless migrate deploy` says what to \
                 do)"
            )
        }
        Some(done) => {
            let statements = counted(done, "statement");
            format!("{name} ({statements} took effect; `driftless migrate deploy` goes on)")
        }
        None => format!("{name} (see `driftless migrate resolve --help`)"),
    }
}
