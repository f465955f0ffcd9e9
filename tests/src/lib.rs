//! What the tests of the workspace share.
//!
//! * [`fixtures`]: the data in `fixtures/`, as cases. A new case needs no Rust.
//! * [`expect`]: comparing with recorded files, and recording them anew with `UPDATE_EXPECT=1`.
//! * [`binary`]: the built `driftless`.
//! * [`postgres`]: a private PostgreSQL server, one a test process.
//! * [`schemas`]: schemas from text, and the scripts between them.
//! * [`words`]: command lines cut into words.
//! * [`random`], [`random_schema`] and [`synthetic`]: input that is made up, the same on every machine.

pub mod binary;
pub mod expect;
pub mod fixtures;
pub mod postgres;
pub mod random;
pub mod random_schema;
pub mod schemas;
pub mod synthetic;
pub mod words;
