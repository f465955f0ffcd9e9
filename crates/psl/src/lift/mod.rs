//! IR → schema text: what a database holds, in the schema language.
//!
//! The text is what the reference would write: names, the order of things, relation fields, the remarks above models.
//! What an existing schema says that no database can know stays: the names of models, fields, relations and enums,
//! their order, comments, defaults that the client makes, `@updatedAt`, `@ignore`, and the file that each block is in.
//!
//! # Vocabulary
//!
//! - A *title* is the name of a block; its *base* is what it would be by the database alone.
//! - *Known* is what the existing schema has a block or a field for.
//! - A *join table* is the table of an implicit many-to-many relation, and has no block.
//! - A *remark* is a line of documentation about what a model cannot say of its table.
//!
//! # How it goes
//!
//! Names first (`names`, `relations`), for all objects together, as they may not collide; then one block after the
//! other as text (`blocks`, `views`, `enums`, `scalars`, `keys`); then the files (`assemble`), which the formatter lays out.
//!
//! Invariants: what is written is what the reference writes wherever that is a schema that means the database; the
//! result never has two fields or two blocks of one name.

mod assemble;
mod blocks;
mod comments;
mod enums;
mod join_table;
mod keys;
mod names;
mod notes;
mod previous;
mod relations;
mod scalars;
mod spelling;
mod views;

use driftless_diagnostics::{FileId, Files, Sink};
use driftless_ir::{Schema, TableWalker, View};

use self::assemble::{Assembly, Homes};
use self::blocks::Writer;
use self::names::Names;
pub use self::notes::Remark;
use self::notes::Unsaid;
use self::previous::Previous;
use self::scalars::ScalarWriter;
use crate::resolve::{self, Datamodel};
use crate::syntax::Document;

/// The file that new blocks go to where a schema has several.
pub const NEW_FILE: &str = "introspected.prisma";

/// How much of the existing schema stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All that no database can know.
    Everything,
    /// The configuration blocks.
    Configuration,
}

/// A schema as text.
#[derive(Debug)]
pub struct Lifted {
    /// The files, in the order of those that were given.
    pub files: Vec<LiftedFile>,
    /// The number of models and views.
    pub models: usize,
    /// The number of enums.
    pub enums: usize,
    /// What the models cannot say of their tables: names of models, with what it is.
    pub remarks: Vec<(String, Remark)>,
    /// Columns that no name can stand for, and columns of types that the client cannot use, by table.
    pub unusable: Vec<String>,
}

/// A file of a lifted schema.
#[derive(Debug)]
pub struct LiftedFile {
    /// The file that it was; `None` for a new one, which is called [`NEW_FILE`].
    pub file: Option<FileId>,
    /// Its text, laid out.
    pub text: String,
}

/// Writes `schema` as text into the files of an existing schema. Objects that those put into no namespace lie in
/// `default_namespace`.
///
/// # Errors
/// The existing schema is not valid, and all of it is to be kept.
pub fn lift(schema: &Schema, files: &Files, keep: Keep, default_namespace: &str) -> Result<Lifted, Sink> {
    let mut sink = Sink::new();
    let documents = crate::parse_files(files, &mut sink);
    let datamodel = match keep {
        Keep::Everything => crate::resolve_and_validate(&documents, &mut sink),
        Keep::Configuration => resolve::resolve(&documents, &mut sink),
    };
    if keep == Keep::Everything && sink.has_errors() {
        return Err(sink);
    }
    Ok(write(schema, files, (&documents, &datamodel), keep, default_namespace))
}

fn write<'d, 'a>(
    schema: &Schema,
    files: &'d Files,
    (documents, datamodel): (&'d [Document<'a>], &'d Datamodel<'a>),
    keep: Keep,
    default_namespace: &str,
) -> Lifted {
    let previous = Previous::new(datamodel, default_namespace, keep == Keep::Everything);
    let shows_views = datamodel.has_preview_feature("views");
    let views: Vec<&View> = schema.views().iter().filter(|view| shows_views && !view.materialized).collect();
    let join_tables = join_table::find(schema, &previous);
    let names = Names::new(schema, &views, &previous);
    let relations = relations::collect(schema, &names, &previous, &join_tables);
    let homes = Homes::new(schema, &views, &previous);
    let unsaid = Unsaid::new(schema);
    let mut ignored = Vec::with_capacity(schema.tables().len());
    let mut remarks = Vec::with_capacity(schema.tables().len());
    for table in schema.tables() {
        let is_known = previous.table(table.qualified_name()).map(|at| previous.model(at).ignored.is_some());
        let has_identifier = keys::has_identifier(table, &names);
        ignored.push(is_known == Some(true) || !has_identifier);
        // who ignores a model knows why
        let is_silent = is_known == Some(true) || table.columns().len() == 0;
        remarks.push(unsaid.remarks(table, has_identifier || is_silent));
    }
    let datasource = datamodel.datasource();
    let writer = Writer {
        schema,
        files,
        names: &names,
        previous: &previous,
        homes: &homes,
        unsaid: &unsaid,
        relations: &relations,
        ignored: &ignored,
        scalars: ScalarWriter {
            schema,
            names: &names,
            datasource: datasource.map_or("db", |block| block.name()),
        },
        names_namespaces: datasource.is_some_and(|block| !block.schemas.is_empty()),
    };
    let assembly = Assembly {
        writer,
        documents,
        files,
        homes: &homes,
        views: &views,
        shows_views,
        join_tables: &join_tables,
        remarks: &remarks,
        keep,
    };
    Lifted {
        files: assembly.files(),
        models: schema.tables().len() - join_tables.len() + views.len(),
        enums: schema.enums().len(),
        remarks: named_remarks(schema, &names, &remarks),
        unusable: unusable_columns(schema, &names),
    }
}

/// The remarks with the names of the models. Join tables have none.
fn named_remarks(schema: &Schema, names: &Names, remarks: &[Vec<Remark>]) -> Vec<(String, Remark)> {
    let of_table = |(table, list): (TableWalker<'_>, &Vec<Remark>)| {
        let name = &names.table(table).name;
        list.iter().map(|remark| (name.clone(), *remark)).collect::<Vec<_>>()
    };
    schema.tables().zip(remarks).flat_map(of_table).collect()
}

/// The columns that the client cannot use.
fn unusable_columns(schema: &Schema, names: &Names) -> Vec<String> {
    let mut found = Vec::new();
    for column in schema.columns() {
        let is_named = names.column(column.id()).is_some();
        let ty = scalars::type_of(schema, column.get()).0;
        if !is_named || matches!(ty, scalars::FieldType::Unsupported(_)) {
            found.push(format!("{}.{}", column.table().name().as_str(), column.name().as_str()));
        }
    }
    found
}
