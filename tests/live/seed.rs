//! `db seed`.

use driftless_tests::fixtures::{read, root};
use driftless_tests::postgres::{Server, server};

use crate::lifecycle::{Project, Run};

const SCHEMA: &str = r#"datasource db {
  provider = "postgresql"
}

enum Level {
  LOW  @map("low")
  HIGH @map("high")
}

model User {
  id        Int      @id @default(autoincrement())
  token     String   @default(uuid(7)) @db.Uuid
  email     String   @unique
  level     Level    @default(LOW)
  levels    Level[]
  photo     Bytes?
  born      DateTime?
  password  String?
  updatedAt DateTime @updatedAt
  groups    Group[]
}

model Group {
  id    String @id @default(cuid())
  name  String @unique
  users User[]
}
"#;

/// The shop on a new database, its tables made.
fn shop(server: &Server) -> Project<'_> {
    let project = Project::new(server.create_database(), &[]);
    for file in ["schema.prisma", "seed.toml"] {
        project.write(&format!("prisma/{file}"), &read(&root().join("fixtures/shop").join(file)));
    }
    project.run(&["db", "push"]).succeeds();
    project
}

/// A project with [`SCHEMA`] and a seed.
fn small<'a>(server: &'a Server, seed: &str) -> Project<'a> {
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", SCHEMA);
    project.write("prisma/seed.toml", seed);
    project.run(&["db", "push"]).succeeds();
    project
}

fn run_with(project: &Project<'_>, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let child = project.command(arguments).envs(variables.iter().copied()).spawn();
    Run::of(child.expect("the binary runs"))
}

#[test]
fn the_shop_is_seeded_once_and_its_settings_come_back() {
    let Some(server) = server() else { return };
    let project = shop(server);
    let run = project.run(&["db", "seed"]).succeeds();
    assert_eq!(run.stdout, "");
    run.says("permissions 14 created roles 2 created, 14 linked admin 1 created categories 3 created site-settings 8 created");
    let admin = "SELECT u.email, u.name, r.name FROM users u JOIN roles r ON r.id = u.role_id";
    assert_eq!(project.query(admin), "admin@example.com|Admin|Admin");
    let hash = project.query("SELECT password_hash FROM users");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");

    project.query("UPDATE users SET name = 'Ann'; UPDATE site_settings SET value = '{}'; DELETE FROM categories WHERE slug = 'shirts'");
    project.run(&["db", "seed"]).succeeds().says("categories 1 created, 2 kept site-settings 8 kept");
    assert_eq!(project.query("SELECT name, password_hash FROM users"), format!("Ann|{hash}"));
    assert_eq!(project.query("SELECT count(*) FROM site_settings WHERE value = '{}'"), "8");

    let run = project.run(&["db", "seed", "--only", "site-settings", "--restore", "--json"]).succeeds();
    let expected = r#"{"sections":[{"name":"site-settings","model":"SiteSetting","mode":"restore","created":0,"kept":0,"overwritten":8,"linked":0}],"diagnostics":[]}"#;
    assert_eq!(run.stdout.trim_end(), expected);
    assert_eq!(project.query("SELECT value ->> 'currency' FROM site_settings WHERE key = 'general'"), "EUR");
    assert_eq!(project.query("SELECT name FROM users"), "Ann");
}

#[test]
fn the_administrator_comes_from_the_environment() {
    let Some(server) = server() else { return };
    let project = shop(server);
    project.write(".env", "SEED_ADMIN_NAME=\"From a file\"\n");
    let variables =
        [("SEED_ADMIN_EMAIL", "o'brien@example.com"), ("SEED_ADMIN_PASSWORD", "x\\'; DROP TABLE users; --")];
    run_with(&project, &variables, &["db", "seed"]).succeeds();
    assert_eq!(project.query("SELECT email, name FROM users"), "o'brien@example.com|From a file");
}

#[test]
fn values_of_every_kind_arrive() {
    let Some(server) = server() else { return };
    let seed = r#"
[[User]]
id = 7
email = "a@example.com"
level = "HIGH"
levels = ["LOW", "HIGH"]
photo = "AAH/"
born = "2000-02-29T12:00:00+02:00"
password = { bcrypt = "secret", cost = 4 }
groups = [{ name = "One" }, { name = "Two" }]

[[Group]]
name = "One"

[[Group]]
name = "Two"
"#;
    let project = small(server, seed);
    project.run(&["db", "seed"]).succeeds().says("User 1 created, 2 linked Group 2 created");
    let row = "SELECT id, level, levels, photo, born, left(password, 7), token IS NOT NULL FROM \"User\"";
    assert_eq!(project.query(row), "7|high|{low,high}|\\x0001ff|2000-02-29 10:00:00|$2b$04$|t");
    assert_eq!(project.query("SELECT count(*) FROM \"_GroupToUser\""), "2");
    // The sequence goes on behind the number that the row gave itself.
    project
        .query("INSERT INTO \"User\" (token, email, \"updatedAt\") VALUES (gen_random_uuid(), 'b', now())");
    assert_eq!(project.query("SELECT max(id) FROM \"User\""), "8");
    project.run(&["db", "seed"]).succeeds().says("User 1 kept Group 2 kept");
}

