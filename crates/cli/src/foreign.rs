//! Flags and commands of the reference that driftless does not have, with what to do instead.

use driftless_diagnostics::{Diagnostic, code};

/// Flags, why they are absent, and what to do.
const FLAGS: &[(&str, &str, &str)] = &[
    ("--from-local-d1", ONLY_POSTGRESQL, NAME_POSTGRESQL),
    ("--to-local-d1", ONLY_POSTGRESQL, NAME_POSTGRESQL),
];

/// Commands, why they are absent, and what to do.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("generate", "driftless makes no client", "run `prisma generate`"),
    ("init", "driftless makes no project", "write `prisma/schema.prisma`, then run `driftless validate`"),
    ("studio", "driftless shows no data", "run `prisma studio`"),
    ("dev", "driftless runs no database of its own", "run `driftless migrate dev`, or `prisma dev`"),
    ("version", "the version is a flag", "run `driftless --version`"),
    ("debug", "there is nothing to debug", "run the command with `--verbose`"),
    ("help", "help is a flag", "run `driftless --help`, or `driftless COMMAND --help`"),
];

/// Commands that stand under another one.
const UNDER: &[(&str, &[&str])] = &[
    ("migrate", &["deploy", "status", "resolve", "reset", "validate-history"]),
    ("db", &["pull", "push", "seed", "execute"]),
];

const ONLY_POSTGRESQL: &str = "driftless is for PostgreSQL";
const NAME_POSTGRESQL: &str = "name a PostgreSQL database with `--from-url` or `--to-url`";

/// What to say of a flag that the command line does not know, if the reference knows it.
pub(crate) fn explain_flag(flag: &str) -> Option<Diagnostic> {
    explain(FLAGS, flag.split('=').next().unwrap_or(flag))
}

/// What to say of a command that the command line does not know, if the reference knows it, or it stands under another
/// one: `generate`, or `deploy`.
pub(crate) fn explain_command(name: &str) -> Option<Diagnostic> {
    explain(COMMANDS, name).or_else(|| {
        let (group, _) = UNDER.iter().find(|(_, commands)| commands.contains(&name))?;
        let message = format!("`{name}` is a command of `{group}`");
        let help = format!("run `driftless {group} {name}`");
        Some(Diagnostic::error(code::USAGE, message).help(help))
    })
}

fn explain(table: &[(&str, &str, &str)], name: &str) -> Option<Diagnostic> {
    let (_, reason, help) = table.iter().find(|(known, _, _)| *known == name)?;
    Some(Diagnostic::error(code::USAGE, format!("`{name}` is not supported: {reason}")).help(*help))
}
