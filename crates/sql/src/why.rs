//! Which statement made an object and which one changed it last.

use driftless_diagnostics::Span;
use driftless_ir::QualifiedName;

use crate::catalog::{Catalog, History, RelationKind, TypeKind};

/// The origin of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// What it is, in PostgreSQL's words: `table`, `column`, `constraint`, …
    pub kind: &'static str,
    /// Its full name.
    pub name: String,
    /// The statement that made it.
    pub created: Span,
    /// The statement that changed it last.
    pub changed: Span,
}

impl Provenance {
    fn new(kind: &'static str, name: String, history: History) -> Self {
        Self { kind, name, created: history.created, changed: history.changed }
    }
}

/// Finds what a person calls `object`: parts of a name with dots between them, without quotes; a namespace in front may
/// be left out.
pub(crate) fn find(catalog: &Catalog, object: &str) -> Vec<Provenance> {
    let is = |name: &QualifiedName, rest: Option<&str>| {
        let own = match rest {
            Some(rest) => format!("{}.{rest}", name.name.as_str()),
            None => name.name.as_str().to_owned(),
        };
        object == own
            || object.strip_prefix(name.namespace.as_str()).and_then(|o| o.strip_prefix('.')) == Some(&own)
    };
    let mut found = Vec::new();
    for (_, relation) in catalog.relations() {
        let name = &relation.name;
        // A composite type is found among the types.
        if is(name, None) && !matches!(relation.kind, RelationKind::Composite) {
            found.push(Provenance::new(relation.word(), plain(name), relation.history));
        }
        let part = |part: &str| format!("{}.{part}", plain(name));
        for column in relation.columns.iter().filter(|column| is(name, Some(column.name.as_str()))) {
            found.push(Provenance::new("column", part(column.name.as_str()), column.history));
        }
        for constraint in &relation.constraints {
            let own = QualifiedName { namespace: name.namespace.clone(), name: constraint.name.clone() };
            if is(name, Some(constraint.name.as_str())) || is(&own, None) {
                found.push(Provenance::new("constraint", part(constraint.name.as_str()), constraint.history));
            }
        }
        for trigger in relation.triggers.iter().filter(|trigger| is(name, Some(trigger.name.as_str()))) {
            found.push(Provenance::new("trigger", part(trigger.name.as_str()), trigger.history));
        }
        for policy in relation.policies.iter().filter(|policy| is(name, Some(policy.name.as_str()))) {
            found.push(Provenance::new("policy", part(policy.name.as_str()), policy.history));
        }
        for rule in relation.rules.iter().filter(|rule| is(name, Some(rule.name.as_str()))) {
            found.push(Provenance::new("rule", part(rule.name.as_str()), rule.history));
        }
    }
    for (_, entry) in catalog.types().filter(|(_, entry)| is(&entry.name, None)) {
        let kind = match entry.kind {
            TypeKind::Enum(_) => "enum",
            TypeKind::Domain { .. } => "domain",
            TypeKind::Composite(_) => "composite type",
            TypeKind::Other => "type",
        };
        found.push(Provenance::new(kind, plain(&entry.name), entry.history));
    }
    for (_, function) in catalog.functions().filter(|(_, function)| is(&function.name, None)) {
        found.push(Provenance::new("function", plain(&function.name), function.history));
    }
    for (name, history) in catalog.namespaces.iter().filter(|(name, _)| name.as_str() == object) {
        found.push(Provenance::new("schema", name.as_str().to_owned(), *history));
    }
    for (name, extension) in catalog.extensions.iter().filter(|(name, _)| name.as_str() == object) {
        found.push(Provenance::new("extension", name.as_str().to_owned(), extension.history));
    }
    found
}

fn plain(name: &QualifiedName) -> String {
    format!("{}.{}", name.namespace.as_str(), name.name.as_str())
}

#[cfg(test)]
mod tests {
    use crate::Replay;
    use driftless_diagnostics::FileId;

