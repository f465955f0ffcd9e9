//! Renames and moves to another schema, and the expressions that follow them.

use std::ops::ControlFlow;
use std::rc::Rc;

use driftless_ir::{Name, QualifiedName};
use sqlparser::ast::{Expr, Ident, Value, visit_expressions_mut};

use super::Interpreter;
use crate::catalog::{
    ConstraintKind, Expression, Filling, Key, PartId, Relation, RelationId, RelationKind, TypeId,
};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{ObjectKind, Path, fold};

impl Interpreter {
    pub(super) fn rename(&mut self, kind: ObjectKind, path: &Path, to: Name, if_exists: bool) -> Done {
        match kind {
            ObjectKind::Type | ObjectKind::Domain => self.rename_type(path, to),
            ObjectKind::Namespace => self.rename_namespace(&path.name, &to),
            ObjectKind::Extension => {
                Err(Refusal::new(SqlState::SyntaxError, "an extension cannot be renamed"))
            }
            _ => {
                let Some(id) = self.catalog.find_relation_path(path) else {
                    return if if_exists { Ok(()) } else { self.catalog.require_relation(path).map(|_| ()) };
                };
                self.check_word(id, kind, path)?;
                self.rename_relation_to(id, to)
            }
        }
    }

    /// `ALTER TABLE` and `ALTER INDEX` rename any relation, the other words only their own kind.
    fn check_word(&self, id: RelationId, kind: ObjectKind, path: &Path) -> Done {
        let relation = self.catalog.relation(id);
        let fits = match kind {
            ObjectKind::View => relation.view().is_some_and(|view| !view.materialized),
            ObjectKind::MaterializedView => relation.view().is_some_and(|view| view.materialized),
            ObjectKind::Sequence => relation.sequence().is_some(),
            ObjectKind::ForeignTable => relation.table().is_some_and(|table| table.foreign),
            _ => !matches!(relation.kind, RelationKind::Composite),
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::new(SqlState::WrongObjectType, format!("`{path}` is not a {}", kind.word())))
    }

    /// Renames a relation, and with an index its constraint.
    pub(super) fn rename_relation_to(&mut self, id: RelationId, to: Name) -> Done {
        let relation = self.catalog.relation(id);
        let name = QualifiedName { namespace: relation.name.namespace.clone(), name: to.clone() };
        let former = relation.name.name.clone();
        let has_rows = relation.index().is_none() && relation.sequence().is_none();
        self.catalog.check_relation_name_free(&name, has_rows)?;
        if let Some(index) = relation.index().filter(|index| index.constraint) {
            let table = index.table;
            self.check_constraint_name_free(table, &to)?;
            let at = self.at;
            let constraints = &mut self.catalog.relation_mut(table, at).constraints;
            if let Some(constraint) = constraints.iter_mut().find(|constraint| constraint.name == former) {
                constraint.name = to;
                constraint.history.changed = at;
            }
        }
        let at = self.at;
        self.catalog.rename_relation(id, name, at);
        Ok(())
    }

    fn rename_type(&mut self, path: &Path, to: Name) -> Done {
        let id = self.require_type(path)?;
        let name = QualifiedName { namespace: self.catalog.type_entry(id).name.namespace.clone(), name: to };
        self.catalog.check_type_name_free(&name)?;
        self.move_type(id, name);
        Ok(())
    }

    fn move_type(&mut self, id: TypeId, name: QualifiedName) {
        let at = self.at;
        let former = self.catalog.type_entry(id).name.clone();
        if let Some(relation) = self.catalog.find_relation(&former) {
            self.catalog.rename_relation(relation, name.clone(), at);
        }
        self.catalog.rename_type(id, name.clone(), at);
        self.rename_type_in_expressions(id, &former, &name);
    }

    fn rename_namespace(&mut self, from: &Name, to: &Name) -> Done {
        self.require_namespace(from)?;
        if self.catalog.has_namespace(to) {
            let message = format!("schema `{}` already exists", to.as_str());
            return Err(Refusal::new(SqlState::DuplicateNamespace, message));
        }
        let at = self.at;
        if let Some(history) = self.catalog.namespaces.remove(from) {
            self.catalog.namespaces.insert(to.clone(), history);
        }
        let moved = |name: &QualifiedName| QualifiedName { namespace: to.clone(), name: name.name.clone() };
        let relations: Vec<(RelationId, QualifiedName)> = self
            .catalog
            .relations()
            .filter(|(_, relation)| relation.name.namespace == *from)
            .map(|(id, relation)| (id, moved(&relation.name)))
            .collect();
        for (id, name) in relations {
            self.catalog.rename_relation(id, name, at);
        }
        let types: Vec<(TypeId, QualifiedName)> = self
            .catalog
            .types()
            .filter(|(_, entry)| entry.name.namespace == *from)
            .map(|(id, entry)| (id, moved(&entry.name)))
            .collect();
        for (id, name) in types {
            self.catalog.rename_type(id, name, at);
        }
        let functions: Vec<_> =
            self.catalog.functions().filter(|(_, f)| f.name.namespace == *from).map(|(id, _)| id).collect();
        for id in functions {
            self.catalog.function_mut(id, at).name.namespace = to.clone();
        }
        Ok(())
    }

