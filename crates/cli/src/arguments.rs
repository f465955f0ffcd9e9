//! The command line as clap reads it. What a flag means stands in its doc comment, which is its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  driftless validate
  driftless diff --from-empty --to-schema prisma/schema.prisma --script
  driftless format --check

Exit codes: 0 done, 1 error, 2 a difference was found (diff --exit-code)";

const DIFF_EXAMPLES: &str = "\
Examples:
  The first migration:
    driftless diff --from-empty --to-schema prisma/schema.prisma --script -o 0_init/migration.sql
  What a branch changes, in words:
    driftless diff --from-schema main.prisma --to-schema prisma/schema.prisma
  Stop a pipeline where the two differ:
    driftless diff --from-schema main.prisma --to-schema --exit-code";

const VALIDATE_EXAMPLES: &str = "\
Examples:
  driftless validate
  driftless validate --schema prisma/schema --json
  driftless validate apps/shop/schema.prisma apps/blog/schema.prisma";

const FORMAT_EXAMPLES: &str = "\
Examples:
  driftless format
  driftless format --check prisma/schema
  driftless format - < schema.prisma";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "driftless",
    version,
    about = "Schema diff and migration compiler for PostgreSQL: schema.prisma in, SQL out",
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    infer_long_args = false
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArguments {
    /// The schema: a `.prisma` file, or a folder of them
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) schema: Option<PathBuf>,
    /// The configuration file, instead of `prisma.config.ts`
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Say on stderr what is read
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = false
    )]
    pub(crate) color: Color,
    /// What the reference reports to its makers; nothing is done with it.
    #[arg(long, global = true, hide = true, value_name = "TEXT")]
    telemetry_information: Option<String>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    // Without doc comments: clap would spread the help over three times the lines.
    #[default]
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what leads from one schema to another, in words or as SQL
    Diff(DiffArguments),
    /// Check schemas and report everything that is wrong with them
    Validate(ValidateArguments),
    /// Bring schema files into the canonical form
    Format(FormatArguments),
    /// Migrations (`migrate diff` is `diff`)
    #[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
    Migrate {
        #[command(subcommand)]
        command: MigrateCommand,
    },
    /// Print a script that completes commands and flags in a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
}

/// What to do with migrations.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Show what leads from one schema to another, in words or as SQL
    Diff(DiffArguments),
}

/// `diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct DiffArguments {
    /// From nothing
    #[arg(long, help_heading = "From (one of)")]
    pub(crate) from_empty: bool,
    /// From a schema; without PATH, from the project's
    #[arg(
        long,
        help_heading = "From (one of)",
        value_name = "PATH",
        num_args = 0..=1,
        alias = "from-schema-datamodel"
    )]
    pub(crate) from_schema: Option<Option<PathBuf>>,
    /// To nothing
    #[arg(long, help_heading = "To (one of)")]
    pub(crate) to_empty: bool,
    /// To a schema; without PATH, to the project's
    #[arg(long, help_heading = "To (one of)", value_name = "PATH", num_args = 0..=1, alias = "to-schema-datamodel")]
    pub(crate) to_schema: Option<Option<PathBuf>>,
    /// Print SQL instead of a summary
    #[arg(long, help_heading = "Output")]
    pub(crate) script: bool,
    /// `guarded` (the default) can be run again, `plain` is as the reference writes it
    #[arg(long, help_heading = "Output", value_enum)]
    pub(crate) style: Option<Style>,
    /// Print one JSON object
    #[arg(long, help_heading = "Output", conflicts_with = "script")]
    pub(crate) json: bool,
    /// Write to FILE instead of stdout
    #[arg(short, long, help_heading = "Output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 2 where there is a difference
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_code: bool,
}

/// How SQL is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    // Without doc comments, for the same reason.
    Guarded,
    Plain,
}

/// `validate`.
#[derive(Debug, Args)]
#[command(after_help = VALIDATE_EXAMPLES)]
pub(crate) struct ValidateArguments {
    /// Schema files and folders; a file of a schema folder stands for the folder
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// `format`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT_EXAMPLES)]
pub(crate) struct FormatArguments {
    /// Schema files and folders; `-` reads stdin and writes stdout
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing: list the files that are not formatted, and exit with 1 if there are any
    #[arg(long, help_heading = "Output")]
    pub(crate) check: bool,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  driftless completions bash > /etc/bash_completion.d/driftless")]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `man`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  driftless man --out-dir /usr/local/share/man/man1")]
pub(crate) struct ManArguments {
    /// The folder to write to, one page a command
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: PathBuf,
}
