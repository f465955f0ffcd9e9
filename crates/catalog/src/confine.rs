//! A role without power: it owns its database, and can do nothing to the server.
//!
//! A history that is tried may come from anybody. What it may do is decided by the role that it runs as: that role is no
//! superuser, does not replicate, runs no programs on the server and reads and writes none of its files, and is a member
//! of nobody who may. Extensions that only a superuser makes are therefore made apart, before, in the role's name; only
//! those of which it is known that they let nobody out of the database ([`HARMLESS`]).

use driftless_ir::{Name, Quoted};

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::query;

const POWER: &str = include_str!("../queries/power.sql");

query! {
    /// Those of the extensions that only a superuser may make.
    struct Apart<'a> from "extensions_apart" { names: &'a [Name] }
}

/// Extensions that a superuser has to make, on some version of the server, and whose functions reach nothing outside of
/// the database for a role that is none.
const HARMLESS: [&str; 66] = [
    "address_standardizer",
    "address_standardizer_data_us",
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "h3",
    "h3_postgis",
    "hstore",
    "hypopg",
    "insert_username",
    "intagg",
    "intarray",
    "ip4r",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "autoinc",
    "refint",
    "pageinspect",
    "periods",
    "pg_bigm",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_hashids",
    "pg_partman",
    "pg_prewarm",
    "pg_similarity",
    "pg_stat_statements",
    "pg_trgm",
    "pg_uuidv7",
    "pg_visibility",
    "pgcrypto",
    "pgroonga",
    "pgrouting",
    "pgrowlocks",
    "pgstattuple",
    "pgtap",
    "postgis",
    "postgis_raster",
    "postgis_sfcgal",
    "postgis_tiger_geocoder",
    "postgis_topology",
    "prefix",
    "rum",
    "seg",
    "semver",
    "sslinfo",
    "tablefunc",
    "tcn",
    "temporal_tables",
    "timescaledb",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "unit",
    "uuid-ossp",
    "vector",
    "zhparser",
];

/// An extension that a history makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedExtension {
    /// Its name.
    pub name: Name,
    /// The namespace that it is wanted in.
    pub namespace: Option<Name>,
    /// The version that is wanted.
    pub version: Option<Box<str>>,
}

impl Session {
    /// Whether the session may do more to the server than to its database: run programs, read or write files, replicate,
    /// or become somebody who may.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn has_power(&mut self) -> Result<bool, CatalogError> {
        self.ask(POWER)?.last().ok_or(CatalogError::Answer { about: "its role" })?.flag(0)
    }

    /// Whether the session's role may make roles.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub(crate) fn can_make_roles(&mut self) -> Result<bool, CatalogError> {
        self.has_attribute("rolcreaterole")
    }

    /// Whether the session's role may make databases.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub(crate) fn can_make_databases(&mut self) -> Result<bool, CatalogError> {
        self.has_attribute("rolcreatedb")
    }

    fn has_attribute(&mut self, attribute: &'static str) -> Result<bool, CatalogError> {
        let query =
            format!("SELECT rolsuper OR {attribute} FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER");
        self.ask(&query)?.last().ok_or(CatalogError::Answer { about: "its role" })?.flag(0)
    }

    /// Makes for a role without power, in this database, those of the extensions that only a superuser may make. Gives
    /// those that were made; where one cannot be, what wants it will say why.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub(crate) fn make_extensions_for(
        &mut self,
        role: &Name,
        wanted: &[WantedExtension],
    ) -> Result<Vec<WantedExtension>, CatalogError> {
        let harmless = |extension: &&WantedExtension| HARMLESS.contains(&extension.name.as_str());
        let wanted: Vec<_> = wanted.iter().filter(harmless).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<_> = wanted.iter().map(|extension| extension.name.clone()).collect();
        let answers = self.ask(&Apart { names: &names }.sql())?;
        let mut made: Vec<WantedExtension> = Vec::new();
        for row in answers.last_rows() {
            let name = Name::from(row.text(0)?);
            let Some(extension) = wanted.iter().find(|extension| extension.name == name) else { continue };
            match self.execute(&creation(role, extension)) {
                Ok(()) => made.push((*extension).clone()),
                Err(CatalogError::Statement(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }
}

/// One message, and so one transaction: nobody else ever sees the role as a superuser.
fn creation(role: &Name, extension: &WantedExtension) -> String {
    let name = &extension.name;
    let mut text = format!("ALTER ROLE {role} SUPERUSER;\nSET LOCAL SESSION AUTHORIZATION {role};\n");
    if let Some(namespace) = &extension.namespace {
        text += &format!("CREATE SCHEMA IF NOT EXISTS {namespace};\n");
    }
    text += &format!("CREATE EXTENSION IF NOT EXISTS {name}");
    if let Some(namespace) = &extension.namespace {
        text += &format!(" SCHEMA {namespace}");
    }
    if let Some(version) = &extension.version {
        text += &format!(" VERSION {}", Quoted(version));
    }
    text + &format!(" CASCADE;\nSET LOCAL SESSION AUTHORIZATION DEFAULT;\nALTER ROLE {role} NOSUPERUSER")
}

#[cfg(test)]
mod tests {
    use super::HARMLESS;

    #[test]
    fn what_leads_out_of_the_database_is_not_harmless() {
        for name in
            ["dblink", "file_fdw", "postgres_fdw", "adminpack", "plpython3u", "plperlu", "http", "pg_net"]
        {
            assert!(!HARMLESS.contains(&name), "{name}");
        }
    }
}
