//! What pending migrations take away of what is there, with how many rows.

use std::collections::BTreeMap;
use std::fmt;

use driftless_catalog::{CatalogError, Dropped, Probe, RowSet, Session, Touch, Touched};
use driftless_ir::{Name, QualifiedName};
use driftless_sql::facts::{ColumnEffect, DropKind, Named, RowEffect, Unclear, row_effects};
use driftless_sql::{Content, split};

use super::folder::{Migration, MigrationsFolder};
use super::preview::Preview;

/// Rows that a migration takes away or writes anew.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    migration: String,
    /// The rows of the table that it is about.
    pub(super) rows: RowSet,
    /// The table for a message: with its namespace, where that is not the one of the URL.
    pub(super) name: String,
    what: What,
    /// How many rows it is about; `None` where this role may not count them.
    count: Option<u64>,
}

/// What happens to rows.
#[derive(Clone, Debug)]
enum What {
    /// Their table goes.
    Table,
    /// They go.
    Rows,
    /// Something happens to the values of a column.
    Column(Name, ColumnEffect),
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { migration, name: table, .. } = self;
        let rows = match self.count {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{rows} rows"),
            None => "rows that this role may not count".to_owned(),
        };
        match &self.what {
            What::Table => write!(f, "`{migration}` drops the table `{table}`, which has {rows}"),
            What::Rows => write!(f, "`{migration}` deletes rows of `{table}`, which has {rows}"),
            What::Column(column, act) => {
                let column = column.as_str();
                let happens = match act {
                    ColumnEffect::Drop => "drops the column",
                    ColumnEffect::Rewrite => "changes the type of",
                    ColumnEffect::Overwrite => "writes over values of",
                };
                write!(f, "`{migration}` {happens} `{column}` of `{table}`, which has a value in {rows}")
            }
        }
    }
}

/// What pending migrations take away.
#[derive(Debug, Default)]
pub(super) struct Hazards {
    /// What is known, with rows that are there.
    pub(super) known: Vec<Hazard>,
    /// Why that may not be all, a sentence each.
    pub(super) unclear: Vec<String>,
}

/// Finds what migrations take away: at most two round trips, none where their words speak of nothing.
///
/// # Errors
/// Those of a lost connection.
pub(super) fn find(
    folder: &MigrationsFolder,
    pending: &[&Migration],
    preview: Option<&Preview<'_>>,
    session: &mut Session,
) -> Result<Hazards, CatalogError> {
    let effects = match preview {
        Some(preview) => effects_of_preview(preview),
        None => effects_of_words(folder, pending),
    };
    let mut names = Names::new(session.url().schema().into());
    let asked: Vec<(&str, Touch, ColumnEffect)> = effects
        .into_iter()
        .filter_map(|(name, effect)| names.touch(effect).map(|(touch, what)| (name, touch, what)))
        .collect();
    let unclear = preview.map(|preview| unclear(preview, folder)).unwrap_or_default();
    Ok(Hazards { known: count(asked, names.namespace, session)?, unclear })
}

/// What statements do to rows, each with the name of its migration.
fn effects_of_preview<'a>(preview: &Preview<'a>) -> Vec<(&'a str, RowEffect)> {
    let effects = preview.replay.row_effects();
    effects
        .filter_map(|(place, effect)| Some((preview.migration(place.file)?.name.as_str(), effect.clone())))
        .collect()
}

/// The same where no statement runs code.
fn effects_of_words<'a>(folder: &MigrationsFolder, pending: &[&'a Migration]) -> Vec<(&'a str, RowEffect)> {
    let mut effects = Vec::new();
    for migration in pending {
        let script = folder.script(migration);
        for fragment in split(script) {
            let Content::Statement(body) = fragment.content else { continue };
            effects.extend(
                row_effects(&script[body]).into_iter().map(|effect| (migration.name.as_str(), effect)),
            );
        }
    }
    effects
}

