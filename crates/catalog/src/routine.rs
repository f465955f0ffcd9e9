//! The code of functions and procedures.

use driftless_ir::{Name, QualifiedName, Quoted};

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::{Fragment, Hole, query};

query! {
    /// The routines of some names.
    struct Routines<'a> from "routines" {
        code: Fragment,
        asked: Asked<'a>,
    }
}

/// Names, each with its namespace if that is known, as the rows of a `VALUES`.
struct Asked<'a>(&'a [(Option<Name>, Name)]);

impl Hole for Asked<'_> {
    const KIND: &'static str = "names";

    fn write(&self, out: &mut String) {
        for (at, (namespace, name)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let namespace = namespace
                .as_ref()
                .map_or_else(|| "NULL".to_owned(), |name| Quoted(name.as_str()).to_string());
            out.push_str(&format!("{comma}({namespace}::text, {}::text)", Quoted(name.as_str())));
        }
    }
}

impl Session {
    /// The routines of these names, whatever their arguments, without those of PostgreSQL and of extensions: name,
    /// language, code. That of SQL without quotes is as it is printed: `BEGIN ATOMIC …` or `RETURN …`.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn routines(
        &mut self,
        names: &[(Option<Name>, Name)],
    ) -> Result<Vec<(QualifiedName, Name, String)>, CatalogError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let code = match self.version().is_at_least(14) {
            true => "coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)",
            false => "p.prosrc",
        };
        let answers = self.ask(&Routines { code: Fragment(code), asked: Asked(names) }.sql())?;
        let read = |row: crate::row::Row<'_>| {
            let name = QualifiedName::new(row.text(0)?, row.text(1)?);
            Ok((name, Name::from(row.text(2)?), row.text(3)?.to_owned()))
        };
        answers.last_rows().map(read).collect()
    }
}
