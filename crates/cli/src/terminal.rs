//! What stdout and stderr can do, and writing to them: the only place that does.
//!
//! There are two kinds of text. *Data* (scripts, schemas, JSON, annotations) is written to stdout to the byte, unless a
//! person looks at it there. Text *for people* passes [`harmless`], wherever it goes.

use std::io::{self, IsTerminal, Write};

use driftless_diagnostics::{Diagnostic, code, visible, visible_lines};
use terminal_size::{Height, Width, terminal_size_of};

use crate::arguments::Color;
use crate::guard::{acts_in_a_log, harmless};

/// The widest report, in columns, and the width where stderr is not a terminal.
const MAX_WIDTH: usize = 100;

/// Variables by which a build server is known that takes lines of its log for orders.
const BUILD_SERVERS: [&str; 4] = ["GITHUB_ACTIONS", "GITEA_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];

/// The two streams of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Whether stderr is written in colour.
    pub(crate) color: bool,
    /// Whether stdout is.
    pub(crate) color_stdout: bool,
    /// Whether stdout is a terminal.
    is_shown: bool,
    /// Whether stdout is the log of a build server, as far as that can be told: it is none of its files.
    is_logged: bool,
    /// The width of reports, in columns.
    pub(crate) width: usize,
    /// Whether to say what is read.
    pub(crate) verbose: bool,
}

impl Terminal {
    /// Looks at stderr and at the environment.
    pub(crate) fn new(color: Color, verbose: bool) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let forced =
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
        let wanted = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto => (is_terminal && !dumb) || forced,
        };
        Self {
            color: wanted(io::stderr().is_terminal()),
            color_stdout: wanted(io::stdout().is_terminal()),
            is_shown: io::stdout().is_terminal(),
            is_logged: BUILD_SERVERS.into_iter().any(set) && !is_stdout_a_file(),
            width: columns(terminal_size_of(io::stderr()))
                .map_or(MAX_WIDTH, |columns| columns.clamp(40, MAX_WIDTH)),
            verbose,
        }
    }

    /// Writes data to stdout: to the byte, but for a terminal, which is not to be steered by it. A reader that has gone
    /// away, as after `| head`, is no error.
    ///
    /// # Errors
    /// The system refuses for another reason, such as a full disk. Stdout is the log of a build server, and the text holds
    /// what that would act on (D0006).
    pub(crate) fn print(self, text: &str) -> Result<(), Diagnostic> {
        if self.is_logged && acts_in_a_log(text) {
            let message =
                "what is to be printed holds characters that the log of this build server would act on";
            let help = "write it to a file: with `--output FILE` where the command has it, or with `> FILE`";
            return Err(Diagnostic::error(code::USAGE, message).help(help));
        }
        Self::write(&if self.is_shown { visible_lines(text) } else { text.into() })
    }

    /// Writes orders to a build server, which are meant as such. The names in them have been made visible.
    ///
    /// # Errors
    /// Those of [`Terminal::print`].
    pub(crate) fn annotate(self, text: &str) -> Result<(), Diagnostic> {
        Self::write(text)
    }

    /// Writes lines for people to stdout. The names in them have been made visible.
    ///
    /// # Errors
    /// Those of [`Terminal::print`].
    pub(crate) fn show(self, text: &str) -> Result<(), Diagnostic> {
        Self::write(&harmless(text, self.color_stdout))
    }

    fn write(text: &str) -> Result<(), Diagnostic> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).or_else(Self::excuse)
    }

    /// What an error of writing to stdout comes to: none where the reader has gone away.
    ///
    /// # Errors
    /// The system refuses for another reason.
    fn excuse(error: io::Error) -> Result<(), Diagnostic> {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Ok(());
        }
        let message = format!("stdout cannot be written: {error}");
        Err(Diagnostic::error(code::FILE_UNWRITABLE, message).help("check where stdout leads"))
    }

    /// Writes a line to stderr; whatever is in it, it stays one.
    pub(crate) fn say(self, line: &str) {
        write_error(line);
    }

    /// Writes lines to stderr, which may have colours. The names in them have been made visible.
    pub(crate) fn say_lines(self, text: &str) {
        write_lines(text, self.color);
    }

    /// Writes a line to stderr if the user wants to know what is read.
    pub(crate) fn remark(self, text: &str) {
        if self.verbose {
            self.say(text);
        }
    }
}

/// Whether stdout leads to a file.
fn is_stdout_a_file() -> bool {
    #[cfg(unix)]
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    #[cfg(windows)]
    let stdout = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    stdout.and_then(|stdout| std::fs::File::from(stdout).metadata()).is_ok_and(|data| data.is_file())
}

/// How wide a terminal of this size is; where there is none, what the variable `COLUMNS` says.
pub(crate) fn columns(size: Option<(Width, Height)>) -> Option<usize> {
    let of_variable = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    size.map(|(width, _)| usize::from(width.0)).or_else(of_variable)
}

/// Writes a line to stderr.
pub(crate) fn write_error(line: &str) {
    write_lines(&visible(line), false);
}

/// Writes lines to stderr. Where even that fails there is nobody to tell.
pub(crate) fn write_lines(text: &str, has_color: bool) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text, has_color));
}
