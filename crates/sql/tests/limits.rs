//! Scripts that are deep, long, or grow by themselves: each is replayed at once, with a reason where it is not known
//! what it makes. The stack of a test's thread is as small as stacks are.

#![allow(clippy::unwrap_used, reason = "a test fails")]

use std::time::{Duration, Instant};

use driftless_diagnostics::Files;
use driftless_sql::{Replay, Trust};

/// What one script may take, in a build without optimisation on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(60);

/// Replays a script and gives the reasons why its effect is not known, and what is refused.
fn replay(script: &str) -> Vec<String> {
    let before = Instant::now();
    let mut files = Files::new();
    let file = files.add("migration.sql", script);
    let mut replay = Replay::default();
    replay.run(file, script);
    replay.schema().unwrap();
    let mut said: Vec<String> = replay.refused().iter().map(|refused| refused.message.clone()).collect();
    if let Trust::Opaque(opaque) = replay.trust() {
        said.extend(opaque.iter().map(|statement| statement.reason.clone()));
    }
    drop(replay);
    let took = before.elapsed();
    assert!(took < MAX_TIME, "takes {took:?}: {}", &script[..script.len().min(80)]);
    said
}

fn assert_too_deep(kind: &str, script: &str) {
    let said = replay(script);
    assert!(said.iter().any(|reason| reason.contains("nested")), "{kind}: {said:?}");
}

/// Chains and nests of a number of parts, each with a name.
fn nested(count: usize) -> Vec<(&'static str, String)> {
    let repeat = |text: &str| text.repeat(count);
    let default = |expression: String| format!("CREATE TABLE t (a int DEFAULT {expression});");
    let view = |query: String| format!("CREATE VIEW v AS {query};");
    vec![
        ("plus", default(format!("{}1", repeat("1 + ")))),
        ("concatenation", default(format!("{}'a'", repeat("'a' || ")))),
        ("and", default(format!("{}true", repeat("true AND ")))),
        ("comparison", default(format!("{}1", repeat("1 = ")))),
        ("cast", default(format!("1{}", repeat("::int")))),
        ("collate", default(format!("'a'{}", repeat(" COLLATE \"C\"")))),
        ("is null", default(format!("1{}", repeat(" IS NULL")))),
        ("not", default(format!("{}true", repeat("NOT ")))),
        ("minus", default(format!("{}1", repeat("- ")))),
        ("array type", default(format!("'{{}}'::int{}", repeat("[]")))),
        ("index", default(format!("a{}", repeat("[1]")))),
        ("brackets", default(format!("{}1{}", repeat("("), repeat(")")))),
        ("rows", default(format!("{}1{}", repeat("(1, "), repeat(")")))),
        ("calls", default(format!("{}1{}", repeat("abs("), repeat(")")))),
        ("arrays", default(format!("{}1{}", repeat("ARRAY["), repeat("]")))),
        ("cases", default(format!("{}1{}", repeat("CASE WHEN true THEN "), repeat(" END")))),
        ("operands", default(format!("{}1{}", repeat("CASE "), repeat(" WHEN 1 THEN 1 END")))),
        ("check", format!("CREATE TABLE t (a int, CHECK ({}true));", repeat("a > 1 AND "))),
        (
            "policy",
            format!("CREATE TABLE t (a int); CREATE POLICY p ON t USING ({}true);", repeat("a > 1 OR ")),
        ),
        ("index key", format!("CREATE TABLE t (a int); CREATE INDEX i ON t (({}1));", repeat("a + "))),
        ("union", view(format!("{}SELECT 1", repeat("SELECT 1 UNION ALL ")))),
        ("except", view(format!("{}SELECT 1", repeat("SELECT 1 EXCEPT ")))),
        ("subqueries", view(format!("{}1{}", repeat("SELECT * FROM (SELECT "), repeat(") t")))),
        ("derived", view(format!("{}SELECT 1{}", repeat("SELECT * FROM ("), repeat(") t")))),
        ("bracketed tables", view(format!("SELECT * FROM {}pg_class{}", repeat("("), repeat(")")))),
        ("bracketed queries", view(format!("{}SELECT 1{}", repeat("("), repeat(")")))),
        ("exists", view(format!("{}SELECT 1{}", repeat("SELECT 1 WHERE EXISTS ("), repeat(")")))),
        ("in", view(format!("{}SELECT 1{}", repeat("SELECT 1 WHERE 1 IN ("), repeat(")")))),
        ("with", view(format!("{}SELECT 1{}", repeat("WITH a AS ("), repeat(") SELECT * FROM a")))),
        ("lateral", view(format!("{}SELECT 1{}", repeat("SELECT * FROM LATERAL ("), repeat(") t")))),
        (
            "condition",
            format!("DO $$ BEGIN IF {}true THEN CREATE TABLE x (); END IF; END $$;", repeat("true AND ")),
        ),
    ]
}

