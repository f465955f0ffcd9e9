//! Commands on schema files alone.

use std::path::PathBuf;

use clap::Args;

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
