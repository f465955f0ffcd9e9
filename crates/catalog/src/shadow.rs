//! A database, or a namespace of one, that its user names for trials: it is emptied before and after each.
//!
//! Vocabulary: the *extent* is what is emptied, and nothing else is: the namespace that the URL names with `schema`, else
//! the database. While a trial lasts, its extent bears our *mark*, a comment on a namespace: what a process that was
//! killed leaves behind is thereby known to be ours. What bears no mark is emptied only if it holds neither rows nor a
//! history of migrations.
//!
//! Where the extent is a namespace, what else the database holds has to be safe from the migrations. So they run as a role
//! that is made for the trial and owns that namespace alone, where the role of the URL can make one; where it cannot, that
//! role must not be able to change a table of another namespace. A namespace that others depend on is not emptied.
//!
//! One trial at a time: the migration lock is held for as long as it lasts, in a session that runs no foreign SQL.

use std::time::Duration;

use driftless_ir::{Name, QualifiedName, Quoted};

use crate::confine::WantedExtension;
use crate::error::CatalogError;
use crate::row::Row;
use crate::session::Session;
use crate::template::query;
use crate::url::DatabaseUrl;
use crate::weak_role::{self, WeakRole, name_at};

query! {
    /// What there is.
    struct Inside<'a> from "shadow_contents" { all: bool, names: &'a [Name], mark: Quoted<'a> }
}

query! {
    /// The tables that are kept from others.
    struct Tables<'a> from "shadow_tables" { all: bool, names: &'a [Name] }
}

query! {
    /// How much is outside of a namespace.
    struct Outside<'a> from "outside" { namespace: Quoted<'a> }
}

query! {
    /// The tables of other namespaces that the role can change.
    struct Others<'a> from "shadow_others" { namespace: Quoted<'a> }
}

query! {
    /// The roles of trials that were killed.
    struct RolesLeft<'a> from "weak_roles_left" { mark: Quoted<'a> }
}

const EMPTY: &str = include_str!("../queries/empty_database.sql");

/// The comment that says that a namespace is ours.
const MARK: &str = "driftless tries migrations here and drops all of it afterwards";
/// The namespace that bears the mark where a whole database is emptied.
const MARKED: &str = "driftless_shadow";
/// How long to wait for another trial in the same database.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait for a table that is in use.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout TO '10s';\n";

/// What was found in a shadow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The tables that hold a history of migrations, as in SQL.
    pub histories: Vec<String>,
    /// The tables that hold rows, or whose rows may not be seen.
    pub tables: Vec<String>,
    /// Whether it holds nothing at all but what extensions have.
    pub is_empty: bool,
    /// Whether it bears the mark of a trial that did not come to its end.
    pub is_marked: bool,
    /// The namespaces of the database, whether they are emptied or not.
    pub namespaces: Vec<Name>,
}

/// A shadow that is held for one trial. What the trial made goes with the value.
#[derive(Debug)]
pub struct Shadow {
    keeper: Session,
    /// The namespace that is emptied; `None` for the database.
    namespace: Option<Name>,
    /// Whether the namespace that is emptied was there before.
    was_there: bool,
    /// Whether it was emptied, so that all that it holds is the trial's.
    is_ours: bool,
    /// The namespaces besides that the trial may make, and that were not there before.
    besides: Vec<Name>,
    /// The role that the migrations run as, where it was made for that.
    role: Option<WeakRole>,
}

/// Why a namespace is not emptied, or not used for a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InTheWay {
    /// What others hold depends on it, and would be dropped with it.
    Dependents,
    /// The migrations could change a table of another namespace: its name as in SQL.
    Table(String),
}

impl Shadow {
    /// Connects. Nothing is changed yet, and nobody kept away.
    ///
    /// # Errors
    /// Those of connecting.
    pub fn connect(url: &DatabaseUrl) -> Result<Self, CatalogError> {
        let keeper = Session::connect(url)?;
        let namespace = url.named_schema().map(Name::from);
        Ok(Self { keeper, namespace, was_there: true, is_ours: false, besides: Vec::new(), role: None })
    }

    /// The session that holds it.
    pub fn session(&mut self) -> &mut Session {
        &mut self.keeper
    }

    /// The namespace that is emptied; `None` for the database.
    pub fn namespace(&self) -> Option<&Name> {
        self.namespace.as_ref()
    }