#[test]
fn what_is_nested_too_deeply_is_opaque() {
    for count in [2_000, 30_000] {
        for (kind, script) in nested(count).into_iter().filter(|(kind, _)| *kind != "condition") {
            assert_too_deep(kind, &script);
        }
    }
}

#[test]
fn nests_of_every_depth_are_replayed_at_once() {
    for count in [10, 20, 40, 80, 160, 300, 490, 900] {
        for (_, script) in nested(count) {
            replay(&script);
        }
    }
}

#[test]
fn chains_below_the_limit_are_read() {
    for (kind, script) in
        nested(400).into_iter().filter(|(kind, _)| ["plus", "check", "union"].contains(kind))
    {
        assert_eq!(replay(&script), [""; 0], "{kind}");
    }
}

#[test]
fn deep_blocks_are_opaque() {
    let blocks = |count: usize| {
        format!("DO $$ BEGIN {}NULL; {} END $$;", "IF true THEN ".repeat(count), "END IF; ".repeat(count))
    };
    for count in [300, 20_000] {
        assert_too_deep("blocks", &blocks(count));
    }
    let mut within = "CREATE TABLE t ();".to_owned();
    for level in 0..40 {
        within = format!("DO $a{level}$ BEGIN EXECUTE $b{level}${within}$b{level}$; END $a{level}$;");
    }
    assert_too_deep("blocks in blocks", &within);
}

#[test]
fn comments_nest_without_an_end() {
    let count = 200_000;
    assert_eq!(replay(&format!("{}{} CREATE TABLE t ();", "/*".repeat(count), "*/".repeat(count))), [""; 0]);
    assert_eq!(replay(&"/*".repeat(count)), ["a comment is not closed"]);
}

