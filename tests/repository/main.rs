//! The repository keeps its own rules.

mod arrows;
mod codes;
mod commands;
mod fixtures;
mod sql_text;
mod texts;
