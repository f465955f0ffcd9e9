//! What a history that is tried can do: nothing to the server, nothing to the machine. And what an agent may do without a
//! person's consent.

use driftless_tests::postgres::{own_server, server};

use super::{Project, Run};

/// A history that is tried, and that tries to break out in one of several ways.
fn attack(body: &str) -> String {
    format!(
        "CREATE TABLE t (id int);\nDO $$ BEGIN\nFOR i IN 1..2 LOOP EXECUTE 'CREATE TABLE x' || i || ' (id int)'; END LOOP;\n\
         {body}\nEND $$;\n"
    )
}

/// Runs it on a server of this machine's own, or where there is none beside the database.
fn run(project: &Project<'_>, beside: bool, arguments: &[&str]) -> Run {
    let mut command = project.command(arguments);
    if beside {
        command.env("DRIFTLESS_PG_BIN", "/nowhere");
    }
    Run::of(command.spawn().unwrap())
}

#[test]
fn a_trial_runs_no_programs_and_reaches_no_files() {
    let Some(server) = own_server() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let trace = folder.path().join("trace");
    let trace = trace.display();
    let attacks = [
        format!("COPY (SELECT 1) TO PROGRAM 'touch {trace}';"),
        format!("COPY (SELECT 1) TO '{trace}';"),
        format!(
            "RESET ROLE; RESET SESSION AUTHORIZATION; EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch {trace}''';"
        ),
        format!("SET SESSION AUTHORIZATION driftless; COPY (SELECT 1) TO PROGRAM 'touch {trace}';"),
        format!(
            "GRANT pg_execute_server_program TO CURRENT_USER; COPY (SELECT 1) TO PROGRAM 'touch {trace}';"
        ),
        "ALTER ROLE CURRENT_USER SUPERUSER;".to_owned(),
        "CREATE ROLE up SUPERUSER;".to_owned(),
        "CREATE ROLE up REPLICATION;".to_owned(),
        "PERFORM pg_read_file('postgresql.conf');".to_owned(),
        "PERFORM lo_import('/etc/passwd');".to_owned(),
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system';"
            .to_owned(),
    ];
    let project = Project::new(server.create_database(), &[]);
    let url = project.database.url();
    for body in &attacks {
        project.write_migration("1_a", &attack(body));
        for beside in [false, true] {
            let tried = run(&project, beside, &["diff", "--from-migrations", "--to-url", &url]);
            assert!(!folder.path().join("trace").exists(), "{body}");
            tried.fails_with("P3006");
        }
    }
    assert_eq!(
        project.query("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'driftless%' OR rolname = 'up'"),
        "0"
    );
    assert_eq!(project.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'driftless%'"), "0");
}

#[test]
fn a_trial_reaches_no_other_database() {
    let Some(server) = own_server() else { return };
    let (project, other) = (Project::new(server.create_database(), &[]), server.create_database());
    let (own, other) = (project.database.name().to_owned(), other.name().to_owned());
    let role = format!("{own}_owner");
    let admin = |sql: &str| project.database.run(sql).unwrap();
    admin(&format!(
        "CREATE ROLE {role} LOGIN CREATEDB; ALTER DATABASE {own} OWNER TO {role}; ALTER DATABASE {other} OWNER TO {role}; ALTER SCHEMA public OWNER TO {role}"
    ));
    let url = project.database.url().replace("postgres@", &format!("{role}@"));
    for rights in ["NOCREATEROLE", "CREATEROLE"] {
        admin(&format!("ALTER ROLE {role} {rights}"));
        for attack_on_other in [
            format!("DROP DATABASE {other};"),
            format!("DROP DATABASE {own} WITH (FORCE);"),
            format!("ALTER DATABASE {other} SET search_path TO nowhere;"),
            format!("ALTER DATABASE {other} RENAME TO {other}_x;"),
            format!("REVOKE CONNECT ON DATABASE {other} FROM PUBLIC;"),
            "ALTER ROLE CURRENT_USER SET search_path TO nowhere;".to_owned(),
            "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || ' IS_TEMPLATE true'; END $$;".to_owned(),
        ] {
            project.write_migration("1_a", &format!("{attack_on_other}\n{}", attack("")));
            for flags in [&["diff", "--from-migrations", "--to-url", &url][..], &["drift", "--against-migrations", "--url", &url]] {
                let tried = run(&project, true, flags);
                assert!(tried.code != Some(101), "{attack_on_other}: {}", tried.stderr);
                if rights == "NOCREATEROLE" {
                    tried.fails_with("D4006").says("may change other databases");
                }
            }
            let there = admin(&format!(
                "SELECT string_agg(datname, ' ' ORDER BY datname = '{own}'), count(*) FILTER (WHERE has_database_privilege('public', oid, 'CONNECT'))
                 FROM pg_database WHERE datname IN ('{own}', '{other}')"
            ));
            assert_eq!(there.trim_end(), format!("{other} {own}|2"), "{attack_on_other}");
            let settings = format!("SELECT count(*) FROM pg_db_role_setting s WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = '{other}') OR s.setrole = '{role}'::regrole");
            assert_eq!(admin(&settings), "0\n", "{attack_on_other}");
        }
    }
    assert_eq!(
        admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'driftless_shadow%' AND datistemplate"),
        "0\n"
    );
    admin(&format!(
        "ALTER DATABASE {own} OWNER TO postgres; ALTER DATABASE {other} OWNER TO postgres; ALTER SCHEMA public OWNER TO postgres; DROP OWNED BY {role}; DROP ROLE {role}"
    ));
}

#[test]
fn what_cannot_be_tried_without_power_is_said() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    for body in [
        "COPY (SELECT 1) TO PROGRAM 'true';",
        "ALTER ROLE CURRENT_USER SUPERUSER;",
        "CREATE OPERATOR CLASS o FOR TYPE int USING btree AS STORAGE int;",
    ] {
        project.write_migration("1_a", &attack(body));
        run(&project, false, &["diff", "--from-migrations", "--to-empty"])
            .fails_with("P3006")
            .says("cannot be tried")
            .says("--shadow-database-url")
            .says("driftless: effect");
    }
}

