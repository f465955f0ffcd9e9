//! Which namespaces a comparison is about.
//!
//! A schema is about those that it lists, or about the default one where it lists none; a history about those that it
//! puts something into. A database is looked at for what the other side is about; where that knows no namespaces
//! either, for the one that its URL names.

use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{Name, QualifiedName, Schema};
use driftless_plan::Pair;

use super::migrations::Replayed;
use super::{Fallback, HISTORY_TABLE, Refusal, SchemaFiles, Source, State, database, migrations};
use crate::{Database, Project};

/// The namespace that a URL without the parameter `schema` means.
const DEFAULT_NAMESPACE: &str = "public";

/// What is known of a source before the namespaces are.
pub(crate) enum Outline {
    Empty,
    Schema(Box<SchemaFiles>),
    Migrations(Box<Replayed>),
    Database(Box<Database>),
}

/// The namespaces of a comparison.
pub(crate) struct Scope {
    /// The one that is not written.
    pub(crate) default: Name,
    /// All of them.
    pub(crate) namespaces: Vec<Name>,
}

impl Scope {
    /// The same for the catalog. The history's table is passed over.
    pub(crate) fn to_catalog(&self) -> driftless_catalog::Scope {
        driftless_catalog::Scope {
            namespaces: self.namespaces.clone(),
            implicit: Some(self.default.clone()),
            excluded: vec![history_table(&self.default)],
        }
    }
}

/// The history's table, in the namespace that the URL names.
pub(crate) fn history_table(namespace: &Name) -> QualifiedName {
    QualifiedName { namespace: namespace.clone(), name: HISTORY_TABLE.into() }
}

impl Outline {
    pub(crate) fn read(project: &Project, source: &Source, fallback: &Fallback) -> Result<Self, Refusal> {
        Ok(match source {
            Source::Empty => Self::Empty,
            Source::Schema(path) => Self::Schema(Box::new(SchemaFiles::read(project, Some(path))?)),
            Source::ProjectSchema => Self::Schema(Box::new(SchemaFiles::read(project, None)?)),
            Source::Migrations(path) => {
                Self::Migrations(Box::new(migrations::replay_path(project, path, fallback)?))
            }
            Source::Database(database) => Self::Database(database.clone()),
        })
    }

    /// The namespaces that the source itself is about; `None` where it knows none.
    fn namespaces(&self, default: &Name) -> Option<Vec<Name>> {
        match self {
            Self::Empty | Self::Database(_) => None,
            Self::Schema(files) => Some(files.namespaces(default)),
            Self::Migrations(replayed) => Some(replayed.namespaces(default)),
        }
    }

    /// Reads the rest.
    pub(crate) fn complete(self, scope: &Scope) -> Result<State, Refusal> {
        let schema = match self {
            Self::Empty => Schema::empty(),
            Self::Schema(files) => files.load(&scope.default)?,
            Self::Migrations(replayed) => replayed.freeze(scope)?,
            Self::Database(database) => {
                let mut session = database.connect()?;
                let schema = database::introspect(&mut session, scope)?;
                return Ok(State { schema, session: Some(session) });
            }
        };
        Ok(State { schema, session: None })
    }
}

/// The namespaces of a comparison. A schema's list decides, then what a history makes.
///
/// # Errors
/// Two databases whose URLs name different ones.
pub(crate) fn join(outlines: Pair<&Outline>) -> Result<Scope, Diagnostic> {
    let sides = [outlines.previous, outlines.next];
    let of_urls = sides.map(|outline| match outline {
        Outline::Database(database) => Some(database.url.schema()),
        _ => None,
    });
    if let [Some(a), Some(b)] = of_urls
        && a != b
    {
        let message = format!("one URL is about the schema `{a}`, the other about `{b}`");
        let help =
            "give both the same parameter `schema`; objects of different schemas are different objects";
        return Err(Diagnostic::error(code::USAGE, message).help(help));
    }
    let of_url = of_urls.into_iter().flatten().next();
    let default = Name::from(of_url.unwrap_or(DEFAULT_NAMESPACE));
    let rank = |outline: &&Outline| !matches!(outline, Outline::Schema(_));
    let mut by_rank = sides.to_vec();
    by_rank.sort_by_key(rank);
    let namespaces = match by_rank.as_slice() {
        // Two schemas: both lists.
        [a @ Outline::Schema(_), b @ Outline::Schema(_)] => {
            let lists = [a, b].map(|outline| outline.namespaces(&default).unwrap_or_default());
            lists.concat()
        }
        outlines => outlines.iter().find_map(|outline| outline.namespaces(&default)).unwrap_or_default(),
    };
    let namespaces = if namespaces.is_empty() { vec![default.clone()] } else { namespaces };
    Ok(Scope { default, namespaces })
}
