//! What a failure teaches about how a script has to be cut.
//!
//! Each cut costs the script some of its atomicity. So it is not the SQLSTATE that decides, which any function can raise:
//! the statement must be one that the server can only run like that, and the refusal must come from the part of the
//! server that refuses it, which no script can choose.

use driftless_catalog::{CatalogError, StatementError};

use driftless_sql::facts::{TransactionKind, may_commit, may_need_to_stand_alone};

use super::failure::{Cause, Failure};
use super::run::Run;
use super::segment::{Experience, Segment};

/// Takes from a failure how a script has to be cut; `false` where it was cut like that already, or that would not help.
pub(super) fn learn(
    experience: &mut Experience,
    run: &Run<'_>,
    segments: &[Segment],
    failure: &Failure,
) -> bool {
    let Cause::Server(error) = &failure.cause else { return false };
    let CatalogError::Statement(said) = &**error else { return false };
    let step = failure
        .place
        .as_ref()
        .and_then(|place| run.steps.iter().position(|step| step.span.contains(&place.start)));
    let Some(step) = step else { return false };
    // a transaction of the script's own is not cut
    let is_cuttable = segments.iter().any(|segment| {
        matches!(segment, Segment::Together { undone: false, .. }) && segment.steps().contains(&step)
    });
    if !is_cuttable {
        return false;
    }
    let statement = &run.script[run.steps[step].body.clone()];
    if refuses_transaction(said, statement) || refuses_to_commit(said, statement) {
        return experience.alone.insert(step);
    }
    if is_from(said, "55P04", &["check_safe_enum_use"]) {
        let is_value = |at: &usize| run.steps[*at].kind == TransactionKind::EnumValue;
        return (0..step).rfind(is_value).is_some_and(|value| experience.committed.insert(value));
    }
    false
}

/// Whether the server does not run the statement in a transaction.
fn refuses_transaction(said: &StatementError, statement: &str) -> bool {
    may_need_to_stand_alone(statement)
        && is_from(said, "25001", &["PreventInTransactionBlock", "PreventTransactionChain"])
}

/// Whether the statement is a block or a procedure that commits, which it cannot in a transaction. What a function
/// commits that such code calls is refused everywhere.
fn refuses_to_commit(said: &StatementError, statement: &str) -> bool {
    let mut frames = said.context.as_deref().unwrap_or_default().lines();
    let innermost = frames.next().unwrap_or_default();
    may_commit(statement)
        && is_from(said, "2D000", &["_SPI_commit", "_SPI_rollback", "SPI_commit", "SPI_rollback"])
        && ["COMMIT", "ROLLBACK"].iter().any(|word| innermost.contains(word))
        && frames.all(|frame| frame.contains("CALL"))
}

fn is_from(said: &StatementError, sqlstate: &str, routines: &[&str]) -> bool {
    *said.sqlstate == *sqlstate && said.routine.as_deref().is_some_and(|routine| routines.contains(&routine))
}
