//! Objects outside the model: what a schema cannot say and a plan never touches.

use std::fmt;

use driftless_diagnostics::visible;
use driftless_ir::{External, Name, QualifiedName, Schema};
use driftless_plan::Pair;
use sha2::{Digest, Sha256};

use super::accepted::Accepted;
use super::{Finding, Kind};

/// Kinds that are looked for even where nothing was accepted yet. The others, comments or grants, differ from one
/// database to the next.
const WATCHED: [&str; 16] = [
    "extension",
    "sequence",
    "trigger",
    "event trigger",
    "policy",
    "row security",
    "function",
    "procedure",
    "aggregate",
    "rule",
    "view",
    "materialized view",
    "check constraint",
    "exclusion constraint",
    "domain",
    "foreign table",
];

/// An object by its name, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) table: Option<String>,
    pub(super) name: String,
    /// The definition; empty where its source does not know PostgreSQL's text of it.
    pub(super) definition: String,
}

impl Object {
    /// The first 16 digits of the SHA-256 of the definition.
    pub(super) fn fingerprint(&self) -> String {
        Sha256::digest(self.definition.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a list has an object of this name. Argument types are spelled in too many ways to count.
    pub(super) fn is_among(&self, objects: &[Self]) -> bool {
        let bare = |name: &str| name.split('(').next().unwrap_or_default().to_owned();
        objects.iter().any(|other| {
            self.kind == other.kind
                && self.namespace == other.namespace
                && self.table == other.table
                && bare(&self.name) == bare(&other.name)
        })
    }

    fn finding(&self, kind: Kind, fix: &str) -> Finding {
        let qualified = |name: &str| match self.namespace.as_str() {
            "public" | "" => name.to_owned(),
            namespace => format!("{namespace}.{name}"),
        };
        let (name, table) = match &self.table {
            Some(table) => (self.name.clone(), Some(qualified(table))),
            None => (qualified(&self.name), None),
        };
        Finding {
            kind,
            object: self.kind.clone(),
            name,
            table,
            detail: self.definition.clone(),
            place: None,
            fix: fix.to_owned(),
            of: self.table.as_ref().map(|table| QualifiedName::new(self.namespace.as_str(), table.as_str())),
        }
    }
}

/// `kind namespace.table.name`, as it is written down; without the parts that it does not have.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.namespace.as_str(), self.table.as_deref().unwrap_or_default(), self.name.as_str()];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(visible).collect();
        write!(f, "{} {}", self.kind, parts.join("."))
    }
}

/// The objects of a state, in order. Views, CHECK constraints, extensions and sequences that nothing owns are among
/// them: no plan makes or drops them.
///
/// What belongs to a table that is `external` is none of them.
pub(super) fn of(schema: &Schema, external: &External) -> Vec<Object> {
    let text = |name: &Name| name.as_str().to_owned();
    let unmodelled = schema.unmodelled().iter().map(|entry| Object {
        kind: kind(&entry.kind).to_owned(),
        namespace: text(&entry.namespace),
        table: entry.table.as_ref().map(text),
        name: entry.name.to_string(),
        definition: entry.definition.to_string(),
    });
    let views = schema.views().iter().map(|view| Object {
        kind: if view.materialized { "materialized view" } else { "view" }.to_owned(),
        namespace: text(&view.name.namespace),
        table: None,
        name: text(&view.name.name),
        definition: view.definition.text.to_string(),
    });
    let checks = schema.tables().flat_map(|table| {
        table.checks().iter().map(move |check| Object {
            kind: "check constraint".to_owned(),
            namespace: text(table.namespace().name()),
            table: Some(text(table.name())),
            name: text(&check.name),
            definition: check.condition.text.to_string(),
        })
    });
    let extensions = schema.extensions().map(|extension| Object {
        kind: "extension".to_owned(),
        namespace: String::new(),
        table: None,
        name: text(extension.name()),
        definition: String::new(),
    });
    let owned = |sequence: &&driftless_ir::Sequence| sequence.owner.is_none();
    let sequences = schema.sequences().iter().filter(owned).map(|sequence| Object {
        kind: "sequence".to_owned(),
        namespace: text(&sequence.name.namespace),
        table: None,
        name: text(&sequence.name.name),
        definition: format!("{} {} {}", sequence.ty, sequence.start, sequence.increment),
    });
    let is_managed = |object: &Object| {
        let table =
            object.table.as_deref().or((object.kind == "foreign table").then_some(object.name.as_str()));
        table.is_none_or(|table| {
            let name = QualifiedName::new(Name::from(object.namespace.as_str()), table);
            !external.tables.contains(&name)
        })
    };
    let objects = unmodelled.chain(views).chain(checks).chain(extensions).chain(sequences);
    let mut objects: Vec<_> = objects.filter(is_managed).collect();
    objects.sort_by_cached_key(ToString::to_string);
    objects
}

/// One word for what two sources call differently.
fn kind(kind: &str) -> &str {
    match kind {
        "row security policy" => "policy",
        other => other,
    }
}

/// What is to be said of the objects: of those that nothing makes and nobody accepted, of those that are gone, and of
/// those that changed since they were accepted.
pub(super) fn judge(objects: &Pair<Vec<Object>>, accepted: Option<&[Accepted]>) -> Vec<Finding> {
    let Pair { previous: expected, next: held } = objects;
    let known = accepted.unwrap_or_default();
    let mut findings = Vec::new();
    for object in held.iter().filter(|object| !object.is_among(expected)) {
        match known.iter().find(|known| known.object == object.to_string()) {
            Some(known) if known.fingerprint == object.fingerprint() => {}
            Some(_) => findings.push(object.finding(
                Kind::Different,
                "change it back, or accept it as it is with `driftless drift --accept`",
            )),
            None if accepted.is_some() || WATCHED.contains(&object.kind.as_str()) => {
                findings.push(object.finding(
                    Kind::Extra,
                    "write a migration that makes it, or accept it with `driftless drift --accept`",
                ));
            }
            None => {}
        }
    }
    let is_gone = |object: &&Object| WATCHED.contains(&object.kind.as_str()) && !object.is_among(held);
    findings.extend(expected.iter().filter(is_gone).map(|object| {
        object
            .finding(Kind::Missing, "make it again as the migrations do, or write a migration that drops it")
    }));
    let gone = known.iter().filter(|known| !held.iter().any(|object| known.object == object.to_string()));
    findings.extend(gone.map(Accepted::finding_of_gone));
    findings
}
