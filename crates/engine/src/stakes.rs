//! What a plan puts at stake in one database: its hazards, with the rows that they touch.

use driftless_catalog::{Probe, Session};
use driftless_diagnostics::Diagnostic;
use driftless_ir::{ColumnWalker, Schema};
use driftless_plan::{Hazard, Pair, Plan, Severity, Style};

/// A hazard of a plan on the rows of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stake {
    /// One sentence without a full stop.
    pub message: String,
    /// The rows that it touches, where they could be counted.
    pub rows: Option<u64>,
    /// What becomes of them.
    pub verdict: Verdict,
}

/// What a hazard comes to on the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Data is lost.
    Loses,
    /// It may fail, and then nothing is lost.
    MayFail,
    /// It is bound to fail.
    Fails,
}

impl Stake {
    /// The sentence, with the number of rows.
    pub fn describe(&self) -> String {
        match self.rows {
            Some(1) => format!("{} (1 row)", self.message),
            Some(rows) => format!("{} ({rows} rows)", self.message),
            None => self.message.clone(),
        }
    }
}

/// The hazards of a plan that touch rows of the database, in the order of its steps and by the rules of a `style`. One
/// round trip.
///
/// # Errors
/// Those of a lost connection.
pub(crate) fn stakes(
    session: &mut Session,
    plan: &Plan<'_>,
    schemas: Pair<&Schema>,
    style: Style,
) -> Result<Vec<Stake>, Diagnostic> {
    let hazards = plan.hazards(style);
    let probes: Vec<_> = hazards.iter().map(|hazard| probe(hazard, plan, schemas)).collect();
    let asked: Vec<_> = probes.iter().flatten().cloned().collect();
    let mut counts = session.count(&asked).map_err(|error| error.to_diagnostic())?.into_iter();
    let mut stakes = Vec::new();
    for (hazard, probe) in hazards.iter().zip(&probes) {
        let rows = probe.as_ref().and_then(|_| counts.next().flatten());
        if rows == Some(0) {
            continue;
        }
        stakes.push(Stake { message: hazard.describe(plan), rows, verdict: verdict(hazard, rows) });
    }
    Ok(stakes)
}

/// What to count to know which rows a hazard touches.
fn probe(hazard: &Hazard, plan: &Plan<'_>, schemas: Pair<&Schema>) -> Option<Probe> {
    let values = |column: ColumnWalker<'_>| {
        Probe::Values(column.table().qualified_name().clone().into(), column.name().clone())
    };
    let Pair { previous, next } = schemas;
    Some(match hazard {
        Hazard::DroppedTable(id) => Probe::Rows(previous.table(*id).qualified_name().clone().into()),
        Hazard::DroppedColumn(id) => values(previous.column(*id)),
        Hazard::RecreatedColumn(ids)
        | Hazard::FirstElement(ids)
        | Hazard::ArrayAsText(ids)
        | Hazard::TimeZone(ids)
        | Hazard::Cast(ids) => values(previous.column(ids.previous)),
        Hazard::Required(ids) => {
            let column = previous.column(ids.previous);
            Probe::Nulls(column.table().qualified_name().clone().into(), column.name().clone())
        }
        Hazard::AddedRequired(id) => {
            let table = plan.correspondence().previous_table(next.column(*id).table().id())?;
            Probe::Rows(previous.table(table).qualified_name().clone().into())
        }
        Hazard::Unique(id) => {
            let table = plan.correspondence().previous_table(next.index(*id).table().id())?;
            Probe::Rows(previous.table(table).qualified_name().clone().into())
        }
        Hazard::RemovedValues(..) => return None,
    })
}

fn verdict(hazard: &Hazard, rows: Option<u64>) -> Verdict {
    match hazard {
        Hazard::Required(_) | Hazard::AddedRequired(_) if rows.is_some() => Verdict::Fails,
        _ if hazard.severity() == Severity::Destroys => Verdict::Loses,
        _ => Verdict::MayFail,
    }
}
