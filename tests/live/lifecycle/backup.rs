//! `migrate deploy --backup`: what is saved before migrations take it away, and that it can be brought back.

use std::process::Command;

use driftless_tests::binary::driftless;
use driftless_tests::postgres::{Database, server};

use super::{Project, Run};

impl<'a> Project<'a> {
    /// A project with a history, and a database that holds more than it makes.
    fn holding(database: Database<'a>, script: &str) -> Self {
        let project = Self::new(database, &[("1_a", "SELECT 1;")]);
        project.run(&["migrate", "deploy"]).succeeds();
        project.database.run(script).unwrap();
        project
    }

    /// Deploys with a backup, then brings the saved rows back.
    #[track_caller]
    fn save_and_restore(&self) -> Run {
        let run = self.run(&["migrate", "deploy", "--backup", "saved"]).succeeds();
        let folder = self.path().join("saved");
        let restore = std::fs::read_to_string(folder.join("restore.sql")).unwrap();
        self.query(&format!("\\cd {}\n{restore}", folder.display()));
        run
    }

    fn saved_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path().join("saved")).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn partitions_are_saved_with_their_table() {
    let Some(server) = server() else { return };
    let project = Project::holding(
        server.create_database(),
        "CREATE TABLE p (id int, at date, twice int GENERATED ALWAYS AS (id * 2) STORED) PARTITION BY RANGE (id);
             CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
             CREATE TABLE p2 (at date, twice int GENERATED ALWAYS AS (id * 2) STORED, id int);
             ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20);
             CREATE TABLE q (id int) PARTITION BY LIST (id);
             CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
             CREATE TABLE q2 PARTITION OF q FOR VALUES IN (2);
             INSERT INTO p SELECT n, '2026-01-31' FROM generate_series(5, 14) n;
             INSERT INTO q VALUES (1), (2), (2);",
    );
    project.write_migration("2_b", "DROP TABLE p;\nDROP TABLE q2;");
    project
        .save_and_restore()
        .says("drops the table `p`, which has 10 rows")
        .says("drops the table `q2`, which has 2 rows");
    assert_eq!(project.saved_files(), ["public.p.copy.gz", "public.q2.copy.gz", "restore.sql"]);
    assert_eq!(project.query("SELECT count(*), sum(id), max(at) FROM p_saved"), "10|95|2026-01-31");
    assert_eq!(project.query("SELECT count(*) FROM q2_saved"), "2");
    assert_eq!(project.query("SELECT count(*) FROM q"), "1");
}

#[test]
fn tables_below_a_table_are_saved_by_themselves() {
    let Some(server) = server() else { return };
    let project = Project::holding(
        server.create_database(),
        "CREATE TABLE parent (id int);
             CREATE TABLE child (more text) INHERITS (parent);
             CREATE TABLE named (id int PRIMARY KEY);
             CREATE TABLE gone (id int REFERENCES named ON DELETE CASCADE);
             CREATE TABLE emptied (named int REFERENCES named ON DELETE SET NULL);
             INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 'x'), (3, 'y');
             INSERT INTO named VALUES (1); INSERT INTO gone VALUES (1); INSERT INTO emptied VALUES (1), (NULL);",
    );
    project.write_migration("2_b", "DROP TABLE parent CASCADE;\nDELETE FROM named;");
    project
        .save_and_restore()
        .says("drops the table `child`, which has 2 rows")
        .says("drops the table `parent`, which has 1 row")
        .says("deletes rows of `gone`, which has 1 row")
        .says("writes over values of `named` of `emptied`, which has a value in 1 row");
    assert_eq!(project.query("SELECT string_agg(id || more, ',' ORDER BY id) FROM child_saved"), "2x,3y");
    let counts = "SELECT (SELECT count(*) FROM parent_saved), (SELECT count(*) FROM gone_saved), \
                  (SELECT count(*) FROM emptied_saved WHERE named = 1)";
    assert_eq!(project.query(counts), "1|1|1");
}

