//! Starting and stopping the server.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Database;

/// The unprivileged accounts to run the server as where tests run as root, whom PostgreSQL refuses.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// A running server.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    databases: AtomicUsize,
    /// The shell that owns the server. Its standard input ends with this process; nothing else has to be done.
    _supervisor: Child,
}

impl Server {
    /// Makes the server's files in a temporary folder and starts it.
    pub(super) fn start(programs: &Path) -> Result<Self, String> {
        let failed =
            |what: &str, error: std::io::Error| format!("PostgreSQL does not start: {what}: {error}");
        // A socket's path must be short, and TMPDIR need not be.
        let parent = Some(std::env::temp_dir()).filter(|path| path.as_os_str().len() < 60);
        let folder = tempfile::Builder::new()
            .prefix("driftless-pg-")
            .tempdir_in(parent.unwrap_or_else(|| "/tmp".into()))
            .map_err(|error| failed("no temporary folder", error))?
            .keep();
        let mut command = as_unprivileged(&folder)?;
        command.args(["sh", "-c", include_str!("supervise.sh"), "supervise"]).arg(programs).arg(&folder);
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut supervisor = command.spawn().map_err(|error| failed("no shell", error))?;
        let mut said = String::new();
        let mut stdout = supervisor.stdout.take().expect("stdout is piped");
        let mut byte = [0];
        while !said.ends_with("ready\n") && stdout.read(&mut byte).is_ok_and(|read| read == 1) {
            said.push(char::from(byte[0]));
        }
        if !said.ends_with("ready\n") {
            return Err(format!("PostgreSQL does not start:\n{said}"));
        }
        Ok(Self {
            programs: programs.to_owned(),
            folder,
            databases: AtomicUsize::new(0),
            _supervisor: supervisor,
        })
    }

    /// A new, empty database.
    pub fn create_database(&self) -> Database<'_> {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name}");
        Database::named(self, "postgres").run(&sql).expect("the server makes a database");
        Database::named(self, &name)
    }

    /// The URL of a database of the server, which need not exist.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@localhost/{database}?host={}", self.folder.display())
    }

    /// What a query gives that is sent to a database by any URL, as by a pooler's.
    ///
    /// # Errors
    /// What `psql` says.
    pub fn run_at(&self, url: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url]);
        let output = psql.output().map_err(|error| format!("psql does not run: {error}"))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// The folder of its socket.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Crashes the server: one of its processes is killed, so it ends all others, recovers and takes connections again.
    ///
    /// # Panics
    /// It does not come back within a minute.
    pub fn crash(&self) {
        let database = Database::named(self, "postgres");
        let victim = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'";
        let process = database.run(victim).expect("the server is there");
        let killed = Command::new("kill").args(["-KILL", process.trim()]).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server's process cannot be killed");
        for _ in 0..600 {
            std::thread::sleep(std::time::Duration::from_millis(100));
            let successor = database.run(victim).unwrap_or_default();
            if !successor.is_empty() && successor != process {
                return;
            }
        }
        panic!("the server does not come back");
    }

    /// A `psql` for a database of the server: quiet, without anyone's settings, stopping at the first error.
    pub(super) fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"])
            .arg(&self.folder);
        psql.env("PGOPTIONS", "-c client_min_messages=warning");
        psql
    }
}

/// A command to which a program and its arguments are still to be added, run by an account that may run a server.
pub(super) fn as_unprivileged(folder: &Path) -> Result<Command, String> {
    let id = |arguments: &[&str]| {
        let output =
            Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Ok(Command::new("env"));
    }
    let accounts = ACCOUNTS.iter().filter_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)));
    let Some((user, group)) = accounts.into_iter().next() else {
        return Err("PostgreSQL refuses root, and there is no account `postgres` or `nobody`".to_owned());
    };
    std::os::unix::fs::chown(folder, Some(user), Some(group))
        .map_err(|error| format!("the server's folder cannot be given away: {error}"))?;
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups");
    command.args(["env", "HOME=/"]);
    Ok(command)
}
