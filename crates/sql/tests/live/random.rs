//! Random statements on a server and in a replay: the same ones are refused for the same reasons, and the same schema
//! comes out.

use std::ops::Range;

use driftless_diagnostics::FileId;
use driftless_sql::{Replay, Trust};

use crate::facts;
use crate::generator::sequence;
use crate::server::{Database, url};

/// How many statements a sequence has beyond those that it starts with.
const LENGTH: usize = 100;
/// How many sequences the server runs in one session.
const BATCH: u64 = 50;

/// The seeds from `DRIFTLESS_TEST_SEEDS`, `first..last`, or as many as make 20 000 statements.
fn seeds() -> Range<u64> {
    let given = std::env::var("DRIFTLESS_TEST_SEEDS").ok();
    let range = given
        .as_deref()
        .and_then(|text| text.split_once(".."))
        .map(|(a, b)| a.parse().unwrap()..b.parse().unwrap());
    range.unwrap_or(0..200)
}

/// What came of all sequences.
#[derive(Default)]
struct Tally {
    statements: usize,
    refused: usize,
    /// Statements with several faults, of which the server names another one.
    other_reasons: Vec<String>,
    failures: Vec<String>,
}

#[test]
fn random_statements_do_what_they_do_on_a_server() {
    let Some(url) = url() else { return };
    let (seeds, mut tally) = (seeds(), Tally::default());
    let database = Database::new(&url, &format!("sqlh_random_{}", seeds.start));
    for start in seeds.clone().step_by(BATCH as usize) {
        let batch: Vec<_> =
            (start..seeds.end.min(start + BATCH)).map(|seed| sequence(seed, LENGTH)).collect();
        let answers = database.run_apart(&batch);
        assert_eq!(answers.len(), batch.len());
        for ((statements, (states, theirs)), seed) in batch.iter().zip(answers).zip(start..) {
            assert_eq!(statements.len(), states.len(), "seed {seed}");
            if let Err(differs) = compare(statements, &states, &theirs, &mut tally) {
                tally.failures.push(format!("seed {seed}: {differs}"));
            }
        }
    }
    let Tally { statements, refused, other_reasons, failures } = tally;
    let others = other_reasons.len();
    println!("{statements} statements, {refused} refused by both, {others} of them for other reasons");
    if std::env::var_os("DRIFTLESS_TEST_REASONS").is_some() {
        println!("{}", other_reasons.join("\n"));
    }
    println!("{} sequences differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Replays a sequence, up to the first difference.
fn compare(
    statements: &[String],
    states: &[String],
    theirs: &facts::Facts,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut replay = Replay::default();
    for (statement, state) in statements.iter().zip(states) {
        tally.statements += 1;
        let before = replay.refused().len();
        replay.run(FileId::new(0), statement);
        let ours = replay.refused().get(before);
        if std::env::var_os("DRIFTLESS_TEST_VERBOSE").is_some() {
            println!("{state} {statement}");
        }
        let describe = || {
            let ours = ours.map(|refused| format!("{} {}", refused.state, refused.message));
            format!("{statement}\n    server {state}, ours {ours:?}")
        };
        if ours.is_some() != (state != "00000") {
            return Err(describe());
        }
        tally.refused += usize::from(ours.is_some());
        if ours.is_some_and(|refused| refused.state.code() != state) {
            tally.other_reasons.push(describe());
        }
    }
    if replay.trust() != Trust::Exact {
        return Err(format!("{:?}", replay.trust()));
    }
    let ours = facts::of_schema(&replay.schema().unwrap());
    let difference: Vec<_> = ours
        .difference(theirs)
        .map(|fact| format!("    ours   {fact}"))
        .chain(theirs.difference(&ours).map(|fact| format!("    server {fact}")))
        .collect();
    if difference.is_empty() { Ok(()) } else { Err(format!("the schemas differ\n{}", difference.join("\n"))) }
}
