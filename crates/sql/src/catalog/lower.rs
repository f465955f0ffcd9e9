//! From the catalog to the schema model.

use std::collections::BTreeMap;

use driftless_ir::{
    BaseType, Check, Column as IrColumn, ColumnDefault, ColumnType, Enum, EnumValue, Expr,
    Extension as IrExtension, ForeignKey as IrForeignKey, Identity, Index as IrIndex, IndexKey as IrKey,
    IndexMethod, IndexPart, IndexState, Name, NullsOrder, OperatorClass, Origin, QualifiedName, Reported,
    SchemaBuilder, Sequence as IrSequence, SortOrder, TableDefinition, Unmodelled, View as IrView,
};

use super::{
    Base, Catalog, Column, Constraint, ConstraintKind, Expression, Filling, ForeignKey, History, Index,
    IndexKey, Key, PartId, Relation, RelationId, RelationKind, Sequence, Table, Type, TypeKind,
};
use crate::default::column_default;
use crate::operator::{default_class, is_default_class, is_indexable};
use crate::statement::{Persistence, RoutineKind};

impl Catalog {
    /// What exists now, in the form that every source of schemas has.
    pub(crate) fn lower(&self) -> SchemaBuilder {
        let mut builder = self.lower_frame();
        self.lower_extensions(&mut builder);
        for (id, relation) in self.relations() {
            if relation.persistence != Persistence::Temporary {
                self.lower_relation(id, relation, &mut builder);
            }
        }
        self.lower_unmodelled(&mut builder);
        builder
    }

    /// One relation, or type, with nothing that it refers to but types and the tables of foreign keys.
    pub(crate) fn lower_alone(&self, name: &QualifiedName) -> SchemaBuilder {
        let mut builder = self.lower_frame();
        if let Some(id) = self.find_relation(name) {
            self.lower_relation(id, self.relation(id), &mut builder);
        }
        let keys = builder.tables.values().flat_map(|table| &table.foreign_keys);
        let referenced: Vec<_> = keys.map(|key| key.referenced_table.clone()).collect();
        for other in referenced.iter().filter(|other| *other != name) {
            if let Some(id) = self.find_relation(other) {
                self.lower_relation(id, self.relation(id), &mut builder);
            }
        }
        let others = builder.tables.iter_mut().filter(|(other, _)| *other != name);
        others.for_each(|(_, table)| table.foreign_keys.clear());
        builder
    }

    /// The namespaces and the enums.
    fn lower_frame(&self) -> SchemaBuilder {
        let mut builder = SchemaBuilder::new();
        if self.has_namespace(&self.default_namespace) {
            builder.add_implicit_namespace(self.default_namespace.clone());
        }
        let mut namespaces: Vec<_> = self.namespaces.iter().collect();
        namespaces.sort_by_key(|(_, history)| history.created);
        for (name, _) in namespaces {
            builder.add_namespace(name.clone());
        }
        for (_, entry) in self.types() {
            if let TypeKind::Enum(values) = &entry.kind {
                let value = |name: &Name| EnumValue { name: name.clone(), handle: None };
                builder.add_enum(Enum {
                    name: entry.name.clone(),
                    values: values.iter().map(value).collect(),
                    origin: origin(entry.history),
                });
            }
        }
        builder
    }

    fn lower_extensions(&self, builder: &mut SchemaBuilder) {
        let mut extensions: Vec<_> = self.extensions.iter().collect();
        extensions.sort_by_key(|(_, facts)| facts.history.created);
        for (name, facts) in extensions {
            let namespace = facts.namespace_given.then(|| facts.namespace.clone());
            let extension = IrExtension { name: name.clone(), namespace, version: facts.version.clone() };
            builder.extensions.insert(name.clone(), extension);
        }
    }

    fn lower_relation(&self, id: RelationId, relation: &Relation, builder: &mut SchemaBuilder) {
        match &relation.kind {
            RelationKind::Table(table) if !table.foreign => {
                let definition = self.lower_table(id, relation);
                builder.add_table(relation.name.clone(), definition);
            }
            RelationKind::View(view) => builder.views.push(IrView {
                name: relation.name.clone(),
                materialized: view.materialized,
                definition: Expr::written(view.text.clone()),
                columns: Vec::new(),
            }),
            RelationKind::Sequence(sequence) if !sequence.identity => {
                builder.sequences.push(self.lower_sequence(&relation.name, sequence));
            }
            _ => {}
        }
    }

    fn lower_sequence(&self, name: &QualifiedName, sequence: &Sequence) -> IrSequence {
        let owner = sequence.owner.and_then(|(table, column)| {
            let table = self.relation_if_exists(table)?;
            Some((table.name.clone(), table.column_by_id(column)?.name.clone()))
        });
        IrSequence {
            name: name.clone(),
            owner,
            ty: sequence.ty,
            start: sequence.start,
            increment: sequence.increment,
            min: sequence.min,
            max: sequence.max,
            cache: sequence.cache,
            cycle: sequence.cycle,
        }
    }

