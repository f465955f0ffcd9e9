//! Datasource blocks.
//!
//! Connection strings (`url`, `directUrl`, `shadowDatabaseUrl`) may stand in a schema or not: what they hold is not
//! judged here.

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};
use indexmap::IndexSet;

use crate::parse::quoted_list;
use crate::resolve::{Datamodel, Datasource};
use crate::syntax::{Argument, Expression, Property, Word};

/// The properties of a datasource block.
const PROPERTIES: [&str; 8] = [
    "provider",
    "url",
    "directUrl",
    "shadowDatabaseUrl",
    "relationMode",
    "referentialIntegrity",
    "schemas",
    "extensions",
];

/// The names of PostgreSQL.
const PROVIDERS: [&str; 2] = ["postgresql", "postgres"];

/// The databases of the reference that are not PostgreSQL.
const OTHER_PROVIDERS: [&str; 5] = ["mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"];

/// The arguments of an extension.
const EXTENSION_ARGUMENTS: [&str; 3] = ["map", "schema", "version"];

/// Reports every datasource of several.
pub(super) fn check_count(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    if datamodel.datasources.len() > 1 {
        for block in &datamodel.datasources {
            let message = format!("`{}` is one of several datasources", block.name());
            let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(block.syntax.name.span);
            sink.push(diagnostic.label("one too many").help("keep one datasource block"));
        }
    }
}

/// Reports a provider that is missing, no string, or not PostgreSQL.
pub(super) fn check_provider(block: &Datasource<'_>, sink: &mut Sink) {
    let name = block.syntax.name;
    let value = property(block, "provider").map(|property| property.value.as_ref());
    let (message, span) = match (value, block.provider) {
        (None, _) => (format!("the datasource `{}` has no provider", name.text), name.span),
        // A property without a value is reported with the others.
        (Some(None), _) => return,
        (Some(Some(Expression::Call(call))), _) if call.name.text == "env" => {
            (format!("the provider of the datasource `{}` is left to the environment", name.text), name.span)
        }
        (Some(Some(value)), None) => {
            (format!("the provider of a datasource is {}, not a string", value.kind()), value.span())
        }
        (_, Some(provider)) if PROVIDERS.contains(&&*provider.value) => return,
        (_, Some(provider)) if OTHER_PROVIDERS.contains(&&*provider.value) => {
            (format!("driftless works with PostgreSQL, and not with `{}`", provider.value), provider.span)
        }
        (_, Some(provider)) => (format!("there is no provider `{}`", provider.value), provider.span),
    };
    let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(span);
    sink.push(diagnostic.help("write `provider = \"postgresql\"`"));
}

/// Reports properties that are unknown, repeated or without a value.
pub(super) fn check_properties(block: &Datasource<'_>, sink: &mut Sink) {
    let owner = block.syntax.name;
    let mut seen = IndexSet::new();
    for property in &block.syntax.properties {
        let name = property.name.text;
        if !seen.insert(name) {
            let message = format!("the datasource `{}` has the property `{name}` twice", owner.text);
            let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(property.name.span);
            sink.push(diagnostic.label("second").help("take one of them out"));
        }
        if !PROPERTIES.contains(&name) {
            let message = format!("a datasource has no property `{name}`");
            let help = match nearest(name, PROPERTIES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the properties are {}", quoted_list(&PROPERTIES)),
            };
            let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(property.span);
            sink.push(diagnostic.label("unknown property").help(help));
        }
        if property.value.is_none() {
            let message = format!("the property `{name}` of the datasource `{}` has no value", owner.text);
            let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(owner.span);
            sink.push(diagnostic.help(format!("write a value behind `{name} =`, or take the line out")));
        }
    }
}

/// Reports a relation mode that is unknown or written twice; warns of its old name.
pub(super) fn check_relation_mode(block: &Datasource<'_>, sink: &mut Sink) {
    let old = property(block, "referentialIntegrity");
    let new = property(block, "relationMode");
    if let Some(old) = old {
        let diagnostic = match new {
            Some(_) => Diagnostic::error(
                code::DATASOURCE,
                "`referentialIntegrity` is the old name of `relationMode`, and both are given",
            ),
            None => Diagnostic::warning(
                code::DATASOURCE,
                "`referentialIntegrity` is the old name of `relationMode`",
            ),
        };
        sink.push(diagnostic.at(old.span).label("old name").help("write `relationMode` only"));
    }
    for value in [old, new].into_iter().flatten().filter_map(|property| property.value.as_ref()) {
        let (message, span) = match value.as_string() {
            Some("prisma" | "foreignKeys") => continue,
            Some(mode) => (format!("there is no relation mode `{mode}`"), block.syntax.name.span),
            None => (format!("the relation mode is {}, not a string", value.kind()), value.span()),
        };
        let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(span);
        sink.push(diagnostic.help("write \"foreignKeys\" or \"prisma\""));
    }
}

