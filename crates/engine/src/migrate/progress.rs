//! How far a migration that cannot be atomic is, written down in its row so that the next deployment goes on there.
//!
//! The row is open, `applied_steps_count` is the number of statements that took effect, and the first line of `logs` has
//! the checksum of the script up to there. The reference takes such a row as a migration that failed.
//!
//! A statement that cannot be recorded in its own transaction, and must not run twice, is *announced*: a second line says
//! that it begins, before it does. Where that line is all that is known, nobody can tell whether the statement took
//! effect.

use super::checksum::Checksum;
use super::segment::Step;

const HEAD: &str = "driftless: statements done: ";
const MIDDLE: &str = ", sha256 of the script up to there: ";

/// The second line.
const ANNOUNCED: &str = "driftless: the next statement begins, and must not run twice";

/// The lines for `done` statements; `announces` says that the next one begins, and must not run twice.
pub(super) fn write(script: &str, steps: &[Step], done: usize, announces: bool) -> String {
    let line = format!("{HEAD}{done}{MIDDLE}{}", checksum(script, steps, done));
    if announces { format!("{line}\n{ANNOUNCED}") } else { line }
}

/// What a row says of how far its migration is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// The number of statements that took effect.
    pub(super) done: usize,
    /// The checksum of the script up to there.
    checksum: String,
    /// Whether the statement behind them began and must not run twice.
    pub(super) announced: bool,
    /// What the server said, where the statement behind them failed. Where it was not announced, it is certain that it
    /// took no effect.
    pub(super) failure: Option<String>,
}

impl Progress {
    /// Reads what stands in a row; `None` where it is none of ours.
    pub(super) fn read(logs: &str) -> Option<Self> {
        let mut lines = logs.lines().peekable();
        let (done, checksum) = lines.next()?.strip_prefix(HEAD)?.split_once(MIDDLE)?;
        let done = done.parse().ok()?;
        let announced = lines.next_if_eq(&ANNOUNCED).is_some();
        let failure = lines.next().map(str::to_owned);
        Some(Self { done, checksum: checksum.to_owned(), announced, failure })
    }

    /// Whether what took effect is what a script begins with.
    pub(super) fn is_of(&self, script: &str, steps: &[Step]) -> bool {
        self.done <= steps.len() && checksum(script, steps, self.done) == self.checksum
    }
}

/// Line ends do not count.
fn checksum(script: &str, steps: &[Step], done: usize) -> String {
    let end = done.checked_sub(1).and_then(|last| steps.get(last)).map_or(0, |step| step.body.end);
    Checksum::of(script[..end].replace("\r\n", "\n").as_bytes()).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::segment::steps;
    use super::*;

    #[test]
    fn a_script_may_change_behind_what_was_done() {
        let script = "SELECT 1;\nVACUUM;\nSELECT x;";
        let line = write(script, &steps(script), 2, false);
        let progress = Progress::read(&line).unwrap();
        assert_eq!((progress.done, progress.announced, progress.failure.as_deref()), (2, false, None));
        for (changed, is_of) in [
            ("SELECT 1;\r\nVACUUM;\nSELECT y;", true),
            ("SELECT 2;\nVACUUM;\nSELECT x;", false),
            ("SELECT 1;", false),
        ] {
            assert_eq!(progress.is_of(changed, &steps(changed)), is_of, "{changed}");
        }
        let failed = Progress::read(&format!("{line}\nsyntax error")).unwrap();
        assert_eq!((failed.announced, failed.failure.as_deref()), (false, Some("syntax error")));
        let announced = write(script, &steps(script), 2, true);
        assert!(matches!(
            Progress::read(&announced).unwrap(),
            Progress { announced: true, failure: None, .. }
        ));
        let failed = Progress::read(&format!("{announced}\ndivision by zero")).unwrap();
        assert_eq!((failed.announced, failed.failure.as_deref()), (true, Some("division by zero")));
        assert_eq!(Progress::read("relation does not exist"), None);
    }
}
