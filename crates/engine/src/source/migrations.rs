//! The state that a history of migrations makes, found out without a database where its SQL tells.

use std::path::Path;

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, Sink, Span, code};
use driftless_ir::{External, Name, Schema, SchemaBuilder};
use driftless_sql::{MayChange, OpaqueStatement, Refused, Replay, Trust};

use super::Refusal;
use super::scope::{Scope, history_table};
use super::trial::{Fallback, Trial};
use crate::migrate::read_existing_folder;
use crate::{Database, MigrationsFolder, Project};

/// What a history makes.
#[derive(Debug)]
pub struct Replayed {
    /// The objects, by name; not all of them where the history was tried for real.
    pub builder: SchemaBuilder,
    /// The database in which the history was run, because its SQL alone does not tell what it makes.
    trial: Option<Trial>,
    external: External,
}

impl Replayed {
    /// The default namespace and those that the history puts something into.
    pub(crate) fn namespaces(&self, default: &Name) -> Vec<Name> {
        let made = self.builder.namespaces.keys().filter(|name| *name != default).cloned();
        std::iter::once(default.clone()).chain(made).collect()
    }

    /// The state in the namespaces of a comparison.
    pub(crate) fn freeze(mut self, scope: &Scope) -> Result<Schema, Refusal> {
        if let Some(trial) = self.trial {
            let mut schema = trial.introspect(scope)?;
            schema.set_external(self.external);
            return Ok(schema);
        }
        self.builder.tables.shift_remove(&history_table(&scope.default));
        self.builder.retain_namespaces(|name| scope.namespaces.contains(name));
        let mut schema = self.builder.freeze().map_err(|dangling| {
            let diagnostic = Diagnostic::error(code::SCHEMA_INCONSISTENT, dangling.to_string());
            Refusal::from(diagnostic.help("this is a bug of driftless: please report it with the migrations"))
        })?;
        schema.set_external(self.external);
        Ok(schema)
    }
}

/// Replays the migrations of a folder.
///
/// # Errors
/// See [`replay`]; the folder does not exist or cannot be read.
pub(crate) fn replay_path(project: &Project, path: &Path, fallback: &Fallback) -> Result<Replayed, Refusal> {
    replay(&read_existing_folder(project, path)?, "public", fallback)
}

/// Replays the scripts of a folder, in their order, on a database that is new at the start, but for what others make in it.
pub(crate) fn run_scripts(folder: &MigrationsFolder, namespace: &str) -> Replay {
    let mut replay = Replay::new(Name::from(namespace));
    let external = folder.external().ok();
    if let Some(script) = external.and_then(|external| external.script) {
        replay.run(script, folder.files.get(script).map_or("", |file| file.text()));
    }
    for migration in &folder.migrations {
        replay.run(migration.file, folder.script(migration));
    }
    replay
}

/// What migrations make in the default namespace of a session and in those of their own, and which these are.
///
/// # Errors
/// Those of [`replay`].
pub(crate) fn history_state(
    session: &Session,
    folder: &MigrationsFolder,
    fallback: &Fallback,
) -> Result<(Schema, Scope), Refusal> {
    let default = Name::from(session.url().schema());
    let target = Database { url: session.url().clone(), named_by: "the database itself".to_owned() };
    let replayed = replay(folder, default.as_str(), &fallback.beside(target))?;
    let scope = Scope { namespaces: replayed.namespaces(&default), default };
    Ok((replayed.freeze(&scope)?, scope))
}

/// Finds out what migrations make, on a database that is new at the start and whose unqualified names lie in
/// `namespace`.
///
/// # Errors
/// PostgreSQL refuses a statement (P3006); or it cannot be told what one does, and a database to find out in is not
/// wanted or not to be had.
pub fn replay(folder: &MigrationsFolder, namespace: &str, fallback: &Fallback) -> Result<Replayed, Refusal> {
    let external = folder.external()?.names.clone();
    let replay = run_scripts(folder, namespace);
    let refused: Vec<_> = replay.refused().iter().filter(|refused| refused.certain).collect();
    let trust = replay.trust();
    let exact = trust == Trust::Exact && refused.is_empty();
    if !exact && let Some(listener) = fallback.listener.filter(|_| !fallback.offline) {
        listener(&announce(folder, fallback, &refused, &trust));
    }
    if !exact {
        let builder = replay.builder();
        let default = Name::from(namespace);
        let makes: Vec<_> = builder.namespaces.keys().filter(|name| **name != default).cloned().collect();
        if let Some(trial) = Trial::of(folder, fallback, namespace, &makes)? {
            return Ok(Replayed { builder, trial: Some(trial), external });
        }
    }
    let mut diagnostics = Sink::new();
    for refused in refused {
        let help = "correct the statement, or say what it does with a `-- driftless: effect` comment";
        diagnostics.push(
            Diagnostic::error(code::MIGRATION_REFUSED, refused.message.clone()).at(refused.span).help(help),
        );
    }
    if let Trust::Opaque(statements) = trust
        && !diagnostics.has_errors()
    {
        statements.iter().for_each(|statement| diagnostics.push(explain_opaque(statement)));
    }
    if diagnostics.is_empty() {
        return Ok(Replayed { builder: replay.builder(), trial: None, external });
    }
    Err(Refusal { path: None, files: folder.files.clone(), diagnostics: diagnostics.sorted() })
}

/// That a history is tried, where, and why.
fn announce(folder: &MigrationsFolder, fallback: &Fallback, refused: &[&Refused], trust: &Trust) -> String {
    let place = match &fallback.shadow {
        Some(shadow) => format!("in `{}`, named by {}", shadow.url, shadow.named_by),
        None if fallback.target.is_some() => {
            "on a server of this machine's own, else beside the database".to_owned()
        }
        None => "on a server of this machine's own".to_owned(),
    };
    let opaque = match trust {
        Trust::Opaque(statements) => statements.as_slice(),
        Trust::Exact => &[],
    };
    let line = |span: Span| {
        let file = folder.files.get(span.file).map_or("", |file| file.name());
        let line = folder.files.positions(span).map_or(0, |(start, _)| start.line);
        format!("`{file}:{line}`")
    };
    let why = match (refused.first(), opaque.first()) {
        (Some(refused), _) => format!("{} would be refused: {}", line(refused.span), refused.message),
        (None, Some(statement)) => {
            let more = match opaque.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            format!("what {} does is not known{more}: {}", line(statement.span), statement.reason)
        }
        (None, None) => String::new(),
    };
    format!("trying the migrations {place}, as {why}")
}

/// What to say of a statement whose effect is not known.
pub(crate) fn explain_opaque(statement: &OpaqueStatement) -> Diagnostic {
    let reach = match &statement.may_change {
        MayChange::Anything => "anything".to_owned(),
        MayChange::Objects(objects) => {
            objects.iter().map(|object| format!("`{object}`")).collect::<Vec<_>>().join(", ")
        }
    };
    let message =
        format!("what this statement does is not known ({}); it may change {reach}", statement.reason);
    let help = "say what it does with `-- driftless: no-effect` or `-- driftless: effect DDL` above it, or name a \
                database to try the migrations in with `--shadow-database-url`";
    Diagnostic::error(code::MIGRATION_OPAQUE, message).at(statement.span).label("not known").help(help)
}
