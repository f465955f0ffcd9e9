//! The two sides of a relation, and what each of them lacks.

use std::fmt::Write as _;

use super::Insertion;
use super::naming::{camel_case, foreign_key_field};
use super::plural::plural;
use crate::resolve::{Datamodel, Field, FieldKind, FieldRef, IndexPurpose, Model, ModelRef, Relation};
use crate::syntax::Arity;

/// One relation that has a foreign key.
pub(super) struct Link<'a> {
    /// The model that holds the foreign key.
    referencing: ModelRef,
    /// The model that it refers to.
    referenced: ModelRef,
    forward: Option<FieldRef>,
    back: Option<FieldRef>,
    name: Option<&'a str>,
}

/// All relations with a foreign key, in the order of the fields that show them.
pub(super) fn links<'a>(datamodel: &Datamodel<'a>) -> Vec<Link<'a>> {
    let mut links: Vec<(FieldRef, Link<'a>)> =
        datamodel.relations.iter().flat_map(|relation| links_of(datamodel, relation)).collect();
    links.sort_by_key(|(field, _)| *field);
    links.into_iter().map(|(_, link)| link).collect()
}

/// A valid relation is one link, or none where it has a join table. Here there may be more: each field is taken
/// together with the first that could be its other side.
fn links_of<'a>(datamodel: &Datamodel<'a>, relation: &Relation<'a>) -> Vec<(FieldRef, Link<'a>)> {
    let first = relation.fields.first().copied();
    let elsewhere = relation.fields.iter().copied().find(|field| first.is_some_and(|f| f.model != field.model));
    let link = |&field: &FieldRef| {
        let related = datamodel.field(field).related_model()?;
        let opposite = if related == field.model {
            relation.fields.iter().copied().find(|other| *other != field)
        } else {
            [first, elsewhere].into_iter().flatten().find(|other| other.model == related)
        };
        Some((field, link(datamodel, field, related, opposite, relation.name)?))
    };
    relation.fields.iter().filter_map(link).collect()
}

/// What a field and its other side make; `None` where the other side shows it, or where it is a join table.
fn link<'a>(
    datamodel: &Datamodel<'a>,
    field: FieldRef,
    related: ModelRef,
    opposite: Option<FieldRef>,
    name: Option<&'a str>,
) -> Option<Link<'a>> {
    let arity = |field: FieldRef| datamodel.field(field).arity();
    let forward = match (arity(field), opposite.map(arity)) {
        (Arity::List, None) => false,
        (Arity::List, Some(_)) | (Arity::Optional, Some(Arity::Required)) => return None,
        (Arity::Required, Some(Arity::Required)) | (Arity::Optional, Some(Arity::Optional)) => {
            opposite.is_none_or(|opposite| takes_the_key(datamodel, field, opposite))
        }
        _ => true,
    };
    if forward {
        Some(Link { referencing: field.model, referenced: related, forward: Some(field), back: opposite, name })
    } else if opposite.is_none() {
        Some(Link { referencing: related, referenced: field.model, forward: None, back: Some(field), name })
    } else {
        None
    }
}

/// Of two equal sides the one with `fields` holds the foreign key, else the one whose name comes first.
fn takes_the_key(datamodel: &Datamodel<'_>, field: FieldRef, opposite: FieldRef) -> bool {
    let has_fields =
        |field| datamodel.field(field).relation.as_ref().is_some_and(|relation| relation.fields.is_some());
    let names = |field: FieldRef| (datamodel.model(field.model).name(), datamodel.field(field).name());
    match (has_fields(field), has_fields(opposite)) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => names(field) < names(opposite),
    }
}

impl Link<'_> {
    /// What the relation lacks.
    pub(super) fn insertions(&self, datamodel: &Datamodel<'_>, texts: &[&str]) -> Vec<Insertion> {
        let mut insertions = Vec::new();
        if self.back.is_none() {
            insertions.push(at_end_of(datamodel.model(self.referenced), self.back_field(datamodel)));
        }
        let forward = self.forward.map(|field| datamodel.field(field));
        let written = forward.and_then(|field| field.relation.as_ref());
        let fields = written.and_then(|relation| relation.fields.as_deref());
        let references = written.and_then(|relation| relation.references.as_deref());
        if fields.is_some() && references.is_some() {
            return insertions;
        }
        let model = datamodel.model(self.referenced);
        let Some(key) = references.map(<[usize]>::to_vec).or_else(|| key_of(model)) else { return insertions };
        let (names, columns) = self.foreign_key(datamodel, texts, &key);
        let mut arguments = Vec::new();
        if fields.is_none() {
            arguments.push(format!("fields: [{}]", names.join(", ")));
        }
        if references.is_none() {
            let names: Vec<&str> = key.iter().map(|&field| model.fields[field].name()).collect();
            arguments.push(format!("references: [{}]", names.join(", ")));
        }
        insertions.push(match forward {
            Some(field) => with_arguments(field, &arguments.join(", ")),
            None => self.forward_field(datamodel, &arguments.join(", ")),
        });
        if fields.is_none() {
            let referencing = datamodel.model(self.referencing);
            insertions.extend(columns.into_iter().map(|column| at_end_of(referencing, column)));
        }
        insertions
    }

    fn back_field(&self, datamodel: &Datamodel<'_>) -> String {
        let referencing = datamodel.model(self.referencing);
        let name = camel_case(referencing.name());
        let mut line = if self.is_one_to_one(datamodel) {
            format!("{name} {}?", referencing.name())
        } else {
            format!("{} {}[]", plural(&name), referencing.name())
        };
        if let Some(name) = self.name {
            let _ = write!(line, " @relation({name:?})");
        }
        if referencing.ignored.is_some() {
            line.push_str(" @ignore");
        }
        line
    }

    fn is_one_to_one(&self, datamodel: &Datamodel<'_>) -> bool {
        let Some(forward) = self.forward else { return false };
        let relation = datamodel.field(forward).relation.as_ref();
        let Some(fields) = relation.and_then(|relation| relation.fields.as_deref()) else { return false };
        datamodel.model(self.referencing).indexes.iter().any(|index| {
            index.purpose == IndexPurpose::Unique && index.fields.iter().map(|part| part.field).eq(fields.iter().copied())
        })
    }

    fn forward_field(&self, datamodel: &Datamodel<'_>, arguments: &str) -> Insertion {
        let name = datamodel.model(self.referenced).name();
        let relation = self.name.map(|name| format!("{name:?}, ")).unwrap_or_default();
        let line = format!("{} {name}? @relation({relation}{arguments})", camel_case(name));
        at_end_of(datamodel.model(self.referencing), line)
    }

    /// The names of the foreign key's fields, and the lines of those that are missing.
    fn foreign_key(&self, datamodel: &Datamodel<'_>, texts: &[&str], key: &[usize]) -> (Vec<String>, Vec<String>) {
        let referencing = datamodel.model(self.referencing);
        let referenced = datamodel.model(self.referenced);
        let required = self.forward.is_some_and(|field| datamodel.field(field).arity() == Arity::Required);
        let mut missing = Vec::new();
        let name_of = |&field: &usize| {
            let field = &referenced.fields[field];
            let name = foreign_key_field(referenced.name(), field.name());
            let exists = referencing.find_field(&name).is_some_and(|at| referencing.fields[at].is_column());
            if !exists {
                let arity = if required { "" } else { "?" };
                missing.push(format!("{name} {}{arity}{}", type_of(datamodel, field), native_type(field, texts)));
            }
            name
        };
        let names = key.iter().map(name_of).collect();
        (names, missing)
    }
}
