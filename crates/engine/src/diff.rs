//! `diff`: what leads from one state to another.

use driftless_diagnostics::Diagnostic;
use driftless_ir::Schema;
use driftless_plan::{Pair, Style, Summary, Unproven};

use crate::{Project, Refusal, Source, source};

/// What leads from one state to another.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The changes in words; empty where the states are the same.
    pub summary: Summary,
    /// The SQL that makes them.
    pub script: String,
    /// What the SQL may destroy, where it may fail, and what only the database could tell.
    pub warnings: Vec<Warning>,
}

/// A sentence to read before a script is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// How bad it is.
    pub risk: Risk,
    /// One sentence without a full stop.
    pub message: String,
}

/// How bad a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Data is lost.
    DataLoss,
    /// On some data the script fails, and nothing is lost.
    MayFail,
    /// The two texts of an expression differ, and only the database could tell whether they mean the same.
    Unproven,
}

impl Difference {
    /// Whether the states are the same.
    pub fn is_empty(&self) -> bool {
        self.summary.changes.is_empty()
    }
}

/// Compares two states.
///
/// # Errors
/// A source gives no state. Both are tried, so that one run reports what is wrong with either.
pub fn diff(project: &Project, from: &Source, to: &Source, style: Style) -> Result<Difference, Vec<Refusal>> {
    match (source::load(project, from), source::load(project, to)) {
        (Ok(previous), Ok(next)) => compare(&previous, &next, style).map_err(|bug| vec![bug.into()]),
        (from, to) => Err(from.err().into_iter().chain(to.err()).collect()),
    }
}

/// Compares two states that are at hand.
///
/// # Errors
/// A bug of driftless: the steps have no order.
pub fn compare(previous: &Schema, next: &Schema, style: Style) -> Result<Difference, Diagnostic> {
    let changes = driftless_plan::diff(Pair::new(previous, next));
    let plan = driftless_plan::order(changes).map_err(|cycle| Diagnostic::from(&cycle))?;
    let hazards = plan.hazards(style).into_iter().map(|hazard| Warning {
        risk: match hazard.severity() {
            driftless_plan::Severity::Destroys => Risk::DataLoss,
            driftless_plan::Severity::MayFail => Risk::MayFail,
        },
        message: hazard.describe(&plan),
    });
    let unproven = plan
        .unproven()
        .iter()
        .map(|unproven| Warning { risk: Risk::Unproven, message: describe_unproven(*unproven, next) });
    Ok(Difference {
        warnings: hazards.chain(unproven).collect(),
        summary: plan.summary(),
        script: driftless_plan::render(&plan, style),
    })
}

fn describe_unproven(unproven: Unproven, next: &Schema) -> String {
    match unproven {
        Unproven::Default(columns) => {
            let column = next.column(columns.next);
            let (name, table) = (column.name().as_str(), column.table().name().as_str());
            format!("the default of `{name}` of `{table}` is written differently and taken as the same")
        }
        Unproven::Predicate(indexes) => {
            let name = next.index(indexes.next).name().as_str();
            format!("the condition of the index `{name}` is written differently and taken as the same")
        }
    }
}
