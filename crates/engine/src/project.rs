//! Where a run takes place, and which schema it is about.

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

use crate::config::{self, Configuration, NamedPath};
use crate::{Environment, read};

/// Files that are a schema where nothing names another, in the order of the reference.
const DEFAULT_FILES: [&str; 2] = ["schema.prisma", "prisma/schema.prisma"];

/// The folder that is a schema where nothing names another and no default file exists.
const DEFAULT_FOLDER: &str = "prisma/schema";

/// The migrations folder where nothing names another, beside the schema.
const MIGRATIONS_FOLDER: &str = "migrations";

/// What a run is given: the folder that paths start at, and the choices of the command line.
#[derive(Clone, Debug)]
pub struct Project {
    folder: PathBuf,
    schema: Option<PathBuf>,
    configuration: Option<PathBuf>,
    url: Option<String>,
    environment: Environment,
    listener: Option<Listener>,
}

/// Who is told, a line at a time, what a run does that its user may not expect.
pub type Listener = fn(&str);

/// Where a schema is, and how that was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// A file, or a folder of files; relative to the project's folder unless it was given otherwise.
    pub path: PathBuf,
    /// How it was found.
    pub found: Found,
}

/// How a schema was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The command line names it.
    Named,
    /// This configuration file or package file names it.
    NamedBy(PathBuf),
    /// It stands in a default place.
    DefaultPlace,
}

