//! Foreign keys: what they may refer to.

use driftless_ir::{IndexKind, Name};

use super::Interpreter;
use crate::catalog::{ConstraintKind, ForeignKey, PartId, RelationId};
use crate::coercion::refers;
use crate::names::columns_addition;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Deferral, Persistence, Reference};

impl Interpreter {
    pub(super) fn add_foreign_key(
        &mut self,
        id: RelationId,
        name: Option<Name>,
        reference: &Reference,
        deferral: Deferral,
        validated: bool,
    ) -> Done {
        let target = self.catalog.require_relation(&reference.target)?;
        if self.catalog.relation(target).table().is_none_or(|table| table.foreign) {
            let message = format!("`{}` is not a table", reference.target);
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        self.check_persistence(id, target)?;
        if let Some(name) = &name {
            self.check_constraint_name_free(id, name)?;
        }
        let columns =
            reference.columns.iter().map(|name| self.require_column(id, name)).collect::<Done<Vec<_>>>()?;
        let (target_columns, target_index) = self.target_key(target, &reference.target_columns)?;
        if columns.len() != target_columns.len() {
            let message = "a foreign key refers with as many columns as it refers to";
            return Err(Refusal::new(SqlState::InvalidForeignKey, message));
        }
        self.check_types_refer(id, &columns, target, &target_columns)?;
        let name = name.unwrap_or_else(|| {
            let middle = columns_addition(reference.columns.iter().map(Name::as_str));
            self.choose_constraint_name(id, Some(&middle), "fkey")
        });
        let key = ForeignKey {
            columns,
            target,
            target_columns,
            target_index,
            on_delete: reference.on_delete,
            on_update: reference.on_update,
        };
        self.push_constraint(id, name.clone(), ConstraintKind::Foreign(key), deferral, validated);
        self.pass_foreign_key_to_partitions(id, &name)
    }

    fn check_persistence(&self, id: RelationId, target: RelationId) -> Done {
        let rank = |id: RelationId| self.catalog.relation(id).persistence;
        let refused = match (rank(id), rank(target)) {
            (Persistence::Permanent, Persistence::Permanent) => None,
            (Persistence::Permanent, _) => Some("a permanent table may refer to permanent tables only"),
            (Persistence::Unlogged, Persistence::Temporary) => {
                Some("an unlogged table may not refer to a temporary table")
            }
            (Persistence::Temporary, Persistence::Permanent | Persistence::Unlogged) => {
                Some("a temporary table may refer to temporary tables only")
            }
            _ => None,
        };
        refused.map_or(Ok(()), |message| Err(Refusal::new(SqlState::InvalidTableDefinition, message)))
    }

    /// The columns that are referred to, and the unique index that makes them a key.
    fn target_key(&self, target: RelationId, names: &[Name]) -> Done<(Vec<PartId>, RelationId)> {
        let relation = self.catalog.relation(target);
        let table = relation.name.name.as_str();
        let deferrable = || {
            let message = format!("table `{table}` is referred to by a key that is deferrable");
            Refusal::new(SqlState::ObjectNotInPrerequisiteState, message)
        };
        if names.is_empty() {
            let missing = || {
                let message = format!("table `{table}` has no primary key to refer to");
                Refusal::new(SqlState::UndefinedObject, message)
            };
            let id = self.primary_key(target).ok_or_else(missing)?;
            let index = self.catalog.relation(id).index().ok_or_else(missing)?;
            if index.deferral.is_some() {
                return Err(deferrable());
            }
            return Ok((index.key_columns().unwrap_or_default(), id));
        }
        let columns = names.iter().map(|name| self.require_column(target, name)).collect::<Done<Vec<_>>>()?;
        let mut wanted = columns.clone();
        wanted.sort_unstable();
        let mut found_deferrable = false;
        for id in &relation.indexes {
            let Some(index) = self.catalog.relation(*id).index() else { continue };
            let mut keys = index.key_columns().unwrap_or_default();
            keys.sort_unstable();
            if index.kind == IndexKind::Plain || index.predicate.is_some() || keys != wanted {
                continue;
            }
            if index.deferral.is_none() {
                return Ok((columns, *id));
            }
            found_deferrable = true;
        }
        if found_deferrable {
            return Err(deferrable());
        }
        let list = names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let message = format!("no primary key or unique of table `{table}` is on ({list})");
        Err(Refusal::new(SqlState::InvalidForeignKey, message))
    }

    fn check_types_refer(
        &self,
        id: RelationId,
        columns: &[PartId],
        target: RelationId,
        others: &[PartId],
    ) -> Done {
        for (column, other) in columns.iter().zip(others) {
            let own = self.catalog.relation(id).column_by_id(*column);
            let other = self.catalog.relation(target).column_by_id(*other);
            let (Some(own), Some(other)) = (own, other) else { continue };
            if refers(&self.catalog, &own.ty, &other.ty) == Some(false) {
                let message = format!(
                    "column `{}` of type {} cannot refer to `{}` of type {}",
                    own.name.as_str(),
                    self.catalog.type_text(&own.ty),
                    other.name.as_str(),
                    self.catalog.type_text(&other.ty)
                );
                return Err(Refusal::new(SqlState::DatatypeMismatch, message));
            }
        }
        Ok(())
    }

    /// After a column has another type: foreign keys from it and to it must still fit, indexes must still be possible,
    /// and expressions that compare it with a value of the former enum no longer are.
    pub(super) fn check_keys_after_type(
        &self,
        id: RelationId,
        column: PartId,
        from: &crate::catalog::Type,
    ) -> Done {
        let others = self.catalog.referrers(id).filter(|(other, _)| *other != id);
        for (other, relation) in others.chain([(id, self.catalog.relation(id))]) {
            for constraint in &relation.constraints {
                let ConstraintKind::Foreign(key) = &constraint.kind else { continue };
                let concerned = (other == id && key.columns.contains(&column))
                    || (key.target == id && key.target_columns.contains(&column));
                if concerned {
                    self.check_types_refer(other, &key.columns, key.target, &key.target_columns)?;
                }
            }
        }
        for index_id in &self.catalog.relation(id).indexes {
            let Some(index) = self.catalog.relation(*index_id).index() else { continue };
            if index.keys.iter().any(|key| key.column() == Some(column)) {
                self.check_indexable(id, index)?;
            }
        }
        self.check_expressions_after_type(id, column, from)
    }
}
