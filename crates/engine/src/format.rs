//! `format`: schema files in their canonical form.

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, Sink};

use crate::{Project, read, write};

/// One file and its canonical form.
#[derive(Debug)]
pub struct FormattedFile {
    /// Where it is, relative to the project's folder.
    pub path: PathBuf,
    /// Its text in the canonical form.
    pub text: String,
    /// Whether that is not what the file holds.
    pub differs: bool,
}

/// What formatting came to.
#[derive(Debug)]
pub struct Formatting {
    /// The files that could be read, in the order in which they were named; those of a folder by path.
    pub files: Vec<FormattedFile>,
    /// What could not be read.
    pub diagnostics: Sink,
}

/// Formats the named files and the files of the named folders, or the project's schema where none is named. Nothing is
/// written: that is [`write_formatted`]'s.
///
/// The canonical form of a file depends on the whole schema that it belongs to ([`Project::schemas_of`]), which is
/// read; the result holds the named files only.
///
/// # Errors
/// It cannot be found out which schema is meant.
pub fn format(project: &Project, paths: &[PathBuf]) -> Result<Formatting, Diagnostic> {
    let locations = if paths.is_empty() { vec![project.locate()?] } else { project.schemas_of(paths)? };
    let named: Vec<PathBuf> = paths.iter().map(|path| project.tidy(path)).collect();
    let is_named = |path: &Path| named.is_empty() || named.iter().any(|named| path.starts_with(named));
    let mut formatting = Formatting { files: Vec::new(), diagnostics: Sink::new() };
    for location in locations {
        let schema = read::read_schema(project.folder(), &location.path, &mut formatting.diagnostics);
        let texts: Vec<&str> = schema.files.iter().map(|(_, file)| file.text()).collect();
        let formatted = driftless_psl::format::format_files(&texts);
        for ((before, text), path) in texts.iter().zip(formatted).zip(schema.paths) {
            if is_named(&path) {
                let differs = text != **before;
                formatting.files.push(FormattedFile { path, text, differs });
            }
        }
    }
    Ok(formatting)
}

/// The canonical form of a schema that is one text. It takes any text.
pub fn format_text(text: &str) -> String {
    driftless_psl::format::format(text)
}

/// Writes a file that differs from its canonical form.
///
/// # Errors
/// It cannot be written.
pub fn write_formatted(project: &Project, file: &FormattedFile) -> Result<(), Diagnostic> {
    write::write_text(project.folder(), &file.path, &file.text)
}
