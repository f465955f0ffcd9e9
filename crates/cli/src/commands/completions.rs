//! `completions`.

use clap::CommandFactory;

use super::{Context, Outcome};
use crate::arguments::{Arguments, CompletionsArguments};
use crate::exit::Exit;

/// Prints a shell's completion script.
pub(crate) fn run(context: &Context, arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "driftless", &mut script);
    context.terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
