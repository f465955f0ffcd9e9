//! Scripts, run by a real PostgreSQL. Each test makes databases of its own on the one private server of the process.

mod cells;
mod pull;
mod lifecycle;
mod scripts;
mod server;