#[test]
fn a_seed_that_fails_leaves_nothing_behind() {
    let Some(server) = server() else { return };
    let project = small(server, "[[Group]]\nname = \"One\"\n\n[[Group]]\nname = \"Two\"\n");
    project.query("ALTER TABLE \"Group\" ADD CHECK (name <> 'Two')");
    let run = project.run(&["db", "seed"]).fails_with("D4003");
    run.says("seed.toml:5:1").says("nothing of the seed took effect");
    assert_eq!(project.query("SELECT count(*) FROM \"Group\""), "0");
}

#[test]
fn rows_that_are_mentioned_have_to_be_somewhere() {
    let Some(server) = server() else { return };
    let seed = "[[User]]\nemail = \"a@example.com\"\ngroups = [{ name = \"One\" }]\n";
    let project = small(server, seed);
    project.run(&["db", "seed"]).fails_with("D5002").says("neither the seed nor the database has this row");
    assert_eq!(project.query("SELECT count(*) FROM \"User\""), "0");
    project.query("INSERT INTO \"Group\" VALUES ('x', 'One')");
    project.run(&["db", "seed"]).succeeds().says("User 1 created, 1 linked");
}

#[test]
fn a_database_behind_its_schema_is_told() {
    let Some(server) = server() else { return };
    let project = small(server, "[[Group]]\nname = \"One\"\n");
    project.query("DROP TABLE \"_GroupToUser\", \"Group\"");
    project.run(&["db", "seed"]).fails_with("D4003").says("driftless migrate deploy");
}

#[test]
fn a_seed_command_sees_the_environment_files_and_its_exit_code_decides() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/seed.sh", "echo \"$1 $COLOUR\"; exit $2\n");
    project.write(".env", "COLOUR=green\n");
    project.write("package.json", r#"{"prisma": {"seed": "sh prisma/seed.sh \"quoted\""}}"#);
    let run = project.run(&["db", "seed", "--", "0"]).succeeds();
    assert_eq!(run.stdout, "\"quoted\" green\n");
    project.run(&["db", "seed", "--", "3"]).fails_with("D5005").says("ended with 3");
}

const TREE: &str = r#"datasource db {
  provider = "postgresql"
}

model Product {
  id       String    @id @default(nanoid(10))
  slug     String    @unique
  variants Variant[]
  labels   ProductLabel[]
}

model Variant {
  product   Product @relation(fields: [productId], references: [id])
  productId String
  size      String
  price     Decimal @db.Decimal(8, 2)

  @@id([productId, size])
}

model ProductLabel {
  product   Product @relation(fields: [productId], references: [id])
  productId String
  label     Label   @relation(fields: [labelId], references: [id])
  labelId   Int

  @@id([productId, labelId])
}

model Label {
  id       Int            @id @default(autoincrement())
  name     String         @unique
  parentId Int?
  parent   Label?         @relation("Tree", fields: [parentId], references: [id])
  children Label[]        @relation("Tree")
  products ProductLabel[]
}
"#;

#[test]
fn rows_lie_in_rows_and_come_in_the_order_of_their_relations() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.write("prisma/schema.prisma", TREE);
    let seed = r#"
Product:
  - slug: shirt
    variants:
      - { size: S, price: 9.90 }
      - { size: M, price: "10.90" }
    labels: [{ name: new }, { name: cotton }]
Label:
  - { name: new, parent: { name: all } }
  - { name: cotton, parent: { name: all } }
  - { name: all }
"#;
    project.write("prisma/seed.yaml", seed);
    project.run(&["db", "push"]).succeeds();
    project.run(&["db", "seed"]).succeeds().says("Product 3 created, 2 linked Label 3 created");
    let variants = "SELECT string_agg(size || ' ' || price, ', ' ORDER BY size) FROM \"Variant\"";
    assert_eq!(project.query(variants), "M 10.90, S 9.90");
    let labels = "SELECT string_agg(l.name || ' in ' || p.name, ', ' ORDER BY l.name) FROM \"ProductLabel\"
                  JOIN \"Label\" l ON l.id = \"labelId\" JOIN \"Label\" p ON p.id = l.\"parentId\"";
    assert_eq!(project.query(labels), "cotton in all, new in all");

    project.query("UPDATE \"Variant\" SET price = 1");
    project.run(&["db", "seed"]).succeeds().says("Product 3 kept Label 3 kept");
    project.run(&["db", "seed", "--only", "Product", "--restore"]).succeeds().says("2 overwritten, 1 kept");
    assert_eq!(project.query(variants), "M 10.90, S 9.90");
}

#[test]
fn seeds_at_once_make_rows_once() {
    let Some(server) = server() else { return };
    let project = small(server, "[[Group]]\nname = \"One\"\n\n[[Group]]\nname = \"Two\"\n");
    let runs: Vec<_> =
        (0..5).map(|_| project.command(&["db", "seed"]).spawn().expect("the binary runs")).collect();
    for run in runs {
        Run::of(run).succeeds();
    }
    assert_eq!(project.query("SELECT count(*) FROM \"Group\""), "2");
}
