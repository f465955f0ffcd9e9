//! Reading schema files: every way in which that can go wrong has a message of its own.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use driftless_catalog::read_regular;
use driftless_diagnostics::{Code, Diagnostic, Files, Sink, code};

/// The largest file that is read, in bytes. The largest schemas known are a hundredth of it.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The largest script, in bytes: PostgreSQL takes no message of more than a gigabyte.
pub const MAX_SCRIPT_BYTES: u64 = 512 << 20;

/// How deeply schema folders may lie in each other.
const MAX_FOLDERS: usize = 64;

/// The files of one schema, in the order of their paths.
#[derive(Debug, Default)]
pub(crate) struct SchemaText {
    /// The texts; each is named by its path as people would write it.
    pub(crate) files: Files,
    /// Where each file is, in the same order, relative to the folder of the run.
    pub(crate) paths: Vec<PathBuf>,
}

/// Reads the schema at `location`, a file or a folder, relative to `folder`.
///
/// A folder is read with all folders in it; its schema files end in `.prisma`. Files that cannot be read are reported
/// and left out.
pub(crate) fn read_schema(folder: &Path, location: &Path, sink: &mut Sink) -> SchemaText {
    let mut paths = Vec::new();
    if folder.join(location).is_dir() {
        collect_files(folder, location, &mut BTreeSet::new(), &mut paths, sink);
        if paths.is_empty() && !sink.has_errors() {
            let message = format!("the folder `{}` holds no `.prisma` file", location.display());
            let help = "name the folder of your schema files with `--schema`";
            sink.push(Diagnostic::error(code::SCHEMA_NOT_FOUND, message).help(help));
        }
    } else {
        paths.push(location.to_owned());
    }
    let mut schema = SchemaText::default();
    for path in paths {
        match read_text(folder, &path) {
            Ok(text) => {
                schema.files.add(display_name(&path), text);
                schema.paths.push(path);
            }
            Err(diagnostic) => sink.push(diagnostic),
        }
    }
    schema
}

/// Adds the schema files under `place`, sorted. A folder that a link leads back to is not entered again.
fn collect_files(
    folder: &Path,
    place: &Path,
    entered: &mut BTreeSet<PathBuf>,
    paths: &mut Vec<PathBuf>,
    sink: &mut Sink,
) {
    let full = folder.join(place);
    if place.components().count() > MAX_FOLDERS {
        let message = format!("`{}` lies too deep to be read", place.display());
        let help = "name the folder of your schema files with `--schema`";
        return sink.push(Diagnostic::error(code::FILE_UNREADABLE, message).help(help));
    }
    let names = fs::canonicalize(&full).and_then(|real| {
        if !entered.insert(real) {
            return Ok(Vec::new());
        }
        let mut names =
            fs::read_dir(&full)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    });
    let names = match names {
        Ok(names) => names,
        Err(error) => return sink.push(unreadable(place, &error)),
    };
    for name in names {
        let path = place.join(name);
        if folder.join(&path).is_dir() {
            collect_files(folder, &path, entered, paths, sink);
        } else if path.extension().is_some_and(|extension| extension == "prisma") {
            paths.push(path);
        }
    }
}

/// Reads one text file.
///
/// # Errors
/// It does not exist, cannot be read, is larger than [`MAX_FILE_BYTES`], or is not text in UTF-8.
pub(crate) fn read_text(folder: &Path, path: &Path) -> Result<String, Diagnostic> {
    read_text_of(folder, path, MAX_FILE_BYTES, "schema")
}

/// Reads one text file of at most `limit` bytes; `what` says what it should be.
///
/// # Errors
/// It does not exist, cannot be read, is no regular file, is larger, or is not text in UTF-8.
pub(crate) fn read_text_of(folder: &Path, path: &Path, limit: u64, what: &str) -> Result<String, Diagnostic> {
    let bytes = read_limited(&folder.join(path), limit).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(path, limit, what),
        _ => unreadable(path, &error),
    })?;
    decode(&display_name(path), bytes)
}

/// Reads a script of SQL that a person names.
///
/// # Errors
/// It does not exist, cannot be read, is no regular file, is larger than [`MAX_SCRIPT_BYTES`], or is not text in UTF-8.
pub fn read_script(folder: &Path, path: &Path) -> Result<String, Diagnostic> {
    let bytes = read_limited(&folder.join(path), MAX_SCRIPT_BYTES).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(path, MAX_SCRIPT_BYTES, "script"),
        _ => file_error(code::FILE_UNREADABLE, path, "cannot be read", &error),
    })?;
    decode(&display_name(path), bytes).map_err(|error| error.help("save the script as UTF-8"))
}

