//! Starting and stopping a server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use driftless_ir::Name;

use super::account::Account;
use super::{EphemeralError, Machine, Programs, cluster};
use crate::confine::WantedExtension;
use crate::error::CatalogError;
use crate::session::Session;
use crate::url::{DatabaseUrl, Environment};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest path that a socket's folder may have: the whole address has to fit into 104 bytes on some systems.
const LONGEST_FOLDER: usize = 80;

const CONFINE: &str = include_str!("../../queries/confine_server.sql");

/// The way into a server for who has no power over it.
#[derive(Clone, Debug)]
pub struct Confined {
    /// The way into its empty database.
    pub url: DatabaseUrl,
    /// The extensions that are there because only a superuser may make them.
    pub made_apart: Vec<WantedExtension>,
}

/// A running server. It stops with the value, and with this process however that ends.
#[derive(Debug)]
pub struct Ephemeral {
    url: DatabaseUrl,
    folder: PathBuf,
    supervisor: Supervisor,
}

impl Ephemeral {
    /// Starts a server with an empty database.
    ///
    /// # Errors
    /// See [`EphemeralError`].
    pub fn start(programs: &Programs, machine: &Machine) -> Result<Self, EphemeralError> {
        let template = programs.key().and_then(|key| Some(machine.cache.as_ref()?.join(key)));
        match &template {
            Some(path) if path.is_dir() => match Self::start_from(programs, machine, template.as_deref()) {
                Err(EphemeralError::Failed { .. }) => {
                    // The template is damaged: it is made anew.
                    fs::remove_dir_all(path).map_err(EphemeralError::at(path))?;
                    Self::start_from(programs, machine, template.as_deref())
                }
                other => other,
            },
            _ => Self::start_from(programs, machine, template.as_deref()),
        }
    }

    fn start_from(
        programs: &Programs,
        machine: &Machine,
        template: Option<&Path>,
    ) -> Result<Self, EphemeralError> {
        let short =
            machine.temporary.as_os_str().len() < LONGEST_FOLDER - 30 && machine.temporary.is_absolute();
        let parent = if short { machine.temporary.as_path() } else { Path::new("/tmp") };
        let folder = cluster::make_private_folder(parent, "driftless-pg")?;
        let account = Account::for_maker_of(&folder).and_then(|account| {
            account.own(&folder)?;
            Ok(account)
        });
        if account.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        let account = account?;
        let mut supervisor = Supervisor::spawn(programs, &folder, account)?;
        let data = folder.join("data");
        match template {
            Some(template) if template.is_dir() => {
                cluster::copy(template, &data, account)?;
                supervisor.order("take")?;
            }
            _ => {
                supervisor.order("make")?;
                if let Some(template) = template {
                    // That nothing can be kept costs the next start its speed, not this one its server.
                    let _ = cluster::keep(&data, template);
                }
            }
        }
        supervisor.start(&data)?;
        Ok(Self { url: url_of(&folder)?, folder, supervisor })
    }

    /// The way into its empty database, as an administrator.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Gives the empty database to a role without power, called `postgres` as the owner of many a dump is, and locks
    /// every other role out for good. What runs as it can neither run programs nor reach files of this machine.
    ///
    /// # Errors
    /// Those of the server.
    pub fn confine(&self, wanted: &[WantedExtension]) -> Result<Confined, CatalogError> {
        let mut session = Session::connect(&self.url)?;
        let mut script = CONFINE.trim_end().to_owned();
        if session.version().is_at_least(15) {
            script += ";\nGRANT SET ON PARAMETER session_replication_role TO postgres";
        }
        if session.version().is_at_least(16) {
            script += ";\nALTER ROLE postgres SET createrole_self_grant TO 'set, inherit'";
        }
        session.execute(&script)?;
        let made_apart = session.make_extensions_for(&Name::from("postgres"), wanted)?;
        session.execute("ALTER ROLE driftless NOLOGIN")?;
        Ok(Confined { url: self.url.with_role("postgres", None), made_apart })
    }

    /// The private folder of its files and its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Ephemeral {
    fn drop(&mut self) {
        self.supervisor.stop();
    }
}

fn url_of(folder: &Path) -> Result<DatabaseUrl, EphemeralError> {
    let mut host = String::new();
    for byte in folder.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                host.push(char::from(*byte))
            }
            other => host.push_str(&format!("%{other:02X}")),
        }
    }
    let text = format!("postgresql://driftless@localhost:5432/postgres?host={host}");
    let unusable = |error| std::io::Error::new(std::io::ErrorKind::InvalidFilename, format!("{error}"));
    DatabaseUrl::parse_in(&text, &Environment::default())
        .map_err(unusable)
        .map_err(EphemeralError::at(folder))
}

/// The shell that owns the server. Its standard input ends with this process; nothing else has to be done.
#[derive(Debug)]
struct Supervisor {
    programs: PathBuf,
    child: Child,
    /// `None` once it was told to stop.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Supervisor {
    fn spawn(programs: &Programs, folder: &Path, account: Account) -> Result<Self, EphemeralError> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", include_str!("supervise.sh"), "supervise"]).arg(programs.folder()).arg(folder);
        // In a group of its own it does not hear the terminal's interrupt: the end of this process decides.
        command.process_group(0).env_remove("PGDATA").env_remove("PGOPTIONS");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        account.run(&mut command);
        let spawned = command.spawn();
        if spawned.is_err() {
            let _ = fs::remove_dir_all(folder);
        }
        let mut child = spawned.map_err(EphemeralError::at(Path::new("/bin/sh")))?;
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Ok(Self { programs: programs.folder().to_owned(), child, orders, answers })
    }

    fn say(&mut self, order: &str) -> bool {
        self.orders.as_mut().is_some_and(|orders| writeln!(orders, "{order}").is_ok())
    }

    /// Has a cluster made or taken, and waits until that is done.
    fn order(&mut self, order: &str) -> Result<(), EphemeralError> {
        let mut answer = String::new();
        if self.say(order) && self.answers.read_line(&mut answer).is_ok() && answer == "made\n" {
            return Ok(());
        }
        Err(self.failure(answer))
    }

    /// Has the server started and waits until it takes connections, which it notes in a file of the cluster.
    fn start(&mut self, data: &Path) -> Result<(), EphemeralError> {
        let begin = Instant::now();
        let (note, mut pause) = (data.join("postmaster.pid"), Duration::from_millis(2));
        let ordered = self.say("start");
        while ordered && begin.elapsed() < PATIENCE {
            let status = fs::read_to_string(&note).unwrap_or_default();
            if status.lines().nth(7).is_some_and(|status| status.trim() == "ready") {
                return Ok(());
            }
            if !matches!(self.child.try_wait(), Ok(None)) {
                return Err(self.failure(String::new()));
            }
            std::thread::sleep(pause);
            pause = (pause * 5 / 4).min(Duration::from_millis(50));
        }
        Err(self.failure(String::new()))
    }

    /// What the programs said at last.
    fn failure(&mut self, mut said: String) -> EphemeralError {
        self.orders = None;
        let mut rest = Vec::new();
        let _ = self.answers.read_to_end(&mut rest);
        said.push_str(&String::from_utf8_lossy(&rest));
        let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
        let said = last.unwrap_or("it says nothing").to_owned();
        EphemeralError::Failed { programs: self.programs.clone(), said }
    }

    fn stop(&mut self) {
        self.orders = None;
        let _ = self.child.wait();
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop();
    }
}
