//! Programs that run commands in a person's name, and what a person agrees to.
//!
//! An *agent* is a program that types commands by itself. It is known by variables that it sets, those that the reference
//! knows too. Before anything that destroys data, it has to bring what a person said: the variable [`CONSENT`], as in the
//! reference. Only the environment counts: a file would say it for all times.

use std::path::Path;

use driftless_diagnostics::{Diagnostic, code};

use crate::Project;

/// The variable that holds the words in which a person agreed.
const CONSENT: &str = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION";

/// A folder that an agent's machine has.
const FOLDERS: [(&str, &str); 1] = [("Devin", "/opt/.devin")];

/// Agents, and the variables that each sets to something.
const VARIABLES: [(&str, &[&str]); 13] = [
    ("Claude Code", &["CLAUDECODE"]),
    ("Codex CLI", &["CODEX_THREAD_ID", "CODEX_CI", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED"]),
    ("Gemini CLI", &["GEMINI_CLI"]),
    ("Qwen Code", &["QWEN_CODE"]),
    ("Cursor", &["CURSOR_AGENT"]),
    ("GitHub Copilot CLI", &["COPILOT_CLI"]),
    ("OpenCode", &["OPENCODE", "OPENCODE_CLIENT"]),
    ("Cline", &["CLINE_ACTIVE"]),
    ("Crush", &["CRUSH"]),
    ("Augment Code", &["AUGMENT_AGENT"]),
    ("Antigravity", &["ANTIGRAVITY_AGENT"]),
    // what version 6 of the reference knows it by
    ("Replit", &["REPLIT_CLI"]),
    ("an agent that does not say its name", &["AI_AGENT", "AGENT"]),
];

/// Agents that are known by the value of a variable, or by its beginning.
const VALUES: [(&str, &str, &str); 4] = [
    ("Goose", "AGENT", "goose"),
    ("Amp", "AGENT", "amp"),
    ("Aider", "OR_APP_NAME", "Aider"),
    ("Replit", "REPLIT_SESSION", "agent-"),
];

impl Project {
    /// The agent that runs this command, if one does.
    pub fn agent(&self) -> Option<&'static str> {
        let by_value = VALUES.iter().find(|(_, variable, value)| {
            let is_beginning = value.ends_with('-');
            self.variable(variable)
                .is_some_and(|given| given == *value || is_beginning && given.starts_with(value))
        });
        let by_variable =
            VARIABLES.iter().find(|(_, names)| names.iter().any(|name| self.variable(name).is_some()));
        let by_folder = || FOLDERS.iter().find(|(_, folder)| Path::new(folder).exists());
        by_value
            .map(|(agent, ..)| *agent)
            .or(by_variable.map(|(agent, _)| *agent))
            .or_else(|| by_folder().map(|(agent, _)| *agent))
    }

    /// Whether the variable holds words that are no refusal.
    fn has_consent(&self) -> bool {
        let words = self.variable(CONSENT).unwrap_or_default().trim().to_lowercase();
        !matches!(words.as_str(), "" | "0" | "no" | "n" | "false" | "off" | "null" | "undefined")
    }

    /// Refuses to destroy data for an agent that brings no words of a person who agreed. `what` says what is about to
    /// happen: "all that the database `shop` holds is about to be dropped".
    ///
    /// # Errors
    /// An agent runs the command, and the variable is not set (D3004).
    pub fn require_consent(&self, what: &str) -> Result<(), Diagnostic> {
        let Some(agent) = self.agent().filter(|_| !self.has_consent()) else { return Ok(()) };
        let message =
            format!("{what}, and the command is run by an agent ({agent}) without a person's consent");
        let help = format!(
            "stop here. Tell the person which command this is, what is lost for good, and in which database; ask whether \
             it holds data of value. Only after a clear yes to that, run the command again with {CONSENT} set to the \
             person's own words. What was said before does not count as a yes"
        );
        Err(Diagnostic::error(code::NOT_AGREED, message).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::CONSENT;
    use crate::{Environment, Project};

    fn project(variables: &[(&str, &str)]) -> Project {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Project::new("/nowhere").with_environment(variables.iter().map(pair).collect::<Environment>())
    }

    #[test]
    fn agents_are_known_by_what_they_set() {
        for (name, value) in [
            ("CLAUDECODE", "1"),
            ("CODEX_SANDBOX", "seatbelt"),
            ("CODEX_THREAD_ID", "x"),
            ("GEMINI_CLI", "1"),
            ("QWEN_CODE", "1"),
            ("CURSOR_AGENT", "1"),
            ("OR_APP_NAME", "Aider"),
            ("REPLIT_SESSION", "agent-7"),
            ("REPLIT_CLI", "1"),
            ("AGENT", "goose"),
            ("AI_AGENT", "1"),
        ] {
            assert!(project(&[(name, value)]).require_consent("x").is_err(), "{name}");
            assert!(
                project(&[(name, value), (CONSENT, "yes, drop it")]).require_consent("x").is_ok(),
                "{name}"
            );
            for none in ["", " ", "\n", "no", "0", "False"] {
                assert!(project(&[(name, value), (CONSENT, none)]).require_consent("x").is_err(), "{name}");
            }
        }
        for (name, value) in
            [("CLAUDECODE", ""), ("OR_APP_NAME", "other"), ("REPLIT_SESSION", "x"), ("CI", "true")]
        {
            assert!(project(&[(name, value)]).require_consent("x").is_ok(), "{name}");
        }
    }
}
