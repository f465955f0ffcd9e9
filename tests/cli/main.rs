//! The real binary: what it prints and how it ends, as `fixtures/cli` records it. See [`transcript`] for the format.

mod pipes;
mod transcript;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use driftless_tests::binary::driftless;
use driftless_tests::expect::{Verdict, check_all, expect_file};
use driftless_tests::fixtures::{Case, cli_cases, read};

use crate::transcript::{Run, Setup, Transcript};

#[test]
fn transcripts() {
    check_all(&cli_cases(), |case| case.name.clone(), play);
}

/// Plays a case in a folder of its own and compares, or records, what happened.
fn play(case: &Case) -> Verdict {
    let mut transcript = Transcript::parse(&read(&case.path))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for setup in &transcript.setup {
        set_up(folder.path(), setup).map_err(|error| format!("cannot be set up: {error}"))?;
    }
    for run in &mut transcript.runs {
        carry_out(folder.path(), &transcript.environment, run)?;
    }
    expect_file(&case.path, &transcript.to_string())
}

fn set_up(folder: &Path, setup: &Setup) -> std::io::Result<()> {
    let place = |path: &str| {
        let full = folder.join(path);
        fs::create_dir_all(full.parent().unwrap_or(folder))?;
        Ok::<_, std::io::Error>(full)
    };
    match setup {
        Setup::File { path, text } => fs::write(place(path)?, text),
        Setup::Bytes { path, hex } => fs::write(place(path)?, transcript::bytes_of(hex)),
        Setup::Size { path, bytes } => fs::File::create(place(path)?)?.set_len(*bytes),
        Setup::Folder { path } => fs::create_dir_all(folder.join(path)),
        Setup::Link { path, target } => std::os::unix::fs::symlink(target, place(path)?),
    }
}

/// Runs the binary and puts what it did in the place of what was expected.
fn carry_out(folder: &Path, environment: &[(String, String)], run: &mut Run) -> Verdict {
    let mut command = Command::new(driftless());
    command.args(&run.arguments).current_dir(folder).env_clear();
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // What does not want its input need not read it.
    let _ = stdin.write_all(run.stdin.as_deref().unwrap_or_default().as_bytes());
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    run.exit = output.status.code();
    run.stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    run.stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    for (path, text) in &mut run.after {
        *text = fs::read_to_string(folder.join(&*path)).unwrap_or_else(|_| "(does not exist)\n".to_owned());
    }
    Ok(())
}
