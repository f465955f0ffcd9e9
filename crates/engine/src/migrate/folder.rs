//! The migrations folder.
//!
//! A *migration* is a folder in it that holds a *script*, `migration.sql`. Its name is that folder's. Everything else
//! is ignored as the reference ignores it: files beside the migrations, other files in them, links.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, FileId, Files, code};
use driftless_ir::External;

use super::checksum::Checksum;
use super::provider;
use crate::Project;
use crate::read::{MAX_SCRIPT_BYTES, decode, display_name, file_error, read_limited};

/// The name of a migration's script.
pub(crate) const SCRIPT: &str = "migration.sql";

/// A byte order mark in UTF-8. It belongs to the file, and not to the text.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The migrations of a folder, in the order in which they run.
#[derive(Clone, Debug)]
pub struct MigrationsFolder {
    /// Where it is, relative to the project's folder unless it was given otherwise. It need not exist: then it holds
    /// no migrations.
    pub path: PathBuf,
    /// The scripts; a migration's [`FileId`] is its place here.
    pub files: Files,
    /// The migrations in order.
    pub migrations: Vec<Migration>,
    /// What others look after, or why that cannot be told.
    external: Result<ExternalPart, Box<Diagnostic>>,
}

/// What others look after in the database that the migrations are for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExternalPart {
    /// The tables and enum types.
    pub(crate) names: External,
    /// The script that makes them where a history is replayed or tried; among the folder's files.
    pub(crate) script: Option<FileId>,
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The name of its folder.
    pub name: String,
    /// Where its script is, relative as the folder's path is.
    pub path: PathBuf,
    /// Its script among the folder's files.
    pub file: FileId,
    /// What the history knows the script by.
    pub checksum: Checksum,
    has_mark: bool,
}

impl MigrationsFolder {
    /// The same folder with other texts of its files.
    pub(crate) fn with_files(self, files: Files) -> Self {
        Self { files, ..self }
    }

    /// What others look after. Asked for by those who compare what migrations make.
    ///
    /// # Errors
    /// The configuration file computes it, or names something without its schema (P3023).
    pub(crate) fn external(&self) -> Result<&ExternalPart, Diagnostic> {
        self.external.as_ref().map_err(|diagnostic| Diagnostic::clone(diagnostic))
    }

    /// The same with some of the migrations only.
    pub(crate) fn with(&self, migrations: Vec<Migration>) -> Self {
        Self { migrations, ..self.clone() }
    }

    /// The text of a migration's script, without a byte order mark.
    pub fn script(&self, migration: &Migration) -> &str {
        self.files.get(migration.file).map_or("", |file| file.text())
    }

    /// The migration of a name.
    pub fn find(&self, name: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.name == name)
    }

    /// Whether the history's checksum is that of the script as it is now.
    pub fn matches(&self, migration: &Migration, recorded: &str) -> bool {
        if migration.checksum.as_str() == recorded {
            return true;
        }
        let mut text = self.script(migration).to_owned();
        if migration.has_mark {
            text.insert_str(0, BYTE_ORDER_MARK);
        }
        migration.checksum.is_recorded_as(recorded, text.as_bytes())
    }
}

/// Where the migrations folder of a run is: the `chosen` one, else the project's. One that is named has to exist; the
/// default one comes with the first migration.
///
/// # Errors
/// A named folder does not exist, there is no schema, or the configuration file cannot be read.
pub(crate) fn find_folder(project: &Project, chosen: Option<&Path>) -> Result<PathBuf, Diagnostic> {
    let (path, named_by) = match (chosen, project.named_migrations_folder()?) {
        (Some(path), _) => (path.to_owned(), None),
        (None, Some(named)) => (named.path, Some(named.named_by)),
        (None, None) => return project.migrations_folder(),
    };
    if project.folder().join(&path).is_dir() { Ok(path) } else { Err(missing(&path, named_by.as_deref())) }
}

/// Reads a migrations folder that has to exist: without migrations there is no history to look at.
///
/// # Errors
/// It does not exist; those of [`read_folder`].
pub(crate) fn read_existing_folder(project: &Project, path: &Path) -> Result<MigrationsFolder, Diagnostic> {
    if project.folder().join(path).is_dir() { read_folder(project, path) } else { Err(missing(path, None)) }
}

fn missing(path: &Path, named_by: Option<&Path>) -> Diagnostic {
    let named_by = named_by.map(|file| format!(", which `{}` names", file.display())).unwrap_or_default();
    let message = format!("there is no migrations folder `{}`{named_by}", path.display());
    let help = "name the folder that holds one folder a migration, or make it if the first is to lie there";
    Diagnostic::error(code::SCHEMA_NOT_FOUND, message).help(help)
}

