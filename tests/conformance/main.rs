//! Compares the binary with the reference engine over a corpus of real schemas, both beside the project in
//! `../shared`; skipped with a notice where they are absent.
//!
//! Every case that differs must stand in `divergences.toml` with its reason, and every case that stands there must
//! still differ.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use driftless_tests::{binary, expect, fixtures};

/// The checks that need no server of ours.
const CHECKS: [&str; 4] = ["from-empty", "edits", "validate", "format"];

#[test]
fn only_listed_cases_differ_from_the_reference() {
    let shared = fixtures::root().join("../shared");
    let Some(result) = run(&shared) else { return };
    let differing: BTreeSet<_> = CHECKS
        .iter()
        .flat_map(|check| {
            let cases = result[check]["failing"].as_array().expect("the runner lists what differs");
            cases.iter().map(|case| (check.to_string(), case.as_str().unwrap_or_default().to_owned()))
        })
        .collect();
    for check in CHECKS {
        assert!(result[check]["compared"].as_u64() > Some(0), "nothing was compared by `{check}`");
    }
    let listed = listed();
    let surprises: Vec<_> = differing.difference(&listed).collect();
    assert!(surprises.is_empty(), "these differ from the reference and are not listed: {surprises:?}");
    let equal: Vec<_> = listed.difference(&differing).collect();
    assert!(equal.is_empty(), "these are listed and do not differ any more: {equal:?}");
}

/// What the runner found; `None` where there is none or the reference is not to be had.
fn run(shared: &Path) -> Option<serde_json::Value> {
    let runner = shared.join("conformance/conformance");
    if !runner.exists() {
        return skip("there is no ../shared/conformance");
    }
    let setup = Command::new(shared.join("reference/setup")).output();
    if !setup.is_ok_and(|output| output.status.success()) {
        return skip("the reference engine cannot be set up");
    }
    let result = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut command = Command::new(runner);
    command.args(CHECKS).arg("--bin").arg(binary::driftless()).arg("--json").arg(result.path());
    assert!(command.status().is_ok_and(|status| status.success()), "the runner fails");
    let text = std::fs::read_to_string(result.path()).expect("the runner writes its result");
    Some(serde_json::from_str(&text).expect("the result is JSON"))
}

fn skip<T>(why: &str) -> Option<T> {
    expect::notice(&format!("the comparison with the reference is skipped: {why}"));
    None
}

/// The check and the case of every entry of `divergences.toml`, as far as this test runs the check: the others need a
/// server for many minutes, and are run by hand.
fn listed() -> BTreeSet<(String, String)> {
    let text = include_str!("divergences.toml");
    let table: toml::Table = text.parse().expect("divergences.toml is TOML");
    let entries =
        table.get("divergence").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let field = |entry: &toml::Value, name: &str| {
        let value = entry.get(name).and_then(toml::Value::as_str);
        value.unwrap_or_else(|| panic!("every entry has `{name}`: {entry}")).to_owned()
    };
    for entry in entries {
        let fixture = field(entry, "fixture");
        assert!(fixtures::root().join(&fixture).exists(), "there is no {fixture}");
        assert!(!field(entry, "reason").is_empty(), "every entry has a reason: {entry}");
    }
    let is_run = |(check, _): &(String, String)| CHECKS.contains(&check.as_str());
    entries.iter().map(|entry| (field(entry, "check"), field(entry, "case"))).filter(is_run).collect()
}
