//! `diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const DIFF_EXAMPLES: &str = "\
Examples:
  The first migration:
    driftless diff --from-empty --to-schema prisma/schema.prisma --script -o 0_init/migration.sql
  What a branch changes, in words:
    driftless diff --from-schema main.prisma --to-schema prisma/schema.prisma
  Stop a pipeline where the migrations do not make the schema:
    driftless diff --from-migrations prisma/migrations --to-schema --exit-code
  What a database lacks:
    driftless diff --from-url \"$DATABASE_URL\" --to-schema --script";

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
    /// From what the migrations of a folder make; no database is needed for it
    #[arg(long, help_heading = "From (one of)", value_name = "DIR", num_args = 0..=1)]
    pub(crate) from_migrations: Option<Option<PathBuf>>,
    /// From a database
    #[arg(long, help_heading = "From (one of)", value_name = "URL")]
    pub(crate) from_url: Option<String>,
    /// From the database that the configuration file names
    #[arg(long, help_heading = "From (one of)")]
    pub(crate) from_config_datasource: bool,
    /// From the database that the datasource block of a schema names
    #[arg(long, help_heading = "From (one of)", value_name = "PATH", num_args = 0..=1)]
    pub(crate) from_schema_datasource: Option<Option<PathBuf>>,
    /// To nothing
    #[arg(long, help_heading = "To (one of)")]
    pub(crate) to_empty: bool,
    /// To a schema; without PATH, to the project's
    #[arg(long, help_heading = "To (one of)", value_name = "PATH", num_args = 0..=1, alias = "to-schema-datamodel")]
    pub(crate) to_schema: Option<Option<PathBuf>>,
    /// To what the migrations of a folder make
    #[arg(long, help_heading = "To (one of)", value_name = "DIR", num_args = 0..=1)]
    pub(crate) to_migrations: Option<Option<PathBuf>>,
    /// To a database
    #[arg(long, help_heading = "To (one of)", value_name = "URL")]
    pub(crate) to_url: Option<String>,
    /// To the database that the configuration file names
    #[arg(long, help_heading = "To (one of)")]
    pub(crate) to_config_datasource: bool,
    /// To the database that the datasource block of a schema names
    #[arg(long, help_heading = "To (one of)", value_name = "PATH", num_args = 0..=1)]
    pub(crate) to_schema_datasource: Option<Option<PathBuf>>,
    /// Never use a database to find out what migrations do: refuse where their SQL does not tell
    #[arg(long, help_heading = "Migrations", conflicts_with = "shadow_database_url")]
    pub(crate) offline: bool,
    /// A database to try migrations in where their SQL does not tell; it is emptied
    #[arg(long, help_heading = "Migrations", value_name = "URL")]
    pub(crate) shadow_database_url: Option<String>,
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

impl From<Style> for driftless_engine::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Guarded => Self::Guarded,
            Style::Plain => Self::Plain,
        }
    }
}
