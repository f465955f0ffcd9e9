//! What makes the program at home in a shell.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  driftless completions bash > /etc/bash_completion.d/driftless")]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `man`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  driftless man --out-dir /usr/local/share/man/man1")]
pub(crate) struct ManArguments {
    /// The folder to write to, one page a command
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: PathBuf,
}
