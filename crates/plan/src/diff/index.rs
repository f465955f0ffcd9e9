//! Indexes other than primary keys.
//!
//! Indexes pair by what they are, then by name: one whose content stands in the next schema under another name is
//! renamed, not built again. An index that is invalid is none of these: it is dropped, and built again if it is asked for.

use driftless_ir::{
    ColumnId, Comparison, Expr, Index, IndexId, IndexKey, IndexKind, IndexMethod, IndexPart, IndexWalker,
    Name, NullsOrder, OperatorClass, Schema, SortOrder, TableWalker,
};
use indexmap::{IndexMap, IndexSet};

use super::default::{compare_expressions, is_rewritten};
use super::{Differ, Sight, Unproven};
use crate::Pair;
use crate::step::Step;

/// An index that keeps its content and gets another name.
pub(super) struct RenamedIndex {
    ids: Pair<IndexId>,
    /// Whether the plain style loses it on the way.
    goes_with_column: bool,
}

/// What an index is, names of columns resolved to the next schema.
#[derive(PartialEq, Eq, Hash)]
struct Shape<'a> {
    unique: bool,
    method: &'static str,
    other_method: Option<&'a str>,
    parts: Vec<PartShape>,
    partial: bool,
}

#[derive(PartialEq, Eq, Hash)]
struct PartShape {
    /// `None` for an expression.
    column: Option<ColumnId>,
    descending: bool,
}

