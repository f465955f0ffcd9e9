//! Syntax trees → [`Datamodel`]: every name looked up, every attribute understood.
//!
//! Vocabulary: a *model* has *fields*. A field is *scalar* (a column) or a *relation field* (the way to another model,
//! not a column). The relation fields of both models that belong together make a *relation*. What a model or a field
//! is called in the database is its *database name*.
//!
//! Problems found here are those of understanding: a name that nothing declares, an attribute or an argument that does
//! not exist or is of the wrong kind. Whether what is understood makes sense is checked afterwards.
//! Nothing stops at a problem: what is not understood is left out.

mod arguments;
mod config;
pub(crate) mod constraint_names;
mod fields;
mod indexes;
mod model;
mod names;
pub mod native;
mod relations;

pub use config::{Datasource, DatasourceExtension, Generator};
pub use model::{
    Datamodel, DefaultAttribute, Enum, EnumRef, EnumValue, Field, FieldKind, FieldRef, Index, IndexField,
    IndexPurpose, Model, ModelRef, NativeType, Predicate, Relation, RelationAttribute, ScalarType,
};

use std::ops::Range;

use driftless_diagnostics::Sink;

use crate::syntax::{Block, ConfigKind, Document};
use crate::threads;

/// Resolves all files of a schema together.
pub fn resolve<'a>(documents: &'a [Document<'a>], sink: &mut Sink) -> Datamodel<'a> {
    let mut datamodel = Datamodel::default();
    for block in documents.iter().flat_map(|document| &document.blocks) {
        match block {
            Block::Model(model) => datamodel.models.push(Model::new(model)),
            Block::Enum(enumeration) => datamodel.enums.push(Enum::new(enumeration)),
            Block::Config(config) if config.kind == ConfigKind::Datasource => {
                datamodel.datasources.push(Datasource::new(config));
            }
            Block::Config(config) => datamodel.generators.push(Generator::new(config)),
        }
    }
    names::resolve(&mut datamodel, sink);
    fields::resolve_enums(&mut datamodel, sink);
    resolve_models(&mut datamodel, sink);
    relations::resolve(&mut datamodel);
    datamodel
}

/// Resolves the inside of every model. One model depends on the others' names alone, so large schemas take several
/// threads.
fn resolve_models(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    let resolve_run = |run: Range<usize>| {
        let mut sink = Sink::new();
        let resolve = |at: usize| {
            let mut model = Model::new(datamodel.models[at].syntax);
            fields::resolve(datamodel, &mut model, at, &mut sink);
            indexes::resolve(&datamodel.models[at], &mut model, &mut sink);
            model
        };
        let models: Vec<_> = run.map(resolve).collect();
        (models, sink)
    };
    let runs = threads::map_runs(datamodel.models.len(), resolve_run);
    let mut resolved = Vec::with_capacity(datamodel.models.len());
    for (models, problems) in runs {
        resolved.extend(models);
        sink.append(problems);
    }
    for (model, resolved) in datamodel.models.iter_mut().zip(resolved) {
        let field_names = std::mem::take(&mut model.field_names);
        *model = Model { field_names, ..resolved };
    }
}
