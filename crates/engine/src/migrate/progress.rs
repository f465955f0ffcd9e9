//! How far a migration that cannot be atomic is, written down in its row so that the next deployment goes on there.
//!
//! The row is open, `applied_steps_count` is the number of statements that took effect, and the first line of `logs` has
//! the checksum of the script up to there. The reference takes such a row as a migration that failed.

use super::checksum::Checksum;
use super::segment::Step;

const HEAD: &str = "driftless: statements done: ";
const MIDDLE: &str = ", sha256 of the script up to there: ";

/// The line for `done` statements.
pub(super) fn write(script: &str, steps: &[Step], done: usize) -> String {
    format!("{HEAD}{done}{MIDDLE}{}", checksum(script, steps, done))
}

/// What a row says of how far its migration is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// The number of statements that took effect.
    pub(super) done: usize,
    /// The checksum of the script up to there.
    checksum: String,
    /// Whether the statement behind them failed, so that it is certain that it took no effect.
    pub(super) failed: bool,
}

impl Progress {
    /// Reads what stands in a row; `None` where it is none of ours.
    pub(super) fn read(logs: &str) -> Option<Self> {
        let mut lines = logs.lines();
        let (done, checksum) = lines.next()?.strip_prefix(HEAD)?.split_once(MIDDLE)?;
        let done = done.parse().ok()?;
        Some(Self { done, checksum: checksum.to_owned(), failed: lines.next().is_some() })
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
        let line = write(script, &steps(script), 2);
        let progress = Progress::read(&line).unwrap();
        assert_eq!((progress.done, progress.failed), (2, false));
        for (changed, is_of) in [
            ("SELECT 1;\r\nVACUUM;\nSELECT y;", true),
            ("SELECT 2;\nVACUUM;\nSELECT x;", false),
            ("SELECT 1;", false),
        ] {
            assert_eq!(progress.is_of(changed, &steps(changed)), is_of, "{changed}");
        }
        assert!(Progress::read(&format!("{line}\nsyntax error")).unwrap().failed);
        assert_eq!(Progress::read("relation does not exist"), None);
    }
}
