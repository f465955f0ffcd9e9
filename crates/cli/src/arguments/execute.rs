//! `db execute`.

use std::path::PathBuf;

use clap::Args;

const EXECUTE_EXAMPLES: &str = "\
Examples:
  driftless db execute --file fix.sql
  echo 'TRUNCATE sessions' | driftless db execute --stdin";

/// `db execute`.
#[derive(Debug, Args)]
#[command(after_help = EXECUTE_EXAMPLES)]
#[group(required = true, multiple = false)]
pub(crate) struct ExecuteArguments {
    /// The script to run
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read the script from stdin
    #[arg(long)]
    pub(crate) stdin: bool,
}
