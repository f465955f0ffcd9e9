//! What the files of a Node project say about it. They are read, never run.
//!
//! * A *configuration file* is `prisma.config.ts` or one of its other names, as the reference looks for them.
//! * A *package file* is `package.json`; its `prisma` object is what version 6 of the reference reads.
//! * A *setting* is one property of a configuration file.

mod evaluate;
mod keys;
mod path;
#[cfg(test)]
mod tests;
mod value;
mod variable;

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Code, Diagnostic, code};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

pub(crate) use self::keys::Setting;
use self::keys::{Mistake, Settings};
use self::value::Reason;
use self::variable::Variables;
use crate::{Environment, read};

/// The extensions of a configuration file, in the order in which the reference tries them.
const EXTENSIONS: [&str; 6] = ["js", "ts", "mjs", "cjs", "mts", "cts"];

/// Base names of a configuration file, in order.
const BASE_NAMES: [&str; 5] =
    ["prisma7.config", ".config/prisma7", "prisma.config", ".config/prisma", ".config/prisma.config"];

/// Base names that may as well be folders with an `index` in them.
const FOLDERS: [&str; 3] = ["prisma.config", ".config/prisma", ".config/prisma.config"];

/// The package file.
const PACKAGE_FILE: &str = "package.json";

/// The largest configuration file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// The largest package file that is read, in bytes.
const MAX_PACKAGE_BYTES: u64 = 4 << 20;

/// The stack that reading a configuration file has, in bytes, and what each byte of the file adds: every one may open
/// something that is nested.
const STACK: (usize, usize) = (8 << 20, 16 << 10);

/// A path that a file names, resolved, and the file that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    /// The path, relative to where the search began where the naming file's is.
    pub(crate) path: PathBuf,
    /// The file that names it.
    pub(crate) named_by: PathBuf,
}

/// A configuration file.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    /// Where it is, relative to the folder in which it was looked for.
    pub(crate) path: PathBuf,
    /// The folder of the run, absolute.
    folder: String,
    source: String,
    said: Said,
}

/// What a file was found to say.
#[derive(Clone, Debug, Default)]
struct Said {
    settings: Settings,
    /// What is no JavaScript, and where.
    error: Option<(usize, String)>,
    thrown: Option<Reason>,
    is_loading: bool,
}

