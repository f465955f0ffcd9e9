//! The smallest input that still fails.

use std::time::{Duration, Instant};

use crate::Settings;
use crate::case::{Case, kept};

/// How long a failure is made smaller.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a failing case smaller, keeps it, and fails the test with how to run it again.
pub(crate) fn report(
    case: Case,
    seed: u64,
    reason: &str,
    settings: &Settings,
    fails: impl Fn(&Case) -> Option<String>,
) -> ! {
    let case = if settings.replay.is_some() { case } else { shrunk(case, fails) };
    let folder = settings.replay.clone().unwrap_or_else(|| kept(&case.kind, seed));
    if settings.replay.is_none() {
        case.save(&folder);
    }
    let folder = folder.display();
    panic!(
        "{reason}\n\nseed {seed}: {:?}\nThe input is in {folder}. To run it again:\n\n  DRIFTLESS_FUZZ_REPLAY={folder} cargo test \
         -p driftless-tests --test fuzz\n",
        case.words
    );
}

fn shrunk(mut case: Case, fails: impl Fn(&Case) -> Option<String>) -> Case {
    let until = Instant::now() + PATIENCE;
    if fails(&case).is_none() {
        return case;
    }
    for at in 0..case.files.len() {
        let mut step = case.files[at].1.len().div_ceil(2);
        while step > 0 {
            let mut start = 0;
            while start < case.files[at].1.len() {
                if Instant::now() > until {
                    return case;
                }
                let mut smaller = case.clone();
                let end = (start + step).min(smaller.files[at].1.len());
                smaller.files[at].1.drain(start..end);
                if fails(&smaller).is_some() {
                    case = smaller;
                } else {
                    start += step;
                }
            }
            step /= 2;
        }
    }
    case
}