    /// Waits until no other trial goes on in the database, looks what there is, and keeps others from adding to it. A
    /// transaction stays open until [`empty`](Self::empty) or the end of the value.
    ///
    /// # Errors
    /// A pooler in transaction mode; another session keeps the lock; a table is in use; the connection is lost.
    pub fn look(&mut self) -> Result<Contents, CatalogError> {
        self.keeper.require_own_backend("a trial of migrations")?;
        self.keeper.lock(PATIENCE)?;
        let names: Vec<Name> = self.namespace.iter().cloned().collect();
        let all = names.is_empty();
        self.keep_away(all, &names)?;
        let answers = self.keeper.ask(&Inside { all, names: &names, mark: Quoted(MARK) }.sql())?;
        let (mut contents, mut in_doubt) = (Contents::default(), Vec::new());
        for row in answers.rows(0) {
            let name = row.text(0)?.to_owned();
            match (row.flag(1)?, row.flag(2)?) {
                (true, _) => contents.histories.push(name),
                (false, true) => contents.tables.push(name),
                (false, false) => in_doubt.push(name),
            }
        }
        let objects: u64 = match answers.rows(1).next() {
            Some(row) => row.number(0)?,
            None => 0,
        };
        contents.is_empty = objects == 0;
        let marked = self.namespace.clone().unwrap_or_else(|| Name::from(MARKED));
        for row in answers.rows(2) {
            let name = Name::from(row.text(0)?);
            contents.is_marked |= name == marked && row.flag(1)?;
            contents.namespaces.push(name);
        }
        self.was_there = self.namespace.as_ref().is_none_or(|name| contents.namespaces.contains(name));
        if !in_doubt.is_empty() && !contents.is_marked {
            self.look_for_rows(in_doubt, &mut contents)?;
        }
        Ok(contents)
    }

