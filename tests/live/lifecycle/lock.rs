//! One at a time.

use driftless_tests::postgres::server;

use super::{Project, Run};

#[test]
fn of_ten_deployments_one_applies_and_nine_find_nothing_to_do() {
    let Some(server) = server() else { return };
    let script = "SELECT pg_sleep(0.5); CREATE TABLE a (id int);";
    let project = Project::new(
        server.create_database(),
        &[("1_a", script), ("2_b", "CREATE INDEX CONCURRENTLY i ON a (id);")],
    );
    let children: Vec<_> =
        (0..10).map(|_| project.command(&["migrate", "deploy"]).spawn().unwrap()).collect();
    let runs: Vec<_> = children.into_iter().map(|child| Run::of(child).succeeds()).collect();
    let applied = runs.iter().filter(|run| run.stderr.contains("2 of 2 migrations applied")).count();
    let idle = runs.iter().filter(|run| run.stderr.contains("nothing to do")).count();
    assert_eq!((applied, idle), (1, 9));
    assert_eq!(project.applied(), "1_a 2_b");
}

#[test]
fn who_waits_in_vain_is_told_for_whom() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int);")]);
    let holder = &project.database;
    std::thread::scope(|scope| {
        let held = scope.spawn(move || {
            holder.run(
                "SET application_name = 'the holder'; SELECT pg_advisory_lock(72707369); SELECT pg_sleep(3)",
            )
        });
        project.wait_for_lock();
        project.run(&["migrate", "deploy", "--lock-timeout", "0.3"]).fails_with("P1002").says("`the holder`");
        held.join().unwrap().unwrap();
    });
    project.run(&["migrate", "deploy"]).succeeds();
}

#[test]
fn a_statement_that_never_gets_its_lock_gives_up_where_that_is_asked_for() {
    let Some(server) = server() else { return };
    let project = Project::new(server.create_database(), &[("1_a", "CREATE TABLE a (id int);")]);
    project.run(&["migrate", "deploy"]).succeeds();
    project.write_migration("2_b", "ALTER TABLE a ADD b int;");
    let holder = &project.database;
    std::thread::scope(|scope| {
        let held =
            scope.spawn(move || holder.run("BEGIN; SELECT count(*) FROM a; SELECT pg_sleep(3); COMMIT"));
        let is_held = "SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass AND granted";
        while project.query(is_held) == "0" {
            std::thread::yield_now();
        }
        project
            .run(&["migrate", "deploy", "--lock-timeout", "0.3"])
            .fails_with("P3018")
            .says("SQLSTATE 55P03");
        held.join().unwrap().unwrap();
    });
    project.run(&["migrate", "deploy"]).succeeds();
}
