//! The repository keeps its own rules.

mod arrows;
mod codes;
mod fixtures;
mod texts;
