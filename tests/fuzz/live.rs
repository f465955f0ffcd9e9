//! The binary on a server whose catalog is full of hostile names.

use driftless_tests::postgres::{Database, Server, server};
use driftless_tests::random::Random;

use crate::Settings;
use crate::binary::run_once;
use crate::case::Case;
use crate::mutate::name;
use crate::shrink::report;

const KIND: &str = "live";

/// Command lines, in an order in which each finds something to do. None empties the database.
const COMMANDS: &[&str] = &[
    "migrate status",
    "migrate status --json",
    "migrate status --strict",
    "drift",
    "drift --against-schema",
    "drift --json",
    "drift --script",
    "drift --accept",
    "drift",
    "diff --from-url {url} --to-empty",
    "diff --from-url {url} --to-schema --json",
    "diff --from-empty --to-url {url} --script",
    "migrate deploy --dry-run",
    "migrate deploy",
    "migrate resolve --applied {name}",
    "migrate dev --name {name}",
    "db pull --print",
    "db pull",
    "db push",
    "db pull --force",
    "validate",
    "diff --from-schema --to-url {url}",
];

/// What stands in a schema that no command is told of.
const VICTIM: &str = "CREATE SCHEMA victim; CREATE TABLE victim.t AS SELECT 1 AS a;";

pub(crate) fn run(settings: &Settings) {
    let Some(server) = server() else { return };
    if settings.replay.is_some() {
        let Some(case) = settings.replayed(KIND) else { return };
        if let Some(reason) = fails(server, &case, settings) {
            report(case, 0, &reason, settings, |_| None);
        }
        return;
    }
    for seed in settings.seed.. {
        if !settings.goes_on() {
            return;
        }
        let case = case(seed);
        if let Some(reason) = fails(server, &case, settings) {
            report(case, seed, &reason, settings, |case| fails(server, case, settings));
        }
    }
}

/// A script that makes the catalog, statement by statement: those that the server refuses are left out.
fn case(seed: u64) -> Case {
    let mut random = Random::new(seed ^ 0x11FE);
    let mut case = Case::new(KIND, &[]);
    case.words = COMMANDS
        .iter()
        .flat_map(|line| {
            [line
                .split(' ')
                .map(|word| word.replace("{name}", &name(&mut random)))
                .collect::<Vec<_>>()
                .join("\u{1f}")]
        })
        .collect();
    case.add("catalog.sql", catalog(&mut random));
    case.add("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n\nmodel A {\n  id Int @id\n}\n");
    case.add(
        "prisma/migrations/0_init/migration.sql",
        format!("CREATE TABLE {} (id int);\n", quoted(&mut random)),
    );
    case
}

/// A name in quotes.
fn quoted(random: &mut Random) -> String {
    format!("\"{}\"", name(random).replace('"', "\"\""))
}

fn text(random: &mut Random) -> String {
    format!("'{}'", name(random).replace('\'', "''"))
}

fn catalog(random: &mut Random) -> String {
    let random = &mut *random;
    let mut script = Vec::new();
    for _ in 0..1 + random.below(4) {
        let (table, column, key) = (quoted(random), quoted(random), quoted(random));
        let (first, second) = (text(random), text(random));
        let other = [quoted(random), quoted(random), quoted(random), quoted(random), quoted(random)];
        let [a, b, c, d, e] = &other;
        script.extend([
            format!("CREATE TYPE {a} AS ENUM ({first}, {second})"),
            format!("CREATE TABLE {table} ({key} serial CONSTRAINT {d} PRIMARY KEY, {column} text DEFAULT {first})"),
            format!("ALTER TABLE {table} ADD COLUMN {b} {a} DEFAULT {second}"),
            format!("ALTER TABLE {table} ADD COLUMN {e} text DEFAULT ({first} || {second})"),
            format!("ALTER TABLE {table} ADD CONSTRAINT {c} CHECK ({column} <> {second})"),
            format!("ALTER TABLE {table} ADD CONSTRAINT {e} FOREIGN KEY ({key}) REFERENCES {table} ({key})"),
            format!("CREATE INDEX {b} ON {table} ({column}) WHERE {column} <> {first}"),
            format!("CREATE UNIQUE INDEX {a} ON {table} (lower({column} || {second}))"),
            format!("CREATE VIEW {c} AS SELECT {column} AS {b} FROM {table}"),
            format!("CREATE FUNCTION {d}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE NOTICE {first}; RETURN NEW; END $body$"),
            format!("CREATE TRIGGER {e} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {d}()"),
            format!("CREATE POLICY {a} ON {table} USING ({column} = {second})"),
            format!("CREATE DOMAIN {b} AS text CHECK (VALUE <> {first})"),
            format!("CREATE SEQUENCE {d}"),
            format!("CREATE SCHEMA {c}"),
            format!("CREATE TABLE {c}.{table} ({column} int)"),
            format!("COMMENT ON TABLE {table} IS {second}"),
            format!("COMMENT ON COLUMN {table}.{column} IS {first}"),
            format!("INSERT INTO {table} ({column}) VALUES ({first}), ({second})"),
        ]);
    }
    if random.below(2) == 0 {
        script.push(
            "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, \
             migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), \
             applied_steps_count integer NOT NULL DEFAULT 0)"
                .to_owned(),
        );
        for id in 0..random.below(4) {
            let finished = ["now()", "NULL"][random.below(2)];
            let (name, logs, checksum) = (text(random), text(random), text(random));
            script.push(format!(
                "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, logs) VALUES ('{id}', {checksum}, {finished}, {name}, {logs})"
            ));
        }
    }
    script.iter().map(|statement| format!("{statement};\n")).collect()
}

fn fails(server: &Server, case: &Case, settings: &Settings) -> Option<String> {
    let database = server.create_database();
    let script = String::from_utf8_lossy(case.file("catalog.sql").unwrap_or_default()).into_owned();
    // The victim comes first, so that nothing that psql misreads keeps it out.
    database.run(VICTIM).expect("the victim can be made");
    let _ = database.run(&format!("\\set ON_ERROR_STOP 0\n{script}"));
    let outside = tempfile::tempdir().expect("a folder can be made");
    let folder = outside.path().join("project");
    case.lay_out(&folder);
    let url = database.url();
    let environment = [("DATABASE_URL".to_owned(), url.clone())];
    for line in &case.words {
        let words: Vec<String> = line.split('\u{1f}').map(|word| word.replace("{url}", &url)).collect();
        if let Some(reason) = run_once(&words, &environment, &folder, settings.limit) {
            return Some(format!("{words:?} {reason}"));
        }
        if !is_unharmed(&database) {
            return Some(format!("{words:?} harms a table that it was not told of"));
        }
    }
    None
}

fn is_unharmed(database: &Database<'_>) -> bool {
    database.run("SELECT a FROM victim.t;").is_ok_and(|rows| rows.trim() == "1")
}
