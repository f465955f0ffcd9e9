//! How folders and histories stand to each other: `fixtures/history`.
//!
//! A case is a file of lines. `folder NAME TEXT` is a migration of the folder with that script; `row NAME TEXT STATE` is
//! an attempt, in order, with that script's checksum, or with the checksum that stands behind a `=`. Behind the line `---`
//! stands the diagnosis; `UPDATE_EXPECT=1` writes it.

#![allow(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

use std::fs;
use std::path::Path;

use driftless_catalog::HistoryRow;
use driftless_engine::{MigrationsFolder, Project, State, diagnose, read_folder};

/// The folder with these scripts, a line each.
fn folder(lines: &[(&str, &str)]) -> MigrationsFolder {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in lines {
        let path = place.path().join("migrations").join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("migration.sql"), text).unwrap();
    }
    read_folder(&Project::new(place.path()), Path::new("migrations")).unwrap()
}

fn row(name: &str, text: &str, state: &str) -> HistoryRow {
    let checksum = match text.strip_prefix('=') {
        Some(checksum) => checksum.to_owned(),
        None => folder(&[(name, text)]).migrations[0].checksum.as_str().to_owned(),
    };
    let is_finished = matches!(state, "finished" | "finished_and_rolled_back");
    let is_rolled_back = matches!(state, "rolled_back" | "finished_and_rolled_back");
    assert!(is_finished || is_rolled_back || state == "open", "`{state}` is no state");
    HistoryRow {
        id: "id".into(),
        checksum: checksum.into(),
        name: name.into(),
        logs: None,
        steps: 1,
        started_at: "then".into(),
        finished_at: is_finished.then(|| "then".into()),
        is_rolled_back,
    }
}

fn describe(case: &str) -> String {
    let (mut scripts, mut rows) = (Vec::new(), Vec::new());
    for line in case.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["folder", name, text] => scripts.push((*name, *text)),
            ["row", name, text, state] => rows.push(row(name, text, state)),
            _ => panic!("`{line}` is neither a migration nor an attempt"),
        }
    }
    let folder = folder(&scripts);
    let diagnosis = diagnose(&folder, &rows);
    let mut lines: Vec<String> = Vec::new();
    for (migration, state) in &diagnosis.migrations {
        let state = match state {
            State::Applied => "applied",
            State::Edited => "edited",
            State::Pending => "pending",
            State::Open => "open",
        };
        lines.push(format!("{}: {state}", migration.name));
    }
    let mut list = |title: &str, names: Vec<&str>| {
        if !names.is_empty() {
            lines.push(format!("{title}: {}", names.join(" ")));
        }
    };
    list("open attempts", diagnosis.open.iter().map(|row| &*row.name).collect());
    list("missing", diagnosis.missing.clone());
    list("out of order", diagnosis.out_of_order().map(|migration| migration.name.as_str()).collect());
    list("last common", diagnosis.last_common().into_iter().collect());
    lines.push(format!("up to date: {}", diagnosis.is_up_to_date()));
    lines.push(format!("diverged: {}", diagnosis.is_diverged()));
    lines.join("\n") + "\n"
}

#[test]
fn every_history_is_diagnosed() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/history");
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let (case, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let found = describe(case);
        if found != expected {
            if std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none() {
                fs::write(&path, format!("{case}---\n{found}")).unwrap();
            } else {
                wrong.push(format!("{}\n{found}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
