//! A script in the pieces in which it can be committed.
//!
//! A *step* is a statement of a script with everything that stands before it. A *segment* is a run of steps that take
//! effect together or not at all. A script of one segment is *atomic*: it and its row in the history are committed as
//! one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use driftless_sql::facts::{BuiltIndex, TransactionKind, is_repeatable, transaction_kind};
use driftless_sql::{Content, split};

/// One statement of a script.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The statement with what stands before it and its semicolon.
    pub(super) span: Range<usize>,
    /// The statement itself.
    pub(super) body: Range<usize>,
    /// How it has to be run.
    pub(super) kind: TransactionKind,
}

/// Statements that take effect together. Positions are those of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// In a transaction that is made for them.
    Together {
        /// Which.
        steps: Range<usize>,
        /// Whether the script takes them back, by a `ROLLBACK` behind them without a beginning.
        undone: bool,
    },
    /// A transaction of the script's own, with its beginning and its end.
    Own {
        /// All its steps.
        steps: Range<usize>,
        /// How it ends.
        end: End,
        /// Where the end of the one before is its beginning (`AND CHAIN`): the step that began the first of them.
        chained_to: Option<usize>,
    },
    /// A statement outside any transaction.
    Alone(usize),
}

/// How a transaction of a script's own ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What happened in it stays.
    Commits {
        /// Whether the next one begins with that.
        chains: bool,
    },
    /// Nothing of it stays.
    RollsBack,
    /// Another statement will tell.
    Prepares,
}

impl Segment {
    /// The steps of the segment.
    pub(super) fn steps(&self) -> Range<usize> {
        match self {
            Self::Together { steps, .. } | Self::Own { steps, .. } => steps.clone(),
            Self::Alone(step) => *step..*step + 1,
        }
    }

    /// Whether its end is the beginning of the next one.
    pub(super) fn chains(&self) -> bool {
        matches!(self, Self::Own { end: End::Commits { chains: true }, .. })
    }

    /// Whether what happens in it cannot be recorded with it, and must not happen twice.
    pub(super) fn may_be_in_doubt(&self, script: &str, steps: &[Step]) -> bool {
        match self {
            Self::Together { .. } => false,
            Self::Own { end, .. } => *end == End::Prepares,
            Self::Alone(step) => {
                steps.get(*step).is_some_and(|step| !is_repeatable(&script[step.body.clone()], &step.kind))
            }
        }
    }
}

/// What experience adds to what the words of a script say.
#[derive(Clone, Debug, Default)]
pub(super) struct Experience {
    /// Steps that the server refused to run in a transaction.
    pub(super) alone: BTreeSet<usize>,
    /// Steps that have to be committed before the next, as that uses a value that they add to an enum.
    pub(super) committed: BTreeSet<usize>,
}

/// Why a script cannot be cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Uncut {
    /// The step that is the reason.
    pub(super) step: usize,
    /// What it does.
    pub(super) why: Why,
}

/// What a step does that a script cannot be cut for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It opens what is named here and the script does not close it, so that what is sent behind would become part of
    /// it: "transaction", "string" …
    Opens(&'static str),
    /// It ends a transaction and begins the next one with that, and is in none.
    ChainsNothing,
}

/// The steps of a script. What is behind the last statement belongs to the last step.
pub(super) fn steps(script: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut start = 0;
    for fragment in split(script) {
        let (body, kind) = match fragment.content {
            Content::Nothing => continue,
            Content::Statement(body) => {
                let kind = transaction_kind(&script[body.clone()]);
                (body, kind)
            }
            Content::Unclosed(what, body) => (body, TransactionKind::Unclosed(what)),
            // the server says what is wrong with these
            Content::PsqlCommand(body) | Content::CopyRows(body) => (body, TransactionKind::Plain),
        };
        steps.push(Step { span: start..fragment.span.end, body, kind });
        start = fragment.span.end;
    }
    if let Some(last) = steps.last_mut() {
        last.span.end = script.len();
    }
    steps
}

