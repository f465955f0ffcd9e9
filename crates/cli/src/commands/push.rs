//! `db push`.

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::{Database, Plain, PushEnd, PushOptions, Pushed, Stake, Verdict, push};

use crate::arguments::PushArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::prompt;
use crate::report;

const EMPTIES: &str = "everything is about to be dropped from the database";
const MAY_LOSE: &str = "data may be about to be lost from the database";

/// Brings the database to what the schema says.
pub(crate) fn run(context: &Context, arguments: &PushArguments) -> Outcome {
    if arguments.force_reset || arguments.accept_data_loss {
        require_consent(context, if arguments.force_reset { EMPTIES } else { MAY_LOSE })?;
    }
    if arguments.force_reset && !agree_to_reset(context, arguments)? {
        context.terminal.say("nothing was done");
        return Ok(Exit::Cancelled);
    }
    let options = PushOptions { force_reset: arguments.force_reset };
    let mut consent = |database: &Database, stakes: &[Stake]| consent(context, arguments, database, stakes);
    match push(&context.project, options, &mut consent) {
        Ok(pushed) => Ok(conclude(context, &pushed)),
        Err(refusal) => {
            report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
            Ok(Exit::Failed)
        }
    }
}

fn agree_to_reset(context: &Context, arguments: &PushArguments) -> Result<bool, Diagnostic> {
    // The reference takes the flag itself for consent.
    if arguments.accept_data_loss || !prompt::is_possible(&context.project) {
        return Ok(true);
    }
    let database = context.project.database()?;
    prompt::confirm(&format!("Everything in {} will be lost. Go on?", database.url))
}

/// Asks whether to go on although rows are lost or may be in the way.
fn consent(
    context: &Context,
    arguments: &PushArguments,
    database: &Database,
    stakes: &[Stake],
) -> Result<bool, Diagnostic> {
    say_stakes(context, stakes);
    if arguments.accept_data_loss {
        return Ok(true);
    }
    if !prompt::is_possible(&context.project) {
        let message = format!("the changes to {} put data at risk, and nobody is there to ask", database.url);
        let help = "read the warnings above, then run the command with `--accept-data-loss`";
        return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
    }
    require_consent(context, MAY_LOSE)?;
    prompt::confirm("Go on?")
}

/// Refuses to do it for an agent that brings no person's consent.
fn require_consent(context: &Context, what: &str) -> Result<(), Diagnostic> {
    let database = context.project.database()?;
    context.project.require_consent(&format!("{what} `{}`", database.url.database()))
}

fn say_stakes(context: &Context, stakes: &[Stake]) {
    for stake in stakes {
        let kind = if stake.verdict == Verdict::Fails { "error" } else { "warning" };
        context.terminal.say(&format!("{kind}: {}", stake.describe()));
    }
}

fn conclude(context: &Context, pushed: &Pushed) -> Exit {
    let Pushed { database, was_created, emptied, summary, stakes, end } = pushed;
    if *was_created {
        context.terminal.say(&format!("created the database `{}`", database.url.database()));
    }
    if !emptied.is_empty() {
        let names: Vec<_> = emptied.iter().map(|name| format!("`{}`", name.as_str())).collect();
        let schemas = if names.len() == 1 { "schema" } else { "schemas" };
        context.terminal.say(&format!("emptied the {schemas} {} of {}", names.join(", "), database.url));
    }
    match end {
        PushEnd::InSync => {
            context.terminal.say(&format!("{} is what the schema says already", database.url));
            Exit::Done
        }
        PushEnd::Applied => {
            context.terminal.say_lines(summary.to_text(&Plain).trim_end());
            context.terminal.say(&format!("{} is what the schema says now", database.url));
            Exit::Done
        }
        PushEnd::Declined => {
            context.terminal.say("nothing was done");
            Exit::Cancelled
        }
        PushEnd::Impossible => {
            say_stakes(context, stakes);
            let message = "rows are in the way of the changes; nothing was done";
            let help = "give the column a default or make it optional, mend the rows, or begin anew with \
                        `--force-reset`, which loses everything";
            report::draw_one(context.terminal, Diagnostic::error(code::NOT_AGREED, message).help(help));
            Exit::Failed
        }
    }
}
