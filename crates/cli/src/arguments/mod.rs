//! The command line as clap reads it. What a flag means stands in its doc comment, which is its help.
//!
//! One module a group of commands; this one holds the root and the global flags.

mod database;
mod diff;
mod drift;
mod execute;
mod history;
mod migrate;
mod schema;
mod seed;
mod shell;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::database::{DbCommand, PullArguments, PushArguments};
pub(crate) use self::diff::{DiffArguments, Style};
pub(crate) use self::drift::DriftArguments;
pub(crate) use self::execute::ExecuteArguments;
pub(crate) use self::history::{ValidateHistoryArguments, WhyArguments};
pub(crate) use self::migrate::{
    DeployArguments, DevArguments, LockArguments, ResetArguments, ResolveArguments, StatusArguments,
};
pub(crate) use self::schema::{FormatArguments, ValidateArguments};
pub(crate) use self::seed::SeedArguments;
pub(crate) use self::shell::{CompletionsArguments, ManArguments};

const EXAMPLES: &str = "\
Examples:
  driftless validate
  driftless diff --from-empty --to-schema prisma/schema.prisma --script
  driftless format --check
  driftless migrate dev --name add_order_notes
  driftless migrate deploy
  driftless drift

Exit codes: 0 done, 1 error, 2 a difference was found (diff --exit-code, drift), 130 not agreed to";

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
    /// The database, instead of what the configuration file, the schema or `DATABASE_URL` names
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Say on stderr what is read, which database is meant, and why
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
    /// The database itself
    #[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
    /// Report where the database is not what its migrations, or its schema, make
    Drift(DriftArguments),
    /// Say which migration made an object of the database, and which changed it last
    Why(WhyArguments),
    /// Print a script that completes commands and flags in a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
}

/// What to do with migrations.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Bring the database up to date, and write the migration that leads to what the schema says
    Dev(DevArguments),
    /// Carry out the migrations that the database does not have
    Deploy(DeployArguments),
    /// Show how the migrations folder and the database stand to each other
    Status(StatusArguments),
    /// Say of a migration that it is in effect, or that it was undone
    Resolve(ResolveArguments),
    /// Empty the database and carry out all migrations anew
    Reset(ResetArguments),
    /// Show what leads from one schema to another, in words or as SQL
    Diff(DiffArguments),
    /// Find statements that PostgreSQL would refuse, without a database
    ValidateHistory(ValidateHistoryArguments),
}
