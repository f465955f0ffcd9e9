//! `db execute`.

use std::io::{ErrorKind, Read};

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::decode_text;

use super::{Context, Outcome};
use crate::arguments::ExecuteArguments;
use crate::exit::Exit;
use crate::report;

/// Runs a script.
pub(crate) fn run(context: &Context, arguments: &ExecuteArguments) -> Outcome {
    let (name, bytes) = match &arguments.file {
        Some(path) => (path.display().to_string(), std::fs::read(context.project.folder().join(path))),
        None => {
            let mut bytes = Vec::new();
            ("stdin".to_owned(), std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes))
        }
    };
    let bytes = bytes.map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("`{name}` does not exist"),
            _ => format!("`{name}` cannot be read: {error}"),
        };
        Diagnostic::error(code::FILE_UNREADABLE, message).help("check the path and its permissions")
    })?;
    let script = decode_text(&name, bytes).map_err(|error| error.help("save the script as UTF-8"))?;
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
