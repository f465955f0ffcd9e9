//! Who refers to whom, the other way round.
//!
//! A statement that drops or changes an object asks what refers to it, and must not look through everything that exists.
//! The index is a superset: what once referred to an object stays listed, so that taking changes back needs no care, and
//! whoever asks looks at each candidate itself. Ids are never used again.

use std::collections::BTreeSet;

use driftless_ir::Name;

use super::{
    Base, Catalog, ConstraintKind, Expression, Filling, Function, FunctionId, Relation, RelationId,
    RelationKind, TEMPORARY, Type, TypeEntry, TypeId, TypeKind, Uses,
};

/// What can be referred to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Relation(RelationId),
    Type(TypeId),
    Function(FunctionId),
    /// A relation as the parent of tables.
    Parent(RelationId),
    /// A name that constraints have.
    ConstraintName(Name),
    /// A name that functions have.
    FunctionName(Name),
    /// The namespace of temporary objects.
    Temporary,
}

/// What refers to something. The order is the one in which dependents are told: by kind, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    Relation(RelationId),
    Type(TypeId),
    Function(FunctionId),
}

/// The references that there are or once were.
#[derive(Clone, Debug, Default)]
pub(super) struct References {
    known: BTreeSet<(Target, Holder)>,
    /// What may have changed since its references were read.
    changed: BTreeSet<Holder>,
}

impl References {
    /// Notes that the references of an object may be others from now on.
    pub(super) fn touch(&mut self, holder: Holder) {
        self.changed.insert(holder);
    }

    /// What may refer to a target, without doubles.
    fn holders(&self, target: Target) -> Vec<Holder> {
        let first = (target, Holder::Relation(RelationId(0)));
        let of_target = self.known.range(&first..).take_while(|(known, _)| *known == first.0);
        let mut holders: Vec<Holder> = of_target.map(|(_, holder)| *holder).collect();
        if !self.changed.is_empty() {
            holders.extend(&self.changed);
            holders.sort_unstable();
            holders.dedup();
        }
        holders
    }
}

impl Catalog {
    /// Reads the references of what has changed.
    pub(super) fn note_references(&mut self) {
        for holder in std::mem::take(&mut self.references.changed) {
            let known = &mut self.references.known;
            let take = &mut |target| {
                known.insert((target, holder));
            };
            match holder {
                Holder::Relation(id) => {
                    if let Some(relation) = self.relations.get(&id) {
                        of_relation(relation, take);
                    }
                }
                Holder::Type(id) => {
                    if let Some(entry) = self.types.get(&id) {
                        of_type_entry(entry, take);
                    }
                }
                Holder::Function(id) => {
                    if let Some(function) = self.functions.get(&id) {
                        of_function(function, take);
                    }
                }
            }
        }
    }

    /// What may refer to a target.
    pub(super) fn holders(&self, target: Target) -> Vec<Holder> {
        self.references.holders(target)
    }

    /// Everything that can refer to anything.
    pub(super) fn all_holders(&self) -> Vec<Holder> {
        let relations = self.relations.iter().map(|(id, _)| Holder::Relation(*id));
        let types = self.types.iter().map(|(id, _)| Holder::Type(*id));
        let functions = self.functions.iter().map(|(id, _)| Holder::Function(*id));
        relations.chain(types).chain(functions).collect()
    }

    /// The relations that may refer to a target, oldest first.
    pub(super) fn holding_relations(&self, target: Target) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.holders(target).into_iter().filter_map(|holder| match holder {
            Holder::Relation(id) => Some((id, self.relation_if_exists(id)?)),
            _ => None,
        })
    }

    /// The relations that may refer to a relation or a part of it, oldest first.
    pub(crate) fn referrers(&self, id: RelationId) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.holding_relations(Target::Relation(id))
    }

    /// The relations that may have a column or an expression of a type, oldest first.
    pub(crate) fn users_of_type(&self, id: TypeId) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.holding_relations(Target::Type(id))
    }

    /// The tables that inherit from a table directly, oldest first.
    pub(crate) fn children(&self, id: RelationId) -> Vec<RelationId> {
        let is_child =
            |relation: &Relation| relation.table().is_some_and(|table| table.parents.contains(&id));
        let candidates = self.holding_relations(Target::Parent(id));
        candidates.filter(|(_, relation)| is_child(relation)).map(|(child, _)| child).collect()
    }

    /// The temporary relations, oldest first.
    pub(crate) fn temporary(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        let candidates = self.holding_relations(Target::Temporary);
        candidates.filter(|(_, relation)| relation.name.namespace.as_str() == TEMPORARY)
    }

    /// The tables that have a constraint of this name, oldest first.
    pub(crate) fn constrained<'a>(
        &'a self,
        name: &'a Name,
    ) -> impl Iterator<Item = (RelationId, &'a Relation)> {
        let candidates = self.holding_relations(Target::ConstraintName(name.clone()));
        candidates.filter(|(_, relation)| relation.constraint(name).is_some())
    }

    /// The functions of a name, in any namespace if none is given, oldest first.
    pub(crate) fn functions_named<'a>(
        &'a self,
        namespace: Option<&'a Name>,
        name: &'a Name,
    ) -> impl Iterator<Item = (FunctionId, &'a Function)> {
        let candidates = self.holders(Target::FunctionName(name.clone())).into_iter();
        let functions = candidates.filter_map(|holder| match holder {
            Holder::Function(id) => Some((id, &**self.functions.get(&id)?)),
            _ => None,
        });
        functions.filter(move |(_, function)| {
            function.name.name == *name
                && namespace.is_none_or(|namespace| function.name.namespace == *namespace)
        })
    }
}