/// Reports a list of schemas that is empty, that repeats a schema, or that holds something else.
pub(super) fn check_schemas(block: &Datasource<'_>, sink: &mut Sink) {
    let Some(value) = property(block, "schemas").and_then(|property| property.value.as_ref()) else { return };
    let mut problem = |span: Span, message: String, help: &str| {
        sink.push(Diagnostic::error(code::MULTI_SCHEMA, message).at(span).help(help));
    };
    if value.as_elements().is_empty() {
        let help = "name a schema of the database, or take `schemas` out";
        problem(value.span(), "the list of schemas is empty".to_owned(), help);
    }
    let mut seen = IndexSet::new();
    for element in value.as_elements() {
        match element.as_string() {
            None => {
                let message = format!("a schema is {}, not a string", element.kind());
                problem(element.span(), message, "write its name in double quotes");
            }
            Some(schema) if !seen.insert(schema) => {
                problem(element.span(), format!("the schema `{schema}` is listed twice"), "take one out");
            }
            Some(_) => {}
        }
    }
}

/// Reports extensions without their preview feature.
pub(super) fn check_extension_feature(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let listed = datamodel.datasources.iter().filter_map(|block| property(block, "extensions"));
    for property in listed.filter(|_| !datamodel.has_preview_feature("postgresqlExtensions")) {
        let message = "extensions are listed, and the preview feature `postgresqlExtensions` is not on";
        let diagnostic = Diagnostic::error(code::PREVIEW_FEATURE, message).at(property.span);
        sink.push(
            diagnostic.help("write `previewFeatures = [\"postgresqlExtensions\"]` in a generator block"),
        );
    }
}

/// Reports elements of the list of extensions that are none.
pub(super) fn check_extensions(block: &Datasource<'_>, sink: &mut Sink) {
    let Some(property) = property(block, "extensions") else { return };
    for element in property.value.as_ref().map(Expression::as_elements).unwrap_or_default() {
        match element {
            Expression::Constant(name) => check_extension_name(*name, sink),
            Expression::Call(call) => {
                check_extension_name(call.name, sink);
                call.arguments.iter().for_each(|argument| check_extension_argument(argument, sink));
            }
            other => {
                let message = format!("an extension is {}, not a name", other.kind());
                let diagnostic = Diagnostic::error(code::DATASOURCE, message).at(other.span());
                sink.push(diagnostic.label("no name").help("write its name without quotes"));
            }
        }
    }
}

fn check_extension_name(name: Word<'_>, sink: &mut Sink) {
    if name.text.contains('-') {
        let message = format!("the extension name `{}` holds a dash", name.text);
        let help = format!("write `{}(map: \"{}\")`", name.text.replace('-', "_"), name.text);
        sink.push(Diagnostic::error(code::INVALID_NAME, message).at(name.span).label("dash").help(help));
    }
}

fn check_extension_argument(argument: &Argument<'_>, sink: &mut Sink) {
    let message = match (argument.name, &argument.value) {
        (None, _) => "an argument of an extension has no name".to_owned(),
        (Some(name), _) if !EXTENSION_ARGUMENTS.contains(&name.text) => {
            format!("an extension has no argument `{}`", name.text)
        }
        (Some(name), Some(value)) if value.as_string().is_none() => {
            format!("the argument `{}` of an extension is {}, not a string", name.text, value.kind())
        }
        _ => return,
    };
    let diagnostic = Diagnostic::error(code::ARGUMENT, message).at(argument.span);
    sink.push(diagnostic.help(format!("the arguments are {}", quoted_list(&EXTENSION_ARGUMENTS))));
}

fn property<'a>(block: &Datasource<'a>, name: &str) -> Option<&'a Property<'a>> {
    block.syntax.properties.iter().find(|property| property.name.text == name)
}
