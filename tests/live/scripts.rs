//! `fixtures/diff` and `fixtures/shop` on a real server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use driftless_engine::Style;
use driftless_ir::Schema;
use driftless_tests::expect::{Verdict, check_all, expect_text, notice};
use driftless_tests::fixtures::{Case, diff_cases, read, shop};
use driftless_tests::postgres::{Database, server};
use driftless_tests::schemas::{blocks, difference, load, script};

use crate::cells::Cells;

const RESET: &str = include_str!("reset.sql");
const SEED: &str = include_str!("seed.sql");
const SNAPSHOT: &str = include_str!("snapshot.sql");
const CELLS: &str = include_str!("cells.sql");

/// A fixture as scripts.
struct Scene {
    /// What has to be there first, such as a function that a default calls.
    setup: String,
    /// Beginnings of lines of a snapshot that need not be as asked.
    accepted: String,
    /// Makes the previous state from nothing.
    previous: String,
    /// Makes the next state from nothing.
    next: String,
    /// The same in the guarded style, on a database that was set up.
    done: String,
    guarded: String,
    plain: String,
    /// Whether the guarded script may lose rows or fail on some.
    risky: bool,
    /// Values of enums that get another name.
    renamed_values: Vec<(String, String)>,
}

impl Scene {
    fn new(case: &Case) -> Result<Self, String> {
        let previous = case.read("from.prisma").map_or_else(|| Ok(Schema::empty()), |text| load(&text))?;
        let next = load(&case.read("to.prisma").unwrap_or_default())?;
        let guarded = difference(&previous, &next, Style::Guarded)?;
        let setup = case.read("setup.sql").unwrap_or_default();
        let enums = guarded
            .summary
            .iter()
            .flat_map(|summary| &summary.changes)
            .filter(|change| change.kind == "enum");
        let values = enums.flat_map(|change| &change.children);
        let renamed = values.filter_map(|value| {
            Some((value.name.clone(), value.detail.strip_prefix("becomes ")?.to_owned()))
        });
        Ok(Self {
            previous: script(&Schema::empty(), &previous, Style::Plain)?,
            next: format!("{RESET}\n{setup}\n{}", script(&Schema::empty(), &next, Style::Plain)?),
            done: script(&Schema::empty(), &next, Style::Guarded)?,
            setup,
            accepted: case.read("accepted.txt").unwrap_or_default(),
            plain: script(&previous, &next, Style::Plain)?,
            risky: !guarded.warnings.is_empty(),
            renamed_values: renamed.collect(),
            guarded: guarded.script.unwrap_or_default(),
        })
    }
}

