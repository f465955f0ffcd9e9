//! Children: what a change of a parent does to the tables that inherit from it or are its partitions.

use std::collections::BTreeSet;

use driftless_ir::Name;

use super::{Interpreter, Reach};
use crate::catalog::{
    Column, ConstraintKind, Filling, ForeignKey, Object, PartId, RelationId, RelationKind, Type,
};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{PartitionBound, PartitionStrategy, Path};

/// How many levels of parents a table may have: what a change does to children goes down all of them.
const LEVELS: usize = 100;

impl Interpreter {
    /// The tables that inherit from a table directly.
    pub(super) fn children(&self, id: RelationId) -> Vec<RelationId> {
        self.catalog.children(id)
    }

    fn parents(&self, id: RelationId) -> Vec<RelationId> {
        self.catalog.relation(id).table().map_or_else(Vec::new, |table| table.parents.clone())
    }

    /// All tables above or below these, each once, and the number of levels they lie on.
    fn lineage(
        &self,
        start: &[RelationId],
        next: impl Fn(&Self, RelationId) -> Vec<RelationId>,
    ) -> (BTreeSet<RelationId>, usize) {
        let (mut found, mut levels) = (BTreeSet::new(), 0);
        let mut level = start.to_vec();
        while !level.is_empty() {
            levels += 1;
            level.retain(|id| found.insert(*id));
            level = level.iter().flat_map(|id| next(self, *id)).collect();
        }
        (found, levels)
    }

    /// Doubts a statement that would give a table more than [`LEVELS`] levels of parents; whether it would.
    pub(super) fn is_too_deep(&mut self, parents: &[RelationId], child: Option<RelationId>) -> bool {
        let above = self.lineage(parents, Self::parents).1;
        let below = self.lineage(child.as_slice(), Self::children).1;
        let too_deep = above + below > LEVELS;
        if too_deep {
            let reason = format!("makes a table whose parents are nested deeper than {LEVELS} levels");
            self.doubt(reason, Reach::Anything);
        }
        too_deep
    }

    fn partitions(&self, id: RelationId) -> Vec<RelationId> {
        let partitioned =
            self.catalog.relation(id).table().is_some_and(|table| table.partitioned_by.is_some());
        if partitioned { self.children(id) } else { Vec::new() }
    }

    /// The columns of children that a dropped column takes along; others stay and are no longer inherited.
    pub(super) fn inherited_columns(&mut self, id: RelationId, name: &Name) -> Vec<Object> {
        let mut dropped = Vec::new();
        for child in self.children(id) {
            let Some(column) = self.catalog.relation(child).column(name).cloned() else { continue };
            if column.inherited == 1 && !column.local {
                dropped.push(Object::Column(child, column.id));
                dropped.extend(self.inherited_columns(child, name));
            } else {
                self.change_column(child, column.id, |column| {
                    column.inherited = column.inherited.saturating_sub(1)
                });
            }
        }
        dropped
    }

    fn change_column(&mut self, id: RelationId, column: PartId, change: impl FnOnce(&mut Column)) {
        let at = self.at;
        if let Some(column) = self.catalog.relation_mut(id, at).column_by_id_mut(column) {
            change(column);
        }
    }

    /// The constraints of children that a dropped constraint takes along.
    pub(super) fn inherited_constraints(&self, id: RelationId, name: &Name) -> Vec<Object> {
        let taken_along = |own: &Self, child: RelationId| {
            let constraint = own.catalog.relation(child).constraint(name);
            constraint
                .filter(|constraint| constraint.inherited > 0 && !constraint.local)
                .map(|found| found.id)
        };
        let next = |own: &Self, child: RelationId| match taken_along(own, child) {
            Some(_) => own.children(child),
            None => Vec::new(),
        };
        let reached = self.lineage(&self.children(id), next).0.into_iter();
        reached.filter_map(|child| Some(Object::Constraint(child, taken_along(self, child)?))).collect()
    }

    pub(super) fn add_column_to_children(&mut self, id: RelationId, part: PartId) -> Done {
        let Some(column) = self.catalog.relation(id).column_by_id(part).cloned() else { return Ok(()) };
        for child in self.children(id) {
            if let Some(own) = self.catalog.relation(child).column(&column.name).cloned() {
                if own.ty != column.ty {
                    let message = format!("a child has column `{}` with another type", column.name.as_str());
                    return Err(Refusal::new(SqlState::DatatypeMismatch, message));
                }
                self.change_column(child, own.id, |own| own.inherited += 1);
                continue;
            }
            let at = self.at;
            let relation = self.catalog.relation_mut(child, at);
            let id = relation.take_part_id();
            let filling = match &column.filling {
                Filling::Identity { .. } => Filling::None,
                other => other.clone(),
            };
            relation.columns.push(Column { id, local: false, inherited: 1, filling, ..column.clone() });
            self.add_column_to_children(child, id)?;
        }
        Ok(())
    }

