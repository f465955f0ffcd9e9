//! Faults of chance in histories of chance: whatever ends a deployment, at any moment, no row is made twice, none is
//! lost, and no two scripts run at once.
//!
//! `DRIFTLESS_TEST_FAULTS` says how many faults there are, `DRIFTLESS_TEST_SEED` where chance begins.

use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use driftless_tests::expect::notice;
use driftless_tests::postgres::{Pooler, Pooling, Server, own_server, server};
use driftless_tests::random::Random;

use super::kill::kill;
use super::{Project, Run};

/// How many faults there are where nothing else is said.
const FAULTS: usize = 60;

/// The most that fall on one database.
const FAULTS_A_DATABASE: usize = 12;

const MIGRATIONS: usize = 16;

/// What later scripts call: no word of those tells what it does.
const FIRST: &str = "
CREATE TABLE ran (n int, alone boolean);
CREATE SCHEMA other;
CREATE FUNCTION ran(n int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.ran SELECT n, pg_try_advisory_xact_lock(4242) $$;
CREATE FUNCTION leave_path() RETURNS void LANGUAGE sql AS $$ SELECT set_config('search_path', 'other', false) $$;
CREATE PROCEDURE work(n int) LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO public.ran VALUES (n, true); COMMIT;
  PERFORM pg_sleep(0.02);
  INSERT INTO public.ran VALUES (n + 1, true); COMMIT; END $$;
";

/// Scripts. `#1` is the number of the script's first row, `#2` that of its second.
const SCRIPTS: [&str; 16] = [
    "SELECT public.ran(#1); SELECT pg_sleep(0.01); SELECT public.ran(#2); CREATE TABLE t_#1 ();",
    "CREATE TABLE t_#1 (); SELECT public.ran(#1); SELECT public.ran(#2) -- no end",
    "BEGIN; SELECT public.ran(#1); SELECT pg_sleep(0.01); COMMIT; SELECT public.ran(#2); CREATE TABLE t_#1 ();",
    "CREATE INDEX CONCURRENTLY i_#1 ON ran (n); SELECT public.ran(#1); DROP INDEX CONCURRENTLY i_#1; SELECT public.ran(#2);",
    "SELECT public.ran(#1); VACUUM ran; SELECT pg_sleep(0.01); SELECT public.ran(#2); VACUUM ran;",
    "DO $$ BEGIN INSERT INTO public.ran VALUES (#1, true); COMMIT; PERFORM pg_sleep(0.02); \
     INSERT INTO public.ran VALUES (#2, true); COMMIT; END $$;",
    "CALL public.work(#1);",
    "SELECT 1; CALL work(#1); SELECT 2;",
    "DO $$ BEGIN INSERT INTO public.ran VALUES (#1, true); COMMIT; PERFORM pg_advisory_unlock_all(); \
     PERFORM pg_sleep(0.02); INSERT INTO public.ran VALUES (#2, true); END $$;",
    "SELECT public.ran(#1); SELECT pg_advisory_unlock_all(); SELECT pg_sleep(0.01); SELECT public.ran(#2); CREATE TABLE t_#1 ();",
    "SELECT public.ran(#1); DISCARD ALL; SELECT pg_sleep(0.01); SELECT public.ran(#2); CREATE TABLE t_#1 ();",
    "SELECT leave_path(); SELECT public.ran(#1); SELECT public.ran(#2);",
    "SELECT public.ran(#1); SELECT public.ran(#2); SET default_transaction_read_only TO on; SET standard_conforming_strings TO off;",
    "BEGIN; SELECT public.ran(#1); COMMIT AND CHAIN; SELECT public.ran(-1); ROLLBACK; SELECT public.ran(#2); CREATE TABLE t_#1 ();",
    "CREATE TYPE e_#1 AS ENUM ('x'); ALTER TYPE e_#1 ADD VALUE 'y'; CREATE TABLE t_#1 (v e_#1 DEFAULT 'y'); \
     SELECT public.ran(#1); SELECT public.ran(#2);",
    "SET search_path TO other; SELECT public.ran(#1); VACUUM public.ran; CREATE TABLE o_#1 (); SELECT public.ran(#2);",
];

/// A history of chance. The rows of its migration number `k` are `2k` and `2k + 1`.
fn history(random: &mut Random) -> Vec<(String, String)> {
    let first = ("00_first".to_owned(), FIRST.to_owned());
    let others = (1..=MIGRATIONS).map(|k| {
        let script = random.pick(&SCRIPTS).unwrap();
        let script = script.replace("#1", &(2 * k).to_string()).replace("#2", &(2 * k + 1).to_string());
        (format!("{k:02}_m"), script)
    });
    std::iter::once(first).chain(others).collect()
}

/// How a lane reaches its server, and whether it may crash it.
enum Way<'s> {
    Direct(&'s Server),
    Pooled(&'s Server, Pooler),
    Crashing(&'s Server),
}

impl Way<'_> {
    fn server(&self) -> &Server {
        match self {
            Self::Direct(server) | Self::Pooled(server, _) | Self::Crashing(server) => server,
        }
    }

    fn deploy(&self, project: &Project<'_>) -> Child {
        let url = match self {
            Self::Pooled(_, pooler) => pooler.url(project.database.name()),
            _ => project.database.url(),
        };
        project.command_at(&url, &["migrate", "deploy"]).spawn().unwrap()
    }
}

const OTHERS: &str = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// What came of the faults of all lanes.
#[derive(Debug, Default)]
struct Count {
    faults: AtomicUsize,
    doubts: AtomicUsize,
    databases: AtomicUsize,
}

#[test]
fn faults_of_chance_make_no_row_twice_and_lose_none() {
    let Some(server) = server() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<usize>().ok());
    let (faults, seed) =
        (number("DRIFTLESS_TEST_FAULTS").unwrap_or(FAULTS), number("DRIFTLESS_TEST_SEED").unwrap_or(0));
    let own = own_server().unwrap();
    let mut ways = vec![Way::Direct(server), Way::Direct(server), Way::Crashing(&own)];
    ways.extend(Pooler::start(server, Pooling::Session, 20).map(|pooler| Way::Pooled(server, pooler)));
    let count = Count::default();
    std::thread::scope(|scope| {
        for (lane, way) in ways.into_iter().enumerate() {
            let count = &count;
            let random = Random::new((seed * 100 + lane) as u64);
            scope.spawn(move || work(&way, faults, random, count));
        }
    });
    notice(&format!(
        "{} faults on {} databases, {} of them in doubt: no row twice, none lost, no lock lost",
        count.faults.load(Ordering::Relaxed),
        count.databases.load(Ordering::Relaxed),
        count.doubts.load(Ordering::Relaxed),
    ));
}

/// One lane: faults on database after database, until all lanes together had so many.
fn work(way: &Way<'_>, faults: usize, mut random: Random, count: &Count) {
    let mut whole = Duration::from_secs(1);
    while count.faults.load(Ordering::Relaxed) < faults {
        let history = history(&mut random);
        let project = Project::of_history(way.server().create_database(), &history);
        let mut here = 0;
        let began = Instant::now();
        while here < FAULTS_A_DATABASE {
            let children: Vec<_> =
                (0..1 + usize::from(random.below(4) == 0)).map(|_| way.deploy(&project)).collect();
            std::thread::sleep(whole.mul_f64(random.below(1000) as f64 / 2500.0));
            if strike(way, &project, children, &mut random) {
                here += 1;
                count.faults.fetch_add(1, Ordering::Relaxed);
            } else {
                break;
            }
            count.doubts.fetch_add(settle(&project, &history), Ordering::Relaxed);
        }
        finish(way, &project, &history, count);
        if here == 0 {
            whole = began.elapsed();
        }
        check(&project, &history);
        count.databases.fetch_add(1, Ordering::Relaxed);
    }
}

/// Breaks deployments off, or one of them. Says whether there was one to be broken off.
fn strike(way: &Way<'_>, project: &Project<'_>, mut children: Vec<Child>, random: &mut Random) -> bool {
    let runs = children.iter_mut().any(|child| child.try_wait().unwrap().is_none());
    let kind = random.below(4);
    match (kind, way) {
        (0, Way::Crashing(server)) => server.crash(),
        (0 | 1, _) => kill(children.remove(0), "-KILL"),
        (2, _) => kill(children.remove(0), "-INT"),
        _ => drop(project.database.run(&format!("SELECT pg_terminate_backend(pid) {OTHERS}"))),
    }
    for child in children {
        let run = Run::of(child);
        let is_known = ["P1001", "P1017", "P3009"].iter().any(|code| run.stderr.contains(code));
        assert!(run.code == Some(0) || is_known, "{}", run.stderr);
    }
    runs
}

/// Waits until nobody is at work any more, and does by hand what is in doubt. Says how many migrations were.
fn settle(project: &Project<'_>, history: &[(String, String)]) -> usize {
    let others = format!("SELECT count(*) {OTHERS} AND state <> 'idle'");
    while project.query(&others) != "0" {
        std::thread::sleep(Duration::from_millis(20));
    }
    if project.query("SELECT to_regclass('_prisma_migrations') IS NULL") == "t" {
        return 0;
    }
    let open = project.query(
        "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL
         AND logs LIKE '%must not run twice%'",
    );
    let Some(at) = history.iter().position(|(name, _)| *name == open) else { return 0 };
    project.run(&["migrate", "deploy"]).fails_with("P3009").says(&open);
    for row in [2 * at, 2 * at + 1] {
        let insert = format!(
            "INSERT INTO public.ran SELECT {row}, true WHERE NOT EXISTS (SELECT FROM public.ran WHERE n = {row})"
        );
        project.database.run(&insert).unwrap();
    }
    project.run(&["migrate", "resolve", "--applied", &open]).succeeds();
    1
}

/// Deploys to the end.
fn finish(way: &Way<'_>, project: &Project<'_>, history: &[(String, String)], count: &Count) {
    for _ in 0..MIGRATIONS {
        count.doubts.fetch_add(settle(project, history), Ordering::Relaxed);
        let run = Run::of(way.deploy(project));
        if run.code == Some(0) {
            return;
        }
        run.fails_with("P3009");
    }
    panic!("there is no end");
}

/// Each row is there once, where it should be, and no two scripts ran at once.
fn check(project: &Project<'_>, history: &[(String, String)]) {
    let scripts = || history.iter().map(|(name, script)| format!("{name}: {script}\n")).collect::<String>();
    let wanted: Vec<_> = (2..2 * history.len()).map(|n| n.to_string()).collect();
    let rows = project.query("SELECT string_agg(n::text, ' ' ORDER BY n) FROM ran");
    assert_eq!(rows, wanted.join(" "), "{}", scripts());
    let together = project.query("SELECT string_agg(n::text, ' ') FROM ran WHERE NOT alone");
    assert_eq!(together, "", "scripts ran at once: {}", scripts());
    let applied = "SELECT count(*), count(DISTINCT migration_name) FROM _prisma_migrations
                   WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL";
    assert_eq!(project.query(applied), format!("{0}|{0}", history.len()), "{}", scripts());
    for (schema, letter) in [("public", 't'), ("other", 'o')] {
        let made =
            history.iter().filter(|(_, script)| script.contains(&format!("CREATE TABLE {letter}_"))).count();
        let there = format!(
            "SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}' AND tablename ~ '^{letter}_'"
        );
        assert_eq!(project.query(&there), made.to_string(), "{}", scripts());
    }
    assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
}
