//! The parser that pest makes from `grammar/prisma.pest`.

// The derive writes an enum of the grammar's rules; the rules are documented in grammar/README.md.
#![allow(missing_docs)]

/// The parser; its entry rule is `Rule::block`.
#[derive(pest_derive::Parser)]
#[grammar = "prisma.pest"]
pub(crate) struct Grammar;
