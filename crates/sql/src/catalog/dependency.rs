//! What goes with an object when it goes, as `pg_depend` and `performMultipleDeletions` have it.
//!
//! A dependent that is *automatic* goes without a word; one that is *normal* keeps the object alive unless the statement
//! says `CASCADE`.

use std::collections::BTreeMap;

use driftless_diagnostics::Span;
use driftless_ir::Name;

use super::references::{Holder, Target};
use super::{
    Base, Catalog, ConstraintKind, Filling, FunctionId, PartId, Relation, RelationId, RelationKind, Type,
    TypeEntry, TypeId, TypeKind, Uses, extension_types,
};
use crate::refusal::{Done, Refusal, SqlState};

/// Something that can be dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Object {
    Relation(RelationId),
    Column(RelationId, PartId),
    /// The default of a column.
    Default(RelationId, PartId),
    Constraint(RelationId, PartId),
    Trigger(RelationId, Name),
    Policy(RelationId, Name),
    Rule(RelationId, Name),
    Type(TypeId),
    DomainCheck(TypeId, Name),
    DomainDefault(TypeId),
    Function(FunctionId),
    Namespace(Name),
    Extension(Name),
}

/// Whether a dependent may go without `CASCADE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Automatic,
    Normal,
}

use Strength::{Automatic, Normal};

/// Takes what depends on an object.
type Take<'a> = &'a mut dyn FnMut(Object, Strength);

impl Catalog {
    /// Drops objects and what depends on them; gives everything that went.
    pub(crate) fn drop_objects(
        &mut self,
        roots: Vec<Object>,
        cascade: bool,
        statement: Span,
    ) -> Done<Vec<Object>> {
        self.note_references();
        let mut found: BTreeMap<Object, Strength> = BTreeMap::new();
        let mut order = Vec::new();
        for root in &roots {
            found.insert(root.clone(), Automatic);
        }
        let mut queue = roots;
        while let Some(object) = queue.pop() {
            self.dependents(&object, &mut |dependent, strength| match found.get_mut(&dependent) {
                Some(known) if strength == Automatic => *known = Automatic,
                Some(_) => {}
                None => {
                    found.insert(dependent.clone(), strength);
                    queue.push(dependent);
                }
            });
            order.push(object);
        }
        if !cascade {
            self.check_no_normal(&order, &found)?;
        }
        for object in &order {
            self.remove(object, statement);
        }
        Ok(order)
    }

    /// Refuses if something would go that only `CASCADE` may take. What lies within another object that goes counts as
    /// that object.
    fn check_no_normal(&self, order: &[Object], found: &BTreeMap<Object, Strength>) -> Done {
        let goes_with_its_relation = |object: &Object| {
            let relation = match object {
                Object::Column(id, _) | Object::Default(id, _) | Object::Constraint(id, _) => *id,
                Object::Trigger(id, _) | Object::Policy(id, _) | Object::Rule(id, _) => *id,
                _ => return false,
            };
            let within_column = matches!(object, Object::Default(id, column)
                if found.get(&Object::Column(*id, *column)) == Some(&Automatic));
            within_column || found.get(&Object::Relation(relation)) == Some(&Automatic)
        };
        let blocking =
            order.iter().find(|object| found[*object] == Normal && !goes_with_its_relation(object));
        let Some(blocking) = blocking else { return Ok(()) };
        let message = format!("{} depends on it", self.describe(blocking));
        Err(Refusal::new(SqlState::DependentObjectsStillExist, message))
    }

    fn dependents(&self, object: &Object, take: Take<'_>) {
        match object {
            Object::Relation(id) => self.relation_dependents(*id, take),
            Object::Column(id, column) => self.column_dependents(*id, *column, take),
            Object::Constraint(id, constraint) => {
                let found = self.relation_if_exists(*id).and_then(|relation| {
                    relation.constraints.iter().find(|candidate| candidate.id == *constraint)
                });
                if let Some(ConstraintKind::Index(index)) = found.map(|constraint| &constraint.kind) {
                    take(Object::Relation(*index), Automatic);
                }
            }
            Object::Type(id) => self.type_dependents(*id, take),
            Object::Function(id) => {
                let holders = self.holders(Target::Function(*id));
                self.users(holders, take, |uses| uses.functions.contains(id), |_| false, Some(*id));
            }
            Object::Namespace(name) => self.namespace_dependents(name, take),
            Object::Extension(name) => self.extension_dependents(name, take),
            _ => {}
        }
    }

