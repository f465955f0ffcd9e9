//! One difference, where it stands in the schema, and what to do.

use std::path::PathBuf;

use driftless_diagnostics::{Files, Sink};
use driftless_ir::{IndexWalker, Name, QualifiedName, Schema, TableWalker};
use driftless_plan::{Change, Mark, Pair, Summary};

use crate::{Project, read};

/// How the database differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It holds something that it should not.
    Extra,
    /// It lacks something.
    Missing,
    /// It holds something else.
    Different,
}

/// Where something stands in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the project's folder.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How the database differs.
    pub kind: Kind,
    /// What kind of object: `table`, `column`, `index`, `trigger`.
    pub object: String,
    /// Its name.
    pub name: String,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// What else is to be said of it: its definition, or what changed.
    pub detail: String,
    /// Where the model, or the field, stands in the schema.
    pub place: Option<Place>,
    /// What to do, in the imperative.
    pub fix: String,
    /// The table that it is, or belongs to.
    pub(super) of: Option<QualifiedName>,
}

impl Finding {
    /// Whether it is about tables, what belongs to them, and enums: what a new migration builds on. An index that is not
    /// valid may be built again by one, and objects outside the model are in nobody's way unless a table lacks them.
    pub(crate) fn is_about_tables(&self) -> bool {
        match self.object.as_str() {
            "check constraint" | "exclusion constraint" => self.kind == Kind::Missing,
            object => MODELLED.contains(&object) && self.detail != INVALID,
        }
    }

    /// One sentence without a full stop.
    pub fn describe(&self) -> String {
        let table = self.table.as_ref().map(|table| format!(" of `{table}`")).unwrap_or_default();
        let subject = match self.name.as_str() {
            // A property of the table itself.
            "" => format!("the {}{table}", self.object),
            name => format!("the {} `{name}`{table}", self.object),
        };
        match self.kind {
            Kind::Extra => format!("{subject} is in the database only"),
            Kind::Missing => format!("{subject} is not in the database"),
            Kind::Different => format!("{subject} differs in the database"),
        }
    }
}

/// The differences that lead there, from what is expected, and those that only the way back shows: it states what the
/// way there leaves alone.
pub(super) fn of_changes(there: &Summary, back: &Summary) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in &there.changes {
        collect(change, None, &mut findings);
    }
    let mut others = Vec::new();
    for change in &back.changes {
        collect(change, None, &mut others);
    }
    for other in others.into_iter().filter(|other| other.kind == Kind::Extra) {
        let missing = Finding { kind: Kind::Missing, fix: fix(Kind::Missing).to_owned(), ..other };
        let is_known = |known: &Finding| {
            known.object == missing.object && known.name == missing.name && known.of == missing.of
        };
        if !findings.iter().any(is_known) {
            findings.push(missing);
        }
    }
    findings
}

/// `table` is the change of the table that this one belongs to.
fn collect(change: &Change, table: Option<&Change>, findings: &mut Vec<Finding>) {
    if change.mark == Mark::Changed && !change.children.is_empty() {
        let owner = change.table.is_some().then_some(change);
        change.children.iter().for_each(|child| collect(child, owner.or(table), findings));
        return;
    }
    let kind = match change.mark {
        Mark::Added => Kind::Extra,
        Mark::Removed => Kind::Missing,
        Mark::Changed => Kind::Different,
    };
    findings.push(Finding {
        kind,
        object: change.kind.to_owned(),
        name: change.name.clone(),
        table: table.map(|table| table.name.clone()),
        detail: change.detail.clone(),
        place: None,
        fix: fix(kind).to_owned(),
        of: change.table.as_ref().or(table.and_then(|table| table.table.as_ref())).cloned(),
    });
}

/// Says of each index of a database that is not valid that it is not. The way there shows none that is only that, and
/// the way back makes it as if it was not there.
pub(super) fn add_invalid_indexes(schemas: Pair<&Schema>, findings: &mut Vec<Finding>) {
    let Pair { previous: expected, next: held } = schemas;
    for index in invalid_indexes(held) {
        let table = expected.find_table(index.table().qualified_name());
        let is_expected =
            table.is_some_and(|table| table.indexes().any(|known| known.name() == index.name()));
        let (name, of) = (index.name().as_str(), index.table().qualified_name());
        let is_this =
            |known: &Finding| known.object == "index" && known.name == name && known.of.as_ref() == Some(of);
        findings.retain(|known| known.kind != Kind::Missing || !is_this(known));
        findings.push(Finding {
            kind: if is_expected { Kind::Different } else { Kind::Extra },
            object: "index".to_owned(),
            name: name.to_owned(),
            table: Some(qualified(index.table())),
            of: Some(of.clone()),
            detail: INVALID.to_owned(),
            place: None,
            fix: match is_expected {
                true => "build it again with the SQL of `driftless drift --script`",
                false => "drop it from the database",
            }
            .to_owned(),
        });
    }
}

/// What the differ tells of.
const MODELLED: [&str; 8] =
    ["schema", "enum", "value", "table", "column", "primary key", "index", "foreign key"];

/// What an invalid index is.
const INVALID: &str = "invalid: a concurrent build of it failed, and no query uses it";

/// The indexes of a database whose concurrent build failed.
pub(crate) fn invalid_indexes(held: &Schema) -> impl Iterator<Item = IndexWalker<'_>> {
    held.tables().flat_map(TableWalker::indexes).filter(|index| index.is_invalid())
}

/// The name of a table, as a summary has it.
fn qualified(table: TableWalker<'_>) -> String {
    match table.namespace() {
        namespace if namespace.is_implicit() => table.name().as_str().to_owned(),
        namespace => format!("{}.{}", namespace.name().as_str(), table.name().as_str()),
    }
}

/// What to do about a difference of what is modelled.
fn fix(kind: Kind) -> &'static str {
    match kind {
        Kind::Extra => "take it over with `driftless db pull` and a migration, or drop it from the database",
        Kind::Missing => {
            "make it again with the SQL of `driftless drift --script`, or write a migration that drops it"
        }
        Kind::Different => {
            "change it back with the SQL of `driftless drift --script`, or write a migration for it"
        }
    }
}

/// Finds out where in the project's schema the differences stand. A schema that is not there or not valid has no
/// places. `namespace` is the one of the tables that the schema gives none.
pub(super) fn locate(project: &Project, namespace: &Name, findings: &mut [Finding]) {
    let Ok(location) = project.locate() else { return };
    let mut sink = Sink::new();
    let text = read::read_schema(project.folder(), &location.path, &mut sink);
    let Some(schema) = driftless_psl::load(&text.files, Some(namespace.as_str()), &mut sink) else { return };
    for finding in findings {
        finding.place = place_of(finding, &schema, &text.files, &text.paths);
    }
}

fn place_of(finding: &Finding, schema: &Schema, files: &Files, paths: &[PathBuf]) -> Option<Place> {
    let table = schema.find_table(finding.of.as_ref()?)?;
    let column = table.column(&Name::from(finding.name.as_str())).filter(|_| finding.object == "column");
    let span = column.and_then(|column| column.get().origin.span).or(table.origin().span)?;
    let (start, _) = files.positions(span)?;
    let at = files.iter().position(|(id, _)| id == span.file)?;
    Some(Place { file: paths.get(at)?.clone(), line: start.line })
}
