//! Flags and commands of the reference that driftless does not have, with what to do instead.

use driftless_diagnostics::{Diagnostic, code};

/// Flags, why they are absent, and what to do.
const FLAGS: &[(&str, &str, &str)] = &[
    ("--from-local-d1", ONLY_POSTGRESQL, COMPARE_SCHEMAS),
    ("--to-local-d1", ONLY_POSTGRESQL, COMPARE_SCHEMAS),
];

/// Commands, why they are absent, and what to do.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("generate", "driftless makes no client", "run `prisma generate`"),
    ("init", "driftless makes no project", "write `prisma/schema.prisma`, then run `driftless validate`"),
    ("studio", "driftless shows no data", "run `prisma studio`"),
    ("dev", "driftless runs no database", "run `prisma dev`"),
    ("version", "the version is a flag", "run `driftless --version`"),
    ("debug", "there is nothing to debug", "run the command with `--verbose`"),
    ("help", "help is a flag", "run `driftless --help`, or `driftless COMMAND --help`"),
    ("db", NO_DATABASE, "run `prisma db`, or compare schema files with `driftless diff`"),
];

const RUN_MIGRATE: &str =
    "write the SQL with `driftless diff --script`, and run `prisma migrate` for the rest";
const NO_DATABASE: &str = "driftless reads schema files and no database";
const ONLY_POSTGRESQL: &str = "driftless is for PostgreSQL";
const COMPARE_SCHEMAS: &str = "compare schema files with `--from-schema` and `--to-schema`";

/// What to say of a flag that the command line does not know, if the reference knows it.
pub(crate) fn explain_flag(flag: &str) -> Option<Diagnostic> {
    explain(FLAGS, flag.split('=').next().unwrap_or(flag))
}

/// What to say of a command that the command line does not know, if the reference knows it: `generate`, or
/// `migrate deploy`.
pub(crate) fn explain_command(name: &str) -> Option<Diagnostic> {
    explain(COMMANDS, name)
}

fn explain(table: &[(&str, &str, &str)], name: &str) -> Option<Diagnostic> {
    let (_, reason, help) = table.iter().find(|(known, _, _)| *known == name)?;
    Some(Diagnostic::error(code::USAGE, format!("`{name}` is not supported: {reason}")).help(*help))
}
