//! The migration history read without a database: `migrate validate-history` and `why`.

use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, Files, Sink, code};
use driftless_sql::Trust;

use crate::migrate::read_existing_folder;
use crate::source::{explain_opaque, run_scripts};
use crate::{MigrationsFolder, Project, Refusal};

/// A history that was checked.
#[derive(Debug)]
pub struct CheckedHistory {
    /// The migrations folder.
    pub path: PathBuf,
    /// Its scripts.
    pub files: Files,
    /// How many migrations and statements there are.
    pub counts: (usize, usize),
    /// What is wrong: errors where PostgreSQL would refuse a statement, warnings where it cannot be told what one does.
    pub diagnostics: Sink,
}

/// What made an object, and what changed it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// What it is, in PostgreSQL's words.
    pub kind: &'static str,
    /// Its full name.
    pub name: String,
    /// The statement that made it.
    pub created: Statement,
    /// The statement that changed it last, if one did.
    pub changed: Option<Statement>,
}

/// A statement of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The first line of its text.
    pub text: String,
}

/// Replays the project's migrations, and reports every statement that PostgreSQL would refuse.
///
/// # Errors
/// The folder cannot be found or read.
pub fn validate_history(project: &Project, path: Option<PathBuf>) -> Result<CheckedHistory, Diagnostic> {
    let folder = open(project, path)?;
    folder.external()?;
    let replay = run_scripts(&folder, "public");
    let of_others = run_scripts(&folder.with(Vec::new()), "public").statement_count();
    let mut diagnostics = Sink::new();
    for refused in replay.refused() {
        let diagnostic = match refused.certain {
            true => Diagnostic::error(code::MIGRATION_REFUSED, refused.message.clone()),
            false => Diagnostic::warning(code::MIGRATION_REFUSED, refused.message.clone()),
        };
        let help = "correct the migration if it is not applied anywhere yet, else add one that goes before";
        diagnostics.push(diagnostic.at(refused.span).label("refused").help(help));
    }
    if let Trust::Opaque(statements) = replay.trust() {
        for statement in &statements {
            let diagnostic = explain_opaque(statement);
            diagnostics.push(Diagnostic { severity: driftless_diagnostics::Severity::Warning, ..diagnostic });
        }
    }
    for span in replay.misread_directives() {
        let message = "a comment begins with `-- driftless:` and says nothing that is understood";
        let help = "write `-- driftless: no-effect` or `-- driftless: effect DDL` right above a statement";
        diagnostics.push(
            Diagnostic::warning(code::MIGRATION_OPAQUE, message).at(*span).label("not understood").help(help),
        );
    }
    Ok(CheckedHistory {
        counts: (folder.migrations.len(), replay.statement_count() - of_others),
        path: folder.path,
        files: folder.files,
        diagnostics: diagnostics.sorted(),
    })
}

/// Finds which statements of the project's migrations made and last changed what is called `object`: `table`,
/// `table.column`, `index`, `constraint` or `type`, its namespace in front or not.
///
/// # Errors
/// The folder cannot be found or read, or the migrations make no such object.
pub fn why(project: &Project, path: Option<PathBuf>, object: &str) -> Result<Vec<Provenance>, Refusal> {
    let folder = open(project, path)?;
    let found = run_scripts(&folder, "public").why(object);
    if found.is_empty() {
        let message = format!("the migrations in `{}` make nothing called `{object}`", folder.path.display());
        let help =
            "name a table, `table.column`, an index, a constraint or a type by its name in the database";
        return Err(Diagnostic::error(code::OBJECT_NOT_FOUND, message).help(help).into());
    }
    let statement = |span| {
        let (start, _) = folder.files.positions(span)?;
        let file = folder.files.get(span.file)?;
        let text = file.text().get(span.start as usize..span.end as usize)?;
        let first = text.lines().next().unwrap_or_default().trim_end();
        Some(Statement { file: file.name().to_owned(), line: start.line, text: first.to_owned() })
    };
    let provenance = |entry: driftless_sql::Provenance| {
        let changed = if entry.changed == entry.created { None } else { statement(entry.changed) };
        Some(Provenance { kind: entry.kind, name: entry.name, created: statement(entry.created)?, changed })
    };
    Ok(found.into_iter().filter_map(provenance).collect())
}

fn open(project: &Project, path: Option<PathBuf>) -> Result<MigrationsFolder, Diagnostic> {
    let path = path.map_or_else(|| project.migrations_folder(), Ok)?;
    read_existing_folder(project, &path)
}