#[test]
fn what_goes_with_a_schema_or_a_type_is_saved() {
    let Some(server) = server() else { return };
    let project = Project::holding(
        server.create_database(),
        "CREATE SCHEMA \"Old $(x)\";
             CREATE TYPE \"E\" AS ENUM ('a', 'b,c');
             CREATE DOMAIN d AS numeric(10, 2);
             CREATE TABLE \"Old $(x)\".\"t\"\" `x`\" (id int, \"E\" \"E\"[]);
             CREATE TABLE \"Old $(x)\".empty (id int);
             CREATE VIEW \"Old $(x)\".v AS SELECT 1;
             CREATE TABLE kept (id int, e \"E\", d d, at timestamptz, took interval);
             INSERT INTO \"Old $(x)\".\"t\"\" `x`\" VALUES (1, '{a,\"b,c\"}');
             INSERT INTO kept VALUES (7, 'b,c', 1.5, '2026-02-03 04:05:06+00', '-1 day 2 hours');",
    );
    project.write_migration(
        "2_b",
        "DROP SCHEMA \"Old $(x)\" CASCADE;\nDROP TYPE \"E\" CASCADE;\nDROP DOMAIN d CASCADE;",
    );
    let name = project.query("SELECT current_database()");
    let settings = format!(
        "ALTER DATABASE {name} SET DateStyle = 'SQL, DMY'; ALTER DATABASE {name} SET IntervalStyle = 'sql_standard'"
    );
    project.database.run(&settings).unwrap();
    project
        .save_and_restore()
        .says("drops the table `Old $(x).t\" `x``, which has 1 row")
        .says("drops the column `e` of `kept`, which has a value in 1 row")
        .says("drops the column `d` of `kept`");
    assert_eq!(project.saved_files(), ["Old___x_.t___x_.copy.gz", "public.kept.copy.gz", "restore.sql"]);
    assert_eq!(project.query("SELECT id, \"E\"[2] FROM \"Old $(x)\".\"t\"\" `x`_saved\""), "1|b,c");
    let kept =
        "SELECT id, e, d, at = '2026-02-03 04:05:06+00', extract(epoch FROM took)::int FROM kept_saved";
    assert_eq!(project.query(kept), "7|b,c|1.50|t|-79200");
}

#[test]
fn what_blocks_and_other_names_take_away_is_found() {
    let Some(server) = server() else { return };
    let project = Project::holding(
        server.create_database(),
        "CREATE TABLE a (id int, old text); CREATE TABLE b (id int); CREATE TABLE c (id int, v text);
             INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1), (2); INSERT INTO c VALUES (1, NULL), (2, 'v');",
    );
    project.write_migration(
        "2_b",
        "DO $$ BEGIN IF true THEN ALTER TABLE \"a\" DROP COLUMN \"old\", ADD COLUMN \"old\" int; END IF; END $$;
         ALTER TABLE b RENAME TO b_old; DROP TABLE b_old; CREATE TABLE b (id int); DROP TABLE b;
         ALTER TABLE c RENAME COLUMN v TO w; ALTER TABLE c ADD COLUMN v text; UPDATE c SET v = w, w = 'none';",
    );
    let run = project
        .save_and_restore()
        .says("drops the column `old` of `a`, which has a value in 1 row")
        .says("drops the table `b`, which has 2 rows")
        .says("writes over values of `v` of `c`, which has a value in 1 row");
    assert_eq!(run.stderr.matches("warning:").count(), 3, "{}", run.stderr);
    assert_eq!(project.query("SELECT (SELECT old FROM a_saved), (SELECT count(*) FROM b_saved)"), "x|2");
}

