//! Whether a database that is named as the shadow may be emptied.
//!
//! Three rules, in this order:
//!
//! 1. It is none of the databases that the run names: the servers are asked, whatever the URLs say. This holds for
//!    another namespace of such a database, too, as migrations may name the namespaces that they change.
//! 2. It bears the mark of a trial that was killed; or it holds neither a history nor a row. Where one of the databases
//!    of the run cannot be reached, so that it cannot be compared, it holds nothing at all.
//! 3. Where one namespace of it is named, the migrations do not name another one that is there, and nothing depends on it.

use driftless_catalog::{CatalogError, Contents, InTheWay, Session, Shadow};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Name;

use crate::migrate::list;
use crate::{Database, MigrationsFolder};

/// Makes sure that a shadow may be emptied, and empties it.
///
/// # Errors
/// It is not to be emptied (D4007), or cannot be.
pub(super) fn hold(
    shadow: &Database,
    named: &[Database],
    folder: &MigrationsFolder,
    makes: &[Name],
) -> Result<Shadow, Diagnostic> {
    let mut held = Shadow::connect(&shadow.url).map_err(|error| error.to_diagnostic())?;
    let unreachable = require_elsewhere(&mut held, shadow, named)?;
    let contents = held.look().map_err(|error| cannot(shadow, &error))?;
    require_worthless(shadow, &contents, unreachable.as_ref())?;
    let mut besides = Vec::new();
    if let Some(own) = held.namespace() {
        require_alone(shadow, own, &contents, folder)?;
        let is_new = |name: &&Name| *name != own && !contents.namespaces.contains(name);
        besides.extend(makes.iter().filter(is_new).cloned());
    }
    match held.empty(besides).map_err(|error| cannot(shadow, &error))? {
        None => Ok(held),
        Some(in_the_way) => Err(not_alone(shadow, &in_the_way)),
    }
}

/// That what else the database holds would not be safe.
fn not_alone(shadow: &Database, in_the_way: &InTheWay) -> Diagnostic {
    let schema = shadow.url.named_schema().unwrap_or_default();
    let place = format!("the schema `{schema}` of the shadow database `{}`", shadow.url.database());
    let (message, help) = match in_the_way {
        InTheWay::Dependents => (
            format!(
                "what stands in other schemas depends on {place}, and would be dropped with what that holds"
            ),
            "name an empty database as the shadow, or a schema that nobody uses",
        ),
        InTheWay::Table(table) => (
            format!(
                "the migrations that are tried in {place} could change {table}: the role `{}` may, and cannot make one \
                 that may not",
                shadow.url.user()
            ),
            "name an empty database as the shadow, or a role that owns the schema and nothing else",
        ),
    };
    Diagnostic::error(code::SHADOW_REFUSED, message).help(help)
}

/// Refuses a shadow that is one of the databases of the run. Gives one that cannot be reached, if there is one.
fn require_elsewhere(
    held: &mut Shadow,
    shadow: &Database,
    named: &[Database],
) -> Result<Option<Database>, Diagnostic> {
    let mut unreachable = None;
    let mut asked: Vec<&Database> = Vec::new();
    for database in named {
        if asked.iter().any(|asked| asked.url == database.url) {
            continue;
        }
        asked.push(database);
        let is_same = match Session::connect(&database.url) {
            Ok(mut session) => {
                held.session().is_in_database_of(&mut session).map_err(|error| cannot(shadow, &error))?
            }
            Err(CatalogError::DatabaseMissing { .. }) => false,
            Err(_) => {
                unreachable.get_or_insert_with(|| database.clone());
                false
            }
        };
        if is_same {
            let message = format!(
                "the shadow database `{}`, named by {}, is the database `{}`, named by {}: the server says that both \
                 are one, and it would lose all that it holds",
                shadow.url, shadow.named_by, database.url, database.named_by
            );
            let help =
                "make a database of its own for trials (`createdb shadow`) and name that, or name none";
            return Err(Diagnostic::error(code::SHADOW_REFUSED, message).help(help));
        }
    }
    Ok(unreachable)
}

