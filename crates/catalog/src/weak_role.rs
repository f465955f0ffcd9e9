//! A role that can do nothing but log in, made for one trial.

use driftless_ir::{Name, Quoted};

use crate::error::CatalogError;
use crate::identity::chance;
use crate::session::Session;
use crate::url::DatabaseUrl;

/// The comment on what is made for trials.
pub(crate) const MARK: &str = "driftless tries migrations here and drops it afterwards";

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct WeakRole {
    pub(crate) name: Name,
    password: String,
}

impl WeakRole {
    /// Makes one, of which the session's role becomes a member.
    ///
    /// # Errors
    /// [`CatalogError::Powerful`] where the session's role may not make roles.
    pub(crate) fn make(session: &mut Session, name: Name) -> Result<Self, CatalogError> {
        let password = format!("{:016x}{:016x}", chance(), chance());
        let script = format!(
            "CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {};\n\
             COMMENT ON ROLE {name} IS {};\nGRANT {name} TO CURRENT_USER",
            Quoted(&password),
            Quoted(MARK)
        );
        session.execute(&script).map_err(|error| Self::explain(session.url(), &error))?;
        Ok(Self { name, password })
    }

    /// A URL by which the role connects.
    pub(crate) fn url(&self, url: &DatabaseUrl) -> DatabaseUrl {
        url.with_role(self.name.as_str(), Some(&self.password))
    }

    /// That no role without power can be used.
    pub(crate) fn explain(url: &DatabaseUrl, error: &CatalogError) -> CatalogError {
        CatalogError::Powerful { user: url.user().to_owned(), reason: error.to_string() }
    }
}

/// A name for what is made for a trial. `now` is the time of the server, in seconds since 1970.
pub(crate) fn name_at(now: u64) -> Name {
    Name::from(format!("driftless_shadow_{now}_{:016x}", chance()))
}
