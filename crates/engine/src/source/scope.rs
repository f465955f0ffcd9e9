//! Which namespaces a comparison is about.
//!
//! A schema is about those that it lists, or about the default one where it lists none; a history about those that it
//! puts something into. A database is looked at for what the other side is about; where that knows no namespaces
//! either, for the one that its URL names.

use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{Name, QualifiedName, Schema};
use driftless_plan::Pair;

use super::migrations::Replayed;
use super::{Fallback, HISTORY_TABLE, Refusal, Source, State, database, load_schema, migrations};
use crate::{Database, Project};

/// The namespace that a URL without the parameter `schema` means.
const DEFAULT_NAMESPACE: &str = "public";

/// What is known of a source before the namespaces are.
pub(crate) enum Outline<'p> {
    Empty,
    /// Where a schema is, and the namespaces that it lists.
    Schema {
        project: &'p Project,
        path: Option<std::path::PathBuf>,
        listed: Vec<String>,
    },
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

impl<'p> Outline<'p> {
    pub(crate) fn read(project: &'p Project, source: &Source, fallback: &Fallback) -> Result<Self, Refusal> {
        Ok(match source {
            Source::Empty => Self::Empty,
            Source::Schema(path) => Self::schema(project, Some(path.clone()))?,
            Source::ProjectSchema => Self::schema(project, None)?,
            Source::Migrations(path) => {
                Self::Migrations(Box::new(migrations::replay_path(project, path, fallback)?))
            }
            Source::Database(database) => Self::Database(database.clone()),
        })
    }

    fn schema(project: &'p Project, path: Option<std::path::PathBuf>) -> Result<Self, Refusal> {
        let located = match &path {
            Some(path) => path.clone(),
            None => project.locate()?.path,
        };
        Ok(Self::Schema { project, listed: project.listed_namespaces(&located), path })
    }

    /// The namespaces that the source itself is about; `None` where it knows none.
    fn namespaces(&self, default: &Name) -> Option<Vec<Name>> {
        match self {
            Self::Empty | Self::Database(_) => None,
            Self::Schema { listed, .. } if listed.is_empty() => Some(vec![default.clone()]),
            Self::Schema { listed, .. } => {
                Some(listed.iter().map(|name| Name::from(name.as_str())).collect())
            }
            Self::Migrations(replayed) => {
                let made = replayed.builder.namespaces.keys().filter(|name| *name != default).cloned();
                Some(std::iter::once(default.clone()).chain(made).collect())
            }
        }
    }

    /// Reads the rest.
    pub(crate) fn complete(self, scope: &Scope) -> Result<State, Refusal> {
        let schema = match self {
            Self::Empty => Schema::empty(),
            Self::Schema { project, path, .. } => {
                load_schema(project, path.as_ref(), Some(scope.default.as_str()))?
            }
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

/// The namespaces that the project's schema is about, in a database whose URL names `default`.
///
/// # Errors
/// There is no schema.
pub(crate) fn scope_of_schema(project: &Project, default: &str) -> Result<Scope, Refusal> {
    let outline = Outline::schema(project, None)?;
    let default = Name::from(default);
    let namespaces = outline.namespaces(&default).unwrap_or_default();
    Ok(Scope { default, namespaces })
}

/// The namespaces of a comparison. A schema's list decides, then what a history makes.
///
/// # Errors
/// Two databases whose URLs name different ones.
pub(crate) fn join(outlines: Pair<&Outline<'_>>) -> Result<Scope, Diagnostic> {
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
    let rank = |outline: &&Outline<'_>| !matches!(outline, Outline::Schema { .. });
    let mut by_rank = sides.to_vec();
    by_rank.sort_by_key(rank);
    let namespaces = match by_rank.as_slice() {
        // Two schemas: both lists.
        [a @ Outline::Schema { .. }, b @ Outline::Schema { .. }] => {
            let lists = [a, b].map(|outline| outline.namespaces(&default).unwrap_or_default());
            lists.concat()
        }
        outlines => outlines.iter().find_map(|outline| outline.namespaces(&default)).unwrap_or_default(),
    };
    let namespaces = if namespaces.is_empty() { vec![default.clone()] } else { namespaces };
    Ok(Scope { default, namespaces })
}
