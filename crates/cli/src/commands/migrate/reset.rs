//! `migrate reset`.

use driftless_diagnostics::{Diagnostic, code};

use super::{Progress, ask, can_ask, refuse};
use crate::arguments::ResetArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;

/// Empties the database and carries everything out anew, once somebody agreed.
pub(crate) fn run(context: &Context, arguments: &ResetArguments) -> Outcome {
    let database = context.project.database()?;
    if !arguments.force {
        let name = database.url.database();
        if !can_ask() {
            let message =
                format!("all that the database `{name}` holds would be lost, and nobody can be asked");
            let help = "add `--force` where that is meant";
            return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
        }
        let question =
            format!("All that `{name}` at {} holds will be lost. Go on? [y/N]", database.url.host());
        let agreed =
            ask(&question).is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"));
        if !agreed {
            context.terminal.say("nothing was changed");
            return Ok(Exit::Cancelled);
        }
    }
    let mut progress = Progress::new(context.terminal);
    let folder = arguments.folder.migrations.clone();
    let lock = arguments.lock.options();
    match driftless_engine::reset(&context.project, folder, lock, &mut |event| progress.hear(event)) {
        Ok(deployment) => {
            let number = deployment.migrations.len();
            context.terminal.say(&format!("the database was emptied, and {number} migrations applied"));
            Ok(Exit::Done)
        }
        Err(refusal) => refuse(context, &refusal),
    }
}
