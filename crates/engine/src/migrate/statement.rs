//! What has to be known of a statement before it is sent: whether it can stand in a transaction, whether it begins or
//! ends one. Only its words are looked at.

use driftless_sql::{Content, split};

use super::word::{Word, elements, path, words};

/// How a statement has to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In a transaction with others.
    Plain,
    /// By itself, outside a transaction.
    Alone,
    /// By itself, outside a transaction; it leaves a half-built index behind where it fails.
    ConcurrentIndex(BuiltIndex),
    /// It adds a value to an enum, which some statements can use only when it is committed.
    EnumValue,
    /// It begins a transaction.
    Begin,
    /// It ends one, and what happened in it stays.
    Commit,
    /// It ends one, and nothing of it stays.
    Rollback,
    /// None that can be sent: something in it (named here) is opened and not closed.
    Unclosed(&'static str),
}

/// The index that a statement builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BuiltIndex {
    /// The index's name, unquoted.
    pub(super) name: String,
    /// The table's name as it is written.
    pub(super) table: String,
}

/// How the statement has to be run.
pub(super) fn kind(statement: &str) -> Kind {
    let words = words(statement, 24);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let any = |keyword: &str| words.iter().any(|word| word.is(keyword));
    let first = |keywords: &[&str]| keywords.iter().any(|keyword| is(0, keyword));
    if first(&["begin"]) || (is(0, "start") && is(1, "transaction")) {
        return Kind::Begin;
    }
    if first(&["commit", "end", "rollback", "abort"]) {
        // `ROLLBACK TO SAVEPOINT` stays inside; `COMMIT PREPARED` is about another transaction
        return match (is(0, "rollback"), is(1, "to") || is(2, "to"), is(1, "prepared")) {
            (_, _, true) => Kind::Alone,
            (true, true, _) => Kind::Plain,
            (true, ..) => Kind::Rollback,
            _ if first(&["abort"]) => Kind::Rollback,
            _ => Kind::Commit,
        };
    }
    if first(&["prepare"]) && is(1, "transaction") {
        return Kind::Commit;
    }
    if is(0, "create") && any("concurrently") && (is(1, "index") || is(1, "unique")) {
        return built_index(&words).map_or(Kind::Alone, Kind::ConcurrentIndex);
    }
    let with_a_database =
        first(&["create", "drop"]) && ["database", "tablespace", "subscription"].iter().any(|w| is(1, w));
    let reindexes_much =
        is(0, "reindex") && ["database", "system", "schema", "concurrently"].iter().any(|w| any(w));
    let drops_concurrently = is(0, "drop") && is(1, "index") && is(2, "concurrently");
    let detaches = is(0, "alter") && any("detach") && any("concurrently");
    let alters_system = is(0, "alter") && is(1, "system");
    let clusters_all = is(0, "cluster") && words.len() <= 2;
    let discards_all = is(0, "discard") && is(1, "all");
    if first(&["vacuum"])
        || with_a_database
        || reindexes_much
        || drops_concurrently
        || detaches
        || alters_system
        || clusters_all
        || discards_all
    {
        return Kind::Alone;
    }
    if is(0, "alter") && is(1, "type") && any("add") && any("value") {
        return Kind::EnumValue;
    }
    Kind::Plain
}

