//! Constraints of tables.

use std::collections::BTreeSet;

use driftless_ir::{IndexKind, Name};
use sqlparser::ast::Expr;

use super::{Interpreter, Reach};
use crate::catalog::{Constraint, ConstraintKind, History, Object, PartId, Relation, RelationId};
use crate::names::choose_name;
use crate::query::resolve_expression;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{
    ConstraintBody, CreateIndex, Deferral, IndexKeySpec, Key, KeySpec, Path, TableConstraint,
};

/// How many constraints of a table are followed: each statement on a table goes through all of them.
const MOST_CONSTRAINTS: usize = 2_000;

impl Interpreter {
    /// Adds the constraints of one statement in PostgreSQL's order: checks, then those with an index (the primary key
    /// first), then foreign keys.
    pub(super) fn add_constraints(&mut self, id: RelationId, constraints: Vec<TableConstraint>) -> Done {
        let mut primaries = 0;
        let (mut indexes, mut foreign) = (Vec::new(), Vec::new());
        for constraint in constraints {
            match &constraint.body {
                ConstraintBody::Check(_) => self.add_constraint(id, constraint)?,
                ConstraintBody::Primary(_) => {
                    primaries += 1;
                    indexes.insert(0, constraint);
                }
                ConstraintBody::Unique(_) | ConstraintBody::Exclude(_) => indexes.push(constraint),
                ConstraintBody::Foreign(_) => foreign.push(constraint),
            }
        }
        if primaries > 1 {
            return Err(self.second_primary_key(id));
        }
        for constraint in without_repetitions(indexes).into_iter().chain(foreign) {
            self.add_constraint(id, constraint)?;
        }
        Ok(())
    }

    fn second_primary_key(&self, id: RelationId) -> Refusal {
        let name = &self.catalog.relation(id).name.name;
        let message = format!("more than one primary key for table `{}`", name.as_str());
        Refusal::new(SqlState::InvalidTableDefinition, message)
    }

    /// Adds one constraint.
    pub(super) fn add_constraint(&mut self, id: RelationId, constraint: TableConstraint) -> Done {
        if self.catalog.relation(id).constraints.len() >= MOST_CONSTRAINTS {
            self.doubt(format!("gives a table more than {MOST_CONSTRAINTS} constraints"), Reach::Anything);
            return Ok(());
        }
        let TableConstraint { name, body, deferral, not_valid, no_inherit } = constraint;
        match body {
            ConstraintBody::Check(condition) => {
                self.add_check(id, name, *condition, not_valid, no_inherit).map(|_| ())
            }
            ConstraintBody::Primary(key) => self.add_key(id, name, key, IndexKind::Primary, deferral),
            ConstraintBody::Unique(key) => {
                self.add_key(id, name, key, IndexKind::Unique { constraint: true }, deferral)
            }
            ConstraintBody::Foreign(reference) => {
                self.add_foreign_key(id, name, &reference, deferral, !not_valid)
            }
            ConstraintBody::Exclude(index) => {
                let spec = CreateIndex { name, ..*index };
                self.make_index(id, spec, IndexKind::Plain, Some(deferral), None).map(|_| ())
            }
        }
    }

    /// Refuses a name that a constraint of the table has.
    pub(super) fn check_constraint_name_free(&self, id: RelationId, name: &Name) -> Done {
        let relation = self.catalog.relation(id);
        if relation.constraint(name).is_none() {
            return Ok(());
        }
        let message =
            format!("constraint `{}` of `{}` already exists", name.as_str(), relation.name.name.as_str());
        Err(Refusal::new(SqlState::DuplicateObject, message))
    }

    /// A free name for a constraint without an index.
    pub(super) fn choose_constraint_name(&self, id: RelationId, middle: Option<&str>, label: &str) -> Name {
        let relation = self.catalog.relation(id);
        let own: BTreeSet<&Name> = relation.constraints.iter().map(|constraint| &constraint.name).collect();
        choose_name(relation.name.name.as_str(), middle, label, |name| {
            own.contains(name) || self.catalog.has_constraint_name(&relation.name.namespace, name)
        })
    }

    /// Puts a constraint into a relation.
    pub(super) fn push_constraint(
        &mut self,
        id: RelationId,
        name: Name,
        kind: ConstraintKind,
        deferral: Deferral,
        validated: bool,
    ) -> PartId {
        let at = self.at;
        let relation = self.catalog.relation_mut(id, at);
        let part = relation.take_part_id();
        let history = History::new(at);
        relation.constraints.push(Constraint {
            id: part,
            name,
            kind,
            deferral,
            validated,
            local: true,
            inherited: 0,
            history,
        });
        part
    }

