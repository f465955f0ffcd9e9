//! Histories whose SQL does not tell what they make, where no server can be started for them: a database beside the one
//! that the command is about.

use driftless_tests::postgres::{own_server, server};

use super::{Project, Run};

const OPAQUE: &str =
    "CREATE TABLE a (id int);\nDO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', chr(98)); END $$;\n";
const LEFT: &str = "SELECT count(*) FROM pg_database WHERE datname LIKE 'driftless\\_shadow\\_%'";

/// Runs the binary where PostgreSQL's programs are not to be found.
fn run_at(project: &Project<'_>, url: &str, arguments: &[&str]) -> Run {
    Run::of(project.command_at(url, arguments).env("DRIFTLESS_PG_BIN", "/nowhere").spawn().unwrap())
}

#[test]
fn a_database_is_made_beside_and_dropped() {
    let Some(server) = own_server() else { return };
    // statements that a deployment has to run apart are run apart in a trial, too
    let apart =
        format!("{OPAQUE}CREATE INDEX CONCURRENTLY i ON a (id);\nALTER TYPE e ADD VALUE 'y';\nVACUUM a;");
    let migrations = [("0_e", "CREATE TYPE e AS ENUM ('x');"), ("1_a", &*apart)];
    let project = Project::new(server.create_database(), &migrations);
    let url = project.database.url();
    let run = |arguments: &[&str]| run_at(&project, &url, arguments);
    run(&["diff", "--from-empty", "--to-migrations"]).fails_with("D4006");
    run(&["migrate", "deploy"]).succeeds();
    run(&["migrate", "deploy", "--strict"]).succeeds().says("nothing to do");
    run(&["migrate", "status", "--strict"]).succeeds();
    run(&["drift"]).succeeds();
    run(&["diff", "--from-migrations", "--to-url", &url, "--exit-code"]).succeeds();
    run(&["migrate", "dev", "--create-only", "-n", "x"]).succeeds();
    assert_eq!(project.query(LEFT), "0");

    // of what killed processes left, only what is old and unused goes
    let (old, new) =
        ("driftless_shadow_1000000000_0123456789abcdef", "driftless_shadow_9999999999_0123456789abcdef");
    // a name alone makes no database ours
    let foreign = "driftless_shadow_1000000001_0123456789abcdef";
    let mark = "driftless tries migrations here and drops it afterwards";
    for name in [old, new, foreign] {
        project.database.run(&format!("CREATE DATABASE {name}")).unwrap();
    }
    for name in [old, new] {
        project.database.run(&format!("COMMENT ON DATABASE {name} IS '{mark}'")).unwrap();
    }
    project.database.run("ALTER TABLE a ADD COLUMN b int").unwrap();
    assert_eq!(run(&["migrate", "status", "--strict"]).code, Some(1), "the column is drift");
    assert_eq!(project.query(LEFT), "2");
    assert_eq!(project.query("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'driftless%'"), "0");
    for name in [new, foreign] {
        project.database.run(&format!("DROP DATABASE {name}")).unwrap();
    }

    // a failure leaves nothing either, and is told with its place
    project.write_migration("2_b", "-- no place is named by the server\nINSERT INTO a VALUES (1);\n\nALTER TABLE a ADD CHECK (id > 5);\n");
    run(&["diff", "--from-migrations", "--to-url", &url])
        .fails_with("P3006")
        .says("the migration `2_b` failed")
        .says("2_b/migration.sql:4:1");
    assert_eq!(project.query(LEFT), "0");
}

#[test]
fn who_may_make_no_database_is_told_what_to_do() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", OPAQUE)]);
    project.run(&["migrate", "deploy"]).succeeds();
    let role = "maker_of_no_database";
    project
        .database
        .run(&format!("CREATE ROLE {role} LOGIN; GRANT SELECT ON _prisma_migrations TO {role}"))
        .unwrap();
    let url = project.database.url().replace("postgres@", &format!("{role}@"));
    run_at(&project, &url, &["migrate", "status", "--strict"])
        .fails_with("D4006")
        .says("no PostgreSQL server programs were found")
        .says("permission denied to create database")
        .says("--shadow-database-url")
        .says(&format!("ALTER ROLE \"{role}\" CREATEDB"));
    project.database.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}
