//! Facts of one statement: how it has to be run, and what it takes away of the rows that are there.
//!
//! They are read from its words, and hold whatever the database is; only the code that it calls is looked up. What a
//! statement makes of a schema is the business of [`Replay`](crate::Replay).

pub(crate) mod code;
mod rows;
mod transaction;
mod word;

pub use code::{Routine, RowFacts, Unclear};
pub use rows::{ColumnEffect, DropKind, Named, RowEffect, mentions, row_effects};
pub use transaction::{
    BuiltIndex, TransactionKind, is_about_transaction, is_repeatable, is_setting, may_commit,
    may_need_to_stand_alone, transaction_kind,
};

/// The first word of a statement, in small letters.
pub fn first_word(statement: &str) -> Option<String> {
    word::words(statement, 1).first().map(|word| word.text().to_lowercase())
}
