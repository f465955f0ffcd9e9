//! A plan leads where it says: what a schema makes is read back as the same, whatever the way there.

use driftless_catalog::{DatabaseUrl, Scope, Session};
use driftless_engine::{Database as Named, DiffOptions, Project, Source, Style, diff};
use driftless_tests::expect::{Verdict, check_all, expect_text};
use driftless_tests::postgres::{Database, server};
use driftless_tests::random::Random;
use driftless_tests::random_schema;
use driftless_tests::schemas::load;

const SNAPSHOT: &str = include_str!("snapshot.sql");

/// How many pairs of schemas are made up.
const PAIRS: u64 = 60;

/// Two schemas in files, and a database.
struct Bench<'a> {
    folder: tempfile::TempDir,
    database: Database<'a>,
}

impl Bench<'_> {
    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        std::fs::write(self.folder.path().join(name), text).map_err(|error| error.to_string())
    }

    /// The script from one source to another; `None` where there is no difference.
    fn script(&self, from: &Source, to: &Source) -> Result<Option<String>, String> {
        let project = Project::new(self.folder.path());
        let options = DiffOptions { style: Style::Guarded, script: true, ..DiffOptions::default() };
        let found = diff(&project, from, to, &options).map_err(|refusals| {
            let messages = refusals.iter().flat_map(|refusal| refusal.diagnostics.iter());
            messages.map(|diagnostic| diagnostic.message.clone()).collect::<Vec<_>>().join("; ")
        })?;
        Ok(found.script.filter(|_| !found.is_empty))
    }

    fn live(&self) -> Source {
        let named = Named::parse(&self.database.url(), "the test").expect("the server's URL is one");
        Source::Database(Box::new(named))
    }

    /// Brings the database to a schema, and looks whether it is there: neither direction shows a difference.
    fn bring_to(&self, file: &str) -> Verdict {
        let schema = Source::Schema(file.into());
        if let Some(script) = self.script(&self.live(), &schema)? {
            self.database.run_in_transaction(&script).map_err(|error| format!("{error}\n{script}"))?;
        }
        let there = self.script(&self.live(), &schema)?.unwrap_or_default();
        expect_text("the rest of the way", "", &there)?;
        expect_text("the way back", "", &self.script(&schema, &self.live())?.unwrap_or_default())
    }
}

#[test]
fn random_schemas_are_read_back_as_they_were_written() {
    let Some(server) = server() else { return };
    let seeds: Vec<u64> = (0..PAIRS).collect();
    check_all(
        &seeds,
        |seed| format!("seed {seed}"),
        |seed| {
            let mut random = Random::new(*seed);
            let (first, second) = (random_schema::schema(&mut random), random_schema::schema(&mut random));
            let bench = Bench {
                folder: tempfile::tempdir().map_err(|error| error.to_string())?,
                database: server.create_database(),
            };
            let told = |error: String| format!("{error}\n{first}\n{second}");
            load(&first).and_then(|_| load(&second)).map_err(told)?;
            bench.write("first.prisma", &first)?;
            bench.write("second.prisma", &second)?;
            bench.bring_to("first.prisma").map_err(told)?;
            bench.bring_to("second.prisma").map_err(told)?;
            let by_way = look(&bench.database)?;
            let direct = Bench { database: server.create_database(), ..bench };
            direct.bring_to("second.prisma").map_err(told)?;
            expect_text("the schema that was made directly", &look(&direct.database)?, &by_way).map_err(told)
        },
    );
}

/// The schema as the catalog shows it. The values of an enum come in the order in which they were added, and columns
/// that were added later stand last.
fn look(database: &Database<'_>) -> Result<String, String> {
    let text = database.run(SNAPSHOT)?;
    let counts = |line: &&str| !line.starts_with("order of enum ");
    let mut lines: Vec<_> = text.lines().filter(counts).collect();
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

/// Reading a database takes as many round trips for many tables as for none.
#[test]
fn introspection_takes_few_round_trips() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    let url = DatabaseUrl::parse(&database.url()).expect("the server's URL is one");
    let trips = || {
        let mut session = Session::connect(&url).expect("the server runs");
        session.introspect(&Scope::implicit("public")).expect("the database can be read");
        session.round_trips()
    };
    let before = trips();
    let tables =
        (0..200).map(|at| format!("CREATE TABLE t{at} (id int PRIMARY KEY, up int REFERENCES t0 (id));"));
    database.run(&tables.collect::<String>()).expect("the tables can be made");
    assert_eq!(trips(), before);
    assert!(before <= 12, "{before} round trips");
}
