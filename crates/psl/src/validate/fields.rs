//! Attributes on fields of the wrong kind.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};

use crate::resolve::native::names_native_type;
use crate::resolve::{Datamodel, Field, FieldKind, Model, ScalarType};
use crate::syntax::{Arity, Attribute, FieldType};

/// Reports `@map` on a relation field, which is no column.
pub(super) fn check_map(field: &Field<'_>, sink: &mut Sink) {
    if let (Some(_), Some(attribute)) = (field.related_model(), attribute_of(field, "map")) {
        let message = format!("`{}` is a relation field and has no name in the database", field.name());
        let diagnostic = Diagnostic::error(code::ATTRIBUTE, message).at(attribute.span);
        sink.push(diagnostic.label("no column").help("put `@map` on the fields that the relation uses"));
    }
}

/// Reports `@updatedAt` on what is not one point in time.
pub(super) fn check_updated_at(field: &Field<'_>, sink: &mut Sink) {
    let Some(attribute) = field.updated_at else { return };
    let problem = match (field.kind, field.arity()) {
        (FieldKind::Unknown, _) => return,
        (FieldKind::Scalar(ScalarType::DateTime), Arity::List) => "is a list",
        (FieldKind::Scalar(ScalarType::DateTime), _) => return,
        _ => "is not a `DateTime`",
    };
    let message = format!("`{}` has `@updatedAt` and {problem}", field.name());
    let diagnostic = Diagnostic::error(code::UPDATED_AT, message).at(attribute.span);
    sink.push(diagnostic.help("put `@updatedAt` on a single `DateTime` field"));
}

/// Reports `@ignore` where the field is ignored anyway.
pub(super) fn check_ignore(model: &Model<'_>, field: &Field<'_>, sink: &mut Sink) {
    let Some(attribute) = field.ignored else { return };
    let reason = if field.kind == FieldKind::Unsupported {
        "its type is `Unsupported`"
    } else if model.ignored.is_some() && field.related_model().is_none() {
        "the whole model is"
    } else {
        return;
    };
    let message = format!("`{}` is ignored already: {reason}", field.name());
    let diagnostic = Diagnostic::error(code::IGNORE, message).at(attribute.span);
    sink.push(diagnostic.label("not needed").help("take `@ignore` out"));
}

/// Reports `@relation` on what is no relation field, names in it that are empty, and fields in it that hold no key.
pub(super) fn check_relation_attribute(model: &Model<'_>, field: &Field<'_>, sink: &mut Sink) {
    let Some(relation) = &field.relation else { return };
    if field.related_model().is_none() && field.kind != FieldKind::Unknown {
        let message = format!("`{}` is not a relation field: its type is no model", field.name());
        let diagnostic = Diagnostic::error(code::RELATION, message).at(relation.attribute.span);
        sink.push(diagnostic.label("no relation").help("take `@relation` out, or name a model as the type"));
    }
    check_not_empty("name", relation.name.map(|text| (text.value.as_ref(), text.span)), sink);
    check_not_empty("map", relation.mapped.map(|text| (text.value.as_ref(), text.span)), sink);
    for key in relation.fields.iter().flatten().map(|key| &model.fields[*key]).filter(|key| !key.is_column())
    {
        let message = format!("`{}` is no scalar field and holds no key of `{}`", key.name(), field.name());
        let diagnostic = Diagnostic::error(code::RELATION, message).at(relation.attribute.span);
        sink.push(diagnostic.help("name the scalar fields that hold the key"));
    }
    for (argument, fields) in [("fields", &relation.fields), ("references", &relation.references)] {
        let fields = fields.as_deref().unwrap_or_default();
        if fields.iter().enumerate().any(|(at, key)| fields[..at].contains(key)) {
            let message = format!("`{argument}` of the relation `{}` names a field twice", field.name());
            let diagnostic = Diagnostic::error(code::RELATION, message).at(relation.attribute.span);
            sink.push(diagnostic.label("repeated").help("name each field once"));
        }
    }
}

fn check_not_empty(argument: &str, text: Option<(&str, Span)>, sink: &mut Sink) {
    if let Some(("", span)) = text {
        let message = format!("the argument `{argument}` of `@relation` is empty");
        let diagnostic = Diagnostic::error(code::ARGUMENT, message).at(span).label("empty");
        sink.push(diagnostic.help(format!("write a name, or take `{argument}` out")));
    }
}

/// Reports `Unsupported("…")` of a type that the language can name.
pub(super) fn check_unsupported(datamodel: &Datamodel<'_>, field: &Field<'_>, sink: &mut Sink) {
    let FieldType::Unsupported(text) = &field.syntax.ty else { return };
    if datamodel.datasource().is_some() && names_native_type(&text.value) {
        let message = format!("`{}` is a native type of the language and not unsupported", text.value);
        let diagnostic = Diagnostic::error(code::NATIVE_TYPE, message).at(text.span).label("supported");
        sink.push(diagnostic.help(format!("write a scalar type with `@db.{}`", text.value.trim())));
    }
}

/// The first attribute of a name on a field.
fn attribute_of<'a>(field: &Field<'a>, name: &str) -> Option<&'a Attribute<'a>> {
    field.syntax.attributes.iter().find(|attribute| attribute.name.text == name)
}
