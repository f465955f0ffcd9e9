//! A schema without a datasource block belongs to no database: it can only hold what every database has.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};

use crate::resolve::{Datamodel, Field, FieldKind, Model, ScalarType};
use crate::syntax::Arity;

/// Reports what needs a datasource in a schema that has none.
pub(super) fn check(datamodel: &Datamodel<'_>, model: &Model<'_>, sink: &mut Sink) {
    if datamodel.datasource().is_some() {
        return;
    }
    let mut report = |what: String, span: Span| {
        let message = format!("{what} needs a datasource, and the schema has none");
        let help = "add `datasource db { provider = \"postgresql\" }`, one property a line";
        sink.push(
            Diagnostic::error(code::DATASOURCE, message).at(span).label("needs a datasource").help(help),
        );
    };
    for field in &model.fields {
        if let Some(what) = dependency(model, field) {
            report(what, field.syntax.name.span);
        }
        if let Some(mapped) = field.relation.as_ref().and_then(|relation| relation.mapped) {
            report("the name of a foreign key".to_owned(), mapped.span);
        }
    }
    for _ in model.ids.iter().filter(|id| id.mapped.is_some()) {
        report("the name of a primary key".to_owned(), model.syntax.name.span);
    }
    for method in model.indexes.iter().filter_map(|index| index.method) {
        report(format!("the index type `{}`", method.text), method.span);
    }
    if let Some(namespace) = model.namespace {
        report("`@@schema`".to_owned(), namespace.span);
    }
}

fn dependency(model: &Model<'_>, field: &Field<'_>) -> Option<String> {
    let name = field.name();
    let is_id = || {
        let mut keys = model.ids.iter().flat_map(|id| &id.fields);
        keys.any(|key| std::ptr::eq(&model.fields[key.field], field))
    };
    match field.kind {
        FieldKind::Scalar(_) | FieldKind::Enum(_) if field.arity() == Arity::List => {
            Some(format!("the list `{name}`"))
        }
        FieldKind::Scalar(ScalarType::Decimal) => Some(format!("`{name}` of the type `Decimal`")),
        FieldKind::Scalar(_) if field.native.is_some() => Some(format!("the native type of `{name}`")),
        FieldKind::Scalar(_) => {
            let counts = field.default.as_ref().is_some_and(|default| default.is_function("autoincrement"));
            (counts && !is_id()).then(|| format!("`autoincrement()` on `{name}`, which is no id,"))
        }
        _ => None,
    }
}
