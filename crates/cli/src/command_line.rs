//! Reading the command line, and saying what is wrong with it.

use std::ffi::OsString;
use std::io;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches};
use driftless_diagnostics::{Diagnostic, visible, visible_lines, without_secrets};
use terminal_size::terminal_size_of;

use crate::arguments::{Arguments, Color};
use crate::exit::Exit;
use crate::terminal::{Terminal, columns};
use crate::{foreign, report};

/// The width in columns below which explanations stand on lines of their own, below what they explain.
const NARROW: usize = 72;

/// Reads the words of the command line, the program's own first.
///
/// # Errors
/// They are refused, or ask for help or for the version: that has been printed, and the process is to end so.
pub(crate) fn parse(words: impl Iterator<Item = OsString>) -> Result<Arguments, Exit> {
    let words: Vec<OsString> = words.collect();
    let color = chosen_color(&words);
    let is_narrow = columns(terminal_size_of(io::stdout())).is_some_and(|columns| columns < NARROW);
    let command = Arguments::command().next_line_help(is_narrow).color(match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    });
    command
        .clone()
        .try_get_matches_from(&words)
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(|error| refuse(&error, &words, &command, color))
}

/// The help of the whole command.
pub(crate) fn help() -> String {
    Arguments::command().render_help().to_string()
}

/// The name and version of the program, as a line.
pub(crate) fn version() -> String {
    Arguments::command().render_version()
}

/// What `--color` says, before anything else is known of the command line.
fn chosen_color(words: &[OsString]) -> Color {
    let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
    let says = |value: &str| {
        words.contains(&format!("--color={value}").as_str())
            || words.windows(2).any(|pair| pair == ["--color", value])
    };
    match () {
        () if says("always") => Color::Always,
        () if says("never") => Color::Never,
        () => Color::Auto,
    }
}

/// Prints why the command line was not taken: help that was asked for, a word on what the reference has and we do not,
/// or clap's own message.
fn refuse(error: &Error, words: &[OsString], command: &clap::Command, color: Color) -> Exit {
    let terminal = Terminal::new(color, false);
    let invalid = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let explanation = match error.kind() {
        ErrorKind::UnknownArgument => invalid(ContextKind::InvalidArg).and_then(foreign::explain_flag),
        ErrorKind::InvalidSubcommand => invalid(ContextKind::InvalidSubcommand).and_then(|name| {
            let under_migrate = words.iter().take_while(|word| *word != name).any(|word| word == "migrate");
            foreign::explain_command(&if under_migrate { format!("migrate {name}") } else { name.to_owned() })
        }),
        _ => None,
    };
    if let Some(diagnostic) = explanation {
        report::draw_one(terminal, diagnostic);
        return Exit::Failed;
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Help goes to stdout; a reader that has gone away is no error.
            conclude(terminal, terminal.show(&styled(error, terminal.color_stdout)))
        }
        // A group of commands without a command shows what there is, as the reference does.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            conclude(terminal, terminal.show(&error.to_string()))
        }
        _ => {
            terminal.say_lines(describe(error, words, command, terminal.color).trim_end());
            Exit::Failed
        }
    }
}

fn styled(error: &Error, has_color: bool) -> String {
    let text = error.render();
    if has_color { text.ansi().to_string() } else { text.to_string() }
}

/// clap's message for words as they may be shown: it repeats them, so it is made from such words.
fn describe(error: &Error, words: &[OsString], command: &clap::Command, has_color: bool) -> String {
    match command.clone().try_get_matches_from(showable(words)) {
        Err(again) if again.kind() == error.kind() => styled(&again, has_color),
        _ => without_secrets(&visible_lines(&error.to_string())).into_owned(),
    }
}

/// The words without what acts on a terminal, and without what may be a part of a URL: a password with a blank makes
/// several words of it.
fn showable(words: &[OsString]) -> Vec<String> {
    let mut words: Vec<String> =
        words.iter().map(|word| visible(&word.to_string_lossy()).into_owned()).collect();
    let is_cut = |word: &String| word.find("://").is_some_and(|at| !word[at..].contains('@'));
    if let Some(first) = words.iter().position(is_cut)
        && let Some(last) = words.iter().rposition(|word| word.contains('@')).filter(|last| *last > first)
    {
        words[first + 1..=last].fill("***".to_owned());
    }
    for word in &mut words {
        if let Some(at) = word.find("://") {
            word.replace_range(at + 3.., "***");
        }
    }
    words
}

/// How printing help ends.
fn conclude(terminal: Terminal, printed: Result<(), Diagnostic>) -> Exit {
    match printed {
        Ok(()) => Exit::Done,
        Err(diagnostic) => {
            report::draw_one(terminal, diagnostic);
            Exit::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(words: &[&str]) -> String {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let command = Arguments::command();
        let error = command.clone().try_get_matches_from(&words).unwrap_err();
        describe(&error, &words, &command, false)
    }

    #[test]
    fn a_message_about_the_command_line_shows_no_password() {
        for words in [
            &["driftless", "postgresql://me:secret@h/d"][..],
            &["driftless", "db", "pull", "postgresql://me:secret@h/d"],
            &["driftless", "db", "pull", "--urll=postgresql://me:secret@h/d"],
            &["driftless", "db", "pull", "--url", "postgresql://me:my", "secret", "x@h/d"],
            &["driftless", "migrate", "deploy", "--lock-timeout", "postgres://me:secret@h/d"],
            &["driftless", "--color", "postgres://me:secret"],
        ] {
            let text = message(words);
            assert!(!text.contains("secret") && text.contains("error"), "{words:?}: {text}");
        }
    }

    #[test]
    fn a_message_about_the_command_line_shows_what_acts() {
        let text = message(&["driftless", "validate", "--fo\u{1b}[2Jo\n::error::x"]);
        assert!(text.contains("--fo\\u{1b}[2Jo\\u{a}::error::x"), "{text}");
    }
}
