//! `db execute`: runs SQL of the user's.

use driftless_catalog::CatalogError;
use driftless_diagnostics::{Diagnostic, FileId, Files, Sink, Span, code};

use crate::client::require_plain_sql;
use crate::{Project, Refusal, migrate};

/// Runs a script as it stands, in one message: one transaction, unless it says otherwise itself. What it returns is not
/// shown. `name` is what the script is called in a report.
///
/// # Errors
/// The script is one for `psql` (D3011); the database cannot be reached, or not in a session of our own (D4002); a
/// statement fails; the script leaves a transaction open.
pub fn execute(project: &Project, name: &str, script: &str) -> Result<(), Refusal> {
    let mut files = Files::new();
    let file = files.add(name, script);
    if let Err(diagnostic) = require_plain_sql(file, script) {
        return Err(Refusal { files, ..diagnostic.into() });
    }
    let mut session = project.database()?.connect()?;
    session.require_own_backend("a script").map_err(|error| error.to_diagnostic())?;
    let settled = session.settled();
    session.run(&settled).map_err(|error| error.to_diagnostic())?;
    let Err(error) = session.run(script) else {
        let is_open = session.is_in_transaction().map_err(|error| error.to_diagnostic())?;
        return if is_open { Err(left_open(files, file, script)) } else { Ok(()) };
    };
    let mut diagnostic = error.to_diagnostic();
    if let CatalogError::Statement(said) = &error {
        let notes = [("Detail", &said.detail), ("Hint", &said.hint)];
        let notes = notes.iter().filter_map(|(word, note)| Some(format!("{word}: {}", note.as_deref()?)));
        let end = "nothing took effect, unless the script commits itself".to_owned();
        diagnostic = diagnostic.help_lines(notes.chain([end]));
        if let Some(place) = said.place {
            let end = script.len().min(place.offset as usize + 1) as u32;
            diagnostic = diagnostic.at(Span::new(file, place.offset, end)).label("here");
        }
    }
    let mut diagnostics = Sink::new();
    diagnostics.push(diagnostic);
    Err(Refusal { path: None, files, diagnostics })
}

/// What to say of a script that begins a transaction and does not end it.
fn left_open(files: Files, file: FileId, script: &str) -> Refusal {
    let message = "the script begins a transaction and does not end it";
    let help = "add `COMMIT` at its end; what it did in that transaction was rolled back";
    let mut diagnostic = Diagnostic::error(code::STATEMENT_FAILED, message).help(help);
    if let Some((place, _)) = migrate::left_open(script) {
        let span = Span::new(file, place.start as u32, place.end as u32);
        diagnostic = diagnostic.at(span).label("it begins here");
    }
    let mut diagnostics = Sink::new();
    diagnostics.push(diagnostic);
    Refusal { path: None, files, diagnostics }
}
