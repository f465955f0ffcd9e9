//! What others look after: no command makes, changes, drops or reports it.

use driftless_tests::postgres::server;

use super::Project;

/// What others made.
const OTHERS: &str = "CREATE SCHEMA auth; CREATE TABLE auth.users (id int PRIMARY KEY, email text); \
    CREATE TYPE auth.level AS ENUM ('a', 'b'); CREATE TABLE legacy (id int); INSERT INTO legacy VALUES (1); \
    CREATE TRIGGER t BEFORE UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); \
    CREATE INDEX users_email ON auth.users (lower(email)); INSERT INTO auth.users VALUES (1, 'x');";

const SCHEMA: &str = r#"datasource db {
  provider = "postgresql"
  schemas  = ["auth", "public"]
}

model users {
  id    Int    @id
  name  String @unique
  posts Post[]

  @@schema("auth")
}

model Post {
  id       Int   @id
  authorId Int
  level    level
  author   users @relation(fields: [authorId], references: [id])

  @@schema("public")
}

enum level {
  a
  b
  c

  @@schema("auth")
}
"#;

const CONFIGURATION: &str = r"import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'prisma/schema.prisma',
  experimental: { externalTables: true },
  tables: { external: ['auth.users', 'public.legacy'] },
  enums: { external: ['auth.level'] },
  datasource: { url: process.env.DATABASE_URL },
  migrations: {
    path: 'prisma/migrations',
    initShadowDb: `
      CREATE SCHEMA auth;
      CREATE TABLE auth.users (id int PRIMARY KEY);
      CREATE TYPE auth.level AS ENUM ('a', 'b');
    `,
  },
})
";

const FIRST: &str = r#"CREATE TABLE "Post" (
    "id" INTEGER NOT NULL,
    "authorId" INTEGER NOT NULL,
    "level" "auth"."level" NOT NULL,
    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "auth"."users"("id")
    ON DELETE RESTRICT ON UPDATE CASCADE;
"#;

fn project(migrations: &[(&str, &str)]) -> Option<Project<'static>> {
    let database = server()?.create_database();
    database.run(OTHERS).unwrap();
    let project = Project::new(database, migrations);
    project.write("prisma/schema.prisma", SCHEMA);
    project.write("prisma.config.ts", CONFIGURATION);
    Some(project)
}

#[track_caller]
fn untouched(project: &Project<'_>) {
    let found = project.query(
        "SELECT (SELECT count(*) FROM auth.users) || ' ' || (SELECT count(*) FROM legacy) || ' ' ||
                (SELECT count(*) FROM pg_enum WHERE enumtypid = 'auth.level'::regtype) || ' ' ||
                (SELECT count(*) FROM pg_attribute WHERE attrelid = 'auth.users'::regclass AND attnum > 0)",
    );
    assert_eq!(found, "1 1 2 2");
}

#[test]
fn a_history_beside_the_tables_of_others_is_deployed_and_without_drift() {
    let Some(project) = project(&[("1_init", FIRST)]) else { return };
    for (arguments, code) in [
        (&["migrate", "validate-history"][..], 0),
        (&["migrate", "status"], 1),
        (&["migrate", "deploy"], 0),
        (&["migrate", "status", "--strict"], 0),
        (&["migrate", "deploy", "--strict"], 0),
        (&["drift"], 0),
        (&["drift", "--against-schema"], 0),
        (&["diff", "--from-migrations", "prisma/migrations", "--to-schema", "--exit-code"], 0),
        (&["diff", "--from-config-datasource", "--to-schema", "--exit-code"], 0),
        (&["diff", "--from-migrations", "prisma/migrations", "--to-config-datasource", "--exit-code"], 0),
        (&["migrate", "dev", "--name", "none"], 0),
        (&["db", "push"], 0),
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}\n{}{}", run.stdout, run.stderr);
    }
    untouched(&project);
}

#[test]
fn a_push_makes_what_is_ours_and_leaves_the_rest() {
    let Some(project) = project(&[]) else { return };
    let run = project.run(&["db", "push"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n  schemas = [\"auth\", \"public\"]\n}\nmodel Other {\n  id Int @id\n  @@schema(\"public\")\n}\n",
    );
    let run = project.run(&["db", "push", "--accept-data-loss"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    untouched(&project);
}

#[test]
fn tables_of_others_alone_are_no_reason_for_a_baseline() {
    let Some(project) = project(&[("1_init", FIRST)]) else { return };
    project.write("without.config.ts", "export default { datasource: { url: process.env.DATABASE_URL } }");
    let run = project.run(&["migrate", "deploy", "--config", "without.config.ts"]);
    assert!(run.stderr.contains("P3005"), "{}", run.stderr);
    assert_eq!(project.run(&["migrate", "deploy"]).code, Some(0));
}

#[test]
fn a_table_of_ours_beside_them_still_is() {
    let Some(project) = project(&[("1_init", FIRST)]) else { return };
    project.database.run("CREATE TABLE mine (id int)").unwrap();
    let run = project.run(&["migrate", "deploy"]);
    assert!(run.stderr.contains("P3005") && run.stderr.contains("mine"), "{}", run.stderr);
    assert!(!run.stderr.contains("legacy"), "{}", run.stderr);
}

#[test]
fn a_history_is_tried_behind_the_script_of_others() {
    let opaque = "DO $$ BEGIN EXECUTE 'CREATE TABLE made (id int PRIMARY KEY)'; END $$;\n";
    let Some(project) = project(&[("1_init", FIRST), ("2_opaque", opaque)]) else { return };
    assert_eq!(project.run(&["migrate", "deploy"]).code, Some(0));
    let run = project.run(&["migrate", "status", "--strict"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    project.write("prisma.config.ts", &CONFIGURATION.replace("CREATE TYPE", "CREATE TIPE"));
    let run = project.run(&["migrate", "status", "--strict"]);
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("migrations.initShadowDb"), "{}", run.stderr);
}

#[test]
fn nothing_empties_a_schema_that_holds_what_others_look_after() {
    let Some(project) = project(&[("1_init", FIRST)]) else { return };
    for arguments in
        [&["migrate", "reset", "--force"][..], &["db", "push", "--force-reset", "--accept-data-loss"]]
    {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}\n{}", run.stderr);
        assert!(run.stderr.contains("P3016"), "{}", run.stderr);
        untouched(&project);
    }
}
