//! The fixtures of the splitter and of the replay. `UPDATE_EXPECT=1` writes what is expected anew.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a test speaks and fails")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use driftless_diagnostics::Files;
use driftless_sql::{Content, MayChange, Replay, Trust, split};

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder);
    let (mut found, mut folders) = (Vec::new(), vec![root]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sql") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// Compares with the file beside the script, or writes it; no file where nothing is expected.
fn expect(script: &Path, extension: &str, text: &str, failures: &mut Vec<String>) {
    let path = script.with_extension(extension);
    if std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none() {
        if text.is_empty() {
            let _ = std::fs::remove_file(&path);
        } else {
            std::fs::write(&path, text).unwrap();
        }
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected != text {
        failures.push(format!("{}\n--- expected\n{expected}--- found\n{text}", path.display()));
    }
}

#[test]
fn scripts_are_split() {
    let mut failures = Vec::new();
    for path in fixtures("split") {
        let script = std::fs::read_to_string(&path).unwrap();
        let fragments = split(&script);
        let joined: String = fragments.iter().map(|fragment| &script[fragment.span.clone()]).collect();
        assert_eq!(joined, script, "{}", path.display());
        let mut text = String::new();
        for fragment in fragments {
            let (kind, range) = match fragment.content {
                Content::Statement(range) => ("statement", range),
                Content::PsqlCommand(range) => ("psql command", range),
                Content::CopyRows(range) => ("copy rows", range),
                Content::Unclosed(what, range) => (what, range),
                Content::Nothing => continue,
            };
            writeln!(text, "{kind} {}..{} {:?}", range.start, range.end, &script[range.clone()]).unwrap();
        }
        expect(&path, "expected", &text, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn scripts_are_replayed() {
    let mut failures = Vec::new();
    for path in fixtures("replay") {
        let script = std::fs::read_to_string(&path).unwrap();
        let (mut files, mut replay) = (Files::new(), Replay::default());
        let id = files.add("script", script.clone());
        replay.run(id, &script);
        let line = |offset: u32| files.get(id).unwrap().position(offset).line;
        let mut notes = String::new();
        for refused in replay.refused() {
            let doubt = if refused.certain { "" } else { " (in doubt)" };
            let at = line(refused.span.start);
            writeln!(notes, "line {at} refused {} {}{doubt}", refused.state, refused.message).unwrap();
        }
        for span in replay.misread_directives() {
            writeln!(notes, "line {} directive not understood", line(span.start)).unwrap();
        }
        if let Trust::Opaque(statements) = replay.trust() {
            for statement in statements {
                let reach = match statement.may_change {
                    MayChange::Anything => "anything".to_owned(),
                    MayChange::Objects(names) => names.join(", "),
                };
                let at = line(statement.span.start);
                writeln!(notes, "line {at} opaque: {}; may change {reach}", statement.reason).unwrap();
            }
        }
        expect(&path, "dump", &replay.schema().unwrap().dump(), &mut failures);
        expect(&path, "notes", &notes, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A replay of scripts one after the other.
fn replay(scripts: &[&str]) -> Replay {
    let (mut files, mut replay) = (Files::new(), Replay::default());
    for script in scripts {
        replay.run(files.add("script", (*script).to_owned()), script);
    }
    replay
}

#[test]
fn both_styles_of_our_own_scripts_make_the_same_and_guarded_ones_may_run_again() {
    let mut failures = Vec::new();
    for path in fixtures("diff").iter().filter(|path| path.ends_with("guarded.sql")) {
        if path.with_file_name("from.prisma").exists() {
            continue;
        }
        let guarded = std::fs::read_to_string(path).unwrap();
        let plain = std::fs::read_to_string(path.with_file_name("plain.sql")).unwrap();
        let dump = |replay: &Replay| replay.schema().unwrap().dump();
        let setup = std::fs::read_to_string(path.with_file_name("setup.sql")).unwrap_or_default();
        let once = replay(&[&setup, &guarded]);
        let twice = replay(&[&setup, &guarded, &guarded]);
        let as_reference = replay(&[&setup, &plain]);
        for replay in [&once, &twice, &as_reference] {
            if replay.trust() != Trust::Exact || !replay.refused().is_empty() {
                failures.push(format!("{}: {:?} {:?}", path.display(), replay.trust(), replay.refused()));
            }
        }
        if dump(&once) != dump(&twice) {
            failures.push(format!("{}: the second run changes something", path.display()));
        }
        let differs_on_purpose = path.with_file_name("reference.sql").exists();
        if dump(&once) != dump(&as_reference) && !differs_on_purpose {
            failures.push(format!(
                "{}: the two styles differ\n{}---\n{}",
                path.display(),
                dump(&once),
                dump(&as_reference)
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
