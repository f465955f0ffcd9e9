//! `ALTER TABLE`: its actions take effect in PostgreSQL's order of passes, not in that of the statement.

use super::{Interpreter, Reach};
use driftless_ir::Name;

use crate::catalog::{Filling, Object, PartId, RelationId, RelationKind, Type};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{AlterTable, ConstraintBody, ObjectKind, TableAction};

/// The pass of an action, as in PostgreSQL's `ATPrepCmd`.
fn pass(action: &TableAction) -> u8 {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::DropDefault { .. }
        | TableAction::DropNotNull { .. }
        | TableAction::DropIdentity { .. }
        | TableAction::DropExpression { .. } => 0,
        TableAction::SetType { .. } => 1,
        TableAction::AddColumn { .. } => 4,
        TableAction::SetNotNull { .. } | TableAction::SetIdentity { .. } => 6,
        TableAction::AddConstraint(constraint) => match constraint.body {
            ConstraintBody::Primary(_) | ConstraintBody::Unique(_) | ConstraintBody::Exclude(_) => 7,
            _ => 9,
        },
        TableAction::SetDefault { .. } | TableAction::AddIdentity { .. } => 9,
        _ => 10,
    }
}

/// Children carry out an action of the first pass after their parent is through with it: by then, a column that the
/// parent drops is gone.
fn check_children_keep_columns(actions: &[TableAction]) -> Done {
    let dropped: Vec<_> = actions
        .iter()
        .filter_map(|action| match action {
            TableAction::DropColumn { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    let gone = actions.iter().find_map(|action| match action {
        TableAction::DropNotNull { column } | TableAction::DropDefault { column } => {
            dropped.contains(&column).then_some(column)
        }
        _ => None,
    });
    match gone {
        None => Ok(()),
        Some(column) => {
            let message = format!("column `{}` of a child is dropped before it is changed", column.as_str());
            Err(Refusal::new(SqlState::UndefinedColumn, message))
        }
    }
}

impl Interpreter {
    pub(super) fn alter_table(&mut self, alter: AlterTable) -> Done {
        let Some(id) = self.catalog.find_relation_path(&alter.name) else {
            if alter.if_exists {
                self.note_lack();
                return Ok(());
            }
            return self.catalog.require_relation(&alter.name).map(|_| ());
        };
        self.check_kind(id, alter.kind, &alter.name)?;
        if alter.kind == ObjectKind::Index {
            return Ok(());
        }
        if alter.only && !self.children(id).is_empty() {
            self.doubt("changes a parent without its children", Reach::Named(vec![alter.name]));
            return Ok(());
        }
        let mut actions = alter.actions;
        actions.sort_by_key(pass);
        if !self.children(id).is_empty() {
            check_children_keep_columns(&actions)?;
        }
        let (mut waiting, mut retyped) = (Vec::new(), Vec::new());
        let mut actions = actions.into_iter().peekable();
        while let Some(action) = actions.next() {
            let number = pass(&action);
            match action {
                TableAction::AddColumn { column, if_not_exists } => {
                    waiting.extend(self.add_column(id, *column, if_not_exists)?);
                }
                TableAction::SetType { column, ty, using } => {
                    let part = self.require_column(id, &column)?;
                    self.check_type_unchanged(id, part, &column, &mut retyped)?;
                    self.set_type(id, part, &ty, using.as_deref())?;
                }
                action => self.alter_one(id, action)?,
            }
            // What the new columns ask for comes in the passes behind theirs.
            if number <= 4 && actions.peek().is_none_or(|next| pass(next) > 4) && !waiting.is_empty() {
                let constraints = std::mem::take(&mut waiting);
                self.add_constraints(id, constraints)?;
            }
        }
        Ok(())
    }

    /// Refuses to change a column's type that the statement has changed already.
    fn check_type_unchanged(
        &self,
        id: RelationId,
        part: PartId,
        column: &Name,
        retyped: &mut Vec<(PartId, Type)>,
    ) -> Done {
        let now = self.catalog.relation(id).column_by_id(part).map(|column| column.ty.clone());
        let Some(now) = now else { return Ok(()) };
        match retyped.iter().find(|(known, _)| *known == part) {
            Some((_, former)) if *former != now => {
                let message = format!("the type of column `{}` is changed twice", column.as_str());
                return Err(Refusal::new(SqlState::FeatureNotSupported, message));
            }
            Some(_) => {}
            None => retyped.push((part, now)),
        }
        Ok(())
    }

    /// Refuses a statement whose word for the relation is wrong. `ALTER TABLE` takes views and indexes too.
    fn check_kind(&self, id: RelationId, kind: ObjectKind, name: &crate::statement::Path) -> Done {
        let relation = self.catalog.relation(id);
        let fits = match kind {
            ObjectKind::Table => !matches!(relation.kind, RelationKind::Sequence(_)),
            ObjectKind::ForeignTable => relation.table().is_some_and(|table| table.foreign),
            ObjectKind::View => relation.view().is_some_and(|view| !view.materialized),
            ObjectKind::MaterializedView => relation.view().is_some_and(|view| view.materialized),
            ObjectKind::Index => relation.index().is_some(),
            ObjectKind::Sequence => relation.sequence().is_some(),
            _ => true,
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::new(SqlState::WrongObjectType, format!("`{name}` is not a {}", kind.word())))
    }

    fn alter_one(&mut self, id: RelationId, action: TableAction) -> Done {
        match action {
            TableAction::DropColumn { name, if_exists, cascade } => {
                self.drop_column(id, &name, if_exists, cascade)
            }
            TableAction::SetDefault { column, value } => {
                self.with_children(id, &column, |own, id, column| {
                    own.set_default(id, column, (*value).clone())
                })
            }
            TableAction::DropDefault { column } => self.with_children(id, &column, Self::drop_default),
            TableAction::SetNotNull { column } => {
                let part = self.require_column(id, &column)?;
                self.set_nullable(id, part, false);
                self.forbid_null_in_children(id, &column);
                Ok(())
            }
            TableAction::DropNotNull { column } => self.with_children(id, &column, Self::drop_not_null),
            TableAction::AddIdentity { column, always, options } => {
                let column = self.require_column(id, &column)?;
                self.add_identity(id, column, always, &options)
            }
            TableAction::SetIdentity { column, always, options } => {
                let part = self.require_column(id, &column)?;
                self.set_identity(id, part, &column, always, &options)
            }
            TableAction::DropIdentity { column, if_exists } => {
                let column = self.require_column(id, &column)?;
                self.drop_identity(id, column, if_exists)
            }
            TableAction::DropExpression { column, if_exists } => {
                let column = self.require_column(id, &column)?;
                self.drop_expression(id, column, if_exists)
            }
            other => self.alter_whole(id, other),
        }
    }

    /// Changes a column of a table and of all that inherit it.
    fn with_children(
        &mut self,
        id: RelationId,
        column: &Name,
        mut change: impl FnMut(&mut Self, RelationId, PartId) -> Done,
    ) -> Done {
        let mut tables = vec![id];
        while let Some(table) = tables.pop() {
            let part = self.require_column(table, column)?;
            change(self, table, part)?;
            tables.extend(self.children(table));
        }
        Ok(())
    }

    /// Actions on the table as a whole.
    fn alter_whole(&mut self, id: RelationId, action: TableAction) -> Done {
        match action {
            TableAction::AddConstraint(constraint) => {
                self.note_constraint(id, &constraint);
                self.add_constraint(id, *constraint)
            }
            TableAction::DropConstraint { name, if_exists, cascade } => {
                self.drop_constraint(id, &name, if_exists, cascade)
            }
            TableAction::AlterConstraint { name, deferral } => self.alter_constraint(id, &name, deferral),
            TableAction::ValidateConstraint { name } => self.validate_constraint(id, &name),
            TableAction::RenameConstraint { name, to } => self.rename_constraint(id, &name, to),
            TableAction::RenameColumn { name, to } => self.rename_column(id, &name, to),
            TableAction::SetPersistence(persistence) => {
                let at = self.at;
                self.catalog.relation_mut(id, at).persistence = persistence;
                Ok(())
            }
            TableAction::RowSecurity { for_owner, on } => {
                let at = self.at;
                if let RelationKind::Table(table) = &mut self.catalog.relation_mut(id, at).kind {
                    *(if for_owner { &mut table.forced_row_security } else { &mut table.row_security }) = on;
                }
                Ok(())
            }
            TableAction::Inherit { parent } => self.inherit(id, &parent),
            TableAction::NoInherit { parent } => self.no_inherit(id, &parent),
            TableAction::AttachPartition { child, bound } => self.attach_partition(id, &child, &bound),
            TableAction::DetachPartition { child } => self.detach_partition(id, &child),
            TableAction::Untracked { column: Some(column) } => self.require_column(id, &column).map(|_| ()),
            TableAction::SwitchTrigger { name: Some(name) } => {
                if self.catalog.relation(id).triggers.iter().any(|trigger| trigger.name == name) {
                    return Ok(());
                }
                let message = format!("trigger `{}` does not exist", name.as_str());
                Err(Refusal::new(SqlState::UndefinedObject, message))
            }
            _ => Ok(()),
        }
    }

    fn drop_column(&mut self, id: RelationId, name: &Name, if_exists: bool, cascade: bool) -> Done {
        if if_exists && self.catalog.relation(id).column(name).is_none() {
            return Ok(());
        }
        let column = self.require_column(id, name)?;
        let relation = self.catalog.relation(id);
        let inherited = relation.column_by_id(column).is_some_and(|column| column.inherited > 0);
        let in_key = relation.table().and_then(|table| table.partitioned_by.as_ref());
        if inherited || in_key.is_some_and(|key| key.contains(&column)) {
            let message = format!(
                "column `{}` cannot be dropped: it is inherited or partitions the table",
                name.as_str()
            );
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        let mut roots = vec![Object::Column(id, column)];
        roots.extend(self.inherited_columns(id, name));
        let at = self.at;
        self.catalog.drop_objects(roots, cascade, at).map(|_| ())
    }

    fn set_identity(
        &mut self,
        id: RelationId,
        part: u32,
        name: &Name,
        always: Option<bool>,
        options: &crate::statement::SequenceOptions,
    ) -> Done {
        let filling = self.catalog.relation(id).column_by_id(part).map(|column| column.filling.clone());
        let Some(Filling::Identity { always: former, sequence }) = filling else {
            let message = format!("column `{}` is not an identity column", name.as_str());
            return Err(Refusal::new(SqlState::ObjectNotInPrerequisiteState, message));
        };
        self.set_filling(id, part, Filling::Identity { always: always.unwrap_or(former), sequence });
        self.change_sequence(sequence, options)
    }
}