    fn lower_table(&self, id: RelationId, relation: &Relation) -> TableDefinition {
        let mut table = TableDefinition { origin: origin(relation.history), ..TableDefinition::default() };
        for column in &relation.columns {
            table.add_column(self.lower_column(column));
        }
        for index in &relation.indexes {
            let index_relation = self.relation(*index);
            if let Some(index) = index_relation.index()
                && !index.exclusion
            {
                table.indexes.push(lower_index(self, relation, index_relation, index));
            }
        }
        // The primary key first, as every other source has it.
        table.indexes.sort_by_key(|index| index.kind != driftless_ir::IndexKind::Primary);
        for constraint in &relation.constraints {
            match &constraint.kind {
                ConstraintKind::Foreign(key) => {
                    table.foreign_keys.push(self.lower_foreign_key(id, relation, constraint, key));
                }
                ConstraintKind::Check { condition, .. } => table.checks.push(Check {
                    name: constraint.name.clone(),
                    condition: text(condition),
                    validated: constraint.validated,
                }),
                _ => {}
            }
        }
        table
    }

    fn lower_column(&self, column: &Column) -> IrColumn<QualifiedName> {
        let default = self.lower_filling(column);
        let reported = self.reported(column, default.as_ref());
        IrColumn {
            name: column.name.clone(),
            ty: self.lower_type(&column.ty),
            nullable: column.nullable,
            default,
            origin: Origin { reported: reported.map(Box::new), ..origin(column.history) },
        }
    }

    /// What the column's type and default were made of, where the model does not say.
    fn reported(&self, column: &Column, default: Option<&ColumnDefault>) -> Option<Reported> {
        let domain_of = match self.base_type(&column.ty) {
            base if base == column.ty || base.array || base.is_unknown() => None,
            base => Some(self.lower_type(&base)).filter(|ty| !matches!(ty.base, BaseType::Other(_))),
        };
        let is_constant =
            matches!(default, Some(ColumnDefault::Literal(_) | ColumnDefault::Array(_) | ColumnDefault::Now));
        let default_text = match &column.filling {
            Filling::Default(expression) if is_constant => Some(expression.tree.to_string().into()),
            _ => None,
        };
        (domain_of.is_some() || default_text.is_some()).then_some(Reported { domain_of, default_text })
    }

    fn lower_type(&self, ty: &Type) -> ColumnType<QualifiedName> {
        let base = match &ty.base {
            Base::Builtin(builtin) => BaseType::Builtin(*builtin),
            Base::Entry(id) if self.enum_values(*id).is_some() => {
                BaseType::Enum(self.type_entry(*id).name.clone())
            }
            _ => BaseType::Other(self.type_text(&ty.clone().element()).into()),
        };
        ColumnType { base, array: ty.array }
    }

    fn lower_filling(&self, column: &Column) -> Option<ColumnDefault> {
        Some(match &column.filling {
            Filling::None => return None,
            Filling::Identity { always: true, .. } => ColumnDefault::Identity(Identity::Always),
            Filling::Identity { always: false, .. } => ColumnDefault::Identity(Identity::ByDefault),
            Filling::Generated(expression) => ColumnDefault::Generated(text(expression)),
            Filling::Default(expression) => match self.sequence_of(expression) {
                Some(sequence) => ColumnDefault::Serial(Some(self.relation(sequence).name.clone())),
                None => column_default(self, &expression.tree, &column.ty),
            },
        })
    }

    /// The sequence of `nextval('…')`.
    pub(crate) fn sequence_of(&self, expression: &Expression) -> Option<RelationId> {
        let sqlparser::ast::Expr::Function(function) = &*expression.tree else { return None };
        let path = crate::statement::object_path(&function.name)?;
        let (id, _) = expression.uses.relations.first()?;
        (path.name.as_str() == "nextval" && self.relation_if_exists(*id)?.sequence().is_some()).then_some(*id)
    }

    fn lower_foreign_key(
        &self,
        id: RelationId,
        relation: &Relation,
        constraint: &Constraint,
        key: &ForeignKey,
    ) -> IrForeignKey<QualifiedName, Name> {
        let target = if key.target == id { relation } else { self.relation(key.target) };
        IrForeignKey {
            name: constraint.name.clone(),
            columns: column_names(relation, &key.columns),
            referenced_table: target.name.clone(),
            referenced_columns: column_names(target, &key.target_columns),
            on_delete: key.on_delete,
            on_update: key.on_update,
            deferrable: constraint.deferral,
            validated: constraint.validated,
            origin: origin(constraint.history),
        }
    }

