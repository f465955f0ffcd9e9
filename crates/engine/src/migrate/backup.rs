//! Saving the rows that migrations are about to take away.
//!
//! A table is a file of PostgreSQL's text format, packed with gzip; `restore.sql` beside them is for `psql`, and puts
//! the rows into new tables beside the old ones.
//!
//! Three programs read the script, each with rules of its own: `psql` (a line that begins with a backslash; `\copy`, which
//! ends with its line), a shell (the program behind `\copy`) and the server. So a name of the database reaches the shell
//! never, `psql` only in quotes and on one line, and the server as it is.
//!
//! Rows are for the eyes of who saves them: the folder is made for its owner alone, and so is each file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use driftless_catalog::{COPY_SETTINGS, CatalogError, CopyError, RowSet, Session};
use driftless_diagnostics::{Diagnostic, code, is_hidden};
use driftless_ir::{Name, QualifiedName, Quoted};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::hazard::Hazard;
use crate::Project;

const RESTORE: &str = "restore.sql";

/// How the script begins.
const HEAD: &str = "-- Brings saved rows back into new tables. Run it in its own folder:\n\
                    --   psql \"$DATABASE_URL\" -f restore.sql\n\
                    \\set ON_ERROR_STOP on\n";

/// What is said where saving fails: nothing was changed.
enum Failure {
    Database(CatalogError),
    File(io::Error),
    /// The folder is none that rows may be put into.
    Place(&'static str),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::Database(error)
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Database(error) => Self::Database(error),
            CopyError::File(error) => Self::File(error),
        }
    }
}

/// Saves each table of which something is taken away into the folder `place`, all as they are at one moment. Gives the
/// names of the tables. `restore.sql` is written last: a folder without it is no backup.
///
/// # Errors
/// A table cannot be read or a file not be written; files that are there are not written over. What was written is
/// taken away again.
pub(super) fn write(
    project: &Project,
    place: &Path,
    hazards: &[Hazard],
    session: &mut Session,
) -> Result<Vec<String>, Diagnostic> {
    let tables: BTreeMap<&RowSet, &str> =
        hazards.iter().map(|hazard| (&hazard.rows, hazard.name.as_str())).collect();
    let mut backup = Backup::new(project.folder().join(place));
    match backup.save(tables.keys().copied(), session) {
        Ok(()) => Ok(tables.into_values().map(str::to_owned).collect()),
        Err(failure) => {
            backup.take_back();
            Err(explain(&failure, place))
        }
    }
}

fn explain(failure: &Failure, place: &Path) -> Diagnostic {
    let (reason, help) = match failure {
        Failure::Database(error) => (error.to_string(), "let the role read all rows of the table"),
        Failure::File(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            ("files of a backup are in it".to_owned(), "name a new folder")
        }
        Failure::Place(reason) => ((*reason).to_owned(), "name a new folder, which is made for you alone"),
        Failure::File(error) => {
            (error.to_string(), "check that the folder can be written and the disk is not full")
        }
    };
    let message = format!("no backup in `{}`, so nothing was migrated: {reason}", place.display());
    Diagnostic::error(code::BACKUP_FAILED, message).help(help)
}

/// A backup on its way.
struct Backup {
    folder: PathBuf,
    /// Whether the folder was made for it.
    is_own: bool,
    /// The files, in the order in which they were made.
    files: Vec<PathBuf>,
    /// The names that are taken, of files and of tables, in small letters: a file system may not tell cases apart.
    taken: BTreeSet<String>,
}

impl Backup {
    fn new(folder: PathBuf) -> Self {
        Self { folder, is_own: false, files: Vec::new(), taken: BTreeSet::new() }
    }

