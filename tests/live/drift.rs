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

/// What somebody does by hand, and what is then said.
const BY_HAND_TO_TABLES: [(&str, &str); 6] = [
    ("DROP INDEX with_include", "the index `with_include` of `orders` is not in the database"),
    ("DROP INDEX on_expression", "the index `on_expression` of `orders` is not in the database"),
    ("ALTER TABLE orders DROP CONSTRAINT positive", "the check constraint `positive` of `orders`"),
    ("DROP INDEX without_nulls; CREATE UNIQUE INDEX without_nulls ON orders (email)", "`without_nulls`"),
    ("ALTER TABLE orders ADD COLUMN more int", "the column `more` of `orders` is in the database only"),
    ("ALTER TABLE orders ALTER COLUMN email DROP NOT NULL", "the column `email` of `orders`"),
];

#[test]
fn every_command_that_looks_for_drift_sees_the_same() {
    let Some(server) = server() else { return };
    let migration = "CREATE TABLE orders (id int NOT NULL, email text NOT NULL, n int NOT NULL,
        CONSTRAINT orders_pkey PRIMARY KEY (id), CONSTRAINT positive CHECK (n > 0));
      ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;
      CREATE INDEX with_include ON orders (email) INCLUDE (n);
      CREATE INDEX on_expression ON orders (lower(email));
      CREATE UNIQUE INDEX without_nulls ON orders (email) NULLS NOT DISTINCT;";
    let is_known =
        server.create_database().run("SELECT current_setting('server_version_num')::int >= 150000");
    let is_known = is_known.unwrap().trim_end() == "t";
    let migration =
        if is_known { migration.to_owned() } else { migration.replace(" NULLS NOT DISTINCT", "") };
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel orders {\n  id Int @id\n  email String @unique(map: \"without_nulls\")\n  n Int\n}\n";
    for (by_hand, words) in BY_HAND_TO_TABLES {
        if !is_known && by_hand.contains("without_nulls") {
            continue;
        }
        let project = Project::new(server.create_database(), &[("1_orders", &migration)]);
        project.write("prisma/schema.prisma", schema);
        project.run(&["migrate", "deploy"]).succeeds();
        project.run(&["drift"]).succeeds();
        project.run(&["migrate", "status", "--strict"]).succeeds();
        project.run(&["migrate", "deploy", "--strict"]).succeeds();
        project.database.run(by_hand).unwrap();

        let drift = project.run(&["drift"]);
        assert!(drift.code == Some(2) && drift.stdout.contains(words), "{by_hand}: {}", drift.stdout);
        let status = project.run(&["migrate", "status", "--strict"]);
        assert!(status.code == Some(1) && status.stdout.contains(words), "{by_hand}: {}", status.stdout);
        project.run(&["migrate", "deploy", "--strict"]).fails_with("D3002").says(words);
        let dev = project.run(&["migrate", "dev", "--name", "x"]);
        assert!(dev.code == Some(130), "{by_hand}: {}{}", dev.stdout, dev.stderr);
        dev.says(words);
        assert!(
            !project
                .path()
                .join("prisma/migrations")
                .read_dir()
                .unwrap()
                .any(|entry| { entry.unwrap().file_name().to_string_lossy().ends_with("_x") })
        );
    }
}

#[test]
fn differences_point_at_the_table_of_their_own_schema() {
    let Some(server) = server() else { return };
    let migration =
        "CREATE SCHEMA other; CREATE TABLE item (id int NOT NULL, CONSTRAINT item_pkey PRIMARY KEY (id));
      CREATE TABLE other.item (id int NOT NULL, CONSTRAINT item_pkey PRIMARY KEY (id));";
    let schema = "datasource db {\n  provider = \"postgresql\"\n  schemas = [\"public\", \"other\"]\n}\n\n\
        model One {\n  id Int @id\n\n  @@map(\"item\")\n  @@schema(\"public\")\n}\n\n\
        model Two {\n  id Int @id\n\n  @@map(\"item\")\n  @@schema(\"other\")\n}\n";
    for (table, line) in [("public.item", 6), ("other.item", 13)] {
        let project = Project::new(server.create_database(), &[("1_a", migration)]);
        project.write("prisma/schema.prisma", schema);
        project.run(&["migrate", "deploy"]).succeeds();
        project.database.run(&format!("ALTER TABLE {table} ADD more int")).unwrap();
        let drift = project.run(&["drift"]);
        assert!(drift.stdout.contains(&format!("schema.prisma:{line}")), "{table}: {}", drift.stdout);
    }
}
