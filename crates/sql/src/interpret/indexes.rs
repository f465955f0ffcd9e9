//! Indexes.

use driftless_ir::{IndexKind, IndexMethod, Name, QualifiedName, SortOrder};
use sqlparser::ast::{BinaryOperator, Expr};

use super::{Interpreter, tables};
use crate::catalog::{
    Base, ConstraintKind, Expression, Index, IndexKey, Key, PartId, RelationId, RelationKind, Type,
};
use crate::default::figure_name;
use crate::guarded::Target;
use crate::names::{choose_name, columns_addition, index_column_names};
use crate::operator::is_indexable;
use crate::query::{expression_type, resolve_expression};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{CreateIndex, Deferral, IndexKeySpec, KeySpec, Persistence, fold};

impl Interpreter {
    pub(super) fn create_index(&mut self, spec: CreateIndex) -> Done {
        if spec.concurrently && self.transaction.is_some() {
            let message = "CREATE INDEX CONCURRENTLY cannot run inside a transaction block";
            return Err(Refusal::new(SqlState::ActiveTransaction, message));
        }
        let id = self.catalog.require_relation(&spec.table)?;
        let relation = self.catalog.relation(id);
        let indexable = relation.table().is_some() || relation.view().is_some_and(|view| view.materialized);
        if !indexable {
            let message = format!("`{}` is a {}, which has no indexes", spec.table, relation.word());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        if spec.if_not_exists && spec.name.is_none() {
            return Err(Refusal::new(SqlState::SyntaxError, "IF NOT EXISTS needs the name of the index"));
        }
        let kind = if spec.unique { IndexKind::Unique { constraint: false } } else { IndexKind::Plain };
        self.make_index(id, spec, kind, None, None).map(|_| ())
    }

    /// Makes an index; `constraint` says that a constraint owns it, and how it is deferred. An index of kind plain with
    /// a constraint is that of an exclusion.
    pub(super) fn make_index(
        &mut self,
        id: RelationId,
        spec: CreateIndex,
        kind: IndexKind,
        constraint: Option<Deferral>,
        parent: Option<RelationId>,
    ) -> Done<RelationId> {
        self.check_method(&spec)?;
        let keys = spec.keys.iter().map(|key| self.index_key(id, key)).collect::<Done<Vec<_>>>()?;
        let include =
            spec.include.iter().map(|name| self.require_column(id, name)).collect::<Done<Vec<_>>>()?;
        let predicate = match &spec.predicate {
            Some(predicate) => Some(resolve_expression(&self.catalog, Some(id), (**predicate).clone())?),
            None => None,
        };
        let index = Index {
            table: id,
            kind,
            exclusion: constraint.is_some() && kind == IndexKind::Plain,
            method: spec.method.clone(),
            keys,
            include,
            predicate,
            nulls_not_distinct: spec.nulls_not_distinct,
            constraint: constraint.is_some(),
            deferral: constraint.flatten(),
            labels: labels(&spec),
            parent,
        };
        check_order(&spec)?;
        self.check_indexable(id, &index)?;
        self.check_partition_key(id, &index)?;
        let name = self.index_name(id, &spec, &index)?;
        let table = self.catalog.relation(id);
        let name = QualifiedName { namespace: table.name.namespace.clone(), name };
        let persistence: Persistence = table.persistence;
        if spec.if_not_exists
            && let Some(existing) = self.catalog.find_relation(&name)
        {
            if persistence != Persistence::Temporary {
                let index = (table.name.clone(), spec.concurrently);
                let spec = CreateIndex { if_not_exists: false, ..spec };
                self.note_skipped_relation(existing, "index", Some(index), |me| {
                    me.make_index(id, spec, kind, None, parent).map(|_| ())
                });
            }
            return Ok(existing);
        }
        self.note_made_index(id, &spec, &index, &name);
        self.catalog.check_relation_name_free(&name, false)?;
        if index.constraint {
            self.check_constraint_name_free(id, &name.name)?;
        }
        let relation = self.new_relation(name.clone(), RelationKind::Index(index), persistence);
        let index_id = self.catalog.add_relation(relation);
        let at = self.at;
        self.catalog.add_index(id, index_id, at);
        if let Some(deferral) = constraint {
            self.push_constraint(id, name.name, ConstraintKind::Index(index_id), deferral, true);
        }
        if !spec.only {
            self.pass_index_to_partitions(id, index_id)?;
        }
        Ok(index_id)
    }

    /// Notes an index that a statement of its own makes.
    fn note_made_index(
        &mut self,
        table: RelationId,
        spec: &CreateIndex,
        index: &Index,
        name: &QualifiedName,
    ) {
        let table = self.catalog.relation(table);
        let is_own =
            !index.constraint && index.parent.is_none() && table.persistence != Persistence::Temporary;
        let table = table.name.clone();
        if is_own && spec.name.is_some() && self.is_noted(spec.if_not_exists) {
            self.note_made(Target::Relation("index"), name.clone(), Some((table, spec.concurrently)));
        }
    }

    fn index_key(&self, id: RelationId, spec: &IndexKeySpec) -> Done<IndexKey> {
        let key = match &spec.key {
            KeySpec::Column(name) if self.catalog.relation(id).open.is_some() => {
                // A relation whose columns are not known may have it.
                match self.require_column(id, name) {
                    Ok(column) => Key::Column(column),
                    Err(_) => {
                        let column = Expr::Identifier(sqlparser::ast::Ident::with_quote('"', name.as_str()));
                        Key::Expression(Expression { tree: column.into(), uses: Default::default() })
                    }
                }
            }
            KeySpec::Column(name) => Key::Column(self.require_column(id, name)?),
            KeySpec::Expression(expression) => {
                Key::Expression(resolve_expression(&self.catalog, Some(id), (**expression).clone())?)
            }
        };
        Ok(IndexKey {
            key,
            collation: spec.collation.clone(),
            sort: spec.sort,
            nulls: spec.nulls,
            operator_class: spec.operator_class.clone(),
        })
    }

    fn check_method(&self, spec: &CreateIndex) -> Done {
        let refuse = |message: String| Err(Refusal::new(SqlState::FeatureNotSupported, message));
        let name = match &spec.method {
            IndexMethod::BTree => return Ok(()),
            IndexMethod::Hash => "hash",
            IndexMethod::Gin => "gin",
            IndexMethod::Gist => "gist",
            IndexMethod::SpGist => "spgist",
            IndexMethod::Brin => "brin",
            IndexMethod::Other(name) => {
                if self.catalog.extensions.iter().next().is_none() {
                    let message = format!("access method `{}` does not exist", name.as_str());
                    return Err(Refusal::new(SqlState::UndefinedObject, message));
                }
                return Ok(());
            }
        };
        if spec.unique {
            return refuse(format!("access method `{name}` has no unique indexes"));
        }
        let single = matches!(spec.method, IndexMethod::Hash | IndexMethod::SpGist);
        if single && spec.keys.len() > 1 {
            return refuse(format!("access method `{name}` indexes one column"));
        }
        let covers = matches!(spec.method, IndexMethod::Gist | IndexMethod::SpGist);
        if !spec.include.is_empty() && !covers {
            return refuse(format!("access method `{name}` has no included columns"));
        }
        Ok(())
    }

    /// Refuses a key whose type the access method has no operator class for.
    pub(super) fn check_indexable(&self, id: RelationId, index: &Index) -> Done {
        for key in index.keys.iter().filter(|key| key.operator_class.is_none()) {
            let ty = match &key.key {
                Key::Column(column) => {
                    self.catalog.relation(id).column_by_id(*column).map(|column| column.ty.clone())
                }
                Key::Expression(expression) => {
                    Some(expression_type(&self.catalog, Some(id), &expression.tree))
                }
            };
            let Some(ty) = ty else { continue };
            if is_indexable(&self.catalog, &index.method, &ty) == Some(false) {
                let message = format!(
                    "type {} has no default operator class for this kind of index",
                    self.catalog.type_text(&ty)
                );
                return Err(Refusal::new(SqlState::UndefinedObject, message));
            }
        }
        Ok(())
    }

    /// The name that is given or the one that PostgreSQL chooses.
    fn index_name(&self, id: RelationId, spec: &CreateIndex, index: &Index) -> Done<Name> {
        if let Some(name) = &spec.name {
            return Ok(name.clone());
        }
        let table = &self.catalog.relation(id).name;
        let taken = |name: &Name| {
            let qualified = QualifiedName { namespace: table.namespace.clone(), name: name.clone() };
            self.catalog.find_relation(&qualified).is_some()
                || index.constraint && self.catalog.has_constraint_name(&table.namespace, name)
        };
        if index.kind == IndexKind::Primary {
            return Ok(choose_name(table.name.as_str(), None, "pkey", taken));
        }
        let middle = columns_addition(index.labels.iter().map(String::as_str));
        let label = match (index.exclusion, index.constraint) {
            (true, _) => "excl",
            (false, true) => "key",
            (false, false) => "idx",
        };
        Ok(choose_name(table.name.as_str(), Some(&middle), label, taken))
    }

    /// Copies an index to another table with the same column names: of LIKE, or to a partition.
    pub(super) fn copy_index(
        &mut self,
        index: RelationId,
        source: RelationId,
        target: RelationId,
        parent: Option<RelationId>,
    ) -> Done<()> {
        let Some(model) = self.catalog.relation(index).index().cloned() else { return Ok(()) };
        let relation = self.catalog.relation(source);
        let include =
            model.include.iter().filter_map(|id| relation.column_by_id(*id)).map(|c| c.name.clone());
        let spec = CreateIndex {
            name: None,
            table: crate::statement::Path { namespace: None, name: relation.name.name.clone() },
            unique: model.kind != IndexKind::Plain,
            concurrently: false,
            if_not_exists: false,
            only: false,
            method: model.method.clone(),
            include: include.collect(),
            keys: tables::key_specs(relation, &model.keys),
            nulls_not_distinct: model.nulls_not_distinct,
            predicate: model.predicate.as_ref().map(|predicate| Box::new((*predicate.tree).clone())),
            labels: model.labels.clone(),
        };
        let constraint = model.constraint.then_some(model.deferral);
        let copy = self.make_index(target, spec, model.kind, constraint, parent)?;
        if parent.is_some() && model.constraint {
            self.mark_inherited_constraint(target, copy);
        }
        if model.kind == IndexKind::Primary {
            let keys: Vec<PartId> =
                self.catalog.relation(copy).index().and_then(Index::key_columns).unwrap_or_default();
            for column in keys {
                self.set_nullable(target, column, false);
            }
        }
        Ok(())
    }

    /// A unique index of a partitioned table must hold its partition key.
    fn check_partition_key(&self, id: RelationId, index: &Index) -> Done {
        let Some(key) = self.catalog.relation(id).table().and_then(|table| table.partitioned_by.as_ref())
        else {
            return Ok(());
        };
        let columns = index.key_columns().unwrap_or_default();
        if index.kind == IndexKind::Plain && !index.exclusion
            || key.iter().all(|column| columns.contains(column))
        {
            return Ok(());
        }
        let message = "a unique key of a partitioned table must hold all columns of the partition key";
        Err(Refusal::new(SqlState::FeatureNotSupported, message))
    }

    /// Refuses a new type for a column that a check or an index compares with a value of its former enum.
    pub(super) fn check_expressions_after_type(&self, id: RelationId, column: PartId, from: &Type) -> Done {
        let relation = self.catalog.relation(id);
        let Some(entry) = relation.column_by_id(column) else { return Ok(()) };
        let checks = relation.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check { condition, .. } => Some(condition),
            _ => None,
        });
        let indexes = relation.indexes.iter().filter_map(|index| self.catalog.relation(*index).index());
        let expressions: Vec<&Expression> = checks.chain(indexes.flat_map(Index::expressions)).collect();
        for expression in
            expressions.iter().filter(|expression| expression.uses.own_columns.contains(&column))
        {
            resolve_expression(&self.catalog, Some(id), (*expression.tree).clone())?;
        }
        if !matches!(from.base, Base::Entry(_)) || entry.ty.base == from.base {
            return Ok(());
        }
        if expressions.iter().any(|expression| compares_with_constant(expression, &entry.name)) {
            let message = format!(
                "a check or an index compares column `{}` with a value of its former type",
                entry.name.as_str()
            );
            return Err(Refusal::new(SqlState::UndefinedFunction, message));
        }
        Ok(())
    }
}

