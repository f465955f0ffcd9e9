//! Which relation fields belong together.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::model::{Datamodel, FieldRef, Relation};

/// Groups relation fields by the two models that they join and by the relation's name.
pub(super) fn resolve(datamodel: &mut Datamodel<'_>) {
    let mut groups: IndexMap<_, Vec<FieldRef>, FxBuildHasher> = IndexMap::default();
    for (at, model) in datamodel.models_with_refs() {
        for (position, field) in model.fields.iter().enumerate() {
            let Some(related) = field.related_model() else { continue };
            let name =
                field.relation.as_ref().and_then(|relation| relation.name).map(|text| text.value.as_ref());
            let key = (at.min(related), at.max(related), name);
            groups.entry(key).or_default().push(FieldRef { model: at, field: position });
        }
    }
    let relations = groups.into_iter().map(|((_, _, name), fields)| Relation { name, fields });
    datamodel.relations = relations.collect();
}
