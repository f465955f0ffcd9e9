//! Indexes, uniques and ids by themselves.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};
use driftless_ir::{Builtin, MAX_NAME_BYTES};

use crate::parse::quoted_list;
use crate::resolve::{Datamodel, Field, Index, IndexField, IndexPurpose, Model};
use crate::syntax::{Expression, Text};

/// Reports an index of fields that have no column, or whose columns no index can have.
pub(super) fn check_fields(model: &Model<'_>, index: &Index<'_>, sink: &mut Sink) {
    check_repeated_fields(model, index, sink);
    for key in &index.fields {
        let field = &model.fields[key.field];
        let name = field.name();
        if field.related_model().is_some() {
            let message = format!("`{name}` is a relation field and has no column to index");
            let diagnostic = Diagnostic::error(code::INDEX, message).at(key.span).label("relation field");
            sink.push(diagnostic.help(columns_instead(model, field)));
        }
        if field.native.as_ref().is_some_and(|native| native.ty == Builtin::Xml) {
            let message = format!("`{name}` is `Xml`, which PostgreSQL can neither compare nor index");
            let diagnostic = Diagnostic::error(code::INDEX, message).at(field.syntax.name.span);
            sink.push(diagnostic.label("cannot be indexed").help("take the index out, or use another type"));
        }
    }
}

/// Reports an index that names a field twice.
pub(super) fn check_repeated_fields(model: &Model<'_>, index: &Index<'_>, sink: &mut Sink) {
    for (at, key) in index.fields.iter().enumerate() {
        if index.fields[..at].iter().any(|earlier| earlier.field == key.field) {
            let name = model.fields[key.field].name();
            let message = format!("`{name}` is named twice");
            let diagnostic = Diagnostic::error(code::INDEX, message).at(key.span).label("second");
            sink.push(diagnostic.help("name each field once"));
        }
    }
}

fn columns_instead(model: &Model<'_>, field: &Field<'_>) -> String {
    let columns = field.relation.as_ref().and_then(|relation| relation.fields.as_deref()).unwrap_or_default();
    let names: Vec<_> = columns.iter().map(|column| model.fields[*column].name()).collect();
    match names.as_slice() {
        [] => "name scalar fields".to_owned(),
        names => format!("did you mean {}?", quoted_list(names)),
    }
}

/// Reports arguments that the index cannot have.
pub(super) fn check_options(
    datamodel: &Datamodel<'_>,
    model: &Model<'_>,
    index: &Index<'_>,
    sink: &mut Sink,
) {
    let span = index.attribute.span;
    if index.fields.is_empty() && !index.is_broken && !index.attribute.arguments.is_empty() {
        let message = "an index needs at least one field".to_owned();
        sink.push(problem(span, message, "name a field in the brackets").label("no fields"));
    }
    if index.purpose == IndexPurpose::Fulltext {
        let message = "PostgreSQL has no full-text indexes of this kind".to_owned();
        let help = "write `@@index([…], type: Gin)` on a column of the type `tsvector`";
        sink.push(problem(span, message, help).label("not in PostgreSQL"));
    }
    if let Some(clustered) = index.clustered {
        let message = "PostgreSQL has no clustered indexes".to_owned();
        sink.push(problem(clustered.span(), message, "take `clustered` out"));
    }
    if index.predicate.is_some() && !datamodel.has_preview_feature("partialIndexes") {
        let message = "the index is partial, and the preview feature `partialIndexes` is not on";
        let diagnostic = Diagnostic::error(code::PREVIEW_FEATURE, message).at(span);
        sink.push(diagnostic.help("write `previewFeatures = [\"partialIndexes\"]` in a generator block"));
    }
    for field in &index.fields {
        check_field_options(model, index, field, sink);
    }
    check_method(index, sink);
    check_names(index, sink);
}

