//! The schema language: text → syntax → resolved and validated model → IR.
//!
//! * [`syntax`]: the tree of a file, borrowed from its text.
//! * [`parse`]: text → tree, by the grammar in `grammar/prisma.pest`.

mod grammar;
pub mod parse;
pub mod syntax;