#[test]
fn a_backup_that_fails_leaves_nothing_and_migrates_nothing() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int, b text);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("INSERT INTO a SELECT n, md5(n::text) FROM generate_series(1, 20000) n").unwrap();
    project.write_migration("2_b", "DROP TABLE a;");
    // A file may not grow beyond a few blocks, which a program is told as it is of a disk that is full.
    let mut command = Command::new("bash");
    command.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" migrate deploy --backup saved"]);
    command.arg(driftless()).current_dir(project.path()).env("DATABASE_URL", project.database.url());
    let output = command.env("CI", "true").output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let run = Run { code: output.status.code(), stdout: String::new(), stderr };
    run.fails_with("D3003")
        .says("no backup in `saved`, so nothing was migrated")
        .says("the disk is not full");
    assert!(!project.path().join("saved").exists(), "half a backup is none");
    assert_eq!(project.applied(), "1_a");
    assert_eq!(project.query("SELECT count(*) FROM a"), "20000");

    project.write("saved/restore.sql", "mine");
    project.run(&["migrate", "deploy", "--backup", "saved"]).fails_with("D3003").says("name a new folder");
    assert_eq!(project.saved_files(), ["restore.sql"], "what others put there stays");
    assert_eq!(project.applied(), "1_a");
}

#[test]
fn rows_that_are_hidden_are_not_left_out() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;")]);
    let name = project.query("SELECT current_database()");
    let role = "owner_of_hidden_rows";
    project
        .database
        .run(&format!("CREATE ROLE {role} LOGIN; ALTER DATABASE {name} OWNER TO {role}"))
        .unwrap();
    project.database.run(&format!("ALTER SCHEMA public OWNER TO {role}")).unwrap();
    let url = project.database.url().replace("postgres@", &format!("{role}@"));
    let run = |arguments: &[&str]| Run::of(project.command_at(&url, arguments).spawn().unwrap());
    run(&["migrate", "deploy"]).succeeds();
    project
        .database
        .run(&format!(
            "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2); ALTER TABLE a OWNER TO {role};
             CREATE POLICY p ON a USING (false);
             ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a FORCE ROW LEVEL SECURITY;"
        ))
        .unwrap();
    project.write_migration("2_b", "DROP TABLE a;");
    run(&["migrate", "deploy", "--backup", "saved"])
        .fails_with("D3003")
        .says("drops the table `a`, which has rows that this role may not count")
        .says("let the role read all rows");
    assert_eq!(project.query("SELECT count(*) FROM a"), "2");
    let end = format!(
        "ALTER DATABASE {name} OWNER TO postgres; REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role};
         DROP ROLE {role};"
    );
    project.database.run(&end).unwrap();
}

#[test]
fn rows_that_are_saved_are_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let Some(server) = server() else { return };
    let project = Project::holding(server.create_database(), "CREATE TABLE t AS SELECT 1 AS a");
    project.write_migration("2_b", "DROP TABLE t;");
    let mut command = Command::new("sh");
    command.args(["-c", "umask 0; exec \"$0\" migrate deploy --backup deep/saved"]).arg(driftless());
    command.current_dir(project.path()).env("DATABASE_URL", project.database.url()).env("CI", "true");
    assert!(command.status().unwrap().success());
    let mode =
        |path: &str| std::fs::metadata(project.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("deep/saved"), 0o700);
    assert_eq!(mode("deep/saved/restore.sql"), 0o600);
    assert_eq!(mode("deep/saved/public.t.copy.gz"), 0o600);
}

#[test]
fn no_name_makes_the_script_of_a_backup_do_something_else() {
    let Some(server) = server() else { return };
    for name in [
        "-rf",
        "a\n\\! touch pwned\nb",
        "$(touch pwned)",
        "`touch pwned`",
        "a' || pg_sleep(9) || '",
        "a\"b",
        ":HOME \\q",
        "ü日本",
    ] {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let project = Project::holding(
            server.create_database(),
            &format!("CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} AS SELECT 7 AS {quoted}"),
        );
        project.write_migration("2_b", &format!("DROP TABLE {quoted}.{quoted};"));
        project.run(&["migrate", "deploy", "--backup", "saved"]).succeeds();
        let folder = project.path().join("saved");
        let restore = std::fs::read_to_string(folder.join("restore.sql")).unwrap();
        project.query(&format!("\\cd {}\n{restore}", folder.display()));
        let saved = project.query(&format!(
            "SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_saved' AND relnamespace = \
             (SELECT oid FROM pg_namespace WHERE nspname = $n${name}$n$)"
        ));
        assert_eq!(saved, "1", "{name}");
        assert!(!folder.join("pwned").exists(), "{name}");
    }
}
