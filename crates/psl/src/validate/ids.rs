//! What identifies the rows of a model.

use driftless_diagnostics::{Diagnostic, Sink, code};
use indexmap::IndexMap;

use crate::parse::quoted_list;
use crate::resolve::{Field, FieldKind, Index, IndexPurpose, Model};
use crate::syntax::Arity;

/// Reports a model with more than one `@id`, or with both `@id` and `@@id`.
pub(super) fn check_count(model: &Model<'_>, sink: &mut Sink) {
    let on_fields = model.ids.iter().filter(|id| id.on_field.is_some()).count();
    let has_block_id = on_fields < model.ids.len();
    let (message, help) = if on_fields > 1 {
        (format!("`{}` has `@id` on {on_fields} fields", model.name()), "write `@@id([…])` with these fields")
    } else if on_fields == 1 && has_block_id {
        (format!("`{}` has both `@id` and `@@id`", model.name()), "keep one of them")
    } else {
        return;
    };
    let diagnostic = Diagnostic::error(code::IDENTIFIER, message).at(model.syntax.name.span);
    sink.push(diagnostic.label("more than one id").help(help));
}

/// Reports an id of fields that are not required scalars. In an ignored model, which introspection may have written, they
/// may be optional.
pub(super) fn check_fields(model: &Model<'_>, id: &Index<'_>, sink: &mut Sink) {
    let fields = || id.fields.iter().map(|field| &model.fields[field.field]);
    let mut report = |what: &str, names: Vec<&str>, help: &str| {
        if !names.is_empty() {
            let message =
                format!("the id of `{}` names what is {what}: {}", model.name(), quoted_list(&names));
            let diagnostic = Diagnostic::error(code::IDENTIFIER, message).at(id.attribute.span);
            sink.push(diagnostic.label(what).help(help));
        }
    };
    let relations: Vec<_> =
        fields().filter(|field| field.related_model().is_some()).map(Field::name).collect();
    let optional = fields().filter(|field| field.related_model().is_none());
    let optional = optional.filter(|field| field.arity() != Arity::Required).map(Field::name).collect();
    if model.ignored.is_none() {
        report("not required", optional, "make the fields required and no lists");
    }
    report("a relation", relations, "name the scalar fields of the relation instead");
    super::indexes::check_repeated_fields(model, id, sink);
}

/// Reports a model whose rows nothing identifies.
pub(super) fn check_criterion(model: &Model<'_>, sink: &mut Sink) {
    let identifies = |index: &Index<'_>| {
        let usable =
            |field: &Field<'_>| field.arity() != Arity::Optional && field.kind != FieldKind::Unsupported;
        matches!(index.purpose, IndexPurpose::Id | IndexPurpose::Unique)
            && index.fields.iter().all(|field| usable(&model.fields[field.field]))
    };
    let is_identified = model.ids.iter().chain(&model.indexes).any(identifies);
    if model.is_table() && model.ignored.is_none() && !is_identified {
        let message = format!("nothing identifies the rows of `{}`", model.name());
        let help = "add `@id` or `@unique` to a required field, or `@@id([…])` to the model";
        let diagnostic = Diagnostic::error(code::IDENTIFIER, message).at(model.syntax.name.span);
        sink.push(diagnostic.label("no id").help(help));
    }
}

/// Reports names that the client cannot give to ids and uniques of several fields.
pub(super) fn check_client_names(model: &Model<'_>, sink: &mut Sink) {
    let mut custom: IndexMap<&str, Vec<_>> = IndexMap::new();
    for index in model.ids.iter().chain(&model.indexes) {
        let sort = match index.purpose {
            IndexPurpose::Id => "id",
            IndexPurpose::Unique => "unique",
            IndexPurpose::Plain | IndexPurpose::Fulltext => continue,
        };
        if let Some(name) = index.client_name {
            custom.entry(&name.value).or_default().push(name.span);
            if model.find_field(&name.value).is_some() {
                let message =
                    format!("the name `{}` of the {sort} is a field of `{}`", name.value, model.name());
                let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(model.syntax.name.span);
                sink.push(diagnostic.help(format!("give `@@{sort}` another `name:`")));
            }
        }
        check_default_name(model, index, sort, sink);
    }
    for (name, spans) in custom.iter().filter(|(_, spans)| spans.len() > 1) {
        for span in spans {
            let message = format!("`{}` has two ids or uniques with the name `{name}`", model.name());
            let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(*span);
            sink.push(diagnostic.label("same name").help("give each another `name:`"));
        }
    }
}

/// The client calls several fields together by their names with `_` between them: no field may be called so.
fn check_default_name(model: &Model<'_>, index: &Index<'_>, sort: &str, sink: &mut Sink) {
    if index.fields.len() < 2 || !model.fields.iter().any(|field| field.name().contains('_')) {
        return;
    }
    let names: Vec<_> = index.fields.iter().map(|field| model.fields[field.field].name()).collect();
    let joined = names.join("_");
    if model.find_field(&joined).is_some_and(|field| model.fields[field].is_column()) {
        let message = format!("the field `{joined}` is called as this {sort} is by default");
        let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(index.attribute.span);
        sink.push(
            diagnostic.help(format!("rename the field, and keep its column with `@map(\"{joined}\")`")),
        );
    }
}
