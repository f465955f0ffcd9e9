//! Which field is which side of a relation.

use crate::resolve::{Datamodel, FieldRef, ModelRef, Relation};
use crate::syntax::Arity;

/// One relation that has, or lacks, a foreign key.
pub(super) struct Link {
    /// The model that holds the foreign key.
    pub(super) referencing: ModelRef,
    /// The model that it refers to.
    pub(super) referenced: ModelRef,
    /// The field that leads to the referenced model.
    pub(super) forward: Option<FieldRef>,
    /// The field that leads back.
    pub(super) back: Option<FieldRef>,
    /// The field that showed the relation.
    pub(super) shown_by: FieldRef,
}

/// All relations with a foreign key, in the order of the fields that show them.
pub(super) fn links(datamodel: &Datamodel<'_>) -> Vec<Link> {
    let mut links: Vec<Link> =
        datamodel.relations.iter().flat_map(|relation| links_of(datamodel, relation)).collect();
    links.sort_by_key(|link| link.shown_by);
    links
}

/// A valid relation is one link, or none where it has a join table. Here there may be more: each field is taken
/// together with the first that could be its other side.
fn links_of(datamodel: &Datamodel<'_>, relation: &Relation<'_>) -> Vec<Link> {
    let fields = &relation.fields;
    let first = fields.first().copied();
    let first_elsewhere = fields.iter().copied().find(|field| first.is_some_and(|f| f.model != field.model));
    let link_of = |&field: &FieldRef| {
        let related = datamodel.field(field).related_model()?;
        let opposite = if related == field.model {
            fields.iter().copied().find(|other| *other != field)
        } else {
            [first, first_elsewhere].into_iter().flatten().find(|other| other.model == related)
        };
        link(datamodel, field, related, opposite)
    };
    fields.iter().filter_map(link_of).collect()
}

/// What a field and its other side make; `None` where the other side shows it, or where it is a join table.
fn link(
    datamodel: &Datamodel<'_>,
    field: FieldRef,
    related: ModelRef,
    opposite: Option<FieldRef>,
) -> Option<Link> {
    let arity = |field: FieldRef| datamodel.field(field).arity();
    let forward = Link {
        referencing: field.model,
        referenced: related,
        forward: Some(field),
        back: opposite,
        shown_by: field,
    };
    let Some(opposite) = opposite else {
        let back = Link {
            referencing: related,
            referenced: field.model,
            forward: None,
            back: Some(field),
            shown_by: field,
        };
        return Some(if arity(field) == Arity::List { back } else { forward });
    };
    let holds_the_key = match (arity(field), arity(opposite)) {
        (Arity::List, _) | (Arity::Optional, Arity::Required) => false,
        (_, Arity::List) | (Arity::Required, Arity::Optional) => true,
        (Arity::Required, Arity::Required) => comes_first(datamodel, field, opposite),
        (Arity::Optional, Arity::Optional) => {
            match (has_fields(datamodel, field), has_fields(datamodel, opposite)) {
                (true, _) => true,
                (false, true) => false,
                (false, false) => comes_first(datamodel, field, opposite),
            }
        }
    };
    holds_the_key.then_some(forward)
}

fn has_fields(datamodel: &Datamodel<'_>, field: FieldRef) -> bool {
    datamodel.field(field).relation.as_ref().is_some_and(|relation| relation.fields.is_some())
}

/// Whether a field precedes its other side by the names of the models, or of the fields of one model.
fn comes_first(datamodel: &Datamodel<'_>, field: FieldRef, opposite: FieldRef) -> bool {
    let names = |field: FieldRef| (datamodel.model(field.model).name(), datamodel.field(field).name());
    names(field) < names(opposite)
}
