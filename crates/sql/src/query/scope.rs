//! The sources of a query and its columns.

use driftless_ir::Name;
use sqlparser::ast::{
    Expr, GroupByExpr, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

use super::{Output, OutputColumn, Resolver, is_system};
use crate::catalog::{Catalog, PartId, RelationId, Type};
use crate::default::figure_name;
use crate::statement::{fold, object_path, parse_type_name};

/// The most columns of a query, which are PostgreSQL's own. Where there would be more, it is open.
const MOST_COLUMNS: usize = 1_664;

/// A column of a source.
#[derive(Clone, Debug)]
pub(super) struct SourceColumn {
    pub(super) name: Name,
    pub(super) ty: Type,
    /// Its number, where the source is a relation.
    pub(super) id: Option<PartId>,
    /// Whether a join has merged it into one of the same name.
    pub(super) merged: bool,
}

/// An entry of a FROM clause.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) alias: Name,
    pub(super) relation: Option<RelationId>,
    pub(super) columns: Vec<SourceColumn>,
    pub(super) open: bool,
}

impl Source {
    pub(super) fn of_relation(catalog: &Catalog, id: RelationId, alias: Name) -> Self {
        let relation = catalog.relation(id);
        let column = |column: &crate::catalog::Column| SourceColumn {
            name: column.name.clone(),
            ty: column.ty.clone(),
            id: Some(column.id),
            merged: false,
        };
        let open = relation.open.is_some() || relation.sequence().is_some();
        Self { alias, relation: Some(id), columns: relation.columns.iter().map(column).collect(), open }
    }

    fn of_output(alias: Name, output: Output) -> Self {
        let column = |column: OutputColumn| SourceColumn {
            name: column.name.unwrap_or_else(|| "?column?".into()),
            ty: column.ty,
            id: None,
            merged: false,
        };
        Self {
            alias,
            relation: None,
            columns: output.columns.into_iter().map(column).collect(),
            open: output.open,
        }
    }

    fn unknown(alias: Name) -> Self {
        Self { alias, relation: None, columns: Vec::new(), open: true }
    }

    pub(super) fn column(&self, name: &Name) -> Option<&SourceColumn> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Gives the columns the names of the alias.
    fn rename(&mut self, alias: &TableAlias) {
        self.alias = fold(&alias.name);
        if self.columns.len() < alias.columns.len() {
            let missing = alias.columns.len() - self.columns.len();
            self.columns.extend((0..missing).map(|_| SourceColumn {
                name: "".into(),
                ty: Type::unknown(),
                id: None,
                merged: false,
            }));
        }
        for (column, new) in self.columns.iter_mut().zip(&alias.columns) {
            column.name = fold(&new.name);
        }
    }
}

/// The names that a part of a query sees.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) sources: Vec<Source>,
    /// The names of the output columns, which ORDER BY and GROUP BY see.
    pub(super) aliases: Vec<Name>,
    pub(super) open: bool,
}

impl Scope {
    /// The column of a name: its relation, if it has one, and its number.
    pub(super) fn find(&self, name: &Name) -> Option<(Option<RelationId>, Option<PartId>)> {
        self.sources.iter().find_map(|source| source.column(name).map(|column| (source.relation, column.id)))
    }
}

/// A query of a WITH clause.
#[derive(Clone, Debug)]
pub(super) struct CommonTable {
    name: Name,
    output: Output,
}

