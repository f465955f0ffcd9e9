//! What has to be known of a statement before it is sent: whether it can stand in a transaction, whether it begins or
//! ends one. Only its words are looked at.

use std::borrow::Cow;

use super::word::{Word, elements, path, words};

/// How a statement has to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionKind {
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
    Commit {
        /// Whether it begins the next one (`AND CHAIN`).
        chains: bool,
    },
    /// It ends one, and nothing of it stays.
    Rollback {
        /// Likewise.
        chains: bool,
    },
    /// It ends one, and leaves it to another statement whether something of it stays. Its name, as it is written.
    Prepare(String),
    /// It ends one that was left like that. Likewise.
    Settle(String),
    /// None that can be sent: something in it (named here) is opened and not closed.
    Unclosed(&'static str),
}

/// The index that a statement builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltIndex {
    /// The index's name, unquoted.
    pub name: String,
    /// The table's name as it is written.
    pub table: String,
}

/// How the statement has to be run.
pub fn transaction_kind(statement: &str) -> TransactionKind {
    let words = words(statement, 24);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let any = |keyword: &str| words.iter().any(|word| word.is(keyword));
    let first = |keywords: &[&str]| keywords.iter().any(|keyword| is(0, keyword));
    if first(&["begin"]) || (is(0, "start") && is(1, "transaction")) {
        return TransactionKind::Begin;
    }
    if first(&["commit", "end", "rollback", "abort"]) {
        // `ROLLBACK TO SAVEPOINT` stays inside; `COMMIT PREPARED` is about another transaction
        let chains = words.iter().position(|word| word.is("and")).is_some_and(|at| is(at + 1, "chain"));
        return match (first(&["rollback", "abort"]), is(1, "to") || is(2, "to"), is(1, "prepared")) {
            (_, _, true) => TransactionKind::Settle(name_of_prepared(statement)),
            (true, true, _) => TransactionKind::Plain,
            (true, ..) => TransactionKind::Rollback { chains },
            _ => TransactionKind::Commit { chains },
        };
    }
    if first(&["prepare"]) && is(1, "transaction") {
        return TransactionKind::Prepare(name_of_prepared(statement));
    }
    if is(0, "create") && any("concurrently") && (is(1, "index") || is(1, "unique")) {
        return built_index(&words).map_or(TransactionKind::Alone, TransactionKind::ConcurrentIndex);
    }
    let with_a_database = first(&["create", "drop"]) && is_of_cluster(&words);
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
        return TransactionKind::Alone;
    }
    if is(0, "alter") && is(1, "type") && any("add") && any("value") {
        return TransactionKind::EnumValue;
    }
    TransactionKind::Plain
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

/// The name in `PREPARE TRANSACTION 'name'`.
fn name_of_prepared(statement: &str) -> String {
    elements(statement).find_map(Word::constant).map(Cow::into_owned).unwrap_or_default()
}

/// Whether a statement can be sent again where it is not known if it took effect: it names all that it makes or drops, so
/// that it cannot do so twice, or it comes to the same however often it runs.
pub fn is_repeatable(statement: &str, kind: &TransactionKind) -> bool {
    let words = words(statement, 24);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let first = |keywords: &[&str]| keywords.iter().any(|keyword| is(0, keyword));
    match kind {
        TransactionKind::ConcurrentIndex(_) => true,
        TransactionKind::Alone | TransactionKind::Plain | TransactionKind::EnumValue => {
            first(&["vacuum", "cluster", "reindex", "discard"])
                || (is(0, "drop") && is(1, "index"))
                || (is(0, "alter") && (is(1, "system") || is(1, "table")))
                || (first(&["create", "drop"]) && is_of_cluster(&words))
        }
        _ => false,
    }
}

/// Whether the server may refuse a statement of this kind in a transaction, because of what it is about. What the
/// statement calls is no reason.
pub fn may_need_to_stand_alone(statement: &str) -> bool {
    let words = words(statement, 3);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let first = |keywords: &[&str]| keywords.iter().any(|keyword| is(0, keyword));
    first(&["vacuum", "cluster", "reindex", "discard"])
        || (is(0, "alter") && (is(1, "system") || is(1, "type")))
        || (first(&["create", "drop", "alter"]) && (is(1, "index") || is_of_cluster(&words)))
}

/// Whether a statement is code that may end transactions itself.
pub fn may_commit(statement: &str) -> bool {
    words(statement, 1).iter().any(|word| word.is_any(&["do", "call"]))
}

/// Whether a statement sets something for what follows in its session, and does nothing else.
pub fn is_setting(statement: &str) -> bool {
    let words = words(statement, 12);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    match words.first() {
        Some(first) if first.is("set") => {
            !["local", "transaction", "constraints"].iter().any(|keyword| is(1, keyword))
        }
        Some(first) if first.is("reset") => true,
        // as `pg_dump` writes it
        Some(first) if first.is("select") => {
            let at = if is(1, "pg_catalog") && is(2, ".") { 3 } else { 1 };
            let form = ["set_config", "(", ",", ",", "false", ")"];
            words.len() == at + form.len() && form.iter().enumerate().all(|(n, word)| is(at + n, word))
        }
        _ => false,
    }
}

