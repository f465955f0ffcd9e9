//! The life of migrations: the real binary on real databases.

mod backup;
mod copy;
mod deploy;
mod doubt;
mod external;
mod failure;
mod faults;
mod histories;
mod history;
mod interop;
mod kill;
mod lock;
mod losses;
mod pooler;
mod power;
mod reference;
mod session;
mod shadow;
mod shapes;
mod standing;
mod trial;

use std::path::Path;
use std::process::{Child, Command, Stdio};

use driftless_tests::binary::driftless;
use driftless_tests::postgres::Database;
use tempfile::TempDir;

/// Variables by which an agent is known.
pub(crate) const AGENTS: [&str; 19] = [
    "CLAUDECODE",
    "CODEX_THREAD_ID",
    "CODEX_CI",
    "CODEX_SANDBOX",
    "CODEX_SANDBOX_NETWORK_DISABLED",
    "GEMINI_CLI",
    "QWEN_CODE",
    "CURSOR_AGENT",
    "COPILOT_CLI",
    "OPENCODE",
    "OPENCODE_CLIENT",
    "CLINE_ACTIVE",
    "CRUSH",
    "AUGMENT_AGENT",
    "ANTIGRAVITY_AGENT",
    "REPLIT_CLI",
    "REPLIT_SESSION",
    "AI_AGENT",
    "AGENT",
];

/// A project with migrations, and a database for it.
pub(crate) struct Project<'a> {
    folder: TempDir,
    pub(crate) database: Database<'a>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl<'a> Project<'a> {
    /// A project on a new database, with the scripts of these migrations.
    pub(crate) fn new(database: Database<'a>, migrations: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), database };
        project.write("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n");
        std::fs::create_dir_all(project.path().join("prisma/migrations")).unwrap();
        for (name, script) in migrations {
            project.write_migration(name, script);
        }
        project
    }

    /// The same with a history that was put together.
    pub(crate) fn of_history(database: Database<'a>, history: &[(String, String)]) -> Self {
        let migrations: Vec<_> =
            history.iter().map(|(name, script)| (name.as_str(), script.as_str())).collect();
        Self::new(database, &migrations)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn write_migration(&self, name: &str, script: &str) {
        self.write(&format!("prisma/migrations/{name}/migration.sql"), script);
    }

    /// The binary, about to run with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(&self.database.url(), arguments)
    }

    /// The same on a database of one's own choice.
    pub(crate) fn command_at(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(driftless());
        command.args(arguments).current_dir(self.path()).env("DATABASE_URL", url).env("CI", "true");
        // who runs the tests may be an agent
        for name in AGENTS {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).spawn().unwrap())
    }

    /// What a query gives.
    pub(crate) fn query(&self, sql: &str) -> String {
        self.database.run(sql).unwrap().trim_end().to_owned()
    }

    /// Waits until someone holds the migration lock of the database.
    pub(crate) fn wait_for_lock(&self) {
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 72707369 \
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while self.query(held) == "0" {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// The names of the migrations in effect, in the order in which they began, joined by blanks.
    pub(crate) fn applied(&self) -> String {
        self.query(
            "SELECT coalesce(string_agg(migration_name, ' ' ORDER BY started_at), '') FROM _prisma_migrations
             WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
        )
    }
}

impl Run {
    /// Waits for the end.
    pub(crate) fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts that it succeeded.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that it failed with this code, and said so.
    #[track_caller]
    pub(crate) fn fails_with(self, number: &str) -> Self {
        assert_eq!(self.code, Some(1), "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(number), "{number} is not in: {}", self.stderr);
        self
    }

    /// Asserts that it said this on stderr. The frame of a report breaks lines, so blanks are all the same.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let plain = |text: &str| text.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain(&self.stderr).contains(&plain(words)), "`{words}` is not in: {}", self.stderr);
        self
    }
}
