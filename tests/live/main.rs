//! Scripts, run by a real PostgreSQL. Each test makes databases of its own on the one private server of the process.

#![allow(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

mod cells;
mod converge;
mod document;
mod drift;
mod expressions;
mod hostile;
mod lifecycle;
mod pull;
mod push;
mod scripts;
mod seed;
mod server;