    pub(super) fn set_namespace(
        &mut self,
        kind: ObjectKind,
        path: &Path,
        to: &Name,
        if_exists: bool,
    ) -> Done {
        self.require_namespace(to)?;
        if matches!(kind, ObjectKind::Type | ObjectKind::Domain) {
            let id = self.require_type(path)?;
            let name = QualifiedName { namespace: to.clone(), name: path.name.clone() };
            if self.catalog.type_entry(id).name == name {
                return Ok(());
            }
            self.catalog.check_type_name_free(&name)?;
            self.move_type(id, name);
            return Ok(());
        }
        let Some(id) = self.catalog.find_relation_path(path) else {
            return if if_exists { Ok(()) } else { self.catalog.require_relation(path).map(|_| ()) };
        };
        self.check_word(id, kind, path)?;
        let relation = self.catalog.relation(id);
        if relation.index().is_some() || relation.sequence().is_some_and(|sequence| sequence.owner.is_some())
        {
            let message = format!("`{path}` moves with its table only");
            return Err(Refusal::new(SqlState::FeatureNotSupported, message));
        }
        if relation.name.namespace == *to {
            return Ok(());
        }
        let mut moved = vec![id];
        moved.extend(relation.indexes.iter().copied());
        let owned = self.catalog.referrers(id).filter(|(_, other)| {
            other.sequence().and_then(|sequence| sequence.owner).is_some_and(|(table, _)| table == id)
        });
        moved.extend(owned.map(|(sequence, _)| sequence));
        for relation in moved {
            self.move_relation(relation, to)?;
        }
        Ok(())
    }

    fn move_relation(&mut self, id: RelationId, to: &Name) -> Done {
        let relation = self.catalog.relation(id);
        let name = QualifiedName { namespace: to.clone(), name: relation.name.name.clone() };
        let has_rows = relation.index().is_none() && relation.sequence().is_none();
        self.catalog.check_relation_name_free(&name, has_rows)?;
        let at = self.at;
        self.catalog.rename_relation(id, name, at);
        Ok(())
    }

