//! Where a state of the database is taken from.

use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, Files, Sink};
use driftless_ir::Schema;

use crate::{Project, read};

/// What one side of a comparison is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing.
    Empty,
    /// What a schema says: a file or a folder.
    Schema(PathBuf),
    /// What the project's own schema says.
    ProjectSchema,
}

/// Why a source gives no state: its reports, and the files that they speak of.
#[derive(Debug)]
pub struct Refusal {
    /// The schema that is refused, where it was found.
    pub path: Option<PathBuf>,
    /// The files, as far as they could be read.
    pub files: Files,
    /// What is wrong.
    pub diagnostics: Sink,
}

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut diagnostics = Sink::new();
        diagnostics.push(diagnostic);
        Self { path: None, files: Files::new(), diagnostics }
    }
}

/// Reads the state of a source.
///
/// # Errors
/// A schema is not found, cannot be read or is not valid.
pub(crate) fn load(project: &Project, source: &Source) -> Result<Schema, Refusal> {
    let path = match source {
        Source::Empty => return Ok(Schema::empty()),
        Source::Schema(path) => path.clone(),
        Source::ProjectSchema => project.locate()?.path,
    };
    let mut diagnostics = Sink::new();
    let text = read::read_schema(project.folder(), &path, &mut diagnostics);
    let schema = if diagnostics.has_errors() {
        None
    } else {
        driftless_psl::load(&text.files, None, &mut diagnostics)
    };
    schema.ok_or_else(|| Refusal { path: Some(path), files: text.files, diagnostics: diagnostics.sorted() })
}
