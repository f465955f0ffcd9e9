//! Fixtures and what is recorded beside them.

mod diff;
mod format;
mod schemas;
