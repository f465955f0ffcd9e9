//! Arguments of `db seed`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Make the rows of prisma/seed.toml that are missing, and leave the others as they are:
    driftless db seed
  Bring the settings back to what the seed says:
    driftless db seed --only site-settings --restore
  Run the project's own seed command with an argument:
    driftless db seed -- --environment development";

/// `db seed`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SeedArguments {
    /// The seed file, instead of `seed.toml` beside the schema or the project's seed command
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The sections of the seed file, by name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Overwrite rows that exist with what the seed file says
    #[arg(long)]
    pub(crate) restore: bool,
    /// Print what became of the sections as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Arguments for the project's seed command
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<String>,
}
