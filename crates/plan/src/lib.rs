//! driftless-plan
