//! What the files of a Node project say about it. They are read, never run.
//!
//! * A *configuration file* is `prisma.config.ts` or one of its other names, as the reference looks for them.
//! * A *package file* is `package.json`; its `prisma` object is what version 6 of the reference reads.
//! * A *setting* is one property of a configuration file.

mod script;
mod token;

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

use crate::read;

/// The extensions of a configuration file, in the order in which the reference tries them.
const EXTENSIONS: [&str; 6] = ["js", "ts", "mjs", "cjs", "mts", "cts"];

/// Base names of a configuration file, in order.
const BASE_NAMES: [&str; 5] =
    ["prisma7.config", ".config/prisma7", "prisma.config", ".config/prisma", ".config/prisma.config"];

/// The package file.
const PACKAGE_FILE: &str = "package.json";

/// A path that a file names, resolved, and the file that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    /// The path, relative to where the search began where the naming file's is.
    pub(crate) path: PathBuf,
    /// The file that names it.
    pub(crate) named_by: PathBuf,
}

/// What a configuration says of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// It says nothing.
    Absent,
    /// This.
    Given(Value),
    /// Something that only running the file would tell.
    Computed,
}

/// A value that can be told without running anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// A variable of the environment.
    Variable(String),
    /// A variable of the environment, or this text where it is not set.
    VariableOr(String, String),
}

/// A configuration file.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    /// Where it is, relative to the folder in which it was looked for.
    pub(crate) path: PathBuf,
    source: String,
}

impl Configuration {
    /// The chosen configuration file, or the one that stands in `folder`, if one does.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn find(folder: &Path, chosen: Option<&Path>) -> Result<Option<Self>, Diagnostic> {
        let standing = || {
            let names = BASE_NAMES.iter().flat_map(|base| {
                EXTENSIONS.iter().map(move |extension| PathBuf::from(format!("{base}.{extension}")))
            });
            names.into_iter().find(|candidate| folder.join(candidate).is_file())
        };
        let Some(path) = chosen.map(read::tidy).or_else(standing) else {
            return Ok(None);
        };
        let source = read::read_text(folder, &path)?;
        Ok(Some(Self { path, source }))
    }

    /// What it says of a property, by the names that lead to it.
    pub(crate) fn setting(&self, names: &[&str]) -> Setting {
        script::read_property(&self.source, names)
    }

    /// The path that a property names; `None` where there is no such property.
    ///
    /// # Errors
    /// The file says it in a way that only running it would tell; `help` says what to do then.
    pub(crate) fn named_path(&self, names: &[&str], help: &str) -> Result<Option<NamedPath>, Diagnostic> {
        match self.setting(names) {
            Setting::Absent => Ok(None),
            Setting::Given(Value::Text(text)) => {
                let beside = self.path.parent().unwrap_or(Path::new(""));
                let path = beside.join(read::tidy(Path::new(&text)));
                Ok(Some(NamedPath { path, named_by: self.path.clone() }))
            }
            Setting::Given(_) | Setting::Computed => {
                let (file, name) = (self.path.display(), names.join("."));
                let message = format!("`{file}` computes its `{name}`, and driftless does not run it");
                Err(Diagnostic::error(code::SCHEMA_NOT_FOUND, message).help(help))
            }
        }
    }
}

/// The schema that `package.json` in `folder` names. A package file that cannot be read names none: it is not ours to
/// judge.
pub(crate) fn read_package(folder: &Path) -> Option<NamedPath> {
    let path = read::tidy(Path::new(&read_package_text(folder, "schema")?));
    Some(NamedPath { path, named_by: PathBuf::from(PACKAGE_FILE) })
}

/// A text of the `prisma` object of `package.json` in `folder`, by its name.
pub(crate) fn read_package_text(folder: &Path, name: &str) -> Option<String> {
    let text = std::fs::read(folder.join(PACKAGE_FILE)).ok()?;
    let package: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(package.get("prisma")?.get(name)?.as_str()?.to_owned())
}