impl Differ<'_> {
    pub(super) fn diff_indexes(&mut self, tables: Pair<TableWalker<'_>>, renamed: &mut Vec<RenamedIndex>) {
        let mut indexes = tables.map(|table| table.indexes().filter(|i| !i.is_primary()).collect::<Vec<_>>());
        if self.sight == Sight::Full {
            // nobody wants one
            let previous = &indexes.previous;
            let is_kept = |index: &IndexWalker<'_>| previous.iter().any(|other| other.name() == index.name());
            indexes.next.retain(|index| !index.is_invalid() || is_kept(index));
        }
        if indexes.previous.is_empty() && indexes.next.is_empty() {
            return;
        }
        let pairs = self.pair_indexes(indexes.as_ref().map(Vec::as_slice));
        let mut kept = vec![false; indexes.previous.len()];
        for (next, previous) in indexes.next.iter().zip(&pairs) {
            let Some(at) = *previous else {
                self.steps.push(Step::CreateIndex { index: next.id(), restores: None });
                continue;
            };
            kept[at] = true;
            let pair = Pair::new(indexes.previous[at], *next);
            let ids = pair.map(IndexWalker::id);
            let goes_with_column = self.goes_with_column(pair.previous);
            if pair.map(IndexWalker::name).differs() {
                renamed.push(RenamedIndex { ids, goes_with_column });
            } else if goes_with_column {
                self.restore_index(ids);
            }
        }
        let taken: IndexSet<&Name> = indexes
            .next
            .iter()
            .zip(&pairs)
            .filter(|(_, pair)| pair.is_none())
            .map(|(i, _)| i.name())
            .collect();
        let next = self.schemas.next;
        for (index, _) in indexes.previous.iter().zip(kept).filter(|(_, kept)| !kept) {
            let goes = is_expressible(*index, next) && !index.is_left_by_reindex();
            if goes || taken.contains(index.name()) {
                self.drop_index(*index);
            }
        }
    }

    fn drop_index(&mut self, index: IndexWalker<'_>) {
        self.lose_indexes(std::iter::once(index));
        self.steps.push(Step::DropIndex { index: index.id(), successor: None });
    }

    fn restore_index(&mut self, ids: Pair<IndexId>) {
        self.lost_indexes[ids.previous.index()] = true;
        self.steps.push(Step::CreateIndex { index: ids.next, restores: Some(ids.previous) });
    }

    /// Renames, once all tables are known: names of indexes are unique in a namespace. Where another index had the new
    /// name or gets the old one, the index is built again: a rename could not run twice.
    pub(super) fn push_index_renames(&mut self, renamed: Vec<RenamedIndex>) {
        if renamed.is_empty() {
            return;
        }
        let schemas = self.schemas;
        let taken = schemas
            .map(|schema| schema.tables().flat_map(TableWalker::indexes).map(place).collect::<IndexSet<_>>());
        for RenamedIndex { ids, goes_with_column } in renamed {
            let indexes = schemas.indexes(ids);
            let is_free = !taken.previous.contains(&place(indexes.next))
                && !taken.next.contains(&(indexes.next.table().namespace().name(), indexes.previous.name()));
            if !is_free {
                self.drop_index(indexes.previous);
                self.steps.push(Step::CreateIndex { index: ids.next, restores: None });
            } else if goes_with_column {
                self.restore_index(ids);
            } else {
                self.steps.push(Step::RenameIndex(ids));
            }
        }
    }

    /// For each index of the next table, the position of the one that it was.
    fn pair_indexes(&mut self, indexes: Pair<&[IndexWalker<'_>]>) -> Vec<Option<usize>> {
        let mut by_shape: IndexMap<Shape<'_>, Vec<usize>> = IndexMap::new();
        let stays = |index: &IndexWalker<'_>| self.sight == Sight::Reference || !index.is_invalid();
        for (at, index) in indexes.previous.iter().enumerate().filter(|(_, index)| stays(index)) {
            let columns = |id| self.correspondence.next_column(id);
            if let Some(shape) = shape(*index, columns) {
                by_shape.entry(shape).or_default().push(at);
            }
        }
        let mut pairs = vec![None; indexes.next.len()];
        let (mut unproven, mut rewritten) = (Vec::new(), Vec::new());
        for same_name in [true, false] {
            for (next, pair) in indexes.next.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
                let Some(candidates) = shape(*next, Some).and_then(|shape| by_shape.get_mut(&shape)) else {
                    continue;
                };
                let found = candidates.iter().position(|at| {
                    let pair = Pair::new(indexes.previous[*at], *next);
                    (!same_name || pair.previous.name() == pair.next.name())
                        && self.is_same(pair, &mut unproven, &mut rewritten)
                });
                *pair = found.map(|found| candidates.remove(found));
            }
        }
        self.unproven.append(&mut unproven);
        self.rewritten.append(&mut rewritten);
        pairs
    }

    /// Compares what a shape leaves out. What the next index does not state is as it is.
    fn is_same(
        &self,
        indexes: Pair<IndexWalker<'_>>,
        unproven: &mut Vec<Unproven>,
        rewritten: &mut Vec<Unproven>,
    ) -> bool {
        let Pair { previous, next } = indexes.map(IndexWalker::get);
        let nulls = |parts: (&IndexPart, &IndexPart)| match parts.1.nulls {
            Some(order) => effective_nulls(parts.0) == order,
            None => true,
        };
        let included: Vec<_> =
            previous.include.iter().map(|id| self.correspondence.next_column(*id)).collect();
        let same_include = next.include.is_empty() || next.include.iter().map(|id| Some(*id)).eq(included);
        let same_rest = (!next.nulls_not_distinct || previous.nulls_not_distinct)
            && previous.parts.iter().zip(&next.parts).all(nulls)
            && previous.parts.iter().zip(&next.parts).all(same_class);
        if !(same_include && same_rest) {
            return false;
        }
        let ids = indexes.map(IndexWalker::id);
        let (mut open, mut is_changed) = (Vec::new(), false);
        for (place, expressions) in expressions(Pair::new(previous, next)) {
            match compare_expressions(expressions, self.sight) {
                Comparison::Same => {}
                Comparison::Unproven if previous.name == next.name && is_rewritten(expressions) => {
                    rewritten.push(place(ids));
                    is_changed = true;
                }
                Comparison::Unproven if previous.name == next.name => open.push(place(ids)),
                Comparison::Unproven | Comparison::Different => return false,
            }
        }
        if !is_changed {
            unproven.append(&mut open);
        }
        !is_changed
    }

    /// Fills in, once all steps are known, which next index takes the name of a dropped one.
    pub(super) fn find_index_successors(&mut self) {
        if !self.steps.iter().any(|step| matches!(step, Step::DropIndex { .. })) {
            return;
        }
        let mut created: IndexMap<(&Name, &Name), IndexId> = IndexMap::new();
        for step in &self.steps {
            if let Step::CreateIndex { index, .. } = step {
                let index = self.schemas.next.index(*index);
                created.insert(place(index), index.id());
            }
        }
        for step in &mut self.steps {
            if let Step::DropIndex { index, successor } = step {
                let index = self.schemas.previous.index(*index);
                *successor = created.get(&place(index)).copied();
            }
        }
    }
}

