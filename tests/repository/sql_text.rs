//! How the text of SQL comes about: values go in through `Quoted`, `Name` and `QualifiedName` of `crates/ir`, or through
//! the typed holes of a query of `crates/catalog/queries`. Anything else is an offence.

use std::path::Path;

use driftless_tests::fixtures::{files_under, read, root};

/// Where a rule does not hold, and why. Each must be there.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("crates/sql/src/statement/grammar/session.rs", "replace(\"\\\"\\\"\"", "reads a quoted name"),
    ("crates/sql/src/facts/word.rs", "replace(\"\\\"\\\"\"", "reads a quoted name"),
    ("crates/sql/src/facts/word.rs", "replace(\"''\"", "reads a constant"),
    ("crates/sql/src/facts/word.rs", "replace(\"\\\\'\"", "reads a constant"),
    ("crates/catalog/src/introspect/default/mod.rs", "replace(\"''\"", "reads a constant"),
    ("crates/catalog/src/url/parameter.rs", "replace('+'", "reads a parameter of a URL"),
    ("crates/plan/src/render/alter_column.rs", "EXECUTE 'DROP SEQUENCE ' ||", "the server quotes its answer"),
    (
        "crates/plan/src/render/alter_column.rs",
        "EXECUTE 'ALTER SEQUENCE ' ||",
        "the server quotes its answer",
    ),
    (
        "crates/catalog/queries/empty_database.sql",
        "EXECUTE pg_catalog.format('DROP %s IF EXISTS %I CASCADE'",
        "`%I` quotes, and the kind is one of the query's own",
    ),
    (
        "crates/catalog/queries/empty_database.sql",
        "EXECUTE pg_catalog.format('DROP EXTENSION IF EXISTS %I CASCADE'",
        "`%I` quotes",
    ),
    (
        "crates/catalog/queries/empty_database.sql",
        "EXECUTE pg_catalog.format('DROP SCHEMA IF EXISTS %I CASCADE'",
        "`%I` quotes",
    ),
];

/// The words by which a string is taken for SQL.
const KEYWORDS: [&str; 18] = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ", "SET ", "RESET ", "COPY ",
    "WHERE ", "FROM ", "VALUES", "EXECUTE ", "DEFAULT ", "LIKE ", "AND ", "regclass",
];

/// A line and why it is an offence.
#[derive(Debug, PartialEq, Eq)]
struct Offence {
    line: usize,
    text: String,
    why: &'static str,
}

/// The code of a file without its tests and its comments, with the number of each line.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end].lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("--")
    })
}

fn offences(path: &str, text: &str) -> Vec<Offence> {
    let is_rust = path.ends_with(".rs");
    let mut found = Vec::new();
    for (line, code) in code(text) {
        let mut add = |why| found.push(Offence { line, text: code.trim().to_owned(), why });
        if code.contains("EXECUTE ") && ["||", "format(", "concat("].iter().any(|join| code.contains(join)) {
            add("runs a text that is joined on the server");
        }
        if !is_rust {
            continue;
        }
        let replaces = [".replace(", ".replacen("].iter().any(|call| code.contains(call));
        if replaces && path.starts_with("crates/catalog/") {
            add("replaces text where all text is SQL");
        }
        let doubles = ["\"''\"", "r\"''\"", "\"\\\"\\\"\"", "\"\\\\'\""].iter().any(|two| code.contains(two));
        if replaces && (doubles || code.contains("replace(\":") || code.contains("replace(\"{")) {
            add("quotes or fills in by hand");
        }
        let strings = literals(code);
        let is_sql = strings.iter().any(|string| KEYWORDS.iter().any(|word| string.contains(word)));
        if is_sql && strings.iter().any(|string| string.contains("'{") && !string.contains("'{{")) {
            add("puts a value between quotes");
        }
        if is_sql && strings.iter().any(|string| string.contains("\\\"{") && !string.contains("\\\"{{")) {
            add("puts a name between quotes");
        }
        let sends = ["simple_query(", "batch_execute(", "execute_typed(", ".client.execute("];
        if sends.iter().any(|call| code.contains(call)) && path != "crates/catalog/src/session.rs" {
            add("sends SQL by another way than a session's");
        }
    }
    found
}

