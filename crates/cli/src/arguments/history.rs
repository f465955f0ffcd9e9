//! Commands on the migration history alone.

use std::path::PathBuf;

use clap::Args;

const VALIDATE_HISTORY_EXAMPLES: &str = "\
Examples:
  driftless migrate validate-history
  driftless migrate validate-history --migrations apps/shop/prisma/migrations --json";

const WHY_EXAMPLES: &str = "\
Examples:
  driftless why orders
  driftless why orders.total
  driftless why orders_user_id_fkey";

/// `migrate validate-history`.
#[derive(Debug, Args)]
#[command(after_help = VALIDATE_HISTORY_EXAMPLES)]
pub(crate) struct ValidateHistoryArguments {
    /// Changed files; taken so that pre-commit can name them, the whole history is read
    #[arg(value_name = "PATH")]
    _paths: Vec<PathBuf>,
    /// The migrations folder, instead of the one beside the schema
    #[arg(long, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// `why`.
#[derive(Debug, Args)]
#[command(after_help = WHY_EXAMPLES)]
pub(crate) struct WhyArguments {
    /// A table, `table.column`, an index, a constraint or a type, by its name in the database
    pub(crate) object: String,
    /// The migrations folder, instead of the one beside the schema
    #[arg(long, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
