//! What a statement takes away, or writes over, of the rows that were there before. Only its words are looked at, and
//! what it calls or runs as code is not: that is [`super::code`].

use super::word::{Word, path, words};

/// A relation, a type or a function, with its namespace if that is written.
pub type Named = (Option<String>, String);

/// What a statement does that matters for rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowEffect {
    /// Tables go, with their rows.
    Drop {
        /// What is dropped.
        kind: DropKind,
        /// Its name.
        name: Named,
        /// Whether what depends on it goes, too.
        cascades: bool,
    },
    /// A table is emptied.
    Truncate {
        /// The table.
        table: Named,
        /// Whether the tables that inherit from it keep their rows.
        only: bool,
        /// Whether tables that refer to it are emptied, too.
        cascades: bool,
    },
    /// Rows are deleted.
    Delete {
        /// The table.
        table: Named,
        /// Whether the tables that inherit from it keep their rows.
        only: bool,
    },
    /// Something happens to the values of a column.
    Column {
        /// The table.
        table: Named,
        /// The column.
        column: String,
        /// Whether the tables that inherit from it are left alone.
        only: bool,
        /// What happens.
        what: ColumnEffect,
    },
    /// A table is known by another name from here on.
    RenameTable {
        /// The name before.
        from: Named,
        /// The name behind.
        to: Named,
    },
    /// A column is known by another name from here on.
    RenameColumn {
        /// The table.
        table: Named,
        /// The name before.
        from: String,
        /// The name behind.
        to: String,
    },
}

/// What is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropKind {
    /// A table.
    Table,
    /// A type or a domain.
    Type,
    /// A namespace.
    Namespace,
    /// An extension.
    Extension,
}

/// What happens to the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnEffect {
    /// They go.
    Drop,
    /// They go through another type.
    Rewrite,
    /// Others are written over them.
    Overwrite,
}

/// What a statement does that matters for rows. Code that it calls or runs is not looked at.
pub fn row_effects(statement: &str) -> Vec<RowEffect> {
    let first = words(statement, 1);
    let Some(first) = first.first() else { return Vec::new() };
    // rows to insert may be many, and only a conflict writes over others
    let is_of_interest =
        if first.is("insert") { mentions(statement, "conflict") } else { first.is_any(&BEGINNINGS) };
    if is_of_interest { effects_of_words(&words(statement, usize::MAX)) } else { Vec::new() }
}

/// The words with which statements that matter begin.
const BEGINNINGS: [&str; 7] = ["drop", "truncate", "alter", "with", "delete", "update", "merge"];

