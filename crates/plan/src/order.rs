//! The order of steps: the reference's phases, as far as the effects of the steps allow.
//!
//! Kahn's algorithm with a heap: of the steps that nothing hinders, the one that stands first in the reference's order
//! comes next. So the order depends on the steps alone, not on the order in which they were found.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::Schema;
use indexmap::IndexMap;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::correspondence::Correspondence;
use crate::diff::{Changes, Unproven};
use crate::effects::{Effects, Resource, Scope};
use crate::hazard::{Hazard, hazards};
use crate::render::Style;
use crate::step::Step;
use crate::{Pair, rank::Rank};

/// Steps in an order in which they can be taken.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub(crate) schemas: Pair<&'a Schema>,
    pub(crate) correspondence: Correspondence,
    pub(crate) steps: Vec<Step>,
    pub(crate) unproven: Vec<Unproven>,
}

impl<'a> Plan<'a> {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps in their order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The schemas that the ids in the steps belong to.
    pub fn schemas(&self) -> Pair<&'a Schema> {
        self.schemas
    }

    /// What is what in the other schema.
    pub fn correspondence(&self) -> &Correspondence {
        &self.correspondence
    }

    /// What the plan may destroy, and where data may make it fail, when written in a style.
    pub fn hazards(&self, style: Style) -> Vec<Hazard> {
        hazards(self, style)
    }

    /// Where only PostgreSQL could tell whether something changed; the plan takes it as unchanged.
    pub fn unproven(&self) -> &[Unproven] {
        &self.unproven
    }
}

/// Steps that depend on each other in a circle: a bug of this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The phases of the steps in the circle.
    pub ranks: Vec<Rank>,
    /// The circle as a graph in the DOT language.
    pub dot: String,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps of the plan depend on each other in a circle", self.ranks.len())
    }
}

impl std::error::Error for Cycle {}

impl From<&Cycle> for Diagnostic {
    fn from(cycle: &Cycle) -> Self {
        Self::error(code::PLAN_CYCLE, cycle.to_string())
            .help_lines(["report this with both schemas; the circle is"].into_iter().chain(cycle.dot.lines()))
    }
}

/// Puts the steps in order.
///
/// # Errors
/// [`Cycle`] where no order exists.
pub fn order(changes: Changes<'_>) -> Result<Plan<'_>, Cycle> {
    let Changes { schemas, correspondence, mut steps, unproven, rewritten: _ } = changes;
    let scope = Scope { schemas, correspondence: &correspondence };
    steps.sort_by_cached_key(|step| step.place(scope));
    let graph = dependencies(scope, &steps);
    let order = sort(&graph).map_err(|rest| cycle(&graph, &steps, &rest))?;
    let is_sorted = order.iter().enumerate().all(|(place, at)| place == *at);
    if !is_sorted {
        let mut slots: Vec<_> = steps.into_iter().map(Some).collect();
        steps = order.into_iter().filter_map(|at| slots[at].take()).collect();
    }
    Ok(Plan { schemas, correspondence, steps, unproven })
}

/// Each edge goes from a step to one that must come after it.
type Graph = DiGraph<(), ()>;

fn dependencies(scope: Scope<'_, '_>, steps: &[Step]) -> Graph {
    let mut graph = Graph::with_capacity(steps.len(), steps.len() * 2);
    let mut makers = Makers::new(scope.schemas);
    let mut effects = Effects::default();
    for (at, step) in steps.iter().enumerate() {
        let node = graph.add_node(());
        debug_assert_eq!(node.index(), at, "nodes are numbered as they are added");
        effects.clear();
        scope.add(step, &mut effects);
        makers.register(&effects, node);
    }
    for (at, step) in steps.iter().enumerate() {
        effects.clear();
        scope.add(step, &mut effects);
        makers.connect(&effects, NodeIndex::new(at), &mut graph);
    }
    graph
}

/// Who makes and who takes away what. Objects have dense ids, so that they need no map.
struct Makers<'a> {
    starts: [usize; 11],
    makers: Vec<Option<NodeIndex>>,
    enders: Vec<Option<NodeIndex>>,
    given_up: IndexMap<Resource<'a>, NodeIndex>,
}

