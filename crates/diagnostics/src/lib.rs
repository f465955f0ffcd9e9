//! What every other crate uses to speak of source text and of what is wrong with it.
//!
//! * [`Files`]: the texts that one run reads, each with a name that people recognise.
//! * [`Span`]: a half-open byte range in one of them.
//! * [`Code`]: the stable number of one kind of problem. All of them stand in [`code::ALL`], each with a page in
//!   `docs/errors`.
//! * [`Diagnostic`]: one problem: code, message, place, help.
//! * [`visible`]: text of others, such as names, made safe to show.
//! * [`Sink`]: where passes put diagnostics. Passes collect and go on; they do not stop at the first problem.
//!
//! Invariant: nothing here prints. [`Report`] joins a diagnostic with its source so that a front end can.

pub mod code;
mod diagnostic;
mod files;
mod nearest;
mod report;
mod secret;
mod sink;
mod visible;

pub use code::Code;
pub use diagnostic::{Diagnostic, Severity};
pub use files::{File, FileId, Files, Position, Span};
pub use nearest::nearest;
pub use report::Report;
pub use secret::without_secrets;
pub use sink::Sink;
pub use visible::{is_hidden, lines, shell_word, visible, visible_lines};