/// Checks each fixture on an empty database, and says how many could not be.
fn check_scenes(check: impl Fn(&Database<'_>, &Scene) -> Verdict + Sync) {
    let Some(server) = server() else { return };
    let cases: Vec<Case> =
        diff_cases().into_iter().filter(|case| case.read("no_server.txt").is_none()).collect();
    let idle = Mutex::new(Vec::new());
    let left_out = AtomicUsize::new(0);
    let check_one = |case: &Case| {
        let scene = Scene::new(case)?;
        let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let database = taken.unwrap_or_else(|| server.create_database());
        let verdict =
            database.run(&format!("{RESET}\n{}", scene.setup)).and_then(|_| check(&database, &scene));
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(database);
        match verdict {
            Err(reason) if reason.contains("extension \"") && reason.contains("is not available") => {
                left_out.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            verdict => verdict,
        }
    };
    check_all(&cases, |case| case.name.clone(), check_one);
    let left_out = left_out.into_inner();
    if left_out > 0 {
        notice(&format!("{left_out} fixtures need extensions that this server does not have"));
    }
}

impl Scene {
    /// Whether a schema is the one that is asked for. Schemas and extensions that are no longer named stay, and the
    /// order of an enum's values cannot be changed; `accepted.txt` lists what else need not be as asked.
    fn expect_asked(&self, asked: &str, reached: &str) -> Verdict {
        let may_differ: Vec<&str> =
            ["schema ", "extension ", "order of enum "].into_iter().chain(self.accepted.lines()).collect();
        let what_counts = |snapshot: &str| {
            let counts = |line: &&str| !may_differ.iter().any(|start| line.starts_with(start));
            snapshot.lines().filter(counts).map(|line| format!("{line}\n")).collect::<String>()
        };
        expect_text("the schema", &what_counts(asked), &what_counts(reached))
    }
}

/// Scripts for one session, and what each prints.
#[derive(Default)]
struct Session {
    scripts: Vec<(String, String)>,
}

impl Session {
    /// Adds a script.
    fn run(&mut self, name: impl Into<String>, script: impl Into<String>) {
        self.scripts.push((name.into(), script.into()));
    }

    /// Adds a look at the database, and gives the place of the answer.
    fn look(&mut self, name: impl Into<String>, query: &str) -> usize {
        self.run(name, query);
        self.scripts.len() - 1
    }
}

#[test]
fn guarded_scripts_lead_to_the_schema_that_is_asked_for_and_run_again() {
    check_scenes(|database, scene| {
        let mut session = Session::default();
        session.run("the previous state", &scene.previous);
        session.run("the script", &scene.guarded);
        let once = session.look("a look", SNAPSHOT);
        session.run("the script, again", &scene.guarded);
        let twice = session.look("a look", SNAPSHOT);
        session.run("the next state", &scene.next);
        let wanted = session.look("a look", SNAPSHOT);
        let answers = database.run_all(&session.scripts)?;
        scene.expect_asked(&answers[wanted], &answers[once])?;
        expect_text("the schema after a second run", &answers[once], &answers[twice])
    });
}

#[test]
fn guarded_scripts_run_in_one_transaction() {
    check_scenes(|database, scene| {
        let mut session = Session::default();
        session.run("the previous state", &scene.previous);
        session.run("the script", format!("BEGIN;\n{}\nCOMMIT;", scene.guarded));
        let whole = session.look("a look", SNAPSHOT);
        session.run("the next state", &scene.next);
        let wanted = session.look("a look", SNAPSHOT);
        let answers = database.run_all(&session.scripts)?;
        scene.expect_asked(&answers[wanted], &answers[whole])
    });
}

#[test]
fn guarded_scripts_run_after_any_part_of_them() {
    check_scenes(|database, scene| {
        let mut session = Session::default();
        session.run("the previous state", format!("BEGIN;\n{}", in_transaction(&scene.previous)));
        let blocks = blocks(&scene.guarded);
        let mut looks = Vec::new();
        // Each time in a savepoint: that is cheaper than a state made anew.
        for end in cuts(blocks.len()) {
            session.run(format!("{end} blocks"), format!("SAVEPOINT start;\n{}", blocks[..end].concat()));
            session.run(format!("the script after {end} blocks"), &scene.guarded);
            looks.push(session.look("a look", SNAPSHOT));
            session.run("back", "ROLLBACK TO SAVEPOINT start;");
        }
        let answers = database.run_all(&session.scripts)?;
        for (end, look) in looks.iter().enumerate() {
            expect_text(
                &format!("the schema, resumed after {end} blocks,"),
                &answers[looks[0]],
                &answers[*look],
            )?;
        }
        Ok(())
    });
}

#[test]
fn guarded_scripts_change_nothing_where_all_is_done() {
    check_scenes(|database, scene| {
        let mut session = Session::default();
        session.run("the state in which all is done", &scene.done);
        session.run("rows", SEED);
        let before = (session.look("a look", SNAPSHOT), session.look("a look at the rows", CELLS));
        session.run("the script", &scene.guarded);
        let after = (session.look("a look", SNAPSHOT), session.look("a look at the rows", CELLS));
        let answers = database.run_all(&session.scripts)?;
        expect_text("the schema", &answers[before.0], &answers[after.0])?;
        expect_text("what the tables hold", &answers[before.1], &answers[after.1])
    });
}

#[test]
fn rows_survive_where_no_warning_is_given() {
    check_scenes(|database, scene| {
        if scene.risky {
            return Ok(());
        }
        let mut session = Session::default();
        session.run("the previous state", &scene.previous);
        session.run("rows", SEED);
        let before = session.look("a look at the rows", CELLS);
        session.run("the script", &scene.guarded);
        let after = session.look("a look at the rows", CELLS);
        let answers = database.run_all(&session.scripts)?;
        let before = Cells::parse(&answers[before])?.rename_values(&scene.renamed_values);
        before.expect_kept(&Cells::parse(&answers[after])?)
    });
}

#[test]
fn plain_scripts_run() {
    check_scenes(|database, scene| {
        let scripts = [("the previous state", &scene.previous), ("the script", &scene.plain)];
        let scripts = scripts.map(|(name, script)| (name.to_owned(), script.clone()));
        database.run_all(&scripts).map(|_| ())
    });
}

#[test]
fn the_shop_opens() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    let first = read(&shop().path.join("migrations/0_init/migration.sql"));
    database.run_in_transaction(&first).unwrap();
    let schema = database.run(SNAPSHOT).unwrap();
    database.run(SEED).unwrap();
    database.run_in_transaction(&first).unwrap();
    assert_eq!(database.run("SELECT count(*) FROM orders").unwrap(), "2\n");
    assert_eq!(database.run(SNAPSHOT).unwrap(), schema);
}

/// Where scripts of so many blocks are cut: everywhere, or in a few places where that would take too long.
fn cuts(blocks: usize) -> impl Iterator<Item = usize> {
    const ALL: usize = 50;
    const SOME: usize = 5;
    (0..blocks).step_by(if blocks <= ALL { 1 } else { blocks.div_ceil(SOME) })
}

/// A plain script without the transaction that it opens and closes for itself.
fn in_transaction(script: &str) -> String {
    script
        .lines()
        .filter(|line| !matches!(*line, "BEGIN;" | "COMMIT;"))
        .map(|line| format!("{line}\n"))
        .collect()
}
