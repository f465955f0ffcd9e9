//! Statements: what a piece of SQL says, before it is known whether it can be done.
//!
//! `sqlparser` reads the tokens, the expressions and the queries. The grammar of the definition statements stands here
//! ([`grammar`]), over its tokens: sqlparser's own is the union of many dialects, so that it takes what PostgreSQL
//! refuses, and knows too few of the forms that migrations use. A statement counts as understood only if its last token
//! is consumed; everything else is [`Statement::Opaque`].

mod cursor;
mod grammar;
mod model;

pub(crate) use cursor::{Cursor, ParseFailure, Parsed, fold, object_path};
pub(crate) use grammar::{altered_object, calls, parse, parse_expression, parse_type_name};
pub(crate) use model::*;
