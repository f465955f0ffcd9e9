//! Which database a run is about.
//!
//! First found wins: the URL on the command line; `datasource.url` of the configuration file; `directUrl`, then `url` of
//! the schema's datasource block; the variable `DATABASE_URL`. What names a variable is looked up in the environment,
//! then in `.env` in the project's folder, then in `.env` beside the schema, as version 6 of the reference does.

use std::path::{Path, PathBuf};

use driftless_catalog::{CatalogError, DatabaseUrl, Session};
use driftless_diagnostics::{Diagnostic, Sink, code};
use driftless_psl::datasource::{DatasourceSettings, UrlSetting, read_datasource};

use crate::config::{Configuration, Setting};
use crate::{Project, read};

/// The variable that holds the URL where nothing names another.
const DEFAULT_VARIABLE: &str = "DATABASE_URL";

/// Databases from which another one can be made, in the order in which the reference tries them.
const NEIGHBOURS: [&str; 3] = ["postgres", "template1", "defaultdb"];

/// A database, and what said that it is this one.
#[derive(Clone, Debug)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// What named it, for a message: `--url`, `DATABASE_URL`, `prisma.config.ts`.
    pub named_by: String,
}

impl Database {
    /// A database by the text of its URL.
    ///
    /// # Errors
    /// The text is no URL of a PostgreSQL database.
    pub fn parse(text: &str, named_by: impl Into<String>) -> Result<Self, Diagnostic> {
        let named_by = named_by.into();
        let url = DatabaseUrl::parse(text).map_err(|error| {
            let diagnostic = CatalogError::from(error).to_diagnostic();
            let message = format!("{} (it comes from {named_by})", diagnostic.message);
            diagnostic.message(message)
        })?;
        Ok(Self { url, named_by })
    }

    /// Connects to it.
    ///
    /// # Errors
    /// Those of [`Session::connect`].
    pub fn connect(&self) -> Result<Session, Diagnostic> {
        Session::connect(&self.url).map_err(|error| error.to_diagnostic())
    }

    /// Connects to it, and makes it first where the server has no database of the name. Says whether it was made.
    ///
    /// # Errors
    /// Those of [`Session::connect`]; the role may not make databases (P3000).
    pub fn connect_or_create(&self) -> Result<(Session, bool), Diagnostic> {
        match Session::connect(&self.url) {
            Ok(session) => Ok((session, false)),
            Err(CatalogError::DatabaseMissing { .. }) => {
                self.create()?;
                Ok((self.connect()?, true))
            }
            Err(error) => Err(error.to_diagnostic()),
        }
    }

    /// Makes the database, by way of one that every server has.
    fn create(&self) -> Result<(), Diagnostic> {
        let mut failure = None;
        for neighbour in NEIGHBOURS {
            let made = Session::connect(&self.url.with_database(neighbour))
                .and_then(|mut session| session.create_database(self.url.database()));
            match made {
                // Somebody else may have been quicker.
                Ok(()) | Err(CatalogError::DatabaseExists { .. }) => return Ok(()),
                Err(error) => {
                    failure.get_or_insert(error);
                }
            }
        }
        let reason = failure.map(|error| error.to_string()).unwrap_or_default();
        let message = format!("the database `{}` cannot be created: {reason}", self.url.database());
        let help = "create it with a role that may, or grant the role CREATEDB";
        Err(Diagnostic::error(code::DATABASE_NOT_CREATED, message).help(help))
    }
}

/// The settings of a datasource block, and the file that it stands in.
struct Datasource {
    settings: DatasourceSettings,
    path: PathBuf,
}

impl Project {
    /// The database of the run.
    ///
    /// # Errors
    /// None is named, what is named is no URL, or a variable is not set.
    pub fn database(&self) -> Result<Database, Diagnostic> {
        if let Some(text) = self.chosen_url() {
            return Database::parse(text, "`--url`");
        }
        if let Some(database) = self.database_of_configuration()? {
            return Ok(database);
        }
        match self.locate() {
            Ok(location) => {
                if let Some(database) = self.database_of_schema(&location.path)? {
                    return Ok(database);
                }
            }
            Err(error) if error.code == code::SCHEMA_NOT_FOUND => {}
            // A schema is named in a way that is not understood: it may name another database.
            Err(error) => return Err(error),
        }
        self.database_of_variable(DEFAULT_VARIABLE)?.ok_or_else(|| {
            let help =
                "set `DATABASE_URL`, or name the database with `--url postgresql://user@host:5432/database`";
            Diagnostic::error(code::URL_MISSING, "no database is named").help(self.with_unread(help))
        })
    }

