//! What `deploy` says before it takes rows away, whatever code does it, and what `--backup` saves.

use driftless_tests::postgres::server;

use super::Project;

/// A table with rows, and a function that takes them away.
const FIRST: &str = "CREATE TABLE t (id int, note text); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL);
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM t $$;
CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM f(); RETURN 1; END $$;
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN TRUNCATE t; END $$;";

/// What somebody made by hand.
const BY_HAND: &str = "CREATE FUNCTION by_hand() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  UPDATE t SET note = 'x'; END $$";

fn project<'a>(server: &'a driftless_tests::postgres::Server, script: &str) -> Project<'a> {
    let project = Project::new(server.create_database(), &[("1_first", FIRST)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run(BY_HAND).unwrap();
    project.write_migration("2_next", script);
    project
}

#[test]
fn rows_that_code_takes_away_are_warned_of_and_saved() {
    let Some(server) = server() else { return };
    for (script, words) in [
        ("SELECT f();", "deletes rows of `t`, which has 3 rows"),
        ("CREATE TABLE u AS SELECT g() AS x;", "deletes rows of `t`, which has 3 rows"),
        ("CALL p();", "deletes rows of `t`, which has 3 rows"),
        ("SELECT now(), by_hand();", "writes over values of `note` of `t`, which has a value in 2 rows"),
        (
            "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 't'); END $$;",
            "drops the table `t`, which has 3 rows",
        ),
        (
            "DO $$ BEGIN <<here>> BEGIN DELETE FROM t; END here; END $$;",
            "deletes rows of `t`, which has 3 rows",
        ),
        ("EXPLAIN (ANALYZE) DELETE FROM t;", "deletes rows of `t`, which has 3 rows"),
        ("PREPARE q AS DELETE FROM t;\nEXECUTE q;", "deletes rows of `t`, which has 3 rows"),
        (
            "CREATE FUNCTION n() RETURNS void LANGUAGE sql AS $$ ALTER TABLE t DROP COLUMN note $$;\nSELECT n();",
            "drops the column `note` of `t`, which has a value in 2 rows",
        ),
    ] {
        let project = project(server, script);
        project.run(&["migrate", "deploy", "--dry-run"]).succeeds().says(words);
        project.run(&["migrate", "deploy", "--backup", "saved"]).succeeds().says(words).says("saved `t`");
        assert!(project.path().join("saved/public.t.copy.gz").exists(), "{script}");
    }
}

#[test]
fn what_is_not_known_is_said_and_not_saved() {
    let Some(server) = server() else { return };
    let code = |code: &str| format!("-- a comment\nDO $$ DECLARE n name; BEGIN {code} END $$;");
    for (script, words) in [
        (
            code(
                "FOR n IN SELECT relname FROM pg_class WHERE relname = 't' LOOP EXECUTE 'DROP TABLE ' || n; END LOOP;",
            ),
            "runs SQL that it puts together (`'DROP TABLE ' || n`) at line 2",
        ),
        (
            code(
                "SELECT relname INTO n FROM pg_class WHERE relname = 't'; EXECUTE format('TRUNCATE %I', n);",
            ),
            "runs SQL that it puts together (`format('TRUNCATE %I', n)`) at line 2",
        ),
        (code("EXECUTE (SELECT 'DELETE FROM t' FROM t LIMIT 1);"), "what that takes away is not known"),
    ] {
        let project = project(server, &script);
        project.run(&["migrate", "deploy", "--dry-run"]).succeeds().says(words);
        project.run(&["migrate", "deploy", "--backup", "saved"]).fails_with("D3003").says("cannot be saved");
        assert_eq!(project.query("SELECT count(*) FROM t"), "3", "{script}");
        assert!(!project.path().join("saved").exists(), "{script}");
        project.run(&["migrate", "deploy"]).succeeds();
    }
}

#[test]
fn code_that_takes_nothing_away_is_not_warned_of() {
    let Some(server) = server() else { return };
    let code = |code: &str| format!("DO $$ DECLARE n name := 't'; BEGIN {code} END $$;");
    for script in [
        code("n := lower('T'); EXECUTE format('ALTER TABLE %I ADD COLUMN more int', n);"),
        code("FOR n IN SELECT 't' LOOP EXECUTE format('CREATE INDEX ON %I (id)', n); END LOOP;"),
        code("n := upper('x'); EXECUTE 'COMMENT ON TABLE t IS ' || quote_literal(n);"),
        "SELECT count(*), pg_sleep(0), now() FROM t;".to_owned(),
        "CREATE VIEW v AS SELECT g() AS x;".to_owned(),
        "INSERT INTO t VALUES (4, lower('X'));".to_owned(),
        "-- driftless: no-effect\nDO $$ BEGIN EXECUTE (SELECT 'SELECT 1'); END $$;".to_owned(),
    ] {
        let project = project(server, &script);
        let run = project.run(&["migrate", "deploy", "--backup", "saved"]).succeeds();
        assert!(!run.stderr.contains("warning"), "{script}: {}", run.stderr);
        assert!(!project.path().join("saved").exists(), "{script}");
    }
}
