//! Indexes, uniques and ids by themselves.

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};
use driftless_ir::{Builtin, MAX_NAME_BYTES};

use crate::parse::quoted_list;
use crate::resolve::{Datamodel, Field, Index, IndexField, IndexPurpose, Model};
use crate::syntax::{Expression, Text};

/// The access methods of the language.
const METHODS: [&str; 6] = ["BTree", "Hash", "Gin", "Gist", "SpGist", "Brin"];

/// Reports an index of fields that have no column.
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

/// Reports arguments that no index can have.
pub(super) fn check_arguments(index: &Index<'_>, sink: &mut Sink) {
    let orders = index.fields.iter().filter_map(|field| field.sort);
    for order in orders.filter(|order| !matches!(order.text, "Asc" | "Desc")) {
        let message = format!("there is no order `{}`", order.text);
        sink.push(problem(order.span, message, "write `Asc` or `Desc`").label("unknown order"));
    }
    if let Some(method) = index.method.filter(|method| !METHODS.contains(&method.text)) {
        let help = match nearest(method.text, METHODS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the types are {}", quoted_list(&METHODS)),
        };
        let message = format!("there is no index type `{}`", method.text);
        sink.push(problem(method.span, message, &help).label("unknown type"));
    }
    check_names(index, sink);
}

/// Reports what PostgreSQL has no such index for.
pub(super) fn check_support(
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
        check_field_support(model, index, field, sink);
    }
    check_method(index, sink);
    let name = index.mapped.or(index.client_name.filter(|_| index.purpose == IndexPurpose::Plain));
    if let Some(name) = name.filter(|_| datamodel.datasource().is_some()) {
        check_length(name, sink);
    }
}

fn check_field_support(model: &Model<'_>, index: &Index<'_>, field: &IndexField<'_>, sink: &mut Sink) {
    let of_model = &model.fields[field.field];
    let name = of_model.name();
    let is_xml = of_model.native.as_ref().is_some_and(|native| native.ty == Builtin::Xml);
    if is_xml && index.purpose != IndexPurpose::Id {
        let message = format!("`{name}` is `Xml`, which PostgreSQL can neither compare nor index");
        let diagnostic =
            problem(of_model.syntax.name.span, message, "take the index out, or use another type");
        sink.push(diagnostic.label("cannot be indexed"));
    }
    if let Some(length) = field.length {
        let message = format!("`{name}` has a length here, and PostgreSQL indexes whole values");
        sink.push(problem(length.span(), message, "take `length` out"));
    }
    if let Some(sort) = field.sort.filter(|_| index.purpose == IndexPurpose::Id) {
        let message = format!("`{name}` has an order here, and a primary key of PostgreSQL has none");
        sink.push(problem(sort.span, message, "take `sort` out"));
    }
    if field.operator_class.is_some() && index.purpose == IndexPurpose::Unique {
        let message = format!("`{name}` has an operator class here, and a unique has none");
        sink.push(problem(field.span, message, "take `ops` out, or make it an `@@index`"));
    }
}

fn check_method(index: &Index<'_>, sink: &mut Sink) {
    let span = index.attribute.span;
    match index.method.map(|method| method.text) {
        Some("Hash") if index.fields.iter().any(|field| field.sort.is_some()) => {
            let message = "an index of the type `Hash` has no order".to_owned();
            sink.push(problem(span, message, "take `sort` out"));
        }
        Some("SpGist") if index.fields.len() > 1 => {
            let message = "an index of the type `SpGist` has one field".to_owned();
            sink.push(problem(span, message, "make an index for each field"));
        }
        _ => {}
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
