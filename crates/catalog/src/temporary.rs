//! A database of one's own on a server that is there, for a while.
//!
//! Its name is `driftless_shadow_`, the time at which it was made, and a number of chance, and its comment says the same in
//! words. It goes with the value. Where the process was killed it stays; who makes the next one drops it, if name and
//! comment say that it is ours, it is of the same role, more than an hour old and in use by nobody.
//!
//! What runs in it has no power over the server, and reaches no other database of it. Where the role of the server's URL
//! can make roles, one of the same name as the database is made for it, and goes with it. Where it cannot, the role itself
//! would run the migrations: it could drop its other databases. So that is done only where the migrations are applied as
//! that role anyway.

use driftless_ir::{Name, Quoted};

use crate::confine::WantedExtension;
use crate::error::CatalogError;
use crate::session::Session;
use crate::template::query;
use crate::url::DatabaseUrl;
use crate::weak_role::{MARK, WeakRole, name_at};

query! {
    /// What trials that were killed left on a server.
    struct Left<'a> from "shadows_left" { mark: Quoted<'a> }
}

/// See the module.
#[derive(Debug)]
pub struct TemporaryDatabase {
    url: DatabaseUrl,
    /// The database beside which it was made.
    neighbour: DatabaseUrl,
    /// What was made, and is dropped.
    name: Name,
    has_role: bool,
    made_apart: Vec<WantedExtension>,
    /// Keeps others from taking it for one that was left; `None` only when it is dropped.
    keeper: Option<Session>,
}

impl TemporaryDatabase {
    /// Makes an empty database on the server of another one, for a role without power. Where the role of the URL can make
    /// none, it is used itself if it `may_serve`.
    ///
    /// # Errors
    /// The other one cannot be reached; [`CatalogError::AccessDenied`] where the role may not make databases;
    /// [`CatalogError::Powerful`] where it has power, and no role without can be made or can connect;
    /// [`CatalogError::Reaching`] where it can make no role, and may not serve itself.
    pub fn create(
        neighbour: &DatabaseUrl,
        wanted: &[WantedExtension],
        may_serve: bool,
    ) -> Result<Self, CatalogError> {
        let mut session = Session::connect(neighbour)?;
        let name = name_at(drop_left(&mut session)?);
        let has_role = session.has_power()? || session.can_make_roles()?;
        let url = neighbour.with_database(name.as_str());
        let mut made = Self {
            url: url.clone(),
            neighbour: neighbour.clone(),
            name: name.clone(),
            has_role,
            made_apart: Vec::new(),
            keeper: None,
        };
        if has_role {
            let role = WeakRole::make(&mut session, name.clone())?;
            let powerful = |error: CatalogError| WeakRole::explain(neighbour, &error);
            session.create_database_of(name.as_str(), &name)?;
            let mut inside = Session::connect(&url)?;
            inside.execute(&format!("ALTER SCHEMA public OWNER TO {name}")).map_err(powerful)?;
            made.made_apart = inside.make_extensions_for(&name, wanted)?;
            made.url = role.url(&url);
            made.keeper = Some(Session::connect(&made.url).map_err(powerful)?);
        } else if may_serve || !session.can_make_databases()? {
            // without the right to make one, the server says so
            session.create_database(name.as_str())?;
            made.keeper = Some(Session::connect(&made.url)?);
        } else {
            return Err(CatalogError::Reaching { user: neighbour.user().to_owned() });
        }
        session.execute(&format!("COMMENT ON DATABASE {name} IS {}", Quoted(MARK)))?;
        Ok(made)
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The extensions that are there because only a superuser may make them.
    pub fn made_apart(&self) -> &[WantedExtension] {
        &self.made_apart
    }
}

/// Drops what was left, and gives the time of the server.
fn drop_left(session: &mut Session) -> Result<u64, CatalogError> {
    let answers = session.ask(&Left { mark: Quoted(MARK) }.sql())?;
    let mut now = None;
    for row in answers.last_rows() {
        let name = Name::from(row.text(1)?);
        // somebody else may be quicker; and what stays harms nobody
        match row.text(0)? {
            "d" => {
                drop(session.run(&format!("ALTER DATABASE {name} IS_TEMPLATE false")));
                drop(session.run(&format!("DROP DATABASE IF EXISTS {name}")));
            }
            "r" => drop(session.execute(&format!("DROP ROLE IF EXISTS {name}"))),
            _ => now = Some(row.number(1)?),
        }
    }
    now.ok_or(CatalogError::Answer { about: "the time" })
}

impl Drop for TemporaryDatabase {
    fn drop(&mut self) {
        self.keeper = None;
        // where the server cannot be reached any more, the next run drops it
        let Ok(mut session) = Session::connect(&self.neighbour) else { return };
        // a history may have made it a template, which cannot be dropped
        drop(session.run(&format!("ALTER DATABASE {} IS_TEMPLATE false", self.name)));
        if session.drop_database(self.name.as_str()).is_ok() && self.has_role {
            drop(session.execute(&format!("DROP ROLE IF EXISTS {}", self.name)));
        }
    }
}