/// Puts steps together as far as they can be.
///
/// # Errors
/// The script leaves a transaction open, or a string, a comment; or it chains a transaction that it does not begin.
pub(super) fn segments(steps: &[Step], experience: &Experience) -> Result<Vec<Segment>, Uncut> {
    let mut segments = Vec::new();
    let mut together: Option<Range<usize>> = None;
    let close = |together: &mut Option<Range<usize>>, undone: bool| {
        together.take().map(|steps| Segment::Together { steps, undone })
    };
    let mut prepared = BTreeMap::new();
    let mut at = 0;
    while at < steps.len() {
        let kind = if experience.alone.contains(&at) { &TransactionKind::Alone } else { &steps[at].kind };
        match kind {
            TransactionKind::Plain | TransactionKind::EnumValue => {
                extend(&mut together, at);
                if experience.committed.contains(&at) {
                    segments.extend(close(&mut together, false));
                }
            }
            TransactionKind::Unclosed(what) => return Err(Uncut { step: at, why: Why::Opens(what) }),
            TransactionKind::Alone | TransactionKind::ConcurrentIndex(_) | TransactionKind::Settle(_) => {
                if let TransactionKind::Settle(name) = kind {
                    prepared.remove(name);
                }
                segments.extend(close(&mut together, false));
                segments.push(Segment::Alone(at));
            }
            TransactionKind::Commit { chains: true } | TransactionKind::Rollback { chains: true } => {
                return Err(Uncut { step: at, why: Why::ChainsNothing });
            }
            // there is nothing to end; the server refuses to prepare nothing
            TransactionKind::Commit { .. } | TransactionKind::Prepare(_) => {
                segments.extend(close(&mut together, false))
            }
            TransactionKind::Rollback { .. } => segments.extend(close(&mut together, true)),
            TransactionKind::Begin => {
                segments.extend(close(&mut together, false));
                let own = own_transactions(steps, at)?;
                at = own.last().map_or(at, |last| last.steps().end - 1);
                if let TransactionKind::Prepare(name) = &steps[at].kind {
                    prepared.insert(name, at);
                }
                segments.extend(own);
            }
        }
        at += 1;
    }
    if let Some(step) = prepared.into_values().next() {
        return Err(Uncut { step, why: Why::Opens("prepared transaction") });
    }
    segments.extend(close(&mut together, false));
    Ok(segments)
}

fn extend(together: &mut Option<Range<usize>>, at: usize) {
    let start = together.as_ref().map_or(at, |range| range.start);
    *together = Some(start..at + 1);
}

/// The transaction that the step `begin` begins, and those that are chained to it.
fn own_transactions(steps: &[Step], begin: usize) -> Result<Vec<Segment>, Uncut> {
    let mut segments = Vec::new();
    let (mut start, mut chained_to) = (begin, None);
    for (at, step) in steps.iter().enumerate().skip(begin + 1) {
        let end = match step.kind {
            TransactionKind::Commit { chains } => End::Commits { chains },
            TransactionKind::Rollback { chains: false } => End::RollsBack,
            TransactionKind::Prepare(_) => End::Prepares,
            // what was rolled back is part of the next one
            _ => continue,
        };
        segments.push(Segment::Own { steps: start..at + 1, end, chained_to });
        if end != (End::Commits { chains: true }) {
            return Ok(segments);
        }
        (start, chained_to) = (at + 1, Some(begin));
    }
    // the last end that chains is where the one that stays open begins
    Err(Uncut {
        step: start.saturating_sub(usize::from(chained_to.is_some())),
        why: Why::Opens("transaction"),
    })
}

/// Whether segments are one that is committed.
pub(super) fn is_atomic(segments: &[Segment]) -> bool {
    matches!(
        segments,
        [] | [Segment::Together { undone: false, .. }
            | Segment::Own { end: End::Commits { chains: false }, chained_to: None, .. }]
    )
}

/// Where a script opens a transaction, or something else, that it does not close; and what.
pub(crate) fn left_open(script: &str) -> Option<(Range<usize>, &'static str)> {
    let steps = steps(script);
    match segments(&steps, &Experience::default()) {
        Err(Uncut { step, why: Why::Opens(what) }) => Some((steps[step].body.clone(), what)),
        _ => None,
    }
}

