//! The files that a server works on.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::EphemeralError;
use super::account::Account;

/// The part of a cluster that names a running server, and must not be copied.
const PID_FILE: &str = "postmaster.pid";

/// Makes a folder that nobody else may enter and that was not there before.
///
/// # Errors
/// It cannot be made under `parent`.
pub(super) fn make_private_folder(parent: &Path, name: &str) -> Result<PathBuf, EphemeralError> {
    let process = std::process::id();
    for attempt in 0_u32.. {
        let path = parent.join(format!("{name}-{process}-{attempt}"));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(EphemeralError::at(&path)(error)),
        }
    }
    Err(EphemeralError::at(parent)(ErrorKind::AlreadyExists.into()))
}

/// Copies a cluster to a place where nothing is, and gives it to the account.
///
/// # Errors
/// A file cannot be read, written or given away.
pub(super) fn copy(from: &Path, to: &Path, account: Account) -> Result<(), EphemeralError> {
    DirBuilder::new().mode(0o700).create(to).map_err(EphemeralError::at(to))?;
    account.own(to)?;
    for entry in fs::read_dir(from).map_err(EphemeralError::at(from))? {
        let entry = entry.map_err(EphemeralError::at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(EphemeralError::at(&source))?;
        if kind.is_dir() {
            copy(&source, &target, account)?;
        } else if kind.is_file() && entry.file_name() != PID_FILE {
            fs::copy(&source, &target).map_err(EphemeralError::at(&source))?;
            account.own(&target)?;
        }
    }
    Ok(())
}

/// Keeps a cluster that is not in use as the template. Where another process was faster, its template stays.
///
/// # Errors
/// The template cannot be written.
pub(super) fn keep(cluster: &Path, template: &Path) -> Result<(), EphemeralError> {
    let Some(parent) = template.parent() else { return Ok(()) };
    DirBuilder::new().mode(0o700).recursive(true).create(parent).map_err(EphemeralError::at(parent))?;
    let folder = make_private_folder(parent, "making")?;
    let made = folder.join("data");
    let kept = copy(cluster, &made, Account::Own);
    // Only a whole template ever has the name: renaming is one step.
    let _ = kept.is_ok() && fs::rename(&made, template).is_ok();
    let _ = fs::remove_dir_all(&folder);
    kept
}
