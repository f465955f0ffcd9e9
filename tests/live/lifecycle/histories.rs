//! Histories of real projects, begun by one tool and finished by the other. Skipped where the reference, or the
//! projects, are not at hand.

use std::fs;
use std::path::Path;

use driftless_tests::expect::notice;
use driftless_tests::fixtures::root;
use driftless_tests::postgres::{Server, server};

use super::Project;
use super::reference::Reference;

/// How many histories go both ways.
const HISTORIES: usize = 10;

/// With fewer migrations there is little to share.
const LEAST: usize = 5;

/// The migrations of a project, in their order: name and script.
type History = Vec<(String, String)>;

#[test]
fn histories_of_real_projects_go_both_ways() {
    let (Some(server), Some(mut reference)) = (server(), Reference::start()) else { return };
    let corpus = root().join("../shared/corpus");
    if !corpus.is_dir() {
        return notice("histories of real projects are skipped: there is no ../shared/corpus");
    }
    let mut histories = Vec::new();
    find_histories(&corpus, &mut histories);
    // the reference here cuts scripts at each semicolon, also between dollars
    histories
        .retain(|history| history.len() >= LEAST && history.iter().all(|(_, script)| !script.contains("$$")));
    histories.sort_by_key(Vec::len);
    let went = histories.iter().filter(|history| goes_both_ways(server, &mut reference, history));
    assert_eq!(went.take(HISTORIES).count(), HISTORIES);
}

/// Checks one history; `false` where the reference cannot deploy it by itself.
fn goes_both_ways(server: &Server, reference: &mut Reference, history: &History) -> bool {
    let (first, second) = history.split_at(history.len() / 2);
    let all_theirs = Project::of_history(server.create_database(), history);
    let Ok(names) = reference.deploy(&all_theirs) else { return false };
    assert_eq!(names.len(), history.len());

    let begun_there = Project::of_history(server.create_database(), first);
    reference.deploy(&begun_there).unwrap();
    begun_there.run(&["migrate", "status", "--strict"]).succeeds();
    second.iter().for_each(|(name, script)| begun_there.write_migration(name, script));
    let said = format!("{} of {} migrations applied", second.len(), history.len());
    begun_there.run(&["migrate", "deploy"]).succeeds().says(&said);
    reference.finds_all_in_effect(&begun_there);

    let begun_here = Project::of_history(server.create_database(), first);
    begun_here.run(&["migrate", "deploy"]).succeeds();
    reference.finds_all_in_effect(&begun_here);
    second.iter().for_each(|(name, script)| begun_here.write_migration(name, script));
    assert_eq!(reference.deploy(&begun_here).unwrap().len(), second.len());
    begun_here.run(&["migrate", "deploy"]).succeeds().says("nothing to do");
    begun_here.run(&["migrate", "status", "--strict"]).succeeds();

    for project in [&begun_there, &begun_here] {
        let rows = "SELECT migration_name, checksum, applied_steps_count, logs, rolled_back_at FROM _prisma_migrations
                    ORDER BY started_at";
        assert_eq!(project.query(rows), all_theirs.query(rows));
        let (ours, theirs) = (project.database.url(), all_theirs.database.url());
        project.run(&["diff", "--from-url", &theirs, "--to-url", &ours, "--exit-code"]).succeeds();
    }
    true
}

/// Gathers the histories under a folder.
fn find_histories(folder: &Path, histories: &mut Vec<History>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let history: History = folders.iter().filter_map(|folder| read_migration(folder)).collect();
    if history.is_empty() {
        folders.iter().for_each(|folder| find_histories(folder, histories));
    } else {
        histories.push(history);
    }
}

fn read_migration(folder: &Path) -> Option<(String, String)> {
    let script = fs::read_to_string(folder.join("migration.sql")).ok()?;
    Some((folder.file_name()?.to_str()?.to_owned(), script))
}
