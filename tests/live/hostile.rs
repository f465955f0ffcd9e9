//! Names and texts that somebody chose who wants them to be run.

use driftless_tests::postgres::server;

use crate::lifecycle::Project;

/// Names of a namespace, a table, a column and an index.
const NAMES: [&str; 10] = [
    "it's",
    "back\\'slash",
    "x\n; DROP TABLE public.victim; --",
    "'; DROP TABLE public.victim; --",
    "\"; DROP TABLE public.victim; --",
    "x\r\\! touch victim\n\\! touch victim",
    "a */ /* $$ -- b",
    "a:table :namespace",
    "{{table: name}} %I",
    "ééééééééééééééééééééééééééééééé1",
];

const VICTIM: &str = "CREATE TABLE public.victim (id int);";

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Runs a command to its end; it must not have been ended by a panic.
fn run(project: &Project<'_>, url: &str, arguments: &[&str]) -> crate::lifecycle::Run {
    let run = crate::lifecycle::Run::of(project.command_at(url, arguments).spawn().unwrap());
    assert!(matches!(run.code, Some(0..=2)), "{arguments:?}: {}{}", run.stdout, run.stderr);
    run
}

#[test]
fn no_command_runs_a_name() {
    let Some(server) = server() else { return };
    for text in NAMES {
        let quoted = name(text);
        let script = format!(
            "CREATE TABLE {quoted} ({quoted} text, n int);\nINSERT INTO {quoted} VALUES ('a', 1);\n\
             CREATE INDEX ON {quoted} ({quoted});\n"
        );
        let index =
            format!("CREATE INDEX CONCURRENTLY {} ON {quoted} (n);\n", name(&format!("i{}", &text[2..])));
        let project = Project::new(server.create_database(), &[("1_make", &script), ("2_index", &index)]);
        project.database.run(VICTIM).unwrap();
        let url = format!("{}&schema={}", project.database.url(), encoded(text));

        run(&project, &url, &["migrate", "status"]).code.filter(|code| *code != 1).unwrap_or_default();
        let deployed = run(&project, &url, &["migrate", "deploy"]);
        assert_eq!(deployed.code, Some(0), "{text:?}: {}{}", deployed.stdout, deployed.stderr);
        assert_eq!(run(&project, &url, &["migrate", "status"]).code, Some(0), "{text:?}");
        let drift = run(&project, &url, &["drift"]);
        assert_ne!(drift.code, Some(1), "{text:?}: {}{}", drift.stdout, drift.stderr);
        let diff = run(&project, &url, &["diff", "--from-url", &url, "--to-migrations"]);
        assert_eq!(diff.code, Some(0), "{text:?}: {}{}", diff.stdout, diff.stderr);
        let pull = run(&project, &url, &["db", "pull", "--print"]);
        assert_eq!(pull.code, Some(0), "{text:?}: {}{}", pull.stdout, pull.stderr);

        project.write_migration(
            "3_drop",
            &format!("DROP TABLE IF EXISTS {quoted};\nDROP TABLE IF EXISTS {quoted};\n"),
        );
        let dry = run(&project, &url, &["migrate", "deploy", "--dry-run"]);
        assert_eq!(dry.code, Some(0), "{text:?}: {}{}", dry.stdout, dry.stderr);
        let saved = run(&project, &url, &["migrate", "deploy", "--backup", "saved"]);
        assert_eq!(saved.code, Some(0), "{text:?}: {}{}", saved.stdout, saved.stderr);
        let restore = std::fs::read_to_string(project.path().join("saved/restore.sql")).unwrap();
        let copies = restore.lines().filter(|line| line.starts_with("\\copy ")).count();
        assert_eq!(copies, 1, "{text:?}: each table is copied once: {restore}");
        run(&project, &url, &["migrate", "reset", "--force"]);
        assert_eq!(project.query("SELECT count(*) FROM public.victim"), "0", "{text:?}");
        assert!(!project.path().join("victim").exists());
    }
}

/// Texts of an expression that end the statement that they are put into, each by another way.
const TEXTS: [&str; 10] = [
    "'a'); DROP TABLE public.victim; SELECT ('a'",
    "'a'); DROP TABLE public.victim; --",
    "'a'); COPY (SELECT 1) TO PROGRAM 'touch victim'; ALTER TABLE t ALTER a SET DEFAULT ('a'",
    "'a'), ADD COLUMN z int DEFAULT (mark(1)",
    "'a' -- \\r), ADD COLUMN z int DEFAULT (mark(1)",
    "E'a'\\n'\\\\' || '), ADD COLUMN z int DEFAULT (mark(1) --'",
    "$$a$$); DROP TABLE public.victim; SELECT ($$a$$",
    "/* /* */ 'a'); DROP TABLE public.victim; --",
    "(SELECT mark(1))::text",
    "mark(1)::text",
];

