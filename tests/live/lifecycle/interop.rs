//! The reference reads what we write, and we read what it writes. Skipped where the reference is not at hand.

use std::path::PathBuf;
use std::process::Command;

use driftless_tests::expect::notice;
use driftless_tests::fixtures::root;
use driftless_tests::postgres::server;

use super::{Project, Run};

/// The script that drives the reference; `None` where it, or node, is absent.
fn reference() -> Option<PathBuf> {
    let setup = root().join("../shared/reference/setup");
    let output = Command::new(setup).output().ok().filter(|output| output.status.success());
    let place = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let script =
        place.map(|place| PathBuf::from(place).join("reference.mjs")).filter(|script| script.is_file());
    if script.is_none() {
        notice("tests against the reference are skipped: it is not at hand");
    }
    script
}

struct Reference<'p> {
    script: PathBuf,
    project: &'p Project<'p>,
}

impl Reference<'_> {
    fn run(&self, arguments: &[&str]) -> Run {
        let mut node = Command::new("node");
        node.arg(&self.script).args(arguments).env("DATABASE_URL", self.project.database.url());
        node.current_dir(self.project.path().join("prisma"));
        node.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        Run::of(node.spawn().unwrap())
    }

    /// What it says without its layout.
    fn says(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        let text = if run.code == Some(0) { run.stdout } else { run.stderr };
        text.split_whitespace().collect()
    }
}

#[test]
fn the_reference_reads_what_we_write() {
    let (Some(server), Some(script)) = (server(), reference()) else { return };
    let migrations = [
        ("1_a", "CREATE TABLE a (id int);\r\n"),
        ("2_b", "CREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;"),
        ("3_c", "\u{feff}SELECT 1;"),
    ];
    let project = Project::new(server.create_database(), &migrations);
    let reference = Reference { script, project: &project };
    project.run(&["migrate", "deploy"]).succeeds();
    let status = reference.says(&["status", "migrations"]);
    assert!(status.contains("\"failedMigrationNames\":[]"), "{status}");
    assert!(status.contains("\"editedMigrationNames\":[]"), "{status}");
    assert!(status.contains("\"history\":null"), "{status}");
    assert_eq!(reference.says(&["deploy", "migrations"]), "{\"appliedMigrationNames\":[]}");
    project.write_migration("4_d", "CREATE TABLE d (id int);");
    assert_eq!(reference.says(&["deploy", "migrations"]), "{\"appliedMigrationNames\":[\"4_d\"]}");
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    project.run(&["migrate", "status", "--strict"]).succeeds();
    // a migration that is half done is a failed one there, and it can be resolved there
    project.write_migration("5_e", "CREATE TABLE e (id int);\nVACUUM e;\nCREATE TABLE a (id int);");
    project.run(&["migrate", "deploy"]).fails_with("P3018").says("2 of its 3 statements");
    assert!(reference.says(&["status", "migrations"]).contains("\"failedMigrationNames\":[\"5_e\"]"));
    reference.run(&["rolledback", "5_e"]).succeeds();
    project.write_migration("5_e", "SELECT 5;");
    project.run(&["migrate", "deploy"]).succeeds();
    assert!(reference.says(&["status", "migrations"]).contains("\"history\":null"));
}

#[test]
fn we_read_what_the_reference_writes() {
    let (Some(server), Some(script)) = (server(), reference()) else { return };
    let migrations = [("1_a", "CREATE TABLE a (id int);"), ("2_b", "CREATE TABLE a (id int);")];
    let project = Project::new(server.create_database(), &migrations);
    let reference = Reference { script, project: &project };
    assert_eq!(reference.run(&["deploy", "migrations"]).code, Some(1));
    project.run(&["migrate", "deploy"]).fails_with("P3009").says("`2_b`");
    let status = project.run(&["migrate", "status"]);
    assert!(status.code == Some(1) && status.stdout.contains("2_b"), "{}", status.stdout);
    project.run(&["migrate", "resolve", "--rolled-back", "2_b"]).succeeds();
    project.write_migration("2_b", "CREATE TABLE b (id int);");
    assert_eq!(reference.says(&["deploy", "migrations"]), "{\"appliedMigrationNames\":[\"2_b\"]}");
    project.run(&["migrate", "status", "--strict"]).succeeds();
    project.write_migration("3_c", "SELECT 3;");
    reference.run(&["applied", "3_c", "migrations"]).succeeds();
    project.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    project.write_migration("4_d", "SELECT 4;");
    project.run(&["migrate", "resolve", "--applied", "4_d"]).succeeds();
    assert_eq!(reference.says(&["deploy", "migrations"]), "{\"appliedMigrationNames\":[]}");
}
