//! Hostile input through the libraries and through every command of the binary: nothing panics, aborts, overflows a
//! stack, hangs, ends with an exit code of its own, or prints a control character.
//!
//! * [`mutate`]: text of the fixtures, taken apart and put together by chance.
//! * [`case`]: one input, as a folder that can be kept and run again.
//! * [`library`]: the libraries, in a process of its own.
//! * [`binary`]: the binary, command by command.
//! * [`live`]: the binary on a server whose catalog is full of hostile names.
//! * [`shrink`]: the smallest input that still fails.
//!
//! | variable | |
//! | --- | --- |
//! | `DRIFTLESS_FUZZ_SECONDS` | how long each of the three tests goes on; 15 without it |
//! | `DRIFTLESS_FUZZ_SEED` | the seed of the first input; 0 without it |
//! | `DRIFTLESS_FUZZ_LIMIT` | the seconds that one input may take; 60 without it, as machines are busy |
//! | `DRIFTLESS_FUZZ_REPLAY` | the folder of a failure: it alone is run |

mod binary;
mod case;
mod library;
mod live;
mod mutate;
mod shrink;

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the variables of a run say.
struct Settings {
    until: Instant,
    seed: u64,
    limit: Duration,
    replay: Option<PathBuf>,
}

impl Settings {
    /// Reads them and begins to count the time, when all that takes long before has been made.
    fn read() -> Self {
        driftless_tests::binary::driftless();
        let number = |name: &str, otherwise: u64| {
            std::env::var(name)
                .map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
        };
        Self {
            until: Instant::now() + Duration::from_secs(number("DRIFTLESS_FUZZ_SECONDS", 15)),
            seed: number("DRIFTLESS_FUZZ_SEED", 0),
            limit: Duration::from_secs(number("DRIFTLESS_FUZZ_LIMIT", 60)),
            replay: std::env::var_os("DRIFTLESS_FUZZ_REPLAY").map(PathBuf::from),
        }
    }

    fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    /// The case to run again, if it is one of this kind.
    fn replayed(&self, kind: &str) -> Option<case::Case> {
        let case = case::Case::load(self.replay.as_ref()?).unwrap_or_else(|error| panic!("{error}"));
        (case.kind == kind).then_some(case)
    }
}

#[test]
fn libraries_take_any_input() {
    library::supervise(&Settings::read());
}

#[test]
fn commands_take_any_input() {
    binary::run(&Settings::read());
}

#[test]
fn commands_take_any_catalog() {
    live::run(&Settings::read());
}

/// The process in which `libraries_take_any_input` tries its inputs.
#[test]
#[ignore = "is started by another test"]
fn worker() {
    library::work();
}
