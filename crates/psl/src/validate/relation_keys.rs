//! Whether the fields that hold the key of a relation fit those that they refer to.

use driftless_diagnostics::{Diagnostic, Sink, code};

use super::relation_ends::End;
use crate::resolve::{Datamodel, Field, FieldKind, Index, IndexPurpose, Model};
use crate::syntax::{Arity, FieldType};

/// Checks the key of the end that holds it.
pub(super) fn check(datamodel: &Datamodel<'_>, key: End<'_, '_>, sink: &mut Sink) {
    let Some(relation) = key.attribute().filter(|relation| !relation.is_broken) else { return };
    let Some(related) = key.field.related_model().map(|related| datamodel.model(related)) else { return };
    let (Some(fields), Some(references)) = (&relation.fields, &relation.references) else { return };
    let mut report = |message: String, help: String| {
        let diagnostic = Diagnostic::error(code::RELATION, message).at(key.field.syntax.name.span);
        sink.push(diagnostic.help(help));
    };
    if fields.len() != references.len() {
        let message =
            format!("`{}` has {} `fields` and {} `references`", key.path(), fields.len(), references.len());
        report(message, "name as many fields in one as in the other".to_owned());
        return;
    }
    for (&here, &there) in fields.iter().zip(references) {
        let (here, there) = (&key.model.fields[here], &related.fields[there]);
        if !have_same_type(here, there) {
            let message = format!(
                "`{}` of `{}` refers to `{}` of `{}`, which has another type",
                here.name(),
                key.model.name(),
                there.name(),
                related.name()
            );
            report(message, "give both fields the same type".to_owned());
        }
    }
    if key.field.arity() == Arity::Required {
        let optional = fields.iter().map(|field| &key.model.fields[*field]);
        if let Some(optional) = optional.into_iter().find(|field| field.arity() == Arity::Optional) {
            let message =
                format!("`{}` is required, and its key `{}` is optional", key.path(), optional.name());
            report(message, format!("make `{}` optional too, or its key required", key.path()));
        }
    }
    check_target(datamodel, key, related, references, sink);
}

/// Reports a key that refers to fields which do not identify one row.
fn check_target(
    datamodel: &Datamodel<'_>,
    key: End<'_, '_>,
    related: &Model<'_>,
    references: &[usize],
    sink: &mut Sink,
) {
    let sorted = |fields: &mut dyn Iterator<Item = usize>| {
        let mut fields: Vec<_> = fields.collect();
        if datamodel.datasource().is_some() {
            fields.sort_unstable();
        }
        fields
    };
    let wanted = sorted(&mut references.iter().copied());
    let matches = |index: &Index<'_>| {
        index.fields.len() == wanted.len() && sorted(&mut index.fields.iter().map(|key| key.field)) == wanted
    };
    if criteria(related).any(matches) {
        return;
    }
    let names: Vec<_> = references.iter().map(|field| related.fields[*field].name()).collect();
    let message = format!("`{}` refers to fields of `{}` that are not unique", key.path(), related.name());
    let help = match names.as_slice() {
        [name] => format!("add `@unique` to `{name}` of `{}`", related.name()),
        names => format!("add `@@unique([{}])` to `{}`", names.join(", "), related.name()),
    };
    let diagnostic = Diagnostic::error(code::RELATION, message).at(key.field.syntax.name.span);
    sink.push(diagnostic.label("not unique").help(help));
}

/// Whether the fields that hold a key are an id or a unique, in the same order.
pub(super) fn are_unique(key: End<'_, '_>) -> bool {
    let Some(relation) = key.attribute().filter(|relation| !relation.is_broken) else { return true };
    let fields = relation.fields.as_deref().unwrap_or_default();
    let matches = |index: &Index<'_>| index.fields.iter().map(|key| key.field).eq(fields.iter().copied());
    criteria(key.model).any(matches)
}

/// The ids and uniques of a model.
fn criteria<'d, 'a>(model: &'d Model<'a>) -> impl Iterator<Item = &'d Index<'a>> {
    model.ids.iter().chain(model.indexes.iter().filter(|index| index.purpose == IndexPurpose::Unique))
}

fn have_same_type(here: &Field<'_>, there: &Field<'_>) -> bool {
    match (&here.syntax.ty, &there.syntax.ty) {
        (FieldType::Unsupported(here), FieldType::Unsupported(there)) => here.value == there.value,
        _ => here.kind == there.kind || here.kind == FieldKind::Unknown || there.kind == FieldKind::Unknown,
    }
}