/// Whether a statement says how the transaction is that it stands in.
pub fn is_about_transaction(statement: &str) -> bool {
    let words = words(statement, 2);
    words.len() == 2 && words[0].is("set") && words[1].is("transaction")
}

/// Whether the words are about what belongs to all databases of a server.
fn is_of_cluster(words: &[Word<'_>]) -> bool {
    words.get(1).is_some_and(|word| word.is_any(&["database", "tablespace", "subscription"]))
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
            assert_eq!(transaction_kind(statement), TransactionKind::Alone, "{statement}");
        }
        for statement in [
            "CREATE INDEX i ON t (a)",
            "COMMENT ON TABLE t IS 'CREATE INDEX CONCURRENTLY'",
            "ROLLBACK TO SAVEPOINT a",
            "SAVEPOINT a",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
            "INSERT INTO vacuum VALUES (1)",
        ] {
            assert_eq!(transaction_kind(statement), TransactionKind::Plain, "{statement}");
        }
    }

    #[test]
    fn the_index_and_its_table_are_found() {
        let index = |name: &str, table: &str| {
            TransactionKind::ConcurrentIndex(BuiltIndex { name: name.to_owned(), table: table.to_owned() })
        };
        assert_eq!(
            transaction_kind("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"A_b\" ON \"s\".\"T\"(\"a\")"),
            index("A_b", "\"s\".\"T\"")
        );
        assert_eq!(
            transaction_kind("create index concurrently Foo on only bar using btree (a)"),
            index("foo", "bar")
        );
    }

    #[test]
    fn transactions_are_known() {
        assert_eq!(transaction_kind("BEGIN ISOLATION LEVEL SERIALIZABLE"), TransactionKind::Begin);
        assert_eq!(transaction_kind("start transaction"), TransactionKind::Begin);
        assert_eq!(transaction_kind("END"), TransactionKind::Commit { chains: false });
        assert_eq!(transaction_kind("COMMIT AND CHAIN"), TransactionKind::Commit { chains: true });
        assert_eq!(transaction_kind("commit work and no chain"), TransactionKind::Commit { chains: false });
        assert_eq!(transaction_kind("END TRANSACTION AND CHAIN"), TransactionKind::Commit { chains: true });
        assert_eq!(transaction_kind("abort"), TransactionKind::Rollback { chains: false });
        assert_eq!(
            transaction_kind("ROLLBACK /* x */ AND CHAIN"),
            TransactionKind::Rollback { chains: true }
        );
        assert_eq!(
            transaction_kind("PREPARE TRANSACTION 'it''s'"),
            TransactionKind::Prepare("it's".to_owned())
        );
        assert_eq!(transaction_kind("ROLLBACK PREPARED 'x'"), TransactionKind::Settle("x".to_owned()));
        assert_eq!(transaction_kind("PREPARE q AS SELECT 1"), TransactionKind::Plain);
        assert_eq!(
            transaction_kind("ALTER TYPE \"s\".\"E\" ADD VALUE IF NOT EXISTS 'x'"),
            TransactionKind::EnumValue
        );
    }

    #[test]
    fn what_can_be_sent_again_is_known() {
        let is_repeatable = |statement: &str| is_repeatable(statement, &transaction_kind(statement));
        for statement in [
            "VACUUM",
            "REINDEX TABLE CONCURRENTLY t",
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "CREATE DATABASE d",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
        ] {
            assert!(is_repeatable(statement), "{statement}");
        }
        for statement in [
            "DO $$ BEGIN COMMIT; END $$",
            "CALL vacuum()",
            "CREATE INDEX CONCURRENTLY ON t (a)",
            "COMMIT PREPARED 'x'",
        ] {
            assert!(!is_repeatable(statement), "{statement}");
        }
    }

    #[test]
    fn what_the_server_may_refuse_in_a_transaction_is_known() {
        for statement in
            ["CLUSTER t", "REINDEX TABLE p", "ALTER DATABASE d SET TABLESPACE x", "DROP SUBSCRIPTION s"]
        {
            assert!(may_need_to_stand_alone(statement), "{statement}");
        }
        for statement in
            ["SELECT f()", "DO 'x'", "CALL p()", "SET TRANSACTION READ ONLY", "CREATE TABLE t ()"]
        {
            assert!(!may_need_to_stand_alone(statement), "{statement}");
        }
    }

    #[test]
    fn settings_are_known() {
        for statement in [
            "SET search_path TO a, b",
            "set session role x",
            "/* x */ reset all",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "select set_config('a.b', 'c', false)",
        ] {
            assert!(is_setting(statement), "{statement}");
        }
        for statement in [
            "SET LOCAL search_path TO a",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "SELECT set_config('a.b', '', true)",
            "SELECT f(), set_config('a.b', '', false)",
            "SELECT set_config('a.b', x, false) FROM f()",
        ] {
            assert!(!is_setting(statement), "{statement}");
        }
    }
}
