//! What the files of a Node project say about where its schema is. They are read, never run.
//!
//! * A *configuration file* is `prisma.config.ts` or one of its other names, as the reference looks for them.
//! * A *package file* is `package.json`; its `prisma.schema` is what version 6 of the reference reads.

mod script;
mod token;

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

use self::script::{SchemaProperty, read_schema_property};
use crate::read;

/// The extensions of a configuration file, in the order in which the reference tries them.
const EXTENSIONS: [&str; 6] = ["js", "ts", "mjs", "cjs", "mts", "cts"];

/// Base names of a configuration file, in order.
const BASE_NAMES: [&str; 5] =
    ["prisma7.config", ".config/prisma7", "prisma.config", ".config/prisma", ".config/prisma.config"];

/// A path that a file names, resolved, and the file that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedSchema {
    /// The schema's file or folder, relative to where the search began where the naming file's is.
    pub(crate) schema: PathBuf,
    /// The file that names it.
    pub(crate) named_by: PathBuf,
}

/// The configuration file that stands in `folder`, if one does, as a path relative to it.
pub(crate) fn find_configuration(folder: &Path) -> Option<PathBuf> {
    BASE_NAMES
        .iter()
        .flat_map(|base| EXTENSIONS.iter().map(move |extension| PathBuf::from(format!("{base}.{extension}"))))
        .find(|candidate| folder.join(candidate).is_file())
}

/// The schema that the configuration file at `path` (relative to `folder`) names; `None` where it names none.
///
/// # Errors
/// The file cannot be read, or says where the schema is in a way that only running it would tell.
pub(crate) fn read_configuration(folder: &Path, path: &Path) -> Result<Option<NamedSchema>, Diagnostic> {
    let source = read::read_text(folder, path)?;
    match read_schema_property(&source) {
        SchemaProperty::Absent => Ok(None),
        SchemaProperty::Path(schema) => {
            let beside = path.parent().unwrap_or(Path::new(""));
            Ok(Some(NamedSchema {
                schema: beside.join(read::tidy(Path::new(&schema))),
                named_by: path.to_owned(),
            }))
        }
        SchemaProperty::Computed => {
            let message =
                format!("`{}` computes its `schema`, and driftless does not run it", path.display());
            let help = "write the path as a string, or name it with `--schema`";
            Err(Diagnostic::error(code::SCHEMA_NOT_FOUND, message).help(help))
        }
    }
}

/// The schema that `package.json` in `folder` names. A package file that cannot be read names none: it is not ours to
/// judge.
pub(crate) fn read_package(folder: &Path) -> Option<NamedSchema> {
    let path = PathBuf::from("package.json");
    let text = std::fs::read(folder.join(&path)).ok()?;
    let package: serde_json::Value = serde_json::from_slice(&text).ok()?;
    let schema = package.get("prisma")?.get("schema")?.as_str()?;
    Some(NamedSchema { schema: read::tidy(Path::new(schema)), named_by: path })
}
