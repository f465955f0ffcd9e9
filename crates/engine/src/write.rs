//! Writing files so that a reader sees the old text or the new one, and never half of one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

use crate::read::file_error;

/// Writes `text` to `path`, relative to `folder`.
///
/// The text goes into a new file in the same folder, which then takes the place of the old one and has its
/// permissions. Folders that are missing are made. Links are followed. What is not a plain file, such as a pipe, is written to directly.
///
/// # Errors
/// The operating system refuses.
pub fn write_text(folder: &Path, path: &Path, text: &str) -> Result<(), Diagnostic> {
    write(&folder.join(path), text.as_bytes())
        .map_err(|error| file_error(code::FILE_UNWRITABLE, path, "cannot be written", &error))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let former = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => {
            return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let real: PathBuf = if former.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let beside = real.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(beside)?;
    let mut file = new_file(beside, former.is_some())?;
    file.write_all(bytes)?;
    if let Some(metadata) = former {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&real)?;
    Ok(())
}

/// A new file in `folder`: for the owner alone where it is to have the permissions of another, and may not have more
/// before; else with those that a plainly made file has there.
fn new_file(folder: &Path, is_private: bool) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".driftless-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process's mask is applied to it.
        builder.permissions(fs::Permissions::from_mode(if is_private { 0o600 } else { 0o666 }));
    }
    builder.tempfile_in(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn permissions_and_links_survive() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("link")).unwrap();
        write_text(folder.path(), Path::new("link"), "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(folder.path().join("link")).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_made() {
        let folder = tempfile::tempdir().unwrap();
        write_text(folder.path(), Path::new("a/b/c.sql"), "x").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a/b/c.sql")).unwrap(), "x");
    }
}