    pub(super) fn set_type_of_children(&mut self, id: RelationId, name: &Name, ty: &Type) {
        for child in self.lineage(&self.children(id), Self::children).0 {
            if let Some(column) = self.catalog.relation(child).column(name).map(|column| column.id) {
                self.change_column(child, column, |column| {
                    column.ty = ty.clone();
                    column.collation = None;
                });
            }
        }
    }

    pub(super) fn forbid_null_in_children(&mut self, id: RelationId, name: &Name) {
        for child in self.lineage(&self.children(id), Self::children).0 {
            if let Some(column) = self.catalog.relation(child).column(name).map(|column| column.id) {
                self.set_nullable(child, column, false);
            }
        }
    }

    /// Gives the children of a table a check that it has got.
    pub(super) fn pass_check_to_children(&mut self, id: RelationId, part: PartId) -> Done {
        for child in self.children(id) {
            self.inherit_check(id, part, child, false)?;
        }
        Ok(())
    }

    /// Gives a child a check of its parent; one that is `new` has no rows that could violate it.
    fn inherit_check(&mut self, id: RelationId, part: PartId, child: RelationId, new: bool) -> Done {
        let constraints = &self.catalog.relation(id).constraints;
        let Some(constraint) = constraints.iter().find(|constraint| constraint.id == part).cloned() else {
            return Ok(());
        };
        let ConstraintKind::Check { condition, no_inherit: false } = constraint.kind else { return Ok(()) };
        let at = self.at;
        if self.catalog.relation(child).constraint(&constraint.name).is_some() {
            let constraints = &mut self.catalog.relation_mut(child, at).constraints;
            if let Some(own) = constraints.iter_mut().find(|own| own.name == constraint.name) {
                own.inherited += 1;
            }
            return Ok(());
        }
        let condition =
            crate::query::resolve_expression(&self.catalog, Some(child), (*condition.tree).clone())?;
        let kind = ConstraintKind::Check { condition, no_inherit: false };
        let copy = self.push_constraint(child, constraint.name, kind, None, constraint.validated || new);
        self.mark_constraint(child, copy);
        self.pass_check_to_children(child, copy)
    }

    fn mark_constraint(&mut self, id: RelationId, part: PartId) {
        let at = self.at;
        let constraints = &mut self.catalog.relation_mut(id, at).constraints;
        if let Some(constraint) = constraints.iter_mut().find(|constraint| constraint.id == part) {
            (constraint.local, constraint.inherited) = (false, 1);
        }
    }

    /// The constraint of an index that a partition has from its parent.
    pub(super) fn mark_inherited_constraint(&mut self, id: RelationId, index: RelationId) {
        let constraints = &self.catalog.relation(id).constraints;
        let own = constraints.iter().find(|c| matches!(c.kind, ConstraintKind::Index(own) if own == index));
        if let Some(part) = own.map(|constraint| constraint.id) {
            self.mark_constraint(id, part);
        }
    }

    /// Gives the partitions of a table an index that it has got.
    pub(super) fn pass_index_to_partitions(&mut self, id: RelationId, index: RelationId) -> Done {
        for partition in self.partitions(id) {
            self.copy_index(index, id, partition, Some(index))?;
        }
        Ok(())
    }

    /// Gives the partitions of a table a foreign key that it has got.
    pub(super) fn pass_foreign_key_to_partitions(&mut self, id: RelationId, name: &Name) -> Done {
        for partition in self.partitions(id) {
            self.copy_foreign_key(id, name, partition)?;
        }
        Ok(())
    }

