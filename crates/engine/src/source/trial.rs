//! Running a history for real, where its SQL does not tell what it makes.

use std::path::PathBuf;

use driftless_catalog::ephemeral::{Ephemeral, EphemeralError, Machine, Programs};
use driftless_catalog::{CatalogError, Shadow, TemporaryDatabase, WantedExtension};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{Name, Schema};

use super::scope::Scope;
use super::{Refusal, apart, identity};
use crate::migrate::{Mishap, rehearse};
use crate::{Database, Listener, MigrationsFolder, Project};

/// What to do where the SQL of a history does not tell what it makes.
#[derive(Clone, Debug, Default)]
pub struct Fallback {
    /// Refuse, and name the statements that stand in the way.
    pub offline: bool,
    /// A database, or a namespace of one, to run the history in. It is emptied.
    pub shadow: Option<Database>,
    /// The databases that the run names besides: the shadow must be none of them.
    pub named: Vec<Database>,
    /// Whether the command applies the migrations to its database anyway, so that they may run beside it as its role.
    pub is_trusted: bool,
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
        let named = self.named.iter().cloned().chain([target.clone()]).collect();
        Self { target: Some(target), named, ..self.clone() }
    }
}

impl Project {
    /// What to do where the SQL of a history does not tell: the database that is named for it, by the command line
    /// (`chosen`) or by the project, else a server of this machine's own.
    ///
    /// # Errors
    /// What is named is no database.
    pub fn fallback(&self, chosen: Option<&str>) -> Result<Fallback, Diagnostic> {
        let shadow = match chosen {
            Some(url) => Some(Database::parse(url, "`--shadow-database-url`")?),
            None => self.shadow_database()?,
        };
        let named = if shadow.is_some() { self.named_databases() } else { Vec::new() };
        let listener = self.listener();
        Ok(Fallback {
            offline: false,
            shadow,
            named,
            is_trusted: false,
            machine: self.machine(),
            listener,
            target: None,
        })
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
    /// The extensions that are there before the history runs.
    made_apart: Vec<WantedExtension>,
    /// What ends with this value.
    owned: Owned,
}

/// What a trial makes or holds for itself.
#[derive(Debug)]
#[expect(dead_code, reason = "it is kept for its end alone")]
enum Owned {
    Server(Box<Ephemeral>),
    Database(Box<TemporaryDatabase>),
    Shadow(Box<Shadow>),
}

impl Trial {
    /// A database in which a history was carried out; `None` where none is wanted. `makes` are the namespaces that the
    /// history is known to put something into.
    ///
    /// # Errors
    /// There is no database for it; a migration fails (P3006), with its place.
    pub(crate) fn of(
        folder: &MigrationsFolder,
        fallback: &Fallback,
        namespace: &str,
        makes: &[Name],
    ) -> Result<Option<Self>, Refusal> {
        if fallback.offline {
            return Ok(None);
        }
        let wanted = apart::wanted(folder);
        let mut trial = match &fallback.shadow {
            Some(shadow) => Self::in_shadow(shadow, fallback, folder, (namespace, makes), &wanted)?,
            None => Self::start(fallback, namespace, &wanted)?,
        };
        let mut outcome = trial.run(folder);
        // an extension may be one that only the target's server has
        if let (Err(mishap), Owned::Server(_), Some(target)) = (&outcome, &trial.owned, &fallback.target)
            && mishap.lacks_extension
            && let Ok(made) = TemporaryDatabase::create(&target.url, &wanted, fallback.is_trusted)
        {
            trial = Self::on(made, namespace);
            outcome = trial.run(folder);
        }
        match outcome {
            Ok(()) => Ok(Some(trial)),
            Err(mishap) => Err(Refusal { files: folder.files.clone(), ..trial.explain(mishap).into() }),
        }
    }

