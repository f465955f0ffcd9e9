//! The variables of a run: those of the environment, and those of environment files that it does not set.

mod expand;
mod file;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

pub(crate) use self::expand::expand;
pub(crate) use self::file::EnvironmentFile;
use crate::Project;

/// The variables of the environment that a run is given.
pub type Environment = BTreeMap<String, String>;

/// The name of an environment file.
const FILE: &str = ".env";

/// The value of a variable, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The value; never empty.
    pub(crate) value: String,
    /// The environment file, if it is from one.
    pub(crate) file: Option<PathBuf>,
}

impl Project {
    /// The value of a variable, of the environment or of an environment file. One that is empty counts as not set, and one
    /// that the environment sets hides that of a file, be it empty: as with the package `dotenv`.
    ///
    /// # Errors
    /// An environment file sets it, and its value cannot be told.
    pub(crate) fn look_up(&self, name: &str) -> Result<Option<String>, Diagnostic> {
        Ok(self.find_variable(name)?.map(|found| found.value))
    }

    /// The same with the place where it was found.
    ///
    /// # Errors
    /// An environment file sets it, and its value cannot be told.
    pub(crate) fn find_variable(&self, name: &str) -> Result<Option<Found>, Diagnostic> {
        if let Some(value) = self.variable(name) {
            return Ok(Some(Found { value: value.to_owned(), file: None }));
        }
        if self.environment().contains_key(name) {
            return Ok(None);
        }
        for (path, file) in self.environment_files() {
            let Ok(file) = file else { continue };
            let value = file.value(name, self.environment()).map_err(|_| {
                let message = format!("the value of `{name}` in `{}` is too long to expand", path.display());
                let help = format!("write the value of `{name}` out, or set it in the environment");
                Diagnostic::error(code::FILE_TOO_LARGE, message).help(help)
            })?;
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                return Ok(Some(Found { value, file: Some(path) }));
            }
        }
        Ok(None)
    }

    /// Whether a variable is set to nothing, and by which file if it is not the environment.
    pub(crate) fn find_empty_variable(&self, name: &str) -> Option<Option<PathBuf>> {
        if let Some(value) = self.environment().get(name) {
            return value.is_empty().then_some(None);
        }
        let mut files = self.environment_files().into_iter();
        let is_empty = |file: &EnvironmentFile| {
            file.value(name, self.environment())
                .is_ok_and(|value| value.is_some_and(|value| value.is_empty()))
        };
        files.find_map(|(path, file)| file.is_ok_and(|file| is_empty(&file)).then_some(Some(path)))
    }

    /// The variables of the environment, and those of the environment files that it does not set.
    pub(crate) fn environment_with_files(&self) -> Environment {
        let mut variables = self.environment().clone();
        for (_, file) in self.environment_files() {
            let Ok(file) = file else { continue };
            for name in file.names().filter(|name| !self.environment().contains_key(*name)) {
                let value = file.value(name, self.environment()).ok().flatten();
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    variables.entry(name.to_owned()).or_insert(value);
                }
            }
        }
        variables
    }

    /// What of the environment files could not be read, a sentence each: `` line 3 of `.env` is no `NAME=value` ``.
    pub fn unread_environment(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (path, file) in self.environment_files() {
            let path = path.display();
            match file {
                Ok(file) => sentences.extend(
                    file.unread.iter().map(|line| format!("line {line} of `{path}` is no `NAME=value`")),
                ),
                Err(error) => sentences.push(format!("`{path}` cannot be read: {error}")),
            }
        }
        sentences
    }

    /// The environment files that are there, the one that counts more first, relative to the project's folder.
    fn environment_files(&self) -> Vec<(PathBuf, io::Result<EnvironmentFile>)> {
        let beside = self.locate().ok().map(|found| {
            let is_folder = self.folder().join(&found.path).is_dir();
            if is_folder { found.path } else { found.path.parent().map(PathBuf::from).unwrap_or_default() }
        });
        let mut paths = vec![PathBuf::from(FILE)];
        paths
            .extend(beside.map(|folder| folder.join(FILE)).filter(|path| self.tidy(path) != Path::new(FILE)));
        let read = |path: PathBuf| match EnvironmentFile::read(&self.folder().join(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            file => Some((path, file)),
        };
        paths.into_iter().filter_map(read).collect()
    }
}
