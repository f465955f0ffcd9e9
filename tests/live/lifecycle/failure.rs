//! Migrations that fail, and servers that refuse.

use driftless_tests::postgres::server;

use super::Project;

#[test]
fn a_failure_leaves_nothing_and_the_next_deployment_tries_again() {
    let Some(server) = server() else { return };
    let script =
        "CREATE TABLE a (id int CHECK (id > 0));\nINSERT INTO a VALUES (1);\nINSERT INTO a\nVALUES (0);\n";
    let project = Project::new(server.create_database(), &[("1_a", script)]);
    project
        .run(&["migrate", "deploy"])
        .fails_with("P3018")
        .says("migrations/1_a/migration.sql:3:1")
        .says("SQLSTATE 23514")
        .says("Failing row contains")
        .says("nothing of it took effect and nothing is recorded");
    assert_eq!(project.query("SELECT count(*) FROM pg_tables WHERE tablename = 'a'"), "0");
    assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations"), "0");
    project.write_migration("1_a", "CREATE TABLE a (id int);");
    project.run(&["migrate", "deploy"]).succeeds();
}

#[test]
fn what_was_carried_out_in_parts_is_gone_on_with() {
    let Some(server) = server() else { return };
    let broken = "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1), (1);\n\
                  CREATE UNIQUE INDEX CONCURRENTLY i ON a (id);\nCREATE TABLE b (id int);";
    let project = Project::new(server.create_database(), &[("1_a", broken)]);
    let run = project.run(&["migrate", "deploy"]).fails_with("P3018");
    run.says("2 of its 4 statements took effect");
    assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    let status = project.run(&["migrate", "status"]);
    assert!(status.stdout.contains("1_a (2 statements took effect"), "{}", status.stdout);
    project.write_migration("1_a", "CREATE TABLE other (id int);");
    project.run(&["migrate", "deploy"]).fails_with("P3009").says("and read differently now");
    project.write_migration("1_a", &broken.replace("UNIQUE ", ""));
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT count(*) FROM a"), "2", "what was done is not done again");
    assert_eq!(project.applied(), "1_a");
}

#[test]
fn a_half_built_index_is_built_anew() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("INSERT INTO a VALUES (1), (1)").unwrap();
    project.database.run("CREATE UNIQUE INDEX CONCURRENTLY i ON a (id)").unwrap_err();
    project.database.run("DELETE FROM a").unwrap();
    project.write_migration("2_b", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (id);");
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT indisvalid FROM pg_index WHERE indrelid = 'a'::regclass"), "t");
}

#[test]
fn a_transaction_that_does_not_end_is_refused() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "BEGIN;\nCREATE TABLE a (id int);")]);
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("does not end it");
}

#[test]
fn who_may_not_write_is_told() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int);")]);
    let read_only = format!("{}&options=-c%20default_transaction_read_only%3Don", project.database.url());
    let run = |url: &str| super::Run::of(project.command_at(url, &["migrate", "deploy"]).spawn().unwrap());
    run(&read_only).fails_with("P1010");
    let role = "reader_of_lifecycle";
    let name = project.query("SELECT current_database()");
    project
        .database
        .run(&format!("CREATE ROLE {role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        .unwrap();
    let url = project.database.url().replace("postgres@", &format!("{role}@"));
    run(&url).fails_with("P1010").says("the table of the history cannot be made");
    let unknown = url.replace(&format!("/{name}?"), "/not_to_be_made?");
    run(&unknown).fails_with("P3000");
    project.run(&["migrate", "deploy"]).succeeds();
    run(&url).fails_with("P1010").says("grant the role that right");
    project.database.run(&format!("GRANT SELECT ON _prisma_migrations TO {role}")).unwrap();
    run(&url).succeeds().says("nothing to do");
    project.database.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

#[test]
fn bad_folders_are_told_apart() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "SELECT 1;")]);
    project.write("prisma/migrations/README.md", "not a migration");
    project.run(&["migrate", "deploy"]).succeeds();
    for command in
        [&["deploy"][..], &["status"], &["dev"], &["resolve", "--applied", "1_a"], &["reset", "--force"]]
    {
        let arguments = [&["migrate"], command, &["--migrations", "nope"]].concat();
        project.run(&arguments).fails_with("D0004").says("there is no migrations folder `nope`");
    }
    project.write("prisma.config.ts", "export default { migrations: { path: 'prisma/nope' } };\n");
    project.run(&["migrate", "deploy"]).fails_with("D0004").says("which `prisma.config.ts` names");
    std::fs::remove_file(project.path().join("prisma.config.ts")).unwrap();
    project.write("prisma/migrations/migration_lock.toml", "provider = \"mysql\"\n");
    project.run(&["migrate", "deploy"]).fails_with("P3019");
    project.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    project.write("prisma/migrations/2_b/down.sql", "");
    project.run(&["migrate", "deploy"]).fails_with("P3015");
    std::fs::write(project.path().join("prisma/migrations/2_b/migration.sql"), b"SELECT '\xe9';").unwrap();
    project.run(&["migrate", "deploy"]).fails_with("D0002");
    assert_eq!(project.applied(), "1_a");
}
