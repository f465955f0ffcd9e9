//! `migrate reset`.

use driftless_diagnostics::{Diagnostic, code};

use super::{Progress, counted, refuse};
use crate::arguments::ResetArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::prompt;

/// Empties the database and carries everything out anew, once somebody agreed.
pub(crate) fn run(context: &Context, arguments: &ResetArguments) -> Outcome {
    let database = context.project.database()?;
    let name = database.url.database();
    context
        .project
        .require_consent(&format!("all that the database `{name}` holds is about to be dropped"))?;
    if !arguments.force {
        if !prompt::is_possible(&context.project) {
            let message =
                format!("all that the database `{name}` holds would be lost, and nobody can be asked");
            let help = "add `--force` where that is meant";
            return Err(Diagnostic::error(code::NOT_AGREED, message).help(help));
        }
        let question = format!("All that `{name}` at {} holds will be lost. Go on?", database.url.host());
        if !prompt::confirm(&question)? {
            context.terminal.say("nothing was changed");
            return Ok(Exit::Cancelled);
        }
    }
    let mut progress = Progress::new(context.terminal);
    let folder = arguments.folder.migrations.clone();
    let lock = arguments.lock.options();
    match driftless_engine::reset(&context.project, folder, lock, &mut |event| progress.hear(event)) {
        Ok(deployment) => {
            let migrations = counted(deployment.migrations.len(), "migration");
            context.terminal.say(&format!("the database was emptied, and {migrations} applied"));
            Ok(Exit::Done)
        }
        Err(refusal) => refuse(context, &refusal),
    }
}
