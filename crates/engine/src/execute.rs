//! `db execute`: runs SQL of the user's.

use driftless_catalog::CatalogError;
use driftless_diagnostics::{Files, Sink, Span};

use crate::client::require_plain_sql;
use crate::{Project, Refusal};

/// Runs a script as it stands, in one message: one transaction, unless it says otherwise itself. What it returns is not
/// shown. `name` is what the script is called in a report.
///
/// # Errors
/// The script is one for `psql` (D3011), the database cannot be reached, or a statement fails.
pub fn execute(project: &Project, name: &str, script: &str) -> Result<(), Refusal> {
    let mut files = Files::new();
    let file = files.add(name, script);
    if let Err(diagnostic) = require_plain_sql(file, script) {
        return Err(Refusal { files, ..diagnostic.into() });
    }
    let mut session = project.database()?.connect()?;
    let Err(error) = session.execute(script) else { return Ok(()) };
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