/// Only B-trees have an order.
fn check_order(spec: &CreateIndex) -> Done {
    let ordered = spec.keys.iter().any(|key| key.sort == SortOrder::Descending || key.nulls.is_some());
    if ordered && !matches!(spec.method, IndexMethod::BTree | IndexMethod::Other(_)) {
        return Err(Refusal::new(SqlState::FeatureNotSupported, "the access method has no order"));
    }
    Ok(())
}

fn compares_with_constant(expression: &Expression, column: &Name) -> bool {
    let is_column = |expr: &Expr| match expr {
        Expr::Identifier(name) => fold(name) == *column,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|name| fold(name) == *column),
        _ => false,
    };
    let is_constant = |expr: &Expr| crate::default::string_constant(expr).is_some();
    sqlparser::ast::visit_expressions(&*expression.tree, |expression| {
        let compares = match expression {
            Expr::BinaryOp { left, op, right } if !matches!(op, BinaryOperator::And | BinaryOperator::Or) => {
                is_column(left) && is_constant(right) || is_column(right) && is_constant(left)
            }
            Expr::InList { expr, list, .. } => is_column(expr) && list.iter().any(is_constant),
            Expr::AnyOp { left, .. } => is_column(left),
            _ => false,
        };
        if compares { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    })
    .is_break()
}

/// What the columns of a new index are called.
fn labels(spec: &CreateIndex) -> Vec<String> {
    if !spec.labels.is_empty() {
        return index_column_names(spec.labels.iter().cloned());
    }
    let keys = spec.keys.iter().map(|key| match &key.key {
        KeySpec::Column(name) => name.as_str().to_owned(),
        KeySpec::Expression(expression) => expression_label(expression),
    });
    index_column_names(keys.chain(spec.include.iter().map(|name| name.as_str().to_owned())))
}

/// The name of an expression among an index's columns.
fn expression_label(expression: &Expr) -> String {
    let name = figure_name(expression);
    name.map_or_else(|| "expr".to_owned(), |name| name.as_str().to_owned())
}