impl Project {
    /// A run in `folder`, usually the current folder, without choices.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            schema: None,
            configuration: None,
            url: None,
            environment: Environment::new(),
            listener: None,
        }
    }

    /// The same with a schema chosen.
    #[must_use]
    pub fn with_schema(self, schema: Option<PathBuf>) -> Self {
        Self { schema, ..self }
    }

    /// The same with a configuration file chosen.
    #[must_use]
    pub fn with_configuration(self, configuration: Option<PathBuf>) -> Self {
        Self { configuration, ..self }
    }

    /// The same with a database chosen.
    #[must_use]
    pub fn with_url(self, url: Option<String>) -> Self {
        Self { url, ..self }
    }

    /// The same with variables of the environment.
    #[must_use]
    pub fn with_environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    /// The same with somebody who is told what a run does on the way.
    #[must_use]
    pub fn with_listener(self, listener: Option<Listener>) -> Self {
        Self { listener, ..self }
    }

    /// Who is told what a run does on the way.
    pub(crate) fn listener(&self) -> Option<Listener> {
        self.listener
    }

    /// The URL of the chosen database.
    pub(crate) fn chosen_url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The variables of the environment.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The value of a variable of the environment that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The folder that relative paths start at.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The schema of the run. First found wins: the chosen one; the configuration file's; `package.json`'s;
    /// `schema.prisma`; `prisma/schema.prisma`; the folder `prisma/schema`.
    ///
    /// # Errors
    /// None of these exists, or a configuration file cannot be read.
    pub fn locate(&self) -> Result<Location, Diagnostic> {
        if let Some(path) = &self.schema {
            return Ok(Location { path: path.clone(), found: Found::Named });
        }
        if let Some(NamedPath { path: schema, named_by }) = self.named_schema()? {
            if !self.folder.join(&schema).exists() {
                return Err(named_and_gone(&schema, &named_by));
            }
            return Ok(Location { path: schema, found: Found::NamedBy(named_by) });
        }
        let base = self.configuration.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let files =
            DEFAULT_FILES.iter().map(|file| base.join(file)).filter(|path| self.folder.join(path).is_file());
        let folders =
            std::iter::once(base.join(DEFAULT_FOLDER)).filter(|path| self.folder.join(path).is_dir());
        match files.chain(folders).next() {
            Some(path) => Ok(Location { path, found: Found::DefaultPlace }),
            None => Err(not_found()),
        }
    }

    /// The schemas that the named files and folders belong to, each once, in the order of their first mention.
    ///
    /// A folder is a schema. A file is one too, unless it lies in a schema *folder*: then the folder is meant, because
    /// its files make one schema together. Schema folders are the chosen one and, for the file's folder and each above
    /// it up to the project's, the one that a configuration or package file there names, and `prisma/schema` there.
    ///
    /// # Errors
    /// A configuration file cannot be read.
    pub fn schemas_of(&self, paths: &[PathBuf]) -> Result<Vec<Location>, Diagnostic> {
        let mut locations: Vec<Location> = Vec::new();
        for path in paths {
            let path = self.tidy(path);
            let location = match self.schema_folder_of(&path)? {
                Some(location) => location,
                None => Location { path, found: Found::Named },
            };
            if !locations.iter().any(|known| known.path == location.path) {
                locations.push(location);
            }
        }
        Ok(locations)
    }

    /// The path without detours, relative to the project's folder where it lies in it.
    pub(crate) fn tidy(&self, path: &Path) -> PathBuf {
        read::tidy(path.strip_prefix(&self.folder).unwrap_or(path))
    }

    /// The schema folder that a file lies in.
    fn schema_folder_of(&self, file: &Path) -> Result<Option<Location>, Diagnostic> {
        let holds = |folder: &Path| file.starts_with(folder) && self.folder.join(folder).is_dir();
        if self.folder.join(file).is_dir() {
            return Ok(None);
        }
        if let Some(chosen) = self.schema.as_deref().map(read::tidy).filter(|chosen| holds(chosen)) {
            return Ok(Some(Location { path: chosen, found: Found::Named }));
        }
        for above in file.ancestors().skip(1) {
            let there = Self::new(self.folder.join(above)).with_environment(self.environment.clone());
            let named =
                if above.as_os_str().is_empty() { self.named_schema() } else { there.named_schema() }?;
            if let Some(NamedPath { path: schema, named_by }) = named {
                let path = above.join(schema);
                if holds(&path) {
                    return Ok(Some(Location { path, found: Found::NamedBy(above.join(named_by)) }));
                }
            }
            let default = above.join(DEFAULT_FOLDER);
            if holds(&default) {
                return Ok(Some(Location { path: default, found: Found::DefaultPlace }));
            }
        }
        Ok(None)
    }

    /// The schema that a configuration file or `package.json` names.
    fn named_schema(&self) -> Result<Option<NamedPath>, Diagnostic> {
        if let Some(configuration) = self.configuration()? {
            let help = "write the path as a string, or name it with `--schema`";
            let named = configuration.named_path("schema", help)?;
            if named.is_some() {
                return Ok(named);
            }
        }
        config::read_package(&self.folder)
    }

    /// The migrations folder: the one that the configuration file names, else `migrations` beside the schema.
    ///
    /// # Errors
    /// There is no schema, or the configuration file cannot be read.
    pub fn migrations_folder(&self) -> Result<PathBuf, Diagnostic> {
        if let Some(named) = self.named_migrations_folder()? {
            return Ok(named.path);
        }
        let schema = self.locate()?.path;
        let beside = if self.folder.join(&schema).is_dir() {
            // A schema folder such as `prisma/schema` lies beside the migrations, or holds them.
            let within = schema.join(MIGRATIONS_FOLDER);
            if self.folder.join(&within).is_dir() {
                return Ok(within);
            }
            schema.as_path().parent().unwrap_or(Path::new(""))
        } else {
            schema.parent().unwrap_or(Path::new(""))
        };
        Ok(beside.join(MIGRATIONS_FOLDER))
    }

    /// The migrations folder that the configuration file names.
    ///
    /// # Errors
    /// The configuration file cannot be read.
    pub(crate) fn named_migrations_folder(&self) -> Result<Option<NamedPath>, Diagnostic> {
        let Some(configuration) = self.configuration()? else { return Ok(None) };
        configuration
            .named_path("migrations.path", "write the path as a text, or name the folder with `--migrations`")
    }

    /// The configuration file: the chosen one, or the one in the project's folder.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn configuration(&self) -> Result<Option<Configuration>, Diagnostic> {
        Configuration::find(&self.folder, self.configuration.as_deref(), &self.environment)
    }
}

fn named_and_gone(schema: &Path, named_by: &Path) -> Diagnostic {
    let (schema, file) = (schema.display(), named_by.display());
    let message = format!("`{file}` names the schema `{schema}`, which does not exist");
    Diagnostic::error(code::SCHEMA_NOT_FOUND, message)
        .help("correct the path there, or name a schema with `--schema`")
}

fn not_found() -> Diagnostic {
    let places = DEFAULT_FILES.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
    let message = format!(
        "no schema found: there is no {places} or `{DEFAULT_FOLDER}/` here, and nothing names another"
    );
    let help = "name your schema with `--schema PATH`, or run from the folder that holds it";
    Diagnostic::error(code::SCHEMA_NOT_FOUND, message).help(help)
}
