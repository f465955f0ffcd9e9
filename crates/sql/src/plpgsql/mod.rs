//! `DO` blocks and function bodies in PL/pgSQL.
//!
//! A block is run, as far as its conditions ask what the catalog knows. Where a condition asks something else, or steps
//! are repeated, they must be *harmless*: change nothing that a schema shows. Otherwise the effect is not known.

mod condition;
mod information;
mod parse;
mod run;
mod select;
mod system;
mod value;
