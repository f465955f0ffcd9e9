//! One input.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file of a kept case that says what is run.
const HEAD: &str = "CASE";

/// One input: files, and what is run on them.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Which of the tests it belongs to.
    pub(crate) kind: String,
    /// What is run: a target of the libraries, or the words of a command line.
    pub(crate) words: Vec<String>,
    /// Variables of the environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Paths, and what the files hold.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Case {
    pub(crate) fn new(kind: &str, words: &[&str]) -> Self {
        Self {
            kind: kind.to_owned(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            environment: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.push((path.to_owned(), bytes.into()));
    }

    pub(crate) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, bytes)| bytes.as_slice())
    }

    /// Writes the files into a folder.
    pub(crate) fn lay_out(&self, folder: &Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            let parent = path.parent().expect("a file lies in a folder");
            std::fs::create_dir_all(parent).expect("a folder can be made");
            std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }

    /// Keeps the case for a later run.
    pub(crate) fn save(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(folder);
        self.lay_out(folder);
        let mut head = format!("kind {}\n", self.kind);
        for word in &self.words {
            let _ = writeln!(head, "word {word:?}");
        }
        for (name, value) in &self.environment {
            let _ = writeln!(head, "variable {:?}", format!("{name}={value}"));
        }
        std::fs::create_dir_all(folder).expect("a folder can be made");
        std::fs::write(folder.join(HEAD), head).expect("a case can be kept");
    }

    /// Reads a case that was kept.
    pub(crate) fn load(folder: &Path) -> Result<Self, String> {
        let head = std::fs::read_to_string(folder.join(HEAD))
            .map_err(|error| format!("{} is no case: {error}", folder.display()))?;
        let mut case = Self::new("", &[]);
        for line in head.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            match key {
                "kind" => value.clone_into(&mut case.kind),
                "word" => case.words.push(unquote(value)),
                "variable" => {
                    let text = unquote(value);
                    let (name, value) = text.split_once('=').unwrap_or((&text, ""));
                    case.environment.push((name.to_owned(), value.to_owned()));
                }
                _ => return Err(format!("a case has no `{key}`")),
            }
        }
        for path in driftless_tests::fixtures::files_under(folder) {
            let name = path.strip_prefix(folder).expect("a file lies in its folder").to_owned();
            if name != Path::new(HEAD) {
                let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                case.files.push((name.to_string_lossy().into_owned(), bytes));
            }
        }
        Ok(case)
    }
}

/// The text of a string as `Debug` prints it.
fn unquote(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let (mut out, mut characters) = (String::new(), inner.chars());
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('0') => out.push('\0'),
            Some('u') => {
                let digits: String = characters.by_ref().skip(1).take_while(|digit| *digit != '}').collect();
                out.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            other => out.extend(other),
        }
    }
    out
}

/// Where failures are kept: below the folder of the build.
pub(crate) fn kept(kind: &str, seed: u64) -> PathBuf {
    let executable = std::env::current_exe().expect("a running test has a path");
    let target = executable.ancestors().nth(3).expect("cargo puts tests three folders deep");
    target.join("fuzz").join(format!("{kind}-{seed}"))
}

#[test]
fn a_case_is_kept_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = Case::new("binary", &["diff", "a \"b\"\\\n\u{1b}[31m\u{202e}"]);
    case.environment.push(("A".to_owned(), "b=c\u{7f}".to_owned()));
    case.add("prisma/schema.prisma", [0xff, 0, b'\n']);
    case.save(folder.path());
    let read = Case::load(folder.path()).unwrap();
    assert_eq!(
        (read.kind, read.words, read.environment, read.files),
        (case.kind, case.words, case.environment, case.files)
    );
}
