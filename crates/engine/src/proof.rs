//! Finding out whether two expressions mean the same, where a database is at hand.
//!
//! People write `now() + interval '1 day'`; PostgreSQL prints `(now() + '1 day'::interval)`. Where only the texts differ
//! the database is asked for its own text of what was written, and that decides. A text that is not certain to be exactly
//! one expression is not sent, and stays unproven.

use driftless_catalog::{NormalForm, Position, Written};
use driftless_diagnostics::Diagnostic;
use driftless_ir::{ColumnDefault, Expr, IndexKey, QualifiedName, Schema, SingleExpression};
use driftless_plan::{Pair, Unproven};
use driftless_sql::single_expression;

use crate::source::State;

/// An expression of a schema.
enum Place {
    Default(driftless_ir::ColumnId),
    Predicate(driftless_ir::IndexId),
    Key(driftless_ir::IndexId, usize),
}

/// Which side of a comparison.
#[derive(Clone, Copy)]
enum Side {
    Previous,
    Next,
}

impl Side {
    fn of<T>(self, pair: Pair<T>) -> T {
        match self {
            Self::Previous => pair.previous,
            Self::Next => pair.next,
        }
    }
}

/// Replaces what is written by what is known of it, as far as texts differ and a database tells.
///
/// # Errors
/// Those of a lost connection.
pub(crate) fn prove(states: &mut Pair<State>) -> Result<(), Diagnostic> {
    let live = if states.previous.session.is_some() { Side::Previous } else { Side::Next };
    let schemas = states.as_ref().map(|state| &state.schema);
    let open = match live.of(states.as_ref()).session {
        Some(_) => driftless_plan::diff(schemas),
        None => return Ok(()),
    };
    let open = open.unproven.iter().chain(&open.rewritten);
    let questions: Vec<_> = open.flat_map(|unproven| questions(*unproven, schemas, live)).collect();
    let Some(session) = live.of(states.as_mut()).session.as_mut() else { return Ok(()) };
    let written: Vec<_> = questions.iter().map(Question::to_written).collect();
    let forms = session.normalise(&written).map_err(|error| error.to_diagnostic())?;
    for (question, form) in questions.iter().zip(forms) {
        let NormalForm::Known(normal) = form else { continue };
        let schema = &mut question.side.of(states.as_mut()).schema;
        match question.place {
            Place::Default(column) => schema.set_normal_default(column, normal.text),
            Place::Predicate(index) => schema.set_normal_predicate(index, normal.text),
            Place::Key(index, position) => schema.set_normal_key(index, position, normal.text),
        }
    }
    Ok(())
}

/// What a person wrote about a table of the database.
struct Question {
    side: Side,
    place: Place,
    /// The table, by its name in the database.
    table: QualifiedName,
    position: Position,
    text: SingleExpression,
}

impl Question {
    fn to_written(&self) -> Written<'_> {
        Written { table: &self.table, position: self.position.clone(), text: &self.text }
    }
}

/// What has to be asked to know whether two expressions are the same. The place in the database is that of the `live`
/// side, which may differ from the other by a rename.
fn questions(unproven: Unproven, schemas: Pair<&Schema>, live: Side) -> Vec<Question> {
    let question = |side: Side| {
        let (place, expr, table, position) = match unproven {
            Unproven::Default(ids) => {
                let columns = schemas.columns(ids);
                let real = live.of(columns);
                let name = real.name().clone();
                let (expr, position) = match side.of(columns).get().default.as_ref()? {
                    ColumnDefault::Expression(expr) => (expr, Position::Default(name)),
                    ColumnDefault::Generated(expr) => (expr, Position::Generated(name)),
                    _ => return None,
                };
                (Place::Default(side.of(ids)), expr, real.table(), position)
            }
            Unproven::Predicate(ids) => {
                let indexes = schemas.indexes(ids);
                let expr = side.of(indexes).get().predicate.as_ref()?;
                (Place::Predicate(side.of(ids)), expr, live.of(indexes).table(), Position::Predicate)
            }
            Unproven::Key(ids, position) => {
                let indexes = schemas.indexes(ids);
                let IndexKey::Expression(expr) = &side.of(indexes).get().parts.get(position)?.key else {
                    return None;
                };
                (Place::Key(side.of(ids), position), expr, live.of(indexes).table(), Position::Key)
            }
        };
        let table = table.qualified_name().clone();
        Some(Question { side, place, table, position, text: written(expr)? })
    };
    [Side::Previous, Side::Next].into_iter().filter_map(question).collect()
}

/// The text that the server has not printed itself, if it may be asked about.
fn written(expr: &Expr) -> Option<SingleExpression> {
    expr.is_unasked().then(|| single_expression(&expr.text).ok()).flatten()
}
