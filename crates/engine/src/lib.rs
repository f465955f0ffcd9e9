//! One function a command: the public library of driftless.
//!
//! * [`Project`]: the folder of a run and the choices of the command line; it finds the schema.
//! * [`Source`]: where one side of a comparison is taken from.
//! * [`diff`]: what leads from one state to another, in words and as SQL.
//! * [`validate`]: everything that is wrong with schemas.
//! * [`format()`]: schema files in their canonical form.
//!
//! Invariants: only this crate touches files; it prints nothing and reads no environment variable, no clock and no
//! current folder: they are passed in.

mod config;
mod diff;
mod format;
mod project;
mod read;
mod source;
mod validate;
mod write;

pub use diff::{Difference, Risk, Warning, compare, diff};
pub use driftless_plan::{Ansi, Change, Mark, Plain, Style, Summary};
pub use format::{FormattedFile, Formatting, decode_text, format, format_text, write_formatted};
pub use project::{Found, Location, Project};
pub use source::{Refusal, Source};
pub use validate::{CheckedSchema, validate};
pub use write::write_text;
