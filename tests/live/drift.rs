//! `drift` as `docs/guide/ci-drift.md` shows it: somebody changes a database by hand, and the pipeline stops.

use driftless_tests::postgres::server;

use crate::lifecycle::Project;

const MIGRATION: &str =
    "CREATE TABLE orders (id integer PRIMARY KEY, email text NOT NULL, total integer NOT NULL);\n";
const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel Order {\n  id    Int    @id\n  \
                      email String\n  total Int\n\n  @@map(\"orders\")\n}\n";
const BY_HAND: &str = "CREATE INDEX orders_email_idx ON orders (email);
    CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER audit_orders BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();";

#[test]
fn an_index_and_a_trigger_made_by_hand_are_named() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_orders", MIGRATION)]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "deploy"]).succeeds();
    project.run(&["drift"]).succeeds();
    project.database.run(BY_HAND).unwrap();

    let run = project.run(&["drift"]);
    assert_eq!(run.code, Some(2), "{}{}", run.stdout, run.stderr);
    for named in ["`orders_email_idx`", "`audit_orders`", "prisma/schema.prisma:5"] {
        assert!(run.stdout.contains(named), "{named} is not in: {}", run.stdout);
    }

    let mut command = project.command(&["drift"]);
    let run = crate::lifecycle::Run::of(command.env("GITHUB_ACTIONS", "true").spawn().unwrap());
    let annotation =
        "::error file=prisma/schema.prisma,line=5,title=Database drift::the index `orders_email_idx`";
    assert!(run.stdout.starts_with(annotation), "{}", run.stdout);

    // The trigger is meant, the index is not.
    let run = project.run(&["drift", "--accept"]);
    assert_eq!(run.code, Some(2), "{}{}", run.stdout, run.stderr);
    assert!(!run.stdout.contains("audit_orders"), "{}", run.stdout);
    project.database.run("DROP INDEX orders_email_idx").unwrap();
    project.run(&["drift"]).succeeds();

    // What was accepted is watched: another trigger of the name, then none.
    project.database.run("ALTER TABLE orders DISABLE TRIGGER audit_orders").unwrap();
    let run = project.run(&["drift", "--json"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stdout.contains(r#""kind":"different","object":"trigger","name":"audit_orders""#),
        "{}",
        run.stdout
    );
    project.database.run("DROP TRIGGER audit_orders ON orders").unwrap();
    let run = project.run(&["drift"]);
    assert!(run.stdout.contains("accepted object"), "{}", run.stdout);
}

#[test]
fn migrations_that_the_folder_does_not_hold_are_named() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_orders", MIGRATION), ("2_a", "SELECT 1;")]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "deploy"]).succeeds();
    std::fs::remove_dir_all(project.path().join("prisma/migrations/2_a")).unwrap();
    let named = "in effect and not in `prisma/migrations`, so that what they make is not expected: `2_a`";
    project.run(&["drift"]).succeeds().says(named);
    let run = project.run(&["drift", "--json"]).succeeds();
    assert!(run.stdout.contains(r#""not_in_folder":["2_a"]"#), "{}", run.stdout);
}

#[test]
fn objects_of_no_schema_and_properties_of_tables_have_plain_names() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_orders", MIGRATION)]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("ALTER TABLE orders ENABLE ROW LEVEL SECURITY").unwrap();
    let run = project.run(&["drift"]);
    assert!(run.stdout.contains("the row security of `orders`"), "{}", run.stdout);
    project.run(&["drift", "--accept"]).succeeds();
    let accepted = std::fs::read_to_string(project.path().join("prisma/drift.accepted")).unwrap();
    assert!(accepted.ends_with(" row security public.orders\n"), "{accepted}");
}

#[test]
fn the_script_takes_differences_back() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_orders", MIGRATION)]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.run(&["migrate", "deploy"]).succeeds();
    project.database.run("ALTER TABLE orders DROP COLUMN email; CREATE INDEX i ON orders (total)").unwrap();
    let run = project.run(&["drift", "--script"]);
    assert_eq!(run.code, Some(2));
    project.database.run(&run.stdout).unwrap();
    project.run(&["drift"]).succeeds();
}
