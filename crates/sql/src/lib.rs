//! Replay of migration SQL into the schema model, without a database.
//!
//! * [`split`] cuts a script into statements, byte-exact and without loss.
//! * [`Replay`] carries the statements of one script after the other out on a small system catalog, with PostgreSQL's
//!   own rules for names, dependents and refusals, and gives the resulting [`Schema`](driftless_ir::Schema).
//! * [`Trust`] says whether that schema is exact, or which opaque statements stand in the way.
//! * [`Guarded`]: what a script makes only where nothing of the name is there, and what stands there.
//! * [`client_task`] finds what only a client such as `psql` does.
//! * [`Refused`] are the statements that PostgreSQL would refuse.
//! * [`single_expression`] says whether a text is an expression and nothing else.
//! * [`Provenance`] says which statement made an object and which one changed it last.
//!
//! From text to schema: `splitter` → `statement` (what is said) → `interpret` on `catalog` (what it does; `query` resolves
//! names, `plpgsql` runs blocks) → `catalog`'s lowering to a [`SchemaBuilder`](driftless_ir::SchemaBuilder).
//!
//! Invariants: nothing is guessed, what is not understood is named; this crate reads SQL and writes none; no I/O.

mod apart;
mod catalog;
mod client;
mod coercion;
mod default;
mod depth;
mod directive;
mod expression;
pub mod facts;
mod guarded;
mod interpret;
mod names;
mod operator;
mod plpgsql;
mod query;
mod refusal;
mod replay;
mod splitter;
mod statement;
mod trust;
mod why;

pub use apart::{Made, Making, makings};
pub use client::{ClientTask, client_task};
pub use expression::single_expression;
pub use guarded::{Guarded, Known, Standing, Target, Traits};
pub use refusal::SqlState;
pub use replay::{Refused, Replay};
pub use splitter::{Content, Fragment, split};
pub use trust::{MayChange, OpaqueStatement, Trust};
pub use why::Provenance;
