//! driftless
fn main() {}