type Take<'a> = &'a mut dyn FnMut(Target);

fn of_relation(relation: &Relation, take: Take<'_>) {
    if relation.name.namespace.as_str() == TEMPORARY {
        take(Target::Temporary);
    }
    of_kind(&relation.kind, take);
    for column in &relation.columns {
        of_type(&column.ty, take);
        if let Filling::Default(expression) | Filling::Generated(expression) = &column.filling {
            of_expression(expression, take);
        }
    }
    for constraint in &relation.constraints {
        take(Target::ConstraintName(constraint.name.clone()));
        match &constraint.kind {
            ConstraintKind::Index(_) => {}
            ConstraintKind::Foreign(key) => {
                take(Target::Relation(key.target));
                take(Target::Relation(key.target_index));
            }
            ConstraintKind::Check { condition, .. } => of_expression(condition, take),
        }
    }
    for trigger in &relation.triggers {
        if let Some(function) = trigger.function {
            take(Target::Function(function));
        }
        of_uses(&trigger.condition, take);
    }
    for policy in &relation.policies {
        of_uses(&policy.uses, take);
    }
}

fn of_kind(kind: &RelationKind, take: Take<'_>) {
    match kind {
        RelationKind::Table(table) => {
            for parent in &table.parents {
                take(Target::Relation(*parent));
                take(Target::Parent(*parent));
            }
            if let Some(of_type) = table.of_type {
                take(Target::Type(of_type));
            }
        }
        RelationKind::View(view) => of_uses(&view.uses, take),
        RelationKind::Index(index) => {
            if let Some(parent) = index.parent {
                take(Target::Relation(parent));
            }
            for expression in index.expressions() {
                of_expression(expression, take);
            }
        }
        RelationKind::Sequence(sequence) => {
            if let Some((owner, _)) = sequence.owner {
                take(Target::Relation(owner));
            }
        }
        RelationKind::Composite => {}
    }
}

fn of_type_entry(entry: &TypeEntry, take: Take<'_>) {
    match &entry.kind {
        TypeKind::Domain { base, default, checks, .. } => {
            of_type(base, take);
            for expression in default.iter().chain(checks.iter().map(|(_, check)| check)) {
                of_expression(expression, take);
            }
        }
        TypeKind::Composite(columns) => {
            for (_, ty) in columns {
                of_type(ty, take);
            }
        }
        TypeKind::Enum(_) | TypeKind::Other => {}
    }
}

fn of_function(function: &Function, take: Take<'_>) {
    take(Target::FunctionName(function.name.name.clone()));
    for ty in function.inputs.iter().chain(&function.returns) {
        of_type(ty, take);
    }
}

fn of_type(ty: &Type, take: Take<'_>) {
    match &ty.base {
        Base::Entry(id) => take(Target::Type(*id)),
        Base::Row(id) => take(Target::Relation(*id)),
        Base::Builtin(_) | Base::Other(_) | Base::Unknown => {}
    }
}

fn of_expression(expression: &Expression, take: Take<'_>) {
    of_uses(&expression.uses, take);
}

fn of_uses(uses: &Uses, take: Take<'_>) {
    for (relation, _) in &uses.relations {
        take(Target::Relation(*relation));
    }
    for function in &uses.functions {
        take(Target::Function(*function));
    }
    for ty in &uses.types {
        take(Target::Type(*ty));
    }
}
