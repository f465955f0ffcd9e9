//! `migration_lock.toml`, which says for which database the migrations of a folder are.

use std::path::Path;

use driftless_diagnostics::{Diagnostic, code};

use crate::Project;
use crate::read::read_text;

/// The name of the file.
pub(crate) const LOCK_FILE: &str = "migration_lock.toml";

/// What driftless writes into it.
pub(crate) const LOCK_TEXT: &str = "\
# The database that these migrations are for; a migration tool refuses others.
# Keep this file under version control, beside the migrations.
provider = \"postgresql\"
";

/// Refuses a folder that was made for another database (P3019). A folder without the file is not judged.
pub(super) fn check(project: &Project, folder: &Path) -> Result<(), Diagnostic> {
    let path = folder.join(LOCK_FILE);
    if !project.folder().join(&path).exists() {
        return Ok(());
    }
    let text = read_text(project.folder(), &path)
        .map_err(|error| error.help("write `provider = \"postgresql\"` into it, as UTF-8"))?;
    let file = path.display();
    let message = match provider(&text) {
        Some("postgresql" | "postgres") => return Ok(()),
        Some(other) => {
            format!("the migrations are for `{other}`, as `{file}` says, and driftless is for PostgreSQL")
        }
        None => format!("`{file}` does not say for which database the migrations are"),
    };
    let help =
        "write `provider = \"postgresql\"` into it if they are for PostgreSQL; start a new folder otherwise";
    Err(Diagnostic::error(code::MIGRATION_PROVIDER, message).help(help))
}

/// The provider that the file names, on the first line that begins with that word.
fn provider(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.strip_prefix("provider"))?;
    let value = line.trim_start().strip_prefix('=')?;
    Some(value.split('#').next()?.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_stands_on_a_line() {
        assert_eq!(provider(LOCK_TEXT), Some("postgresql"));
        assert_eq!(provider("provider=\"mysql\" # ours"), Some("mysql"));
        assert_eq!(provider("<<<<<<< HEAD\n"), None);
    }
}
