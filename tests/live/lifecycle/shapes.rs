//! What stands under a name and differs in what only part of PostgreSQL's catalogs tells: keys, references, fillings,
//! collations, kinds of tables, and things in schemas that no script made.

use driftless_tests::postgres::{Server, server};

use super::Project;

/// What the history made.
const FIRST: &str = "CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;";

/// What stands there, and what a script makes.
type Case = (&'static str, &'static str);

fn beside<'a>(server: &'a Server, there: &str, script: &str) -> Project<'a> {
    let project = Project::new(server.create_database(), &[("1_first", FIRST)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run(there).unwrap();
    project.write_migration("2_next", &format!("CREATE TABLE witness (id int);\n{script};\n"));
    project
}

fn all_are_refused(cases: &[Case]) {
    let Some(server) = server() else { return };
    let mut passed = Vec::new();
    for (there, script) in cases {
        let project = beside(server, there, script);
        let run = project.run(&["migrate", "deploy"]);
        if run.code == Some(0) || !run.stderr.contains("D3012") {
            passed.push(format!("{there} / {script}: {}{}", run.stdout, run.stderr));
        }
        assert_eq!(project.query("SELECT to_regclass('witness') IS NULL"), "t", "{passed:#?}");
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

fn all_are_skipped(cases: &[Case]) {
    let Some(server) = server() else { return };
    let mut refused = Vec::new();
    for (there, script) in cases {
        let project = beside(server, there, script);
        let run = project.run(&["migrate", "deploy"]);
        if run.code != Some(0) || project.applied() != "1_first 2_next" {
            refused.push(format!("{there} / {script}: {}", run.stderr));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// A block that takes the error where something of the name is there.
macro_rules! block {
    ($statement:literal) => {
        concat!(
            "DO $do$ BEGIN ",
            $statement,
            "; EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL; END $do$"
        )
    };
}

#[test]
fn another_thing_in_a_schema_that_no_script_made_is_seen() {
    all_are_refused(&[
        ("CREATE SCHEMA s; CREATE TABLE s.t (z text)", "CREATE TABLE IF NOT EXISTS s.t (a int)"),
        (
            "CREATE SCHEMA s; CREATE TABLE s.t (z text)",
            "SET search_path = s; CREATE TABLE IF NOT EXISTS t (a int)",
        ),
        ("CREATE SCHEMA s; CREATE TABLE s.t (z text)", "ALTER TABLE s.t ADD COLUMN IF NOT EXISTS z int"),
        ("CREATE SCHEMA s; CREATE VIEW s.t AS SELECT 1 AS a", "CREATE TABLE IF NOT EXISTS s.t (a int)"),
        ("CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('x')", block!("CREATE TYPE s.e AS ENUM ('a')")),
        (
            "CREATE SCHEMA s; CREATE TABLE s.t (a int, b int); CREATE INDEX i ON s.t (b)",
            "CREATE INDEX IF NOT EXISTS i ON s.t (a)",
        ),
    ]);
    all_are_skipped(&[
        ("CREATE SCHEMA s; CREATE TABLE s.t (a int, z text)", "CREATE TABLE IF NOT EXISTS s.t (a int)"),
        ("CREATE SCHEMA s; CREATE TABLE s.t (z text)", "ALTER TABLE s.t ADD COLUMN IF NOT EXISTS z text"),
        ("CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('x')", block!("CREATE TYPE s.e AS ENUM ('x')")),
        (
            "CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE INDEX i ON s.t (a)",
            "CREATE INDEX IF NOT EXISTS i ON s.t (a)",
        ),
    ]);
}

#[test]
fn an_invalid_index_in_a_schema_that_no_script_made_is_built_again() {
    let Some(server) = server() else { return };
    let there = "CREATE SCHEMA s; CREATE TABLE s.z (k int); INSERT INTO s.z VALUES (1), (1)";
    let project = beside(server, there, "CREATE UNIQUE INDEX IF NOT EXISTS z_k ON s.z (k)");
    project.database.run("CREATE UNIQUE INDEX CONCURRENTLY z_k ON s.z (k)").unwrap_err();
    project.database.run("DELETE FROM s.z").unwrap();
    project.run(&["migrate", "deploy"]).succeeds();
    let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 's.z_k'::regclass";
    assert_eq!(project.query(valid), "t");
}

#[test]
fn a_key_that_is_missing_or_acts_otherwise_is_another_thing() {
    all_are_refused(&[
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int)",
            "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a int UNIQUE)",
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY, a int)",
            "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a int REFERENCES r)",
        ),
        ("CREATE TABLE y (a int)", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int UNIQUE"),
        ("ALTER TABLE r ADD a int", "ALTER TABLE r ADD COLUMN IF NOT EXISTS a int UNIQUE"),
        ("CREATE TABLE y (a int)", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int REFERENCES r (id)"),
        ("ALTER TABLE q ADD a int", "ALTER TABLE q ADD COLUMN IF NOT EXISTS a int REFERENCES r (id)"),
        (
            "CREATE TABLE t (a int REFERENCES r ON DELETE CASCADE)",
            "CREATE TABLE IF NOT EXISTS t (a int REFERENCES r)",
        ),
        ("CREATE TABLE t (a int REFERENCES q)", "CREATE TABLE IF NOT EXISTS t (a int REFERENCES r)"),
        (
            "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)",
        ),
        ("CREATE TABLE y (a int)", "ALTER TABLE IF EXISTS y ADD COLUMN IF NOT EXISTS a text"),
        ("CREATE TABLE y (a int)", "ALTER TABLE IF EXISTS ONLY y ADD COLUMN IF NOT EXISTS a text"),
        (
            "CREATE TABLE y (a int, b int, CONSTRAINT k FOREIGN KEY (b) REFERENCES r)",
            block!("ALTER TABLE y ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES r (id)"),
        ),
        (
            "CREATE TABLE y (a int, CONSTRAINT k FOREIGN KEY (a) REFERENCES q)",
            block!("ALTER TABLE y ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES r (id)"),
        ),
        (
            "ALTER TABLE q ADD CONSTRAINT k UNIQUE (id) DEFERRABLE",
            block!("ALTER TABLE q ADD CONSTRAINT k UNIQUE (id)"),
        ),
    ]);
}

#[test]
fn keys_that_keep_the_same_are_the_same() {
    all_are_skipped(&[
        (
            "CREATE TABLE t (a int REFERENCES r, b int); CREATE UNIQUE INDEX other ON t (a)",
            "CREATE TABLE IF NOT EXISTS t (a int UNIQUE REFERENCES r (id))",
        ),
        ("CREATE TABLE t (a int PRIMARY KEY)", "CREATE TABLE IF NOT EXISTS t (a int NOT NULL UNIQUE)"),
        ("CREATE TABLE y (a int UNIQUE REFERENCES r)", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int"),
        (
            "CREATE TABLE y (a int REFERENCES r MATCH FULL)",
            "ALTER TABLE y ADD COLUMN IF NOT EXISTS a int REFERENCES r (id)",
        ),
        (
            "CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES s.p)",
            "CREATE TABLE IF NOT EXISTS t (a int REFERENCES s.p)",
        ),
        (
            "CREATE TABLE y (a int, CONSTRAINT k FOREIGN KEY (a) REFERENCES r ON DELETE CASCADE)",
            block!("ALTER TABLE y ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES r (id) ON DELETE CASCADE"),
        ),
        ("SELECT 1", "ALTER TABLE IF EXISTS y ADD COLUMN IF NOT EXISTS a text"),
        (
            "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE)",
            "CREATE TABLE IF NOT EXISTS t (id int, PRIMARY KEY (id) DEFERRABLE)",
        ),
    ]);
}

#[test]
fn an_index_of_another_detail_is_another_one() {
    all_are_refused(&[
        (
            "CREATE TABLE y (b text); CREATE INDEX i ON y (b COLLATE \"C\")",
            "CREATE INDEX IF NOT EXISTS i ON y (b)",
        ),
        (
            "ALTER TABLE r ADD b text; CREATE INDEX i ON r (b COLLATE \"C\")",
            "CREATE INDEX IF NOT EXISTS i ON r (id)",
        ),
        (
            "CREATE TABLE y (b text); CREATE INDEX i ON y (b)",
            "CREATE INDEX IF NOT EXISTS i ON y (b COLLATE \"C\")",
        ),
        (
            "CREATE TABLE y (a int, b int); CREATE INDEX i ON y (a) INCLUDE (b)",
            "CREATE INDEX IF NOT EXISTS i ON y (a)",
        ),
        (
            "CREATE TABLE y (a int); CREATE INDEX i ON y (a NULLS FIRST)",
            "CREATE INDEX IF NOT EXISTS i ON y (a)",
        ),
    ]);
    all_are_skipped(&[
        (
            "CREATE TABLE y (b text COLLATE \"C\"); CREATE INDEX i ON y (b)",
            "CREATE INDEX IF NOT EXISTS i ON y (b)",
        ),
        (
            "CREATE TABLE y (b text COLLATE \"C\"); CREATE INDEX i ON y (b)",
            "CREATE INDEX IF NOT EXISTS i ON y (b COLLATE \"C\")",
        ),
        (
            "CREATE TABLE y (a int, b int); CREATE INDEX i ON y (a DESC) INCLUDE (b)",
            "CREATE INDEX IF NOT EXISTS i ON y (a DESC NULLS FIRST) INCLUDE (b)",
        ),
    ]);
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    if project.query("SELECT current_setting('server_version_num')::int >= 150000") == "t" {
        all_are_refused(&[(
            "CREATE TABLE y (a int); CREATE UNIQUE INDEX i ON y (a) NULLS NOT DISTINCT",
            "CREATE UNIQUE INDEX IF NOT EXISTS i ON y (a)",
        )]);
    }
}

#[test]
fn a_column_that_is_filled_or_collated_otherwise_is_another_one() {
    all_are_refused(&[
        (
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
            "CREATE TABLE IF NOT EXISTS t (a int, b int)",
        ),
        (
            "CREATE TABLE t (a int, b int)",
            "CREATE TABLE IF NOT EXISTS t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
        ),
        (
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
            "CREATE TABLE IF NOT EXISTS t (id int GENERATED BY DEFAULT AS IDENTITY)",
        ),
        ("CREATE TABLE t (a text COLLATE \"C\")", "CREATE TABLE IF NOT EXISTS t (a text)"),
        ("CREATE TABLE t (a text)", "CREATE TABLE IF NOT EXISTS t (a text COLLATE \"C\")"),
        ("ALTER TABLE r ADD a text COLLATE \"C\"", "ALTER TABLE r ADD COLUMN IF NOT EXISTS a text"),
        ("CREATE TABLE y (a text COLLATE \"C\")", "ALTER TABLE y ADD COLUMN IF NOT EXISTS a text"),
    ]);
    all_are_skipped(&[
        (
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
            "CREATE TABLE IF NOT EXISTS t (a int, b int GENERATED ALWAYS AS (a+1) STORED)",
        ),
        (
            "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY)",
            "CREATE TABLE IF NOT EXISTS t (id serial)",
        ),
        ("CREATE TABLE t (a int DEFAULT 1)", "CREATE TABLE IF NOT EXISTS t (a int DEFAULT 2)"),
        (
            "CREATE TABLE t (a text COLLATE \"C\")",
            "CREATE TABLE IF NOT EXISTS t (a text COLLATE pg_catalog.\"C\")",
        ),
        ("CREATE TABLE y (a text COLLATE \"C\")", "CREATE TABLE IF NOT EXISTS u (LIKE y)"),
    ]);
}

#[test]
fn a_table_of_another_kind_is_another_one() {
    all_are_refused(&[
        ("CREATE TABLE t (a int) PARTITION BY RANGE (a)", "CREATE TABLE IF NOT EXISTS t (a int)"),
        ("CREATE TABLE t (a int)", "CREATE TABLE IF NOT EXISTS t (a int) PARTITION BY RANGE (a)"),
        ("CREATE TABLE t (a int)", "CREATE UNLOGGED TABLE IF NOT EXISTS t (a int)"),
        ("CREATE UNLOGGED TABLE t (a int)", "CREATE TABLE IF NOT EXISTS t (a int)"),
        ("CREATE TABLE t (id int NOT NULL)", "CREATE TABLE IF NOT EXISTS t () INHERITS (r)"),
        (
            "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE t (a int)",
            "CREATE TABLE m (a int) PARTITION BY RANGE (a); \
             CREATE TABLE IF NOT EXISTS t PARTITION OF m FOR VALUES FROM (1) TO (2)",
        ),
    ]);
    all_are_skipped(&[
        (
            "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
            "CREATE TABLE IF NOT EXISTS t (a int) PARTITION BY RANGE (a)",
        ),
        ("CREATE UNLOGGED TABLE t (a int)", "CREATE UNLOGGED TABLE IF NOT EXISTS t (a int)"),
        ("CREATE TABLE t () INHERITS (r)", "CREATE TABLE IF NOT EXISTS t () INHERITS (r)"),
        ("CREATE TABLE t () INHERITS (r)", "CREATE TABLE IF NOT EXISTS t (id int NOT NULL)"),
    ]);
}

#[test]
fn another_view_type_or_trigger_is_another_one() {
    all_are_refused(&[
        (
            "CREATE MATERIALIZED VIEW v AS SELECT id FROM r",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT id FROM q",
        ),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT id FROM r",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT id, id + 1 AS n FROM r",
        ),
        ("CREATE DOMAIN d AS text", block!("CREATE DOMAIN d AS int")),
        ("CREATE DOMAIN d AS varchar(20)", block!("CREATE DOMAIN d AS varchar(30)")),
        ("CREATE TYPE d AS ENUM ('a')", block!("CREATE DOMAIN d AS int")),
        ("CREATE TYPE c AS (a int)", block!("CREATE TYPE c AS (a int, b int)")),
        (
            "CREATE TRIGGER n BEFORE INSERT ON r FOR EACH ROW EXECUTE FUNCTION f()",
            block!("CREATE TRIGGER n BEFORE INSERT ON r FOR EACH ROW EXECUTE FUNCTION g()"),
        ),
        (
            "CREATE TRIGGER n AFTER INSERT ON r FOR EACH ROW EXECUTE FUNCTION f()",
            block!("CREATE TRIGGER n BEFORE INSERT ON r FOR EACH ROW EXECUTE FUNCTION f()"),
        ),
        (
            "CREATE TRIGGER n BEFORE INSERT ON r FOR EACH ROW EXECUTE FUNCTION f()",
            block!("CREATE TRIGGER n BEFORE INSERT OR UPDATE ON r FOR EACH ROW EXECUTE FUNCTION f()"),
        ),
    ]);
    all_are_skipped(&[
        (
            "CREATE MATERIALIZED VIEW v AS SELECT r.id, count(*) AS n FROM r JOIN q USING (id) GROUP BY 1",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT r.id, count(*) AS n FROM r JOIN q USING (id) GROUP BY 1",
        ),
        (
            "CREATE DOMAIN d AS varchar(20)",
            block!("CREATE DOMAIN d AS character varying (20) CHECK (VALUE <> '')"),
        ),
        ("CREATE DOMAIN d AS timestamptz(3)", block!("CREATE DOMAIN d AS timestamp(3) with time zone")),
        ("CREATE TYPE c AS (a int, b text)", block!("CREATE TYPE c AS (a integer, b text)")),
        (
            "CREATE TRIGGER n BEFORE UPDATE OR INSERT ON r FOR EACH ROW EXECUTE FUNCTION f()",
            block!("CREATE TRIGGER n BEFORE INSERT OR UPDATE ON r FOR EACH ROW EXECUTE PROCEDURE public.f()"),
        ),
    ]);
}

#[test]
fn what_the_history_made_is_compared_too() {
    let Some(server) = server() else { return };
    let run = |history: &str, script: &str| {
        let first = format!("{FIRST}\n{history};");
        let project = Project::new(server.create_database(), &[("1_first", &first), ("2_next", script)]);
        project.run(&["migrate", "deploy"])
    };
    for (history, script) in [
        ("CREATE TABLE t (a int REFERENCES q)", "CREATE TABLE IF NOT EXISTS t (a int REFERENCES r)"),
        ("CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int REFERENCES r (id)"),
        ("CREATE TABLE t (a int)", "CREATE UNLOGGED TABLE IF NOT EXISTS t (a int)"),
        ("CREATE DOMAIN d AS text", block!("CREATE DOMAIN d AS int")),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT id FROM r",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT id FROM q",
        ),
    ] {
        let run = run(history, script);
        assert!(run.code != Some(0) && run.stderr.contains("D3012"), "{history} / {script}: {}", run.stderr);
    }
    for (history, script) in [
        ("CREATE TABLE t (a int REFERENCES r)", "CREATE TABLE IF NOT EXISTS t (a int REFERENCES r (id))"),
        (
            "CREATE TABLE t (a text); ALTER TABLE t ALTER a TYPE text COLLATE \"C\"",
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS a text COLLATE \"C\"",
        ),
        ("CREATE DOMAIN d AS int", block!("CREATE DOMAIN d AS integer")),
        ("ALTER TABLE r RENAME TO s", "CREATE TABLE IF NOT EXISTS t (a int REFERENCES s)"),
    ] {
        run(history, script).succeeds();
    }
}
