//! Random statements on a server and in a replay: the same ones are refused, and the same schema comes out.

use driftless_diagnostics::FileId;
use driftless_sql::{Replay, Trust};

use crate::facts;
use crate::generator::sequence;
use crate::server::{Database, url};

/// The seeds from `DRIFTLESS_TEST_SEEDS`, `first..last`, or a few.
fn seeds() -> std::ops::Range<u64> {
    let given = std::env::var("DRIFTLESS_TEST_SEEDS").ok();
    let range = given
        .as_deref()
        .and_then(|text| text.split_once(".."))
        .map(|(a, b)| a.parse().unwrap()..b.parse().unwrap());
    range.unwrap_or(0..20)
}

#[test]
fn random_statements_do_what_they_do_on_a_server() {
    let Some(url) = url() else { return };
    let database = Database::new(&url, &format!("sqlh_random_{}", seeds().start));
    let (mut count, mut refused_both, mut failures) = (0, 0, Vec::new());
    for seed in seeds() {
        let statements = sequence(seed, 60);
        database.clear();
        let states = database.run_each(&statements);
        assert_eq!(states.len(), statements.len());
        let mut replay = Replay::default();
        let mut differs = None;
        for (statement, state) in statements.iter().zip(&states) {
            count += 1;
            let before = replay.refused().len();
            replay.run(FileId::new(0), statement);
            let ours = replay.refused().get(before);
            refused_both += usize::from(ours.is_some() && state != "00000");
            if std::env::var_os("DRIFTLESS_TEST_VERBOSE").is_some() {
                println!("{state} {statement}");
            }
            if ours.is_some() != (state != "00000") {
                let ours = ours.map(|refusal| format!("{} {}", refusal.state, refusal.message));
                differs = Some(format!("seed {seed}: {statement}\n    server {state}, ours {ours:?}"));
                break;
            }
        }
        if let Some(differs) = differs {
            failures.push(differs);
            continue;
        }
        if replay.trust() != Trust::Exact {
            failures.push(format!("seed {seed}: {:?}", replay.trust()));
            continue;
        }
        let (ours, theirs) = (facts::of_schema(&replay.schema().unwrap()), database.facts());
        let difference: Vec<_> = ours
            .difference(&theirs)
            .map(|fact| format!("    ours   {fact}"))
            .chain(theirs.difference(&ours).map(|fact| format!("    server {fact}")))
            .collect();
        if !difference.is_empty() {
            failures.push(format!("seed {seed}: the schemas differ\n{}", difference.join("\n")));
        }
    }
    println!("{count} statements, {refused_both} refused by both, {} sequences differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