#[test]
fn what_grows_by_itself_is_not_computed() {
    let doubling = "x := x || x; ".repeat(64);
    let said =
        replay(&format!("DO $$ DECLARE x text := 'CREATE TABLE t ()'; BEGIN {doubling} EXECUTE x; END $$;"));
    assert_eq!(said.len(), 1, "{said:?}");
    let lists = "x := ARRAY[x, x]; ".repeat(64);
    replay(&format!("DO $$ DECLARE x text := 'a'; BEGIN {lists} END $$;"));
    let catalogs: Vec<_> = (0..12).map(|at| format!("pg_class c{at}")).collect();
    let tables = "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE d ();";
    let said = replay(&format!(
        "{tables} DO $$ BEGIN IF EXISTS (SELECT 1 FROM {}) THEN DROP TABLE a; END IF; END $$;",
        catalogs.join(", ")
    ));
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn columns_that_double_stay_within_postgresqls_limit() {
    let mut tables = vec!["a0 AS (SELECT 1 AS x, 2 AS y)".to_owned()];
    tables.extend((1..60).map(|at| format!("a{at} AS (SELECT p.*, q.* FROM a{0} p, a{0} q)", at - 1)));
    replay(&format!("CREATE VIEW v AS WITH {} SELECT 1 AS x FROM a59;", tables.join(", ")));
}

#[test]
fn a_table_has_room_for_postgresqls_columns() {
    let columns = |count: usize| (0..count).map(|at| format!("c{at} int")).collect::<Vec<_>>().join(", ");
    assert_eq!(replay(&format!("CREATE TABLE t ({});", columns(1_600))), [""; 0]);
    let refused = ["a table can have at most 1600 columns"];
    assert_eq!(replay(&format!("CREATE TABLE t ({});", columns(1_601))), refused);
    assert_eq!(replay(&format!("CREATE TABLE t ({}); ALTER TABLE t ADD x int;", columns(1_600))), refused);
    assert_eq!(replay(&format!("CREATE TABLE t ({});", columns(60_000))), refused);
}

#[test]
fn parents_of_parents_have_a_bound() {
    let chain = |count: usize| -> String {
        (0..count).map(|at| format!("CREATE TABLE t{} () INHERITS (t{at});\n", at + 1)).collect()
    };
    let changes =
        "ALTER TABLE t0 ADD b int; ALTER TABLE t0 ALTER a TYPE bigint; ALTER TABLE t0 ADD CHECK (a > 0);";
    assert_eq!(replay(&format!("CREATE TABLE t0 (a int);\n{}{changes}", chain(99))), [""; 0]);
    assert_too_deep("parents", &format!("CREATE TABLE t0 (a int);\n{}{changes}", chain(3_000)));
    let upwards: String = (1..300)
        .map(|at| format!("CREATE TABLE t{at} (a int); ALTER TABLE t{} INHERIT t{at};\n", at - 1))
        .collect();
    assert_too_deep("parents, from below", &format!("CREATE TABLE t0 (a int);\n{upwards}{changes}"));
}

#[test]
fn parents_that_share_parents_are_gone_through_once() {
    let levels: String = (0..90)
        .map(|at| {
            let next = at + 1;
            format!("CREATE TABLE a{next} () INHERITS (a{at}, b{at}); CREATE TABLE b{next} () INHERITS (a{at}, b{at});\n")
        })
        .collect();
    let script = format!(
        "CREATE TABLE r (x int, CONSTRAINT c CHECK (x > 0)); CREATE TABLE a0 () INHERITS (r); CREATE TABLE b0 () INHERITS (r);\n\
         {levels}ALTER TABLE r ALTER x TYPE bigint; ALTER TABLE r ALTER x SET NOT NULL; ALTER TABLE r DROP CONSTRAINT c; \
         ALTER TABLE r ADD y int; ALTER TABLE r DROP y;"
    );
    assert_eq!(replay(&script), [""; 0]);
}

#[test]
fn functions_that_call_each_other_are_looked_at_within_bounds() {
    let mut script = String::new();
    for level in 0..8 {
        for at in 0..12 {
            let calls: String = (0..12).map(|other| format!("PERFORM f{}_{other}(); ", level + 1)).collect();
            let calls = if level == 7 { String::new() } else { calls };
            script.push_str(&format!(
                "CREATE FUNCTION f{level}_{at}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {calls} END $$;\n"
            ));
        }
    }
    replay(&format!("{script} SELECT f0_0();"));
}

#[test]
fn long_scripts_are_read_in_time() {
    let many = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    replay(&many(10_000, &|at| format!("CREATE TABLE t{at} (a int);\n")));
    replay(&many(10_000, &|at| format!("CREATE TYPE e{at} AS ENUM ('a');\n")));
    replay(&format!("CREATE TYPE e AS ENUM ({}'x');", many(50_000, &|at| format!("'v{at}', "))));
    replay(&format!("CREATE TABLE t ({}x int);", many(1_500, &|at| format!("c{at} int, "))));
    replay(&format!("CREATE VIEW v AS SELECT 1 AS \"{}\";", "x".repeat(1_000_000)));
    replay(&format!("SELECT {}1;", many(50_000, &|at| format!("f{at}(), "))));
    replay(&format!("CREATE TABLE t (a numeric({}) DEFAULT {});", "9".repeat(1_000), "9".repeat(100_000)));
    replay("DO $$ BEGIN FOR i IN 1..1000000000 LOOP PERFORM 1; END LOOP; END $$;");
    let checks = many(2_500, &|at| format!("ALTER TABLE t ADD CHECK (a > {at});\n"));
    let said = replay(&format!("CREATE TABLE t (a int); {checks}"));
    assert_eq!(said.len(), 500, "{:?}", said.first());
    let values = many(9_999, &|at| format!("'v{at}', "));
    let said = replay(&format!("CREATE TYPE e AS ENUM ({values}'x'); ALTER TYPE e ADD VALUE 'y';"));
    assert_eq!(said, ["changes an enum of more than 10000 values"]);
    replay(&format!("CREATE TABLE t (a int); {}", many(5_000, &|_| "CREATE INDEX ON t (a);\n".to_owned())));
    replay(&many(20_000, &|_| "$a$".to_owned()));
    replay(&many(100_000, &|at| format!("$a{at}$")));
    replay(&";".repeat(300_000));
    replay(&"DO $$ BEGIN ".repeat(10_000));
}
