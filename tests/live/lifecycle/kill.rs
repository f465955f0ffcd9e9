//! Whatever ends a deployment, at any moment, leaves a database that the next deployment finishes: a signal to its
//! process, a crash of the server.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use driftless_tests::expect::notice;
use driftless_tests::postgres::{Server, own_server, server};
use driftless_tests::random::Random;

use super::{Project, Run};

/// How many processes are killed, half of them as by Ctrl-C.
const KILLS: u64 = 200;

/// How many times the server crashes.
const CRASHES: u64 = 6;

/// Several a database: what is gone on with is killed as well.
const KILLS_A_DATABASE: u64 = 10;

/// How many databases are worked on at once.
const LANES: u64 = 4;

/// Each of these runs longer than a process takes to start, so that kills fall between and within statements.
const MIGRATIONS: [(&str, &str); 6] = [
    ("1_a", "CREATE TABLE a (id int);\nSELECT pg_sleep(0.01);\nINSERT INTO a VALUES (1);"),
    ("2_b", "BEGIN;\nCREATE TABLE b (id int);\nSELECT pg_sleep(0.01);\nCOMMIT;\nINSERT INTO a VALUES (2);"),
    ("3_c", "CREATE INDEX CONCURRENTLY i ON a (id);\nINSERT INTO a VALUES (3);"),
    ("4_d", "CREATE TYPE e AS ENUM ('x');\nVACUUM a;\nINSERT INTO a VALUES (4);"),
    ("5_e", "ALTER TYPE e ADD VALUE 'y';\nCREATE TABLE c (v e DEFAULT 'y');\nINSERT INTO a VALUES (5);"),
    ("6_f", "DROP INDEX CONCURRENTLY i;\nINSERT INTO a VALUES (6);"),
];

/// With these many, most go together.
const MANY: usize = 40;

const RESULT: &str = "SELECT string_agg(id::text, ',' ORDER BY id) FROM a";

#[test]
fn a_killed_deployment_is_finished_by_the_next() {
    let Some(server) = server() else { return };
    // most of the time is spent on waiting: for processes to come to where they are killed
    std::thread::scope(|scope| {
        for lane in 0..LANES {
            let history = history(if lane % 2 == 0 { MIGRATIONS.len() } else { MANY });
            scope.spawn(move || kill_many(server, &history, Random::new(lane)));
        }
    });
}

/// The migrations above, and small ones behind them until there are so many.
fn history(number: usize) -> Vec<(String, String)> {
    let small = |n| (format!("7_{n:02}"), format!("INSERT INTO a VALUES ({n});\nSELECT pg_sleep(0.002);"));
    let first = MIGRATIONS.iter().map(|(name, script)| ((*name).to_owned(), (*script).to_owned()));
    first.chain((MIGRATIONS.len() + 1..=number).map(small)).collect()
}

/// Kills a lane's share of processes, each at any moment of the time that a whole deployment takes.
fn kill_many(server: &Server, history: &[(String, String)], mut random: Random) {
    let began = Instant::now();
    Project::of_history(server.create_database(), history).run(&["migrate", "deploy"]).succeeds();
    let whole = began.elapsed();
    for _ in 0..KILLS / LANES / KILLS_A_DATABASE {
        let project = Project::of_history(server.create_database(), history);
        for number in 0..KILLS_A_DATABASE {
            let child = project.command(&["migrate", "deploy"]).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(random.below(1000) as f64 / 1000.0));
            kill(child, if number % 2 == 0 { "-KILL" } else { "-INT" });
        }
        is_finished_by_the_next(&project, history);
    }
}

/// Sends a signal to a process and waits for its end.
pub(super) fn kill(child: Child, signal: &str) {
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).status();
    drop(Run::of(child));
}

/// Deploys, and checks that each statement of the migrations took effect once.
fn is_finished_by_the_next(project: &Project<'_>, history: &[(String, String)]) {
    project.run(&["migrate", "deploy"]).succeeds();
    let names: Vec<_> = history.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(project.applied(), names.join(" "));
    let numbers: Vec<_> = (1..=history.len()).map(|n| n.to_string()).collect();
    assert_eq!(project.query(RESULT), numbers.join(","), "each statement took effect once");
    assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations"), history.len().to_string());
}

#[test]
fn a_deployment_that_a_crash_of_the_server_breaks_off_is_finished_by_the_next() {
    let Some(server) = own_server() else { return };
    let slow = history(MANY).into_iter().map(|(name, script)| (name, script.replace("0.0", "0.1")));
    let slow: Vec<_> = slow.collect();
    let mut random = Random::new(0);
    let project = Project::of_history(server.create_database(), &slow);
    let mut broken_off = 0;
    for _ in 0..CRASHES {
        let child = project.command(&["migrate", "deploy"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 + random.below(400) as u64));
        server.crash();
        let run = Run::of(child);
        if run.code != Some(0) {
            run.fails_with("P1017");
            broken_off += 1;
        }
    }
    assert!(broken_off > 0, "no crash fell into a deployment");
    is_finished_by_the_next(&project, &slow);
}

#[test]
fn what_runs_for_a_process_that_is_gone_is_broken_off() {
    let Some(server) = server() else { return };
    let script = "SELECT pg_sleep(60);\nCREATE TABLE a (id int);";
    let project = Project::new(server.create_database(), &[("1_a", script)]);
    let running =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
                   AND wait_event = 'PgSleep'";
    if project.query("SELECT current_setting('server_version_num')::int >= 140000") == "f" {
        return notice("a process that is gone is not seen by servers before version 14");
    }
    let child = project.command(&["migrate", "deploy"]).spawn().unwrap();
    while project.query(running) == "0" {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(child, "-INT");
    while project.query(running) != "0" {
        std::thread::sleep(Duration::from_millis(50));
    }
    project.write_migration("1_a", "CREATE TABLE a (id int);");
    project.run(&["migrate", "deploy"]).succeeds();
}
