//! The catalog as a [`Schema`].
//!
//! Everything is asked for in two messages, and so in two round trips and one snapshot, whatever the number of tables;
//! the queries are in `queries/*.sql`, one a kind of object. Each makes a single pass over its catalogs: what would be a
//! look-up a row on the server is a look-up by oid here.
//!
//! Order: namespaces, enums, tables and sequences by name, views as they were made, columns as they stand in their
//! table, indexes, foreign keys and checks by name within their table. It is the order in which the reference prints
//! them.
//!
//! What the model cannot say of an object becomes [`Unmodelled`](driftless_ir::Unmodelled), under a kind of its own.

mod column;
mod constraint;
mod default;
mod index;
mod query;
mod scope;
mod sequence;
mod table;
mod types;

pub(crate) use self::index::index_state;

use driftless_ir::{Enum, EnumValue, Extension, Name, Origin, QualifiedName, Schema, SchemaBuilder};
use indexmap::IndexMap;

use crate::error::CatalogError;
use crate::row::{Answers, Row};
use crate::session::Session;
use column::{Defaults, Owners, Surroundings};
use index::OperatorClasses;
use query::Query;
use scope::Namespaces;
pub use scope::Scope;
use table::{Drafts, Notes};
use types::{Oid, Types};

impl Session {
    /// Reads what the database holds. Two round trips.
    ///
    /// # Errors
    /// Those of a lost connection, and of a role that may not read the catalog.
    pub fn introspect(&mut self, scope: &Scope) -> Result<Schema, CatalogError> {
        Ok(self.introspect_builder(scope)?.freeze()?)
    }

    /// The same where the implicit namespace of the scope is the one of the session's URL in this database, whatever it
    /// is called here.
    ///
    /// # Errors
    /// Those of [`introspect`](Self::introspect).
    pub fn introspect_moved(&mut self, scope: &Scope) -> Result<Schema, CatalogError> {
        let here = Name::from(self.url().schema());
        let Some(there) = scope.implicit.clone().filter(|there| *there != here) else {
            return self.introspect(scope);
        };
        let moved = |name: &Name| if *name == there { here.clone() } else { name.clone() };
        let table =
            |name: &QualifiedName| QualifiedName { namespace: moved(&name.namespace), ..name.clone() };
        let scope = Scope {
            namespaces: scope.namespaces.iter().map(moved).collect(),
            implicit: Some(here.clone()),
            excluded: scope.excluded.iter().map(table).collect(),
        };
        let mut builder = self.introspect_builder(&scope)?;
        builder.move_namespace(&here, &there);
        Ok(builder.freeze()?)
    }

    fn introspect_builder(&mut self, scope: &Scope) -> Result<SchemaBuilder, CatalogError> {
        let search_path = Name::from(self.url().schema());
        let answers = self.read(&query::opening(scope, &search_path))?;
        let namespaces = Namespaces::read(answers.last_rows())?;
        let answers = self.read(&query::message(&namespaces, self.version()))?;
        build(&answers, scope, &namespaces, &search_path)
    }

    /// Asks within a transaction that ends where something goes wrong.
    fn read(&mut self, message: &str) -> Result<Answers, CatalogError> {
        self.ask(message).inspect_err(|_| self.roll_back())
    }
}

fn build(
    answers: &Answers,
    scope: &Scope,
    namespaces: &Namespaces,
    search_path: &Name,
) -> Result<SchemaBuilder, CatalogError> {
    let rows = |query: Query| answers.rows(query.position());
    let mut notes = Notes::default();
    let types = Types::read(rows(Query::Types))?;
    let classes = OperatorClasses::read(rows(Query::OperatorClasses), search_path)?;
    let defaults = Defaults::read(rows(Query::Defaults))?;
    let mut drafts = Drafts::read(rows(Query::Relations), scope, &mut notes)?;
    let mut views = sequence::read_views(rows(Query::Views))?;
    let surroundings = Surroundings { types: &types, namespaces, defaults: &defaults, search_path };
    column::read(
        rows(Query::Columns),
        &surroundings,
        &mut Owners { drafts: &mut drafts, views: &mut views },
        &mut notes,
    )?;
    index::read(rows(Query::Indexes), &classes, &mut drafts, &mut notes)?;
    constraint::read(rows(Query::Constraints), &mut drafts, &mut notes)?;

    let mut builder = SchemaBuilder::new();
    for name in namespaces.names() {
        if scope.implicit.as_ref() == Some(name) {
            builder.add_implicit_namespace(name.clone());
        } else {
            builder.add_namespace(name.clone());
        }
    }
    read_extensions(rows(Query::Extensions), &mut builder)?;
    read_enums(rows(Query::Enums), &types, namespaces, &mut builder)?;
    builder.sequences = sequence::read(rows(Query::Sequences), &drafts, &mut notes)?;
    builder.views = views.into_values().collect();
    drafts.finish(&mut builder);
    for query in Query::UNMODELLED {
        notes.read(rows(query), scope)?;
    }
    builder.unmodelled = notes.finish();
    Ok(builder)
}

fn read_extensions<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    builder: &mut SchemaBuilder,
) -> Result<(), CatalogError> {
    for row in rows {
        let name = Name::from(row.text(0)?);
        let extension = Extension {
            name: name.clone(),
            namespace: Some(Name::from(row.text(1)?)),
            version: Some(row.text(2)?.into()),
        };
        builder.extensions.insert(name, extension);
    }
    Ok(())
}

fn read_enums<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    types: &Types,
    namespaces: &Namespaces,
    builder: &mut SchemaBuilder,
) -> Result<(), CatalogError> {
    let mut values: IndexMap<Oid, Vec<EnumValue>> = IndexMap::new();
    for row in rows {
        let value = EnumValue { name: Name::from(row.text(1)?), handle: None };
        values.entry(row.number(0)?).or_default().push(value);
    }
    for (oid, name) in types.enums(namespaces) {
        let values = values.get_mut(&oid).map(std::mem::take).unwrap_or_default();
        builder.add_enum(Enum { name: name.clone(), values, origin: Origin::default() });
    }
    Ok(())
}
