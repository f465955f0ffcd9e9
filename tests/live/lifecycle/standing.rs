//! What stands under a name that a script was about to make: the same thing is skipped, another one stops the deployment,
//! and an index that a failed concurrent build left behind is built again.

use driftless_tests::postgres::server;

use super::Project;

/// What the history made.
const FIRST: &str = "CREATE TABLE first (id int, u int); CREATE TABLE m (id int PRIMARY KEY);";

/// What stands there, what a script makes, and what the message says.
const OTHERS: [(&str, &str, &str); 17] = [
    ("CREATE VIEW t AS SELECT 1 AS id", "CREATE TABLE IF NOT EXISTS t (id int)", "a view has its name"),
    ("CREATE SEQUENCE t", "CREATE TABLE IF NOT EXISTS t (id int)", "a sequence has its name"),
    ("CREATE TABLE t (id text)", "CREATE TABLE IF NOT EXISTS t (id int)", "`id`"),
    ("CREATE TABLE t (id int)", "CREATE TABLE IF NOT EXISTS t (id int, name text)", "`name`"),
    ("CREATE TABLE t (id int)", "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)", "`id`"),
    (
        "ALTER TABLE first ADD name varchar(20)",
        "ALTER TABLE first ADD COLUMN IF NOT EXISTS name varchar(50)",
        "column `name`",
    ),
    ("CREATE INDEX i ON first (u)", "CREATE INDEX IF NOT EXISTS i ON first (id)", "index `i`"),
    ("CREATE INDEX i ON first (id)", "CREATE UNIQUE INDEX IF NOT EXISTS i ON first (id)", "index `i`"),
    ("CREATE INDEX i ON first (id) WHERE u > 0", "CREATE INDEX IF NOT EXISTS i ON first (id)", "index `i`"),
    (
        "CREATE TABLE other (id int); CREATE INDEX i ON other (id)",
        "CREATE INDEX IF NOT EXISTS i ON first (id)",
        "one of another table",
    ),
    // the table is none of the history's either
    (
        "CREATE TABLE y (a int, b int); CREATE INDEX i ON y (b)",
        "CREATE INDEX IF NOT EXISTS i ON y (a)",
        "index `i`",
    ),
    ("CREATE TABLE y (a text)", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int", "column `a`"),
    (
        "CREATE TABLE y (a int, b int, CONSTRAINT c UNIQUE (b))",
        "DO $$ BEGIN ALTER TABLE y ADD CONSTRAINT c UNIQUE (a); EXCEPTION WHEN duplicate_table THEN NULL; END $$",
        "constraint `c`",
    ),
    (
        "CREATE TYPE e AS ENUM ('a')",
        "DO $$ BEGIN CREATE TYPE e AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "enum `e`",
    ),
    (
        "CREATE DOMAIN e AS text",
        "DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "a domain has its name",
    ),
    (
        "ALTER TABLE first ADD CONSTRAINT f FOREIGN KEY (u) REFERENCES m",
        "DO $$ BEGIN ALTER TABLE first ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES m (id); \
         EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "constraint `f`",
    ),
    (
        "CREATE TABLE \"A b\" (id int)",
        "CREATE MATERIALIZED VIEW IF NOT EXISTS \"A b\" AS SELECT 1 AS id",
        "a table has its name",
    ),
];

/// The history that made what stands there is not the folder's: somebody made it by hand, behind a first migration.
fn beside<'a>(server: &'a driftless_tests::postgres::Server, there: &str, script: &str) -> Project<'a> {
    let project = Project::new(server.create_database(), &[("1_first", FIRST)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run(there).unwrap();
    project.write_migration("2_next", &format!("CREATE TABLE witness (id int);\n{script};\n"));
    project
}

#[test]
fn another_thing_of_the_name_stops_a_deployment_before_anything_runs() {
    let Some(server) = server() else { return };
    for (there, script, words) in OTHERS {
        let project = beside(server, there, script);
        for command in [&["migrate", "deploy", "--dry-run"][..], &["migrate", "deploy"]] {
            let run = project.run(command).fails_with("D3012").says(words).says("nothing was changed");
            assert!(run.stderr.contains("2_next/migration.sql:2:"), "{script}: {}", run.stderr);
        }
        assert_eq!(project.query("SELECT to_regclass('witness') IS NULL"), "t", "{script}");
        assert_eq!(project.applied(), "1_first", "{script}");
    }
}

#[test]
fn the_same_thing_of_the_name_is_skipped() {
    let Some(server) = server() else { return };
    for (there, script) in [
        ("CREATE TABLE t (id int)", "CREATE TABLE IF NOT EXISTS t (id int)"),
        (
            "CREATE TABLE t (id serial PRIMARY KEY, n text)",
            "CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY)",
        ),
        ("ALTER TABLE first ADD note text", "ALTER TABLE first ADD COLUMN IF NOT EXISTS note text"),
        ("CREATE INDEX i ON first (id)", "CREATE INDEX IF NOT EXISTS i ON first (id)"),
        (
            "ALTER TABLE first ADD CONSTRAINT c CHECK (id > 0)",
            "DO $$ BEGIN ALTER TABLE first ADD CONSTRAINT c CHECK (id > 0); \
             EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        ),
        (
            "CREATE TYPE e AS ENUM ('a', 'b')",
            "DO $$ BEGIN CREATE TYPE e AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        ),
        ("CREATE TABLE y (a int); CREATE INDEX i ON y (a)", "CREATE INDEX IF NOT EXISTS i ON y (a)"),
        ("CREATE TABLE y (a int)", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int, ADD COLUMN b int"),
        // the script makes room for it first
        ("CREATE VIEW t AS SELECT 1 AS id", "DROP VIEW IF EXISTS t; CREATE TABLE IF NOT EXISTS t (id int)"),
        ("CREATE TABLE t (id text)", "ALTER TABLE t RENAME TO old; CREATE TABLE IF NOT EXISTS t (id int)"),
    ] {
        let project = beside(server, there, script);
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(project.applied(), "1_first 2_next", "{script}");
    }
}

/// Leaves an invalid index behind, as a concurrent build does that fails: two rows are the same.
fn leave_invalid(project: &Project<'_>) {
    project.database.run("INSERT INTO first VALUES (1), (1)").unwrap();
    project.database.run("CREATE UNIQUE INDEX CONCURRENTLY i ON first (id)").unwrap_err();
    project.database.run("DELETE FROM first").unwrap();
    assert_eq!(valid(project), "f");
}

fn valid(project: &Project<'_>) -> String {
    project.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")
}

#[test]
fn an_invalid_index_is_built_again_by_what_makes_it() {
    let Some(server) = server() else { return };
    for script in [
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON first (id)",
        "CREATE UNIQUE INDEX IF NOT EXISTS \"i\" ON \"first\"(\"id\")",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON first (id)",
    ] {
        let project = beside(server, "SELECT 1", script);
        leave_invalid(&project);
        project.run(&["migrate", "deploy", "--dry-run"]).succeeds();
        assert_eq!(valid(&project), "f", "{script}");
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(valid(&project), "t", "{script}");
    }
}

#[test]
fn every_comparison_with_a_database_sees_an_invalid_index() {
    let Some(server) = server() else { return };
    let project = Project::new(
        server.create_database(),
        &[(
            "1_first",
            "CREATE TABLE t (id int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (id), u int);\nCREATE UNIQUE INDEX i ON t (u);",
        )],
    );
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel t {\n  id Int @id\n  u Int? @unique(map: \"i\")\n}\n",
    );
    project.run(&["migrate", "deploy"]).succeeds();
    project.run(&["drift"]).succeeds();
    project.database.run("DROP INDEX i; INSERT INTO t VALUES (1, 1), (2, 1)").unwrap();
    project.database.run("CREATE UNIQUE INDEX CONCURRENTLY i ON t (u)").unwrap_err();
    project.database.run("DELETE FROM t").unwrap();
    assert_eq!(valid(&project), "f");

    let drift = project.run(&["drift"]);
    assert!(drift.code == Some(2) && drift.stdout.contains("invalid"), "{}{}", drift.stdout, drift.stderr);
    let schema = project.run(&["drift", "--against-schema"]);
    assert!(
        schema.code == Some(2) && schema.stdout.contains("invalid"),
        "{}{}",
        schema.stdout,
        schema.stderr
    );
    let url = project.database.url();
    let diff = ["migrate", "diff", "--from-url", &url, "--to-schema", "prisma/schema.prisma", "--exit-code"];
    assert_eq!(project.run(&diff).code, Some(2));
    let strict = project.run(&["migrate", "status", "--strict"]);
    assert!(strict.code == Some(1), "{}{}", strict.stdout, strict.stderr);
    project.run(&["db", "pull", "--print"]).succeeds().says("invalid");
    project.run(&["db", "push"]).succeeds();
    assert_eq!(valid(&project), "t");
}
