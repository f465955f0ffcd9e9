//! `migrate deploy`.

use driftless_diagnostics::visible;
use driftless_engine::{DeployOptions, Fallback};

use super::{Progress, counted, refuse};
use crate::arguments::DeployArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;

/// Carries out what is pending.
pub(crate) fn run(context: &Context, arguments: &DeployArguments) -> Outcome {
    let options = DeployOptions {
        folder: arguments.folder.migrations.clone(),
        lock: arguments.lock.options(),
        dry_run: arguments.dry_run,
        strict: arguments.strict,
        fallback: match arguments.strict {
            true => Fallback { is_trusted: true, ..context.project.fallback(None)? },
            false => Fallback::default(),
        },
        backup: arguments.backup.clone(),
    };
    let terminal = context.terminal;
    let mut progress = Progress::new(terminal);
    let result = driftless_engine::deploy(&context.project, &options, &mut |event| progress.hear(event));
    let deployment = match result {
        Ok(deployment) => deployment,
        Err(refusal) => return refuse(context, &refusal),
    };
    terminal.remark(&counted(deployment.round_trips as usize, "round trip"));
    if arguments.dry_run {
        let lines = deployment.migrations.iter().map(|name| visible(name).into_owned() + "\n");
        terminal.show(&lines.collect::<String>())?;
    }
    terminal.say(&match (deployment.migrations.len(), deployment.total) {
        (0, 0) => "there are no migrations".to_owned(),
        (0, 1) => "nothing to do: the migration is in effect".to_owned(),
        (0, total) => format!("nothing to do: all {total} migrations are in effect"),
        (number, total) if arguments.dry_run => {
            format!("{number} of {} would be applied", counted(total, "migration"))
        }
        (number, total) => format!("{number} of {} applied", counted(total, "migration")),
    });
    Ok(Exit::Done)
}
