//! Whether the text of a default value is what its type asks for.
//!
//! Each function answers for one format and allocates nothing that outlives the call. The formats are those that the
//! reference accepts, not those of PostgreSQL: a value that passes here is written into DDL as it stands.

mod base64;
mod datetime;
mod decimal;
mod json;

pub(super) use base64::is_base64;
pub(super) use datetime::is_datetime;
pub(super) use decimal::is_decimal;
pub(super) use json::is_json;
