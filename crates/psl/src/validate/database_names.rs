//! Names in the database that collide.
//!
//! PostgreSQL keeps tables, indexes and the constraints that indexes back in one namespace; constraints of a table have
//! names of their own beside that. Names of tables and indexes are compared among themselves only, as the reference
//! does.

use std::borrow::Cow;
use std::hash::Hash;

use driftless_diagnostics::{Diagnostic, Sink, Span, code};
use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::indexes::{check_length, name_span};
use crate::resolve::{Datamodel, Model};
use crate::syntax::ModelKind;

/// Reports fields whose column has the name of another.
///
/// Fields are taken in order, and a field without `@map` or behind the present one counts by its own name. So two
/// fields that swap names are refused, as the reference refuses them.
pub(super) fn check_columns(model: &Model<'_>, sink: &mut Sink) {
    let mut mapped = IndexSet::new();
    for (at, field) in model.fields.iter().enumerate() {
        let Some(text) = field.mapped.filter(|_| field.is_column()) else { continue };
        let name = &*text.value;
        let is_taken_by = |other: usize| {
            let holder = &model.fields[other];
            other != at && holder.is_column() && (holder.mapped.is_none() || other > at)
        };
        if !mapped.insert(name) || model.find_field(name).is_some_and(is_taken_by) {
            let message = format!("`{}` has another field with the column `{name}`", model.name());
            let diagnostic = Diagnostic::error(code::DATABASE_NAME, message).at(field.syntax.name.span);
            sink.push(diagnostic.label("same column").help("give each field its own column"));
        }
    }
}

/// Reports models and views that share a table name.
pub(super) fn check_tables(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let mut tables: IndexMap<_, &Model<'_>, _> =
        IndexMap::with_capacity_and_hasher(datamodel.models.len(), FxBuildHasher);
    let of_kind = |kind| datamodel.models.iter().filter(move |model| model.syntax.kind == kind);
    for model in of_kind(ModelKind::Model).chain(of_kind(ModelKind::View)) {
        let Some(first) = tables.insert((namespace(model), model.database_name()), model) else { continue };
        let (here, other) = if model.mapped.is_some() { (model, first) } else { (first, model) };
        let message =
            format!("`{}` and `{}` share the table `{}`", here.name(), other.name(), model.database_name());
        let span = here.mapped.map_or(here.syntax.name.span, |text| text.span);
        let diagnostic = Diagnostic::error(code::DATABASE_NAME, message).at(span).label("same table");
        sink.push(diagnostic.help("give each model its own `@@map`"));
    }
}

/// Reports enums that share a type name.
pub(super) fn check_enums(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let mut types = IndexMap::with_capacity_and_hasher(datamodel.enums.len(), FxBuildHasher);
    for enumeration in &datamodel.enums {
        let namespace = enumeration.namespace.map(|text| text.value.as_ref());
        let key = (namespace, enumeration.database_name());
        let Some(first) = types.insert(key, enumeration.name()) else { continue };
        let name = enumeration.syntax.name;
        let message =
            format!("`{first}` and `{}` share the type `{}`", name.text, enumeration.database_name());
        let diagnostic = Diagnostic::error(code::DATABASE_NAME, message).at(name.span).label("same type");
        sink.push(diagnostic.help("give each enum its own `@@map`"));
    }
}

/// What a constraint or index is, as far as its name goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    PrimaryKey,
    Index,
    ForeignKey,
}

/// A constraint or index and its name.
struct Named<'d, 'a> {
    model: &'d Model<'a>,
    /// The position of the model.
    table: usize,
    sort: Sort,
    name: Cow<'a, str>,
    span: Span,
}

/// Reports constraints and indexes that share a name: primary keys, uniques and indexes of all tables of a namespace,
/// and foreign keys with those of their own table.
pub(super) fn check_constraints(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    if datamodel.datasource().is_none() {
        return;
    }
    let named = all_named(datamodel, sink);
    let in_namespace =
        clashes(&named, |one| (one.sort != Sort::ForeignKey).then(|| (namespace(one.model), &*one.name)));
    let in_table = clashes(&named, |one| Some((one.table, &*one.name)));
    for (at, one) in named.iter().enumerate() {
        let clashes = match one.sort {
            Sort::PrimaryKey => in_table[at] || in_namespace[at],
            Sort::Index => in_namespace[at],
            Sort::ForeignKey => in_table[at],
        };
        // The uniques of a view take names, but as they are not made, it is not they that are in the way.
        if clashes && one.model.is_table() {
            let message = format!("another constraint or index has the name `{}` too", one.name);
            let diagnostic = Diagnostic::error(code::DATABASE_NAME, message).at(one.span).label("same name");
            sink.push(diagnostic.help("give each its own name with `map:`"));
        }
    }
}

/// For each, whether another has the same key. What has no key clashes with nothing.
fn clashes<'n, K: Eq + Hash>(
    named: &'n [Named<'_, '_>],
    key: impl Fn(&'n Named<'_, '_>) -> Option<K>,
) -> Vec<bool> {
    let mut clashes = vec![false; named.len()];
    let mut first = IndexMap::with_capacity_and_hasher(named.len(), FxBuildHasher);
    for (at, key) in named.iter().enumerate().filter_map(|(at, one)| Some((at, key(one)?))) {
        match first.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert(at),
            Entry::Occupied(entry) => {
                clashes[*entry.get()] = true;
                clashes[at] = true;
            }
        }
    }
    clashes
}

/// The constraints and indexes of all models by name; names that are too long are reported.
fn all_named<'d, 'a>(datamodel: &'d Datamodel<'a>, sink: &mut Sink) -> Vec<Named<'d, 'a>> {
    let mut named = Vec::with_capacity(datamodel.models.len() * 4);
    for (table, model) in datamodel.models.iter().enumerate() {
        let ids = model.ids.iter().map(|id| (id, Sort::PrimaryKey));
        let indexes = model.indexes.iter().map(|index| (index, Sort::Index));
        named.extend(ids.chain(indexes).map(|(index, sort)| Named {
            model,
            table,
            sort,
            name: model.index_name(index),
            span: name_span(index),
        }));
        for field in &model.fields {
            let Some(relation) = field.relation.as_deref() else { continue };
            if relation.fields.as_ref().is_none_or(Vec::is_empty) {
                continue;
            }
            if let Some(mapped) = relation.mapped {
                check_length(mapped, sink);
            }
            let span = relation.mapped.map_or(field.syntax.name.span, |text| text.span);
            let name = model.foreign_key_name(relation);
            named.push(Named { model, table, sort: Sort::ForeignKey, name, span });
        }
    }
    named
}

fn namespace<'a>(model: &Model<'a>) -> Option<&'a str> {
    model.namespace.map(|text| text.value.as_ref())
}
