//! A process that is killed at any moment leaves a database that the next deployment finishes.

use std::time::Instant;

use driftless_tests::postgres::{Server, server};
use driftless_tests::random::Random;

use super::Project;

/// How many processes are killed.
const KILLS: u64 = 200;

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

const RESULT: &str = "SELECT string_agg(id::text, ',' ORDER BY id) FROM a";

#[test]
fn a_killed_deployment_is_finished_by_the_next() {
    let Some(server) = server() else { return };
    // most of the time is spent on waiting: for processes to come to where they are killed
    std::thread::scope(|scope| {
        for lane in 0..LANES {
            scope.spawn(move || kill_many(server, Random::new(lane)));
        }
    });
}

/// Kills a lane's share of processes, each at any moment of the time that a whole deployment takes.
fn kill_many(server: &Server, mut random: Random) {
    let project = Project::new(server.create_database(), &MIGRATIONS);
    let began = Instant::now();
    project.run(&["migrate", "deploy"]).succeeds();
    let whole = began.elapsed();
    for _ in 0..KILLS / LANES / KILLS_A_DATABASE {
        let project = Project::new(server.create_database(), &MIGRATIONS);
        for _ in 0..KILLS_A_DATABASE {
            let mut child = project.command(&["migrate", "deploy"]).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(random.below(1000) as f64 / 1000.0));
            let _ = child.kill();
            let _ = child.wait();
        }
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(project.applied(), "1_a 2_b 3_c 4_d 5_e 6_f");
        assert_eq!(project.query(RESULT), "1,2,3,4,5,6", "each statement took effect once");
        assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
        assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations"), "6");
    }
}