    fn copy_foreign_key(&mut self, id: RelationId, name: &Name, partition: RelationId) -> Done {
        let relation = self.catalog.relation(id);
        let Some(constraint) = relation.constraint(name).cloned() else { return Ok(()) };
        let ConstraintKind::Foreign(key) = constraint.kind else { return Ok(()) };
        let own = |column: &PartId| {
            let name = &relation.column_by_id(*column)?.name;
            self.catalog.relation(partition).column(name).map(|column| column.id)
        };
        let columns = key.columns.iter().filter_map(own).collect();
        let kind = ConstraintKind::Foreign(ForeignKey { columns, ..key });
        let name = match self.catalog.relation(partition).constraint(name) {
            None => name.clone(),
            Some(_) => self.choose_constraint_name(partition, None, "fkey"),
        };
        let copy =
            self.push_constraint(partition, name.clone(), kind, constraint.deferral, constraint.validated);
        self.mark_constraint(partition, copy);
        self.pass_foreign_key_to_partitions(partition, &name)
    }

    /// What a new child takes over from its parents besides columns.
    pub(super) fn inherit_parts(&mut self, child: RelationId) -> Done {
        let Some(table) = self.catalog.relation(child).table().cloned() else { return Ok(()) };
        for parent in table.parents {
            let parts: Vec<PartId> = self.catalog.relation(parent).constraints.iter().map(|c| c.id).collect();
            for part in parts {
                self.inherit_check(parent, part, child, true)?;
            }
            if table.is_partition {
                self.take_over_from_partitioned(parent, child)?;
            }
        }
        Ok(())
    }

    fn take_over_from_partitioned(&mut self, parent: RelationId, child: RelationId) -> Done {
        for index in self.catalog.relation(parent).indexes.clone() {
            self.copy_index(index, parent, child, Some(index))?;
        }
        let foreign =
            |constraint: &&crate::catalog::Constraint| matches!(constraint.kind, ConstraintKind::Foreign(_));
        let names: Vec<Name> = self
            .catalog
            .relation(parent)
            .constraints
            .iter()
            .filter(foreign)
            .map(|c| c.name.clone())
            .collect();
        for name in names {
            self.copy_foreign_key(parent, &name, child)?;
        }
        Ok(())
    }

