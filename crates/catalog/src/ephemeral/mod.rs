//! A server of one's own, made from the PostgreSQL programs on this machine and gone with the value.
//!
//! Vocabulary: the *machine* ([`Machine`]) says where to look and where files may be put. The *programs*
//! ([`Programs`]) are one version's `initdb` and `postgres`. A *cluster* is the folder of files that a server works on. The
//! *template* is a cluster as `initdb` makes it, kept between runs, because making it takes longer than all the rest.
//! The *supervisor* is a shell that owns the server: it waits for the end of this process, however it ends, then stops
//! the server and removes its folder.
//!
//! A history runs in it as a role without power ([`Ephemeral::confine`]).
//!
//! Invariants: the server listens on a socket in a private folder and on no port; it never runs as root; what it holds
//! is not written through to the disk; this module reads no environment variables.

mod account;
mod cluster;
mod programs;
mod server;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

pub use programs::Programs;
pub use server::{Confined, Ephemeral};

/// Where to look for programs, and where files may be put.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The folder of PostgreSQL's programs, where the user names one (`DRIFTLESS_PG_BIN`). No other is then looked
    /// into.
    pub programs: Option<PathBuf>,
    /// The folders of `PATH`, as the variable has them.
    pub path: Option<OsString>,
    /// A private folder in which the template is kept; without one it is made for each server anew.
    pub cache: Option<PathBuf>,
    /// The folder for temporary files.
    pub temporary: PathBuf,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum EphemeralError {
    /// There are no programs where they were looked for.
    #[error("no PostgreSQL server programs were found in {}", list(.0))]
    NoPrograms(Vec<PathBuf>),
    /// This process runs as root, and nobody else is there to run the server.
    #[error("PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it as")]
    NoAccount,
    /// A file or folder cannot be used.
    #[error("`{}` cannot be used: {reason}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        reason: io::Error,
    },
    /// The programs ran and failed.
    #[error("PostgreSQL in `{}` does not start: {said}", .programs.display())]
    Failed {
        /// Their folder.
        programs: PathBuf,
        /// The last that they said.
        said: String,
    },
}

impl EphemeralError {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoPrograms(_) => {
                "install PostgreSQL's server package, or set DRIFTLESS_PG_BIN to the folder of `initdb` and `postgres`"
            }
            Self::NoAccount => "run as an ordinary user, or make an account `postgres`",
            Self::File { .. } => "make it writable, or choose another place with TMPDIR",
            Self::Failed { .. } => "run `initdb` and `postgres` of that folder by hand to see what they lack",
        }
    }

    /// For `map_err`: an error about a path.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |reason| Self::File { path: path.to_owned(), reason }
    }
}

fn list(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return "any of the usual places".to_owned();
    }
    folders.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>().join(", ")
}
