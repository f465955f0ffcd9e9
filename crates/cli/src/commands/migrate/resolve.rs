//! `migrate resolve`.

use driftless_engine::Resolution;

use super::refuse;
use crate::arguments::ResolveArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;

/// Says of a migration that it is in effect, or that it is not.
pub(crate) fn run(context: &Context, arguments: &ResolveArguments) -> Outcome {
    let (resolution, done) = match (&arguments.applied, &arguments.rolled_back) {
        (Some(name), _) => (Resolution::Applied(name.clone()), format!("`{name}` is recorded as applied")),
        (None, name) => {
            let name = name.clone().unwrap_or_default();
            let done = format!("`{name}` is recorded as rolled back");
            (Resolution::RolledBack(name), done)
        }
    };
    let folder = arguments.folder.migrations.clone();
    match driftless_engine::resolve(&context.project, folder, &resolution, arguments.lock.options()) {
        Ok(()) => {
            context.terminal.say(&done);
            Ok(Exit::Done)
        }
        Err(refusal) => refuse(context, &refusal),
    }
}
