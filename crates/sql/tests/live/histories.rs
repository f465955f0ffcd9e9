//! Whole migration histories: those in `DRIFTLESS_TEST_HISTORIES`, a folder that is searched for `migrations` folders.

use std::path::{Path, PathBuf};

use driftless_diagnostics::Files;
use driftless_sql::{Replay, Trust};

use crate::facts;
use crate::server::{Database, url};

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    entries.sort();
    for entry in entries {
        if entry.file_name().is_some_and(|name| name == "migrations") {
            found.push(entry);
        } else {
            find(&entry, found);
        }
    }
}

fn scripts(history: &Path) -> Vec<(String, String)> {
    let mut folders: Vec<_> =
        std::fs::read_dir(history).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let read = |folder: PathBuf| {
        let text = std::fs::read(folder.join("migration.sql")).ok()?;
        let name = folder.file_name()?.to_string_lossy().into_owned();
        Some((name, String::from_utf8_lossy(&text).into_owned()))
    };
    folders.into_iter().filter_map(read).collect()
}

#[test]
fn histories_are_reproduced() {
    let (Some(url), Ok(folder)) = (url(), std::env::var("DRIFTLESS_TEST_HISTORIES")) else { return };
    let mut histories = Vec::new();
    find(Path::new(&folder), &mut histories);
    let (mut same, mut opaque, mut left_out, mut wrong) = (0, 0, 0, Vec::new());
    for history in histories {
        let database = Database::new(&url, "sqlh_histories");
        let (mut files, mut replay, mut complaint) = (Files::new(), Replay::default(), None);
        let name = history.strip_prefix(&folder).unwrap().display().to_string();
        let scripts = scripts(&history);
        let (run, error) = database.run_scripts(&scripts);
        for (at, (script_name, script)) in scripts.iter().enumerate() {
            let id = files.add(script_name.clone(), script.clone());
            replay.run(id, script);
            let ours = replay.refused().first().map(|refusal| {
                let line = files.get(id).unwrap().position(refusal.span.start).line;
                format!("{script_name}:{line}: {} {}", refusal.state, refusal.message)
            });
            if at == run {
                let error = error.as_ref().and_then(|error| error.lines().next()).unwrap_or_default();
                println!("left out {name}: {script_name}: {error}\n    ours: {ours:?}");
                break;
            }
            if let Some(ours) = ours {
                complaint = Some(format!("refused: {ours}"));
                break;
            }
        }
        if error.is_some() && complaint.is_none() {
            left_out += 1;
            continue;
        }
        let trust = replay.trust();
        if let Trust::Opaque(statements) = &trust {
            for statement in statements {
                let (start, _) = files.positions(statement.span).unwrap();
                let file = files.get(statement.span.file).unwrap().name();
                println!(
                    "opaque {name}: {file}:{}: {} {:?}",
                    start.line, statement.reason, statement.may_change
                );
            }
        }
        let difference = difference(&facts::of_schema(&replay.schema().unwrap()), &database.facts());
        match (complaint, difference.is_empty(), trust) {
            (None, true, Trust::Exact) => same += 1,
            (None, _, Trust::Opaque(_)) => {
                opaque += 1;
                println!("opaque {name}: {} differences\n{}", difference.len(), difference.join("\n"));
            }
            (complaint, ..) => {
                let shown: Vec<_> = difference.iter().take(30).cloned().collect();
                wrong.push(format!("{name}: {}\n{}", complaint.unwrap_or_default(), shown.join("\n")));
            }
        }
    }
    println!("{same} same, {opaque} opaque, {left_out} left out, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What only one side says.
fn difference(ours: &facts::Facts, theirs: &facts::Facts) -> Vec<String> {
    let only_ours = ours.difference(theirs).map(|fact| format!("  ours   {fact}"));
    only_ours.chain(theirs.difference(ours).map(|fact| format!("  server {fact}"))).collect()
}
