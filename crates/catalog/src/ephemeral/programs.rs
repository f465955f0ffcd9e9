//! Where PostgreSQL's programs are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{EphemeralError, Machine};

/// Folders in which packages put one folder a version, with what stands before the version in its name and the way
/// from there to the programs: Debian, Red Hat, Homebrew on both processors, Postgres.app, MacPorts, FreeBSD and Alpine.
const VERSIONED: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/opt/local/lib", "postgresql", "bin"),
    ("/usr/libexec", "postgresql", ""),
];

/// Folders that are the same for every version.
const PLAIN: [&str; 3] = ["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"];

/// The shape of the template; one of another shape is not taken.
const TEMPLATE: &str = "2";

/// One version's programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Finds the programs of a machine: in the folder that the user names; else on `PATH`, where `pg_config` says, and
    /// where packages put them, highest version first.
    ///
    /// # Errors
    /// [`EphemeralError::NoPrograms`] with the folders that were looked into.
    pub fn find(machine: &Machine) -> Result<Self, EphemeralError> {
        let mut looked = Vec::new();
        let mut look = |folder: PathBuf| {
            let complete = ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
            if complete {
                return Some(Self { folder: fs::canonicalize(&folder).unwrap_or(folder) });
            }
            looked.push(folder);
            None
        };
        let found = match &machine.programs {
            Some(folder) => look(folder.clone()).or_else(|| look(folder.join("bin"))),
            None => {
                let on_path = machine.path.iter().flat_map(std::env::split_paths);
                on_path
                    .filter(|folder| folder.is_absolute())
                    .find_map(&mut look)
                    .or_else(|| configured(machine).and_then(&mut look))
                    .or_else(|| installed().find_map(&mut look))
            }
        };
        found.ok_or(EphemeralError::NoPrograms(looked))
    }

    /// Their folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What tells these programs from all others on this machine, as the name of a folder: their version and place.
    pub(super) fn key(&self) -> Option<String> {
        let output = Command::new(self.folder.join("postgres"))
            .arg("--version")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let version = String::from_utf8_lossy(&output.stdout);
        let version = version.split_whitespace().nth(2)?;
        let place = self.folder.display();
        let plain = |character: char| {
            if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' }
        };
        Some(format!("{version}-{TEMPLATE}-{place}").chars().map(plain).collect())
    }
}

/// What `pg_config` on `PATH` says.
fn configured(machine: &Machine) -> Option<PathBuf> {
    let program = machine
        .path
        .iter()
        .flat_map(std::env::split_paths)
        .map(|folder| folder.join("pg_config"))
        .find(|path| path.is_absolute() && path.is_file())?;
    let output = Command::new(program).arg("--bindir").stdin(Stdio::null()).output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(folder.trim())).filter(|folder| folder.is_absolute())
}

/// Where packages put them.
fn installed() -> impl Iterator<Item = PathBuf> {
    let versioned =
        VERSIONED.iter().flat_map(|(parent, prefix, rest)| versions(Path::new(parent), prefix, rest));
    versioned.chain(PLAIN.iter().map(PathBuf::from))
}

/// The folders under `parent` whose version stands behind `prefix`, highest first.
fn versions(parent: &Path, prefix: &str, rest: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(rest)))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_is_the_only_one() {
        let machine = Machine { programs: Some("/nowhere".into()), ..Machine::default() };
        let Err(EphemeralError::NoPrograms(looked)) = Programs::find(&machine) else {
            panic!("there is nothing at /nowhere");
        };
        assert_eq!(looked, [PathBuf::from("/nowhere"), PathBuf::from("/nowhere/bin")]);
    }
}
