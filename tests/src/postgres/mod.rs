//! A private PostgreSQL server, one a test process.
//!
//! The server's programs are looked for on this machine. The server listens on a socket in a temporary folder, not on
//! a port. It belongs to a shell that waits for the end of this process, however it ends, then stops the server and
//! removes the folder.

mod database;
mod pooler;
mod programs;
mod server;

use std::sync::OnceLock;

pub use self::database::Database;
pub use self::pooler::{Pooler, Pooling};
pub use self::server::Server;
use crate::expect::notice;

/// The server of this process; `None` where tests may do without one: `DRIFTLESS_SKIP_LIVE=1`.
///
/// # Panics
/// There is no PostgreSQL on this machine, or it does not start.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            if std::env::var("DRIFTLESS_SKIP_LIVE").is_ok_and(|value| value == "1") {
                notice("tests with a live PostgreSQL are skipped: DRIFTLESS_SKIP_LIVE=1");
                return None;
            }
            match programs::find().and_then(|programs| Server::start(&programs)) {
                Ok(server) => Some(server),
                Err(reason) => panic!("{reason}\nSet DRIFTLESS_SKIP_LIVE=1 to do without these tests"),
            }
        })
        .as_ref()
}

/// A server that is the caller's alone, for what others would notice; `None` where [`server`] gives none.
///
/// # Panics
/// Those of [`server`].
pub fn own_server() -> Option<Server> {
    server()?;
    Some(
        programs::find()
            .and_then(|programs| Server::start(&programs))
            .unwrap_or_else(|reason| panic!("{reason}")),
    )
}
