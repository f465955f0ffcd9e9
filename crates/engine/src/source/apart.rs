//! What of a history is made apart, before it is tried: extensions that only a superuser makes.

use driftless_catalog::WantedExtension;
use driftless_diagnostics::Files;
use driftless_sql::{Made, makings};

use crate::MigrationsFolder;

/// The extensions that the scripts of a folder make, each once.
pub(super) fn wanted(folder: &MigrationsFolder) -> Vec<WantedExtension> {
    let mut wanted: Vec<WantedExtension> = Vec::new();
    for migration in &folder.migrations {
        for making in makings(folder.script(migration)) {
            if let Made::Extension { name, namespace, version } = making.made
                && !wanted.iter().any(|known| known.name == name)
            {
                wanted.push(WantedExtension { name, namespace, version });
            }
        }
    }
    wanted
}

/// The same folder without the statements that make what is made already, and that do not let it be. Blanks stand in
/// their place, so that all else stands where it stood.
pub(super) fn without(folder: &MigrationsFolder, made: &[WantedExtension]) -> MigrationsFolder {
    if made.is_empty() {
        return folder.clone();
    }
    let is_made = |what: &Made| match what {
        Made::Extension { name, .. } => made.iter().any(|extension| extension.name == *name),
        Made::Namespace(name) => made.iter().any(|extension| extension.namespace.as_ref() == Some(name)),
    };
    let mut files = Files::new();
    for (_, file) in folder.files.iter() {
        let mut text = file.text().to_owned();
        for making in makings(file.text()) {
            if !making.if_not_exists && is_made(&making.made) {
                text.replace_range(making.place.clone(), &" ".repeat(making.place.len()));
            }
        }
        files.add(file.name(), text);
    }
    folder.clone().with_files(files)
}
