//! The two messages that introspection sends.
//!
//! What differs between versions of the server is chosen here and nowhere else: a query holds a fragment, and
//! [`message`] says what it is from which version on.

use driftless_ir::Name;

use super::scope::{Namespaces, Scope};
use crate::template::{Fragment, Hole, query};
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

query! {
    /// The settings, and the namespaces. One snapshot for all queries, a search path that leaves unqualified what lies in
    /// the namespace of the URL, and settings that texts of constants depend on. To compile the queries, or to start
    /// workers for them, would take longer than to run them.
    struct Opening<'a> from "opening" "namespaces" {
        search_path: &'a Name,
        all: bool,
        names: &'a [Name],
    }
}

query! {
    /// All else, in the order of [`Query`].
    struct Everything<'a> from
        "extensions"
        "types"
        "enums"
        "relations"
        "columns"
        "defaults"
        "operator_classes"
        "indexes"
        "constraints"
        "sequences"
        "views"
        "functions"
        "triggers"
        "policies"
        "rules"
        "user_types"
        "relatives"
        "comments"
        "grants"
        "others"
        "closing"
    {
        namespaces: &'a Namespaces,
        nulls_not_distinct: Fragment,
        compression: Fragment,
        not_enforced: Fragment,
        set_columns: Fragment,
        extension_relations: Fragment,
        extension_functions: Fragment,
        extension_types: Fragment,
    }
}

/// The oids of what belongs to extensions, by the catalog that they are of.
macro_rules! extension_objects {
    ($catalog:literal) => {
        Fragment(concat!(
            "SELECT x.objid FROM pg_catalog.pg_depend x \
             WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e' \
             AND x.classid = 'pg_catalog.",
            $catalog,
            "'::pg_catalog.regclass"
        ))
    };
}

/// The oids of namespaces, as an array.
impl Hole for &Namespaces {
    const KIND: &'static str = "oids";

    fn write(&self, out: &mut String) {
        out.push_str("'{");
        for (at, oid) in self.oids().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            out.push_str(&oid.to_string());
        }
        out.push_str("}'::pg_catalog.oid[]");
    }
}

/// The first message: the settings, and which namespaces there are. Its last answer has the rows.
pub(super) fn opening(scope: &Scope, search_path: &Name) -> String {
    Opening { search_path, all: scope.namespaces.is_empty(), names: &scope.namespaces }.sql()
}

/// The second message: all else. That the namespaces are constants by then lets PostgreSQL estimate how many rows to
/// expect, and so choose well between looking up and scanning.
pub(super) fn message(namespaces: &Namespaces, version: ServerVersion) -> String {
    let since = |major, new, old| Fragment(if version.is_at_least(major) { new } else { old });
    Everything {
        namespaces,
        nulls_not_distinct: since(15, "x.indnullsnotdistinct", "false"),
        compression: since(14, "a.attcompression", "''"),
        not_enforced: since(18, "NOT k.conenforced", "false"),
        set_columns: since(15, "k.confdelsetcols IS NOT NULL", "false"),
        extension_relations: extension_objects!("pg_class"),
        extension_functions: extension_objects!("pg_proc"),
        extension_types: extension_objects!("pg_type"),
    }
    .sql()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_has_an_answer() {
        let message = message(&Namespaces::default(), ServerVersion::new(180_000));
        let statements: Vec<_> = message.trim_end().trim_end_matches(';').split("\n;\n").collect();
        assert_eq!(statements.len(), Query::Others as usize + 2);
        assert!(statements[Query::Sequences as usize].contains("pg_sequence"));
        assert!(statements[Query::Others as usize + 1].contains("COMMIT"));
    }

    #[test]
    fn what_differs_between_versions_is_chosen() {
        let text = |major: u32| message(&Namespaces::default(), ServerVersion::new(major * 10_000));
        assert!(text(18).contains("NOT k.conenforced") && !text(17).contains("conenforced"));
        assert!(text(15).contains("indnullsnotdistinct") && !text(14).contains("indnullsnotdistinct"));
    }
}
