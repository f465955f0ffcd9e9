//! What a project seeds with: a file, a command, or nothing.

use std::path::{Path, PathBuf};

use driftless_diagnostics::{Diagnostic, code};

use super::command::SeedCommand;
use crate::Project;
use crate::config::read_package_text;

/// The names of a seed file that may as well be somebody's data: a seed command comes before them.
const OTHER_FILES: [&str; 3] = ["seed.yaml", "seed.yml", "seed.json"];

/// What a project seeds with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedSource {
    /// A file, relative to the project's folder.
    File(PathBuf),
    /// A command.
    Command(SeedCommand),
}

/// What the project seeds with. First found wins: `chosen`; `seed.toml` beside the schema; the command that the
/// configuration file or `package.json` gives; `seed.yaml`, `seed.yml`, `seed.json` beside the schema.
///
/// # Errors
/// The configuration file cannot be read, or computes its command.
pub fn find_seed(project: &Project, chosen: Option<&Path>) -> Result<Option<SeedSource>, Diagnostic> {
    if let Some(path) = chosen {
        return Ok(Some(SeedSource::File(project.tidy(path))));
    }
    let folders = folders(project);
    let find = |name: &str| {
        let mut paths = folders.iter().map(|folder| folder.join(name));
        paths.find(|path| project.folder().join(path).is_file())
    };
    if let Some(path) = find("seed.toml") {
        return Ok(Some(SeedSource::File(path)));
    }
    if let Some(command) = configured(project)? {
        return Ok(Some(SeedSource::Command(command)));
    }
    Ok(OTHER_FILES.into_iter().find_map(find).map(SeedSource::File))
}

/// The folders that a seed file may lie in: the schema's own, and the one that holds a schema folder.
fn folders(project: &Project) -> Vec<PathBuf> {
    // Without a schema there is no file, but there may be a command.
    let Ok(location) = project.locate() else { return Vec::new() };
    let beside = location.path.parent().unwrap_or(Path::new("")).to_owned();
    let is_folder = project.folder().join(&location.path).is_dir();
    is_folder.then_some(location.path).into_iter().chain([beside]).collect()
}

fn configured(project: &Project) -> Result<Option<SeedCommand>, Diagnostic> {
    if let Some(configuration) = project.configuration()? {
        let file = configuration.path.display().to_string();
        let help = "write the command as a text, or name a seed file with `db seed --file`";
        if let Some(line) = configuration.text("migrations.seed", code::SEED_COMMAND, help)? {
            return Ok(Some(SeedCommand { line, named_by: file }));
        }
    }
    let line = read_package_text(project.folder(), "seed")?;
    Ok(line.map(|line| SeedCommand { line, named_by: "package.json".to_owned() }))
}
