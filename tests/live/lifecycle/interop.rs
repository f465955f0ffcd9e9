//! The reference reads what we write, and we read what it writes. Skipped where the reference is not at hand.

use std::thread;

use driftless_tests::postgres::server;
use serde_json::json;

use super::reference::Reference;
use super::{Project, Run};

#[test]
fn the_reference_reads_what_we_write() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let migrations = [
        ("1_a", "CREATE TABLE a (id int);\r\n"),
        ("2_b", "CREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;"),
        ("3_c", "\u{feff}SELECT 1;"),
    ];
    let project = Project::new(server.create_database(), &migrations);
    project.run(&["migrate", "deploy"]).succeeds();
    reference.finds_all_in_effect(&project);
    assert!(reference.deploy(&project).unwrap().is_empty());
    project.write_migration("4_d", "CREATE TABLE d (id int);");
    assert_eq!(reference.deploy(&project).unwrap(), ["4_d"]);
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    project.run(&["migrate", "status", "--strict"]).succeeds();
    // a migration that is half done is a failed one there, and it can be resolved there
    project.write_migration("5_e", "CREATE TABLE e (id int);\nVACUUM e;\nCREATE TABLE a (id int);");
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("2 of its 3 statements");
    assert_eq!(reference.status(&project)["failedMigrationNames"], json!(["5_e"]));
    reference.resolve_rolled_back(&project, "5_e");
    project.write_migration("5_e", "SELECT 5;");
    project.run(&["migrate", "deploy"]).succeeds();
    reference.finds_all_in_effect(&project);
}

#[test]
fn we_read_what_the_reference_writes() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let migrations = [("1_a", "CREATE TABLE a (id int);"), ("2_b", "CREATE TABLE a (id int);")];
    let project = Project::new(server.create_database(), &migrations);
    reference.deploy(&project).unwrap_err();
    project.run(&["migrate", "deploy"]).fails_with("P3009").says("`2_b`");
    let status = project.run(&["migrate", "status"]);
    assert!(status.code == Some(1) && status.stdout.contains("2_b"), "{}", status.stdout);
    project.run(&["migrate", "resolve", "--rolled-back", "2_b"]).succeeds();
    project.write_migration("2_b", "CREATE TABLE b (id int);");
    assert_eq!(reference.deploy(&project).unwrap(), ["2_b"]);
    project.run(&["migrate", "status", "--strict"]).succeeds();
    project.write_migration("3_c", "SELECT 3;");
    reference.resolve_applied(&project, "3_c");
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    project.write_migration("4_d", "SELECT 4;");
    project.run(&["migrate", "resolve", "--applied", "4_d"]).succeeds();
    assert!(reference.deploy(&project).unwrap().is_empty());
}

/// Long enough for the other tool to come to the lock.
const SLOW: &str = "SELECT pg_sleep(2);\nCREATE TABLE a (id int);";

#[test]
fn the_reference_waits_for_us() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let project = Project::new(server.create_database(), &[("1_a", SLOW), ("2_b", "DROP TABLE a;")]);
    let ours = project.command(&["migrate", "deploy"]).spawn().unwrap();
    project.wait_for_lock();
    assert!(reference.deploy(&project).unwrap().is_empty(), "both are in effect once it has the lock");
    Run::of(ours).succeeds().says("2 of 2 migrations applied");
    assert_eq!(project.applied(), "1_a 2_b");
}

#[test]
fn we_wait_for_the_reference() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let project = &Project::new(server.create_database(), &[("1_a", SLOW), ("2_b", "DROP TABLE a;")]);
    thread::scope(|scope| {
        let theirs = scope.spawn(move || reference.deploy(project).unwrap());
        project.wait_for_lock();
        project.run(&["migrate", "deploy"]).succeeds().says("nothing to do: all 2 migrations are in effect");
        assert_eq!(theirs.join().unwrap(), ["1_a", "2_b"]);
    });
    assert_eq!(project.applied(), "1_a 2_b");
}

#[test]
fn an_index_that_the_waiting_reference_holds_up_is_built_in_the_end() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let index = "CREATE INDEX CONCURRENTLY i ON a (id);";
    let project = Project::new(server.create_database(), &[("1_a", SLOW), ("2_b", index)]);
    let ours = project.command(&["migrate", "deploy"]).spawn().unwrap();
    project.wait_for_lock();
    // each waits for the other, and the server breaks one of them off
    let theirs = reference.deploy(&project);
    let ours = Run::of(ours);
    if ours.code != Some(0) {
        ours.fails_with("P3018").says("deadlock detected");
        theirs.expect_err("what it waited for is half done");
    }
    project.run(&["migrate", "deploy"]).succeeds();
    assert_eq!(project.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "t");
    reference.finds_all_in_effect(&project);
}
