//! The fixtures of the replay on a server: the same statements are refused, and where the replay says that it is exact,
//! the same schema comes out.

use std::path::{Path, PathBuf};

use driftless_diagnostics::FileId;
use driftless_sql::{Content, Replay, Trust, split};

use crate::facts;
use crate::server::{Database, url};

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
}

#[test]
fn fixtures_are_what_a_server_does() {
    let Some(url) = url() else { return };
    let mut paths = Vec::new();
    scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/replay"), &mut paths);
    paths.sort();
    let (database, mut failures) = (Database::new(&url, "sqlh_fixtures"), Vec::new());
    for path in paths {
        let script = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        database.clear();
        let mut replay = Replay::default();
        replay.run(FileId::new(0), &script);
        let (mut statements, mut places) = (Vec::new(), Vec::new());
        for fragment in split(&script) {
            if let Content::Statement(range) = fragment.content {
                places.push(range.start as u32);
                statements.push(script[range].to_owned());
            }
        }
        for ((statement, place), state) in statements.iter().zip(places).zip(database.run_each(&statements)) {
            let ours = replay.refused().iter().find(|refused| refused.span.start == place && refused.certain);
            let heard = state != "25P02" && !statement.starts_with("BEGIN");
            let known = replay.trust() == Trust::Exact || ours.is_some();
            if heard && known && ours.is_some() != (state != "00000") {
                failures.push(format!("{name}: {statement}\n    server {state}, ours {ours:?}"));
            }
        }
        if replay.trust() == Trust::Exact {
            let (ours, theirs) = (facts::of_schema(&replay.schema().unwrap()), database.facts());
            failures.extend(ours.difference(&theirs).map(|fact| format!("{name}: ours   {fact}")));
            failures.extend(theirs.difference(&ours).map(|fact| format!("{name}: server {fact}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