    /// Begins the transaction, and keeps everybody else away from the tables.
    fn keep_away(&mut self, all: bool, names: &[Name]) -> Result<(), CatalogError> {
        let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED;\n{LOCK_TIMEOUT}");
        let answers = self.keeper.ask(&format!("{begin}{}", Tables { all, names }.sql()))?;
        let name = |row: Row<'_>| Ok(format!("ONLY {}", QualifiedName::new(row.text(0)?, row.text(1)?)));
        let tables = answers.last_rows().map(name).collect::<Result<Vec<_>, CatalogError>>()?;
        if tables.is_empty() {
            return Ok(());
        }
        self.keeper.execute(&format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", ")))
    }

    fn look_for_rows(&mut self, tables: Vec<String>, contents: &mut Contents) -> Result<(), CatalogError> {
        let probes: Vec<_> =
            tables.iter().map(|table| format!("SELECT EXISTS (SELECT FROM {table})")).collect();
        let answers = self.keeper.ask(&probes.join(";\n"))?;
        for (at, table) in tables.into_iter().enumerate() {
            if answers.rows(at).next().map_or(Ok(true), |row| row.flag(0))? {
                contents.tables.push(table);
            }
        }
        Ok(())
    }

    /// Empties it and sets the mark, in the transaction in which it was looked at. `besides` are the namespaces that the
    /// trial may make and that go with it: none of them is there yet. Says what is in the way; nothing is changed then.
    ///
    /// # Errors
    /// The role may not drop what is there.
    pub fn empty(&mut self, besides: Vec<Name>) -> Result<Option<InTheWay>, CatalogError> {
        let done = self.empty_and_mark();
        if !matches!(done, Ok(None)) {
            self.keeper.roll_back();
            return done;
        }
        self.is_ours = true;
        self.besides = besides;
        Ok(None)
    }

    fn empty_and_mark(&mut self) -> Result<Option<InTheWay>, CatalogError> {
        let Some(name) = self.namespace.clone() else {
            let empty = format!("{};\nCREATE SCHEMA {MARKED}", EMPTY.trim_end());
            return self.mark(&empty, &Name::from(MARKED)).map(|()| None);
        };
        if self.keeper.can_make_roles()? {
            self.make_role()?;
        } else if let Some(table) = self.changeable_table(&name)? {
            return Ok(Some(InTheWay::Table(table)));
        }
        let before = self.count_outside(&name)?;
        self.keeper.run(&format!("DROP SCHEMA IF EXISTS {name} CASCADE"))?;
        if self.count_outside(&name)? != before {
            return Ok(Some(InTheWay::Dependents));
        }
        self.mark(&self.make_namespace(&name), &name).map(|()| None)
    }

    /// Makes the role that the migrations run as. It may make namespaces, which go with it.
    fn make_role(&mut self) -> Result<(), CatalogError> {
        for row in self.keeper.ask(&RolesLeft { mark: Quoted(weak_role::MARK) }.sql())?.last_rows() {
            let left = Name::from(row.text(0)?);
            self.keeper.run(&format!("DROP OWNED BY {left} CASCADE"))?;
        }
        let now = self
            .keeper
            .ask("SELECT pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.clock_timestamp()))::bigint")?;
        let now = now.last().ok_or(CatalogError::Answer { about: "the time" })?.number(0)?;
        let role = WeakRole::make(&mut self.keeper, name_at(now))?;
        let database = Name::from(self.keeper.url().database());
        self.keeper.run(&format!("GRANT CONNECT, CREATE ON DATABASE {database} TO {}", role.name))?;
        self.role = Some(role);
        Ok(())
    }

    /// The statements that make the namespace, of the role that the migrations run as.
    fn make_namespace(&self, name: &Name) -> String {
        let owner = self.role.as_ref().map(|role| format!(" AUTHORIZATION {}", role.name));
        format!("CREATE SCHEMA {name}{}", owner.unwrap_or_default())
    }

    fn changeable_table(&mut self, namespace: &Name) -> Result<Option<String>, CatalogError> {
        let answers = self.keeper.ask(&Others { namespace: Quoted(namespace.as_str()) }.sql())?;
        answers.last().map(|row| Ok(row.text(0)?.to_owned())).transpose()
    }

    fn count_outside(&mut self, namespace: &Name) -> Result<u64, CatalogError> {
        let answers = self.keeper.ask(&Outside { namespace: Quoted(namespace.as_str()) }.sql())?;
        answers.last().ok_or(CatalogError::Answer { about: "its objects" })?.number(0)
    }

    fn mark(&mut self, empty: &str, marked: &Name) -> Result<(), CatalogError> {
        let mark = Quoted(MARK);
        self.keeper.run(&format!("{empty};\nCOMMENT ON SCHEMA {marked} IS {mark};\nCOMMIT"))
    }

    /// Makes the extensions that the role of the migrations could not make; they are made in its name.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn make_extensions(
        &mut self,
        wanted: &[WantedExtension],
    ) -> Result<Vec<WantedExtension>, CatalogError> {
        match &self.role {
            Some(role) => self.keeper.make_extensions_for(&role.name, wanted),
            None => Ok(Vec::new()),
        }
    }

    /// Whether the migrations run as a role that was made for them.
    pub fn has_own_role(&self) -> bool {
        self.role.is_some()
    }

    /// The URL by which the migrations run.
    pub fn url(&self) -> DatabaseUrl {
        match &self.role {
            Some(role) => role.url(self.keeper.url()),
            None => self.keeper.url().clone(),
        }
    }

    /// Drops what the trial made. The mark goes last, with all else.
    fn clear(&mut self) -> Result<(), CatalogError> {
        let mut script = String::new();
        if let Some(role) = &self.role {
            script += &format!("DROP OWNED BY {} CASCADE;\n", role.name);
        }
        script += &match &self.namespace {
            Some(name) if self.was_there => drop_and_make(name),
            Some(name) => format!("DROP SCHEMA IF EXISTS {name} CASCADE"),
            None => EMPTY.trim_end().to_owned(),
        };
        for name in &self.besides {
            script += &format!(";\nDROP SCHEMA IF EXISTS {name} CASCADE");
        }
        if let Some(role) = &self.role {
            script += &format!(";\nDROP ROLE {}", role.name);
        }
        self.keeper.execute(&script)
    }
}

fn drop_and_make(namespace: &Name) -> String {
    format!("DROP SCHEMA IF EXISTS {namespace} CASCADE;\nCREATE SCHEMA {namespace}")
}

impl Drop for Shadow {
    fn drop(&mut self) {
        self.keeper.roll_back();
        if self.is_ours {
            // what cannot be dropped now keeps the mark, and the next trial drops it
            drop(self.clear());
        }
    }
}
