//! Histories that do not agree with the folder, and what is said of them.

use driftless_tests::postgres::server;

use super::Project;

#[test]
fn edited_and_missing_migrations_matter_where_strictness_is_asked_for() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;\n"), ("2_b", "SELECT 2;")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.write_migration("1_a", "SELECT 1;\r\n");
    project.run(&["migrate", "status", "--strict"]).succeeds();
    project.write_migration("1_a", "SELECT 10;");
    project.run(&["migrate", "status"]).succeeds();
    project.run(&["migrate", "deploy"]).succeeds();
    let strict = project.run(&["migrate", "status", "--strict", "--json"]);
    assert_eq!(strict.code, Some(1));
    assert!(strict.stdout.contains(r#"{"name":"1_a","state":"edited"}"#), "{}", strict.stdout);
    project.run(&["migrate", "deploy", "--strict"]).fails_with("D3002").says("`1_a`");
    project.write_migration("1_a", "SELECT 1;");
    std::fs::remove_dir_all(project.path().join("prisma/migrations/2_b")).unwrap();
    project.write_migration("1_a", "SELECT 1;\n");
    project.run(&["migrate", "deploy"]).succeeds();
    project.run(&["migrate", "deploy", "--strict"]).fails_with("D3002").says("`2_b`");
    assert_eq!(project.run(&["migrate", "status", "--strict"]).code, Some(1));
}

#[test]
fn migrations_that_come_late_are_run() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;"), ("3_c", "SELECT 3;")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.write_migration("2_b", "SELECT 2;");
    project.run(&["migrate", "deploy"]).succeeds().says("`2_b` runs after later migrations");
    assert_eq!(project.applied(), "1_a 3_c 2_b");
}

#[test]
fn what_others_left_half_done_is_resolved() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.write_migration("2_b", "SELECT 2;");
    let open = "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('x', 'y', '2_b', 'oh no')";
    project.database.run(open).unwrap();
    project.run(&["migrate", "deploy"]).fails_with("P3009").says("another tool failed at it: oh no");
    project.run(&["migrate", "resolve", "--rolled-back", "3_c"]).fails_with("P3011");
    project.run(&["migrate", "resolve", "--rolled-back", "1_a"]).fails_with("P3012");
    project.run(&["migrate", "resolve", "--rolled-back", "2_b"]).succeeds();
    project.run(&["migrate", "resolve", "--rolled-back", "2_b"]).succeeds();
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.applied(), "1_a 2_b");
    project.database.run(&open.replace("'x'", "'z'").replace("2_b", "3_c")).unwrap();
    project.write_migration("3_c", "SELECT 3;");
    project.run(&["migrate", "resolve", "--applied", "3_c"]).succeeds();
    project.run(&["migrate", "status"]).succeeds();
}

#[test]
fn drift_is_seen_where_it_is_looked_for() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("ALTER TABLE a ADD b int").unwrap();
    project.run(&["migrate", "status"]).succeeds();
    let strict = project.run(&["migrate", "status", "--strict"]);
    assert_eq!(strict.code, Some(1), "{}{}", strict.stdout, strict.stderr);
    assert!(strict.stdout.contains("the column `b` of `a`"), "{}", strict.stdout);
}

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n}\n";

#[test]
fn development_writes_and_carries_out() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "dev", "--name", "Add  A!"]).succeeds();
    assert!(project.applied().ends_with("_add_a"), "{}", project.applied());
    assert!(project.path().join("prisma/migrations/migration_lock.toml").is_file());
    project.run(&["migrate", "dev"]).succeeds().says("are what the schema says");
    project.write("prisma/schema.prisma", &SCHEMA.replace("@id", "@id\n  b String?"));
    project.run(&["migrate", "dev", "--create-only", "-n", "b"]).succeeds();
    project.run(&["migrate", "dev"]).succeeds();
    assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations"), "2");
    project.database.run("INSERT INTO \"A\" VALUES (1, 'x')").unwrap();
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "dev", "-n", "c"]).fails_with("D3004").says("(1 row)");
    project.run(&["migrate", "dev", "--create-only", "-n", &"x".repeat(220)]).fails_with("P3010");
}

#[test]
fn rows_that_a_migration_would_fail_on_are_found_before_it_is_written() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "dev", "-n", "a"]).succeeds();
    project.database.run("INSERT INTO \"A\" VALUES (1)").unwrap();
    project.write("prisma/schema.prisma", &SCHEMA.replace("@id", "@id\n  b String"));
    project.run(&["migrate", "dev", "-n", "b"]).fails_with("D3004").says("it was not written");
    let migrations = || std::fs::read_dir(project.path().join("prisma/migrations")).unwrap().count();
    assert_eq!(migrations(), 2, "one migration and the lock file");
    project
        .run(&["migrate", "dev", "-n", "b", "--create-only", "--style", "plain"])
        .succeeds()
        .says("(1 row)");
    assert_eq!(migrations(), 3);
}

#[test]
fn a_migration_is_written_in_the_style_that_is_asked_for() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    let schema = format!("{SCHEMA}enum E {{\n  X\n}}\n");
    project.write("prisma/schema.prisma", &schema);
    project.run(&["migrate", "dev", "-n", "a", "--style", "plain"]).succeeds().says("applied 2");
    let name = project.applied();
    let script =
        std::fs::read_to_string(project.path().join(format!("prisma/migrations/{name}/migration.sql")));
    let script = script.unwrap();
    assert!(script.contains("CREATE TYPE \"E\"") && !script.contains("IF NOT EXISTS"), "{script}");
    project.run(&["migrate", "dev"]).succeeds().says("are what the schema says");
}

#[test]
fn drift_is_explained_before_anything_is_lost() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "dev", "-n", "a"]).succeeds();
    project.database.run("ALTER TABLE \"A\" ADD drifted int").unwrap();
    let run = project.run(&["migrate", "dev", "-n", "b"]);
    assert_eq!(run.code, Some(130), "{}", run.stderr);
    run.says("the column `drifted` of `A`").says("keep what the database has");
    project.run(&["migrate", "reset"]).fails_with("D3004");
}

#[test]
fn scripts_of_the_user_are_run() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("a.sql", "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);");
    project.run(&["db", "execute", "--file", "a.sql"]).succeeds();
    assert_eq!(project.query("SELECT count(*) FROM a"), "1");
    project.write("b.sql", "DELETE FROM a;\nSELECT b FROM a;");
    project.run(&["db", "execute", "--file", "b.sql"]).fails_with("D4003").says("b.sql:2:8");
    assert_eq!(project.query("SELECT count(*) FROM a"), "1");
    project.run(&["db", "execute"]).fails_with("--stdin");
}
