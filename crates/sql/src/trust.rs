//! How far the replayed schema can be trusted.

use driftless_diagnostics::Span;

use crate::interpret::{Interpreter, Reach, Unknown};
use crate::statement::Persistence;

/// Whether the schema after a replay is what PostgreSQL would have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It is.
    Exact,
    /// It is, but for what these statements may have changed.
    Opaque(Vec<OpaqueStatement>),
}

/// A statement whose effect is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueStatement {
    /// Where it stands.
    pub span: Span,
    /// Why its effect is not known, in a few words.
    pub reason: String,
    /// What it may have changed: objects by name, or anything at all.
    pub may_change: MayChange,
}

/// What a statement may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MayChange {
    /// Anything.
    Anything,
    /// These objects.
    Objects(Vec<String>),
}

/// What the statements so far leave in doubt. Doubts about objects that are gone are gone.
pub(crate) fn trust(interpreter: &Interpreter) -> Trust {
    let opaque: Vec<_> =
        interpreter.unknown.iter().filter_map(|unknown| opaque_statement(interpreter, unknown)).collect();
    if opaque.is_empty() { Trust::Exact } else { Trust::Opaque(opaque) }
}

fn opaque_statement(interpreter: &Interpreter, unknown: &Unknown) -> Option<OpaqueStatement> {
    let may_change = match &unknown.reach {
        Reach::Anything => MayChange::Anything,
        Reach::Columns(id) => {
            let relation = interpreter.catalog.relation_if_exists(*id)?;
            let unclear =
                relation.open.is_some() || relation.columns.iter().any(|column| column.ty.is_unknown());
            if relation.persistence == Persistence::Temporary || !unclear {
                return None;
            }
            MayChange::Objects(vec![relation.name.to_string()])
        }
        Reach::Named(paths) => MayChange::Objects(paths.iter().map(ToString::to_string).collect()),
    };
    Some(OpaqueStatement { span: unknown.statement, reason: unknown.reason.clone(), may_change })
}
