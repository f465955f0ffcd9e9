//! `db seed`: first rows of a database.
//!
//! Vocabulary: a *seed file* says without code which rows are to be there. It has *sections*, each with rows of one
//! model. A row is found by a unique *key*; one that is missing is *created*, one that exists is *kept*, or
//! *overwritten* where its section *restores*. Rows that do nothing but join two others are *links*. A *seed command*
//! is a program of the project that does all of it by itself.
//!
//! A seed is checked against the schema before anything is sent, and takes effect as a whole or not at all.
//!
//! Invariants: values of the file reach SQL as quoted constants only; chance and clock are passed in; nothing is ever
//! deleted.

mod apply;
mod check;
mod command;
mod file;
mod find;
mod identifier;
mod order;
mod password;
mod row;
mod sql;
#[cfg(test)]
mod tests;
mod value;
mod variable;

use std::fmt;
use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};
use driftless_ir::QualifiedName;
use driftless_psl::resolve::{Datamodel, FieldRef};
use driftless_psl::syntax::Document;

use self::apply::{Seed, apply};
use self::check::{Checker, check};
pub use self::command::{SeedCommand, run_seed_command};
use self::file::Section;
pub use self::find::{SeedSource, find_seed};
use self::order::order;
use self::row::Row;
use self::sql::Dialect;
use crate::migrate::list;
use crate::{Database, Project, Refusal, read};

/// What a seed takes that is different each time.
pub struct Chance<'c> {
    /// The moment, in milliseconds since 1970.
    pub now_in_ms: u64,
    /// Fills bytes by chance that nobody can foresee: salts and ids are made of them.
    pub fill: &'c mut dyn FnMut(&mut [u8]),
}

impl fmt::Debug for Chance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chance at {} ms", self.now_in_ms)
    }
}

impl Chance<'_> {
    fn bytes<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        (self.fill)(&mut bytes);
        bytes
    }
}

/// The choices of a seed by a file.
#[derive(Clone, Debug, Default)]
pub struct SeedOptions {
    /// The sections, by their names or their models'; empty for all.
    pub only: Vec<String>,
    /// Whether rows that exist are overwritten, whatever their section says.
    pub restore: bool,
}

/// What became of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeededSection {
    /// Its name.
    pub name: String,
    /// The model whose rows it lists.
    pub model: String,
    /// Whether it restores.
    pub restores: bool,
    /// Rows that were made, those within rows included.
    pub created: u64,
    /// Rows that were there and were left as they are.
    pub kept: u64,
    /// Rows that were there and are now as the seed says.
    pub overwritten: u64,
    /// Rows that were joined.
    pub linked: u64,
}

/// What a seed came to.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The file.
    pub path: PathBuf,
    /// The database.
    pub database: Database,
    /// The sections that were chosen, in the file's order.
    pub sections: Vec<SeededSection>,
}

/// Brings the rows of a seed file into the project's database, in one transaction.
///
/// # Errors
/// The schema is not valid, the file does not fit it, the database cannot be reached or refuses a row. Nothing of the
/// seed has taken effect then.
pub fn seed(
    project: &Project,
    path: &Path,
    options: &SeedOptions,
    chance: &mut Chance<'_>,
) -> Result<Seeded, Refusal> {
    let location = project.locate()?.path;
    let mut sink = Sink::new();
    let mut files = read::read_schema(project.folder(), &location, &mut sink).files;
    let text = read_seed(project, path)?;
    let schema_files = files.clone();
    let file = files.add(read::display_name(path), text.as_str());
    let documents: Vec<Document<'_>> = schema_files
        .iter()
        .map(|(id, file)| driftless_psl::parse::parse(id, file.text(), &mut sink))
        .collect();
    let datamodel = driftless_psl::resolve::resolve(&documents, &mut sink);
    driftless_psl::validate::validate(&datamodel, &mut sink);
    if sink.has_errors() {
        return Err(Refusal { path: Some(location), files, diagnostics: sink.sorted() });
    }
    let mut sink = Sink::new();
    let sections = choose(file::read(file, path, &text, &mut sink), options, &mut sink);
    match run(project, path, &datamodel, &sections, options, chance, &mut sink) {
        Ok(Some(seeded)) => Ok(seeded),
        Ok(None) => Err(Refusal { path: None, files, diagnostics: sink.sorted() }),
        Err(diagnostic) => {
            sink.push(diagnostic);
            Err(Refusal { path: None, files, diagnostics: sink.sorted() })
        }
    }
}