/// The expressions that stand in the same places of two indexes of one shape, and what to call each where it stays
/// unproven.
fn expressions(
    indexes: Pair<&Index>,
) -> impl Iterator<Item = (impl Fn(Pair<IndexId>) -> Unproven, Pair<&Expr>)> {
    let predicates = indexes.map(|index| index.predicate.as_ref()).transpose();
    let keys =
        indexes.previous.parts.iter().zip(&indexes.next.parts).enumerate().filter_map(|(at, parts)| {
            match (&parts.0.key, &parts.1.key) {
                (IndexKey::Expression(a), IndexKey::Expression(b)) => Some((Some(at), Pair::new(a, b))),
                _ => None,
            }
        });
    keys.chain(predicates.map(|pair| (None, pair))).map(|(key, pair)| {
        let place = move |ids| match key {
            Some(key) => Unproven::Key(ids, key),
            None => Unproven::Predicate(ids),
        };
        (place, pair)
    })
}

/// Where the name of an index must be unique, and the name.
fn place(index: IndexWalker<'_>) -> (&Name, &Name) {
    (index.table().namespace().name(), index.name())
}

/// Whether the next schema's language could have made the index: one that it could not is nobody's to drop.
fn is_expressible(index: IndexWalker<'_>, next: &Schema) -> bool {
    let entry = index.get();
    let is_plain_part = |part: &IndexPart| {
        matches!(part.key, IndexKey::Column(_))
            && (part.nulls.is_none() || part.nulls == Some(implied_nulls(part)))
    };
    entry.include.is_empty()
        && (entry.predicate.is_none() || !next.ignores_partial_indexes())
        && !entry.nulls_not_distinct
        && !matches!(entry.method, IndexMethod::Other(_))
        && entry.parts.iter().all(is_plain_part)
}

fn implied_nulls(part: &IndexPart) -> NullsOrder {
    if part.sort == Some(SortOrder::Descending) { NullsOrder::First } else { NullsOrder::Last }
}

fn effective_nulls(part: &IndexPart) -> NullsOrder {
    part.nulls.unwrap_or_else(|| implied_nulls(part))
}

/// The shape of an index; `None` if a column of it is not in the next schema.
fn shape(index: IndexWalker<'_>, next_column: impl Fn(ColumnId) -> Option<ColumnId>) -> Option<Shape<'_>> {
    let entry = index.get();
    let part = |part| part_shape(part, &next_column);
    Some(Shape {
        unique: matches!(entry.kind, IndexKind::Unique { .. }),
        method: match entry.method {
            IndexMethod::BTree => "btree",
            IndexMethod::Hash => "hash",
            IndexMethod::Gin => "gin",
            IndexMethod::Gist => "gist",
            IndexMethod::SpGist => "spgist",
            IndexMethod::Brin => "brin",
            IndexMethod::Other(_) => "",
        },
        other_method: match &entry.method {
            IndexMethod::Other(name) => Some(name.as_str()),
            _ => None,
        },
        parts: entry.parts.iter().map(part).collect::<Option<_>>()?,
        partial: entry.predicate.is_some(),
    })
}

fn part_shape(part: &IndexPart, next_column: &impl Fn(ColumnId) -> Option<ColumnId>) -> Option<PartShape> {
    let column = match &part.key {
        IndexKey::Column(id) => Some(next_column(*id)?),
        IndexKey::Expression(_) => None,
    };
    Some(PartShape { column, descending: part.sort == Some(SortOrder::Descending) })
}

/// Whether two keys have one operator class: the same by name, or each the default. A source that has a class by its
/// name alone cannot tell whether it is the default, and need not know its namespace.
fn same_class(parts: (&IndexPart, &IndexPart)) -> bool {
    match (&parts.0.operator_class, &parts.1.operator_class) {
        (Some(a), Some(b)) => a.is_default && b.is_default || bare_class(a) == bare_class(b),
        (Some(class), None) | (None, Some(class)) => class.is_default,
        (None, None) => true,
    }
}

/// The name of an operator class without its namespace.
fn bare_class(class: &OperatorClass) -> &str {
    class.name.rsplit('.').next().unwrap_or_default()
}