    fn relation_dependents(&self, id: RelationId, take: Take<'_>) {
        let Some(relation) = self.relation_if_exists(id) else { return };
        for index in &relation.indexes {
            take(Object::Relation(*index), Automatic);
        }
        if let RelationKind::Index(index) = &relation.kind {
            let owner = self.relation_if_exists(index.table).and_then(|table| {
                table.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::Index(own) if own == id))
            });
            if let Some(constraint) = owner {
                take(Object::Constraint(index.table, constraint.id), Automatic);
            }
        }
        for (other_id, other) in self.referrers(id) {
            self.relation_dependents_in(id, other_id, other, take);
        }
        let is_row = |ty: &Type| ty.base == Base::Row(id);
        let is_used = |uses: &Uses| uses.relations.iter().any(|(used, _)| *used == id);
        self.users(self.holders(Target::Relation(id)), take, is_used, is_row, None);
    }

    /// What in one relation depends on another as a whole.
    fn relation_dependents_in(&self, id: RelationId, other_id: RelationId, other: &Relation, take: Take<'_>) {
        match &other.kind {
            RelationKind::Table(table) if table.parents.contains(&id) => {
                take(Object::Relation(other_id), if table.is_partition { Automatic } else { Normal });
            }
            RelationKind::Sequence(sequence) if sequence.owner.is_some_and(|(owner, _)| owner == id) => {
                take(Object::Relation(other_id), Automatic);
            }
            RelationKind::Index(index) if index.parent == Some(id) => {
                take(Object::Relation(other_id), Automatic);
            }
            _ => {}
        }
        for constraint in &other.constraints {
            let ConstraintKind::Foreign(key) = &constraint.kind else { continue };
            if (key.target == id && other_id != id) || key.target_index == id {
                take(Object::Constraint(other_id, constraint.id), Normal);
            }
        }
    }

    fn column_dependents(&self, id: RelationId, column: PartId, take: Take<'_>) {
        let Some(relation) = self.relation_if_exists(id) else { return };
        for index in &relation.indexes {
            if self.relation(*index).index().is_some_and(|index| index.mentions(column)) {
                take(Object::Relation(*index), Automatic);
            }
        }
        for constraint in &relation.constraints {
            let mentions = match &constraint.kind {
                ConstraintKind::Check { condition, .. } => condition.uses.own_columns.contains(&column),
                ConstraintKind::Foreign(key) => key.columns.contains(&column),
                _ => false,
            };
            if mentions {
                take(Object::Constraint(id, constraint.id), Automatic);
            }
        }
        for other in &relation.columns {
            match &other.filling {
                Filling::Generated(expression) if expression.uses.own_columns.contains(&column) => {
                    take(Object::Column(id, other.id), Normal);
                }
                _ => {}
            }
        }
        for trigger in &relation.triggers {
            if trigger.columns.contains(&column) || trigger.condition.own_columns.contains(&column) {
                take(Object::Trigger(id, trigger.name.clone()), Normal);
            }
        }
        for policy in &relation.policies {
            if policy.uses.own_columns.contains(&column) {
                take(Object::Policy(id, policy.name.clone()), Normal);
            }
        }
        self.outer_column_dependents(id, column, take);
    }

    /// What outside its relation depends on a column.
    fn outer_column_dependents(&self, id: RelationId, column: PartId, take: Take<'_>) {
        for (other_id, other) in self.referrers(id) {
            for constraint in &other.constraints {
                let ConstraintKind::Foreign(key) = &constraint.kind else { continue };
                if key.target == id && key.target_columns.contains(&column) {
                    take(Object::Constraint(other_id, constraint.id), Normal);
                }
            }
            match &other.kind {
                RelationKind::Sequence(sequence) if sequence.owner == Some((id, column)) => {
                    take(Object::Relation(other_id), Automatic);
                }
                RelationKind::View(view) if view.uses.relations.contains(&(id, Some(column))) => {
                    take(Object::Relation(other_id), Normal);
                }
                _ => {}
            }
            for policy in &other.policies {
                if policy.uses.relations.contains(&(id, Some(column))) {
                    take(Object::Policy(other_id, policy.name.clone()), Normal);
                }
            }
        }
    }

    fn type_dependents(&self, id: TypeId, take: Take<'_>) {
        if let Some(entry) = self.type_if_exists(id)
            && matches!(entry.kind, TypeKind::Composite(_))
            && let Some(relation) = self.find_relation(&entry.name)
        {
            take(Object::Relation(relation), Automatic);
        }
        for (table, relation) in self.users_of_type(id) {
            if relation.table().is_some_and(|facts| facts.of_type == Some(id)) {
                take(Object::Relation(table), Normal);
            }
        }
        let holders = self.holders(Target::Type(id));
        self.users(holders, take, |uses| uses.types.contains(&id), |ty| ty.base == Base::Entry(id), None);
    }

    /// Of the holders, everything whose expressions satisfy `uses` or whose type satisfies `is_type`, and the triggers of
    /// a function.
    fn users(
        &self,
        holders: Vec<Holder>,
        take: Take<'_>,
        uses: impl Fn(&Uses) -> bool,
        is_type: impl Fn(&Type) -> bool,
        trigger_of: Option<FunctionId>,
    ) {
        for holder in holders {
            match holder {
                Holder::Relation(id) => {
                    if let Some(relation) = self.relation_if_exists(id) {
                        self.users_in(id, relation, take, &uses, &is_type, trigger_of);
                    }
                }
                Holder::Type(id) => {
                    if let Some(entry) = self.type_if_exists(id) {
                        users_in_type(id, entry, take, &uses, &is_type);
                    }
                }
                Holder::Function(id) => {
                    let types = self.functions.get(&id).map(|f| f.inputs.iter().chain(&f.returns));
                    if types.into_iter().flatten().any(&is_type) {
                        take(Object::Function(id), Normal);
                    }
                }
            }
        }
    }

    fn users_in(
        &self,
        id: RelationId,
        relation: &Relation,
        take: Take<'_>,
        uses: &dyn Fn(&Uses) -> bool,
        is_type: &dyn Fn(&Type) -> bool,
        trigger_of: Option<FunctionId>,
    ) {
        match &relation.kind {
            RelationKind::View(view) => {
                if uses(&view.uses) || relation.columns.iter().any(|column| is_type(&column.ty)) {
                    take(Object::Relation(id), Normal);
                }
            }
            RelationKind::Index(index) => {
                if index.expressions().any(|expression| uses(&expression.uses)) {
                    take(Object::Relation(id), Normal);
                }
            }
            _ => {
                for column in relation.columns.iter().filter(|column| is_type(&column.ty)) {
                    take(Object::Column(id, column.id), Normal);
                }
            }
        }
        for column in &relation.columns {
            match &column.filling {
                Filling::Default(expression) if uses(&expression.uses) => {
                    take(Object::Default(id, column.id), Normal);
                }
                Filling::Generated(expression) if uses(&expression.uses) => {
                    take(Object::Column(id, column.id), Normal);
                }
                _ => {}
            }
        }
        for constraint in &relation.constraints {
            if let ConstraintKind::Check { condition, .. } = &constraint.kind
                && uses(&condition.uses)
            {
                take(Object::Constraint(id, constraint.id), Normal);
            }
        }
        for trigger in &relation.triggers {
            if trigger.function.is_some() && trigger.function == trigger_of || uses(&trigger.condition) {
                take(Object::Trigger(id, trigger.name.clone()), Normal);
            }
        }
        for policy in relation.policies.iter().filter(|policy| uses(&policy.uses)) {
            take(Object::Policy(id, policy.name.clone()), Normal);
        }
    }

    fn namespace_dependents(&self, name: &Name, take: Take<'_>) {
        for (id, relation) in self.relations() {
            if relation.name.namespace == *name && !matches!(relation.kind, RelationKind::Composite) {
                take(Object::Relation(id), Normal);
            }
        }
        for (id, _) in self.types().filter(|(_, entry)| entry.name.namespace == *name) {
            take(Object::Type(id), Normal);
        }
        for (id, _) in self.functions().filter(|(_, function)| function.name.namespace == *name) {
            take(Object::Function(id), Normal);
        }
        for (extension, _) in self.extensions.iter().filter(|(_, facts)| facts.namespace == *name) {
            take(Object::Extension(extension.clone()), Normal);
        }
    }

    fn extension_dependents(&self, name: &Name, take: Take<'_>) {
        let types = extension_types(name.as_str());
        let is_member = |ty: &Type| match &ty.base {
            Base::Builtin(driftless_ir::Builtin::CiText) => types.contains(&"citext"),
            Base::Other(text) => types.contains(&text.split('(').next().unwrap_or_default()),
            _ => false,
        };
        self.users(self.all_holders(), take, |_| false, is_member, None);
    }

    /// Takes an object away, and what lies within it.
    fn remove(&mut self, object: &Object, statement: Span) {
        match object {
            Object::Relation(id) => {
                let table = self.relation_if_exists(*id).and_then(Relation::index).map(|index| index.table);
                if let Some(table) = table.filter(|table| self.relation_if_exists(*table).is_some()) {
                    self.relation_mut(table, statement).indexes.retain(|index| index != id);
                }
                self.remove_relation(*id);
            }
            Object::Type(id) => self.remove_type(*id),
            Object::Function(id) => self.remove_function(*id),
            Object::Namespace(name) => {
                self.namespaces.remove(name);
            }
            Object::Extension(name) => {
                self.extensions.remove(name);
            }
            Object::DomainCheck(id, name) if self.type_if_exists(*id).is_some() => {
                if let TypeKind::Domain { checks, .. } = &mut self.type_mut(*id, statement).kind {
                    checks.retain(|(check, _)| check != name);
                }
            }
            Object::DomainDefault(id) if self.type_if_exists(*id).is_some() => {
                if let TypeKind::Domain { default, .. } = &mut self.type_mut(*id, statement).kind {
                    *default = None;
                }
            }
            Object::DomainCheck(..) | Object::DomainDefault(_) => {}
            Object::Column(id, _)
            | Object::Default(id, _)
            | Object::Constraint(id, _)
            | Object::Trigger(id, _)
            | Object::Policy(id, _)
            | Object::Rule(id, _) => {
                if self.relation_if_exists(*id).is_some() {
                    remove_part(self.relation_mut(*id, statement), object, statement);
                }
            }
        }
    }

    /// An object in words.
    pub(crate) fn describe(&self, object: &Object) -> String {
        let relation = |id: &RelationId| {
            let relation = self.relation(*id);
            format!("{} `{}`", relation.word(), relation.name.name.as_str())
        };
        let column = |id: &RelationId, column: &PartId| {
            let name = self.relation(*id).column_by_id(*column).map_or("", |column| column.name.as_str());
            format!("column `{name}` of {}", relation(id))
        };
        match object {
            Object::Relation(id) => relation(id),
            Object::Column(id, part) => column(id, part),
            Object::Default(id, part) => format!("the default of {}", column(id, part)),
            Object::Constraint(id, part) => {
                let constraints = &self.relation(*id).constraints;
                let name = constraints.iter().find(|constraint| constraint.id == *part);
                format!("constraint `{}` of {}", name.map_or("", |found| found.name.as_str()), relation(id))
            }
            Object::Trigger(id, name) => format!("trigger `{}` on {}", name.as_str(), relation(id)),
            Object::Policy(id, name) => format!("policy `{}` on {}", name.as_str(), relation(id)),
            Object::Rule(id, name) => format!("rule `{}` on {}", name.as_str(), relation(id)),
            Object::Type(id) | Object::DomainCheck(id, _) | Object::DomainDefault(id) => {
                format!("type `{}`", self.type_entry(*id).name.name.as_str())
            }
            Object::Function(id) => format!("function `{}`", self.function(*id).name.name.as_str()),
            Object::Namespace(name) => format!("schema `{}`", name.as_str()),
            Object::Extension(name) => format!("extension `{}`", name.as_str()),
        }
    }
}

