//! Which part of a database is looked at.

use driftless_ir::{Name, QualifiedName};
use indexmap::IndexMap;

use super::types::Oid;
use crate::error::CatalogError;
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
