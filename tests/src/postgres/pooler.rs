//! PgBouncer before the server.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::Server;
use super::server::as_unprivileged;
use crate::expect::notice;

/// A running pooler. It listens on a socket in a temporary folder.
#[derive(Debug)]
pub struct Pooler {
    folder: PathBuf,
    /// The shell that owns the pooler. Its standard input ends with this process; nothing else has to be done.
    supervisor: Child,
}

/// How long a pooler keeps a server session for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// As long as the client stays.
    Session,
    /// For each transaction.
    Transaction,
}

/// Runs PgBouncer until standard input ends.
const SUPERVISE: &str =
    "\"$0\" \"$1\" & pooler=$!; cat > /dev/null; kill $pooler; wait $pooler; rm -rf \"${1%/*}\"";

impl Pooler {
    /// Starts a pooler with so many server sessions a database; `None`, and a word about it, where there is no PgBouncer
    /// on this machine.
    ///
    /// # Panics
    /// It does not start.
    pub fn start(server: &Server, pooling: Pooling, sessions: usize) -> Option<Self> {
        let Some(program) = find() else {
            notice(
                "tests with a pooler are skipped: there is no pgbouncer (Debian: apt-get install pgbouncer)",
            );
            return None;
        };
        let folder = tempfile::Builder::new().prefix("driftless-pool-").tempdir_in("/tmp");
        let folder = folder.expect("a temporary folder can be made").keep();
        let mode = match pooling {
            Pooling::Session => "session",
            Pooling::Transaction => "transaction",
        };
        let (sockets, own) = (server.folder().display(), folder.display());
        let settings = format!(
            "[databases]\n* = host={sockets} user=postgres\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {own}\n\
             listen_port = 5432\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = {sessions}\n\
             max_client_conn = 200\nlogfile = {own}/log\n"
        );
        let path = folder.join("pgbouncer.ini");
        std::fs::write(&path, settings).expect("its settings can be written");
        let mut command = as_unprivileged(&folder).expect("there is an unprivileged user");
        command.args(["sh", "-c", SUPERVISE]).arg(program).arg(path).stdin(Stdio::piped());
        let supervisor = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell starts");
        let pooler = Self { folder, supervisor };
        for _ in 0..200 {
            if pooler.folder.join(".s.PGSQL.5432").exists() {
                return Some(pooler);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("pgbouncer does not start: {:?}", std::fs::read_to_string(pooler.folder.join("log")));
    }

    /// The URL of a database of the server by way of the pooler.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@localhost/{database}?host={}", self.folder.display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

fn find() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&paths).chain([PathBuf::from("/usr/sbin")]);
    let program = folders.map(|folder| folder.join("pgbouncer")).find(|program| program.is_file())?;
    let runs = Command::new(&program).arg("--version").output();
    runs.is_ok_and(|output| output.status.success()).then_some(program)
}
