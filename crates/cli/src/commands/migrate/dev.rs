//! `migrate dev`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use driftless_diagnostics::{Diagnostic, code, shell_word, visible};
use driftless_engine::{
    DeployOptions, DevOptions, Development, Dilemma, Draft, Event, Fallback, Verdict, deploy, draft,
};

use super::{Progress, refuse};
use crate::arguments::DevArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::prompt;

/// Brings the database up to date, and writes and carries out the migration that the schema asks for.
pub(crate) fn run(context: &Context, arguments: &DevArguments) -> Outcome {
    let terminal = context.terminal;
    let options = DevOptions {
        folder: arguments.folder.migrations.clone(),
        lock: arguments.lock.options(),
        style: arguments.style.into(),
        fallback: Fallback {
            is_trusted: true,
            ..context.project.fallback(arguments.shadow_database_url.as_deref())?
        },
    };
    let mut progress = Progress::full(terminal);
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
        None if prompt::is_possible(&context.project) => prompt::ask("What is the migration to be called?")?,
        None => String::new(),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = draft.write(&context.project, &name, now)?;
    terminal.say(&format!("wrote the migration `{name}`"));
    if arguments.create_only {
        terminal.say("it is not carried out yet: edit it, then run `driftless migrate dev`");
        return Ok(Exit::Done);
    }
    carry_out(context, &options, &name, &mut progress)
}

/// Carries out the migration that was written. What it takes away was spoken of before.
fn carry_out(context: &Context, options: &DevOptions, name: &str, progress: &mut Progress) -> Outcome {
    let deployment =
        DeployOptions { folder: options.folder.clone(), lock: options.lock, ..DeployOptions::default() };
    let mut hear = |event: Event<'_>| {
        if !matches!(event, Event::Warning(_)) {
            progress.hear(event);
        }
    };
    match deploy(&context.project, &deployment, &mut hear) {
        Ok(_) => Ok(Exit::Done),
        Err(refusal) => {
            let outcome = refuse(context, &refusal);
            context.terminal.say(&format!(
                "`{name}` stays in the folder: correct its script, or remove it, then run `driftless migrate dev`"
            ));
            outcome
        }
    }
}

/// Whether what the migration puts at stake may be put there.
fn agrees(context: &Context, draft: &Draft, arguments: &DevArguments) -> Result<bool, Diagnostic> {
    for stake in &draft.stakes {
        let kind = if stake.verdict == Verdict::Fails { "error" } else { "warning" };
        context.terminal.say(&format!("{kind}: {}", stake.describe()));
    }
    let is = |verdict: Verdict| draft.stakes.iter().any(|stake| stake.verdict == verdict);
    if draft.stakes.is_empty() || arguments.create_only {
        return Ok(true);
    }
    if is(Verdict::Fails) {
        let message = "rows are in the way of the migration; it was not written";
        let help = "give the column a default or make it optional, mend the rows, or write the migration with \
                    `--create-only` and fill the column in it";
        return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
    }
    if prompt::is_possible(&context.project) {
        return prompt::confirm("Write it and carry it out?");
    }
    if is(Verdict::Loses) {
        let message = "the migration takes data away, and nobody can be asked";
        let help = "write it with `--create-only`, read it, and carry it out with `driftless migrate deploy`";
        return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
    }
    Ok(true)
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
    terminal.say_lines("\nThe ways out:");
    if dilemma.drift.is_empty() {
        terminal.say_lines(
            "  bring the scripts in the folder back as they were, and put changes into new migrations\n  \
             say how a half-done migration ended: `driftless migrate resolve --help`",
        );
    } else {
        terminal.say_lines(&ways_out_of_drift(context, dilemma));
    }
    terminal.say_lines(
        "  start from nothing, where the data of this database is of no value:\n    driftless migrate reset",
    );
}

/// The commands as they are typed: the names are those of the project.
fn ways_out_of_drift(context: &Context, dilemma: &Dilemma) -> String {
    let typed = |path: &Path| visible(&shell_word(&path.display().to_string())).into_owned();
    let schema = context.project.locate().map(|found| typed(&found.path)).unwrap_or_default();
    let folder = typed(&dilemma.folder);
    let script = typed(&dilemma.folder.join("NAME/migration.sql"));
    format!(
        "  keep what the database has: put it into the schema and into a migration that counts as applied\n    \
         driftless db pull\n    \
         driftless diff --from-migrations {folder} --to-schema {schema} --script -o {script}\n    \
         driftless migrate resolve --applied NAME\n  \
         undo it: read the SQL that does, then run it\n    \
         driftless drift --script > undo.sql\n    \
         driftless db execute --file undo.sql"
    )
}
