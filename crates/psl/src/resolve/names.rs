//! The names of models, enums and fields.

use std::ops::Range;

use driftless_diagnostics::{Diagnostic, Sink, code};
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;

use super::model::{Datamodel, EnumRef, FieldNames, Model, ModelRef, ScalarType, Type};
use crate::syntax::Word;
use crate::threads;

/// Fills the table of types and the tables of field names; reports names that are taken.
pub(super) fn resolve(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    let models = datamodel.models.iter().enumerate();
    let models = models.map(|(at, model)| (model.syntax.name, Type::Model(ModelRef(at as u32))));
    let enums = datamodel.enums.iter().enumerate();
    let enums = enums.map(|(at, enumeration)| (enumeration.syntax.name, Type::Enum(EnumRef(at as u32))));
    let mut named: Vec<_> = models.chain(enums).collect();
    named.sort_by_key(|(name, _)| name.span);
    let datasources = datamodel.datasources.iter().map(|block| block.syntax.name);
    let generators = datamodel.generators.iter().map(|block| block.syntax.name);
    for name in named.iter().map(|(name, _)| *name).chain(datasources).chain(generators) {
        if ScalarType::from_name(name.text).is_some() {
            let message = format!("`{}` is the name of a scalar type", name.text);
            let diagnostic = Diagnostic::error(code::INVALID_NAME, message).at(name.span);
            sink.push(diagnostic.label("scalar type").help("choose another name"));
        }
    }
    for (name, ty) in named {
        match datamodel.types.entry(name.text) {
            Entry::Vacant(entry) => _ = entry.insert(ty),
            Entry::Occupied(_) => sink.push(taken("a model, enum or type", name)),
        }
    }
    resolve_fields(datamodel, sink);
}

fn resolve_fields(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    let resolve_run = |run: Range<usize>| {
        let mut sink = Sink::new();
        let names: Vec<_> = datamodel.models[run].iter().map(|model| field_names(model, &mut sink)).collect();
        (names, sink)
    };
    let runs = threads::map_runs(datamodel.models.len(), resolve_run);
    let mut models = datamodel.models.iter_mut();
    for (tables, problems) in runs {
        sink.append(problems);
        for (names, model) in tables.into_iter().zip(models.by_ref()) {
            model.field_names = names;
        }
    }
}

/// The positions of a model's fields by name; reports names that are taken.
fn field_names<'a>(model: &Model<'a>, sink: &mut Sink) -> FieldNames<'a> {
    let mut names = FieldNames::with_capacity_and_hasher(model.syntax.fields.len(), FxBuildHasher);
    for (at, field) in model.syntax.fields.iter().enumerate() {
        match names.entry(field.name.text) {
            Entry::Vacant(entry) => _ = entry.insert(at),
            Entry::Occupied(_) => {
                sink.push(taken(&format!("a field of `{}`", model.syntax.name.text), field.name));
            }
        }
    }
    names
}

fn taken(what: &str, name: Word<'_>) -> Diagnostic {
    let message = format!("there is {what} with the name `{}` already", name.text);
    Diagnostic::error(code::DUPLICATE_NAME, message).at(name.span).label("second").help("rename one of them")
}
