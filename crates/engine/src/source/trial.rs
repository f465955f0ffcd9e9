//! Running a history for real, where its SQL does not tell what it makes.

use std::path::PathBuf;

use driftless_catalog::TemporaryDatabase;
use driftless_catalog::ephemeral::{Ephemeral, EphemeralError, Machine, Programs};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Schema;

use super::scope::Scope;
use super::{Refusal, database};
use crate::migrate::{Mishap, rehearse};
use crate::{Database, Listener, MigrationsFolder, Project};

/// Takes everything out of a database and leaves it as `CREATE DATABASE` makes it.
const EMPTY: &str = include_str!("empty.sql");

/// What to do where the SQL of a history does not tell what it makes.
#[derive(Clone, Debug, Default)]
pub struct Fallback {
    /// Refuse, and name the statements that stand in the way.
    pub offline: bool,
    /// A database to run the history in. All that it holds is lost.
    pub shadow: Option<Database>,
    /// Where to look for PostgreSQL's programs, to start a server of one's own where no database is named.
    pub machine: Machine,
    /// Who is told that a history is tried, and why.
    pub listener: Option<Listener>,
    /// The database that the command is about. Where no server can be started, one is made beside it for a while.
    pub target: Option<Database>,
}

impl Fallback {
    /// The same for a command that is about a database.
    pub(crate) fn beside(&self, target: Database) -> Self {
        Self { target: Some(target), ..self.clone() }
    }
}

impl Project {
    /// What to do where the SQL of a history does not tell: the database that is named for it, else a server of this
    /// machine's own.
    ///
    /// # Errors
    /// What is named is no database, or it is the one that the project is about.
    pub fn fallback(&self) -> Result<Fallback, Diagnostic> {
        let shadow = self.shadow_database()?;
        if let (Some(shadow), Ok(main)) = (&shadow, self.database())
            && shadow.url.is_same_place(&main.url)
        {
            let message = "the shadow database is the database itself, and would lose all that it holds";
            let help = "name an empty database as the shadow, or none";
            return Err(Diagnostic::error(code::USAGE, message).help(help));
        }
        let listener = self.listener();
        Ok(Fallback { offline: false, shadow, machine: self.machine(), listener, target: None })
    }

    fn machine(&self) -> Machine {
        let path = |name: &str| self.variable(name).map(PathBuf::from);
        let cache = path("XDG_CACHE_HOME").or_else(|| path("HOME").map(|home| home.join(".cache")));
        Machine {
            programs: path("DRIFTLESS_PG_BIN"),
            path: self.variable("PATH").map(Into::into),
            cache: cache.map(|cache| cache.join("driftless").join("postgresql")),
            temporary: std::env::temp_dir(),
        }
    }
}

/// A database that a history runs in, and that nothing else is in.
#[derive(Debug)]
pub(crate) struct Trial {
    database: Database,
    /// What ends with this value: a server of its own, or a database on the server of another.
    owned: Option<Owned>,
}

/// What a trial makes for itself.
#[derive(Debug)]
#[expect(dead_code, reason = "it is kept for its end alone")]
enum Owned {
    Server(Box<Ephemeral>),
    Database(Box<TemporaryDatabase>),
}

impl Trial {
    /// A database in which a history was carried out; `None` where none is wanted.
    ///
    /// # Errors
    /// There is no database for it; a migration fails (P3006), with its place.
    pub(crate) fn of(
        folder: &MigrationsFolder,
        fallback: &Fallback,
        namespace: &str,
    ) -> Result<Option<Self>, Refusal> {
        let Some(mut trial) = Self::start(fallback, namespace)? else { return Ok(None) };
        let mut outcome = trial.run(folder);
        // an extension may be one that only the target's server has
        if let (Err(mishap), Some(Owned::Server(_)), Some(target)) =
            (&outcome, &trial.owned, &fallback.target)
            && mishap.lacks_extension
            && let Ok(made) = TemporaryDatabase::create(&target.url)
        {
            trial = Self::on(made, namespace);
            outcome = trial.run(folder);
        }
        match outcome {
            Ok(()) => Ok(Some(trial)),
            Err(mishap) => Err(Refusal { files: folder.files.clone(), ..(*mishap.diagnostic).into() }),
        }
    }

    /// An empty database; `None` where none is wanted.
    ///
    /// # Errors
    /// The one that is named cannot be emptied; or none is named, and none can be made.
    fn start(fallback: &Fallback, namespace: &str) -> Result<Option<Self>, Diagnostic> {
        if fallback.offline {
            return Ok(None);
        }
        if let Some(shadow) = &fallback.shadow {
            let mut session = shadow.connect()?;
            session.execute(EMPTY).map_err(|error| error.to_diagnostic())?;
            let database = Database { url: shadow.url.with_schema(namespace), ..shadow.clone() };
            return Ok(Some(Self { database, owned: None }));
        }
        let started = Programs::find(&fallback.machine)
            .and_then(|programs| Ephemeral::start(&programs, &fallback.machine));
        match (started, &fallback.target) {
            (Ok(server), _) => {
                let url = server.url().with_schema(namespace);
                let database = Database { url, named_by: "a server of its own".to_owned() };
                Ok(Some(Self { database, owned: Some(Owned::Server(Box::new(server))) }))
            }
            (Err(error), None) => {
                Err(Diagnostic::error(code::NO_LOCAL_SERVER, error.to_string()).help(error.help()))
            }
            (Err(error), Some(target)) => Self::beside(target, namespace, &error).map(Some),
        }
    }

    /// A database on the server of another, where there is no server of its own.
    fn beside(target: &Database, namespace: &str, reason: &EphemeralError) -> Result<Self, Diagnostic> {
        let made = TemporaryDatabase::create(&target.url).map_err(|error| {
            let host = target.url.host();
            let message = format!("{reason}; and no database can be made for a while at `{host}`: {error}");
            let help = format!(
                "name an empty database with `--shadow-database-url` or in the project, or let the role make databases \
                 (`ALTER ROLE {} CREATEDB`), or {}",
                driftless_ir::Name::from(target.url.user()),
                reason.help()
            );
            Diagnostic::error(code::NO_LOCAL_SERVER, message).help(help)
        })?;
        Ok(Self::on(made, namespace))
    }

    fn on(made: TemporaryDatabase, namespace: &str) -> Self {
        let url = made.url().with_schema(namespace);
        let database = Database { url, named_by: "a database made for a while".to_owned() };
        Self { database, owned: Some(Owned::Database(Box::new(made))) }
    }

    fn run(&self, folder: &MigrationsFolder) -> Result<(), Mishap> {
        rehearse(folder, &mut self.database.connect()?)
    }

    /// What is in it.
    pub(crate) fn introspect(&self, scope: &Scope) -> Result<Schema, Diagnostic> {
        database::introspect(&mut self.database.connect()?, scope)
    }
}