/// What is not known of what migrations take away, a sentence each.
fn unclear(preview: &Preview<'_>, folder: &MigrationsFolder) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for (place, reason) in preview.replay.unclear_rows() {
        let Some(migration) = preview.migration(place.file) else { continue };
        let line = folder.files.positions(place).map_or(1, |(start, _)| start.line);
        let does = match reason {
            Unclear::Dynamic(text) => format!("runs SQL that it puts together (`{text}`)"),
            Unclear::Language(language) => format!("runs code in the language `{language}`"),
            Unclear::Code => "runs code that is not understood".to_owned(),
        };
        let name = &migration.name;
        let sentence = format!("`{name}` {does} at line {line}: what that takes away is not known");
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

/// Looks which rows are there that statements touch, and counts them.
fn count(
    asked: Vec<(&str, Touch, ColumnEffect)>,
    default: Name,
    session: &mut Session,
) -> Result<Vec<Hazard>, CatalogError> {
    let touches: Vec<_> = asked.iter().map(|(_, touch, _)| touch.clone()).collect();
    let found = session.touched(&touches)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let counts = session.count(&found.iter().map(probe).collect::<Vec<_>>())?;
    let hazards = found.into_iter().zip(counts).filter(|(_, count)| *count != Some(0));
    Ok(hazards
        .map(|(Touched { by, rows, column }, count)| {
            let (migration, touch, act) = &asked[by];
            let name = match rows.table.namespace == default {
                true => rows.table.name.as_str().to_owned(),
                false => format!("{}.{}", rows.table.namespace.as_str(), rows.table.name.as_str()),
            };
            let what = match (column, touch) {
                (Some(column), _) => What::Column(column, *act),
                (None, Touch::Drop { .. }) => What::Table,
                (None, _) => What::Rows,
            };
            Hazard { migration: (*migration).to_owned(), rows, name, what, count }
        })
        .collect())
}

fn probe(touched: &Touched) -> Probe {
    let rows = touched.rows.clone();
    match &touched.column {
        None => Probe::Rows(rows),
        Some(column) => Probe::Values(rows, column.clone()),
    }
}

/// What names mean on the way through the migrations: tables and columns that are given another name keep their rows.
struct Names {
    /// The namespace that is not written.
    namespace: Name,
    /// By its name now, what a table was called before the first migration; `None` where it is none of those.
    tables: BTreeMap<QualifiedName, Option<QualifiedName>>,
    /// The same of columns, by the name that their table had.
    columns: BTreeMap<(QualifiedName, Name), Option<Name>>,
}

impl Names {
    fn new(namespace: Name) -> Self {
        Self { namespace, tables: BTreeMap::new(), columns: BTreeMap::new() }
    }

    /// What an act touches of what was there before the migrations, and what happens to columns.
    fn touch(&mut self, act: RowEffect) -> Option<(Touch, ColumnEffect)> {
        Some(match act {
            RowEffect::RenameTable { from, to } => {
                let (from, to) = (self.qualify(from), self.qualify(to));
                let original = self.original(&from);
                self.tables.insert(from, None);
                self.tables.insert(to, original);
                return None;
            }
            RowEffect::RenameColumn { table, from, to } => {
                let table = self.table(table)?;
                let (from, to) = ((table.clone(), Name::from(from)), (table, Name::from(to)));
                let original = self.original_column(&from);
                self.columns.insert(from, None);
                self.columns.insert(to, original);
                return None;
            }
            RowEffect::Drop { kind, name, cascades } => {
                let object = match kind {
                    DropKind::Table => Dropped::Table(self.table(name)?),
                    DropKind::Type => Dropped::Type(self.qualify(name)),
                    DropKind::Namespace => Dropped::Namespace(name.1.into()),
                    DropKind::Extension => Dropped::Extension(name.1.into()),
                };
                (Touch::Drop { object, cascades }, ColumnEffect::Drop)
            }
            RowEffect::Truncate { table, only, cascades } => {
                (Touch::Truncate { table: self.table(table)?, only, cascades }, ColumnEffect::Overwrite)
            }
            RowEffect::Delete { table, only } => {
                (Touch::Delete { table: self.table(table)?, only }, ColumnEffect::Overwrite)
            }
            RowEffect::Column { table, column, only, what } => {
                let table = self.table(table)?;
                let column = self.original_column(&(table.clone(), column.into()))?;
                (Touch::Column { table, column, only }, what)
            }
        })
    }

    fn qualify(&self, (namespace, name): Named) -> QualifiedName {
        QualifiedName {
            namespace: namespace.map_or_else(|| self.namespace.clone(), Name::from),
            name: name.into(),
        }
    }

    fn table(&self, name: Named) -> Option<QualifiedName> {
        self.original(&self.qualify(name))
    }

    fn original(&self, name: &QualifiedName) -> Option<QualifiedName> {
        self.tables.get(name).cloned().unwrap_or_else(|| Some(name.clone()))
    }

    fn original_column(&self, column: &(QualifiedName, Name)) -> Option<Name> {
        self.columns.get(column).cloned().unwrap_or_else(|| Some(column.1.clone()))
    }
}