/// Reads what comes from elsewhere than a file, up to the limit of one.
///
/// # Errors
/// It cannot be read, holds more, or is not text in UTF-8.
pub fn read_stream(name: &str, stream: impl io::Read, limit: u64) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let mut stream = io::Read::take(stream, limit + 1);
    if let Err(error) = io::Read::read_to_end(&mut stream, &mut bytes) {
        let message = format!("{name} cannot be read: {}", describe(&error));
        let help = format!("check where {name} comes from");
        return Err(Diagnostic::error(code::FILE_UNREADABLE, message).help(help));
    }
    if bytes.len() as u64 > limit {
        let message = format!("{name} is larger than {} MiB", limit >> 20);
        return Err(
            Diagnostic::error(code::FILE_TOO_LARGE, message).help(format!("check where {name} comes from"))
        );
    }
    decode(name, bytes)
}

/// The bytes of a regular file of at most `limit` bytes: see [`read_regular`].
pub(crate) fn read_limited(full: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_regular(full, limit)
}

/// Whether a file was refused for what it is, and not by the system.
pub(crate) fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge)
}

/// A diagnostic for a file that is larger than what it should be.
pub(crate) fn too_large(path: &Path, limit: u64, what: &str) -> Diagnostic {
    let limit =
        if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{} KiB", limit >> 10) };
    let message = format!("`{}` is larger than {limit}, which no {what} is", path.display());
    Diagnostic::error(code::FILE_TOO_LARGE, message).help(format!("check that the path names a {what}"))
}

/// Takes bytes as text.
///
/// # Errors
/// They are not UTF-8, or hold a NUL, which no text does.
pub(crate) fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let message = format!("`{name}` is UTF-16, not UTF-8");
        return Err(Diagnostic::error(code::FILE_NOT_TEXT, message).help("save the file as UTF-8"));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let message = format!("`{name}` is not text: {} is NUL", place(&bytes, at));
        let help = "check that the path names a schema, and save it as UTF-8";
        return Err(Diagnostic::error(code::FILE_NOT_TEXT, message).help(help));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let message = format!("`{name}` is not UTF-8: {} is 0x{:02X}", place(bytes, at), bytes[at]);
        Diagnostic::error(code::FILE_NOT_TEXT, message).help("save the file as UTF-8")
    })
}

/// "byte 17 (line 2)": the offset from 0, the line from 1.
fn place(bytes: &[u8], at: usize) -> String {
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    format!("byte {at} (line {line})")
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let code =
        if error.kind() == io::ErrorKind::NotFound { code::SCHEMA_NOT_FOUND } else { code::FILE_UNREADABLE };
    file_error(code, path, "cannot be read", error)
}

/// A diagnostic for what the operating system said of a path.
pub(crate) fn file_error(code: Code, path: &Path, what: &str, error: &io::Error) -> Diagnostic {
    let name = path.display();
    let (reason, help) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("does not exist".to_owned(), "check the path, which starts at the current folder")
        }
        io::ErrorKind::PermissionDenied => {
            (format!("{what}: permission denied"), "check the permissions of the path")
        }
        io::ErrorKind::IsADirectory => (format!("{what}: it is a folder"), "name a file"),
        io::ErrorKind::InvalidInput if error.raw_os_error().is_none() => {
            (format!("{what}: {}", describe(error)), "name a regular file")
        }
        _ => (format!("{what}: {}", describe(error)), "check the path and try again"),
    };
    Diagnostic::error(code, format!("`{name}` {reason}")).help(help)
}

/// What the operating system says, without its number and in the style of our messages.
fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The path as people write it, with `/` between its parts.
pub(crate) fn display_name(path: &Path) -> String {
    let name = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '/' { name } else { name.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The path without `.` parts, and without `name/..` pairs. It is not looked up: links are left alone.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_is_not_text_is_named_with_its_place() {
        let error = decode("a.prisma", b"ok\n\xe9".to_vec()).unwrap_err();
        assert_eq!(error.message, "`a.prisma` is not UTF-8: byte 3 (line 2) is 0xE9");
        let error = decode("a.prisma", b"\0".to_vec()).unwrap_err();
        assert_eq!(error.message, "`a.prisma` is not text: byte 0 (line 1) is NUL");
        let error = decode("a.prisma", b"\xff\xfea\0".to_vec()).unwrap_err();
        assert_eq!(error.message, "`a.prisma` is UTF-16, not UTF-8");
    }

    #[test]
    fn paths_are_tidied_without_a_look_at_the_disk() {
        for (path, tidied) in
            [("./a/./b", "a/b"), ("a/../b", "b"), ("../a", "../a"), (".", "."), ("/a/..", "/")]
        {
            assert_eq!(tidy(Path::new(path)), Path::new(tidied));
        }
    }
}
