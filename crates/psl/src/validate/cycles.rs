//! Circles of relations along which changes would run for ever.
//!
//! PostgreSQL copes with them. Where the client keeps relations (`relationMode = "prisma"`) it does not, and one relation
//! of each circle must leave the other rows alone.

use driftless_diagnostics::{Diagnostic, Sink, code};
use driftless_ir::ReferentialAction;

use super::relation_ends::{End, key_end};
use crate::resolve::{Datamodel, ModelRef};
use crate::syntax::Arity;

/// A relation that changes the rows that refer, when those change that they refer to.
struct Edge<'d, 'a> {
    key: End<'d, 'a>,
    from: ModelRef,
    to: ModelRef,
}

/// Reports every relation that lies on a circle.
pub(super) fn check(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    if !datamodel.datasource().is_some_and(|datasource| datasource.emulates_relations()) {
        return;
    }
    let keys = datamodel.relations.iter().filter_map(|relation| key_end(datamodel, relation));
    let edges: Vec<_> = keys.filter_map(edge).collect();
    let component = components(datamodel.models.len(), &edges);
    for edge in &edges {
        if component[edge.from.index()] == component[edge.to.index()] {
            let message = if edge.from == edge.to {
                format!("changes run along `{}` for ever", edge.key.path())
            } else {
                format!("`{}` lies on a circle along which changes run for ever", edge.key.path())
            };
            let help = "write `onDelete: Restrict, onUpdate: Restrict` in one relation of the circle";
            let diagnostic = Diagnostic::error(code::REFERENTIAL_ACTION, message);
            sink.push(diagnostic.at(edge.key.field.syntax.name.span).label("circle").help(help));
        }
    }
}

/// The edge of a relation, unless both its actions leave other rows alone.
fn edge<'d, 'a>(key: End<'d, 'a>) -> Option<Edge<'d, 'a>> {
    let relation = key.attribute()?;
    let is_required = key.field.arity() == Arity::Required;
    let on_delete = relation.on_delete.map_or(is_required, |(action, _)| leaves_alone(action));
    let on_update = relation.on_update.is_some_and(|(action, _)| leaves_alone(action));
    // Without a choice a deletion is restricted where the relation is required, and an update cascades.
    let changes = !on_delete || !on_update;
    changes.then_some(Edge { key, from: key.at.model, to: key.field.related_model()? })
}

const fn leaves_alone(action: ReferentialAction) -> bool {
    matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict)
}

/// For each model, the number of its strongly connected component.
fn components(models: usize, edges: &[Edge<'_, '_>]) -> Vec<usize> {
    let mut forward = vec![Vec::new(); models];
    let mut backward = vec![Vec::new(); models];
    for edge in edges {
        forward[edge.from.index()].push(edge.to.index());
        backward[edge.to.index()].push(edge.from.index());
    }
    let mut seen = vec![false; models];
    let order: Vec<_> = (0..models).flat_map(|start| visit(start, &forward, &mut seen)).collect();
    let mut component = vec![0; models];
    let mut seen = vec![false; models];
    for start in order.into_iter().rev() {
        for model in visit(start, &backward, &mut seen) {
            component[model] = start;
        }
    }
    component
}

/// What can be reached from a model and was not before, each behind all that it leads to.
fn visit(start: usize, edges: &[Vec<usize>], seen: &mut [bool]) -> Vec<usize> {
    let mut left = Vec::new();
    if std::mem::replace(&mut seen[start], true) {
        return left;
    }
    let mut path = vec![(start, 0)];
    while let Some((model, next)) = path.last_mut() {
        match edges[*model].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    path.push((to, 0));
                }
            }
            None => {
                left.push(*model);
                path.pop();
            }
        }
    }
    left
}
