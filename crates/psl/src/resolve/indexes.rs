//! `@id`, `@unique`, `@@id`, `@@unique`, `@@index`, `@@fulltext`.

use driftless_diagnostics::{Diagnostic, Sink, code};

use super::arguments::{Arguments, Signature, problem};
use super::fields::find_field;
use super::model::{Index, IndexField, IndexPurpose, Model, Predicate};
use crate::parse::quoted_list;
use crate::syntax::{Argument, Attribute, Expression};

const FIELD_ID: Signature = Signature { unnamed: None, names: &["map", "length", "sort", "clustered"] };
const FIELD_UNIQUE: Signature =
    Signature { unnamed: None, names: &["map", "length", "sort", "clustered", "where"] };
const ID: Signature = Signature { unnamed: Some("fields"), names: &["fields", "name", "map", "clustered"] };
const UNIQUE: Signature =
    Signature { unnamed: Some("fields"), names: &["fields", "name", "map", "clustered", "where"] };
const INDEX: Signature =
    Signature { unnamed: Some("fields"), names: &["fields", "name", "map", "type", "clustered", "where"] };
const FULLTEXT: Signature = Signature { unnamed: Some("fields"), names: &["fields", "map"] };
const INDEX_FIELD_ARGUMENTS: [&str; 3] = ["sort", "length", "ops"];
const RAW: Signature = Signature { unnamed: Some("value"), names: &["value"] };

/// Resolves the indexes of a model, in the order in which the reference keeps them. `named` has its fields' names.
pub(super) fn resolve<'a>(named: &Model<'a>, model: &mut Model<'a>, sink: &mut Sink) {
    resolve_field_attributes(model, sink);
    for (name, purpose, signature) in [
        ("id", IndexPurpose::Id, &ID),
        ("index", IndexPurpose::Plain, &INDEX),
        ("unique", IndexPurpose::Unique, &UNIQUE),
        ("fulltext", IndexPurpose::Fulltext, &FULLTEXT),
    ] {
        for attribute in model.syntax.attributes.iter().filter(|attribute| attribute.name.text == name) {
            add(model, block_index(named, attribute, purpose, signature, sink));
        }
    }
}

fn add<'a>(model: &mut Model<'a>, index: Index<'a>) {
    match index.purpose {
        IndexPurpose::Id => model.ids.push(index),
        _ => model.indexes.push(index),
    }
}

fn resolve_field_attributes(model: &mut Model<'_>, sink: &mut Sink) {
    let syntax = model.syntax;
    for (at, field) in syntax.fields.iter().enumerate() {
        for (position, attribute) in field.attributes.iter().enumerate() {
            let (purpose, signature) = match attribute.name.text {
                "id" => (IndexPurpose::Id, &FIELD_ID),
                "unique" => (IndexPurpose::Unique, &FIELD_UNIQUE),
                _ => continue,
            };
            let is_another = |earlier: &Attribute<'_>| earlier.name.text != attribute.name.text;
            if field.attributes[..position].iter().all(is_another) {
                add(model, field_index(at, attribute, purpose, signature, sink));
            }
        }
    }
}

fn field_index<'a>(
    field: usize,
    attribute: &'a Attribute<'a>,
    purpose: IndexPurpose,
    signature: &Signature,
    sink: &mut Sink,
) -> Index<'a> {
    let arguments = Arguments::of_attribute("@", attribute, signature, sink);
    let key = IndexField {
        field,
        span: attribute.span,
        sort: arguments.word("sort", sink),
        length: arguments.get("length"),
        operator_class: None,
    };
    Index {
        purpose,
        attribute,
        on_field: Some(field),
        fields: vec![key],
        mapped: arguments.text("map", sink),
        client_name: None,
        method: None,
        clustered: arguments.get("clustered"),
        predicate: arguments.get("where").map(|value| predicate(value, sink)),
        is_broken: false,
    }
}

fn block_index<'a>(
    model: &Model<'a>,
    attribute: &'a Attribute<'a>,
    purpose: IndexPurpose,
    signature: &Signature,
    sink: &mut Sink,
) -> Index<'a> {
    let arguments = Arguments::of_attribute("@@", attribute, signature, sink);
    let elements = arguments.required("fields", sink).map(Expression::as_elements).unwrap_or_default();
    let fields: Vec<_> =
        elements.iter().filter_map(|element| index_field(model, &arguments, element, sink)).collect();
    Index {
        purpose,
        attribute,
        on_field: None,
        is_broken: fields.len() < elements.len(),
        fields,
        mapped: arguments.text("map", sink),
        client_name: arguments.text("name", sink),
        method: arguments.word("type", sink),
        clustered: arguments.get("clustered"),
        predicate: arguments.get("where").map(|value| predicate(value, sink)),
    }
}

/// `field` or `field(sort: …, length: …, ops: …)`.
fn index_field<'a>(
    model: &Model<'a>,
    arguments: &Arguments<'a>,
    element: &'a Expression<'a>,
    sink: &mut Sink,
) -> Option<IndexField<'a>> {
    let (word, call) = match element {
        Expression::Constant(word) => (*word, None),
        Expression::Call(call) => (call.name, Some(call)),
        other => {
            arguments.wrong_kind("fields", other, "a list of fields", sink);
            return None;
        }
    };
    let field = find_field(model, word, sink)?;
    let given = call.map(|call| call.arguments.as_slice()).unwrap_or_default();
    warn_of_unused(given, sink);
    let get = |name: &str| {
        let found = given.iter().find(|argument| argument.name.is_some_and(|word| word.text == name));
        found.and_then(|argument| argument.value.as_ref())
    };
    let sort = match get("sort") {
        Some(Expression::Constant(word)) => Some(*word),
        Some(other) => {
            arguments.wrong_kind("sort", other, "a word without quotes", sink);
            None
        }
        None => None,
    };
    Some(IndexField { field, span: element.span(), sort, length: get("length"), operator_class: get("ops") })
}

/// Warns of arguments that a field of an index does not take: the reference passes over them, and so do schemas that
/// rely on it.
fn warn_of_unused(arguments: &[Argument<'_>], sink: &mut Sink) {
    let is_known = |argument: &Argument<'_>| {
        argument.name.is_some_and(|name| INDEX_FIELD_ARGUMENTS.contains(&name.text))
    };
    for argument in arguments.iter().filter(|argument| !is_known(argument)) {
        let help = format!("the arguments are {}", quoted_list(&INDEX_FIELD_ARGUMENTS));
        let message = "this argument of an index field has no effect";
        let diagnostic = Diagnostic::warning(code::ARGUMENT, message).at(argument.span);
        sink.push(diagnostic.label("unknown argument").help(help));
    }
}

fn predicate<'a>(value: &'a Expression<'a>, sink: &mut Sink) -> Predicate<'a> {
    match value {
        Expression::Object(members, _) => Predicate::Fields(members),
        Expression::Call(call) if call.name.text == "raw" => {
            let arguments = Arguments::of_call(call, &RAW, sink);
            arguments.required_text("value", sink).map_or(Predicate::Invalid(call.span), Predicate::Raw)
        }
        other => {
            let message = format!("the condition of a partial index is {}", other.kind());
            let diagnostic = match other {
                Expression::Call(_) => Diagnostic::error(code::INDEX, message).at(other.span()),
                _ => problem(message, other.span()),
            };
            let help = "write `where: raw(\"…\")` or `where: { field: value }`";
            sink.push(diagnostic.label("not a condition").help(help));
            Predicate::Invalid(other.span())
        }
    }
}
