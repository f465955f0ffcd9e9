//! Diagnostics as text for people.

use std::path::Path;

use driftless_diagnostics::{Diagnostic, Files, Report, Severity, Sink, code};
use miette::{GraphicalReportHandler, GraphicalTheme};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::terminal::Terminal;

/// The most reports that are drawn; who has more problems does not read them all. JSON holds every one.
const MAX_REPORTS: usize = 20;

/// What stands on a line before a message, and before a help, with the margin at its end, in columns.
const MARGINS: (usize, usize) = (6, 10);

/// Draws diagnostics on stderr, errors and warnings as they come.
pub(crate) fn draw(terminal: Terminal, diagnostics: &Sink, files: &Files) {
    let theme = if terminal.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(terminal.width)
        .with_links(false)
        .with_wrap_lines(false);
    for diagnostic in diagnostics.iter().take(MAX_REPORTS) {
        let mut text = String::new();
        let report = Report::new(wrapped(diagnostic, terminal.width), files);
        if handler.render_report(&mut text, &report).is_err() {
            text = format!("{}: {}", diagnostic.severity.as_str(), diagnostic.message);
        }
        terminal.say_lines(&format!("{}\n", text.trim_end()));
    }
    if let Some(more) = diagnostics.len().checked_sub(MAX_REPORTS).filter(|more| *more > 0) {
        terminal.say_lines(&format!("… and {more} more; `--json` lists all\n"));
    }
}

/// The diagnostic with its sentences in lines of a width. They are broken at blanks alone, so that the paths and flags in
/// them can be copied.
fn wrapped(diagnostic: &Diagnostic, width: usize) -> Diagnostic {
    let fill = |text: &str, margin: usize| {
        let options = Options::new(width.saturating_sub(margin).max(1))
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(text, options)
    };
    Diagnostic {
        message: fill(&diagnostic.message, MARGINS.0),
        help: diagnostic.help.as_ref().map(|help| fill(help, MARGINS.1)),
        ..diagnostic.clone()
    }
}

/// Draws one diagnostic that has no source.
pub(crate) fn draw_one(terminal: Terminal, diagnostic: Diagnostic) {
    let mut sink = Sink::new();
    sink.push(diagnostic);
    draw(terminal, &sink, &Files::new());
}

/// Says what was found in a schema, on a line. A schema of which nothing could be read has been spoken of already.
pub(crate) fn conclude(terminal: Terminal, path: &Path, diagnostics: &Sink, files: &Files) {
    let several = match files.len() {
        0 if diagnostics.has_errors() => return,
        0 | 1 => String::new(),
        number => format!(" ({number} files)"),
    };
    let schema = format!("`{}`{several}", path.display());
    terminal.say(&match (diagnostics.has_errors(), count(diagnostics)) {
        (false, None) => format!("{schema} is valid"),
        (false, Some(count)) => format!("{schema} is valid, with {count}"),
        (true, count) => {
            format!("{schema} is not valid ({}): {}", code::SCHEMA_INVALID, count.unwrap_or_default())
        }
    });
}

/// "2 errors and 1 warning", or `None` where there is neither.
fn count(diagnostics: &Sink) -> Option<String> {
    let of = |severity: Severity| {
        let number = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {}{plural}", severity.as_str()))
    };
    match (of(Severity::Error), of(Severity::Warning)) {
        (Some(errors), Some(warnings)) => Some(format!("{errors} and {warnings}")),
        (errors, warnings) => errors.or(warnings),
    }
}
