//! Which part of a database is looked at.

use driftless_ir::{Name, QualifiedName};
use indexmap::IndexMap;

use super::types::Oid;
use crate::error::CatalogError;
use crate::literal::Quoted;
use crate::row::Row;

/// Which part of a database to introspect.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The namespaces; all but PostgreSQL's own where the list is empty. Those that do not exist are passed over.
    pub namespaces: Vec<Name>,
    /// The one among them that its source does not name, so that its objects are written without it.
    pub implicit: Option<Name>,
    /// Tables to pass over, such as the one that holds the history of migrations; foreign keys to them become
    /// unmodelled.
    pub excluded: Vec<QualifiedName>,
}

impl Scope {
    /// One namespace, not named by its source.
    pub fn implicit(namespace: impl Into<Name>) -> Self {
        let namespace = namespace.into();
        Self { namespaces: vec![namespace.clone()], implicit: Some(namespace), excluded: Vec::new() }
    }

    /// Several namespaces, all of them named by their source.
    pub fn named(namespaces: impl IntoIterator<Item = Name>) -> Self {
        Self { namespaces: namespaces.into_iter().collect(), ..Self::default() }
    }

    /// The condition on `n`, a row of `pg_namespace`.
    pub(super) fn condition(&self) -> String {
        if self.namespaces.is_empty() {
            let own = "n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'";
            return format!("({own})");
        }
        let names: Vec<_> = self.namespaces.iter().map(|name| Quoted(name.as_str()).to_string()).collect();
        format!("n.nspname = ANY (ARRAY[{}]::pg_catalog.name[])", names.join(", "))
    }
}

/// The namespaces in scope that exist.
#[derive(Default)]
pub(super) struct Namespaces {
    by_name: IndexMap<Name, Oid>,
}

impl Namespaces {
    /// Reads the rows of `queries/namespaces.sql`.
    pub(super) fn read<'a>(rows: impl Iterator<Item = Row<'a>>) -> Result<Self, CatalogError> {
        let pair = |row: Row<'a>| Ok::<_, CatalogError>((Name::from(row.text(1)?), row.number(0)?));
        Ok(Self { by_name: rows.map(pair).collect::<Result<_, _>>()? })
    }

    /// Their names, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        self.by_name.keys()
    }

    /// Their oids.
    pub(super) fn oids(&self) -> impl Iterator<Item = Oid> {
        self.by_name.values().copied()
    }

    /// Whether the namespace is in scope.
    pub(super) fn contains(&self, name: &Name) -> bool {
        self.by_name.contains_key(name)
    }
}
