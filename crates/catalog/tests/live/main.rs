//! Tests against a real server, whose administrator's URL `DRIFTLESS_TEST_URL` holds. Without it they are skipped, and
//! say so. Each makes databases of its own and drops them.

mod connect;
mod ephemeral;
mod execute;
mod expressions;
mod hostile;
mod identity;
mod introspect;
mod normalise;
mod server;
