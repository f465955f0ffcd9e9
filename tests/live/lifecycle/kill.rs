//! A process that is killed at any moment leaves a database that the next deployment finishes.

use std::time::{Duration, Instant};

use driftless_tests::postgres::server;
use driftless_tests::random::Random;

use super::Project;

/// How many processes are killed.
const KILLS: usize = 200;

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
    let mut random = Random::new(4);
    let mut kills = 0;
    let mut whole = Duration::ZERO;
    while kills < KILLS {
        let project = Project::new(server.create_database(), &MIGRATIONS);
        if whole.is_zero() {
            let began = Instant::now();
            project.run(&["migrate", "deploy"]).succeeds();
            whole = began.elapsed();
            continue;
        }
        // several kills a database: what is gone on with is killed as well
        for _ in 0..8 {
            let mut child = project.command(&["migrate", "deploy"]).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(random.below(1000) as f64 / 1000.0));
            let _ = child.kill();
            let _ = child.wait();
            kills += 1;
        }
        project.run(&["migrate", "deploy"]).succeeds();
        assert_eq!(project.applied(), "1_a 2_b 3_c 4_d 5_e 6_f");
        assert_eq!(project.query(RESULT), "1,2,3,4,5,6", "each statement took effect once");
        assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
        assert_eq!(project.query("SELECT count(*) FROM _prisma_migrations"), "6");
    }
}
