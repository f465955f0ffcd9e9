//! `db execute`: runs SQL of the user's.

use std::ops::Range;

use driftless_catalog::CatalogError;
use driftless_diagnostics::{Diagnostic, FileId, Files, Span, code};

use crate::client::require_plain_sql;
use crate::{Project, Refusal, migrate};

/// What is left open where a transaction is prepared and not settled.
const PREPARED: &str = "prepared transaction";

/// Runs a script as it stands, in one message: one transaction, unless it says otherwise itself. What it returns is not
/// shown. `name` is what the script is called in a report.
///
/// # Errors
/// The script is one for `psql` (D3011); the database cannot be reached, or not in a session of our own (D4002); a
/// statement fails; the script leaves a transaction open, or one that is prepared.
pub fn execute(project: &Project, name: &str, script: &str) -> Result<(), Refusal> {
    // an editor's mark of the encoding is no part of the script
    let script = script.strip_prefix('\u{feff}').unwrap_or(script);
    let mut files = Files::new();
    let file = files.add(name, script);
    if let Err(diagnostic) = require_plain_sql(file, script) {
        return Err(Refusal { files, ..diagnostic.into() });
    }
    if let Some((place, PREPARED)) = migrate::left_open(script) {
        let message = "the script prepares a transaction, and neither commits it nor rolls it back";
        let help = "add `COMMIT PREPARED` or `ROLLBACK PREPARED` to it; nothing was run";
        return Err(at(files, file, place, Diagnostic::error(code::STATEMENT_FAILED, message).help(help)));
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
            let end = script.ceil_char_boundary(place.offset as usize + 1) as u32;
            diagnostic = diagnostic.at(Span::new(file, place.offset, end)).label("here");
        }
    }
    Err(Refusal { files, ..diagnostic.into() })
}

/// What to say of a script that begins a transaction and does not end it.
fn left_open(files: Files, file: FileId, script: &str) -> Refusal {
    let message = "the script begins a transaction and does not end it";
    let help = "add `COMMIT` at its end; what it did in that transaction was rolled back";
    let diagnostic = Diagnostic::error(code::STATEMENT_FAILED, message).help(help);
    match migrate::left_open(script) {
        Some((place, _)) => at(files, file, place, diagnostic.label("it begins here")),
        None => Refusal { files, ..diagnostic.into() },
    }
}

/// A refusal that points at a place of the script.
fn at(files: Files, file: FileId, place: Range<usize>, diagnostic: Diagnostic) -> Refusal {
    let span = Span::new(file, place.start as u32, place.end as u32);
    Refusal { files, ..diagnostic.at(span).into() }
}
