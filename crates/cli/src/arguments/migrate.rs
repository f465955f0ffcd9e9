//! `migrate deploy`, `status`, `resolve`, `reset` and `dev`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use super::Style;

const DEPLOY_EXAMPLES: &str = "\
Examples:
  driftless migrate deploy
  driftless migrate deploy --dry-run
  driftless migrate deploy --strict --backup backups/2026-01-31";

const STATUS_EXAMPLES: &str = "\
Examples:
  driftless migrate status
  driftless migrate status --strict --json

Exit codes: 0 up to date, 1 something is pending, half done or wrong";

const RESOLVE_EXAMPLES: &str = "\
Examples:
  A database that was there before its migrations:
    driftless migrate resolve --applied 0_init
  A migration of which what took effect was undone by hand:
    driftless migrate resolve --rolled-back 20260131120000_add_orders";

const RESET_EXAMPLES: &str = "\
Example:
  driftless migrate reset --force";

const DEV_EXAMPLES: &str = "\
Examples:
  driftless migrate dev --name add_order_notes
  driftless migrate dev --create-only --name add_order_notes --style plain";

/// What commands that write to the database share.
#[derive(Clone, Debug, Args)]
pub(crate) struct LockArguments {
    /// How long to wait for other migrations, and for each lock of a statement [default: 60, and for ever]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) lock_timeout: Option<Duration>,
}

/// Which folder the migrations are in.
#[derive(Clone, Debug, Args)]
pub(crate) struct FolderArguments {
    /// The migrations folder, instead of the one beside the schema
    #[arg(long, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,
}

/// `migrate deploy`.
#[derive(Debug, Args)]
#[command(after_help = DEPLOY_EXAMPLES)]
pub(crate) struct DeployArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    #[command(flatten)]
    pub(crate) lock: LockArguments,
    /// Say what would be carried out, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Refuse where scripts were changed after they were run, the database is ahead, or it drifted
    #[arg(long)]
    pub(crate) strict: bool,
    /// Save rows that a migration takes away to DIR first
    #[arg(long, value_name = "DIR")]
    pub(crate) backup: Option<PathBuf>,
}

/// `migrate status`.
#[derive(Debug, Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    /// Fail on edited scripts, a database that is ahead, and drift as well
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `migrate resolve`.
#[derive(Debug, Args)]
#[command(after_help = RESOLVE_EXAMPLES, group = ArgGroup::new("what").required(true).multiple(false))]
pub(crate) struct ResolveArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    #[command(flatten)]
    pub(crate) lock: LockArguments,
    /// Record a migration as in effect, without running it
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) applied: Option<String>,
    /// Record that what was begun of a migration was undone
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) rolled_back: Option<String>,
}

/// `migrate reset`.
#[derive(Debug, Args)]
#[command(after_help = RESET_EXAMPLES)]
pub(crate) struct ResetArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    #[command(flatten)]
    pub(crate) lock: LockArguments,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Do not seed
    #[arg(long, hide = true)]
    pub(crate) skip_seed: bool,
    /// What the reference would generate; driftless generates nothing
    #[arg(long, hide = true)]
    skip_generate: bool,
}

/// `migrate dev`.
#[derive(Debug, Args)]
#[command(after_help = DEV_EXAMPLES)]
pub(crate) struct DevArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    #[command(flatten)]
    pub(crate) lock: LockArguments,
    /// What to call the migration
    #[arg(short, long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write the migration, and do not carry it out
    #[arg(long)]
    pub(crate) create_only: bool,
    /// How the script is written: `guarded` can be run again, `plain` is as the reference writes it
    #[arg(long, value_enum, default_value = "guarded")]
    pub(crate) style: Style,
    /// A database to try migrations in; it is emptied
    #[arg(long, value_name = "URL")]
    pub(crate) shadow_database_url: Option<String>,
    /// What the reference would generate; driftless generates nothing
    #[arg(long, hide = true)]
    skip_generate: bool,
    /// Do not seed
    #[arg(long, hide = true)]
    skip_seed: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds is wanted".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "a number of seconds is wanted".to_owned())
}
