//! Replay compared with a real server. Skipped, and said so, where `DRIFTLESS_TEST_URL` names none.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a test speaks and fails")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by a panic and says on stderr what it skips"
)]

mod facts;
mod fixtures;
mod generator;
mod histories;
mod random;
mod server;
