//! Seed commands.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use driftless_diagnostics::{Diagnostic, code, without_secrets};

use crate::{Environment, Project};

/// A command that seeds the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedCommand {
    /// The command as it is written.
    pub line: String,
    /// The file that gives it.
    pub named_by: String,
}

/// Runs a seed command without a shell, in the project's folder, with more arguments behind its own. What it prints
/// goes where ours goes. It sees the variables of the environment files, and the database as `DATABASE_URL`.
///
/// # Errors
/// It cannot be run, or says that it failed.
pub fn run_seed_command(
    project: &Project,
    command: &SeedCommand,
    arguments: &[String],
) -> Result<(), Diagnostic> {
    let words = split(&command.line);
    let Some((program, rest)) = words.split_first() else {
        let message = format!("the seed command of `{}` is empty", command.named_by);
        return Err(Diagnostic::error(code::SEED_COMMAND, message).help("write a command, or take it out"));
    };
    let mut environment = project.environment_with_files();
    if let Some(url) = project.chosen_url() {
        environment.insert("DATABASE_URL".to_owned(), url.to_owned());
    }
    let path = path_with_packages(project.folder(), &environment);
    let mut process = Command::new(find_program(program, path.as_ref(), project.folder()));
    process.args(rest).args(arguments).current_dir(project.folder()).envs(&environment);
    if let Some(path) = path {
        process.env("PATH", path);
    }
    let line = without_secrets(&command.line);
    match process.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let end =
                status.code().map_or("was ended by a signal".to_owned(), |code| format!("ended with {code}"));
            let message = format!("the seed command `{line}` {end}");
            Err(Diagnostic::error(code::SEED_COMMAND, message)
                .help("read what it said above, and run it again"))
        }
        Err(error) => {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => format!("there is no program `{program}`"),
                _ => error.to_string(),
            };
            let message = format!("the seed command `{line}` cannot be run: {reason}");
            let help = format!("check the command in `{}`, and install what it runs", command.named_by);
            Err(Diagnostic::error(code::SEED_COMMAND, message).help(help))
        }
    }
}

/// The words of a command, as the reference splits them: at spaces that no backslash stands before. Quotes mean
/// nothing.
fn split(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in line.trim().split(' ').filter(|part| !part.is_empty()) {
        match words.last_mut().and_then(|word| word.ends_with('\\').then_some(word)) {
            Some(word) => {
                word.pop();
                word.push(' ');
                word.push_str(part);
            }
            None => words.push(part.to_owned()),
        }
    }
    words
}

/// The folders of programs, those of the project's packages first: `npx` puts them there for the reference.
fn path_with_packages(folder: &Path, environment: &Environment) -> Option<OsString> {
    let packages =
        folder.ancestors().map(|above| above.join("node_modules/.bin")).filter(|path| path.is_dir());
    let system = environment.get("PATH").map(|path| std::env::split_paths(path).collect::<Vec<_>>());
    let folders: Vec<PathBuf> = packages.chain(system.unwrap_or_default()).collect();
    if folders.is_empty() { None } else { std::env::join_paths(folders).ok() }
}

/// The program of a name: systems look in the path of this process, and not in the one that the program gets.
fn find_program(program: &str, path: Option<&OsString>, folder: &Path) -> PathBuf {
    let name = Path::new(program);
    if name.components().count() > 1 {
        return folder.join(name);
    }
    let folders = path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat", ""] } else { &[""] };
    let candidates =
        folders.iter().flat_map(|folder| extensions.iter().map(|end| folder.join(format!("{program}{end}"))));
    candidates.into_iter().find(|path| path.is_file()).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_end_at_spaces_and_quotes_stay() {
        assert_eq!(split("tsx  prisma/seed.ts "), ["tsx", "prisma/seed.ts"]);
        assert_eq!(split(r#"ts-node -O {"a":"b"} x\ y.ts"#), ["ts-node", "-O", r#"{"a":"b"}"#, "x y.ts"]);
        assert_eq!(split("  "), [""; 0]);
    }
}
