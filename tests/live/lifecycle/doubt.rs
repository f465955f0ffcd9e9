//! Nothing is run twice where it is not known whether it took effect.

use std::time::Duration;

use driftless_tests::postgres::server;

use super::Project;
use super::kill::kill;

/// Deploys, and kills the process when the database holds what `until` counts.
fn kill_when(project: &Project<'_>, until: &str) {
    let child = project.command(&["migrate", "deploy"]).spawn().unwrap();
    while project.query(until) == "0" {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(child, "-KILL");
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    project.database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").unwrap();
    while project.query(others) != "0" {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn code_that_commits_in_between_and_was_killed_is_not_run_again() {
    let Some(server) = server() else { return };
    let block =
        "INSERT INTO ran VALUES (2);\n  COMMIT;\n  PERFORM pg_sleep(60);\n  INSERT INTO ran VALUES (3);";
    let procedure = format!("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN\n  {block}\nEND $$;");
    for (script, statement) in [
        (
            format!(
                "INSERT INTO ran VALUES (1);\nDO $$ BEGIN\n  {block}\nEND $$;\nINSERT INTO ran VALUES (4);"
            ),
            2,
        ),
        (format!("{procedure}\nINSERT INTO ran VALUES (1);\nCALL p();\nINSERT INTO ran VALUES (4);"), 3),
        (
            format!(
                "{procedure}\nINSERT INTO ran VALUES (1);\nDO $$ BEGIN CALL p(); END $$;\nINSERT INTO ran VALUES (4);"
            ),
            3,
        ),
    ] {
        let project = Project::new(
            server.create_database(),
            &[("1_a", "CREATE TABLE ran (n int);"), ("2_b", &script), ("3_c", "SELECT 3")],
        );
        kill_when(
            &project,
            "SELECT CASE WHEN to_regclass('ran') IS NULL THEN 0 ELSE (xpath('//c/text()', query_to_xml('SELECT count(*) AS c FROM ran WHERE n = 2', true, true, '')))[1]::text::int END",
        );
        for _ in 0..2 {
            project
                .run(&["migrate", "deploy"])
                .fails_with("P3009")
                .says(&format!("its statement {statement} began, and it is not known whether it took effect"))
                .says(&format!(
                    "migrations/2_b/migration.sql:{}",
                    script
                        .lines()
                        .position(|line| line.starts_with("DO") || line.starts_with("CALL"))
                        .unwrap()
                        + 1
                ))
                .says("driftless migrate resolve --applied 2_b")
                .says("driftless migrate resolve --rolled-back 2_b");
        }
        let status = project.run(&["migrate", "status"]);
        assert!(status.stdout.contains(&format!("statement {statement} may have")), "{}", status.stdout);
        assert_eq!(project.query("SELECT string_agg(n::text, ' ' ORDER BY n) FROM ran"), "1 2");
        project.database.run("INSERT INTO ran VALUES (3), (4)").unwrap();
        project.run(&["migrate", "resolve", "--applied", "2_b"]).succeeds();
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(project.query("SELECT string_agg(n::text, ' ' ORDER BY n) FROM ran"), "1 2 3 4");
        assert_eq!(project.applied(), "1_a 2_b 3_c");
    }
}

#[test]
fn code_that_commits_in_between_and_fails_is_not_run_again() {
    let Some(server) = server() else { return };
    let script = "INSERT INTO ran VALUES (1);\n\
                  DO $$ BEGIN INSERT INTO ran VALUES (2); COMMIT; PERFORM 1 / (SELECT count(*) FROM gate); END $$;";
    let project = Project::new(
        server.create_database(),
        &[("1_a", "CREATE TABLE ran (n int); CREATE TABLE gate ();"), ("2_b", script)],
    );
    project
        .run(&["migrate", "deploy"])
        .fails_with("P3018")
        .says("its first statement took effect and is recorded")
        .says("a part of it may have taken effect");
    project
        .run(&["migrate", "deploy"])
        .fails_with("P3009")
        .says("commits in between and failed (division by zero");
    assert_eq!(project.query("SELECT string_agg(n::text, ' ') FROM ran"), "1 2");
    project.database.run("TRUNCATE ran; INSERT INTO gate DEFAULT VALUES").unwrap();
    project.run(&["migrate", "resolve", "--rolled-back", "2_b"]).succeeds();
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT string_agg(n::text, ' ') FROM ran"), "1 2");
}

#[test]
fn what_did_not_begin_is_not_in_doubt() {
    let Some(server) = server() else { return };
    let script = "INSERT INTO ran VALUES (1);\nVACUUM ran;\nSELECT pg_sleep(1 + 60 * (1 - (SELECT count(*) FROM gate)));\n\
                  DO $$ BEGIN INSERT INTO ran VALUES (2); COMMIT; END $$;";
    let project =
        Project::new(server.create_database(), &[("1_a", "CREATE TABLE ran (n int); CREATE TABLE gate ();")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.write_migration("2_b", script);
    kill_when(
        &project,
        "SELECT count(*) FROM ran WHERE n = 1 AND EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database())",
    );
    project.database.run("INSERT INTO gate DEFAULT VALUES").unwrap();
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT string_agg(n::text, ' ') FROM ran"), "1 2");
}

#[test]
fn a_code_that_a_function_raises_does_not_cut_a_script() {
    let Some(server) = server() else { return };
    let raise = |code: &str| format!("RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'raised'");
    let function = |body: &str| {
        format!("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body}; END $$;\nSELECT f();")
    };
    let scripts = [
        function(&raise("25001")),
        function(&raise("55P04")),
        function("COMMIT"),
        function("EXECUTE 'VACUUM'"),
        format!("DO $$ BEGIN {}; END $$;", raise("2D000")),
        format!("CREATE PROCEDURE q() LANGUAGE plpgsql AS $$ BEGIN {}; END $$;\nCALL q();", raise("2D000")),
        format!("CREATE TYPE e AS ENUM ();\nALTER TYPE e ADD VALUE 'x';\nDO $$ BEGIN {}; END $$;", raise("55P04")),
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nDO $$ BEGIN PERFORM f(); END $$;".to_owned(),
        "SELECT 1;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;".to_owned(),
    ];
    for script in scripts {
        let script = format!("CREATE TABLE a (id int);\n{script}");
        let project = Project::new(server.create_database(), &[("1_a", &script)]);
        project.run(&["migrate", "deploy"]).fails_with("P3018").says("nothing of it took effect");
        assert_eq!(
            project.query("SELECT to_regclass('a') IS NULL, count(*) FROM _prisma_migrations"),
            "t|0",
            "{script}"
        );
    }
}

#[test]
fn what_a_script_rolls_back_does_not_stay() {
    let Some(server) = server() else { return };
    let insert = |n: usize| format!("INSERT INTO ran VALUES ({n});");
    for (script, stays) in [
        (format!("BEGIN; {} COMMIT AND CHAIN; {} ROLLBACK;", insert(1), insert(2)), "1"),
        (format!("BEGIN; {} COMMIT AND CHAIN; {} COMMIT; {}", insert(1), insert(2), insert(3)), "1 2 3"),
        (format!("BEGIN; {} ROLLBACK AND CHAIN; {} COMMIT;", insert(1), insert(2)), "2"),
        (
            format!(
                "BEGIN ISOLATION LEVEL SERIALIZABLE; {} END AND CHAIN; {} ABORT AND CHAIN; {} END;",
                insert(1),
                insert(2),
                insert(3)
            ),
            "1 3",
        ),
        (format!("{} ROLLBACK; {}", insert(1), insert(2)), "2"),
        (
            format!("BEGIN; {} SAVEPOINT s; {} ROLLBACK TO s; COMMIT; {}", insert(1), insert(2), insert(3)),
            "1 3",
        ),
    ] {
        let project =
            Project::new(server.create_database(), &[("1_a", "CREATE TABLE ran (n int);"), ("2_b", &script)]);
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(project.query("SELECT string_agg(n::text, ' ' ORDER BY n) FROM ran"), stays, "{script}");
        assert_eq!(project.applied(), "1_a 2_b");
    }
}

#[test]
fn a_transaction_that_is_left_open_is_an_error_wherever_scripts_run() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;")]);
    project.run(&["migrate", "deploy"]).succeeds();
    for script in [
        "BEGIN;\nCREATE TABLE z ();",
        "CREATE TABLE z0 ();\nROLLBACK;\nSTART TRANSACTION;\nCREATE TABLE z ();",
        "BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\nCREATE TABLE z ();",
        "BEGIN;\nSAVEPOINT s;\nCREATE TABLE z ();\nRELEASE s;",
    ] {
        project.write("script.sql", script);
        let run = project.run(&["db", "execute", "--file", "script.sql"]);
        run.fails_with("D4003").says("begins a transaction and does not end it").says("was rolled back");
        project.write_migration("2_b", script);
        project
            .run(&["migrate", "deploy"])
            .fails_with("P3018")
            .says("begins a transaction and does not end it");
        assert_eq!(
            project.query("SELECT to_regclass('z') IS NULL AND to_regclass('z0') IS NULL"),
            "t",
            "{script}"
        );
        assert_eq!(project.applied(), "1_a");
    }
    for script in [
        "BEGIN;\nCREATE TABLE y1 ();\nCOMMIT;",
        "VACUUM;",
        "CREATE TABLE y2 ();\nCOMMIT;\nCREATE TABLE y3 ();",
    ] {
        project.write("script.sql", script);
        project.run(&["db", "execute", "--file", "script.sql"]).succeeds();
    }
    assert_eq!(project.query("SELECT count(*) FROM pg_tables WHERE tablename ~ '^y'"), "3");
}
