//! What one relation lacks, as text.

use driftless_diagnostics::{FileId, Span};

use super::Insertion;
use super::naming::{camel_case, foreign_key_field};
use super::plural::plural;
use super::side::Link;
use crate::resolve::{Datamodel, Field, IndexPurpose, Model, RelationAttribute};
use crate::syntax::Arity;

/// The files of a schema, as text and as a model.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) datamodel: &'a Datamodel<'a>,
    pub(super) texts: &'a [&'a str],
}

impl<'a> Sources<'a> {
    fn text(self, span: Span) -> &'a str {
        &self.texts[span.file.index()][span.range()]
    }
}

/// A link with the models and fields that it speaks of.
struct Sides<'a> {
    sources: Sources<'a>,
    referencing: &'a Model<'a>,
    referenced: &'a Model<'a>,
    forward: Option<&'a Field<'a>>,
    /// The name of the relation as written, with its quotes.
    name: Option<&'a str>,
}

/// What the relation lacks.
pub(super) fn insertions(link: &Link, sources: Sources<'_>) -> Vec<Insertion> {
    let datamodel = sources.datamodel;
    let shown_by = datamodel.field(link.shown_by);
    let name = shown_by.relation.as_ref().and_then(|relation| relation.name);
    let sides = Sides {
        sources,
        referencing: datamodel.model(link.referencing),
        referenced: datamodel.model(link.referenced),
        forward: link.forward.map(|field| datamodel.field(field)),
        name: name.map(|text| sources.text(text.span)),
    };
    let mut insertions = Vec::new();
    if link.back.is_none() {
        insertions.push(at_end_of(sides.referenced, &sides.back_field()));
    }
    insertions.extend(sides.foreign_key());
    insertions
}

impl<'a> Sides<'a> {
    fn attribute(&self) -> Option<&'a RelationAttribute<'a>> {
        self.forward?.relation.as_deref()
    }

    fn fields(&self) -> Option<&'a [usize]> {
        self.attribute()?.fields.as_deref()
    }

    fn references(&self) -> Option<&'a [usize]> {
        self.attribute()?.references.as_deref()
    }

    fn back_field(&self) -> String {
        let model = self.referencing.name();
        let name = camel_case(model);
        let mut line = if self.is_one_to_one() {
            format!("{name} {model}?")
        } else {
            format!("{} {model}[]", plural(&name))
        };
        if let Some(name) = self.name {
            line.extend([" @relation(", name, ")"]);
        }
        if self.referencing.ignored.is_some() {
            line.push_str(" @ignore");
        }
        line
    }

    fn is_one_to_one(&self) -> bool {
        let Some(fields) = self.fields() else { return false };
        self.referencing.indexes.iter().any(|index| {
            index.purpose == IndexPurpose::Unique
                && index.fields.iter().map(|part| part.field).eq(fields.iter().copied())
        })
    }

    /// The forward field or its arguments, and the foreign key's fields.
    fn foreign_key(&self) -> Vec<Insertion> {
        let (fields, references) = (self.fields(), self.references());
        let key = match references {
            Some(references) if fields.is_none() => Some(references.to_vec()),
            Some(_) => None,
            None => key_of(self.referenced),
        };
        let Some(key) = key else { return Vec::new() };
        let key: Vec<&Field<'_>> = key.into_iter().map(|field| &self.referenced.fields[field]).collect();

        let mut arguments = Vec::new();
        if fields.is_none() {
            let names: Vec<_> = key.iter().map(|field| self.column_name(field)).collect();
            arguments.push(format!("fields: [{}]", names.join(", ")));
        }
        if references.is_none() {
            let names: Vec<_> = key.iter().map(|field| field.name()).collect();
            arguments.push(format!("references: [{}]", names.join(", ")));
        }
        let arguments = arguments.join(", ");
        let mut insertions = vec![match self.forward {
            Some(field) => self.add_arguments(field, arguments),
            None => at_end_of(self.referencing, &self.forward_field(&key, &arguments)),
        }];
        if fields.is_none() {
            let columns = key.iter().filter_map(|field| self.missing_column(field));
            insertions.extend(columns.map(|column| at_end_of(self.referencing, &column)));
        }
        insertions
    }

    /// Required only where every column of the foreign key is there and required.
    fn forward_field(&self, key: &[&Field<'_>], arguments: &str) -> String {
        let required = key
            .iter()
            .all(|field| self.existing_column(field).is_some_and(|column| column.arity() != Arity::Optional));
        let model = self.referenced.name();
        let arity = if required { "" } else { "?" };
        let (name, comma) = self.name.map_or(("", ""), |name| (name, ", "));
        format!("{} {model}{arity} @relation({name}{comma}{arguments})", camel_case(model))
    }

    /// The arguments, in the parentheses of `@relation` if there are any.
    fn add_arguments(&self, field: &Field<'_>, arguments: String) -> Insertion {
        let Some(relation) = &field.relation else {
            return before(field.syntax.span.file, field.syntax.span.end, format!(" @relation({arguments})"));
        };
        let span = relation.attribute.span;
        if !self.sources.text(span).ends_with(')') {
            return before(span.file, span.end, format!("({arguments})"));
        }
        let comma = if relation.attribute.arguments.is_empty() { "" } else { ", " };
        before(span.file, span.end - 1, format!("{comma}{arguments}"))
    }

    fn column_name(&self, key: &Field<'_>) -> String {
        foreign_key_field(self.referenced.name(), key.name())
    }

    /// The column that refers to a field of the key, where there is one.
    fn existing_column(&self, key: &Field<'_>) -> Option<&'a Field<'a>> {
        let at = self.referencing.find_field(&self.column_name(key))?;
        Some(&self.referencing.fields[at]).filter(|field| field.is_column())
    }

    /// The column that refers to a field of the key, where there is none.
    fn missing_column(&self, key: &Field<'_>) -> Option<String> {
        if self.existing_column(key).is_some() {
            return None;
        }
        let name = self.column_name(key);
        let optional = self.forward.is_none_or(|field| field.arity() == Arity::Optional);
        let ty = self.sources.text(key.syntax.ty.span());
        let native = key.syntax.attributes.iter().find(|attribute| attribute.name.text.contains('.'));
        let native = native.map(|attribute| self.sources.text(attribute.span)).unwrap_or_default();
        Some(format!("{name} {ty}{} {native}", if optional { "?" } else { "" }))
    }
}

/// What a foreign key can refer to: the id, else the first unique of required fields.
fn key_of(model: &Model<'_>) -> Option<Vec<usize>> {
    let unique = model.indexes.iter().find(|index| {
        index.purpose == IndexPurpose::Unique
            && index.predicate.is_none()
            && index.fields.iter().all(|part| model.fields[part.field].arity() == Arity::Required)
    });
    let key = model.id().or(unique)?;
    (!key.fields.is_empty()).then(|| key.fields.iter().map(|part| part.field).collect())
}

fn before(file: FileId, at: u32, text: String) -> Insertion {
    Insertion { file, at, text }
}

/// A line before the closing brace of a model.
fn at_end_of(model: &Model<'_>, line: &str) -> Insertion {
    let span = model.syntax.span;
    before(span.file, span.end - 1, format!("{line}\n"))
}
