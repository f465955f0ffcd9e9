//! Complete relations, sorted by how many rows each end leads to.

use crate::resolve::{Datamodel, Field, FieldRef, Model, Relation, RelationAttribute};
use crate::syntax::Arity;

/// One end of a relation: a relation field and its model.
#[derive(Clone, Copy)]
pub(super) struct End<'d, 'a> {
    pub(super) model: &'d Model<'a>,
    pub(super) field: &'d Field<'a>,
    pub(super) at: FieldRef,
}

/// A relation of two ends.
#[derive(Clone, Copy)]
pub(super) enum Ends<'d, 'a> {
    /// Two lists.
    ManyToMany(End<'d, 'a>, End<'d, 'a>),
    /// The single end, which holds the key, and the list.
    OneToMany(End<'d, 'a>, End<'d, 'a>),
    /// Two single ends: the one that holds the key as far as can be told, and the other.
    OneToOne(End<'d, 'a>, End<'d, 'a>),
}

impl<'d, 'a> End<'d, 'a> {
    pub(super) fn new(datamodel: &'d Datamodel<'a>, at: FieldRef) -> Self {
        Self { model: datamodel.model(at.model), field: datamodel.field(at), at }
    }

    pub(super) fn attribute(&self) -> Option<&'d RelationAttribute<'a>> {
        self.field.relation.as_deref()
    }

    /// Whether `fields:` names at least one field, found or not.
    pub(super) fn has_fields(&self) -> bool {
        self.attribute().is_some_and(|relation| is_given(relation.fields.as_deref(), relation.is_broken))
    }

    /// Whether `references:` names at least one field, found or not.
    pub(super) fn has_references(&self) -> bool {
        self.attribute().is_some_and(|relation| is_given(relation.references.as_deref(), relation.is_broken))
    }

    pub(super) fn has_actions(&self) -> bool {
        self.attribute().is_some_and(|relation| relation.on_delete.is_some() || relation.on_update.is_some())
    }

    /// `Model.field`.
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.model.name(), self.field.name())
    }
}

fn is_given(fields: Option<&[usize]>, is_broken: bool) -> bool {
    fields.is_some_and(|fields| !fields.is_empty() || is_broken)
}

/// The ends of a relation; `None` where it has not exactly two, one in each of its models.
pub(super) fn ends<'d, 'a>(datamodel: &'d Datamodel<'a>, relation: &Relation<'a>) -> Option<Ends<'d, 'a>> {
    let &[first, second] = relation.fields.as_slice() else { return None };
    let (first, second) = (End::new(datamodel, first), End::new(datamodel, second));
    let leads_to = |from: End<'_, '_>, to: End<'_, '_>| from.field.related_model() == Some(to.at.model);
    if !leads_to(first, second) || !leads_to(second, first) {
        return None;
    }
    Some(match (first.field.arity(), second.field.arity()) {
        (Arity::List, Arity::List) => Ends::ManyToMany(first, second),
        (Arity::List, _) => Ends::OneToMany(second, first),
        (_, Arity::List) => Ends::OneToMany(first, second),
        _ if second.has_fields() && !first.has_fields() => Ends::OneToOne(second, first),
        _ => Ends::OneToOne(first, second),
    })
}

/// The end of a relation that holds the key, if one does.
pub(super) fn key_end<'d, 'a>(datamodel: &'d Datamodel<'a>, relation: &Relation<'a>) -> Option<End<'d, 'a>> {
    match ends(datamodel, relation)? {
        Ends::ManyToMany(..) => None,
        Ends::OneToMany(key, _) | Ends::OneToOne(key, _) => key.has_fields().then_some(key),
    }
}
