//! `validate`: everything that is wrong with schemas.

use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, Files, Sink};

use crate::{Location, Project, read};

/// One schema, checked.
#[derive(Debug)]
pub struct CheckedSchema {
    /// Where it is.
    pub location: Location,
    /// Its files, as far as they could be read.
    pub files: Files,
    /// What is wrong, in the order of the files and of the places in them.
    pub diagnostics: Sink,
}

impl CheckedSchema {
    /// Whether no error was found. Warnings leave a schema valid.
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.has_errors()
    }
}

/// Checks the schemas that `paths` belong to ([`Project::schemas_of`]), or the project's where there are none.
///
/// # Errors
/// It cannot be found out which schemas are meant.
pub fn validate(project: &Project, paths: &[PathBuf]) -> Result<Vec<CheckedSchema>, Diagnostic> {
    let locations = if paths.is_empty() { vec![project.locate()?] } else { project.schemas_of(paths)? };
    Ok(locations.into_iter().map(|location| check(project, location)).collect())
}

fn check(project: &Project, location: Location) -> CheckedSchema {
    let mut diagnostics = Sink::new();
    let schema = read::read_schema(project.folder(), &location.path, &mut diagnostics);
    // What cannot be read is missing in what can: other files would be blamed for it.
    if !diagnostics.has_errors() {
        driftless_psl::check(&schema.files, &mut diagnostics);
    }
    CheckedSchema { location, files: schema.files, diagnostics: diagnostics.sorted() }
}