    fn add_check(
        &mut self,
        id: RelationId,
        name: Option<Name>,
        condition: Expr,
        not_valid: bool,
        no_inherit: bool,
    ) -> Done<PartId> {
        if let Some(name) = &name {
            self.check_constraint_name_free(id, name)?;
        }
        if contains_query(&condition) {
            return Err(Refusal::new(SqlState::FeatureNotSupported, "a check cannot hold a query"));
        }
        let condition = resolve_expression(&self.catalog, Some(id), condition)?;
        let name = name.unwrap_or_else(|| {
            let column = match condition.uses.own_columns.as_slice() {
                [column] => Some(self.column_name(id, *column)),
                _ => None,
            };
            self.choose_constraint_name(id, column.as_ref().map(Name::as_str), "check")
        });
        let kind = ConstraintKind::Check { condition, no_inherit };
        let part = self.push_constraint(id, name, kind, None, !not_valid);
        if !no_inherit {
            self.pass_check_to_children(id, part)?;
        }
        Ok(part)
    }

    fn add_key(
        &mut self,
        id: RelationId,
        name: Option<Name>,
        key: Key,
        kind: IndexKind,
        deferral: Deferral,
    ) -> Done {
        if let Some(index) = &key.using_index {
            return self.adopt_index(id, name, index, kind, deferral);
        }
        let twice = key.columns.iter().enumerate().find(|(at, column)| key.columns[..*at].contains(column));
        if let Some((_, column)) = twice {
            let message = format!("column `{}` stands twice in a key", column.as_str());
            return Err(Refusal::new(SqlState::DuplicateColumn, message));
        }
        let parts = key.columns.iter().map(|name| self.require_column(id, name)).collect::<Done<Vec<_>>>()?;
        if kind == IndexKind::Primary && self.primary_key(id).is_some() {
            return Err(self.second_primary_key(id));
        }
        for (column, part) in key.columns.iter().zip(parts) {
            if kind == IndexKind::Primary {
                self.set_nullable(id, part, false);
                let name = column.clone();
                self.forbid_null_in_children(id, &name);
            }
        }
        let spec = CreateIndex {
            name,
            table: Path { namespace: None, name: self.catalog.relation(id).name.name.clone() },
            unique: true,
            concurrently: false,
            if_not_exists: false,
            only: false,
            method: driftless_ir::IndexMethod::BTree,
            keys: key.columns.into_iter().map(plain_key).collect(),
            include: key.include,
            nulls_not_distinct: key.nulls_not_distinct,
            predicate: None,
            labels: Vec::new(),
        };
        self.make_index(id, spec, kind, Some(deferral), None).map(|_| ())
    }

    pub(super) fn primary_key(&self, id: RelationId) -> Option<RelationId> {
        let is_primary = |index: &&RelationId| {
            self.catalog.relation(**index).index().is_some_and(|i| i.kind == IndexKind::Primary)
        };
        self.catalog.relation(id).indexes.iter().find(is_primary).copied()
    }

