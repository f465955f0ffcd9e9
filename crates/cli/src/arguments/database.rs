//! Arguments of the commands that are about a database.

use clap::{Args, Subcommand};

use super::execute::ExecuteArguments;
use super::seed::SeedArguments;

const PULL_EXAMPLES: &str = "\
Examples:
  Write the schema of the database that DATABASE_URL names:
    driftless db pull
  Look at it first:
    driftless db pull --print --url postgresql://me@localhost:5432/shop
  Begin anew, and keep the configuration blocks alone:
    driftless db pull --force";

const PUSH_EXAMPLES: &str = "\
Examples:
  Try a schema out on the database that DATABASE_URL names:
    driftless db push
  Begin anew:
    driftless db push --force-reset";

/// What to do with a database.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Write what the database holds into the schema
    Pull(PullArguments),
    /// Bring the database to what the schema says, without a migration
    Push(PushArguments),
    /// Bring first rows into the database
    Seed(SeedArguments),
    /// Run a script
    Execute(ExecuteArguments),
}

/// `db pull`.
#[derive(Debug, Args)]
#[command(after_help = PULL_EXAMPLES)]
pub(crate) struct PullArguments {
    /// Print the schema and write nothing
    #[arg(long, help_heading = "Output")]
    pub(crate) print: bool,
    /// Give up everything in the schema but its configuration blocks
    #[arg(long)]
    pub(crate) force: bool,
    /// The database's schemas to look at, of those that the datasource block lists
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) schemas: Vec<String>,
    /// What the reference takes for another kind of database; nothing is done with it.
    #[arg(long, hide = true, value_name = "NUMBER")]
    composite_type_depth: Option<String>,
}

/// `db push`.
#[derive(Debug, Args)]
#[command(after_help = PUSH_EXAMPLES)]
pub(crate) struct PushArguments {
    /// Go on where rows are lost or may be in the way
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    /// Empty the database first
    #[arg(long)]
    pub(crate) force_reset: bool,
    /// What the reference makes after a push; nothing is done with it.
    #[arg(long, hide = true)]
    skip_generate: bool,
}