    pub(super) fn rename_column(&mut self, id: RelationId, name: &Name, to: Name) -> Done {
        let column = self.require_column(id, name)?;
        let relation = self.catalog.relation(id);
        if relation.column_by_id(column).is_some_and(|column| column.inherited > 0) {
            let message = format!("column `{}` is inherited", name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        self.rename_column_entry(id, column, name, &to)
    }

    fn rename_column_entry(&mut self, id: RelationId, column: PartId, name: &Name, to: &Name) -> Done {
        let relation = self.catalog.relation(id);
        if relation.column(to).is_some() {
            let message =
                format!("column `{}` of `{}` already exists", to.as_str(), relation.name.name.as_str());
            return Err(Refusal::new(SqlState::DuplicateColumn, message));
        }
        let at = self.at;
        let relation = self.catalog.relation_mut(id, at);
        if let Some(entry) = relation.column_by_id_mut(column) {
            entry.name = to.clone();
            entry.history.changed = at;
        }
        let rename = |expression: &mut Expression| rename_column_in(expression, column, name, to);
        for_each_expression(relation, rename);
        for index in relation.indexes.clone() {
            let mentions = self.catalog.relation(index).index().is_some_and(|index| index.mentions(column));
            if mentions {
                for_each_expression(self.catalog.relation_mut(index, at), rename);
            }
        }
        for child in self.children(id) {
            if let Some(own) = self.catalog.relation(child).column(name).map(|column| column.id) {
                self.rename_column_entry(child, own, name, to)?;
            }
        }
        Ok(())
    }

    /// A value of an enum that stands in a default has its new name.
    pub(super) fn rename_value_in_defaults(&mut self, id: TypeId, from: &Name, to: &Name) {
        let base = crate::catalog::Base::Entry(id);
        let mut found = Vec::new();
        for (relation_id, relation) in self.catalog.users_of_type(id) {
            for column in relation.columns.iter().filter(|column| column.ty.base == base) {
                if matches!(column.filling, Filling::Default(_)) {
                    found.push((relation_id, column.id));
                }
            }
        }
        for (relation, column) in found {
            let filling =
                self.catalog.relation(relation).column_by_id(column).map(|column| column.filling.clone());
            if let Some(Filling::Default(mut expression)) = filling {
                rename_constant(Rc::make_mut(&mut expression.tree), from, to);
                self.set_filling(relation, column, Filling::Default(expression));
            }
        }
    }

    /// Casts to a type have its new name.
    fn rename_type_in_expressions(&mut self, id: TypeId, from: &QualifiedName, to: &QualifiedName) {
        let at = self.at;
        let concerned = |relation: &Relation| {
            let mut found = false;
            visit_each_expression(relation, |expression| found |= expression.uses.types.contains(&id));
            found
        };
        let users = self.catalog.users_of_type(id).filter(|(_, relation)| concerned(relation));
        let relations: Vec<RelationId> = users.map(|(id, _)| id).collect();
        for relation in relations {
            for_each_expression(self.catalog.relation_mut(relation, at), |expression| {
                if expression.uses.types.contains(&id) {
                    rename_cast(Rc::make_mut(&mut expression.tree), from, to);
                }
            });
        }
    }
}

fn visit_each_expression(relation: &Relation, mut visit: impl FnMut(&Expression)) {
    for column in &relation.columns {
        if let Filling::Default(expression) | Filling::Generated(expression) = &column.filling {
            visit(expression);
        }
    }
    for constraint in &relation.constraints {
        if let ConstraintKind::Check { condition, .. } = &constraint.kind {
            visit(condition);
        }
    }
    if let RelationKind::Index(index) = &relation.kind {
        index.expressions().for_each(visit);
    }
}

fn for_each_expression(relation: &mut Relation, mut change: impl FnMut(&mut Expression)) {
    for column in &mut relation.columns {
        if let Filling::Default(expression) | Filling::Generated(expression) = &mut column.filling {
            change(expression);
        }
    }
    for constraint in &mut relation.constraints {
        if let ConstraintKind::Check { condition, .. } = &mut constraint.kind {
            change(condition);
        }
    }
    if let RelationKind::Index(index) = &mut relation.kind {
        for key in &mut index.keys {
            if let Key::Expression(expression) = &mut key.key {
                change(expression);
            }
        }
        if let Some(predicate) = &mut index.predicate {
            change(predicate);
        }
    }
}

fn rename_column_in(expression: &mut Expression, column: PartId, from: &Name, to: &Name) {
    if !expression.uses.own_columns.contains(&column) {
        return;
    }
    let rename = |identifier: &mut Ident| {
        if fold(identifier) == *from {
            *identifier = Ident::with_quote('"', to.as_str());
        }
    };
    let _: ControlFlow<()> = visit_expressions_mut(Rc::make_mut(&mut expression.tree), |part| {
        match part {
            Expr::Identifier(identifier) => rename(identifier),
            Expr::CompoundIdentifier(parts) => {
                if let Some(last) = parts.last_mut() {
                    rename(last);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
}

fn rename_constant(tree: &mut Expr, from: &Name, to: &Name) {
    let _: ControlFlow<()> = visit_expressions_mut(tree, |part| {
        if let Expr::Value(value) = part
            && let Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) = &mut value.value
            && text == from.as_str()
        {
            *text = to.as_str().to_owned();
        }
        ControlFlow::Continue(())
    });
}

fn rename_cast(tree: &mut Expr, from: &QualifiedName, to: &QualifiedName) {
    let _: ControlFlow<()> = visit_expressions_mut(tree, |part| {
        if let Expr::Cast { data_type, .. } = part {
            rename_data_type(data_type, from, to);
        }
        ControlFlow::Continue(())
    });
}

fn rename_data_type(ty: &mut sqlparser::ast::DataType, from: &QualifiedName, to: &QualifiedName) {
    use sqlparser::ast::{ArrayElemTypeDef, DataType, ObjectNamePart};
    match ty {
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) => rename_data_type(element, from, to),
        DataType::Custom(name, _) => {
            let count = name.0.len();
            if let Some(ObjectNamePart::Identifier(last)) = name.0.last_mut()
                && fold(last) == from.name
            {
                *last = Ident::with_quote('"', to.name.as_str());
            }
            if count > 1
                && let Some(ObjectNamePart::Identifier(namespace)) = name.0.get_mut(count - 2)
            {
                *namespace = Ident::with_quote('"', to.namespace.as_str());
            }
        }
        _ => {}
    }
}
