//! `migrate deploy`: what goes well.

use std::fmt::Write;

use driftless_tests::postgres::server;

use super::Project;

#[test]
fn migrations_are_carried_out_once_and_in_order() {
    let Some(server) = server() else { return };
    let migrations = [("1_a", "CREATE TABLE a (id int);"), ("2_b", "ALTER TABLE a ADD b int;")];
    let project = Project::new(server.create_database(), &migrations);
    let run = project.run(&["migrate", "deploy"]).succeeds().says("2 of 2 migrations applied");
    assert_eq!(run.stdout, "", "progress is no data");
    assert_eq!(project.applied(), "1_a 2_b");
    let shape = "SELECT DISTINCT length(id), length(checksum), applied_steps_count, logs IS NULL, \
                 started_at <= finished_at FROM _prisma_migrations";
    assert_eq!(project.query(shape), "36|64|1|t|t");
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    project.run(&["migrate", "status", "--strict"]).succeeds();
}

#[test]
fn the_database_is_made_where_there_is_none() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;")]);
    let url = server.url("made_by_deploy");
    let run = |arguments: &[&str]| super::Run::of(project.command_at(&url, arguments).spawn().unwrap());
    run(&["migrate", "deploy", "--dry-run"]).succeeds();
    let status = run(&["migrate", "status"]);
    assert_eq!(status.code, Some(1), "{}", status.stdout);
    run(&["migrate", "deploy"]).succeeds().says("created the database `made_by_deploy`");
    run(&["migrate", "status"]).succeeds();
    project.database.run("DROP DATABASE made_by_deploy").unwrap();
}

#[test]
fn settings_of_a_script_do_not_reach_the_next() {
    let Some(server) = server() else { return };
    let migrations = [
        ("1_a", "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.a (id int);"),
        ("2_b", "CREATE TABLE b (id int); SET default_tablespace = ''; -- no semicolon behind"),
        ("3_c", "CREATE TABLE c (id int)"),
    ];
    let project = Project::new(server.create_database(), &migrations);
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "4");
}

#[test]
fn statements_that_cannot_share_a_transaction_are_run_apart() {
    let Some(server) = server() else { return };
    let migrations = [
        ("1_a", "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;"),
        ("2_b", "CREATE TYPE e AS ENUM ('x');"),
        ("3_c", "ALTER TYPE e ADD VALUE 'y';\nCREATE TABLE c (v e DEFAULT 'y');"),
        (
            "4_d",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';\nCALL p();\nDROP PROCEDURE p();",
        ),
        ("5_e", "BEGIN;\nCREATE TABLE e1 (id int);\nCOMMIT;\nCREATE TABLE e2 (id int);"),
    ];
    let project = Project::new(server.create_database(), &migrations);
    project.run(&["migrate", "deploy"]).succeeds().says("`5_e` cannot be one transaction");
    assert_eq!(project.applied(), "1_a 2_b 3_c 4_d 5_e");
    assert_eq!(project.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "t");
    assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations WHERE logs IS NOT NULL"), "0");
}

/// How many round trips the deployment of new migrations takes.
fn round_trips(project: &Project<'_>) -> u32 {
    let run = project.run(&["migrate", "deploy", "-v"]).succeeds();
    run.stderr.lines().find_map(|line| line.strip_suffix(" round trips")).unwrap().parse().unwrap()
}

#[test]
fn a_migration_costs_one_round_trip_and_many_cost_less() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    let write = |range: std::ops::Range<usize>| {
        for n in range {
            project.write_migration(&format!("{n:03}_m"), &format!("CREATE TABLE t{n} (id int);\nSELECT 1;"));
        }
    };
    write(0..1);
    let for_one = round_trips(&project);
    write(1..7);
    assert_eq!(round_trips(&project), for_one + 6, "five more; no history to make, and one to read, twice");
    write(100..200);
    let for_many = round_trips(&project);
    assert!(for_many < for_one + 10, "{for_many}");
    assert_eq!(project.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "108");
}

