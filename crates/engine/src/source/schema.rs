//! A schema, from its files to its state.

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, Sink};
use driftless_ir::{External, Name, Schema};
use driftless_psl::datasource::read_datasource;

use super::{Refusal, Scope};
use crate::Project;
use crate::read::{SchemaText, read_schema};

/// A schema whose files were read once, and not yet loaded: what it lists decides how it is.
pub(crate) struct SchemaFiles {
    path: PathBuf,
    text: SchemaText,
    diagnostics: Sink,
    external: External,
}

impl SchemaFiles {
    /// Reads the files of the schema at `path`, or of the project's own. Files that cannot be read are reported when it
    /// is loaded.
    ///
    /// # Errors
    /// There is no schema.
    pub(crate) fn read(project: &Project, path: Option<&Path>) -> Result<Self, Diagnostic> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => project.locate()?.path,
        };
        let mut diagnostics = Sink::new();
        let text = read_schema(project.folder(), &path, &mut diagnostics);
        Ok(Self { path, text, diagnostics, external: project.external()? })
    }

    /// The namespaces that it lists, or the default one where it lists none.
    pub(crate) fn namespaces(&self, default: &Name) -> Vec<Name> {
        let listed = read_datasource(&self.text.files).map(|settings| settings.schemas).unwrap_or_default();
        if listed.is_empty() {
            return vec![default.clone()];
        }
        listed.iter().map(|name| Name::from(name.as_str())).collect()
    }

    /// What it is about, in a database whose URL names `default`.
    pub(crate) fn scope(&self, default: &str) -> Scope {
        let default = Name::from(default);
        Scope { namespaces: self.namespaces(&default), default }
    }

    /// Its state. What it does not put into a namespace lies in the default one.
    ///
    /// # Errors
    /// A file cannot be read, or the schema is not valid.
    pub(crate) fn load(self, default: &Name) -> Result<Schema, Refusal> {
        let Self { path, text, mut diagnostics, external } = self;
        let schema = if diagnostics.has_errors() {
            None
        } else {
            driftless_psl::load(&text.files, Some(default.as_str()), &mut diagnostics)
        };
        let Some(mut schema) = schema else {
            return Err(Refusal { path: Some(path), files: text.files, diagnostics: diagnostics.sorted() });
        };
        schema.set_external(external);
        Ok(schema)
    }
}
