//! `db push`.

use driftless_tests::postgres::server;

use crate::lifecycle::Project;

fn schema(fields: &str) -> String {
    format!("datasource db {{\n  provider = \"postgresql\"\n}}\n\nmodel User {{\n  id Int @id\n{fields}}}\n")
}

#[test]
fn a_schema_is_brought_to_a_database() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", &schema("  email String @unique\n"));
    let run = project.run(&["db", "push"]).succeeds().says("+ table User");
    assert_eq!(run.stdout, "");
    project.run(&["db", "push"]).succeeds().says("is what the schema says already");
}

#[test]
fn rows_are_not_lost_without_a_word() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", &schema("  email String\n"));
    project.run(&["db", "push"]).succeeds();
    project.query("INSERT INTO \"User\" VALUES (1, 'a@b.c')");
    project.write("prisma/schema.prisma", &schema(""));
    project.run(&["db", "push"]).fails_with("D3004").says("is dropped with its values (1 row)");
    assert_eq!(project.query("SELECT email FROM \"User\""), "a@b.c");
    project.run(&["db", "push", "--accept-data-loss"]).succeeds();

    // A required column without a default cannot come to a row, whatever is accepted.
    project.write("prisma/schema.prisma", &schema("  name String\n"));
    project.run(&["db", "push", "--accept-data-loss"]).fails_with("D3004").says("rows are in the way");
    project.run(&["db", "push", "--force-reset"]).succeeds().says("emptied the schema `public` of");
    assert_eq!(project.query("SELECT count(*) FROM \"User\""), "0");
}

#[test]
fn a_missing_database_is_made() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    let project = Project::new(database, &[]);
    project.write("prisma/schema.prisma", &schema(""));
    let name = format!("pushed_{}", std::process::id());
    let url = server.url(&name);
    let run = crate::lifecycle::Run::of(project.command_at(&url, &["db", "push"]).spawn().unwrap());
    project.database.run(&format!("DROP DATABASE \"{name}\" WITH (FORCE)")).unwrap();
    run.succeeds().says("created the database");
}

#[test]
fn what_is_skipped_because_of_its_name_is_found_out() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", &schema("  email String\n  @@index([email], map: \"taken\")\n"));
    project.query("CREATE VIEW taken AS SELECT 1 AS one");
    project.run(&["db", "push"]).fails_with("D3005").says("index taken");
}