#[test]
fn of_many_migrations_those_before_the_failing_one_stay() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    for n in 10..40 {
        let script = match n {
            15 => "ALTER TYPE e14 ADD VALUE 'y';\nCREATE TABLE t15 (v e14 DEFAULT 'y');".to_owned(),
            20 => "CREATE INDEX CONCURRENTLY i ON t19 (id);".to_owned(),
            25 => "SET search_path TO nowhere;".to_owned(),
            30 => {
                "CREATE TABLE t30 (id int);\nALTER TABLE t30\n  ADD CHECK (wrong > 0); -- no end".to_owned()
            }
            _ => format!("CREATE TABLE t{n} (id int); CREATE TYPE e{n} AS ENUM ('x') -- no end"),
        };
        project.write_migration(&format!("{n}_m"), &script);
    }
    let run = project.run(&["migrate", "deploy"]).fails_with("P3018");
    run.says("migrations/30_m/migration.sql:2:1").says("nothing of it took effect");
    let shape = "SELECT count(*), count(DISTINCT started_at), max(migration_name) FROM _prisma_migrations
                 WHERE started_at <= finished_at AND applied_steps_count = 1";
    assert_eq!(project.query(shape), "20|20|29_m");
    project.write_migration("30_m", "CREATE TABLE t30 (id int);");
    project.write_migration("31_m", "SELECT 'not closed");
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("`31_m` opens a string");
    project.write_migration("31_m", "SELECT 1 / (SELECT count(*) FROM t30)");
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("division by zero");
    assert_eq!(project.query(shape), "21|21|30_m");
    project.write_migration("31_m", "SELECT 31");
    project.run(&["migrate", "deploy"]).succeeds().says("9 of 30 migrations applied");
    let order = "SELECT string_agg(migration_name, ' ' ORDER BY started_at) = string_agg(migration_name, ' ' ORDER BY migration_name)
                 FROM _prisma_migrations";
    assert_eq!(project.query(order), "t");
}

#[test]
fn what_would_be_lost_is_counted_and_saved() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int, b text);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("INSERT INTO a SELECT n, 'x' FROM generate_series(1, 7) n").unwrap();
    project.write_migration("2_b", "ALTER TABLE \"a\" DROP COLUMN \"b\";");
    project.write_migration("3_c", "DROP TABLE a;");
    let dry = project
        .run(&["migrate", "deploy", "--dry-run"])
        .succeeds()
        .says("drops the table `a`, which has 7 rows");
    assert_eq!(dry.stdout, "2_b\n3_c\n");
    assert_eq!(project.applied(), "1_a");
    project.write("file", "");
    project.run(&["migrate", "deploy", "--backup", "file/saved"]).fails_with("D3003");
    assert_eq!(project.applied(), "1_a");
    project.run(&["migrate", "deploy", "--backup", "saved"]).succeeds().says("saved `a` in `saved`");
    assert_eq!(project.applied(), "1_a 2_b 3_c");
    let saved = project.path().join("saved");
    let mut script = String::new();
    let restore = std::fs::read_to_string(saved.join("restore.sql")).unwrap();
    write!(script, "\\cd {}\n{restore}SELECT count(*), min(b) FROM a_saved;", saved.display()).unwrap();
    assert_eq!(project.query(&script), "7|x");
    project.run(&["migrate", "reset", "--force"]).succeeds().says("3 migrations applied");
}

#[test]
fn a_database_without_history_is_baselined() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("0_init", "CREATE TABLE a (id int);")]);
    project.database.run("CREATE TABLE a (id int)").unwrap();
    project.run(&["migrate", "deploy"]).fails_with("P3005").says("resolve --applied 0_init");
    assert_eq!(project.run(&["migrate", "status"]).code, Some(1));
    project.run(&["migrate", "resolve", "--applied", "0_init"]).succeeds();
    project.run(&["migrate", "resolve", "--applied", "0_init"]).fails_with("P3008");
    project.run(&["migrate", "resolve", "--applied", "1_init"]).fails_with("P3017");
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
}
