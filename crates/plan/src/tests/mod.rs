//! Tests over whole plans, of schemas that a builder made. What SQL they become stands in `fixtures/diff`.

mod build;
mod ordering;
mod scripts;
mod summaries;
