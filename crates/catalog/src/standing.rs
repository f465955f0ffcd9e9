//! What stands under names that something is to be made under.

use std::collections::BTreeMap;

use driftless_ir::{IndexState, Name, QualifiedName, Quoted};

use crate::error::CatalogError;
use crate::introspect::index_state;
use crate::session::Session;
use crate::template::{Hole, query};

query! {
    /// What stands under names.
    struct StandingRows<'a> from "standing" {
        asked: Asked<'a>,
    }
}

/// A name that may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedName {
    /// That of a table, view, index or sequence.
    Relation(QualifiedName),
    /// That of a type.
    Type(QualifiedName),
    /// That of a column of a table.
    Column(QualifiedName, Name),
    /// That of a constraint of a table.
    Constraint(QualifiedName, Name),
    /// That of a trigger of a table.
    Trigger(QualifiedName, Name),
}

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// PostgreSQL's word for it.
    pub word: String,
    /// The table of an index.
    pub table: Option<QualifiedName>,
    /// Whether an index serves queries.
    pub state: IndexState,
    /// What the model of schemas does not say of it: a property, as the subject of a sentence, and its value.
    pub facts: BTreeMap<String, String>,
}

/// What is asked about, as the rows of a `VALUES`.
struct Asked<'a>(&'a [AskedName]);

impl Hole for Asked<'_> {
    const KIND: &'static str = "rows";

    fn write(&self, out: &mut String) {
        for (number, place) in self.0.iter().enumerate() {
            let (kind, name, part) = match place {
                AskedName::Relation(name) => ("relation", name, None),
                AskedName::Type(name) => ("type", name, None),
                AskedName::Column(table, column) => ("column", table, Some(column)),
                AskedName::Constraint(table, constraint) => ("constraint", table, Some(constraint)),
                AskedName::Trigger(table, trigger) => ("trigger", table, Some(trigger)),
            };
            let part = part.map_or_else(|| "NULL".to_owned(), |part| Quoted(part.as_str()).to_string());
            let (namespace, name) = (Quoted(name.namespace.as_str()), Quoted(name.name.as_str()));
            let comma = if number == 0 { "" } else { ", " };
            out.push_str(&format!(
                "{comma}({number}, {}, {namespace}::text, {name}::text, {part}::text)",
                Quoted(kind)
            ));
        }
    }
}

impl Session {
    /// Looks what stands under names, one round trip for all of them.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub fn standing(&mut self, places: &[AskedName]) -> Result<Vec<Option<Standing>>, CatalogError> {
        let mut found = vec![None; places.len()];
        if places.is_empty() {
            return Ok(found);
        }
        let query = StandingRows { asked: Asked(places) }.sql();
        // to compile the query would take a hundred times as long as to run it
        let answers = self.ask(&format!("SET LOCAL jit TO off;\n{query}"))?;
        for row in answers.last_rows() {
            let at: usize = row.number(0)?;
            let table = match (row.maybe_text(2), row.maybe_text(3)) {
                (Some(namespace), Some(name)) => Some(QualifiedName::new(namespace, name)),
                _ => None,
            };
            let state = index_state(row.maybe_text(4));
            if let Some(place) = found.get_mut(at) {
                let lines = row.maybe_text(5).unwrap_or_default().lines();
                let facts = lines.filter_map(|line| line.split_once(" = "));
                let facts = facts.map(|(of, is)| (of.to_owned(), is.to_owned())).collect();
                *place = Some(Standing { word: row.text(1)?.to_owned(), table, state, facts });
            }
        }
        Ok(found)
    }

    /// Drops indexes that serve no queries, in one transaction.
    ///
    /// # Errors
    /// Those of the server.
    pub fn drop_indexes<'a>(
        &mut self,
        indexes: impl IntoIterator<Item = &'a QualifiedName>,
    ) -> Result<(), CatalogError> {
        let names: Vec<_> = indexes.into_iter().map(ToString::to_string).collect();
        if names.is_empty() {
            return Ok(());
        }
        self.execute(&format!("DROP INDEX IF EXISTS {}", names.join(", ")))
    }
}
