//! `db execute`.

use driftless_engine::{MAX_SCRIPT_BYTES, read_script, read_stream};

use super::{Context, Outcome};
use crate::arguments::ExecuteArguments;
use crate::exit::Exit;
use crate::report;

/// Runs a script.
pub(crate) fn run(context: &Context, arguments: &ExecuteArguments) -> Outcome {
    let (name, script) = match &arguments.file {
        Some(path) => (path.display().to_string(), read_script(context.project.folder(), path)),
        None => ("stdin".to_owned(), read_stream("stdin", std::io::stdin().lock(), MAX_SCRIPT_BYTES)),
    };
    let script = script?;
    match driftless_engine::execute(&context.project, &name, &script) {
        Ok(()) => {
            context.terminal.say(&format!("`{name}` was run"));
            Ok(Exit::Done)
        }
        Err(refusal) => {
            report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
            Ok(Exit::Failed)
        }
    }
}
