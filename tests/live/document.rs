//! The life of a back end's database from its first deployment on, as a team's handbook tells it: the shop of
//! `fixtures/shop`, the real binary, a real server.

use std::path::Path;

use driftless_tests::fixtures::{files_under, read, root};
use driftless_tests::postgres::{Server, server};

use crate::lifecycle::{Project, Run};

/// What the handbook adds to an order.
const NOTES: (&str, &str) =
    ("  items           OrderItem[]\n", "  items           OrderItem[]\n  notes           String?\n");

/// A copy of the shop in a folder of its own, as a back end has it: schema, seed and migrations below `prisma`.
fn shop(server: &Server) -> Project<'_> {
    let project = Project::new(server.create_database(), &[]);
    let folder = root().join("fixtures/shop");
    for file in files_under(&folder) {
        let Ok(name) = file.strip_prefix(&folder) else { continue };
        let is_of_schema =
            name.starts_with("migrations") || ["prisma", "toml"].iter().any(|end| has_end(name, end));
        let place = if is_of_schema { Path::new("prisma").join(name) } else { name.to_owned() };
        project.write(&place.display().to_string(), &read(&file));
    }
    project
}

fn has_end(name: &Path, end: &str) -> bool {
    name.extension().is_some_and(|found| found == end)
}

/// Runs what an npm script of the shop says.
#[track_caller]
fn run_script(project: &Project<'_>, script: &str) -> Run {
    let package = read(&project.path().join("package.json"));
    let line =
        package.lines().find(|line| line.contains(&format!("\"{script}\":"))).expect("the script is there");
    let (_, command) = line.split_once(": \"").expect("a script is a string");
    let words: Vec<&str> = command.trim_end_matches(['"', ',']).split(' ').collect();
    assert_eq!(words[0], "driftless");
    project.run(&words[1..])
}

/// The one migration of the folder whose name ends so.
fn migration_named(project: &Project<'_>, end: &str) -> String {
    let entries = std::fs::read_dir(project.path().join("prisma/migrations")).expect("the folder is there");
    let mut names =
        entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    names.find(|name| name.ends_with(end)).expect("the migration was written")
}

#[test]
fn a_new_environment_is_deployed_and_seeded() {
    let Some(server) = server() else { return };
    let project = shop(server);
    run_script(&project, "db:migrate:deploy").succeeds().says("2 of 2 migrations applied");
    run_script(&project, "db:migrate:deploy").succeeds().says("nothing to do");
    let status = run_script(&project, "db:migrate:status").succeeds();
    assert!(status.stdout.contains("The database is up to date."), "{}", status.stdout);

    run_script(&project, "db:seed").succeeds();
    let held = "SELECT (SELECT count(*) FROM permissions), (SELECT count(*) FROM roles), (SELECT count(*) FROM users), \
                (SELECT count(*) FROM categories), (SELECT count(*) FROM site_settings)";
    assert_eq!(project.query(held), "14|2|1|3|8");
    assert_eq!(project.query("SELECT email, name FROM users"), "admin@example.com|Admin");
    let of_admin = "SELECT count(*) FROM role_permissions JOIN roles ON id = role_id WHERE name = 'Admin'";
    assert_eq!(project.query(of_admin), "14");

    let change = "UPDATE site_settings SET value = '{\"mine\": 1}' WHERE key = 'seo'; UPDATE users SET name = 'Ada'; \
                  DELETE FROM site_settings WHERE key = 'about'";
    project.database.run(change).expect("rows can be changed");
    run_script(&project, "db:seed").succeeds();
    assert_eq!(project.query(held), "14|2|1|3|8", "what was missing is made");
    let own = "SELECT value = '{\"mine\": 1}', (SELECT name FROM users) FROM site_settings WHERE key = 'seo'";
    assert_eq!(project.query(own), "t|Ada", "nothing is overwritten");

    run_script(&project, "db:restore-settings").succeeds();
    assert_eq!(project.query(own), "f|Ada", "the settings are overwritten, and they alone");
}