    /// Refuses a bound that does not go with the partition key, or that another partition has.
    pub(super) fn check_bound(&self, parent: RelationId, bound: &PartitionBound) -> Done {
        let Some(table) = self.catalog.relation(parent).table() else { return Ok(()) };
        let Some(strategy) = table.strategy else {
            let message =
                format!("`{}` is not partitioned", self.catalog.relation(parent).name.name.as_str());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        };
        let fits = match bound {
            PartitionBound::Default => strategy != PartitionStrategy::Hash,
            PartitionBound::Values(own, _) => *own == strategy,
        };
        if !fits {
            let message = "the bound is not one of the way in which the table is partitioned";
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        let is_taken = |child: &RelationId| {
            self.catalog.relation(*child).table().is_some_and(|table| table.bound.as_ref() == Some(bound))
        };
        if let Some(other) = self.partitions(parent).iter().find(|child| is_taken(child)) {
            let message =
                format!("the bound is that of `{}`", self.catalog.relation(*other).name.name.as_str());
            return Err(Refusal::new(SqlState::InvalidObjectDefinition, message));
        }
        Ok(())
    }

    pub(super) fn inherit(&mut self, child: RelationId, parent: &Path) -> Done {
        let parent = self.require_table(parent)?;
        self.link(parent, child, false)
    }

    /// Makes a table that exists a child: it must have the parent's columns.
    fn link(&mut self, parent: RelationId, child: RelationId, partition: bool) -> Done {
        self.check_link(parent, child)?;
        if self.is_too_deep(&[parent], Some(child)) {
            return Ok(());
        }
        for column in self.catalog.relation(parent).columns.clone() {
            let Some(own) = self.catalog.relation(child).column(&column.name).cloned() else {
                let message = format!("the child lacks column `{}`", column.name.as_str());
                return Err(Refusal::new(SqlState::DatatypeMismatch, message));
            };
            if own.ty != column.ty || !column.nullable && own.nullable {
                let message =
                    format!("column `{}` of the child is not that of the parent", column.name.as_str());
                return Err(Refusal::new(SqlState::DatatypeMismatch, message));
            }
            self.change_column(child, own.id, |own| own.inherited += 1);
        }
        let at = self.at;
        self.catalog.add_parent(child, parent, at);
        if let Some(table) = self.catalog.relation_mut(child, at).table_mut() {
            table.is_partition |= partition;
        }
        Ok(())
    }

    /// Refuses a second link between two tables, and circles.
    fn check_link(&self, parent: RelationId, child: RelationId) -> Done {
        let name = |id: RelationId| self.catalog.relation(id).name.name.as_str().to_owned();
        if self.parents(child).contains(&parent) {
            let message = format!("`{}` is a child of `{}` already", name(child), name(parent));
            return Err(Refusal::new(SqlState::DuplicateTable, message));
        }
        if self.lineage(&[parent], Self::parents).0.contains(&child) {
            let message = format!("`{}` would be a child of its own", name(child));
            return Err(Refusal::new(SqlState::DuplicateTable, message));
        }
        Ok(())
    }

    pub(super) fn attach_partition(
        &mut self,
        parent: RelationId,
        child: &Path,
        bound: &PartitionBound,
    ) -> Done {
        let partitioned =
            self.catalog.relation(parent).table().is_some_and(|table| table.partitioned_by.is_some());
        if !partitioned && self.catalog.relation(parent).table().is_some() {
            let message = "the table is not partitioned";
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        let child = self.require_table(child)?;
        self.link(parent, child, true)?;
        self.check_bound(parent, bound)?;
        let at = self.at;
        if let Some(table) = self.catalog.relation_mut(child, at).table_mut() {
            table.bound = Some(bound.clone());
        }
        self.attach_indexes(parent, child)
    }

    /// An index of the parent takes an equal one of the partition, or makes one.
    fn attach_indexes(&mut self, parent: RelationId, child: RelationId) -> Done {
        for index in self.catalog.relation(parent).indexes.clone() {
            let equal =
                self.catalog.relation(child).indexes.iter().copied().find(|own| self.is_copy(index, *own));
            match equal {
                Some(own) => {
                    let at = self.at;
                    if let RelationKind::Index(entry) = &mut self.catalog.relation_mut(own, at).kind {
                        entry.parent = Some(index);
                    }
                    self.mark_inherited_constraint(child, own);
                }
                None => self.copy_index(index, parent, child, Some(index))?,
            }
        }
        let foreign =
            |constraint: &&crate::catalog::Constraint| matches!(constraint.kind, ConstraintKind::Foreign(_));
        let names: Vec<Name> = self
            .catalog
            .relation(parent)
            .constraints
            .iter()
            .filter(foreign)
            .map(|c| c.name.clone())
            .collect();
        for name in names {
            self.copy_foreign_key(parent, &name, child)?;
        }
        Ok(())
    }

    /// Whether an index of a partition is what an index of its parent would make there.
    fn is_copy(&self, index: RelationId, own: RelationId) -> bool {
        let names = |id: RelationId| {
            let index = self.catalog.relation(id).index()?;
            let table = self.catalog.relation(index.table);
            let columns = index.key_columns()?;
            let names: Vec<Name> = columns
                .iter()
                .filter_map(|id| table.column_by_id(*id))
                .map(|column| column.name.clone())
                .collect();
            Some((names, index.kind, index.method.clone(), index.predicate.is_some()))
        };
        let unowned = self.catalog.relation(own).index().is_some_and(|index| index.parent.is_none());
        unowned && names(index).is_some() && names(index) == names(own)
    }

    pub(super) fn no_inherit(&mut self, child: RelationId, parent: &Path) -> Done {
        let parent = self.require_table(parent)?;
        self.unlink(parent, child)
    }

    pub(super) fn detach_partition(&mut self, parent: RelationId, child: &Path) -> Done {
        let child = self.require_table(child)?;
        self.unlink(parent, child)
    }

    fn unlink(&mut self, parent: RelationId, child: RelationId) -> Done {
        let is_child =
            self.catalog.relation(child).table().is_some_and(|table| table.parents.contains(&parent));
        if !is_child {
            let message = "the table is no child of the other";
            return Err(Refusal::new(SqlState::UndefinedTable, message));
        }
        let at = self.at;
        let relation = self.catalog.relation_mut(child, at);
        for column in &mut relation.columns {
            column.inherited = column.inherited.saturating_sub(1);
            column.local |= column.inherited == 0;
        }
        for constraint in &mut relation.constraints {
            constraint.inherited = constraint.inherited.saturating_sub(1);
            constraint.local |= constraint.inherited == 0;
        }
        if let Some(table) = relation.table_mut() {
            table.parents.retain(|own| *own != parent);
            table.is_partition = false;
            table.bound = None;
        }
        for index in self.catalog.relation(child).indexes.clone() {
            if let RelationKind::Index(index) = &mut self.catalog.relation_mut(index, at).kind {
                index.parent = None;
            }
        }
        Ok(())
    }
}
