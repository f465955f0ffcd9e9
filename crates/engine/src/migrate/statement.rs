//! What has to be known of a statement before it is sent: whether it can stand in a transaction, whether it begins or
//! ends one, what it takes away. Only its words are looked at.

use std::borrow::Cow;

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

/// A word or a symbol of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it is written.
    text: &'a str,
}

impl<'a> Word<'a> {
    /// Whether it is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword)
    }

    /// The identifier that it stands for: without quotes, or in small letters.
    pub(super) fn name(&self) -> Cow<'a, str> {
        match self.text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(text) if text.contains("\"\"") => text.replace("\"\"", "\"").into(),
            Some(text) => text.into(),
            None => self.text.to_lowercase().into(),
        }
    }

    fn is_identifier(&self) -> bool {
        self.text.starts_with(|first: char| first == '"' || first == '_' || first.is_alphabetic())
    }
}

/// The words, quoted names and symbols of a statement, in order, as far as `limit`; comments and string constants are
/// left out.
pub(super) fn words(statement: &str, limit: usize) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        if found.len() == limit {
            break;
        }
        let length = element_length(rest, first);
        let (text, behind) = rest.split_at(length);
        let is_comment = text.starts_with("--") || text.starts_with("/*");
        if !first.is_whitespace() && !is_comment && first != '\'' && first != '$' {
            found.push(Word { text });
        }
        rest = behind;
    }
    found
}

/// The length of the element at the start of `rest`, in bytes.
fn element_length(rest: &str, first: char) -> usize {
    let until = |end: &str, from: usize| {
        rest.get(from..).and_then(|text| text.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    match first {
        '-' if rest.starts_with("--") => until("\n", 2),
        '/' if rest.starts_with("/*") => comment_length(rest),
        '\'' => until("'", 1),
        '"' => quoted_length(rest),
        '$' => {
            let tag = rest[1..].find('$').map(|at| &rest[..at + 2]);
            let is_tag = |tag: &&str| tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
            tag.filter(is_tag).map_or(1, |tag| until(tag, tag.len()))
        }
        _ if first == '_' || first.is_alphanumeric() => rest
            .find(|letter: char| letter != '_' && letter != '$' && !letter.is_alphanumeric())
            .unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

fn quoted_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Comments nest.
fn comment_length(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
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
    let table = parts.iter().map(|word| word.text).collect::<Vec<_>>().join(".");
    Some(BuiltIndex { name: name.name().into_owned(), table })
}

/// A name with dots in it at the start of `words`, and how many words it takes.
fn path<'w, 'a>(words: &'w [Word<'a>]) -> Option<(Vec<&'w Word<'a>>, usize)> {
    let mut parts = vec![words.first().filter(|word| word.is_identifier())?];
    let mut at = 1;
    while words.get(at).is_some_and(|word| word.text == ".") {
        parts.push(words.get(at + 1).filter(|word| word.is_identifier())?);
        at += 2;
    }
    Some((parts, at))
}

/// What a statement takes away, or writes anew, of a table that was there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// The table, with its namespace if that is written.
    pub(super) table: (Option<String>, String),
    /// What happens to it.
    pub(super) what: LossKind,
}

/// What happens to rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LossKind {
    /// The table goes.
    Table,
    /// A column goes.
    Column(String),
    /// A column's values go through another type.
    Rewrite(String),
    /// The rows go.
    Rows,
}

/// What a statement takes away.
pub(super) fn losses(statement: &str) -> Vec<Loss> {
    let words = words(statement, 4000);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    if is(0, "drop") && is(1, "table") {
        let start = if is(2, "if") { 4 } else { 2 };
        return tables(&words, start)
            .into_iter()
            .map(|table| Loss { table, what: LossKind::Table })
            .collect();
    }
    if is(0, "truncate") {
        let mut start = if is(1, "table") { 2 } else { 1 };
        start += usize::from(is(start, "only"));
        return tables(&words, start).into_iter().map(|table| Loss { table, what: LossKind::Rows }).collect();
    }
    if is(0, "delete") && is(1, "from") {
        let start = if is(2, "only") { 3 } else { 2 };
        let table = tables(&words, start).into_iter().next();
        return table.map(|table| Loss { table, what: LossKind::Rows }).into_iter().collect();
    }
    if is(0, "alter") && is(1, "table") {
        return column_losses(&words);
    }
    Vec::new()
}

fn column_losses(words: &[Word<'_>]) -> Vec<Loss> {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let mut at = if is(2, "if") { 4 } else { 2 };
    at += usize::from(is(at, "only"));
    let Some(table) = tables(words, at).into_iter().next() else { return Vec::new() };
    let mut losses = Vec::new();
    while at < words.len() {
        let behind = |mut at: usize| {
            at += usize::from(is(at, "column"));
            if is(at, "if") { at + 2 } else { at }
        };
        let column = words.get(behind(at + 1)).filter(|word| word.is_identifier());
        let name = column.map(|word| word.name().into_owned());
        let other =
            ["constraint", "default", "not", "identity", "expression"].iter().any(|word| is(at + 1, word));
        match name {
            Some(name) if is(at, "drop") && !other => {
                losses.push(Loss { table: table.clone(), what: LossKind::Column(name) });
            }
            Some(name) if is(at, "alter") => {
                let next = behind(at + 1) + 1;
                if is(next, "type") || (is(next, "set") && is(next + 1, "data")) {
                    losses.push(Loss { table: table.clone(), what: LossKind::Rewrite(name) });
                }
            }
            _ => {}
        }
        at += 1;
    }
    losses
}

/// The tables of a list that begins at `at`.
fn tables(words: &[Word<'_>], mut at: usize) -> Vec<(Option<String>, String)> {
    let mut tables = Vec::new();
    while let Some((parts, length)) = words.get(at..).and_then(path) {
        let names: Vec<_> = parts.iter().map(|word| word.name().into_owned()).collect();
        match <[String; 2]>::try_from(names) {
            Ok([namespace, table]) => tables.push((Some(namespace), table)),
            Err(names) => tables.extend(names.into_iter().next_back().map(|table| (None, table))),
        }
        at += length;
        if words.get(at).is_none_or(|word| word.text != ",") {
            break;
        }
        at += 1;
    }
    tables
}

/// Whether a script may change settings of its session.
pub(super) fn changes_settings(script: &str) -> bool {
    let script = script.to_ascii_lowercase();
    ["set ", "set\n", "set\t", "set_config", "listen ", "prepare "].iter().any(|word| script.contains(word))
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
    fn what_is_taken_away_is_found() {
        let table = |name: &str| (None, name.to_owned());
        let found = losses("DROP TABLE IF EXISTS a, \"s\".\"B\" CASCADE");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].table, (Some("s".to_owned()), "B".to_owned()));
        let sql = "ALTER TABLE \"T\" DROP COLUMN \"a\", DROP CONSTRAINT c, ALTER COLUMN b SET DATA TYPE int, \
                   ALTER b DROP NOT NULL, DROP d";
        let expected = [
            LossKind::Column("a".to_owned()),
            LossKind::Rewrite("b".to_owned()),
            LossKind::Column("d".to_owned()),
        ];
        let found = losses(sql);
        assert!(found.iter().all(|loss| loss.table == table("T")));
        assert_eq!(found.into_iter().map(|loss| loss.what).collect::<Vec<_>>(), expected);
        assert_eq!(losses("DELETE FROM t WHERE a")[0].what, LossKind::Rows);
        assert_eq!(losses("CREATE TABLE t (a int)"), []);
    }
}
