//! `migrate resolve`: says of a migration that it is in effect, or that it is not.

use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, code};

use super::deploy::{LockOptions, explain, make_table, take_lock};
use super::folder::{find_folder, read_folder};
use super::reason::list;
use crate::{Project, Refusal};

/// What to say of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is in effect, and was not run.
    Applied(String),
    /// What was begun of it was undone.
    RolledBack(String),
}

/// Writes a resolution into the history.
///
/// # Errors
/// There is no such migration (P3017), it is in effect already (P3008), it never began (P3011) or it is finished
/// (P3012).
pub fn resolve(
    project: &Project,
    folder: Option<PathBuf>,
    resolution: &Resolution,
    lock: LockOptions,
) -> Result<(), Refusal> {
    let path = find_folder(project, folder.as_deref())?;
    let mut session = project.database()?.connect()?;
    let statements = match resolution {
        Resolution::Applied(name) => {
            let folder = read_folder(project, &path)?;
            let Some(migration) = folder.find(name) else {
                let names = list(folder.migrations.iter().map(|migration| migration.name.as_str()));
                let message = format!("the folder `{}` holds no migration `{name}`", path.display());
                let help =
                    if names.is_empty() { "make it first".to_owned() } else { format!("use one of {names}") };
                return Err(Diagnostic::error(code::MIGRATION_NOT_FOUND, message).help(help).into());
            };
            take_lock(project, &mut session, lock)?;
            let history = session.history().map_err(explain)?;
            if history.rows.iter().any(|row| *row.name == **name && row.is_applied()) {
                let message = format!("the migration `{name}` is recorded as applied already");
                let help = "there is nothing to resolve; `driftless migrate status` shows how it stands";
                return Err(Diagnostic::error(code::ALREADY_APPLIED, message).help(help).into());
            }
            make_table(&history, &mut session)?;
            let writer = session.history_writer();
            writer.roll_back(name) + &writer.insert_applied(name, migration.checksum.as_str())
        }
        Resolution::RolledBack(name) => {
            take_lock(project, &mut session, lock)?;
            let history = session.history().map_err(explain)?;
            let mut rows = history.rows.iter().filter(|row| *row.name == **name).peekable();
            if rows.peek().is_none() {
                let message = format!("the migration `{name}` never began on this database");
                let help = "check the name; `driftless migrate status` lists what is half done";
                return Err(Diagnostic::error(code::NEVER_APPLIED, message).help(help).into());
            }
            if rows.all(|row| row.finished_at.is_some()) {
                let message = format!("the migration `{name}` is finished, and not half done");
                let help = "to undo it, write a migration that does";
                return Err(Diagnostic::error(code::NOT_UNFINISHED, message).help(help).into());
            }
            session.history_writer().roll_back(name)
        }
    };
    let written = session.execute(&format!("BEGIN;\n{statements}COMMIT;\n"));
    Ok(written.map_err(explain)?)
}