#[test]
fn what_histories_do_every_day_can_be_tried_without_power() {
    let Some(server) = server() else { return };
    let ordinary = attack(
        "CREATE ROLE reader; GRANT USAGE ON SCHEMA public TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;",
    ) + "ALTER TABLE t OWNER TO postgres;\nCREATE SCHEMA apart;\nCREATE EXTENSION bloom SCHEMA apart;\n\
         CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE EXTENSION citext;\nALTER TABLE t ADD COLUMN name citext;\n\
         CREATE INDEX i ON t USING bloom (id);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\n\
         CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;\nCOMMENT ON EXTENSION citext IS 'text';\n\
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END';\n";
    let project = Project::new(server.create_database(), &[("1_a", &ordinary)]);
    run(&project, false, &["diff", "--from-migrations", "--to-empty"]).succeeds();
    // roles belong to the server, and nobody asked for one there
    let url = project.database.url();
    project.write_migration(
        "1_a",
        &ordinary.replace("CREATE ROLE reader; ", "").replace("TO reader", "TO PUBLIC"),
    );
    let here = ordinary.replace("ALTER TABLE t OWNER TO postgres;\n", "");
    project
        .write_migration("1_a", &here.replace("CREATE ROLE reader; ", "").replace("TO reader", "TO PUBLIC"));
    run(&project, true, &["diff", "--from-migrations", "--to-url", &url]).succeeds();
}

#[test]
fn an_agent_resets_nothing_without_a_persons_consent() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE t (id int);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    let count = || project.query("SELECT count(*) FROM t");
    for arguments in [
        &["migrate", "reset", "--force"][..],
        &["migrate", "reset"],
        &["db", "push", "--force-reset"],
        &["db", "push", "--accept-data-loss"],
        &["db", "push", "--force-reset", "--accept-data-loss"],
    ] {
        project.database.run("TRUNCATE t; INSERT INTO t VALUES (7)").unwrap();
        for (name, value) in
            [("CLAUDECODE", "1"), ("GEMINI_CLI", "1"), ("CURSOR_AGENT", "1"), ("AGENT", "goose")]
        {
            let child = project.command(arguments).env(name, value).spawn().unwrap();
            Run::of(child)
                .fails_with("D3004")
                .says("PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION")
                .says("consent");
            assert_eq!(count(), "1", "{arguments:?}");
        }
    }
    let consent = ("PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION", "yes, empty it");
    let mut agreed = project.command(&["migrate", "reset", "--force"]);
    Run::of(agreed.env("CLAUDECODE", "1").env(consent.0, consent.1).spawn().unwrap()).succeeds();
    assert_eq!(count(), "0");
    project.database.run("INSERT INTO t VALUES (7)").unwrap();
    project.run(&["migrate", "reset", "--force"]).succeeds();
    assert_eq!(count(), "0");
}
