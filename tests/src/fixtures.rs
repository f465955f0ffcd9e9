//! The data in `fixtures/`, as cases.
//!
//! | place | a case |
//! | --- | --- |
//! | `psl/valid/TOPIC/CASE.prisma` | a schema without errors |
//! | `psl/invalid/TOPIC/CASE.prisma` | a schema with errors; `.reference`: the lines at which the reference reports some; `.expected`: our reports |
//! | `format/TOPIC/CASE.prisma` | any text; `.formatted.prisma`: its canonical form; where ours is right to differ from the reference's, `.reference.prisma` and `.why` |
//! | `diff/TOPIC/CASE/` | `from.prisma` (absent: from empty) and `to.prisma`; `plain.sql` and `guarded.sql`: the scripts between them; where ours is right to differ from the reference's, `reference.sql` and `why.txt`; `setup.sql`: what a server needs first; `no_server.txt`: why a server is of no use; `accepted.txt`: what a database need not have as asked; `no_replay.txt`: why a replay does not lead to it |
//! | `pull/TOPIC/CASE/` | `setup.sql` makes a database, `before.prisma` is the existing schema (absent: a datasource block alone), `expected.prisma` what it becomes; where ours is right to differ from the reference's, `reference.prisma` and `why.txt`; `unusable.txt`: why the result is no schema that can be pulled into again |
//! | `cli/TOPIC/CASE.txt` | runs of the binary: see the test `cli` |
//! | `replay/`, `split/`, `history/`, `seed/` | cases that the tests of one crate read: see `crates/sql/tests`, `crates/engine` |
//! | `shop/` | the example back end |

use std::path::{Path, PathBuf};

/// One case: its name and the files that belong to it and exist.
#[derive(Clone, Debug)]
pub struct Case {
    /// The path under `fixtures/`, without an extension.
    pub name: String,
    /// The file that makes it a case, or its folder.
    pub path: PathBuf,
    /// All its files.
    pub files: Vec<PathBuf>,
}

impl Case {
    /// The file beside the case's own that has another extension.
    pub fn beside(&self, extension: &str) -> PathBuf {
        self.path.with_extension(extension)
    }

    /// The text of one of the case's files in its folder, `None` where it does not exist.
    ///
    /// # Panics
    /// It exists and cannot be read.
    pub fn read(&self, file: &str) -> Option<String> {
        let path = self.path.join(file);
        path.exists().then(|| read(&path))
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the test crate lies in the repository").to_owned()
}

/// The text of a file of the repository.
///
/// # Panics
/// It cannot be read.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files under a folder, sorted; none where it does not exist.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The schemas without errors.
pub fn valid_schemas() -> Vec<Case> {
    file_cases("psl/valid", "prisma", &[])
}

/// The schemas with errors.
pub fn invalid_schemas() -> Vec<Case> {
    file_cases("psl/invalid", "prisma", &["reference", "expected"])
}

/// The texts to format.
pub fn format_cases() -> Vec<Case> {
    file_cases("format", "prisma", &["formatted.prisma", "reference.prisma", "why"])
}

/// The runs of the binary.
pub fn cli_cases() -> Vec<Case> {
    file_cases("cli", "txt", &[])
}

/// The pairs of schemas.
pub fn diff_cases() -> Vec<Case> {
    const FILES: [&str; 10] = [
        "from.prisma",
        "to.prisma",
        "plain.sql",
        "guarded.sql",
        "reference.sql",
        "why.txt",
        "setup.sql",
        "no_server.txt",
        "no_replay.txt",
        "accepted.txt",
    ];
    let mut cases = Vec::new();
    for to in files_under(&root().join("fixtures/diff")).iter().filter(|path| path.ends_with("to.prisma")) {
        let folder = to.parent().expect("a file lies in a folder").to_owned();
        let files = FILES.iter().map(|file| folder.join(file)).filter(|path| path.exists()).collect();
        cases.push(Case { name: name_of(&folder), path: folder, files });
    }
    cases
}

/// The databases to read into a schema.
pub fn pull_cases() -> Vec<Case> {
    const FILES: [&str; 6] =
        ["setup.sql", "before.prisma", "expected.prisma", "reference.prisma", "why.txt", "unusable.txt"];
    let mut cases = Vec::new();
    for setup in files_under(&root().join("fixtures/pull")).iter().filter(|path| path.ends_with("setup.sql"))
    {
        let folder = setup.parent().expect("a file lies in a folder").to_owned();
        let files = FILES.iter().map(|file| folder.join(file)).filter(|path| path.exists()).collect();
        cases.push(Case { name: name_of(&folder), path: folder, files });
    }
    cases
}

/// The example back end, whose first migration is `migrations/0_init`.
pub fn shop() -> Case {
    let path = root().join("fixtures/shop");
    let files = files_under(&path);
    Case { name: "shop".to_owned(), path, files }
}

/// The files that the tests of one crate read, each as a case.
pub fn crate_files() -> Vec<Case> {
    let folders = ["replay", "split", "history", "seed", "expressions"]
        .map(|folder| root().join("fixtures").join(folder));
    let files = folders.iter().flat_map(|folder| files_under(folder));
    files.map(|path| Case { name: name_of(&path), files: vec![path.clone()], path }).collect()
}

/// Cases that are one file each, with files of other extensions beside it.
fn file_cases(folder: &str, extension: &str, beside: &[&str]) -> Vec<Case> {
    let mut cases = Vec::new();
    for path in files_under(&root().join("fixtures").join(folder)) {
        let Some(stem) =
            path.file_name().and_then(|name| name.to_str()?.strip_suffix(extension)?.strip_suffix('.'))
        else {
            continue;
        };
        if stem.contains('.') {
            continue;
        }
        let mut files = vec![path.clone()];
        files.extend(beside.iter().map(|other| path.with_extension(other)).filter(|other| other.exists()));
        cases.push(Case { name: name_of(&path.with_extension("")), path, files });
    }
    cases
}

fn name_of(path: &Path) -> String {
    let fixtures = root().join("fixtures");
    path.strip_prefix(&fixtures).unwrap_or(path).display().to_string()
}