#[test]
fn no_comparison_runs_the_text_of_an_expression() {
    let Some(server) = server() else { return };
    for text in TEXTS {
        let project = Project::new(server.create_database(), &[]);
        let setup = "CREATE SEQUENCE runs;
            CREATE FUNCTION mark(v int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
              'BEGIN PERFORM nextval(''runs''); RETURN v; END';
            CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL DEFAULT (1 + 1)::text);";
        project.database.run(&format!("{VICTIM}\n{setup}")).unwrap();
        let schema = format!(
            "datasource db {{\n  provider = \"postgresql\"\n}}\n\nmodel t {{\n  id Int @id\n  \
             a String @default(dbgenerated(\"{text}\"))\n}}\n\nmodel victim {{\n  id Int?\n\n  @@ignore\n}}\n"
        );
        project.write("prisma/schema.prisma", &schema);
        let url = project.database.url();
        for arguments in [
            &["diff", "--from-url", url.as_str(), "--to-schema"][..],
            &["diff", "--from-schema", "--to-url", url.as_str(), "--script"],
            &["drift", "--against-schema"],
            &["db", "push"],
        ] {
            run(&project, &url, arguments);
            assert_eq!(project.query("SELECT count(*) FROM public.victim"), "0", "{text:?} {arguments:?}");
            assert_eq!(project.query("SELECT is_called FROM runs"), "f", "{text:?} {arguments:?}");
        }
        assert!(!project.path().join("victim").exists());
    }
}

#[test]
fn no_comparison_runs_the_conditions_of_a_history() {
    let Some(server) = server() else { return };
    let script = "CREATE TABLE t (id int PRIMARY KEY, a text);\nCREATE UNIQUE INDEX i ON t (a) WHERE id > 1 + 2;\n\
                  CREATE INDEX k ON t (lower(a || 'x'));\n";
    let project = Project::new(server.create_database(), &[("1_t", script)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project
        .database
        .run(
            "CREATE SEQUENCE runs;
             CREATE FUNCTION mark(v int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
               'BEGIN PERFORM nextval(''runs''); RETURN v; END';",
        )
        .unwrap();
    let script = script.replace("1 + 2", "mark(3)").replace("'x'", "mark(4)::text");
    project.write_migration("1_t", &script);
    let url = project.database.url();
    for arguments in [&["drift"][..], &["diff", "--from-url", &url, "--to-migrations"]] {
        run(&project, &url, arguments);
        assert_eq!(project.query("SELECT is_called FROM runs"), "f", "{arguments:?}");
    }
}

#[test]
fn a_guarded_script_means_the_same_however_strings_are_read() {
    let Some(server) = server() else { return };
    for setting in ["on", "off"] {
        let project = Project::new(server.create_database(), &[]);
        let head = "datasource db {\n  provider = \"postgresql\"\n}\n\n";
        let schema = |value: &str| {
            format!(
                "{head}enum E {{\n  a @map(\"{value}\")\n  b\n}}\n\nmodel t {{\n  id Int @id\n  \
                 a String @default(\"{value}\")\n  b Bytes @default(\"//8=\")\n  \
                 c E @default(a)\n  d Json @default(\"[\\\"{value}\\\"]\")\n}}\n"
            )
        };
        project.database.run("CREATE SCHEMA keep; CREATE TABLE keep.victim (id int)").unwrap();
        for value in ["x'); DROP TABLE keep.victim; --", "x\\\\'); DROP TABLE keep.victim; --", "x\\\\y"] {
            project.write("prisma/schema.prisma", &schema(value).replace("[\\\"x\\\\", "[\\\"x\\\\\\\\"));
            let url = project.database.url();
            let script = project.run(&["diff", "--from-url", &url, "--to-schema", "--script"]);
            assert_eq!(script.code, Some(0), "{}", script.stderr);
            let script = format!("SET standard_conforming_strings TO {setting};\n{}", script.stdout);
            project.database.run(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
            assert_eq!(project.query("SELECT count(*) FROM keep.victim"), "0", "{script}");
            let rest = project.run(&["diff", "--from-url", &url, "--to-schema", "--exit-code"]);
            assert_eq!(rest.code, Some(0), "{setting} {value}: {}{}", rest.stdout, script);
        }
    }
}