/// `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table`; `None` where the index has no name.
fn built_index(words: &[Word<'_>]) -> Option<BuiltIndex> {
    let mut at = words.iter().position(|word| word.is("concurrently"))? + 1;
    if words.get(at)?.is("if") {
        at += 3;
    }
    let name = words.get(at)?;
    if !name.is_identifier() || name.is("on") || !words.get(at + 1)?.is("on") {
        return None;
    }
    at += 2;
    if words.get(at)?.is("only") {
        at += 1;
    }
    let (parts, _) = path(&words[at..])?;
    let table = parts.iter().map(|word| word.text()).collect::<Vec<_>>().join(".");
    Some(BuiltIndex { name: name.name().into_owned(), table })
}

/// Statements that leave something behind in their session.
const LASTING: [&str; 7] = ["set", "reset", "listen", "unlisten", "prepare", "discard", "load"];

/// Whether a script may leave its session otherwise than it found it; what cannot be sent as it is may.
pub(super) fn changes_settings(script: &str) -> bool {
    split(script).iter().any(|fragment| match &fragment.content {
        Content::Nothing => false,
        Content::Statement(body) => may_last(&script[body.clone()]),
        _ => true,
    })
}

/// Whether a script may act as another role from some place on.
pub(super) fn changes_role(script: &str) -> bool {
    let words = script.to_ascii_lowercase();
    (words.contains("role") || words.contains("authorization")) && changes_settings(script)
}

/// Whether a statement leaves something behind, or is code that may: it runs, or makes what a later statement runs.
fn may_last(statement: &str) -> bool {
    let mut elements = elements(statement);
    let Some(first) = elements.next() else { return false };
    if first.is_any(&LASTING) || statement.to_ascii_lowercase().contains("set_config") {
        return true;
    }
    let is_code = first.is("do") || (first.is("create") && is_routine(statement));
    is_code && elements.filter_map(Word::constant).any(|body| code_may_last(&body))
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
fn is_routine(statement: &str) -> bool {
    words(statement, 4).iter().any(|word| word.is_any(&["function", "procedure"]))
}

fn code_may_last(body: &str) -> bool {
    let is_lasting = |text: &str| elements(text).next().is_some_and(|word| word.is_any(&LASTING));
    let mut begins = true;
    elements(body).any(|word| {
        let may_last =
            begins && word.is_any(&LASTING) || word.constant().is_some_and(|text| is_lasting(&text));
        begins = word.is_any(&[";", "begin", "then", "else", "loop"]);
        may_last
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_must_stand_alone_are_known() {
        for statement in [
            "VACUUM (ANALYZE) t",
            "drop index concurrently if exists i",
            "/* a /* b */ c */ REINDEX -- x\n (VERBOSE) TABLE CONCURRENTLY t",
            "CREATE DATABASE d",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
            "CREATE INDEX CONCURRENTLY ON t (a)",
        ] {
            assert_eq!(kind(statement), Kind::Alone, "{statement}");
        }
        for statement in [
            "CREATE INDEX i ON t (a)",
            "COMMENT ON TABLE t IS 'CREATE INDEX CONCURRENTLY'",
            "ROLLBACK TO SAVEPOINT a",
            "SAVEPOINT a",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
            "INSERT INTO vacuum VALUES (1)",
        ] {
            assert_eq!(kind(statement), Kind::Plain, "{statement}");
        }
    }

    #[test]
    fn the_index_and_its_table_are_found() {
        let index = |name: &str, table: &str| {
            Kind::ConcurrentIndex(BuiltIndex { name: name.to_owned(), table: table.to_owned() })
        };
        assert_eq!(
            kind("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"A_b\" ON \"s\".\"T\"(\"a\")"),
            index("A_b", "\"s\".\"T\"")
        );
        assert_eq!(kind("create index concurrently Foo on only bar using btree (a)"), index("foo", "bar"));
    }

    #[test]
    fn transactions_are_known() {
        assert_eq!(kind("BEGIN ISOLATION LEVEL SERIALIZABLE"), Kind::Begin);
        assert_eq!(kind("start transaction"), Kind::Begin);
        assert_eq!(kind("END"), Kind::Commit);
        assert_eq!(kind("COMMIT AND CHAIN"), Kind::Commit);
        assert_eq!(kind("abort"), Kind::Rollback);
        assert_eq!(kind("ALTER TYPE \"s\".\"E\" ADD VALUE IF NOT EXISTS 'x'"), Kind::EnumValue);
    }

    #[test]
    fn what_outlasts_a_script_is_known() {
        for script in [
            "SET search_path TO a",
            "SELECT 1; /* x */ reset all;",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "DO $$ BEGIN PERFORM 1; SET ROLE a; END $$",
            "DO $$ BEGIN EXECUTE 'SET ROLE a'; END $$",
            "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'SET ROLE a'",
            "LISTEN a",
        ] {
            assert!(changes_settings(script), "{script}");
        }
        for script in [
            "ALTER TABLE a ALTER COLUMN b SET NOT NULL",
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE SET NULL; UPDATE a SET b = 1",
            "DO $$ BEGIN IF true THEN ALTER TABLE a ALTER b SET NOT NULL; END IF; END $$",
            "CREATE FUNCTION f() RETURNS int SET search_path = '' LANGUAGE sql AS 'SELECT 1'",
            "CREATE TABLE \"Role\" (\"set\" int)",
        ] {
            assert!(!changes_settings(script), "{script}");
        }
        assert!(changes_role("SET ROLE a") && !changes_role("CREATE TABLE role (a int)"));
    }
}
