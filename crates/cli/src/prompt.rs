//! Asking the person at the terminal.

use std::io::{self, BufRead, IsTerminal};

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::Project;

use crate::terminal;

/// Variables that say that a machine runs the command.
const CI_VARIABLES: [&str; 8] = [
    "CI",
    "CONTINUOUS_INTEGRATION",
    "BUILD_NUMBER",
    "RUN_ID",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "BUILDKITE",
    "TF_BUILD",
];

/// Whether somebody is there to answer.
pub(crate) fn is_possible(project: &Project) -> bool {
    let is_ci = CI_VARIABLES.iter().any(|name| project.variable(name).is_some_and(|value| value != "false"));
    let is_dumb = project.variable("TERM") == Some("dumb");
    io::stdin().is_terminal() && io::stderr().is_terminal() && !is_ci && !is_dumb
}

/// Asks a question on stderr that is answered with yes or no; no is what an empty line means.
///
/// # Errors
/// The answer cannot be read.
pub(crate) fn confirm(question: &str) -> Result<bool, Diagnostic> {
    Ok(matches!(ask(&format!("{question} [y/N]"))?.to_lowercase().as_str(), "y" | "yes"))
}

/// Asks a question on stderr and gives the line that is typed, without blanks around it.
///
/// # Errors
/// The answer cannot be read.
pub(crate) fn ask(question: &str) -> Result<String, Diagnostic> {
    terminal::write_error(question);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| {
        let message = format!("the answer cannot be read: {error}");
        Diagnostic::error(code::FILE_UNREADABLE, message).help("run the command in a terminal")
    })?;
    Ok(line.trim().to_owned())
}
