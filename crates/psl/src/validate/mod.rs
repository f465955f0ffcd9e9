//! Whether what was understood makes sense.
//!
//! Three lists of small checks. The first judges each *part* by itself: what a block, a field or an attribute says. The
//! second judges *details* that nothing else depends on: default values, native types, options of indexes. The third
//! judges the *whole*: how models fit together. The last two only run where every part could be understood, since what
//! they would report otherwise are mostly consequences.
//!
//! The rules are those of the reference for PostgreSQL, found by asking it.

mod composite_types;
mod cycles;
mod database_names;
mod datasource;
mod decimal;
mod defaults;
mod enums;
mod fields;
mod generators;
mod ids;
mod indexes;
pub(crate) mod names;
mod native_types;
mod no_datasource;
pub(crate) mod operator_classes;
mod predicates;
mod preview_features;
mod referential_actions;
mod relation_ends;
mod relation_keys;
mod relations;
mod schemas;
mod views;

use std::ops::Range;

use driftless_diagnostics::{Diagnostic, Severity, Sink, code};

use crate::resolve::{Datamodel, Model};
use crate::threads;

/// Checks a resolved schema. `sink` is the one that parsing and resolving wrote to.
pub fn validate(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    validate_parts(datamodel, sink);
    if !sink.iter().any(hides_the_rest) {
        validate_details(datamodel, sink);
        validate_whole(datamodel, sink);
    }
}

/// Whether a problem leaves open what the schema says. A native type that is wrong only leaves open a detail.
fn hides_the_rest(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && diagnostic.code != code::NATIVE_TYPE
}

fn validate_parts(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    datasource::check_count(datamodel, sink);
    for block in &datamodel.datasources {
        datasource::check_provider(block, sink);
        datasource::check_properties(block, sink);
        datasource::check_relation_mode(block, sink);
        datasource::check_schemas(block, sink);
        datasource::check_extensions(block, sink);
    }
    generators::check_names(datamodel, sink);
    for block in &datamodel.generators {
        generators::check_properties(block, sink);
        generators::check_provider(block, sink);
        preview_features::check(block, sink);
    }
    for enumeration in &datamodel.enums {
        names::check_enum(enumeration.syntax, sink);
        enums::check_values(enumeration, sink);
    }
    for_each_model(&datamodel.models, sink, validate_model_parts);
}

fn validate_model_parts(model: &Model<'_>, sink: &mut Sink) {
    names::check_model(model.syntax, sink);
    composite_types::check_fields(model, sink);
    database_names::check_columns(model, sink);
    for field in &model.fields {
        fields::check_map(field, sink);
        fields::check_updated_at(field, sink);
        fields::check_ignore(model, field, sink);
        fields::check_relation_attribute(model, field, sink);
    }
    ids::check_count(model, sink);
    for id in &model.ids {
        ids::check_fields(model, id, sink);
        indexes::check_arguments(id, sink);
        operator_classes::check_names(id, sink);
    }
    for index in &model.indexes {
        indexes::check_fields(model, index, sink);
        indexes::check_arguments(index, sink);
        operator_classes::check_names(index, sink);
        predicates::check(model, index, sink);
    }
}

fn validate_details(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    datasource::check_extension_feature(datamodel, sink);
    for_each_model(&datamodel.models, sink, |model, sink| validate_model_details(datamodel, model, sink));
}

fn validate_model_details(datamodel: &Datamodel<'_>, model: &Model<'_>, sink: &mut Sink) {
    composite_types::check(model, sink);
    views::check(datamodel, model, sink);
    for field in &model.fields {
        fields::check_unsupported(datamodel, field, sink);
        native_types::check(field, sink);
        defaults::check(datamodel, field, sink);
    }
    for index in model.ids.iter().chain(&model.indexes) {
        indexes::check_support(datamodel, model, index, sink);
    }
    for index in &model.indexes {
        operator_classes::check_fit(model, index, sink);
    }
    no_datasource::check(datamodel, model, sink);
}

fn validate_whole(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let (of_names, of_models) =
        threads::join(datamodel.models.len(), || whole_names(datamodel), || whole_models(datamodel));
    sink.append(of_names);
    sink.append(of_models);
}

fn whole_names(datamodel: &Datamodel<'_>) -> Sink {
    let mut sink = Sink::new();
    schemas::check(datamodel, &mut sink);
    database_names::check_tables(datamodel, &mut sink);
    database_names::check_enums(datamodel, &mut sink);
    database_names::check_constraints(datamodel, &mut sink);
    sink
}

fn whole_models(datamodel: &Datamodel<'_>) -> Sink {
    let mut sink = Sink::new();
    for model in &datamodel.models {
        ids::check_criterion(model, &mut sink);
        ids::check_client_names(model, &mut sink);
    }
    relations::check(datamodel, &mut sink);
    referential_actions::check(datamodel, &mut sink);
    cycles::check(datamodel, &mut sink);
    sink
}

/// Checks model by model, large schemas on several threads.
fn for_each_model(models: &[Model<'_>], sink: &mut Sink, check: impl Fn(&Model<'_>, &mut Sink) + Sync) {
    let check_run = |run: Range<usize>| {
        let mut sink = Sink::new();
        for model in &models[run] {
            check(model, &mut sink);
        }
        sink
    };
    for problems in threads::map_runs(models.len(), check_run) {
        sink.append(problems);
    }
}
