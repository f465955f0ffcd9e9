//! The two messages that introspection sends.
//!
//! What differs between versions of the server is chosen here and nowhere else: a query holds a placeholder, and
//! [`PLACEHOLDERS`] says what it stands for from which version on.

use driftless_ir::Name;

use super::scope::{Namespaces, Scope};
use crate::version::ServerVersion;

/// The statements in the order of their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Query {
    Extensions,
    Types,
    Enums,
    Relations,
    Columns,
    Defaults,
    OperatorClasses,
    Indexes,
    Constraints,
    Sequences,
    Views,
    Functions,
    Triggers,
    Policies,
    Rules,
    UserTypes,
    Relatives,
    Comments,
    Grants,
    Others,
}

impl Query {
    /// Those whose rows are unmodelled objects.
    pub(super) const UNMODELLED: [Self; 9] = [
        Self::Functions,
        Self::Triggers,
        Self::Policies,
        Self::Rules,
        Self::UserTypes,
        Self::Relatives,
        Self::Comments,
        Self::Grants,
        Self::Others,
    ];

    /// The position of its answer.
    pub(super) const fn position(self) -> usize {
        self as usize
    }
}

macro_rules! queries {
    ($($file:literal),* $(,)?) => {
        [$(include_str!(concat!("../../queries/", $file, ".sql"))),*]
    };
}

/// In the order of [`Query`].
const QUERIES: [&str; 20] = queries![
    "extensions",
    "types",
    "enums",
    "relations",
    "columns",
    "defaults",
    "operator_classes",
    "indexes",
    "constraints",
    "sequences",
    "views",
    "functions",
    "triggers",
    "policies",
    "rules",
    "user_types",
    "relatives",
    "comments",
    "grants",
    "others",
];

/// What comes first: one snapshot for all queries, a search path that leaves unqualified what lies in the namespace of
/// the URL, and settings that texts of constants depend on. To compile the queries, or to start workers for them, would
/// take longer than to run them.
const SETTINGS: [&str; 9] = [
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL search_path TO :search_path",
    "SET LOCAL standard_conforming_strings TO on",
    "SET LOCAL bytea_output TO hex",
    "SET LOCAL datestyle TO ISO",
    "SET LOCAL intervalstyle TO postgres",
    "SET LOCAL timezone TO 'UTC'",
    "SET LOCAL jit TO off",
    "SET LOCAL max_parallel_workers_per_gather TO 0",
];

const NAMESPACES: &str = include_str!("../../queries/namespaces.sql");

/// A placeholder, the major version from which on the first text is meant, and the text for older servers.
const PLACEHOLDERS: [(&str, u32, &str, &str); 4] = [
    (":nulls_not_distinct", 15, "x.indnullsnotdistinct", "false"),
    (":compression", 14, "a.attcompression", "''"),
    (":not_enforced", 18, "NOT k.conenforced", "false"),
    (":set_columns", 15, "k.confdelsetcols IS NOT NULL", "false"),
];

/// The oids of what belongs to extensions, by the catalog that they are of.
const EXTENSION_OBJECTS: [(&str, &str); 3] = [
    (":extension_relations", "pg_class"),
    (":extension_functions", "pg_proc"),
    (":extension_types", "pg_type"),
];

/// The first message: the settings, and which namespaces there are. Its last answer has the rows.
pub(super) fn opening(scope: &Scope, search_path: &Name) -> String {
    let settings = SETTINGS.join(";\n").replace(":search_path", &search_path.to_string());
    format!("{settings};\n{}", NAMESPACES.replace(":in_scope", &scope.condition()))
}

/// The second message: all else. That the namespaces are constants by then lets PostgreSQL estimate how many rows to
/// expect, and so choose well between looking up and scanning.
pub(super) fn message(namespaces: &Namespaces, version: ServerVersion) -> String {
    let oids: Vec<_> = namespaces.oids().map(|oid| oid.to_string()).collect();
    let mut text = QUERIES.map(str::trim_end).join(";\n");
    text = text.replace(":namespaces", &format!("'{{{}}}'::pg_catalog.oid[]", oids.join(",")));
    for (placeholder, since, new, old) in PLACEHOLDERS {
        text = text.replace(placeholder, if version.is_at_least(since) { new } else { old });
    }
    for (placeholder, catalog) in EXTENSION_OBJECTS {
        let members = format!(
            "SELECT x.objid FROM pg_catalog.pg_depend x \
             WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e' \
             AND x.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass"
        );
        text = text.replace(placeholder, &members);
    }
    text + ";\nCOMMIT"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_is_filled_in() {
        for major in [12, 18] {
            let version = ServerVersion::new(major * 10_000);
            let text = message(&Namespaces::default(), version);
            let code = text.lines().filter(|line| !line.starts_with("--"));
            let bare = code.map(|line| line.replace("::", ""));
            let left: Vec<_> = bare.filter(|line| line.contains(" :") || line.contains("(:")).collect();
            assert_eq!(left, Vec::<String>::new());
        }
    }

    #[test]
    fn positions_follow_the_list() {
        assert_eq!(Query::Others as usize + 1, QUERIES.len());
        assert!(QUERIES[Query::Sequences as usize].contains("pg_sequence"));
    }
}