/// The string literals that a line of Rust holds; one that goes on over lines ends with its line.
fn literals(code: &str) -> Vec<&str> {
    let bytes = code.as_bytes();
    let mut strings = Vec::new();
    let mut at = 0;
    // a line that goes on from the one above begins within a string, which is no harm to take for code and string alike
    strings.push(code);
    while at < bytes.len() {
        if bytes[at] == b'"' {
            let start = at + 1;
            at = start;
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            strings.push(&code[start..at.min(code.len())]);
        }
        at += 1;
    }
    strings
}

fn is_allowed(path: &str, text: &str) -> bool {
    ALLOWED.iter().any(|(file, part, _)| *file == path && text.contains(part))
}

/// The files whose text becomes SQL or reads it.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let crates = ["catalog", "engine", "ir", "plan", "psl", "sql", "cli"];
    let files = crates.iter().flat_map(|name| {
        let folder = root.join("crates").join(name);
        ["src", "queries"].map(|part| folder.join(part)).into_iter().filter(|path| path.exists())
    });
    let files = files.flat_map(|folder| files_under(&folder));
    let is_source = |path: &Path| path.extension().is_some_and(|end| end == "rs" || end == "sql");
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(&root).expect("files lie below the root").display().to_string();
        (name, read(&path))
    };
    files.filter(|path| is_source(path)).map(read).collect()
}

#[test]
fn values_get_into_sql_in_one_way() {
    let mut offending = Vec::new();
    for (path, text) in sources() {
        // the two types themselves
        if ["crates/ir/src/quoted.rs", "crates/ir/src/name.rs"].contains(&path.as_str()) {
            continue;
        }
        let found = offences(&path, &text).into_iter().filter(|offence| !is_allowed(&path, &offence.text));
        offending.extend(
            found.map(|offence| format!("{path}:{}: {}: {}", offence.line, offence.why, offence.text)),
        );
    }
    assert!(offending.is_empty(), "{}", offending.join("\n"));
}

#[test]
fn what_is_allowed_is_there() {
    for (path, part, why) in ALLOWED {
        let text = read(&root().join(path));
        assert!(code(&text).any(|(_, line)| line.contains(part)), "{path}: `{part}` ({why}) is gone");
    }
}

#[test]
fn offences_are_found() {
    let planted = [
        ("crates/catalog/src/a.rs", r#"let query = QUERY.replace(":table", name);"#),
        ("crates/catalog/src/a.rs", r#"let query = QUERY.replacen("%s", name, 1);"#),
        ("crates/engine/src/a.rs", r#"let query = QUERY.replace(":table", name);"#),
        ("crates/engine/src/a.rs", r#"let query = QUERY.replace("{table}", name);"#),
        ("crates/engine/src/a.rs", r#"format!("'{}'", text.replace('\'', "''"))"#),
        ("crates/plan/src/a.rs", r#"format!("\"{}\"", name.replace('"', "\"\""))"#),
        ("crates/engine/src/a.rs", r#"format!("SELECT '{name}'")"#),
        ("crates/engine/src/a.rs", r#"format!("DROP TABLE {}, WHERE a = '{}'", table, name)"#),
        ("crates/engine/src/a.rs", r#"format!("DROP TABLE \"{name}\"")"#),
        ("crates/engine/src/a.rs", "    FROM pg_class WHERE relname = '{name}' \\"),
        ("crates/engine/src/a.rs", r#"client.simple_query(&text)"#),
        ("crates/engine/src/a.rs", r#"format!("DO $$ BEGIN EXECUTE 'DROP ' || name; END $$")"#),
        ("crates/catalog/queries/a.sql", "EXECUTE 'DROP TABLE ' || name;"),
        ("crates/catalog/queries/a.sql", "EXECUTE pg_catalog.format('DROP TABLE %s', name);"),
    ];
    for (path, text) in planted {
        assert!(!offences(path, text).is_empty(), "{text}");
    }
    let innocent = [
        ("crates/catalog/src/a.rs", r#"format!("SELECT {}", Quoted(name))"#),
        ("crates/catalog/src/a.rs", "// QUERY.replace(\":table\", name)"),
        ("crates/engine/src/a.rs", r#"let name = path.replace('/', "_");"#),
        ("crates/engine/src/a.rs", r#"format!("it's `{name}`")"#),
        ("crates/engine/src/a.rs", "#[cfg(test)]\nmod tests {\nformat!(\"SELECT '{name}'\")\n}"),
    ];
    for (path, text) in innocent {
        assert_eq!(offences(path, text), [], "{text}");
    }
}