#[test]
fn a_change_of_the_schema_becomes_a_migration() {
    let Some(server) = server() else { return };
    let project = shop(server);
    project.run(&["migrate", "deploy"]).succeeds();
    let schema = read(&project.path().join("prisma/schema.prisma"));
    assert!(schema.contains(NOTES.0));
    project.write("prisma/schema.prisma", &schema.replace(NOTES.0, NOTES.1));
    project.run(&["migrate", "dev", "--name", "add_order_notes"]).succeeds().says("applied 2");
    let name = migration_named(&project, "_add_order_notes");
    assert_eq!(project.applied(), format!("0_init 20260105090000_check_order_totals {name}"));
    let script = read(&project.path().join(format!("prisma/migrations/{name}/migration.sql")));
    assert!(script.starts_with("-- AlterTable\n"), "{script}");
    assert!(script.contains("ADD COLUMN IF NOT EXISTS \"notes\" TEXT"), "{script}");
    project.database.run(&script).expect("it can be run again");
    project.run(&["migrate", "dev"]).succeeds().says("are what the schema says");
    project.run(&["migrate", "status", "--strict"]).succeeds();
}

#[test]
fn a_database_that_was_pushed_is_baselined() {
    let Some(server) = server() else { return };
    let project = shop(server);
    std::fs::remove_dir_all(project.path().join("prisma/migrations")).expect("the folder is there");
    project.run(&["db", "push"]).succeeds();
    std::fs::create_dir_all(project.path().join("prisma/migrations")).expect("a folder can be made");
    let way_out = "driftless diff --from-empty --to-schema prisma/schema.prisma --script -o \
                   prisma/migrations/0_init/migration.sql";
    for command in [["migrate", "deploy"], ["migrate", "dev"]] {
        project.run(&command).fails_with("P3005").says("resolve --applied 0_init");
    }
    let words: Vec<&str> = way_out.split_whitespace().skip(1).collect();
    project.run(&words).succeeds();
    let script = read(&project.path().join("prisma/migrations/0_init/migration.sql"));
    assert_eq!(script, read(&root().join("fixtures/shop/migrations/0_init/migration.sql")));
    assert!(script.starts_with("-- "), "no other output gets into the script");
    project.run(&["migrate", "deploy"]).fails_with("P3005").says("resolve --applied 0_init");
    project.run(&["migrate", "resolve", "--applied", "0_init"]).succeeds();
    project.write_migration("1_notes", "ALTER TABLE \"orders\" ADD COLUMN IF NOT EXISTS \"notes\" TEXT;\n");
    project.run(&["migrate", "deploy"]).succeeds().says("1 of 2 migrations applied");
}

#[test]
fn a_broken_migration_is_named_before_it_runs() {
    let Some(server) = server() else { return };
    let project = shop(server);
    project.write_migration("20260106000000_a", "ALTER TABLE \"invoices\" ADD COLUMN \"paid\" BOOLEAN;\n");
    let place = "prisma/migrations/20260106000000_a/migration.sql:1:";
    let checked = project.run(&["migrate", "validate-history"]);
    assert_eq!(checked.code, Some(1), "{}", checked.stderr);
    checked.says("P3006").says("invoices").says(place);
    project.run(&["diff", "--from-migrations", "--to-schema", "--offline"]).fails_with("P3006").says(place);
    project.run(&["migrate", "deploy"]).fails_with("P3018").says(place);
    assert_eq!(project.applied(), "0_init 20260105090000_check_order_totals");
}

#[test]
fn a_database_that_drifted_is_told_and_mended() {
    let Some(server) = server() else { return };
    let project = shop(server);
    project.run(&["migrate", "deploy", "--strict"]).succeeds();
    project.database.run("ALTER TABLE orders ADD by_hand int").expect("a column can be added");
    project.run(&["migrate", "deploy"]).succeeds();
    project.run(&["migrate", "deploy", "--strict"]).fails_with("D3002").says("by_hand");
    assert_eq!(project.run(&["drift"]).code, Some(2));
    let dev = project.run(&["migrate", "dev", "-n", "x"]);
    assert_eq!(dev.code, Some(130), "{}", dev.stderr);
    dev.says("driftless drift --script").says("driftless db execute --file undo.sql");
    let undo = project.run(&["drift", "--script"]);
    project.write("undo.sql", &undo.stdout);
    project.run(&["db", "execute", "--file", "undo.sql"]).succeeds();
    project.run(&["migrate", "deploy", "--strict"]).succeeds();
}