    #[test]
    fn objects_are_found_by_any_of_their_names() {
        let mut replay = Replay::default();
        replay.run(FileId::new(0), "CREATE TABLE t (id int PRIMARY KEY, a int);");
        replay.run(FileId::new(1), "ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t ADD c int;");
        let of = |object: &str| {
            let found = replay.why(object);
            found.iter().map(|p| (p.kind, p.created.file.index(), p.changed.file.index())).collect::<Vec<_>>()
        };
        assert_eq!(of("t"), [("table", 0, 1)]);
        assert_eq!(of("public.t.b"), [("column", 0, 1)]);
        assert_eq!(of("t.c"), [("column", 1, 1)]);
        assert_eq!(of("t.id"), [("column", 0, 0)]);
        assert_eq!(of("t_pkey"), [("constraint", 0, 0), ("index", 0, 0)]);
        assert_eq!(of("t.a"), []);
    }

    #[test]
    fn a_block_is_entered_for_the_statement_within_it() {
        let script = "DO $$ BEGIN\n  CREATE TABLE t (a int);\n  EXECUTE 'ALTER TABLE t ADD b int';\nEND $$;\n\
            DO 'BEGIN CREATE TABLE \"o''clock\" (c int); END';\n\
            DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN CREATE TABLE u (); END $c$ $b$; END $a$;";
        let mut replay = Replay::default();
        replay.run(FileId::new(0), script);
        let of = |object: &str| {
            let found = &replay.why(object)[0];
            let text = |span: driftless_diagnostics::Span| &script[span.start as usize..span.end as usize];
            (text(found.created), text(found.changed))
        };
        let (table, column) = ("CREATE TABLE t (a int)", "EXECUTE 'ALTER TABLE t ADD b int'");
        assert_eq!((of("t.a"), of("t.b").0.trim_start_matches("EXECUTE ")), ((table, table), &column[8..]));
        assert!(of("o'clock").0.starts_with("DO 'BEGIN"), "the text of the block is written with escapes");
        assert!(of("u").0.contains("DO $c$"), "the place of what is put together is that of its EXECUTE");
    }

    #[test]
    fn every_kind_of_object_is_found() {
        let mut replay = Replay::default();
        let script = "CREATE SCHEMA s; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad'); \
            CREATE DOMAIN pos AS int; CREATE TYPE pair AS (a int); CREATE TABLE t (id serial); \
            CREATE INDEX i ON t (id); CREATE VIEW v AS SELECT id FROM t; \
            CREATE MATERIALIZED VIEW m AS SELECT id FROM t; \
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
            ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0);";
        replay.run(FileId::new(0), script);
        replay.run(FileId::new(1), "ALTER TYPE mood ADD VALUE 'glad'; ALTER INDEX i RENAME TO j;");
        let of = |object: &str| {
            let found = replay.why(object);
            found.iter().map(|p| (p.kind, p.created.file.index(), p.changed.file.index())).collect::<Vec<_>>()
        };
        assert_eq!(of("s"), [("schema", 0, 0)]);
        assert_eq!(of("citext"), [("extension", 0, 0)]);
        assert_eq!(of("mood"), [("enum", 0, 1)]);
        assert_eq!(of("pos"), [("domain", 0, 0)]);
        assert_eq!(of("public.pair"), [("composite type", 0, 0)]);
        assert_eq!(of("t_id_seq"), [("sequence", 0, 0)]);
        assert_eq!(of("public.j"), [("index", 0, 1)]);
        assert_eq!(of("v"), [("view", 0, 0)]);
        assert_eq!(of("v.id"), [("column", 0, 0)]);
        assert_eq!(of("m"), [("materialized view", 0, 0)]);
        assert_eq!(of("f"), [("function", 0, 0)]);
        assert_eq!(of("t.positive"), [("constraint", 0, 0)]);
    }
}
