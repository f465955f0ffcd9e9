//! Defaults and conditions, however they are written: what is pushed or migrated is the same afterwards, and what was
//! changed is a change, whichever way a state is read.

use driftless_tests::postgres::server;

use crate::lifecycle::Project;

const HEAD: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\ngenerator client {\n  provider = \
                    \"prisma-client-js\"\n  previewFeatures = [\"partialIndexes\"]\n}\n\nenum R {\n  A\n  B\n}\n\n";

/// Columns and indexes whose defaults and conditions the server prints in another way than they are written.
const SPELLINGS: &str = r#"model T {
  id Int @id @default(dbgenerated("nextval('sq')"))
  a DateTime @default(dbgenerated("now()"))
  b Json @default(dbgenerated("'{}'::jsonb"))
  c DateTime @default(dbgenerated("CURRENT_TIMESTAMP"))
  d Int @default(dbgenerated("5"))
  e Boolean @default(dbgenerated("true"))
  f String[] @default(["x"]) @db.VarChar(20)
  g Decimal[] @default([1.5, 2])
  h DateTime[] @default(["2020-01-01T00:00:00Z"])
  i Float[] @default([1.5, 2])
  j String[] @default(["101"]) @db.Bit(3)
  k DateTime[] @default(["1970-01-01T10:00:00Z"]) @db.Time(3)
  l Json @default("{ \"b\" : 1e2, \"a\":[1,  2] }")
  m DateTime @default("1970-01-01T10:00:00+01:00") @db.Timetz
  n R @default(dbgenerated("'A'::\"R\""))
  o Float @default(dbgenerated("1e3"))
  p Float @default(dbgenerated("'infinity'"))
  q DateTime @default(dbgenerated("'today'")) @db.Date
  r String @default(dbgenerated("B'101'")) @db.Bit(3)
  s DateTime @default(dbgenerated("now() + interval '1 day'"))
  t String @default(dbgenerated("'x'"))
  u R[] @default([A, B])
  v String @db.VarChar(10)
  w String @default(dbgenerated("my_function(lower('X'))"))
  @@index([t], map: "i1", where: raw("t in ('a','b')"))
  @@index([t], map: "i2", where: raw("length(t) > 3 and d > 1 or e"))
  @@index([v], map: "i3", where: raw("v = 'a' and v like 'x%'"))
  @@index([d], map: "i4", where: raw("d between 1 and 5"))
  @@index([d], map: "i5", where: raw("a > '2020-01-01' and n in ('A','B')"))
  @@index([d], map: "i6", where: raw("my_function(t) = 'x'"))
}
"#;

const NEEDED: &str = "CREATE SEQUENCE sq; CREATE FUNCTION my_function(text) RETURNS text LANGUAGE sql IMMUTABLE \
                      AS 'SELECT $1';";

#[test]
fn what_is_pushed_is_what_the_schema_says() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[]);
    project.query(NEEDED);
    project.write("prisma/schema.prisma", &format!("{HEAD}{SPELLINGS}"));
    project.run(&["db", "push"]).succeeds();
    project.run(&["db", "push"]).succeeds().says("is what the schema says already");
}

#[test]
fn what_is_migrated_is_what_the_schema_says() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("20200101000000_needed", NEEDED)]);
    project.write("prisma/schema.prisma", &format!("{HEAD}{SPELLINGS}"));
    project.run(&["migrate", "dev", "--name", "one"]).succeeds().says("wrote the migration");
    project.run(&["migrate", "dev", "--name", "two"]).succeeds().says("are what the schema says");
    project.run(&["drift"]).succeeds();
    project.run(&["migrate", "status", "--strict"]).succeeds();
    let between = ["diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma"];
    project.run(&[&between[..], &["--exit-code", "--offline"]].concat()).succeeds();
}

/// Conditions, or defaults of a type, in two texts, and whether they mean the same.
const PAIRS: [(Option<&str>, &str, &str, bool); 24] = [
    (None, "length(s) > 3 and n > 1 or b", "length(s) > 3 and (n > 1 or b)", false),
    (None, "10 - (n - 2) > a", "(10 - n) - 2 > a", false),
    (None, r#"\"A\" > 1"#, "a > 1", false),
    (None, "s in ('a','b')", "s = ANY (ARRAY['a'::text, 'b'::text])", true),
    (None, "n between 1 and 5", "n >= 1 and n <= 5", true),
    (None, "n != 5", "(n <> 5)", true),
    (None, "n > 5", "n > 6", false),
    (None, "s like 'a%'", "s ~~ 'a%'", true),
    (None, "s like 'a%'", "s ilike 'a%'", false),
    (None, "v = 'a'", "(v)::text = 'a'::text", true),
    (None, "s = 'a'", "s = 'A'", false),
    (None, "(n > 1 and a > 2) and b", "n > 1 AND a > 2 AND b", true),
    (None, "n is null", "n is not null", false),
    (Some("DateTime"), "now()", "CURRENT_TIMESTAMP", true),
    (Some("DateTime"), "now() + interval '1 day'", "now() + '1 day'::interval", true),
    (Some("DateTime"), "now() + interval '1 day'", "now() + interval '24 hours'", false),
    (Some("String"), "now()::date::text", "now()::text", false),
    (Some("String"), "'1 day'::interval::text", "'2 days'::interval::text", false),
    (Some("String"), "upper('a')", "UPPER('a'::text)", true),
    (Some("String[]"), "array['a','b']", "'{a,b}'", true),
    (Some("Int"), "10 - (5 - 2)", "(10 - 5) - 2", false),
    (Some("Int"), "5", "'5'::int", true),
    (Some("Json"), r#"'{\"a\":1}'"#, r#"'{\"a\": 1}'::jsonb"#, true),
    (Some("Boolean"), "true", "'yes'", true),
];

fn schema(ty: Option<&str>, text: &str) -> String {
    let (condition, default) = if ty.is_none() { (text, "1") } else { ("n > 1", text) };
    let ty = ty.unwrap_or("Int");
    format!(
        "{HEAD}model T {{\n  id Int @id\n  n Int\n  a Int\n  upper Int @map(\"A\")\n  s String\n  v String \
         @db.VarChar(20)\n  b Boolean\n  x {ty} @default(dbgenerated(\"{default}\"))\n\n  @@index([s], map: \
         \"i\", where: raw(\"{condition}\"))\n}}\n"
    )
}

#[test]
fn a_change_is_one_whichever_way_a_state_is_read() {
    let Some(server) = server() else { return };
    for (ty, before, after, is_same) in PAIRS {
        let project = Project::new(server.create_database(), &[]);
        project.write("before.prisma", &schema(ty, before));
        project.write("prisma/schema.prisma", &schema(ty, before));
        project.run(&["migrate", "dev", "--name", "one"]).succeeds();
        project.write("prisma/schema.prisma", &schema(ty, after));
        let url = project.database.url();
        let doors = [
            ["--from-schema", "before.prisma"],
            ["--from-migrations", "prisma/migrations"],
            ["--from-url", &url],
        ];
        for door in doors {
            let end = ["--to-schema", "prisma/schema.prisma", "--exit-code"];
            let run = project.run(&[&["diff"], &door[..], &end[..]].concat());
            let wanted = if is_same { 0 } else { 2 };
            assert_eq!(run.code, Some(wanted), "{} {before} {after}\n{}", door[0], run.stdout);
        }
    }
}
