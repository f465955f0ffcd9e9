//! `format`.

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, Files, code, visible};
use driftless_engine::{FormattedFile, MAX_FILE_BYTES, format_text, read_stream, write_formatted};

use super::{Context, Outcome};
use crate::arguments::FormatArguments;
use crate::exit::Exit;
use crate::report;

/// What stands for stdin among paths.
const STDIN: &str = "-";

/// Formats files, or lists those that are not formatted.
pub(crate) fn run(context: &Context, arguments: &FormatArguments) -> Outcome {
    if arguments.paths.iter().any(|path| path == Path::new(STDIN)) {
        return format_stdin(context, arguments);
    }
    let formatting = driftless_engine::format(&context.project, &arguments.paths)?;
    report::draw(context.terminal, &formatting.diagnostics, &Files::new());
    let differing: Vec<&FormattedFile> = formatting.files.iter().filter(|file| file.differs).collect();
    let failed = formatting.diagnostics.has_errors();
    if arguments.check {
        let list: String = differing
            .iter()
            .map(|file| visible(&file.path.display().to_string()).into_owned() + "\n")
            .collect();
        context.terminal.show(&list)?;
    } else {
        for file in &differing {
            write_formatted(&context.project, file)?;
            context.terminal.remark(&format!("formatted `{}`", file.path.display()));
        }
    }
    if !formatting.files.is_empty() {
        context.terminal.say(&summary(&formatting.files, differing.len(), arguments.check));
    }
    let not_formatted = arguments.check && !differing.is_empty();
    Ok(if failed || not_formatted { Exit::Failed } else { Exit::Done })
}

fn summary(files: &[FormattedFile], differing: usize, check: bool) -> String {
    let count = |number: usize| match number {
        1 => "1 file".to_owned(),
        _ => format!("{number} files"),
    };
    match (differing, check) {
        (0, _) => format!("{} already formatted", count(files.len())),
        (_, true) => format!("{} not formatted; `driftless format` mends that", count(differing)),
        (_, false) if differing == files.len() => format!("formatted {}", count(differing)),
        (_, false) => format!("formatted {} of {}", differing, count(files.len())),
    }
}

fn format_stdin(context: &Context, arguments: &FormatArguments) -> Outcome {
    if arguments.paths != [PathBuf::from(STDIN)] {
        let message = "`-` stands alone: stdin is formatted to stdout, files where they are";
        return Err(
            Diagnostic::error(code::USAGE, message).help("run the command once for stdin, once for files")
        );
    }
    let text = read_stream("stdin", std::io::stdin().lock(), MAX_FILE_BYTES)?;
    let formatted = format_text(&text);
    if !arguments.check {
        context.terminal.print(&formatted)?;
        return Ok(Exit::Done);
    }
    if formatted == text {
        return Ok(Exit::Done);
    }
    context.terminal.print(&format!("{STDIN}\n"))?;
    Ok(Exit::Failed)
}
