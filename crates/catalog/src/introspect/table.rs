//! Tables while their parts come in.

use driftless_ir::{ColumnType, Name, QualifiedName, SchemaBuilder, TableDefinition, Unmodelled};
use indexmap::IndexMap;

use super::scope::Scope;
use super::types::Oid;
use crate::error::CatalogError;
use crate::row::Row;

/// A table, with what is needed to find its columns by position.
pub(super) struct Draft {
    pub(super) name: QualifiedName,
    pub(super) definition: TableDefinition,
    /// The positions of the columns (`attnum`), in order, one for each column of the definition.
    pub(super) positions: Vec<i16>,
}

impl Draft {
    /// The name of the column at a position.
    pub(super) fn column(&self, position: i16) -> Result<Name, CatalogError> {
        let place = self.positions.binary_search(&position).ok();
        let entry = place.and_then(|place| self.definition.columns.get_index(place));
        entry.map(|(name, _)| name.clone()).ok_or(CatalogError::Answer { about: "a column" })
    }

    /// The type of the column at a position; `None` where there is no such column.
    pub(super) fn column_type(&self, position: i16) -> Option<&ColumnType<QualifiedName>> {
        let place = self.positions.binary_search(&position).ok()?;
        self.definition.columns.get_index(place).map(|(_, column)| &column.ty)
    }

    /// The names of the columns at positions.
    pub(super) fn columns(&self, positions: &[i16]) -> Result<Vec<Name>, CatalogError> {
        positions.iter().map(|position| self.column(*position)).collect()
    }
}

/// The tables in scope by oid, sorted by namespace and name.
pub(super) struct Drafts {
    by_oid: IndexMap<Oid, Draft>,
}

impl Drafts {
    /// Reads the rows of `queries/relations.sql`.
    pub(super) fn read<'a>(
        rows: impl Iterator<Item = Row<'a>>,
        scope: &Scope,
        notes: &mut Notes,
    ) -> Result<Self, CatalogError> {
        let mut by_oid = IndexMap::new();
        for row in rows {
            let name = QualifiedName::new(row.text(1)?, row.text(2)?);
            if scope.excluded.contains(&name) {
                continue;
            }
            note_options(row, &name, notes)?;
            let draft = Draft { name, definition: TableDefinition::default(), positions: Vec::new() };
            by_oid.insert(row.number(0)?, draft);
        }
        Ok(Self { by_oid })
    }

    /// A table; `None` for one that is passed over.
    pub(super) fn get_mut(&mut self, oid: Oid) -> Option<&mut Draft> {
        self.by_oid.get_mut(&oid)
    }

    /// A table; `None` for one that is passed over.
    pub(super) fn get(&self, oid: Oid) -> Option<&Draft> {
        self.by_oid.get(&oid)
    }

    /// Puts the parts of each table in order, and the tables into a builder: columns as they stand in the table, all
    /// else by name, as the reference prints it.
    pub(super) fn finish(self, builder: &mut SchemaBuilder) {
        for mut draft in self.by_oid.into_values() {
            draft.definition.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            draft.definition.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
            draft.definition.checks.sort_by(|a, b| a.name.cmp(&b.name));
            builder.add_table(draft.name, draft.definition);
        }
    }
}

fn note_options(row: Row<'_>, name: &QualifiedName, notes: &mut Notes) -> Result<(), CatalogError> {
    let mut note = |kind: &str, definition: &str| notes.add(kind, name, "", definition);
    match row.character(4)? {
        b'u' => note("persistence", "UNLOGGED"),
        b't' => note("persistence", "TEMPORARY"),
        _ => {}
    }
    match row.character(5)? {
        b'e' => note("row security", "ENABLE"),
        b'f' => note("row security", "FORCE"),
        _ => {}
    }
    let texts = [(6, "storage parameters"), (7, "tablespace"), (8, "access method"), (9, "partition key")];
    for (at, kind) in texts {
        if let Some(text) = row.maybe_text(at) {
            note(kind, text);
        }
    }
    match row.character(10)? {
        b'n' => note("replica identity", "NOTHING"),
        b'f' => note("replica identity", "FULL"),
        b'i' => note("replica identity", "USING INDEX"),
        _ => {}
    }
    Ok(())
}

/// What is not modelled, as it is found.
#[derive(Default)]
pub(super) struct Notes {
    found: Vec<Unmodelled>,
}

impl Notes {
    /// Notes a property or part of a table.
    pub(super) fn add(&mut self, kind: &str, table: &QualifiedName, name: &str, definition: &str) {
        self.found.push(Unmodelled {
            kind: kind.into(),
            namespace: table.namespace.clone(),
            table: Some(table.name.clone()),
            name: name.into(),
            definition: definition.into(),
        });
    }

    /// Reads rows of kind, namespace, table, name and definition.
    pub(super) fn read<'a>(
        &mut self,
        rows: impl Iterator<Item = Row<'a>>,
        scope: &Scope,
    ) -> Result<(), CatalogError> {
        for row in rows {
            let namespace = Name::from(row.text(1)?);
            let table = row.maybe_text(2).map(Name::from);
            let is_excluded =
                |name: &QualifiedName| name.namespace == namespace && Some(&name.name) == table.as_ref();
            if scope.excluded.iter().any(is_excluded) {
                continue;
            }
            self.found.push(Unmodelled {
                kind: row.text(0)?.into(),
                namespace,
                table,
                name: row.text(3)?.into(),
                definition: row.maybe_text(4).unwrap_or_default().into(),
            });
        }
        Ok(())
    }

    /// Everything, sorted.
    pub(super) fn finish(mut self) -> Vec<Unmodelled> {
        let key = |note: &Unmodelled| (note.namespace.clone(), note.table.clone());
        self.found.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.cmp(b)));
        self.found
    }
}