impl Resolver<'_> {
    pub(super) fn enter_query(&mut self, query: &Query) {
        self.push_common_tables(query);
        let scope = match &*query.body {
            SetExpr::Select(select) => self.select_scope(select, false),
            body => {
                let columns = self.set_output(body).columns;
                Scope {
                    aliases: columns.into_iter().filter_map(|column| column.name).collect(),
                    ..Scope::default()
                }
            }
        };
        self.scopes.push(scope);
    }

    pub(super) fn leave_query(&mut self, query: &Query) {
        self.scopes.pop();
        self.pop_common_tables(query);
    }

    fn pop_common_tables(&mut self, query: &Query) {
        let count = query.with.as_ref().map_or(0, |with| with.cte_tables.len());
        self.common_tables.truncate(self.common_tables.len() - count);
    }

    fn push_common_tables(&mut self, query: &Query) {
        let Some(with) = &query.with else { return };
        for table in &with.cte_tables {
            let name = fold(&table.alias.name);
            let mut output = if with.recursive {
                self.common_tables.push(CommonTable {
                    name: name.clone(),
                    output: Output { open: true, ..Output::default() },
                });
                let output = self.output(&table.query);
                self.common_tables.pop();
                output
            } else {
                self.output(&table.query)
            };
            for (at, alias) in table.alias.columns.iter().enumerate() {
                let named = Some(fold(&alias.name));
                match output.columns.get_mut(at) {
                    Some(column) => column.name = named,
                    None => output.columns.push(OutputColumn { name: named, ty: Type::unknown() }),
                }
            }
            self.common_tables.push(CommonTable { name, output });
        }
    }

    /// The columns of a query.
    pub(super) fn output(&mut self, query: &Query) -> Output {
        self.push_common_tables(query);
        let output = self.set_output(&query.body);
        self.pop_common_tables(query);
        output
    }

    fn set_output(&mut self, body: &SetExpr) -> Output {
        match body {
            SetExpr::Select(select) => self.select_output(select),
            SetExpr::Query(query) => self.output(query),
            SetExpr::SetOperation { left, right, .. } => {
                let (mut output, right) = (self.set_output(left), self.set_output(right));
                output.open |= right.open;
                for (column, other) in output.columns.iter_mut().zip(right.columns) {
                    if column.ty != other.ty {
                        column.ty = Type::unknown();
                    }
                }
                output
            }
            SetExpr::Values(values) => {
                let first = values.rows.first().map_or(&[][..], |row| &row.content);
                let column = |(at, value): (usize, &Expr)| OutputColumn {
                    name: Some(format!("column{}", at + 1).into()),
                    ty: self.infer(value),
                };
                Output { columns: first.iter().enumerate().map(column).collect(), open: false }
            }
            _ => Output { columns: Vec::new(), open: true },
        }
    }

    fn select_output(&mut self, select: &Select) -> Output {
        let scope = self.select_scope(select, false);
        self.scopes.push(scope);
        let mut output = Output::default();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expression) => {
                    output
                        .columns
                        .push(OutputColumn { name: figure_name(expression), ty: self.infer(expression) });
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    output.columns.push(OutputColumn { name: Some(fold(alias)), ty: self.infer(expr) });
                }
                SelectItem::ExprWithAliases { .. } => output.open = true,
                SelectItem::Wildcard(_) => self.expand(None, &mut output),
                SelectItem::QualifiedWildcard(kind, _) => match wildcard_qualifier(kind) {
                    Some(name) => self.expand(Some(&name), &mut output),
                    None => output.open = true,
                },
            }
        }
        self.scopes.pop();
        output
    }

    fn expand(&self, qualifier: Option<&Name>, output: &mut Output) {
        let Some(scope) = self.scopes.last() else { return };
        for source in scope.sources.iter().filter(|source| qualifier.is_none_or(|name| *name == source.alias))
        {
            output.open |= source.open;
            let seen = source.columns.iter().filter(|column| qualifier.is_some() || !column.merged);
            output.columns.extend(
                seen.map(|column| OutputColumn { name: Some(column.name.clone()), ty: column.ty.clone() }),
            );
            if output.columns.len() > MOST_COLUMNS {
                output.columns.truncate(MOST_COLUMNS);
                output.open = true;
                return;
            }
        }
    }

    /// The sources of a SELECT; `record` to count them as used.
    pub(super) fn select_scope(&mut self, select: &Select, record: bool) -> Scope {
        let mut scope = Scope::default();
        for table in &select.from {
            self.add_joined(table, &mut scope, record);
        }
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => scope.aliases.push(fold(alias)),
                SelectItem::UnnamedExpr(expression)
                    if !matches!(select.group_by, GroupByExpr::All(_))
                        && !matches!(expression, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) =>
                {
                    scope.aliases.extend(figure_name(expression));
                }
                _ => {}
            }
        }
        scope
    }

    fn add_joined(&mut self, table: &TableWithJoins, scope: &mut Scope, record: bool) {
        self.add_factor(&table.relation, scope, record);
        for join in &table.joins {
            let before = scope.sources.len();
            self.add_factor(&join.relation, scope, record);
            let constraint = join_constraint(&join.join_operator);
            let shared: Vec<Name> = match constraint {
                Some(JoinConstraint::Using(names)) => {
                    names.iter().filter_map(|name| object_path(name).map(|path| path.name)).collect()
                }
                Some(JoinConstraint::Natural) => {
                    let left = &scope.sources[..before];
                    let right = scope.sources[before..].iter().flat_map(|source| &source.columns);
                    right
                        .filter(|column| left.iter().any(|source| source.column(&column.name).is_some()))
                        .map(|column| column.name.clone())
                        .collect()
                }
                _ => continue,
            };
            for source in &mut scope.sources[before..] {
                for column in source.columns.iter_mut().filter(|column| shared.contains(&column.name)) {
                    column.merged = true;
                }
            }
            if record {
                self.record_shared(scope, &shared);
            }
        }
    }

    fn record_shared(&mut self, scope: &Scope, shared: &[Name]) {
        for source in &scope.sources {
            let Some(relation) = source.relation else { continue };
            for column in source.columns.iter().filter(|column| shared.contains(&column.name)) {
                self.use_relation(relation, column.id);
            }
        }
    }

    fn add_factor(&mut self, factor: &TableFactor, scope: &mut Scope, record: bool) {
        let (mut source, alias) = match factor {
            TableFactor::Table { name, alias, args: None, .. } => (self.table_source(name, record), alias),
            TableFactor::Table { name, alias, .. } | TableFactor::Function { name, alias, .. } => {
                (self.function_source(name), alias)
            }
            TableFactor::Derived { subquery, alias, lateral, .. } => {
                if *lateral {
                    self.scopes.push(scope.clone());
                }
                let output = self.output(subquery);
                if *lateral {
                    self.scopes.pop();
                }
                (Source::of_output("".into(), output), alias)
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                return self.add_joined(table_with_joins, scope, record);
            }
            TableFactor::UNNEST { alias, .. } => (Source::unknown("unnest".into()), alias),
            TableFactor::TableFunction { alias, .. } | TableFactor::NestedJoin { alias, .. } => {
                (Source::unknown("".into()), alias)
            }
            _ => return scope.open = true,
        };
        if let Some(alias) = alias {
            source.rename(alias);
            source.add_typed_columns(alias);
        }
        scope.sources.push(source);
    }

    fn table_source(&mut self, name: &ObjectName, record: bool) -> Source {
        let Some(path) = object_path(name) else { return Source::unknown("".into()) };
        if path.namespace.is_none()
            && let Some(table) = self.common_tables.iter().rev().find(|table| table.name == path.name)
        {
            return Source::of_output(path.name, table.output.clone());
        }
        match self.catalog.require_relation(&path) {
            Ok(id) => {
                if record {
                    self.uses.relations.push((id, None));
                }
                Source::of_relation(self.catalog, id, path.name)
            }
            Err(refusal) => {
                if !is_system(&path) {
                    self.refuse(refusal.state, refusal.message);
                }
                Source::unknown(path.name)
            }
        }
    }

    /// A function in FROM: one column of its name, unless it returns rows.
    fn function_source(&mut self, name: &ObjectName) -> Source {
        let Some(path) = object_path(name) else { return Source::unknown("".into()) };
        for id in self.catalog.find_functions(&path) {
            self.uses.functions.push(id);
        }
        let mut source = Source::unknown(path.name.clone());
        if matches!(path.name.as_str(), "generate_series" | "unnest") {
            source.columns.push(SourceColumn {
                name: path.name,
                ty: Type::unknown(),
                id: None,
                merged: false,
            });
        }
        source
    }
}

impl Source {
    /// The columns of `AS alias(name type, …)`.
    fn add_typed_columns(&mut self, alias: &TableAlias) {
        for column in alias.columns.iter().filter(|column| column.data_type.is_some()) {
            let ty = column.data_type.as_ref().and_then(|ty| parse_type_name(&ty.to_string()));
            let ty = ty.and_then(|ty| crate::catalog::builtin(&ty)).unwrap_or_else(Type::unknown);
            let name = fold(&column.name);
            if let Some(found) = self.columns.iter_mut().find(|found| found.name == name) {
                found.ty = ty;
            }
        }
    }
}

fn join_constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) => Some(constraint),
        _ => None,
    }
}

pub(super) fn wildcard_qualifier(kind: &SelectItemQualifiedWildcardKind) -> Option<Name> {
    match kind {
        SelectItemQualifiedWildcardKind::ObjectName(name) => object_path(name).map(|path| path.name),
        SelectItemQualifiedWildcardKind::Expr(_) => None,
    }
}

/// The columns that every table has.
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid")
}
