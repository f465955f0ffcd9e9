//! `drift`.

use clap::Args;

const DRIFT_EXAMPLES: &str = "\
Examples:
  driftless drift
  Accept what is meant to be there, and commit the file:
    driftless drift --accept
  The SQL that takes the differences back:
    driftless drift --script

Exit codes: 0 no difference, 1 error, 2 the database differs";

/// `drift`.
#[derive(Debug, Args)]
#[command(after_help = DRIFT_EXAMPLES)]
pub(crate) struct DriftArguments {
    /// Compare with what the migrations make, as far as they are in effect
    #[arg(long, help_heading = "Compare with", conflicts_with = "against_schema")]
    pub(crate) against_migrations: bool,
    /// Compare with what the schema says
    #[arg(long, help_heading = "Compare with")]
    pub(crate) against_schema: bool,
    /// Accept the triggers, policies and other objects outside the model that are there now
    #[arg(long)]
    pub(crate) accept: bool,
    /// Print the SQL that takes the differences back, as far as they are modelled
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    pub(crate) script: bool,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
