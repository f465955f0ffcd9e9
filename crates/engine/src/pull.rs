//! `db pull`: what a database holds, as schema text.

use std::path::PathBuf;

use driftless_catalog::Scope;
use driftless_diagnostics::{Diagnostic, Sink, code};
use driftless_ir::{Name, QualifiedName, Schema};
pub use driftless_psl::lift::Remark;
use driftless_psl::lift::{Keep, Lifted, NEW_FILE, lift};

use crate::drift::invalid_indexes;
use crate::read::{self, SchemaText};
use crate::source::HISTORY_TABLE;
use crate::{Project, Refusal, write};

/// The choices of a pull.
#[derive(Clone, Debug, Default)]
pub struct PullOptions {
    /// Whether what the schema says that no database can know is given up.
    pub force: bool,
    /// The namespaces to look at; those that the datasource block lists where none are named.
    pub namespaces: Vec<String>,
}

/// What a pull came to. Nothing is written yet.
#[derive(Debug)]
pub struct Pulled {
    /// The schema: a file or a folder.
    pub path: PathBuf,
    /// Its files, new ones last.
    pub files: Vec<PulledFile>,
    /// The database, without its password.
    pub database: String,
    /// The number of models and views.
    pub models: usize,
    /// The number of enums.
    pub enums: usize,
    /// What models cannot say of their tables: the model, and what it is.
    pub remarks: Vec<(String, Remark)>,
    /// Columns that the client cannot use, as `table.column`.
    pub unusable: Vec<String>,
    /// Indexes whose concurrent build failed, as `table.index`: the schema has them as if it had not.
    pub invalid_indexes: Vec<String>,
    /// What the schema language has no word for: its kind, and how many there are.
    pub unsaid: Vec<(String, usize)>,
}

/// A file of a pulled schema.
#[derive(Debug)]
pub struct PulledFile {
    /// Where it is, relative to the project's folder.
    pub path: PathBuf,
    /// Its new text.
    pub text: String,
    /// Whether that is not what the file holds.
    pub differs: bool,
}

/// Reads the project's database into its schema.
///
/// # Errors
/// There is no schema, or no database; the database cannot be read, or holds nothing; the schema is not valid and not
/// to be given up; a table refers to one in a namespace that is not looked at.
pub fn pull(project: &Project, options: &PullOptions) -> Result<Pulled, Refusal> {
    let path = project.locate()?.path;
    let mut sink = Sink::new();
    let text = read::read_schema(project.folder(), &path, &mut sink);
    if sink.has_errors() {
        return Err(Refusal { path: Some(path), files: text.files, diagnostics: sink });
    }
    let database = project.database()?;
    let default = Name::from(database.url.schema());
    let scope = scope(&default, project.listed_namespaces(&path), &options.namespaces)?;
    let mut session = database.connect()?;
    let schema = session.introspect(&scope).map_err(|error| error.to_diagnostic())?;
    refuse_keys_to_outside(&schema)?;
    let keep = if options.force { Keep::Configuration } else { Keep::Everything };
    let lifted = lift(&schema, &text.files, keep, default.as_str()).map_err(|problems| {
        let mut diagnostics = problems.sorted();
        diagnostics.push(not_mergeable());
        Refusal { path: Some(path.clone()), files: text.files.clone(), diagnostics }
    })?;
    if lifted.models + lifted.enums == 0 {
        return Err(nothing_there(&database.url.to_string()).into());
    }
    let is_folder = project.folder().join(&path).is_dir();
    Ok(conclude(path, is_folder, &text, lifted, &schema, database.url.to_string()))
}

/// Writes a file of a pulled schema.
///
/// # Errors
/// It cannot be written.
pub fn write_pulled(project: &Project, file: &PulledFile) -> Result<(), Diagnostic> {
    write::write_text(project.folder(), &file.path, &file.text)
}

fn scope(default: &Name, listed: Vec<String>, chosen: &[String]) -> Result<Scope, Diagnostic> {
    if !chosen.is_empty() && listed.is_empty() {
        let message = "`--schemas` names schemas, and the datasource block lists none";
        let help = "add `schemas = [\"…\"]` to the datasource block, or leave the flag out";
        return Err(Diagnostic::error(code::USAGE, message).help(help));
    }
    let names = if chosen.is_empty() { &listed } else { chosen };
    let mut namespaces: Vec<Name> = names.iter().map(|name| Name::from(name.as_str())).collect();
    if namespaces.is_empty() {
        namespaces.push(default.clone());
    }
    let history = |namespace: &Name| QualifiedName::new(namespace.clone(), HISTORY_TABLE);
    let excluded = namespaces.iter().map(history).collect();
    Ok(Scope { namespaces, implicit: Some(default.clone()), excluded })
}

/// A relation needs both its models.
fn refuse_keys_to_outside(schema: &Schema) -> Result<(), Diagnostic> {
    let Some(key) = schema.unmodelled().iter().find(|entry| &*entry.kind == "foreign key") else {
        return Ok(());
    };
    let table = key.table.as_ref().map_or("", Name::as_str);
    let message = format!(
        "the foreign key `{}` of `{}.{table}` leads to a schema that is not looked at: {}",
        key.name,
        key.namespace.as_str(),
        key.definition
    );
    let help = "add that schema to `schemas` of the datasource block, and to `--schemas` if you use it";
    Err(Diagnostic::error(code::SCHEMA_OUT_OF_SIGHT, message).help(help))
}

fn nothing_there(database: &str) -> Diagnostic {
    let message = format!("`{database}` holds no table and no enum that a schema could describe");
    let help = "check the URL and its parameter `schema`, or make the tables first";
    Diagnostic::error(code::DATABASE_EMPTY, message).help(help)
}

fn not_mergeable() -> Diagnostic {
    let message = "the schema is not valid, so nothing of it could be kept";
    let help = "correct it, or give it up with `--force`";
    Diagnostic::error(code::SCHEMA_INVALID, message).help(help)
}

fn conclude(
    path: PathBuf,
    is_folder: bool,
    text: &SchemaText,
    lifted: Lifted,
    schema: &Schema,
    database: String,
) -> Pulled {
    let new_path = if is_folder { path.join(NEW_FILE) } else { path.clone() };
    let files = lifted.files.into_iter().map(|file| {
        let former = file.file.and_then(|id| Some((text.paths.get(id.index())?, text.files.get(id)?.text())));
        match former {
            Some((path, former)) => {
                PulledFile { path: path.clone(), differs: former != file.text, text: file.text }
            }
            None => PulledFile { path: new_path.clone(), differs: true, text: file.text },
        }
    });
    let mut unsaid: Vec<(String, usize)> = Vec::new();
    let mut kinds: Vec<&str> = schema.unmodelled().iter().map(|entry| &*entry.kind).collect();
    kinds.sort_unstable();
    for run in kinds.chunk_by(|a, b| a == b) {
        unsaid.push((run[0].to_owned(), run.len()));
    }
    Pulled {
        path,
        files: files.collect(),
        database,
        models: lifted.models,
        enums: lifted.enums,
        remarks: lifted.remarks,
        unusable: lifted.unusable,
        invalid_indexes: invalid_indexes(schema)
            .map(|index| format!("{}.{}", index.table().name().as_str(), index.name().as_str()))
            .collect(),
        unsaid,
    }
}
