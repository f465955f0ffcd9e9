//! Which namespace of the database each model and enum lies in.

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};

use crate::parse::quoted_list;
use crate::resolve::{Datamodel, Datasource};
use crate::syntax::{ModelKind, Text};

/// Reports `@@schema` where it is missing, and namespaces that the datasource does not list.
pub(super) fn check(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let Some(datasource) = datamodel.datasource() else { return };
    for model in datamodel.models.iter().filter(|model| model.syntax.kind != ModelKind::Composite) {
        check_one(datasource, model.name(), model.syntax.name.span, model.namespace, sink);
    }
    for enumeration in &datamodel.enums {
        let name = enumeration.syntax.name;
        check_one(datasource, name.text, name.span, enumeration.namespace, sink);
    }
}

fn check_one(
    datasource: &Datasource<'_>,
    name: &str,
    span: Span,
    namespace: Option<&Text<'_>>,
    sink: &mut Sink,
) {
    let listed: Vec<_> = datasource.schemas.iter().map(|schema| schema.value.as_ref()).collect();
    let (message, span, help) = match namespace {
        None if listed.is_empty() => return,
        Some(namespace) if listed.contains(&&*namespace.value) => return,
        None => {
            let help = format!("add `@@schema(\"…\")` with one of {}", quoted_list(&listed));
            (format!("`{name}` does not say in which schema of the database it lies"), span, help)
        }
        Some(namespace) => {
            let help = match nearest(&namespace.value, listed.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add `{}` to `schemas` in the datasource block", namespace.value),
            };
            (format!("the datasource lists no schema `{}`", namespace.value), namespace.span, help)
        }
    };
    sink.push(Diagnostic::error(code::MULTI_SCHEMA, message).at(span).label("schema").help(help));
}