/// Reads the migrations folder at `path`, relative to the project's folder.
///
/// # Errors
/// It is no folder or cannot be read; a migration has no script (P3015), or one that is not text; the folder was made
/// for another database (P3019).
pub fn read_folder(project: &Project, path: &Path) -> Result<MigrationsFolder, Diagnostic> {
    let mut folder = MigrationsFolder {
        path: path.to_owned(),
        files: Files::new(),
        migrations: Vec::new(),
        external: Ok(ExternalPart::default()),
    };
    let names = list(project, path)?;
    if names.is_some() {
        provider::check(project, path)?;
    }
    for name in names.into_iter().flatten() {
        let script = path.join(&name).join(SCRIPT);
        let bytes = read_script(project, &script, &name)?;
        let checksum = Checksum::of(&bytes);
        let mut text = decode_script(&script, bytes)?;
        let has_mark = text.starts_with(BYTE_ORDER_MARK);
        if has_mark {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        let file = folder.files.add(display_name(&script), text);
        folder.migrations.push(Migration { name, path: script, file, checksum, has_mark });
    }
    folder.external = read_external(project, &mut folder.files).map_err(Box::new);
    Ok(folder)
}

fn read_external(project: &Project, files: &mut Files) -> Result<ExternalPart, Diagnostic> {
    let names = project.external()?;
    let script = project.external_script()?.map(|(name, script)| files.add(name, script));
    Ok(ExternalPart { names, script })
}

/// The names of the folders in a folder, sorted; `None` where there is no such folder.
fn list(project: &Project, path: &Path) -> Result<Option<Vec<String>>, Diagnostic> {
    let unreadable = |error: &io::Error| {
        let error = file_error(code::FILE_UNREADABLE, path, "cannot be read", error);
        error.help("name the folder of your migrations with `--migrations`, and check its permissions")
    };
    let entries = match fs::read_dir(project.folder().join(path)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if !entry.file_type().map_err(|error| unreadable(&error))?.is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().map_err(|name| {
            let message = format!("the name of the migration `{}` is not UTF-8", name.to_string_lossy());
            Diagnostic::error(code::FILE_NOT_TEXT, message).help("rename its folder")
        })?;
        names.push(name);
    }
    names.sort_by(|left, right| compare_names(left, right));
    Ok(Some(names))
}

fn read_script(project: &Project, script: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let full = project.folder().join(script);
    match read_limited(&full, MAX_SCRIPT_BYTES) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let limit = MAX_SCRIPT_BYTES >> 20;
            let message = format!("`{}` is larger than {limit} MiB", script.display());
            Err(Diagnostic::error(code::FILE_TOO_LARGE, message).help("split the migration into several"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("the migration `{name}` has no `{SCRIPT}`");
            let help = format!("bring `{}` back, or remove its folder", script.display());
            Err(Diagnostic::error(code::MIGRATION_FILE_MISSING, message).help(help))
        }
        Err(error) => Err(file_error(code::FILE_UNREADABLE, script, "cannot be read", &error)),
    }
}

fn decode_script(script: &Path, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    decode(&display_name(script), bytes).map_err(|error| error.help("save the script as UTF-8"))
}

/// The punctuation of ASCII in the order in which the reference's sorting has it; digits follow, then letters.
const PUNCTUATION: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// Compares names as the reference sorts them: by the root collation of Unicode, here of ASCII. What is not ASCII
/// follows, by its code point.
fn compare_names(left: &str, right: &str) -> Ordering {
    let rank = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' => 1000 + u32::from(letter.to_ascii_lowercase()),
        '0'..='9' => 500 + u32::from(letter),
        _ if letter.is_ascii() => PUNCTUATION.find(letter).map_or(0, |at| 1 + at as u32),
        _ => 10_000 + u32::from(letter),
    };
    let by_rank = left.chars().map(rank).cmp(right.chars().map(rank));
    // small letters stand before capital ones
    by_rank.then_with(|| right.cmp(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<MigrationsFolder, Diagnostic>) {
        let place = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = place.path().join("migrations").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let folder = read_folder(&Project::new(place.path()), Path::new("migrations"));
        (place, folder)
    }

    #[test]
    fn names_sort_as_the_reference_sorts_them() {
        let expected = ["02_a", "10_a", "2_a", "2_b", "2_B", "2-a", "2a", "a", "A", "a_b", "ab", "aB", "Ab"];
        let mut names = expected;
        names.reverse();
        names.sort_by(|left, right| compare_names(left, right));
        assert_eq!(names, expected);
    }

    #[test]
    fn stray_files_are_not_migrations() {
        let files: &[(&str, &[u8])] = &[
            ("README.md", b"words"),
            ("2_b/migration.sql", b"SELECT 2;"),
            ("2_b/down.sql", b"SELECT -2;"),
            ("1_a/migration.sql", b"SELECT 1;"),
        ];
        let (_place, folder) = folder(files);
        let folder = folder.unwrap();
        let names: Vec<_> = folder.migrations.iter().map(|migration| migration.name.as_str()).collect();
        assert_eq!(names, ["1_a", "2_b"]);
        assert_eq!(folder.script(&folder.migrations[0]), "SELECT 1;");
    }

    #[test]
    fn a_byte_order_mark_counts_for_the_checksum_alone() {
        let (_place, folder) = folder(&[("1_a/migration.sql", b"\xef\xbb\xbfSELECT 1;\n")]);
        let folder = folder.unwrap();
        let migration = &folder.migrations[0];
        assert_eq!(folder.script(migration), "SELECT 1;\n");
        assert_eq!(migration.checksum, Checksum::of(b"\xef\xbb\xbfSELECT 1;\n"));
        assert!(folder.matches(migration, Checksum::of(b"\xef\xbb\xbfSELECT 1;\r\n").as_str()));
    }

    #[test]
    fn a_folder_that_does_not_exist_holds_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = read_folder(&Project::new(place.path()), Path::new("migrations")).unwrap();
        assert!(folder.migrations.is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_folder_has_a_code() {
        let script: (&str, &[u8]) = ("1_a/migration.sql", b"SELECT 1;");
        let number = |files: &[(&str, &[u8])]| folder(files).1.unwrap_err().code.number();
        assert_eq!(number(&[("1_a/other.sql", b"")]), "P3015");
        assert_eq!(number(&[("1_a/migration.sql", b"\xe9")]), "D0002");
        assert_eq!(number(&[script, ("migration_lock.toml", b"provider = \"mysql\"\n")]), "P3019");
        assert_eq!(number(&[script, ("migration_lock.toml", b"")]), "P3019");
        let (place, _) = folder(&[script]);
        let error = read_folder(&Project::new(place.path()), Path::new("migrations/1_a/migration.sql"));
        assert_eq!(error.unwrap_err().code.number(), "D0001");
    }
}
