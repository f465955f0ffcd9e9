//! Running a history for real, where its SQL does not tell what it makes.

use std::path::PathBuf;

use driftless_catalog::DatabaseUrl;
use driftless_catalog::ephemeral::{Ephemeral, EphemeralError, Machine, Programs};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Schema;

use super::scope::Scope;
use super::{Refusal, database};
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
        Ok(Fallback { offline: false, shadow, machine: self.machine(), listener: self.listener() })
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
pub(crate) enum Trial {
    /// One that the user names.
    Named(Box<Database>),
    /// One of a server that ends with this value.
    Own(Box<Ephemeral>, String),
}

impl Trial {
    /// An empty database; `None` where none is wanted.
    pub(crate) fn start(fallback: &Fallback, namespace: &str) -> Result<Option<Self>, Diagnostic> {
        if fallback.offline {
            return Ok(None);
        }
        if let Some(shadow) = &fallback.shadow {
            let mut session = shadow.connect()?;
            session.execute(EMPTY).map_err(|error| error.to_diagnostic())?;
            return Ok(Some(Self::Named(Box::new(shadow.clone()))));
        }
        let explain = |error: EphemeralError| {
            Diagnostic::error(code::NO_LOCAL_SERVER, error.to_string()).help(error.help())
        };
        let programs = Programs::find(&fallback.machine).map_err(explain)?;
        let server = Ephemeral::start(&programs, &fallback.machine).map_err(explain)?;
        Ok(Some(Self::Own(Box::new(server), namespace.to_owned())))
    }

    fn database(&self) -> Database {
        match self {
            Self::Named(database) => Database::clone(database),
            Self::Own(server, namespace) => {
                let url: DatabaseUrl = server.url().with_schema(namespace);
                Database { url, named_by: "a server of its own".to_owned() }
            }
        }
    }

    /// Runs a history.
    pub(crate) fn run(&self, folder: &MigrationsFolder) -> Result<(), Refusal> {
        let database = self.database();
        let mut session = database.connect()?;
        let namespace = driftless_ir::Name::from(database.url.schema());
        let made = session.execute(&format!("CREATE SCHEMA IF NOT EXISTS {namespace}"));
        made.map_err(|error| error.to_diagnostic())?;
        for migration in &folder.migrations {
            session.execute(folder.script(migration)).map_err(|error| {
                let diagnostic = error.to_diagnostic();
                let message = format!("the migration `{}` fails: {}", migration.name, diagnostic.message);
                Diagnostic { code: code::MIGRATION_REFUSED, message, ..diagnostic }
            })?;
        }
        Ok(())
    }

    /// What is in it.
    pub(crate) fn introspect(&self, scope: &Scope) -> Result<Schema, Diagnostic> {
        database::introspect(&mut self.database().connect()?, scope)
    }
}
