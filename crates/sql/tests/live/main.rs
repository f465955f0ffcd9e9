//! Replay compared with a real server. Skipped, and said so, where `DRIFTLESS_TEST_URL` names none.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by a panic and says on stderr what it skips"
)]

mod facts;
mod generator;
mod histories;
mod random;
mod server;
