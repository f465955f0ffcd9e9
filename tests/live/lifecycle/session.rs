//! A script may do anything to its session: the next one finds it as it was, under the lock.

use driftless_tests::postgres::{Server, server};

use super::{Project, Run};

/// Makes what the tests look at, and functions that later scripts call: no word of those tells what they do.
const FIRST: &str = "
CREATE TABLE ran (n int);
CREATE SCHEMA other;
CREATE TABLE before_all AS SELECT name, setting FROM pg_settings;
CREATE TABLE differs (n int, name text);
CREATE FUNCTION leave_path() RETURNS void LANGUAGE sql AS $$ SELECT set_config('search_path', 'other', false) $$;
CREATE FUNCTION leave_role() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SET ' || 'ROLE pg_monitor'; END $$;
CREATE FUNCTION leave_lock() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT pg_advisory_' || 'unlock_all()'; END $$;
";

/// Writes down what is not as it was when the first script ran.
const LOOK: &str = "
INSERT INTO differs SELECT #, s.name FROM pg_settings s JOIN before_all b USING (name)
WHERE s.setting IS DISTINCT FROM b.setting AND name NOT IN ('transaction_isolation', 'transaction_read_only');
INSERT INTO differs SELECT #, current_user || ' ' || session_user WHERE current_user || session_user <> 'postgrespostgres';
INSERT INTO differs SELECT #, 'prepared ' || name FROM pg_prepared_statements;
INSERT INTO differs SELECT #, 'cursor ' || name FROM pg_cursors WHERE is_holdable;
INSERT INTO differs SELECT #, 'listens ' || c FROM pg_listening_channels() c;
INSERT INTO ran VALUES (#);
CREATE TABLE lands_# ();
";

/// What scripts leave behind, each in its own way.
const LEAVES: [&str; 18] = [
    "SELECT leave_path();",
    "SELECT leave_role();",
    "SET search_path TO other; SET statement_timeout TO 60000;",
    "SET SESSION AUTHORIZATION pg_monitor;",
    "SET default_transaction_read_only TO on;",
    "SET default_transaction_isolation TO serializable;",
    "SET session_replication_role TO replica;",
    "SET standard_conforming_strings TO off; SET backslash_quote TO on;",
    "SET client_encoding TO latin1;",
    "DO $$ BEGIN PERFORM set_config('lock_' || 'timeout', '1', false); END $$;",
    "CREATE TEMP TABLE ran (n int);",
    "PREPARE q AS SELECT 1; LISTEN c; DECLARE k CURSOR WITH HOLD FOR SELECT 1;",
    "BEGIN; SET search_path TO other; COMMIT; CREATE TABLE x ();",
    "SET search_path TO other; VACUUM public.ran; CREATE TABLE y ();",
    "DISCARD ALL;",
    "SELECT leave_lock();",
    "SELECT pg_advisory_unlock(72707369), pg_advisory_unlock(72707369);",
    "SET ROLE pg_monitor; RESET ALL; SELECT 1; -- no end",
];

/// A history in which each script that leaves something behind has one that looks behind it.
fn history() -> Vec<(String, String)> {
    let mut history = vec![("000_first".to_owned(), FIRST.to_owned())];
    for (at, leaves) in LEAVES.iter().enumerate() {
        let n = 100 + at;
        history.push((format!("{n}_a"), (*leaves).to_owned()));
        history.push((format!("{n}_b"), LOOK.replace('#', &n.to_string())));
    }
    history
}

/// Deploys a part of the history at a time, and looks what each script found.
fn nothing_is_left(server: &Server, at_once: usize) {
    let history = history();
    let project = Project::new(server.create_database(), &[]);
    for part in history.chunks(at_once) {
        part.iter().for_each(|(name, script)| project.write_migration(name, script));
        project.run(&["migrate", "deploy"]).succeeds();
    }
    assert_eq!(project.query("SELECT string_agg(n || ' ' || name, ', ') FROM differs"), "");
    let count = LEAVES.len().to_string();
    assert_eq!(project.query("SELECT count(*) FROM ran"), count);
    assert_eq!(
        project.query("SELECT count(*) FROM pg_tables WHERE schemaname || tablename ~ '^publiclands_'"),
        count
    );
    assert_eq!(
        project
            .query("SELECT string_agg(tablename, ' ' ORDER BY 1) FROM pg_tables WHERE schemaname = 'other'"),
        "x y"
    );
    let rows = "SELECT count(*), count(DISTINCT migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL";
    assert_eq!(project.query(rows), format!("{0}|{0}", history.len()));
}

#[test]
fn what_a_script_leaves_behind_does_not_reach_the_next_of_few() {
    let Some(server) = server() else { return };
    nothing_is_left(server, 3);
}

#[test]
fn what_a_script_leaves_behind_does_not_reach_the_next_of_many() {
    let Some(server) = server() else { return };
    nothing_is_left(server, 100);
}

#[test]
fn settings_of_a_script_hold_to_its_end_also_where_it_is_gone_on_with() {
    let Some(server) = server() else { return };
    let script = "SET search_path TO other;\nSELECT set_config('my.word', 'said', false);\nSET ROLE owner_of_other;\n\
                  VACUUM;\nCREATE TABLE a AS SELECT current_setting('my.word') AS word, current_user AS who;\n\
                  SELECT 1 / (SELECT count(*) FROM public.gate);";
    let first = "CREATE SCHEMA other; CREATE TABLE gate (id int);\n\
                 DO $$ BEGIN CREATE ROLE owner_of_other; EXCEPTION WHEN duplicate_object THEN END $$;\n\
                 GRANT ALL ON SCHEMA other TO owner_of_other; GRANT SELECT ON gate TO owner_of_other;";
    let project = Project::new(server.create_database(), &[("1_a", first), ("2_b", script)]);
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("4 of its 6 statements took effect");
    project.database.run("INSERT INTO gate VALUES (1)").unwrap();
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT word || ' ' || who FROM other.a"), "said owner_of_other");
    assert_eq!(project.query("SELECT tableowner FROM pg_tables WHERE tablename = 'a'"), "owner_of_other");
    project.database.run("DROP OWNED BY owner_of_other; DROP ROLE owner_of_other").unwrap();
}

#[test]
fn a_lock_that_a_script_gives_back_lets_no_other_deployment_in() {
    let Some(server) = server() else { return };
    for gives_back in [
        "SELECT pg_advisory_unlock_all();",
        "SELECT pg_advisory_unlock(72707369), pg_advisory_unlock(72707369), pg_advisory_unlock(72707369);",
        "DISCARD ALL;",
        "SELECT leave_lock();",
        "BEGIN; SELECT leave_lock(); COMMIT; SELECT pg_sleep(0.1);",
        "DO $$ BEGIN INSERT INTO ran VALUES (0); COMMIT; PERFORM pg_advisory_unlock_all(); PERFORM pg_sleep(0.1); END $$;",
    ] {
        let project = Project::new(server.create_database(), &[("0_first", FIRST)]);
        project.run(&["migrate", "deploy"]).succeeds();
        for n in 1..12 {
            let script = match n % 3 {
                1 => format!("INSERT INTO ran VALUES ({n});\n{gives_back}\nSELECT pg_sleep(0.03);"),
                _ => format!("SELECT pg_sleep(0.03);\nINSERT INTO ran VALUES ({n});\nSELECT pg_sleep(0.03);"),
            };
            project.write_migration(&format!("{n:02}_m"), &script);
        }
        let children: Vec<_> =
            (0..3).map(|_| project.command(&["migrate", "deploy"]).spawn().unwrap()).collect();
        let runs: Vec<_> = children.into_iter().map(Run::of).collect();
        // who comes upon a statement that runs outside of a transaction for another is told so, and does nothing
        for run in runs {
            assert!(run.code == Some(0) || run.stderr.contains("P3009"), "{gives_back}: {}", run.stderr);
        }
        let twice = "SELECT string_agg(n::text, ' ') FROM (SELECT n FROM ran WHERE n > 0 GROUP BY n HAVING count(*) > 1) t";
        assert_eq!(project.query(twice), "", "{gives_back}");
        assert_eq!(project.query("SELECT count(*) FROM ran WHERE n > 0"), "11", "{gives_back}");
        let rows = "SELECT count(*), count(DISTINCT migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL";
        assert_eq!(project.query(rows), "12|12", "{gives_back}");
    }
}

#[test]
fn a_script_of_the_user_may_hold_any_text() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    // the server points into the middle of a line, at letters of several bytes
    for script in
        ["SELECT é;", "SELECT über();", "INSERT INTO übung VALUES (1);", "SELECT 🎉;", "\u{a0}SELECT 1;"]
    {
        project.write("script.sql", &format!("CREATE TABLE IF NOT EXISTS landed ();\nCOMMIT;\n{script}"));
        project.run(&["db", "execute", "--file", "script.sql"]).fails_with("D4003").says("script.sql:3:");
    }
    project.write("script.sql", "\u{feff}CREATE TABLE marked ();");
    project.run(&["db", "execute", "--file", "script.sql"]).succeeds();
    assert_eq!(project.query("SELECT to_regclass('marked') IS NOT NULL"), "t");
}