    /// The database that the configuration file names; `None` where it names none.
    ///
    /// # Errors
    /// Only running the file would tell which one, or a variable is not set.
    pub fn database_of_configuration(&self) -> Result<Option<Database>, Diagnostic> {
        let Some(configuration) = self.configuration()? else { return Ok(None) };
        let file = format!("`{}`", read::display_name(&configuration.path));
        // Version 6 of the reference goes to the direct one for migrations.
        for name in ["datasource.directUrl", "datasource.url"] {
            match self.configured(&configuration, name)? {
                Setting::Text(text) => return Database::parse(&text, &file).map(Some),
                Setting::Unset(reason) => {
                    let help = "set the variable, or name the database with `--url`";
                    let refusal = configuration.refuse(name, &reason, code::URL_MISSING);
                    return Err(refusal.help(self.with_unread(help)));
                }
                Setting::Computed(reason) => {
                    let help = "name the database with `--url`, or write the setting as a look-up such as \
                                `env(\"DATABASE_URL\")`";
                    return Err(configuration.refuse(name, &reason, code::SETTING_COMPUTED).help(help));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// What the configuration file says of a property. One that loads no environment files itself is read again with
    /// those of the project where a variable is not set: that is how version 6 of the reference and some runtimes have
    /// it.
    fn configured(&self, configuration: &Configuration, name: &str) -> Result<Setting, Diagnostic> {
        match configuration.setting(name) {
            Setting::Unset(_) if !configuration.is_loading() => {
                let variables = self.environment_with_files();
                Ok(configuration.clone().in_environment(&variables)?.setting(name))
            }
            setting => Ok(setting),
        }
    }

    /// The database that the datasource block of a schema names; `None` where it names none.
    ///
    /// # Errors
    /// It names a variable that is not set, or what is no URL.
    pub fn database_of_schema(&self, path: &Path) -> Result<Option<Database>, Diagnostic> {
        let Some(Datasource { settings, path }) = self.datasource(path)? else { return Ok(None) };
        let file = format!("`{}`", path.display());
        let setting = settings.direct_url.or(settings.url);
        setting.map(|setting| self.evaluate(setting, &file)).transpose()
    }

    /// The database that migrations may be tried in, if one is named.
    ///
    /// # Errors
    /// It names a variable that is not set, or what is no URL.
    pub fn shadow_database(&self) -> Result<Option<Database>, Diagnostic> {
        if let Some(configuration) = self.configuration()? {
            let name = "datasource.shadowDatabaseUrl";
            match self.configured(&configuration, name)? {
                Setting::Text(text) => {
                    let file = format!("`{}`", read::display_name(&configuration.path));
                    return Database::parse(&text, file).map(Some);
                }
                Setting::Computed(reason) => {
                    let help = "write the setting as a look-up such as `env(\"SHADOW_DATABASE_URL\")`, or leave it out";
                    return Err(configuration.refuse(name, &reason, code::SETTING_COMPUTED).help(help));
                }
                Setting::Unset(_) => return Ok(None),
                _ => {}
            }
        }
        let Ok(location) = self.locate() else { return Ok(None) };
        let Some(Datasource { settings, path }) = self.datasource(&location.path)? else { return Ok(None) };
        let file = format!("`{}`", path.display());
        let Some(setting) = settings.shadow_database_url else { return Ok(None) };
        self.evaluate_if_set(setting, &file)
    }

    /// All databases that the run or its project names, by whatever way, as far as they can be told. The shadow is none
    /// of them.
    pub(crate) fn named_databases(&self) -> Vec<Database> {
        let mut named = Vec::new();
        named.extend(self.chosen_url().and_then(|text| Database::parse(text, "`--url`").ok()));
        if let Ok(Some(configuration)) = self.configuration() {
            let file = format!("`{}`", read::display_name(&configuration.path));
            for name in ["datasource.url", "datasource.directUrl"] {
                if let Ok(Setting::Text(text)) = self.configured(&configuration, name) {
                    named.extend(Database::parse(&text, &file).ok());
                }
            }
        }
        if let Ok(location) = self.locate() {
            named.extend(self.databases_of_schema(&location.path));
        }
        named.extend(self.database_of_variable(DEFAULT_VARIABLE).ok().flatten());
        named
    }

    /// The databases that the datasource block of a schema names, as far as they can be told.
    pub(crate) fn databases_of_schema(&self, path: &Path) -> Vec<Database> {
        let Ok(Some(Datasource { settings, path })) = self.datasource(path) else { return Vec::new() };
        let file = format!("`{}`", path.display());
        let settings = [settings.direct_url, settings.url].into_iter().flatten();
        settings.filter_map(|setting| self.evaluate(setting, &file).ok()).collect()
    }

    /// The namespaces that a schema's datasource block lists; empty where it lists none.
    pub fn listed_namespaces(&self, path: &Path) -> Vec<String> {
        self.datasource(path).ok().flatten().map(|found| found.settings.schemas).unwrap_or_default()
    }

    fn datasource(&self, path: &Path) -> Result<Option<Datasource>, Diagnostic> {
        let mut sink = Sink::new();
        let text = read::read_schema(self.folder(), path, &mut sink);
        // What cannot be read may name a database.
        match sink.sorted().into_iter().next() {
            Some(error) if error.code != code::SCHEMA_NOT_FOUND => return Err(error),
            _ => {}
        }
        Ok(read_datasource(&text.files).map(|settings| Datasource { settings, path: path.to_owned() }))
    }

    /// A setting that may be left without a value: a variable that is not set counts as none.
    fn evaluate_if_set(&self, setting: UrlSetting, file: &str) -> Result<Option<Database>, Diagnostic> {
        match &setting {
            UrlSetting::Variable(name) if self.look_up(name)?.is_none() => Ok(None),
            _ => self.evaluate(setting, file).map(Some),
        }
    }

    fn evaluate(&self, setting: UrlSetting, file: &str) -> Result<Database, Diagnostic> {
        match setting {
            UrlSetting::Text(text) => Database::parse(&text, file),
            UrlSetting::Unknown => {
                let message = format!("{file} gives a URL in a way that is not understood");
                let help = "write a text or `env(\"DATABASE_URL\")` there, or use `--url`";
                Err(Diagnostic::error(code::URL_MISSING, message).help(help))
            }
            UrlSetting::Variable(name) => self.database_of_variable(&name)?.ok_or_else(|| {
                let message = format!("{file} names the variable `{name}`, which is not set");
                let help = format!("set `{name}` in the environment or in `.env`, or use `--url`");
                Diagnostic::error(code::URL_MISSING, message).help(self.with_unread(&help))
            }),
        }
    }

    /// The database that a variable names; `None` where the variable is not set.
    ///
    /// # Errors
    /// The variable is set to nothing, or to what is no URL.
    fn database_of_variable(&self, name: &str) -> Result<Option<Database>, Diagnostic> {
        let Some(found) = self.find_variable(name)? else {
            return self.find_empty_variable(name).map_or(Ok(None), |file| {
                let place = file.map(|file| format!(" in `{}`", file.display())).unwrap_or_default();
                let message = format!("the variable `{name}` is empty{place}");
                let help = "set it to `postgresql://user:password@host:5432/database`; in a pipeline it is empty where \
                            its secret is not handed on";
                Err(Diagnostic::error(code::URL_MISSING, message).help(help))
            });
        };
        let named_by = match found.file {
            Some(file) => format!("`{name}` in `{}`", file.display()),
            None => format!("`{name}`"),
        };
        Database::parse(&found.value, named_by).map(Some)
    }

    /// Help for a variable that is missing: it may stand where it could not be read.
    fn with_unread(&self, help: &str) -> String {
        match self.unread_environment().first() {
            Some(unread) => format!("{help}; {unread}"),
            None => help.to_owned(),
        }
    }
}