fn check_field_options(model: &Model<'_>, index: &Index<'_>, field: &IndexField<'_>, sink: &mut Sink) {
    let name = model.fields[field.field].name();
    if let Some(length) = field.length {
        let message = format!("`{name}` has a length here, and PostgreSQL indexes whole values");
        sink.push(problem(length.span(), message, "take `length` out"));
    }
    if let Some(sort) = field.sort {
        if !matches!(sort.text, "Asc" | "Desc") {
            let message = format!("there is no order `{}`", sort.text);
            sink.push(problem(sort.span, message, "write `Asc` or `Desc`"));
        } else if index.purpose == IndexPurpose::Id {
            let message = format!("`{name}` has an order here, and a primary key of PostgreSQL has none");
            sink.push(problem(sort.span, message, "take `sort` out"));
        }
    }
    if field.operator_class.is_some() && index.purpose == IndexPurpose::Unique {
        let message = format!("`{name}` has an operator class here, and a unique has none");
        sink.push(problem(field.span, message, "take `ops` out, or make it an `@@index`"));
    }
}

fn check_method(index: &Index<'_>, sink: &mut Sink) {
    let Some(method) = index.method else { return };
    let span = index.attribute.span;
    match method.text {
        "BTree" | "Gin" | "Gist" | "Brin" => {}
        "Hash" => {
            if index.fields.iter().any(|field| field.sort.is_some()) {
                let message = "an index of the type `Hash` has no order".to_owned();
                sink.push(problem(span, message, "take `sort` out"));
            }
        }
        "SpGist" => {
            if index.fields.len() > 1 {
                let message = "an index of the type `SpGist` has one field".to_owned();
                sink.push(problem(span, message, "make an index for each field"));
            }
        }
        other => {
            let known = ["BTree", "Hash", "Gin", "Gist", "SpGist", "Brin"];
            let help = match driftless_diagnostics::nearest(other, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the types are {}", quoted_list(&known)),
            };
            let message = format!("there is no index type `{other}`");
            sink.push(problem(method.span, message, &help).label("unknown type"));
        }
    }
}

fn check_names(index: &Index<'_>, sink: &mut Sink) {
    for (argument, text) in [("map", index.mapped), ("name", index.client_name)] {
        if let Some(text) = text.filter(|text| text.value.is_empty()) {
            let message = format!("the argument `{argument}` is empty");
            let help = format!("write a name, or take `{argument}` out");
            sink.push(problem(text.span, message, &help));
        }
    }
    let is_client_name = index.purpose != IndexPurpose::Plain;
    if let Some(name) = index.client_name {
        if is_client_name && !name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            let message =
                format!("the name `{}` has other characters than letters, digits and `_`", name.value);
            sink.push(problem(name.span, message, "choose another name"));
        } else if !is_client_name && index.mapped.is_some() {
            let message = "the index has both `name` and `map`, which mean the same".to_owned();
            sink.push(problem(index.attribute.span, message, "keep `map`"));
        }
    }
    let given = index.mapped.or(index.client_name.filter(|_| !is_client_name));
    if let Some(name) = given {
        check_length(name, sink);
    }
}

/// Reports a name that is longer than PostgreSQL keeps.
pub(super) fn check_length(name: &Text<'_>, sink: &mut Sink) {
    let bytes = name.value.len();
    if bytes > MAX_NAME_BYTES {
        let message = format!("`{}` has {bytes} bytes, and PostgreSQL keeps {MAX_NAME_BYTES}", name.value);
        let diagnostic = Diagnostic::error(code::DATABASE_NAME, message).at(name.span);
        sink.push(diagnostic.label("too long").help("choose a shorter name"));
    }
}

/// Where an index is named, or else the attribute that makes it.
pub(super) fn name_span(index: &Index<'_>) -> Span {
    let alias = index.client_name.filter(|_| index.purpose == IndexPurpose::Plain);
    index.mapped.or(alias).map_or(index.attribute.span, |name| name.span)
}

/// What an expression holds if it is `raw("…")` with one string.
pub(super) fn raw_text<'a>(value: &'a Expression<'_>) -> Option<&'a str> {
    match value {
        Expression::Call(call) if call.name.text == "raw" => match call.arguments.as_slice() {
            [argument] => argument.value.as_ref()?.as_string(),
            _ => None,
        },
        _ => None,
    }
}

fn problem(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code::INDEX, message).at(span).help(help)
}
