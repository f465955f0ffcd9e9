//! Exit codes.

use std::process::ExitCode;

/// How the process ends. A signal ends it in the system's own way: a shell shows 130 after Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// An error, also one of the command line; with `format --check`, a file that is not formatted.
    Failed,
    /// A difference was found, and the exit code was asked to say so.
    Different,
    /// Somebody was asked and did not agree, or a database has to be reset first.
    Cancelled,
}

impl Exit {
    /// The number.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Different => 2,
            Self::Cancelled => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
