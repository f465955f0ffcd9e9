//! The file of accepted objects: what a database holds outside the model and is meant to hold.
//!
//! A line an object: the fingerprint of its definition, its kind, its name. `#` begins a comment. The file is meant to be
//! committed beside the migrations, so that a review sees what is accepted.

use std::path::{Path, PathBuf};

use driftless_diagnostics::Diagnostic;

use super::object::Object;
use super::{Finding, Kind};
use crate::{Project, read, write};

/// The file's name.
const FILE: &str = "drift.accepted";

const HEAD: &str = "\
# Objects that the database holds and neither its schema nor its migrations make.
# `driftless drift` reports others, and these where they change. `driftless drift --accept` writes this file.
";

/// One accepted object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) fingerprint: String,
    /// Its kind and name; see [`Object`]'s display.
    pub(super) object: String,
}

impl Accepted {
    /// What to say of an accepted object that is gone.
    pub(super) fn finding_of_gone(&self) -> Finding {
        Finding {
            kind: Kind::Missing,
            object: "accepted object".to_owned(),
            name: self.object.clone(),
            table: None,
            detail: String::new(),
            place: None,
            of: None,
            fix: "make it again, or take it off the list with `driftless drift --accept`".to_owned(),
        }
    }
}

/// Where the file is: beside the migrations folder.
///
/// # Errors
/// There is no schema.
pub(super) fn path(project: &Project) -> Result<PathBuf, Diagnostic> {
    let folder = project.migrations_folder()?;
    Ok(folder.parent().unwrap_or(Path::new("")).join(FILE))
}

/// The accepted objects; `None` where there is no file.
///
/// # Errors
/// The file cannot be read.
pub(super) fn read(project: &Project, path: &Path) -> Result<Option<Vec<Accepted>>, Diagnostic> {
    if !project.folder().join(path).exists() {
        return Ok(None);
    }
    let text = read::read_text(project.folder(), path)?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| {
        let (fingerprint, object) = line.split_once(' ')?;
        Some(Accepted { fingerprint: fingerprint.to_owned(), object: object.trim().to_owned() })
    });
    Ok(Some(entries.collect()))
}

/// Writes the file.
///
/// # Errors
/// It cannot be written.
pub(super) fn write(project: &Project, path: &Path, objects: &[&Object]) -> Result<(), Diagnostic> {
    let lines = objects.iter().map(|object| format!("{} {object}\n", object.fingerprint()));
    write::write_text(project.folder(), path, &(HEAD.to_owned() + &lines.collect::<String>()))
}