fn read_seed(project: &Project, path: &Path) -> Result<String, Diagnostic> {
    read::read_text(project.folder(), path).map_err(|problem| match problem.code {
        code::SCHEMA_NOT_FOUND => Diagnostic { code: code::SEED_FILE, ..problem },
        _ => problem,
    })
}

/// The sections that are wanted.
fn choose(sections: Vec<Section>, options: &SeedOptions, sink: &mut Sink) -> Vec<Section> {
    let is_meant =
        |section: &Section, name: &String| section.name.text == *name || section.model.text == *name;
    for name in &options.only {
        if !sections.iter().any(|section| is_meant(section, name)) {
            let names = || sections.iter().map(|section| section.name.text.as_str());
            let near = nearest(name, names());
            let diagnostic = Diagnostic::error(code::SEED_FILE, format!("the seed has no section `{name}`"));
            sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if sections.is_empty() => diagnostic,
                None => diagnostic.help(format!("use one of {}", list(names()))),
            });
        }
    }
    let is_chosen = |section: &Section| {
        options.only.is_empty() || options.only.iter().any(|name| is_meant(section, name))
    };
    sections.into_iter().filter(is_chosen).collect()
}

/// Checks, orders and applies; `None` with a report where the seed is refused.
fn run(
    project: &Project,
    path: &Path,
    datamodel: &Datamodel<'_>,
    sections: &[Section],
    options: &SeedOptions,
    chance: &mut Chance<'_>,
    sink: &mut Sink,
) -> Result<Option<Seeded>, Diagnostic> {
    // Where the database is told below, and names of join tables depend on it; a seed that does not fit is refused
    // without one.
    let database = project.database();
    let namespace = database.as_ref().map_or("public", |database| database.url.schema()).to_owned();
    let tables = join_tables(datamodel, &namespace)?;
    let join_table = |field: FieldRef| {
        let span = datamodel.field(field).syntax.name.span;
        tables.iter().find(|(at, _)| *at == span).map(|(_, table)| table.clone())
    };
    let now = value::moment(chance.now_in_ms);
    let look_up = |name: &str| project.look_up(name).ok().flatten();
    let checker = Checker::new(datamodel, &join_table, &look_up, &now, sink);
    let rows = check(sections, checker);
    let name = |row: &Row| describe(datamodel, row);
    let order = order(&rows, &name)?;
    if sink.has_errors() {
        return Ok(None);
    }
    let database = database?;
    let restores: Vec<bool> = sections.iter().map(|section| options.restore || section.restores).collect();
    let mut seeded: Vec<_> =
        sections.iter().zip(&restores).map(|(section, restores)| untouched(section, *restores)).collect();
    let dialect = Dialect { datamodel, namespace: &namespace };
    let seed = Seed { rows: &rows, order: &order, dialect, restores: &restores };
    apply(&seed, &mut database.connect()?, chance, &mut seeded, sink)?;
    Ok((!sink.has_errors()).then(|| Seeded { path: path.to_owned(), database, sections: seeded }))
}

fn untouched(section: &Section, restores: bool) -> SeededSection {
    SeededSection {
        name: section.name.text.clone(),
        model: section.model.text.clone(),
        restores,
        created: 0,
        kept: 0,
        overwritten: 0,
        linked: 0,
    }
}

/// A row in words: `Category (slug: shirts)`.
fn describe(datamodel: &Datamodel<'_>, row: &Row) -> String {
    let model = datamodel.model(row.model);
    let part = |(field, term): &(usize, row::Term)| match term {
        row::Term::Constant(text) => format!("{}: {text}", model.fields[*field].name()),
        _ => model.fields[*field].name().to_owned(),
    };
    let key: Vec<_> = row.reference().key.iter().map(part).collect();
    format!("`{}` ({})", model.name(), key.join(", "))
}

/// The join tables that no model stands for, each with the place of the field that its column A stands for. Lowering
/// alone knows their names.
fn join_tables(datamodel: &Datamodel<'_>, namespace: &str) -> Result<Vec<(Span, QualifiedName)>, Diagnostic> {
    let schema = driftless_psl::lower::lower(datamodel, Some(namespace)).map_err(|dangling| {
        let help = "this is a bug of driftless: please report it with the schema";
        Diagnostic::error(code::SCHEMA_INCONSISTENT, dangling.to_string()).help(help)
    })?;
    let table = |table: driftless_ir::TableWalker<'_>| {
        let name = QualifiedName { namespace: table.namespace().name().clone(), name: table.name().clone() };
        Some((table.origin().span?, name))
    };
    Ok(schema.tables().filter_map(table).collect())
}
