//! The names of models, enums and fields.

use driftless_diagnostics::{Diagnostic, Sink, code};
use indexmap::map::Entry;

use super::model::{Datamodel, EnumRef, ModelRef, ScalarType, Type};
use crate::syntax::Word;

/// Fills the table of types and the tables of field names; reports names that are taken.
pub(super) fn resolve(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    let models = datamodel.models.iter().enumerate();
    let models = models.map(|(at, model)| (model.syntax.name, Type::Model(ModelRef(at as u32))));
    let enums = datamodel.enums.iter().enumerate();
    let enums = enums.map(|(at, enumeration)| (enumeration.syntax.name, Type::Enum(EnumRef(at as u32))));
    let mut named: Vec<_> = models.chain(enums).collect();
    named.sort_by_key(|(name, _)| name.span);
    for (name, ty) in named {
        if ScalarType::from_name(name.text).is_some() {
            let message = format!("`{}` is the name of a scalar type", name.text);
            sink.push(
                Diagnostic::error(code::INVALID_NAME, message).at(name.span).help("choose another name"),
            );
        }
        match datamodel.types.entry(name.text) {
            Entry::Vacant(entry) => _ = entry.insert(ty),
            Entry::Occupied(_) => sink.push(taken("a model, enum or type", name)),
        }
    }
    resolve_fields(datamodel, sink);
}

fn resolve_fields(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    for model in &mut datamodel.models {
        for (at, field) in model.syntax.fields.iter().enumerate() {
            match model.field_names.entry(field.name.text) {
                Entry::Vacant(entry) => _ = entry.insert(at),
                Entry::Occupied(_) => {
                    sink.push(taken(&format!("a field of `{}`", model.syntax.name.text), field.name));
                }
            }
        }
    }
}

fn taken(what: &str, name: Word<'_>) -> Diagnostic {
    let message = format!("there is {what} with the name `{}` already", name.text);
    Diagnostic::error(code::DUPLICATE_NAME, message).at(name.span).label("second").help("rename one of them")
}