impl Configuration {
    /// The chosen configuration file, or the one that stands in `folder`, if one does.
    ///
    /// # Errors
    /// The file cannot be read, is no JavaScript, or says what no configuration may say.
    pub(crate) fn find(
        folder: &Path,
        chosen: Option<&Path>,
        environment: &Environment,
    ) -> Result<Option<Self>, Diagnostic> {
        let candidates = || {
            let of =
                |base: &'static str| EXTENSIONS.iter().map(move |end| PathBuf::from(format!("{base}.{end}")));
            let index = |base: &'static str| {
                let is_folder = FOLDERS.contains(&base);
                EXTENSIONS
                    .iter()
                    .filter(move |_| is_folder)
                    .map(move |end| PathBuf::from(format!("{base}/index.{end}")))
            };
            BASE_NAMES.into_iter().flat_map(move |base| of(base).chain(index(base)))
        };
        let standing = || candidates().find(|candidate| folder.join(candidate).is_file());
        let Some(path) = chosen.map(read::tidy).or_else(standing) else {
            return Ok(None);
        };
        let source = read::read_text_of(folder, &path, MAX_FILE_BYTES, "configuration")?;
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let folder = read::tidy(&absolute).display().to_string();
        let configuration = Self { path, folder, source, said: Said::default() };
        configuration.in_environment(environment).map(Some)
    }

    /// The same file in another environment.
    ///
    /// # Errors
    /// The file is no JavaScript, or says what no configuration may say.
    pub(crate) fn in_environment(self, environment: &Environment) -> Result<Self, Diagnostic> {
        let file = path::resolve(&self.folder, &[&read::display_name(&self.path)]);
        let stack = STACK.0 + STACK.1 * self.source.len();
        let said = std::thread::scope(|scope| {
            let read = || understand(&self.source, &file, &self.folder, environment);
            let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, read);
            thread.ok().and_then(|thread| thread.join().ok())
        });
        let Some(said) = said else {
            let message = format!("`{}` cannot be read: there is no memory for it", self.path.display());
            return Err(Diagnostic::error(code::FILE_UNREADABLE, message).help("make the file simpler"));
        };
        let this = Self { said, ..self };
        if let Some((offset, text)) = &this.said.error {
            let message = format!("{} is no JavaScript: {text}", this.place(*offset));
            return Err(Diagnostic::error(code::CONFIGURATION, message).help("correct the file there"));
        }
        if let Some(Mistake { offset, text, help }) = &this.said.settings.mistake {
            let message = format!("{}: {text}", this.place(*offset));
            return Err(Diagnostic::error(code::CONFIGURATION, message).help(help.clone()));
        }
        Ok(this)
    }

    /// Whether it says itself which environment files are read.
    pub(crate) fn is_loading(&self) -> bool {
        self.said.is_loading
    }

    /// What it says of a property, by the names that lead to it: `datasource.url`.
    pub(crate) fn setting(&self, name: &str) -> Setting {
        match (self.said.settings.get(name), &self.said.thrown) {
            (Setting::Text(_), Some(reason)) if name.starts_with("datasource.") => refused(reason),
            // The file cannot be loaded: what it does not name is no matter of another file.
            (Setting::Absent, Some(reason)) if name == "datasource.url" => refused(reason),
            (setting, _) => setting,
        }
    }

    /// A setting that is a text; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be told; `help` says what to do then.
    pub(crate) fn text(&self, name: &str, code: Code, help: &str) -> Result<Option<String>, Diagnostic> {
        match self.setting(name) {
            Setting::Text(text) => Ok(Some(text)),
            Setting::Unset(reason) | Setting::Computed(reason) => {
                Err(self.refuse(name, &reason, code).help(help))
            }
            _ => Ok(None),
        }
    }

    /// A setting that is a list of texts; empty where there is none.
    ///
    /// # Errors
    /// It cannot be told.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Diagnostic> {
        match self.setting(name) {
            Setting::Texts(texts) => Ok(texts),
            Setting::Unset(reason) | Setting::Computed(reason) => {
                let refusal = self.refuse(name, &reason, code::SETTING_COMPUTED);
                Err(refusal.help(format!("write `{name}` as a list of texts")))
            }
            _ => Ok(Vec::new()),
        }
    }

    /// A diagnostic for a setting that cannot be told.
    pub(crate) fn refuse(&self, name: &str, reason: &Reason, code: Code) -> Diagnostic {
        let place = self.place(reason.offset);
        let message = if reason.is_unset {
            format!("{place} needs a value for `{name}`: {}", reason.text)
        } else {
            format!("{place} computes `{name}`, and driftless does not run it: {}", reason.text)
        };
        Diagnostic::error(code, message)
    }

    /// `` `prisma.config.ts:3:7` ``.
    fn place(&self, offset: usize) -> String {
        let before = self.source.get(..offset).unwrap_or(&self.source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("`{}:{line}:{column}`", read::display_name(&self.path))
    }

    /// The path that a property names; `None` where there is no such property.
    ///
    /// # Errors
    /// The file says it in a way that only running it would tell; `help` says what to do then.
    pub(crate) fn named_path(&self, name: &str, help: &str) -> Result<Option<NamedPath>, Diagnostic> {
        let Some(text) = self.text(name, code::SETTING_COMPUTED, help)?.filter(|text| !text.is_empty())
        else {
            return Ok(None);
        };
        let named = Path::new(&text);
        let path = match named.strip_prefix(&self.folder) {
            Ok(within) => read::tidy(within),
            Err(_) => read::tidy(&self.path.parent().unwrap_or(Path::new("")).join(named)),
        };
        Ok(Some(NamedPath { path, named_by: self.path.clone() }))
    }
}

fn refused(reason: &Reason) -> Setting {
    if reason.is_unset { Setting::Unset(reason.clone()) } else { Setting::Computed(reason.clone()) }
}

/// Parses and evaluates a configuration file.
fn understand(source: &str, file: &str, folder: &str, environment: &Environment) -> Said {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::ts()).parse();
    if let Some(error) = parsed.errors.first() {
        let offset =
            error.labels.as_ref().and_then(|labels| labels.first()).map_or(0, |label| label.offset());
        let text = error.message.lines().next().unwrap_or_default().trim_end_matches('.');
        return Said { error: Some((offset, text.to_owned())), ..Said::default() };
    }
    let outcome = evaluate::Evaluator::new(file, folder, Variables::new(environment)).run(&parsed.program);
    let settings = Settings::read(&outcome.export);
    Said { settings, error: None, thrown: outcome.thrown, is_loading: outcome.is_loading }
}

/// The schema that `package.json` in `folder` names. A package file that cannot be read names none: it is not ours to
/// judge.
///
/// # Errors
/// It is no file, or one without end.
pub(crate) fn read_package(folder: &Path) -> Result<Option<NamedPath>, Diagnostic> {
    let Some(text) = read_package_text(folder, "schema")? else { return Ok(None) };
    Ok(Some(NamedPath { path: read::tidy(Path::new(&text)), named_by: PathBuf::from(PACKAGE_FILE) }))
}

/// A text of the `prisma` object of `package.json` in `folder`, by its name.
///
/// # Errors
/// It is no file, or one without end.
pub(crate) fn read_package_text(folder: &Path, name: &str) -> Result<Option<String>, Diagnostic> {
    let bytes = match read::read_limited(&folder.join(PACKAGE_FILE), MAX_PACKAGE_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if read::is_refusal(&error) => {
            return Err(read::unreadable(Path::new(PACKAGE_FILE), &error));
        }
        Err(_) => return Ok(None),
    };
    let Ok(package) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(None) };
    let text = package.get("prisma").and_then(|prisma| prisma.get(name)).and_then(serde_json::Value::as_str);
    Ok(text.map(str::to_owned))
}