    fn save<'a>(
        &mut self,
        tables: impl Iterator<Item = &'a RowSet>,
        session: &mut Session,
    ) -> Result<(), Failure> {
        self.make_folder()?;
        if fs::symlink_metadata(self.folder.join(RESTORE)).is_ok() {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        session.begin_copying()?;
        let mut restore = format!("{HEAD}BEGIN;\n{COPY_SETTINGS}");
        let mut namespaces = BTreeSet::new();
        for rows in tables {
            if namespaces.insert(&rows.table.namespace) {
                restore += &ensure_namespace(&rows.table.namespace);
            }
            restore += &self.save_table(rows, session)?;
        }
        session.end_copying()?;
        restore += "\nCOMMIT;\n";
        let mut file = self.new_file(RESTORE)?;
        file.write_all(restore.as_bytes())?;
        Ok(file.sync_all()?)
    }

    /// Makes the folder, and those above it that are missing, for their owner alone. One that is there already must be a
    /// folder of its own that not everybody can write to: who can, could put other files in the place of these.
    fn make_folder(&mut self) -> Result<(), Failure> {
        match fs::symlink_metadata(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.is_own = true;
                Ok(private_folders().create(&self.folder)?)
            }
            Err(error) => Err(error.into()),
            Ok(found) if found.is_symlink() => Err(Failure::Place("it is a link")),
            Ok(found) if !found.is_dir() => Err(Failure::Place("it is no folder")),
            Ok(found) if is_open_to_all(&found) => Err(Failure::Place("everybody can write to it")),
            Ok(_) => Ok(()),
        }
    }

    /// Saves the rows of a table. Gives the statements that bring them back.
    fn save_table(&mut self, rows: &RowSet, session: &mut Session) -> Result<String, Failure> {
        let QualifiedName { namespace, name } = &rows.table;
        let file = self.untaken(|suffix| file_name(namespace, name, suffix));
        let saved = QualifiedName {
            namespace: namespace.clone(),
            name: self.untaken_name(|suffix| saved_name(name, suffix), namespace),
        };
        let columns = session.columns_of(&rows.table)?;
        let mut packed = GzEncoder::new(self.new_file(&file)?, Compression::fast());
        session.copy_out(rows, &columns, &mut packed)?;
        packed.finish()?.sync_all()?;
        let columns: Vec<_> = columns.iter().map(|column| format!("    {column}")).collect();
        let columns = columns.join(",\n");
        let create = format!("\nCREATE TABLE {saved} (\n{columns}\n);\n");
        let (search, copied) = if namespace.as_str().contains(is_hidden) {
            // `\copy` ends with its line, and a name with a line break would go on as a command
            (format!("SET LOCAL search_path TO {namespace};\n"), saved.name.to_string())
        } else {
            (String::new(), saved.to_string())
        };
        Ok(format!("{create}{search}\\copy {copied} FROM PROGRAM 'gzip -dc < \"./{file}\"'\n"))
    }

    /// The first name for a table of a namespace that is not taken.
    fn untaken_name(&mut self, make: impl Fn(&str) -> Name, namespace: &Name) -> Name {
        let qualified = |suffix: &str| QualifiedName { namespace: namespace.clone(), name: make(suffix) };
        let mut name = qualified("");
        let mut number = 2;
        while !self.taken.insert(name.to_string().to_lowercase()) {
            name = qualified(&format!("_{number}"));
            number += 1;
        }
        name.name
    }

    /// The first name that is not taken, of those that are made with the suffixes "", "_2", "_3" and so on.
    fn untaken(&mut self, make: impl Fn(&str) -> String) -> String {
        let mut name = make("");
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = make(&format!("_{number}"));
            number += 1;
        }
        name
    }

    /// A file that was not there.
    fn new_file(&mut self, name: &str) -> io::Result<File> {
        let path = self.folder.join(name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        self.files.push(path);
        Ok(file)
    }

    /// Takes away what was written: half a backup is none.
    fn take_back(&self) {
        // where even this fails, `restore.sql` is missing all the same
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        if self.is_own {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// How folders are made that only their owner can look into.
fn private_folders() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Whether everybody can write to a folder, and take away what others put there.
fn is_open_to_all(folder: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&folder.permissions());
        mode & 0o1002 == 0o002
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

/// Makes a namespace where it went with its tables. `IF NOT EXISTS` would ask for the right to make one in any case.
fn ensure_namespace(namespace: &Name) -> String {
    let create = format!("CREATE SCHEMA {namespace}");
    let (create, name) = (Quoted(&create), Quoted(namespace.as_str()));
    format!(
        "\nSELECT {create} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = {name}) \\gexec\n"
    )
}

/// The name of a table's file: of letters that mean nothing to a shell, a program or a file system, and that no file
/// system writes in two ways.
fn file_name(namespace: &Name, name: &Name, suffix: &str) -> String {
    const MOST: usize = 63;
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let [mut namespace, name] =
        [namespace, name].map(|part| part.as_str().chars().map(plain).take(MOST).collect::<String>());
    // some systems take these for devices, whatever follows a dot
    let is_device = ["con", "prn", "aux", "nul"].contains(&namespace.to_lowercase().as_str())
        || (namespace.len() == 4 && ["com", "lpt"].contains(&namespace[..3].to_lowercase().as_str()));
    if namespace.starts_with('-') || is_device {
        namespace.insert(0, '_');
    }
    format!("{namespace}.{name}{suffix}.copy.gz")
}

/// The name of the table that a table's rows are brought back into, no longer than PostgreSQL has names.
fn saved_name(name: &Name, suffix: &str) -> Name {
    const MOST: usize = 63;
    let suffix = format!("_saved{suffix}");
    let mut end = name.as_str().len().min(MOST - suffix.len());
    while !name.as_str().is_char_boundary(end) {
        end -= 1;
    }
    // `\copy` ends with its line
    let name = name.as_str()[..end].replace(is_hidden, "_");
    Name::from(name + &suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_mean_nothing_to_a_shell() {
        let file = file_name(&"a/b".into(), &"$(x) `y`\"'é".into(), "_2");
        assert_eq!(file, "a_b.__x___y_____2.copy.gz");
    }

    #[test]
    fn names_of_files_are_no_options_and_no_devices() {
        let file = |namespace: &str| file_name(&namespace.into(), &"t".into(), "");
        assert_eq!(file("-rf"), "_-rf.t.copy.gz");
        assert_eq!(file("Con"), "_Con.t.copy.gz");
        assert_eq!(file("com1"), "_com1.t.copy.gz");
        assert_eq!(file("com"), "com.t.copy.gz");
        assert_eq!(file(".."), "__.t.copy.gz");
        assert_eq!(file(&"é".repeat(200)).len(), 63 + ".t.copy.gz".len());
    }

    #[test]
    fn names_of_tables_stay_within_the_limit() {
        assert_eq!(saved_name(&"orders".into(), "").as_str(), "orders_saved");
        let long = saved_name(&"é".repeat(31).as_str().into(), "_2");
        assert_eq!(long.as_str(), format!("{}_saved_2", "é".repeat(27)));
    }

    #[test]
    fn names_that_only_case_tells_apart_are_told_apart() {
        let mut backup = Backup::new(PathBuf::new());
        let mut name = |name: &str| backup.untaken(|suffix| format!("{name}{suffix}"));
        assert_eq!([name("a"), name("A"), name("a")], ["a", "A_2", "a_3"]);
    }
}
