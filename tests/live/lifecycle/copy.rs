//! Scripts for `psql`: rows for `COPY`, rows for the client, its own commands. They are refused with their place before
//! anything runs, and nothing waits.

use driftless_tests::postgres::server;

use super::Project;

/// Scripts, and the line at which each asks something of its client.
const ASKING: [(&str, u32); 9] = [
    ("CREATE TABLE c (a int);\nCOPY c FROM STDIN", 2),
    ("CREATE TABLE c (a int);\n-- rows\nCOPY c FROM STDIN;\n1\n2\n\\.\n", 3),
    ("COPY /* x */ \"c\"\nFROM /* y */ stdin WITH (FORMAT csv);", 1),
    ("COPY pg_catalog.pg_class (relname)\nFROM STDIN;\nx\n\\.\nSELECT 1;", 1),
    ("CREATE TABLE c (a int);\nCOPY c TO STDOUT;\nSELECT 1;", 2),
    ("COPY (SELECT 1) TO STDOUT (FORMAT csv)", 1),
    ("BEGIN;\nCOPY (SELECT 'to; stdin') TO stdout;\nCOMMIT;", 2),
    ("CREATE TABLE c (a int);\n\\copy c from 'x'\n", 2),
    ("\\connect other\nDROP TABLE c;", 1),
];

#[test]
fn a_migration_for_psql_is_refused_before_anything_runs() {
    let Some(server) = server() else { return };
    for (script, line) in ASKING {
        let first = ("1_a", "CREATE TABLE first (id int);");
        let project = Project::new(server.create_database(), &[first, ("2_b", script)]);
        let place = format!("migrations/2_b/migration.sql:{line}:");
        for (command, code) in
            [("deploy --dry-run", "D3011"), ("deploy", "D3011"), ("validate-history", "P3006")]
        {
            let command: Vec<_> = ["migrate"].into_iter().chain(command.split(' ')).collect();
            let run = project.run(&command).fails_with(code);
            assert!(run.stderr.contains(&place), "{script}: {}", run.stderr);
        }
        assert_eq!(project.query("SELECT to_regclass('first') IS NULL"), "t", "{script}");
    }
}

#[test]
fn a_script_of_the_user_for_psql_is_refused_before_anything_runs() {
    let Some(server) = server() else { return };
    for (script, line) in ASKING {
        let project = Project::new(server.create_database(), &[]);
        project.write("script.sql", &format!("CREATE TABLE first (id int);{script}"));
        let run = project.run(&["db", "execute", "--file", "script.sql"]).fails_with("D3011");
        assert!(run.stderr.contains(&format!("script.sql:{line}:")), "{script}: {}", run.stderr);
        assert_eq!(project.query("SELECT to_regclass('first') IS NULL"), "t", "{script}");
    }
}

#[test]
fn a_copy_that_only_the_server_sees_does_not_hang() {
    let Some(server) = server() else { return };
    for copy in ["pg_class TO STDOUT", "first FROM STDIN"] {
        let script = format!("DO $$ BEGIN EXECUTE 'COPY {copy}'; END $$;");
        let first = ("1_a", "CREATE TABLE first (id int);");
        let project = Project::new(server.create_database(), &[first, ("2_b", &script)]);
        project.run(&["migrate", "deploy"]).fails_with("P3018");
        assert_eq!(project.applied(), "1_a", "{copy}");
    }
}

#[test]
fn text_that_looks_like_a_copy_is_none() {
    let Some(server) = server() else { return };
    let script = "CREATE TABLE copy (stdin text DEFAULT 'COPY copy FROM STDIN');\n\
                  COMMENT ON TABLE copy IS '\\copy x';\n-- COPY x FROM STDIN;\n/* \\d */\n\
                  INSERT INTO copy VALUES ('\n\\.\n');";
    let project = Project::new(server.create_database(), &[("1_a", script)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.run(&["migrate", "validate-history"]).succeeds();
}
