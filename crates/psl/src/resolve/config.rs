//! Datasource and generator blocks, as far as the rest of the schema depends on them.

use crate::syntax::{Config, Expression, Property, Text, Word};

/// A datasource block.
#[derive(Debug)]
pub struct Datasource<'a> {
    /// The block.
    pub syntax: &'a Config<'a>,
    /// `provider`.
    pub provider: Option<&'a Text<'a>>,
    /// `schemas`: the namespaces that may be used; empty where none are named.
    pub schemas: Vec<&'a Text<'a>>,
    /// `relationMode`.
    pub relation_mode: Option<&'a Text<'a>>,
    /// `extensions`.
    pub extensions: Vec<DatasourceExtension<'a>>,
}

/// An element of `extensions`: `name` or `name(map: "…", schema: "…", version: "…")`.
#[derive(Debug)]
pub struct DatasourceExtension<'a> {
    /// The name in the schema.
    pub name: Word<'a>,
    /// `map:`: the name in the database.
    pub mapped: Option<&'a Text<'a>>,
    /// `schema:`: the namespace of its objects.
    pub schema: Option<&'a Text<'a>>,
    /// `version:`.
    pub version: Option<&'a Text<'a>>,
}

/// A generator block.
#[derive(Debug)]
pub struct Generator<'a> {
    /// The block.
    pub syntax: &'a Config<'a>,
    /// `previewFeatures`, as far as they are strings.
    pub preview_features: Vec<&'a Text<'a>>,
}

impl<'a> Datasource<'a> {
    pub(super) fn new(syntax: &'a Config<'a>) -> Self {
        let text = |name| find(syntax, name).and_then(|property| as_text(property.value.as_ref()?));
        let elements = |name| find(syntax, name).and_then(|property| property.value.as_ref());
        let extensions = elements("extensions").map(Expression::as_elements).unwrap_or_default();
        Self {
            syntax,
            provider: text("provider"),
            schemas: texts(elements("schemas")),
            relation_mode: text("relationMode").or_else(|| text("referentialIntegrity")),
            extensions: extensions.iter().filter_map(DatasourceExtension::new).collect(),
        }
    }

    /// The name of the block, which prefixes native types.
    pub fn name(&self) -> &'a str {
        self.syntax.name.text
    }

    /// Whether relations are kept by the client and not by foreign keys.
    pub fn emulates_relations(&self) -> bool {
        self.relation_mode.is_some_and(|mode| mode.value == "prisma")
    }
}

impl<'a> DatasourceExtension<'a> {
    fn new(expression: &'a Expression<'a>) -> Option<Self> {
        let (name, arguments) = match expression {
            Expression::Constant(name) => (*name, [].as_slice()),
            Expression::Call(call) => (call.name, call.arguments.as_slice()),
            _ => return None,
        };
        let text = |wanted: &str| {
            let argument =
                arguments.iter().find(|argument| argument.name.is_some_and(|name| name.text == wanted))?;
            as_text(argument.value.as_ref()?)
        };
        Some(Self { name, mapped: text("map"), schema: text("schema"), version: text("version") })
    }

    /// The name in the database.
    pub fn database_name(&self) -> &'a str {
        self.mapped.map_or(self.name.text, |text| &text.value)
    }
}

impl<'a> Generator<'a> {
    pub(super) fn new(syntax: &'a Config<'a>) -> Self {
        let features = find(syntax, "previewFeatures").and_then(|property| property.value.as_ref());
        Self { syntax, preview_features: texts(features) }
    }
}

/// The first property of a name.
fn find<'a>(config: &'a Config<'a>, name: &str) -> Option<&'a Property<'a>> {
    config.properties.iter().find(|property| property.name.text == name)
}

fn as_text<'a>(expression: &'a Expression<'a>) -> Option<&'a Text<'a>> {
    match expression {
        Expression::String(text) => Some(text),
        _ => None,
    }
}

/// The strings of an array, or of a single string.
fn texts<'a>(expression: Option<&'a Expression<'a>>) -> Vec<&'a Text<'a>> {
    expression.map(Expression::as_elements).unwrap_or_default().iter().filter_map(as_text).collect()
}
