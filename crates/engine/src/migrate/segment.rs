//! A script in the pieces in which it can be committed.
//!
//! A *step* is a statement of a script with everything that stands before it. A *segment* is a run of steps that take
//! effect together or not at all. A script of one segment is *atomic*: it and its row in the history are committed as
//! one.

use std::collections::BTreeSet;
use std::ops::Range;

use driftless_sql::{Content, split};

use super::statement::{BuiltIndex, Kind, kind};

/// One statement of a script.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The statement with what stands before it and its semicolon.
    pub(super) span: Range<usize>,
    /// The statement itself.
    pub(super) body: Range<usize>,
    /// How it has to be run.
    pub(super) kind: Kind,
}

/// Statements that take effect together. Positions are those of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// In a transaction that is made for them.
    Together(Range<usize>),
    /// A transaction of the script's own, with its beginning and its end.
    Own {
        /// All its steps.
        steps: Range<usize>,
        /// Whether it is committed.
        commits: bool,
    },
    /// A statement outside any transaction.
    Alone(usize),
}

impl Segment {
    /// The steps of the segment.
    pub(super) fn steps(&self) -> Range<usize> {
        match self {
            Self::Together(steps) | Self::Own { steps, .. } => steps.clone(),
            Self::Alone(step) => *step..*step + 1,
        }
    }
}

/// What experience adds to what the words of a script say.
#[derive(Clone, Debug, Default)]
pub(super) struct Experience {
    /// Steps that the server refused to run in a transaction.
    pub(super) alone: BTreeSet<usize>,
    /// Whether the server asked for values of enums to be committed before they are used.
    pub(super) commits_enum_values: bool,
}

/// What a script opens and does not close, so that what is sent behind it would become part of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeftOpen {
    /// The step in which it begins.
    pub(super) begin: usize,
    /// "transaction", "string" …
    pub(super) what: &'static str,
}

/// The steps of a script. What is behind the last statement belongs to the last step.
pub(super) fn steps(script: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut start = 0;
    for fragment in split(script) {
        let (body, kind) = match fragment.content {
            Content::Nothing => continue,
            Content::Statement(body) => {
                let kind = kind(&script[body.clone()]);
                (body, kind)
            }
            Content::Unclosed(what, body) => (body, Kind::Unclosed(what)),
            // the server says what is wrong with these
            Content::PsqlCommand(body) | Content::CopyRows(body) => (body, Kind::Plain),
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
/// The script leaves a transaction open, or a string, a comment.
pub(super) fn segments(steps: &[Step], experience: &Experience) -> Result<Vec<Segment>, LeftOpen> {
    let mut segments = Vec::new();
    let mut together: Option<Range<usize>> = None;
    let mut at = 0;
    while at < steps.len() {
        let kind = if experience.alone.contains(&at) { &Kind::Alone } else { &steps[at].kind };
        match kind {
            Kind::Plain => extend(&mut together, at),
            Kind::Unclosed(what) => return Err(LeftOpen { begin: at, what }),
            Kind::EnumValue => {
                extend(&mut together, at);
                if experience.commits_enum_values {
                    segments.extend(together.take().map(Segment::Together));
                }
            }
            Kind::Alone | Kind::ConcurrentIndex(_) => {
                segments.extend(together.take().map(Segment::Together));
                segments.push(Segment::Alone(at));
            }
            // there is nothing to end
            Kind::Commit | Kind::Rollback => segments.extend(together.take().map(Segment::Together)),
            Kind::Begin => {
                segments.extend(together.take().map(Segment::Together));
                let end = end_of_transaction(steps, at).ok_or(LeftOpen { begin: at, what: "transaction" })?;
                let commits = steps[end].kind == Kind::Commit;
                segments.push(Segment::Own { steps: at..end + 1, commits });
                at = end;
            }
        }
        at += 1;
    }
    segments.extend(together.map(Segment::Together));
    Ok(segments)
}

fn extend(together: &mut Option<Range<usize>>, at: usize) {
    let start = together.as_ref().map_or(at, |range| range.start);
    *together = Some(start..at + 1);
}

/// The step that ends the transaction which the step `begin` begins.
fn end_of_transaction(steps: &[Step], begin: usize) -> Option<usize> {
    let ends = |step: &Step| matches!(step.kind, Kind::Commit | Kind::Rollback);
    steps[begin..].iter().position(ends).map(|at| begin + at)
}

/// Whether segments are one that is committed.
pub(super) fn is_atomic(segments: &[Segment]) -> bool {
    matches!(segments, [] | [Segment::Together(_) | Segment::Own { commits: true, .. }])
}

/// The index that a step builds, where it may leave one behind half built.
pub(super) fn built_index(step: &Step) -> Option<&BuiltIndex> {
    match &step.kind {
        Kind::ConcurrentIndex(index) => Some(index),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(script: &str) -> Vec<Segment> {
        segments(&steps(script), &Experience::default()).unwrap()
    }

    #[test]
    fn a_plain_script_is_one_segment() {
        assert_eq!(cut("SELECT 1; SELECT 2"), [Segment::Together(0..2)]);
        assert!(is_atomic(&cut("SELECT 1; SELECT 2")));
        assert!(is_atomic(&cut("-- nothing\n")));
        assert!(is_atomic(&cut("BEGIN; SELECT 1; COMMIT;")));
        assert!(!is_atomic(&cut("BEGIN; SELECT 1; ROLLBACK;")));
    }

    #[test]
    fn transactions_and_lone_statements_cut() {
        let script = "SELECT 1; BEGIN; SELECT 2; COMMIT; VACUUM; SELECT 3; COMMIT; SELECT 4";
        let expected = [
            Segment::Together(0..1),
            Segment::Own { steps: 1..4, commits: true },
            Segment::Alone(4),
            Segment::Together(5..6),
            Segment::Together(7..8),
        ];
        assert_eq!(cut(script), expected);
        let left = segments(&steps("SELECT 1; BEGIN; SELECT 2"), &Experience::default());
        assert_eq!(left, Err(LeftOpen { begin: 1, what: "transaction" }));
        let left = segments(&steps("SELECT 1; SELECT 'a"), &Experience::default());
        assert_eq!(left, Err(LeftOpen { begin: 1, what: "string" }));
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
        let experience = Experience { alone: [2].into(), commits_enum_values: true };
        let expected = [Segment::Together(0..1), Segment::Together(1..2), Segment::Alone(2)];
        assert_eq!(segments(&steps, &experience).unwrap(), expected);
    }
}
