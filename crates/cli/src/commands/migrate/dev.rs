//! `migrate dev`.

use std::time::{SystemTime, UNIX_EPOCH};

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::{
    Database, DeployOptions, DevOptions, Development, Dilemma, Draft, Fallback, deploy, draft,
};

use super::{Progress, ask, can_ask, refuse};
use crate::arguments::DevArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;

/// Brings the database up to date, and writes and carries out the migration that the schema asks for.
pub(crate) fn run(context: &Context, arguments: &DevArguments) -> Outcome {
    let terminal = context.terminal;
    let options = DevOptions {
        folder: arguments.folder.migrations.clone(),
        lock: arguments.lock.options(),
        fallback: fallback(context, arguments)?,
    };
    let mut progress = Progress::new(terminal);
    let draft = match draft(&context.project, &options, &mut |event| progress.hear(event)) {
        Ok(Development::Ready(draft)) => draft,
        Ok(Development::Undecided(dilemma)) => {
            explain(context, &dilemma);
            return Ok(Exit::Cancelled);
        }
        Err(refusal) => return refuse(context, &refusal),
    };
    if draft.script.is_none() && !arguments.create_only {
        terminal.say("the database and the migrations are what the schema says");
        return Ok(Exit::Done);
    }
    if !agrees(context, &draft, arguments)? {
        terminal.say("nothing was written");
        return Ok(Exit::Cancelled);
    }
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None if can_ask() => ask("What is the migration to be called?").unwrap_or_default(),
        None => String::new(),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = draft.write(&context.project, &name, now)?;
    terminal.say(&format!("wrote the migration `{name}`"));
    if arguments.create_only {
        terminal.say("it is not carried out yet: edit it, then run `driftless migrate dev`");
        return Ok(Exit::Done);
    }
    let deployment = DeployOptions {
        folder: arguments.folder.migrations.clone(),
        lock: arguments.lock.options(),
        ..DeployOptions::default()
    };
    match deploy(&context.project, &deployment, &mut |event| progress.hear(event)) {
        Ok(_) => Ok(Exit::Done),
        Err(refusal) => refuse(context, &refusal),
    }
}

fn fallback(context: &Context, arguments: &DevArguments) -> Result<Fallback, Diagnostic> {
    let fallback = context.project.fallback()?;
    Ok(match &arguments.shadow_database_url {
        Some(url) => Fallback { shadow: Some(Database::parse(url, "`--shadow-database-url`")?), ..fallback },
        None => fallback,
    })
}

/// Whether what the migration takes away may go.
fn agrees(context: &Context, draft: &Draft, arguments: &DevArguments) -> Result<bool, Diagnostic> {
    for loss in &draft.losses {
        context.terminal.say(&format!("warning: {loss}"));
    }
    if draft.losses.is_empty() || arguments.create_only {
        return Ok(true);
    }
    if !can_ask() {
        let message = "the migration takes rows away, and nobody can be asked";
        let help = "write it with `--create-only`, read it, and carry it out with `driftless migrate deploy`";
        return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
    }
    let answer = ask("Write it and carry it out? [y/N]");
    Ok(answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes")))
}

/// What is in the way of a new migration, and the ways out: the one that loses data comes last.
fn explain(context: &Context, dilemma: &Dilemma) {
    let terminal = context.terminal;
    terminal.say("No migration was made, as the database has to be brought in order first:");
    for reason in &dilemma.reasons {
        terminal.say(&format!("  {reason}"));
    }
    for line in &dilemma.drift {
        terminal.say(&format!("    {line}"));
    }
    terminal.say("\nThe ways out:");
    if dilemma.adoption.is_some() {
        terminal.say(
            "  keep what the database has: put it into the schema (`driftless db pull`), write it down as a migration\n    \
             (`driftless diff --from-migrations DIR --to-schema --script`), and record that one with\n    \
             `driftless migrate resolve --applied NAME`\n  undo it: run the SQL of \
             `driftless diff --from-config-datasource --to-migrations DIR --script`",
        );
    } else {
        terminal.say(
            "  bring the scripts in the folder back as they were, and put changes into new migrations\n  \
             say how a half-done migration ended: `driftless migrate resolve --help`",
        );
    }
    terminal.say(
        "  start from nothing, where the data of this database is of no value: `driftless migrate reset`",
    );
}
