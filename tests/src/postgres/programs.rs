//! Where PostgreSQL's programs are on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of `initdb`, `postgres` and `psql`.
///
/// Looked through, in this order: `DRIFTLESS_PG_BIN`; the folders of Debian and of Red Hat, highest version first;
/// what `pg_config` says; `PATH`.
///
/// # Errors
/// None of them has all three.
pub(super) fn find() -> Result<PathBuf, String> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("DRIFTLESS_PG_BIN").map(PathBuf::from).into_iter().collect();
    folders.extend(versioned("/usr/lib/postgresql", ""));
    folders.extend(versioned("/usr", "pgsql-"));
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    folders.into_iter().find(complete).ok_or_else(|| {
        "no PostgreSQL server was found: install one (Debian: apt-get install postgresql), or name the folder of its \
         programs in DRIFTLESS_PG_BIN"
            .to_owned()
    })
}

/// The `bin` folders under `parent` whose version stands behind `prefix`, highest first.
fn versioned(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(Path::new(parent)).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}