/// Refuses a shadow that holds what may be of value to somebody.
fn require_worthless(
    shadow: &Database,
    contents: &Contents,
    unreachable: Option<&Database>,
) -> Result<(), Diagnostic> {
    let place = match shadow.url.named_schema() {
        Some(schema) => format!("the schema `{schema}` of the shadow database `{}`", shadow.url.database()),
        None => format!("the shadow database `{}`", shadow.url.database()),
    };
    let found = if contents.is_marked {
        return Ok(());
    } else if !contents.histories.is_empty() {
        format!("has a history of migrations in {}", list(contents.histories.iter().map(String::as_str)))
    } else if !contents.tables.is_empty() {
        format!("has rows in {}", list(contents.tables.iter().map(String::as_str)))
    } else if let Some(database) = unreachable.filter(|_| !contents.is_empty) {
        format!(
            "is not empty, and `{}`, named by {}, cannot be reached to see whether it is that",
            database.url, database.named_by
        )
    } else {
        return Ok(());
    };
    let message = format!("{place}, named by {}, {found}; it would be lost", shadow.named_by);
    let help = "name an empty database as the shadow; if this one is of no value, drop it and create it again, with \
                `dropdb` and `createdb`";
    Err(Diagnostic::error(code::SHADOW_REFUSED, message).help(help))
}

/// Refuses to run migrations in one namespace that name others which are there: those are not to be touched.
fn require_alone(
    shadow: &Database,
    own: &Name,
    contents: &Contents,
    folder: &MigrationsFolder,
) -> Result<(), Diagnostic> {
    let others = contents.namespaces.iter().filter(|name| *name != own);
    for other in others {
        let names = |migration: &&crate::Migration| names_namespace(folder.script(migration), other.as_str());
        if let Some(migration) = folder.migrations.iter().find(names) {
            let (own, other) = (own.as_str(), other.as_str());
            let message = format!(
                "the shadow is the schema `{own}` of `{}`, and the migration `{}` names the schema `{other}`, which is \
                 there and is not to be touched",
                shadow.url.database(),
                migration.name
            );
            let help = "name an empty database as the shadow, without the parameter `schema`";
            return Err(Diagnostic::error(code::SHADOW_REFUSED, message).help(help));
        }
    }
    Ok(())
}

/// Whether a script may name a namespace: before a dot, or behind `SCHEMA` or `search_path`. Comments and texts count,
/// as a block may run them. `CREATE SCHEMA IF NOT EXISTS` changes nothing where it is there.
fn names_namespace(script: &str, namespace: &str) -> bool {
    const REACH: usize = 60;
    let (script, namespace) = (script.to_lowercase(), namespace.to_lowercase());
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    script.match_indices(&namespace).any(|(at, _)| {
        let (before, after) = (&script[..at], &script[at + namespace.len()..]);
        if before.ends_with(is_part) || after.starts_with(is_part) {
            return false;
        }
        let after = after.trim_start_matches(['"', '\'']).trim_start();
        let start = before.char_indices().rev().nth(REACH).map_or(0, |(start, _)| start);
        let statement = before[start..].rsplit(';').next().unwrap_or_default();
        let guarded = statement.trim_end_matches(['"', ' ']).ends_with("if not exists");
        after.starts_with('.')
            || statement.contains("search_path")
            || statement.split(|letter| !is_part(letter)).any(|word| word == "schema") && !guarded
    })
}

/// That a shadow cannot be looked at or emptied.
fn cannot(shadow: &Database, error: &CatalogError) -> Diagnostic {
    let diagnostic = error.to_diagnostic();
    let message = format!(
        "the shadow database `{}`, named by {}, cannot be used: {}",
        shadow.url, shadow.named_by, diagnostic.message
    );
    Diagnostic { message, ..diagnostic }
}

#[cfg(test)]
mod tests {
    use super::names_namespace;

    #[test]
    fn a_namespace_is_named_before_a_dot_or_behind_a_word() {
        for script in [
            "CREATE TABLE public.t ()",
            "create table \"Public\" . t ()",
            "DO $$ BEGIN EXECUTE 'DROP TABLE public.t'; END $$",
            "DROP SCHEMA IF EXISTS public CASCADE",
            "CREATE SCHEMA public",
            "SET search_path TO x, public",
            "GRANT USAGE ON SCHEMA \"public\" TO app",
        ] {
            assert!(names_namespace(script, "public"), "{script}");
        }
        for script in [
            "GRANT SELECT ON t TO PUBLIC",
            "CREATE SCHEMA IF NOT EXISTS \"public\"; CREATE TABLE t ()",
            "CREATE TABLE republic.t ()",
            "CREATE TABLE t (public int)",
            "SELECT public_id.x FROM public_id",
        ] {
            assert!(!names_namespace(script, "public"), "{script}");
        }
    }
}