impl<'a> Makers<'a> {
    fn new(schemas: Pair<&Schema>) -> Self {
        let Pair { previous, next } = schemas;
        let indexes = |schema: &Schema| schema.tables().map(|table| table.indexes().len()).sum();
        let sizes = [
            next.namespaces().len(),
            previous.enums().len(),
            next.enums().len(),
            next.enums().len(),
            previous.tables().len(),
            next.tables().len(),
            next.tables().len(),
            previous.columns().len(),
            next.columns().len(),
            indexes(previous),
            indexes(next),
        ];
        let mut end = 0;
        let starts = sizes.map(|size: usize| {
            end += size;
            end - size
        });
        Self { starts, makers: vec![None; end], enders: vec![None; end], given_up: IndexMap::new() }
    }

    /// The place of an object; names have none.
    fn place(&self, resource: Resource<'_>) -> Option<usize> {
        let (kind, id) = match resource {
            Resource::Namespace(id) => (0, id.index()),
            Resource::PreviousEnum(id) => (1, id.index()),
            Resource::NextEnum(id) => (2, id.index()),
            Resource::EnumValues(id) => (3, id.index()),
            Resource::PreviousTable(id) => (4, id.index()),
            Resource::NextTable(id) => (5, id.index()),
            Resource::ColumnNames(id) => (6, id.index()),
            Resource::PreviousColumn(id) => (7, id.index()),
            Resource::NextColumn(id) => (8, id.index()),
            Resource::PreviousIndex(id) => (9, id.index()),
            Resource::NextIndex(id) => (10, id.index()),
            Resource::ExtensionName(_)
            | Resource::RelationName(..)
            | Resource::TypeName(..)
            | Resource::ConstraintName(..) => return None,
        };
        Some(self.starts[kind] + id)
    }

    fn register(&mut self, effects: &Effects<'a>, node: NodeIndex) {
        for resource in &effects.produces {
            if let Some(place) = self.place(*resource) {
                self.makers[place] = Some(node);
            }
        }
        for resource in &effects.destroys {
            match self.place(*resource) {
                Some(place) => self.enders[place] = Some(node),
                None => {
                    self.given_up.insert(*resource, node);
                }
            }
        }
    }

    fn connect(&self, effects: &Effects<'a>, node: NodeIndex, graph: &mut Graph) {
        let mut connect = |before: NodeIndex, after: NodeIndex| {
            if before != after {
                graph.add_edge(before, after, ());
            }
        };
        for resource in &effects.consumes {
            let Some(place) = self.place(*resource) else { continue };
            if let Some(maker) = self.makers[place] {
                connect(maker, node);
            }
            if let Some(ender) = self.enders[place] {
                connect(node, ender);
            }
        }
        if self.given_up.is_empty() {
            return;
        }
        for resource in &effects.produces {
            if let Some(former) = self.given_up.get(resource) {
                connect(*former, node);
            }
        }
    }
}

/// The order, or the steps that no order reaches.
fn sort(graph: &Graph) -> Result<Vec<usize>, Vec<NodeIndex>> {
    let mut hindrances: Vec<usize> =
        graph.node_indices().map(|node| graph.edges_directed(node, Direction::Incoming).count()).collect();
    let free = (0..hindrances.len()).filter(|at| hindrances[*at] == 0).map(Reverse);
    let mut ready: BinaryHeap<Reverse<usize>> = free.collect();
    let mut order = Vec::with_capacity(hindrances.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for after in graph.neighbors(NodeIndex::new(at)) {
            hindrances[after.index()] -= 1;
            if hindrances[after.index()] == 0 {
                ready.push(Reverse(after.index()));
            }
        }
    }
    if order.len() == hindrances.len() {
        return Ok(order);
    }
    Err(graph.node_indices().filter(|node| hindrances[node.index()] > 0).collect())
}

/// The first circle among the steps that no order reaches.
fn cycle(graph: &Graph, steps: &[Step], rest: &[NodeIndex]) -> Cycle {
    let components = petgraph::algo::tarjan_scc(graph);
    let circle = components.into_iter().filter(|component| component.len() > 1).min_by_key(Vec::len);
    let mut nodes = circle.unwrap_or_else(|| rest.to_vec());
    nodes.sort_unstable();
    let mut dot = String::from("digraph {\n");
    for node in &nodes {
        dot.push_str(&format!("    {} [label=\"{:?}\"]\n", node.index(), steps[node.index()].rank()));
        for after in graph.neighbors(*node).filter(|after| nodes.binary_search(after).is_ok()) {
            dot.push_str(&format!("    {} -> {}\n", node.index(), after.index()));
        }
    }
    dot.push_str("}\n");
    Cycle { ranks: nodes.iter().map(|node| steps[node.index()].rank()).collect(), dot }
}
