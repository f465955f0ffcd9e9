//! `diff`: what leads from one state to another.

use driftless_diagnostics::Diagnostic;
use driftless_ir::Schema;
use driftless_plan::{Changes, Pair, Plan, Style, Summary, Unproven};

use crate::proof;
use crate::source::{self, State};
use crate::{Fallback, Project, Refusal, Source};

/// What a comparison is asked for.
#[derive(Clone, Debug, Default)]
pub struct DiffOptions {
    /// How SQL is written, and by which rules values are kept.
    pub style: Style,
    /// Whether to write the SQL.
    pub script: bool,
    /// Whether to say in words what changes.
    pub summary: bool,
    /// What to do where a history does not tell what it makes.
    pub fallback: Fallback,
}

/// What leads from one state to another.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Whether the states are the same.
    pub is_empty: bool,
    /// The changes in words, if they were asked for.
    pub summary: Option<Summary>,
    /// The SQL that makes them, if it was asked for.
    pub script: Option<String>,
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

/// Compares two states.
///
/// # Errors
/// A source gives no state. Both are tried, so that one run reports what is wrong with either.
pub fn diff(
    project: &Project,
    from: &Source,
    to: &Source,
    options: &DiffOptions,
) -> Result<Difference, Vec<Refusal>> {
    let mut states = source::load(project, Pair::new(from, to), &options.fallback)?;
    let refuse = |diagnostic: Diagnostic| vec![diagnostic.into()];
    proof::prove(&mut states).map_err(refuse)?;
    let State { schema: previous, .. } = &states.previous;
    compare(previous, &states.next.schema, options).map_err(refuse)
}

/// Compares two states that are at hand.
///
/// # Errors
/// A bug of driftless: the steps have no order.
pub fn compare(previous: &Schema, next: &Schema, options: &DiffOptions) -> Result<Difference, Diagnostic> {
    let plan = plan_in(options.style, Pair::new(previous, next))?;
    Ok(Difference {
        is_empty: plan.is_empty(),
        warnings: warnings(&plan, next, options.style),
        summary: options.summary.then(|| plan.summary()),
        script: options.script.then(|| driftless_plan::render(&plan, options.style)),
    })
}

/// The steps that lead from one state to another, by the rules of a style.
///
/// # Errors
/// A bug of driftless: they have no order.
pub(crate) fn plan_in(style: Style, schemas: Pair<&Schema>) -> Result<Plan<'_>, Diagnostic> {
    match style {
        Style::Guarded => order(driftless_plan::diff(schemas)),
        Style::Plain => order(driftless_plan::diff_as_reference(schemas)),
    }
}

/// Brings changes into an order.
///
/// # Errors
/// A bug of driftless: there is none.
pub(crate) fn order(changes: Changes<'_>) -> Result<Plan<'_>, Diagnostic> {
    driftless_plan::order(changes).map_err(|cycle| Diagnostic::from(&cycle))
}

/// What to say before a plan is run.
pub(crate) fn warnings(plan: &Plan<'_>, next: &Schema, style: Style) -> Vec<Warning> {
    let hazards = plan.hazards(style).into_iter().map(|hazard| Warning {
        risk: match hazard.severity() {
            driftless_plan::Severity::Destroys => Risk::DataLoss,
            driftless_plan::Severity::MayFail => Risk::MayFail,
        },
        message: hazard.describe(plan),
    });
    let unproven = plan
        .unproven()
        .iter()
        .map(|unproven| Warning { risk: Risk::Unproven, message: describe_unproven(*unproven, next) });
    hazards.chain(unproven).collect()
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
        Unproven::Key(indexes, _) => {
            let name = next.index(indexes.next).name().as_str();
            format!("an expression in the index `{name}` is written differently and taken as the same")
        }
    }
}