/// Whether a text holds a word, in small or capital letters.
pub fn mentions(statement: &str, word: &str) -> bool {
    statement.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn effects_of_words(words: &[Word<'_>]) -> Vec<RowEffect> {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    match words.first() {
        Some(first) if first.is("drop") => drops(words),
        Some(first) if first.is("truncate") => {
            let cascades = words.last().is_some_and(|word| word.is("cascade"));
            let tables = names(words, if is(1, "table") { 2 } else { 1 });
            tables.into_iter().map(|(table, only)| RowEffect::Truncate { table, only, cascades }).collect()
        }
        Some(first) if first.is("alter") && is(1, "table") => alterations(words),
        Some(first) if first.is("alter") => Vec::new(),
        _ => changes_of_rows(words),
    }
}

fn drops(words: &[Word<'_>]) -> Vec<RowEffect> {
    let Some(kind) = words.get(1) else { return Vec::new() };
    let kind = match () {
        () if kind.is("table") => DropKind::Table,
        () if kind.is_any(&["type", "domain"]) => DropKind::Type,
        () if kind.is("schema") => DropKind::Namespace,
        () if kind.is("extension") => DropKind::Extension,
        () => return Vec::new(),
    };
    let cascades = words.last().is_some_and(|word| word.is("cascade"));
    let start = if words.get(2).is_some_and(|word| word.is("if")) { 4 } else { 2 };
    names(words, start).into_iter().map(|(name, _)| RowEffect::Drop { kind, name, cascades }).collect()
}

/// What `ALTER TABLE` does.
fn alterations(words: &[Word<'_>]) -> Vec<RowEffect> {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let identifier =
        |at: usize| words.get(at).filter(|word| word.is_identifier()).map(|word| word.name().into_owned());
    let start = if is(2, "if") { 4 } else { 2 };
    let Some((table, only, mut at)) = name(words, start) else { return Vec::new() };
    let mut effects = Vec::new();
    if is(at, "set") && is(at + 1, "schema") {
        let to = identifier(at + 2).map(|namespace| (Some(namespace), table.1.clone()));
        return to.map(|to| RowEffect::RenameTable { from: table, to }).into_iter().collect();
    }
    if is(at, "rename") && is(at + 1, "to") {
        let to = identifier(at + 2).map(|name| (table.0.clone(), name));
        return to.map(|to| RowEffect::RenameTable { from: table, to }).into_iter().collect();
    }
    if is(at, "rename") && !is(at + 1, "constraint") {
        let from = at + 1 + usize::from(is(at + 1, "column"));
        let names = identifier(from).zip(identifier(from + 2));
        return names.map(|(from, to)| RowEffect::RenameColumn { table, from, to }).into_iter().collect();
    }
    let mut depth = 0_usize;
    let mut begins = true;
    while let Some(word) = words.get(at) {
        if begins && let Some((column, what)) = column_effect(&words[at..]) {
            effects.push(RowEffect::Column { table: table.clone(), column, only, what });
        }
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth = depth.saturating_sub(1);
        }
        begins = depth == 0 && word.is(",");
        at += 1;
    }
    effects
}

/// What one action of `ALTER TABLE`, at the start of `words`, does to the values of a column.
fn column_effect(words: &[Word<'_>]) -> Option<(String, ColumnEffect)> {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let other = ["constraint", "default", "not", "identity", "expression"];
    let mut at = 1 + usize::from(is(1, "column"));
    if at == 1 && words.get(1)?.is_any(&other) {
        return None;
    }
    if is(at, "if") {
        at += 2;
    }
    let column = words.get(at).filter(|word| word.is_identifier())?.name().into_owned();
    if is(0, "drop") {
        return Some((column, ColumnEffect::Drop));
    }
    let is_typed = is(at + 1, "type") || (is(at + 1, "set") && is(at + 2, "data"));
    (is(0, "alter") && is_typed).then_some((column, ColumnEffect::Rewrite))
}

/// What `DELETE`, `UPDATE`, `MERGE` and `INSERT … ON CONFLICT` do, also inside `WITH`.
fn changes_of_rows(words: &[Word<'_>]) -> Vec<RowEffect> {
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let mut effects = Vec::new();
    // what `DO UPDATE` and `WHEN MATCHED` are about
    let mut target: Option<(Named, bool)> = None;
    for (at, word) in words.iter().enumerate() {
        let begins = at == 0 || words[at - 1].is_any(&["(", ")"]);
        if begins && word.is("delete") && is(at + 1, "from") {
            let table = name(words, at + 2);
            effects.extend(table.map(|(table, only, _)| RowEffect::Delete { table, only }));
        } else if word.is_any(&["insert", "merge"]) && is(at + 1, "into") {
            target = name(words, at + 2).map(|(table, only, _)| (table, only));
        } else if begins && word.is("update") {
            let Some((table, only, behind)) = name(words, at + 1) else { continue };
            let set = words[behind..].iter().take(3).position(|word| word.is("set"));
            effects
                .extend(set.into_iter().flat_map(|set| overwrites(&table, only, &words[behind + set + 1..])));
        } else if let Some((table, only)) = &target {
            let only = *only;
            if is(at, "then") && is(at + 1, "delete") {
                effects.push(RowEffect::Delete { table: table.clone(), only });
            } else if word.is_any(&["do", "then"]) && is(at + 1, "update") && is(at + 2, "set") {
                effects.extend(overwrites(table, only, &words[at + 3..]));
            }
        }
    }
    effects
}

/// The columns that a list of assignments at the start of `words` writes to.
fn overwrites(table: &Named, only: bool, words: &[Word<'_>]) -> Vec<RowEffect> {
    let mut effects = Vec::new();
    let mut depth = 0_usize;
    let mut is_target = true;
    for word in words {
        if word.is_any(&["(", "[", "case"]) {
            depth += 1;
        } else if word.is_any(&[")", "]", "end"]) {
            let Some(outer) = depth.checked_sub(1) else { break };
            depth = outer;
        } else if word.is("=") {
            is_target = false;
        } else if depth == 0 && word.is(",") {
            is_target = true;
        } else if depth == 0 && word.is_any(&["from", "where", "returning", "when"]) {
            break;
        } else if is_target && word.is_identifier() && !word.is("row") {
            let column = word.name().into_owned();
            let what = ColumnEffect::Overwrite;
            effects.push(RowEffect::Column { table: table.clone(), column, only, what });
        }
    }
    effects
}

/// The names of a list that begins at `at`, and whether `ONLY` stands before each.
fn names(words: &[Word<'_>], mut at: usize) -> Vec<(Named, bool)> {
    let mut names = Vec::new();
    while let Some((found, only, behind)) = name(words, at) {
        names.push((found, only));
        if words.get(behind).is_none_or(|word| !word.is(",")) {
            break;
        }
        at = behind + 1;
    }
    names
}

/// `[ONLY] name [*]` at `at`: the name, whether `ONLY` is said, and where the next word stands.
fn name(words: &[Word<'_>], at: usize) -> Option<(Named, bool, usize)> {
    let only = words.get(at)?.is("only");
    let open = usize::from(only && words.get(at + 1).is_some_and(|word| word.is("(")));
    let start = at + usize::from(only) + open;
    let (parts, length) = path(words.get(start..)?)?;
    let mut names = parts.iter().rev().map(|word| word.name().into_owned());
    let last = names.next()?;
    let behind = start + length + open;
    let star = usize::from(words.get(behind).is_some_and(|word| word.is("*")));
    Some(((names.next(), last), only, behind + star))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The effects of a statement, in short.
    fn say(statement: &str) -> String {
        let path = |(namespace, name): &Named| match namespace {
            Some(namespace) => format!("{namespace}.{name}"),
            None => name.clone(),
        };
        let only = |only: &bool| if *only { "only " } else { "" };
        let short = |act: &RowEffect| match act {
            RowEffect::Drop { kind, name, cascades } => {
                format!("{kind:?} {}{}", path(name), if *cascades { " cascade" } else { "" })
            }
            RowEffect::Truncate { table, only: o, cascades } => {
                format!("truncate {}{}{}", only(o), path(table), if *cascades { " cascade" } else { "" })
            }
            RowEffect::Delete { table, only: o } => format!("delete {}{}", only(o), path(table)),
            RowEffect::Column { table, column, only: o, what } => {
                format!("{what:?} {}{}({column})", only(o), path(table))
            }
            RowEffect::RenameTable { from, to } => format!("{} -> {}", path(from), path(to)),
            RowEffect::RenameColumn { table, from, to } => format!("{}: {from} -> {to}", path(table)),
        };
        row_effects(statement).iter().map(short).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn objects_that_are_dropped() {
        assert_eq!(say("DROP TABLE IF EXISTS a, \"s\".\"B\" CASCADE"), "Table a cascade; Table s.B cascade");
        assert_eq!(say("drop schema s cascade"), "Namespace s cascade");
        assert_eq!(say("DROP TYPE IF EXISTS \"E\""), "Type E");
        assert_eq!(say("DROP DOMAIN d CASCADE"), "Type d cascade");
        assert_eq!(say("DROP EXTENSION citext CASCADE"), "Extension citext cascade");
        assert_eq!(say("DROP INDEX a"), "");
        assert_eq!(say("CREATE TABLE t (a int)"), "");
    }

    #[test]
    fn columns_that_go_or_are_rewritten() {
        let sql = "ALTER TABLE \"T\" DROP COLUMN \"a\", DROP CONSTRAINT c, ALTER COLUMN b SET DATA TYPE numeric(3, 2), \
                   ALTER b DROP NOT NULL, DROP IF EXISTS d, ADD COLUMN e int, ADD UNIQUE (f, g), DROP h";
        assert_eq!(say(sql), "Drop T(a); Rewrite T(b); Drop T(d); Drop T(h)");
        assert_eq!(
            say("ALTER TABLE IF EXISTS ONLY s.t * ALTER a TYPE int USING a::int"),
            "Rewrite only s.t(a)"
        );
        assert_eq!(say("ALTER TABLE t DROP COLUMN \"default\""), "Drop t(default)");
        assert_eq!(say("ALTER TABLE t ALTER a DROP DEFAULT"), "");
    }

    #[test]
    fn rows_that_go() {
        assert_eq!(
            say("TRUNCATE a, ONLY s.b *, c RESTART IDENTITY"),
            "truncate a; truncate only s.b; truncate c"
        );
        assert_eq!(say("truncate table a cascade"), "truncate a cascade");
        assert_eq!(say("DELETE FROM ONLY (t) WHERE a"), "delete only t");
        assert_eq!(say("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x"), "delete t");
        assert_eq!(say("WITH x AS (SELECT 1) DELETE FROM t"), "delete t");
        assert_eq!(say("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE"), "delete t");
    }

    #[test]
    fn values_that_are_written_over() {
        let sql = "UPDATE s.t AS x SET a = CASE WHEN b = 1 THEN f(c, d) END, (e, g) = ROW (1, 2), h[1] = 2 WHERE i = 1";
        assert_eq!(say(sql), "Overwrite s.t(a); Overwrite s.t(e); Overwrite s.t(g); Overwrite s.t(h)");
        assert_eq!(say("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2"), "Overwrite t(b)");
        assert_eq!(say("INSERT INTO t VALUES ('a') ON CONFLICT DO NOTHING"), "");
        assert_eq!(say("SELECT * FROM t FOR UPDATE"), "");
        assert_eq!(say("MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET a = 1"), "Overwrite t(a)");
    }

    #[test]
    fn names_that_change() {
        assert_eq!(say("ALTER TABLE s.a RENAME TO b"), "s.a -> s.b");
        assert_eq!(say("ALTER TABLE a SET SCHEMA s"), "a -> s.a");
        assert_eq!(say("ALTER TABLE a RENAME COLUMN b TO c"), "a: b -> c");
        assert_eq!(say("ALTER TABLE a RENAME b TO c"), "a: b -> c");
        assert_eq!(say("ALTER TABLE a RENAME CONSTRAINT b TO c"), "");
    }
}