/// The index that a step builds, where it may leave one behind half built.
pub(super) fn built_index(step: &Step) -> Option<&BuiltIndex> {
    match &step.kind {
        TransactionKind::ConcurrentIndex(index) => Some(index),
        _ => None,
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn cut(script: &str) -> Vec<Segment> {
        segments(&steps(script), &Experience::default()).unwrap()
    }

    fn together(steps: Range<usize>) -> Segment {
        Segment::Together { steps, undone: false }
    }

    fn own(steps: Range<usize>, end: End) -> Segment {
        Segment::Own { steps, end, chained_to: None }
    }

    const COMMITS: End = End::Commits { chains: false };
    const CHAINS: End = End::Commits { chains: true };

    #[test]
    fn a_plain_script_is_one_segment() {
        assert_eq!(cut("SELECT 1; SELECT 2"), [together(0..2)]);
        assert!(is_atomic(&cut("SELECT 1; SELECT 2")));
        assert!(is_atomic(&cut("-- nothing\n")));
        assert!(is_atomic(&cut("BEGIN; SELECT 1; COMMIT;")));
        assert!(!is_atomic(&cut("BEGIN; SELECT 1; ROLLBACK;")));
        assert!(!is_atomic(&cut("SELECT 1; ROLLBACK;")));
        assert!(!is_atomic(&cut("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT;")));
    }

    #[test]
    fn transactions_and_lone_statements_cut() {
        let script = "SELECT 1; BEGIN; SELECT 2; COMMIT; VACUUM; SELECT 3; COMMIT; SELECT 4";
        let expected =
            [together(0..1), own(1..4, COMMITS), Segment::Alone(4), together(5..6), together(7..8)];
        assert_eq!(cut(script), expected);
    }

    #[test]
    fn what_is_rolled_back_is_no_part_of_what_stays() {
        let script = "SELECT 1; ROLLBACK; BEGIN; SELECT 2; ROLLBACK AND CHAIN; SELECT 3; COMMIT; SELECT 4";
        let undone = Segment::Together { steps: 0..1, undone: true };
        assert_eq!(cut(script), [undone, own(2..7, COMMITS), together(7..8)]);
        assert_eq!(cut("BEGIN; SELECT 1; ABORT"), [own(0..3, End::RollsBack)]);
    }

    #[test]
    fn a_chained_transaction_begins_where_the_one_before_ends() {
        let script =
            "BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; END AND CHAIN; SELECT 3; ROLLBACK; SELECT 4";
        let chained = |steps, end| Segment::Own { steps, end, chained_to: Some(0) };
        let expected =
            [own(0..3, CHAINS), chained(3..5, CHAINS), chained(5..7, End::RollsBack), together(7..8)];
        assert_eq!(cut(script), expected);
    }

    #[test]
    fn what_is_left_open_is_found() {
        for (script, step, why) in [
            ("SELECT 1; BEGIN; SELECT 2", 1, Why::Opens("transaction")),
            ("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2", 2, Why::Opens("transaction")),
            ("BEGIN; SELECT 1; ROLLBACK AND CHAIN", 0, Why::Opens("transaction")),
            ("BEGIN; SELECT 1; PREPARE TRANSACTION 'x'", 2, Why::Opens("prepared transaction")),
            ("SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT", 1, Why::ChainsNothing),
            ("SELECT 1; SELECT 'a", 1, Why::Opens("string")),
        ] {
            assert_eq!(
                segments(&steps(script), &Experience::default()),
                Err(Uncut { step, why }),
                "{script}"
            );
        }
        let both = "BEGIN; SELECT 1; PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x'";
        assert_eq!(cut(both), [own(0..3, End::Prepares), Segment::Alone(3)]);
    }

    #[test]
    fn steps_tile_the_script() {
        let script = "-- a\nSELECT 1;\n-- b\n\nSELECT 2; -- c\n";
        let joined: String = steps(script).iter().map(|step| &script[step.span.clone()]).collect();
        assert_eq!(joined, script);
    }

    #[test]
    fn experience_cuts_more() {
        let steps = steps("ALTER TYPE e ADD VALUE 'x'; INSERT INTO t VALUES ('x'); DO 'y'");
        let experience = Experience { alone: [2].into(), committed: [0].into() };
        let expected = [together(0..1), together(1..2), Segment::Alone(2)];
        assert_eq!(segments(&steps, &experience).unwrap(), expected);
    }

    #[test]
    fn what_must_not_happen_twice_is_known() {
        let in_doubt = |script: &str| {
            let steps = steps(script);
            let experience = Experience { alone: [0].into(), ..Experience::default() };
            let segments = segments(&steps, &experience).unwrap();
            segments[0].may_be_in_doubt(script, &steps)
        };
        assert!(in_doubt("DO $$ BEGIN COMMIT; END $$") && in_doubt("CALL p()"));
        assert!(!in_doubt("CREATE INDEX CONCURRENTLY i ON t (a)") && !in_doubt("VACUUM"));
    }
}
