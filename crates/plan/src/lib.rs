//! From two schemas to SQL: what has to change, in which order, and how it is written.
//!
//! * [`diff`] compares a [`Pair`] of schemas and finds [`Step`](step::Step)s. It knows no SQL and no order.
//! * [`order`] makes a [`Plan`] of them. Steps depend on each other through their [`Effects`] alone; where nothing
//!   asks for an order, their [`Rank`] gives that of the reference.
//! * [`render`] writes a plan as SQL in one of two [`Style`]s.
//! * [`Plan::hazards`] says what may be lost or fail, [`Plan::summary`] what happens, both as data.
//!
//! Invariants: nothing here reads SQL, a file or a database. What the model of a schema does not hold is never dropped.

mod correspondence;
mod diff;
mod effects;
mod hazard;
mod order;
mod pair;
mod rank;
mod render;
mod shape;
pub mod step;
mod summary;
#[cfg(test)]
mod tests;

pub use correspondence::Correspondence;
pub use diff::{Changes, Unproven, diff, diff_as_reference, may_be_same_type};
pub use effects::{Effects, Resource};
pub use hazard::{Hazard, Severity};
pub use order::{Cycle, Plan, order};
pub use pair::Pair;
pub use rank::Rank;
pub use render::{Style, render};
pub use shape::Shapes;
pub use summary::{Ansi, Change, Mark, Paint, Plain, Summary};