    fn lower_unmodelled(&self, builder: &mut SchemaBuilder) {
        let mut found: BTreeMap<_, Unmodelled> = BTreeMap::new();
        let mut add = |kind: &str, namespace: &Name, table: Option<&Name>, name: &str, definition: &str| {
            let entry = Unmodelled {
                kind: kind.into(),
                namespace: namespace.clone(),
                table: table.cloned(),
                name: name.into(),
                definition: definition.into(),
            };
            found.insert(
                (entry.kind.clone(), entry.namespace.clone(), entry.table.clone(), entry.name.clone()),
                entry,
            );
        };
        for (_, relation) in self.relations() {
            if relation.persistence == Persistence::Temporary {
                continue;
            }
            let (namespace, name) = (&relation.name.namespace, &relation.name.name);
            for trigger in &relation.triggers {
                add("trigger", namespace, Some(name), trigger.name.as_str(), &trigger.definition);
            }
            for policy in &relation.policies {
                add("row security policy", namespace, Some(name), policy.name.as_str(), &policy.definition);
            }
            if let Some(security) = relation.table().and_then(row_security) {
                add("row security", namespace, Some(name), "", security);
            }
            for rule in &relation.rules {
                add("rule", namespace, Some(name), rule.name.as_str(), &rule.definition);
            }
            if relation.table().is_some_and(|table| table.foreign) {
                add("foreign table", namespace, None, name.as_str(), "");
            }
            if let Some(index) = relation.index().filter(|index| index.exclusion) {
                let table = &self.relation(index.table).name.name;
                add("exclusion constraint", namespace, Some(table), name.as_str(), "");
            }
        }
        for (_, entry) in self.types() {
            let kind = match entry.kind {
                TypeKind::Enum(_) => continue,
                TypeKind::Domain { .. } => "domain",
                TypeKind::Composite(_) => "composite type",
                TypeKind::Other => "type",
            };
            add(kind, &entry.name.namespace, None, entry.name.name.as_str(), "");
        }
        for (_, function) in self.functions() {
            let kind = match function.kind {
                RoutineKind::Procedure => "procedure",
                RoutineKind::Aggregate => "aggregate",
                _ => "function",
            };
            let inputs: Vec<_> = function.inputs.iter().map(|ty| self.type_text(ty)).collect();
            let name = format!("{}({})", function.name.name.as_str(), inputs.join(", "));
            add(kind, &function.name.namespace, None, &name, &function.definition);
        }
        builder.unmodelled.extend(found.into_values());
    }
}

/// Whether policies decide who sees a row of a table, in the words of introspection, which does not tell of partitions.
fn row_security(table: &Table) -> Option<&'static str> {
    match (table.is_partition, table.forced_row_security, table.row_security) {
        (false, true, _) => Some("FORCE"),
        (false, false, true) => Some("ENABLE"),
        _ => None,
    }
}

fn origin(history: History) -> Origin {
    Origin { span: Some(history.changed), ..Origin::default() }
}

fn text(expression: &Expression) -> Expr {
    Expr::replayed(expression.tree.to_string())
}

fn column_names(relation: &Relation, ids: &[PartId]) -> Vec<Name> {
    ids.iter().filter_map(|id| relation.column_by_id(*id)).map(|column| column.name.clone()).collect()
}

fn lower_index(catalog: &Catalog, table: &Relation, relation: &Relation, index: &Index) -> IrIndex<Name> {
    IrIndex {
        name: relation.name.name.clone(),
        kind: index.kind,
        method: index.method.clone(),
        parts: index.keys.iter().filter_map(|key| lower_key(catalog, table, index, key)).collect(),
        include: column_names(table, &index.include),
        predicate: index.predicate.as_ref().map(text),
        nulls_not_distinct: index.nulls_not_distinct,
        state: IndexState::Valid,
        origin: origin(relation.history),
    }
}

fn lower_key(catalog: &Catalog, table: &Relation, index: &Index, key: &IndexKey) -> Option<IndexPart<Name>> {
    let (ir_key, ty) = match &key.key {
        Key::Column(id) => {
            let column = table.column_by_id(*id)?;
            (IrKey::Column(column.name.clone()), Some(catalog.base_type(&column.ty)))
        }
        Key::Expression(expression) => (IrKey::Expression(text(expression)), None),
    };
    let operator_class = match &key.operator_class {
        Some(name) => Some(OperatorClass {
            name: name.clone(),
            is_default: is_default_class(&index.method, name, ty.as_ref()),
        }),
        None => implied_class(catalog, &index.method, ty.as_ref()),
    };
    let is_descending = key.sort == SortOrder::Descending;
    let is_ordered = index.method == IndexMethod::BTree || is_descending;
    let implied = if is_descending { NullsOrder::First } else { NullsOrder::Last };
    Some(IndexPart {
        key: ir_key,
        sort: is_ordered.then_some(key.sort),
        nulls: key.nulls.filter(|nulls| *nulls != implied),
        operator_class,
    })
}

/// The class that a server would report where none is named. No script names those of trees and hashes.
fn implied_class(catalog: &Catalog, method: &IndexMethod, ty: Option<&Type>) -> Option<OperatorClass> {
    let ty = ty.filter(|ty| ty.array || matches!(ty.base, Base::Builtin(_)))?;
    let has_one = match method {
        IndexMethod::BTree | IndexMethod::Hash | IndexMethod::Other(_) => false,
        IndexMethod::Brin => is_indexable(catalog, method, ty) != Some(false),
        IndexMethod::Gin | IndexMethod::Gist | IndexMethod::SpGist => {
            is_indexable(catalog, method, ty) == Some(true)
        }
    };
    has_one.then(|| OperatorClass { name: default_class(method, ty).into(), is_default: true })
}
