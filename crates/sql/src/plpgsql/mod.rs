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

use driftless_ir::Name;

pub(crate) use self::parse::{Step, parse_body};
use self::value::Value;
use crate::catalog::Catalog;

/// The text that an expression is in each run; `None` where that is not known.
pub(crate) fn constant_text(catalog: &Catalog, expression: &str) -> Option<String> {
    let variables: Vec<(Name, Option<Value>)> = Vec::new();
    match condition::evaluate(catalog, &variables, expression)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
