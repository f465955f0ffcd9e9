//! Composite types, which PostgreSQL schemas cannot have.

use driftless_diagnostics::{Diagnostic, Sink, code};

use crate::resolve::Model;
use crate::syntax::ModelKind;

/// What makes no sense on the field of a composite type, wherever those are supported.
const FORBIDDEN: [&str; 4] = ["id", "unique", "updatedAt", "relation"];

/// Reports a composite type.
pub(super) fn check(model: &Model<'_>, sink: &mut Sink) {
    if model.syntax.kind != ModelKind::Composite {
        return;
    }
    let name = model.name();
    let message = format!("`{name}` is a composite type, and a PostgreSQL schema has none");
    let diagnostic = Diagnostic::error(code::UNSUPPORTED, message).at(model.syntax.name.span);
    sink.push(diagnostic.label("composite type").help("make it a model, or store it in a `Json` field"));
}

/// Reports what no database has in a composite type.
pub(super) fn check_fields(model: &Model<'_>, sink: &mut Sink) {
    if model.syntax.kind != ModelKind::Composite {
        return;
    }
    let of_fields = model.syntax.fields.iter().flat_map(|field| &field.attributes);
    let of_fields = of_fields.filter(|attribute| FORBIDDEN.contains(&attribute.name.text));
    for attribute in of_fields.chain(&model.syntax.attributes) {
        let message = format!("a composite type has no attribute `{}`", attribute.name.text);
        let diagnostic = Diagnostic::error(code::ATTRIBUTE, message).at(attribute.span);
        sink.push(diagnostic.label("not in a composite type").help("take it out"));
    }
    let defaults = model.fields.iter().filter_map(|field| field.default.as_ref());
    for default in defaults.filter(|default| default.is_function("autoincrement")) {
        let message = "a field of a composite type cannot count by itself";
        let diagnostic = Diagnostic::error(code::DEFAULT_VALUE, message).at(default.attribute.span);
        sink.push(diagnostic.help("take `autoincrement()` out"));
    }
    for field in model.fields.iter().filter(|field| field.related_model().is_some()) {
        let message = format!("`{}` is a relation, and `{}` is no model", field.name(), model.name());
        let diagnostic = Diagnostic::error(code::RELATION, message).at(field.syntax.ty.span());
        sink.push(diagnostic.label("relation").help("relate models to each other"));
    }
}
