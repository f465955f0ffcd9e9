//! One function a command: the public library of driftless.
//!
//! * [`Project`]: the folder of a run and the choices of the command line; it finds the schema.
//! * [`Source`]: where one side of a comparison is taken from.
//! * [`diff`]: what leads from one state to another, in words and as SQL.
//! * [`validate`]: everything that is wrong with schemas.
//! * [`format()`]: schema files in their canonical form.
//! * [`pull()`]: what a database holds, as schema text.
//!
//! Invariants: only this crate touches files; it prints nothing and reads no environment variable, no clock and no
//! current folder: they are passed in.

mod client;
mod config;
mod connection;
mod consent;
mod diff;
mod drift;
mod environment;
mod execute;
mod external;
mod format;
mod history;
mod migrate;
mod project;
mod proof;
mod pull;
mod push;
mod read;
mod reset;
mod seed;
mod source;
mod stakes;
mod validate;
mod write;

pub use connection::Database;
pub use diff::{DiffOptions, Difference, Risk, Warning, compare, diff};
pub use drift::{DriftOptions, DriftReport, Finding, Kind as FindingKind, Measure, Place, drift};
pub use driftless_plan::{Ansi, Change, Mark, Plain, Style, Summary};
pub use environment::Environment;
pub use execute::execute;
pub use format::{FormattedFile, Formatting, format, format_text, write_formatted};
pub use history::{CheckedHistory, Provenance, Statement, validate_history, why};
pub use migrate::{
    Checksum, DeployOptions, Deployment, DevOptions, Development, Diagnosis, Dilemma, Draft, Event,
    LockOptions, Migration, MigrationsFolder, Observer, Resolution, State, Status, StatusOptions, Unfinished,
    deploy, diagnose, draft, read_folder, reset, resolve, status,
};
pub use project::{Found, Listener, Location, Project};
pub use pull::{PullOptions, Pulled, PulledFile, Remark, pull, write_pulled};
pub use push::{Consent, PushEnd, PushOptions, Pushed, push};
pub use read::{MAX_FILE_BYTES, MAX_SCRIPT_BYTES, read_script, read_stream};
pub use seed::{
    Chance, SeedCommand, SeedOptions, SeedSource, Seeded, SeededSection, find_seed, run_seed_command, seed,
};
pub use source::{Fallback, Refusal, Replayed, Source, replay};
pub use stakes::{Stake, Verdict};
pub use validate::{CheckedSchema, validate};
pub use write::write_text;
