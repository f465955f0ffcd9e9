//! The repository keeps its own rules.

mod arrows;
mod codes;
mod commands;
mod drops;
mod fixtures;
mod sql_text;
mod texts;