fn users_in_type(
    id: TypeId,
    entry: &TypeEntry,
    take: Take<'_>,
    uses: impl Fn(&Uses) -> bool,
    is_type: impl Fn(&Type) -> bool,
) {
    match &entry.kind {
        TypeKind::Domain { base, .. } if is_type(base) => take(Object::Type(id), Normal),
        TypeKind::Composite(columns) if columns.iter().any(|(_, ty)| is_type(ty)) => {
            take(Object::Type(id), Normal);
        }
        TypeKind::Domain { default, checks, .. } => {
            for (name, _) in checks.iter().filter(|(_, check)| uses(&check.uses)) {
                take(Object::DomainCheck(id, name.clone()), Normal);
            }
            if default.as_ref().is_some_and(|default| uses(&default.uses)) {
                take(Object::DomainDefault(id), Normal);
            }
        }
        _ => {}
    }
}

fn remove_part(relation: &mut Relation, object: &Object, statement: Span) {
    match object {
        Object::Column(_, id) => relation.columns.retain(|column| column.id != *id),
        Object::Default(_, id) => {
            if let Some(column) = relation.column_by_id_mut(*id) {
                column.filling = Filling::None;
                column.history.changed = statement;
            }
        }
        Object::Constraint(_, id) => relation.constraints.retain(|constraint| constraint.id != *id),
        Object::Trigger(_, name) => relation.triggers.retain(|trigger| trigger.name != *name),
        Object::Policy(_, name) => relation.policies.retain(|policy| policy.name != *name),
        Object::Rule(_, name) => relation.rules.retain(|rule| rule.name != *name),
        _ => {}
    }
}