    /// `ADD CONSTRAINT … USING INDEX`: the index takes the constraint's name.
    fn adopt_index(
        &mut self,
        id: RelationId,
        name: Option<Name>,
        index_name: &Name,
        kind: IndexKind,
        deferral: Deferral,
    ) -> Done {
        let path = Path {
            namespace: Some(self.catalog.relation(id).name.namespace.clone()),
            name: index_name.clone(),
        };
        let missing = || {
            Refusal::new(SqlState::UndefinedObject, format!("index `{}` does not exist", index_name.as_str()))
        };
        let index_id = self.catalog.find_relation_path(&path).ok_or_else(missing)?;
        let Some(index) = self.catalog.relation(index_id).index().cloned() else { return Err(missing()) };
        let fits = index.table == id
            && !index.constraint
            && index.kind.is_unique()
            && index.predicate.is_none()
            && index.key_columns().is_some();
        if !fits {
            let message = format!("index `{}` cannot become a constraint", index_name.as_str());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        if kind == IndexKind::Primary && self.primary_key(id).is_some() {
            return Err(self.second_primary_key(id));
        }
        let name = name.unwrap_or_else(|| index_name.clone());
        self.check_constraint_name_free(id, &name)?;
        if name != *index_name {
            self.rename_relation_to(index_id, name.clone())?;
        }
        if kind == IndexKind::Primary {
            for column in index.key_columns().unwrap_or_default() {
                self.set_nullable(id, column, false);
            }
        }
        let at = self.at;
        if let crate::catalog::RelationKind::Index(index) = &mut self.catalog.relation_mut(index_id, at).kind
        {
            (index.kind, index.constraint, index.deferral) = (kind, true, deferral);
        }
        self.push_constraint(id, name, ConstraintKind::Index(index_id), deferral, true);
        Ok(())
    }

    /// The constraint of a name, which must exist.
    pub(super) fn require_constraint<'a>(&self, relation: &'a Relation, name: &Name) -> Done<&'a Constraint> {
        relation.constraint(name).ok_or_else(|| {
            let message =
                format!("constraint `{}` of `{}` does not exist", name.as_str(), relation.name.name.as_str());
            Refusal::new(SqlState::UndefinedObject, message)
        })
    }

    pub(super) fn drop_constraint(
        &mut self,
        id: RelationId,
        name: &Name,
        if_exists: bool,
        cascade: bool,
    ) -> Done {
        let relation = self.catalog.relation(id);
        if if_exists && relation.constraint(name).is_none() {
            return Ok(());
        }
        let constraint = self.require_constraint(relation, name)?;
        if constraint.inherited > 0 {
            let message = format!("constraint `{}` is inherited", name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        let mut roots = vec![Object::Constraint(id, constraint.id)];
        let (at, kind) = (self.at, constraint.kind.clone());
        match kind {
            ConstraintKind::Check { no_inherit: false, .. } | ConstraintKind::Foreign(_) => {
                roots.extend(self.inherited_constraints(id, name));
            }
            _ => {}
        }
        self.catalog.drop_objects(roots, cascade, at).map(|_| ())
    }

    pub(super) fn rename_constraint(&mut self, id: RelationId, name: &Name, to: Name) -> Done {
        let constraint = self.require_constraint(self.catalog.relation(id), name)?;
        if constraint.inherited > 0 {
            let message = format!("constraint `{}` is inherited", name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        if let ConstraintKind::Index(index) = constraint.kind {
            return self.rename_relation_to(index, to);
        }
        self.check_constraint_name_free(id, &to)?;
        self.rename_constraint_entry(id, name, &to);
        Ok(())
    }

    pub(super) fn rename_constraint_entry(&mut self, id: RelationId, name: &Name, to: &Name) {
        let at = self.at;
        let constraints = &mut self.catalog.relation_mut(id, at).constraints;
        if let Some(constraint) = constraints.iter_mut().find(|constraint| constraint.name == *name) {
            constraint.name = to.clone();
            constraint.history.changed = at;
        }
        for child in self.children(id) {
            if self
                .catalog
                .relation(child)
                .constraint(name)
                .is_some_and(|constraint| constraint.inherited > 0)
            {
                self.rename_constraint_entry(child, name, to);
            }
        }
    }

    pub(super) fn validate_constraint(&mut self, id: RelationId, name: &Name) -> Done {
        let constraint = self.require_constraint(self.catalog.relation(id), name)?;
        if !matches!(constraint.kind, ConstraintKind::Foreign(_) | ConstraintKind::Check { .. }) {
            let message = format!("constraint `{}` is neither a foreign key nor a check", name.as_str());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        self.change_constraint(id, name, |constraint| constraint.validated = true);
        Ok(())
    }

    pub(super) fn alter_constraint(&mut self, id: RelationId, name: &Name, deferral: Deferral) -> Done {
        let constraint = self.require_constraint(self.catalog.relation(id), name)?;
        if !matches!(constraint.kind, ConstraintKind::Foreign(_)) {
            let message = format!("constraint `{}` is not a foreign key", name.as_str());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        self.change_constraint(id, name, |constraint| constraint.deferral = deferral);
        Ok(())
    }

    fn change_constraint(&mut self, id: RelationId, name: &Name, change: impl FnOnce(&mut Constraint)) {
        let at = self.at;
        let constraints = &mut self.catalog.relation_mut(id, at).constraints;
        if let Some(constraint) = constraints.iter_mut().find(|constraint| constraint.name == *name) {
            change(constraint);
            constraint.history.changed = at;
        }
    }
}

pub(super) fn plain_key(column: Name) -> IndexKeySpec {
    IndexKeySpec {
        key: KeySpec::Column(column),
        collation: None,
        operator_class: None,
        sort: driftless_ir::SortOrder::Ascending,
        nulls: None,
    }
}

/// Takes out constraints that ask for an index that another one of the statement asks for; a name survives.
fn without_repetitions(constraints: Vec<TableConstraint>) -> Vec<TableConstraint> {
    let mut kept: Vec<TableConstraint> = Vec::new();
    for constraint in constraints {
        let same = |other: &&mut TableConstraint| {
            let key = |body: &ConstraintBody| match body {
                ConstraintBody::Primary(key) | ConstraintBody::Unique(key) => {
                    Some((key.columns.clone(), key.include.clone(), key.nulls_not_distinct))
                }
                _ => None,
            };
            key(&other.body).is_some()
                && key(&other.body) == key(&constraint.body)
                && other.deferral == constraint.deferral
        };
        match kept.iter_mut().find(same) {
            Some(prior) => prior.name = prior.name.take().or(constraint.name),
            None => kept.push(constraint),
        }
    }
    kept
}

fn contains_query(condition: &Expr) -> bool {
    sqlparser::ast::visit_expressions(condition, |expression| match expression {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    })
    .is_break()
}