    /// The database, or the namespace of one, that is named for trials.
    fn in_shadow(
        shadow: &Database,
        fallback: &Fallback,
        folder: &MigrationsFolder,
        (namespace, makes): (&str, &[Name]),
        wanted: &[WantedExtension],
    ) -> Result<Self, Diagnostic> {
        let mut held = identity::hold(shadow, &fallback.named, folder, makes)?;
        if let Some(listener) = fallback.listener
            && held.namespace().is_none()
            && held.session().has_power().map_err(|error| error.to_diagnostic())?
        {
            let user = shadow.url.user();
            listener(&format!(
                "the role `{user}` of the shadow has power over its server, and so have the migrations"
            ));
        }
        let url = match held.namespace() {
            Some(_) => held.url(),
            None => shadow.url.with_schema(namespace),
        };
        let database = Database { url, ..shadow.clone() };
        let made_apart = held.make_extensions(wanted).map_err(|error| error.to_diagnostic())?;
        Ok(Self { database, made_apart, owned: Owned::Shadow(Box::new(held)) })
    }

    /// An empty database of a server of one's own, or beside the one that the command is about.
    ///
    /// # Errors
    /// None can be made.
    fn start(fallback: &Fallback, namespace: &str, wanted: &[WantedExtension]) -> Result<Self, Diagnostic> {
        let started = Programs::find(&fallback.machine)
            .and_then(|programs| Ephemeral::start(&programs, &fallback.machine));
        match (started, &fallback.target) {
            (Ok(server), _) => {
                let confined = server.confine(wanted).map_err(|error| error.to_diagnostic())?;
                let url = confined.url.with_schema(namespace);
                let database = Database { url, named_by: "a server of its own".to_owned() };
                let owned = Owned::Server(Box::new(server));
                Ok(Self { database, made_apart: confined.made_apart, owned })
            }
            (Err(error), None) => {
                Err(Diagnostic::error(code::NO_LOCAL_SERVER, error.to_string()).help(error.help()))
            }
            (Err(error), Some(target)) => {
                Self::beside(target, fallback.is_trusted, namespace, wanted, &error)
            }
        }
    }

    /// A database on the server of another, where there is no server of its own.
    fn beside(
        target: &Database,
        is_trusted: bool,
        namespace: &str,
        wanted: &[WantedExtension],
        reason: &EphemeralError,
    ) -> Result<Self, Diagnostic> {
        let made = TemporaryDatabase::create(&target.url, wanted, is_trusted).map_err(|error| {
            let host = target.url.host();
            let message = format!("{reason}; and no database can be made for a while at `{host}`: {error}");
            let role = Name::from(target.url.user());
            let right = match error {
                CatalogError::Reaching { .. } => {
                    format!("let the role make roles (`ALTER ROLE {role} CREATEROLE`)")
                }
                _ => format!("let the role make databases (`ALTER ROLE {role} CREATEDB`)"),
            };
            let help = format!(
                "name an empty database with `--shadow-database-url` or in the project, or {right}, or {}",
                reason.help()
            );
            Diagnostic::error(code::NO_LOCAL_SERVER, message).help(help)
        })?;
        Ok(Self::on(made, namespace))
    }

    fn on(made: TemporaryDatabase, namespace: &str) -> Self {
        let url = made.url().with_schema(namespace);
        let database = Database { url, named_by: "a database made for a while".to_owned() };
        Self { database, made_apart: made.made_apart().to_vec(), owned: Owned::Database(Box::new(made)) }
    }

    fn run(&self, folder: &MigrationsFolder) -> Result<(), Mishap> {
        rehearse(&apart::without(folder, &self.made_apart), &mut self.database.connect()?)
    }

    /// What to say of a failure. What a trial has no right to do may be right all the same.
    fn explain(&self, mishap: Mishap) -> Diagnostic {
        let diagnostic = *mishap.diagnostic;
        let is_named = matches!(&self.owned, Owned::Shadow(shadow) if !shadow.has_own_role());
        if !mishap.lacks_right || is_named {
            return diagnostic;
        }
        let help = "migrations are tried as a role that can do nothing to the server or the machine, so this cannot be \
                    tried: name an empty database with `--shadow-database-url` whose role may do it, or say what the \
                    statement does with `-- driftless: no-effect` or `-- driftless: effect DDL` above it";
        diagnostic.help(help)
    }

    /// What is in it.
    pub(crate) fn introspect(&self, scope: &Scope) -> Result<Schema, Diagnostic> {
        let mut session = self.database.connect()?;
        session.introspect_moved(&scope.to_catalog()).map_err(|error| error.to_diagnostic())
    }
}
