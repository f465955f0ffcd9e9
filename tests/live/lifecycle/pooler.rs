//! Behind a pooler: nothing of ours stays in a server session that others get.

use driftless_tests::postgres::{Pooler, Pooling, server};

use super::{Project, Run};

/// What a client finds in the one server session of a pool.
const LEFT: &str = "SELECT 'setting ' || name || ' ' || setting FROM pg_settings WHERE source = 'session'
  AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'client_min_messages')
UNION ALL SELECT 'lock ' || classid || ' ' || objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements WHERE NOT from_sql OR name ~ 'driftless'
UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()
UNION ALL SELECT 'listens ' || c FROM pg_listening_channels() c
UNION ALL SELECT 'role ' || current_user WHERE current_user <> 'postgres'
UNION ALL SELECT 'path ' || current_setting('search_path') WHERE current_setting('search_path') <> '\"$user\", public'";

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel a {\n  id Int @id\n  b  Int @default(dbgenerated(\"(1 + 1)\"))\n}\n";

fn project<'a>(server: &'a driftless_tests::postgres::Server) -> Project<'a> {
    let project = Project::new(
        server.create_database(),
        &[("1_a", "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL DEFAULT (1 + 1));")],
    );
    project.write("prisma/schema.prisma", SCHEMA);
    project.write("seed.yaml", "a:\n  - id: 1\n    b: 2\n");
    project
}

#[test]
fn reading_through_a_pooler_in_transaction_mode_leaves_nothing_behind() {
    let Some(server) = server() else { return };
    for fresh in [true, false] {
        let project = project(server);
        project.run(&["migrate", "deploy"]).succeeds();
        let Some(pooler) = Pooler::start(server, Pooling::Transaction, 1) else { return };
        for query in ["", "&schema=public&statement_timeout=60000", "&pgbouncer=true"] {
            let url = format!("{}{query}", pooler.url(project.database.name()));
            let look = || server.run_at(&pooler.url(project.database.name()), LEFT).unwrap();
            if !fresh {
                assert_eq!(look(), "");
            }
            for arguments in [
                &["migrate", "status"][..],
                &["migrate", "status", "--strict"],
                &["migrate", "deploy"],
                &["migrate", "deploy", "--dry-run"],
                &["drift"],
                &["drift", "--against-schema"],
                &["diff", "--from-url", &url, "--to-schema", "prisma/schema.prisma"],
                &["db", "pull", "--print"],
                &["db", "push"],
                &["validate"],
            ] {
                let run = Run::of(project.command_at(&url, arguments).spawn().unwrap());
                assert_eq!(run.code, Some(0), "{arguments:?}: {}{}", run.stdout, run.stderr);
                assert_eq!(look(), "", "{arguments:?} with `{query}`");
            }
        }
    }
}

#[test]
fn what_needs_a_session_is_refused_by_a_pooler_in_transaction_mode() {
    let Some(server) = server() else { return };
    let project = project(server);
    let Some(pooler) = Pooler::start(server, Pooling::Transaction, 1) else { return };
    let url = pooler.url(project.database.name());
    project.write("script.sql", "SET search_path TO nowhere;");
    for arguments in [
        &["migrate", "deploy"][..],
        &["migrate", "resolve", "--applied", "1_a"],
        &["migrate", "reset", "--force"],
        &["db", "execute", "--file", "script.sql"],
    ] {
        for disabled in ["0", "1"] {
            let mut command = project.command_at(&url, arguments);
            command.env("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK", disabled);
            Run::of(command.spawn().unwrap()).fails_with("D4002").says("pooler in transaction mode");
            assert_eq!(server.run_at(&url, LEFT).unwrap(), "", "{arguments:?}");
        }
    }
    assert_eq!(
        project.query("SELECT to_regclass('_prisma_migrations') IS NULL AND to_regclass('a') IS NULL"),
        "t"
    );
}

#[test]
fn a_pooler_in_session_mode_gets_its_session_back_as_it_was() {
    let Some(server) = server() else { return };
    let project = project(server);
    let Some(pooler) = Pooler::start(server, Pooling::Session, 2) else { return };
    let url = pooler.url(project.database.name());
    let run = |arguments: &[&str]| Run::of(project.command_at(&url, arguments).spawn().unwrap());
    let look = || server.run_at(&url, LEFT).unwrap();
    run(&["migrate", "deploy"]).succeeds();
    assert_eq!(look(), "");
    project.write_migration(
        "2_b",
        "SET search_path TO nowhere; SELECT pg_advisory_lock(1); LISTEN x; CREATE TEMP TABLE t ();",
    );
    run(&["migrate", "deploy"]).succeeds();
    assert_eq!(look(), "");
    project.write_migration("3_c", "SET search_path TO nowhere; VACUUM; SELECT 1 / 0;");
    run(&["migrate", "deploy"]).fails_with("P3018");
    assert_eq!(look(), "");
    project.write("script.sql", "SET search_path TO nowhere; BEGIN;");
    run(&["db", "execute", "--file", "script.sql"]).fails_with("D4003");
    assert_eq!(look(), "");
    assert_eq!(project.applied(), "1_a 2_b");
}

#[test]
fn a_pooler_with_one_server_session_is_not_waited_for() {
    let Some(server) = server() else { return };
    let project = project(server);
    let Some(pooler) = Pooler::start(server, Pooling::Session, 1) else { return };
    let url = pooler.url(project.database.name());
    let run = |arguments: &[&str]| Run::of(project.command_at(&url, arguments).spawn().unwrap());
    run(&["migrate", "deploy"]).succeeds();
    project.write("script.sql", "SELECT 1;");
    run(&["db", "execute", "--file", "script.sql"]).succeeds();
    assert_eq!(project.applied(), "1_a");
}
