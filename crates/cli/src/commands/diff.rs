//! `diff`.

use std::io::IsTerminal;
use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::{Ansi, Difference, Plain, Refusal, Source, Style, write_text};

use super::{Context, Outcome};
use crate::arguments::{self, DiffArguments};
use crate::exit::Exit;
use crate::json::{JsonDifference, to_text};
use crate::report;

/// Shows what leads from one state to another.
pub(crate) fn run(context: &Context, arguments: &DiffArguments) -> Outcome {
    let from = side("from", arguments.from_empty, arguments.from_schema.as_ref())?;
    let to = side("to", arguments.to_empty, arguments.to_schema.as_ref())?;
    let style = style(arguments)?;
    for source in [&from, &to] {
        remark_source(context, source);
    }
    match driftless_engine::diff(&context.project, &from, &to, style) {
        Ok(difference) => {
            write(context, arguments, &difference)?;
            let different = arguments.exit_code && !difference.is_empty();
            Ok(if different { Exit::Different } else { Exit::Done })
        }
        Err(refusals) => {
            refuse(context, arguments, &refusals)?;
            Ok(Exit::Failed)
        }
    }
}

/// The source that the flags of one side name.
fn side(side: &str, empty: bool, schema: Option<&Option<PathBuf>>) -> Result<Source, Diagnostic> {
    match (empty, schema) {
        (true, None) => Ok(Source::Empty),
        (false, Some(Some(path))) => Ok(Source::Schema(path.clone())),
        (false, Some(None)) => Ok(Source::ProjectSchema),
        (true, Some(_)) => {
            let message = format!("`--{side}-empty` and `--{side}-schema` exclude each other");
            Err(Diagnostic::error(code::USAGE, message).help("keep one of them"))
        }
        (false, None) => {
            let message = format!("there is no `--{side}-…`, so it is open what to compare {side}");
            let help = format!("add `--{side}-schema PATH` or `--{side}-empty`");
            Err(Diagnostic::error(code::USAGE, message).help(help))
        }
    }
}

fn style(arguments: &DiffArguments) -> Result<Style, Diagnostic> {
    match arguments.style {
        Some(_) if !arguments.script && !arguments.json => {
            let message = "`--style` is about SQL, and no SQL is asked for";
            Err(Diagnostic::error(code::USAGE, message).help("add `--script`"))
        }
        Some(arguments::Style::Plain) => Ok(Style::Plain),
        Some(arguments::Style::Guarded) | None => Ok(Style::Guarded),
    }
}

fn remark_source(context: &Context, source: &Source) {
    match source {
        Source::Empty => {}
        Source::Schema(path) => context.terminal.remark(&format!("reading `{}`", path.display())),
        Source::ProjectSchema => {
            if let Ok(location) = context.project.locate() {
                context.remark_location(&location);
            }
        }
    }
}

/// Writes the difference to where it is asked for, and warnings to stderr.
fn write(context: &Context, arguments: &DiffArguments, difference: &Difference) -> Result<(), Diagnostic> {
    let text = match (arguments.script, arguments.json) {
        (true, _) => difference.script.clone(),
        (false, true) => to_text(&JsonDifference::new(difference)),
        (false, false) => describe(context, arguments, difference),
    };
    // A script that stands on the screen has its warnings at its head.
    let shown = arguments.script && arguments.output.is_none() && std::io::stdout().is_terminal();
    if !arguments.json && !shown {
        for warning in &difference.warnings {
            context.terminal.say(&format!("warning: {}", warning.message));
        }
    }
    match &arguments.output {
        Some(path) => write_text(context.project.folder(), path, &text),
        None => context.terminal.print(&text),
    }
}

/// Reports why there is no difference to show.
fn refuse(context: &Context, arguments: &DiffArguments, refusals: &[Refusal]) -> Result<(), Diagnostic> {
    if arguments.json {
        return context.terminal.print(&to_text(&JsonDifference::refused(refusals)));
    }
    for refusal in refusals {
        report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
        if let Some(path) = &refusal.path {
            report::conclude(context.terminal, path, &refusal.diagnostics, &refusal.files);
        }
    }
    Ok(())
}

/// The changes in words, one a line; in colour where the line goes to a terminal.
fn describe(context: &Context, arguments: &DiffArguments, difference: &Difference) -> String {
    if difference.is_empty() {
        return "No difference\n".to_owned();
    }
    if context.terminal.color_stdout && arguments.output.is_none() {
        difference.summary.to_text(&Ansi)
    } else {
        difference.summary.to_text(&Plain)
    }
}
