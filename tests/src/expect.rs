//! Expectations that stand in files, and cases that run side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What went wrong in one case, in words; `Ok` where nothing did.
pub type Verdict = Result<(), String>;

/// Whether expectations are to be recorded instead of compared: `UPDATE_EXPECT=1`.
///
/// # Panics
/// Under `CI=true`, where nobody would look at what is recorded.
pub fn updating() -> bool {
    let is_set = |name, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    let updating = is_set("UPDATE_EXPECT", "1");
    assert!(
        !(updating && is_set("CI", "true")),
        "UPDATE_EXPECT=1 is refused under CI=true: record and look first"
    );
    updating
}

/// Compares a text with the recorded one, or records it.
///
/// # Errors
/// The texts differ, or nothing is recorded.
pub fn expect_file(path: &Path, actual: &str) -> Verdict {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let recorded = fs::read_to_string(path).ok();
    if recorded.as_deref() == Some(actual) {
        return Ok(());
    }
    if updating() {
        return fs::write(path, actual).map_err(|error| format!("{name} cannot be recorded: {error}"));
    }
    match recorded {
        None => Err(format!("{name} is not recorded; record it with UPDATE_EXPECT=1")),
        Some(recorded) => Err(format!("{name} differs\n{}", difference(&recorded, actual))),
    }
}

/// Compares two texts.
///
/// # Errors
/// They differ.
pub fn expect_text(what: &str, expected: &str, actual: &str) -> Verdict {
    if expected == actual { Ok(()) } else { Err(format!("{what} differs\n{}", difference(expected, actual))) }
}

/// The lines that differ, without what both begin and end with.
pub fn difference(expected: &str, actual: &str) -> String {
    let (a, b): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - same_start;
    let same_end = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let mut out = String::new();
    if expected.lines().eq(actual.lines()) {
        out.push_str("    only line ends differ\n");
    }
    for (mark, lines) in [('-', &a), ('+', &b)] {
        for (at, line) in lines.iter().enumerate().take(lines.len() - same_end).skip(same_start).take(40) {
            let _ = writeln!(out, "    {mark} {:4} {line}", at + 1);
        }
    }
    out
}

/// Runs a check on every case, on all processors, and fails with all that failed.
///
/// # Panics
/// A case failed, or there is no case.
pub fn check_all<C: Sync>(
    cases: &[C],
    name: impl Fn(&C) -> String + Sync,
    check: impl Fn(&C) -> Verdict + Sync,
) {
    assert!(!cases.is_empty(), "there are no cases");
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(cases.len()) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(reason) = check(case) {
                        let failure = format!("{}: {reason}", name(case));
                        failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    failures.sort();
    let failed = failures.len();
    assert!(failures.is_empty(), "{failed} of {} cases failed\n{}", cases.len(), failures.join("\n"));
}

/// Writes a line that a passing test shows too: what was left out must be seen.
pub fn notice(text: &str) {
    use std::io::Write as _;
    // The handle, unlike the macro, is not captured by the test runner.
    let _ = writeln!(std::io::stderr(), "NOTICE: {text}");
}
