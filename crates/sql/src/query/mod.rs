//! What an expression or a query refers to, and what columns a query has.
//!
//! Names are resolved scope by scope, as PostgreSQL does. Where something is not known (the columns of a function's
//! result, say) a scope is *open*: a name that is not found could be there, and is not refused.

mod infer;
mod scope;

use std::ops::ControlFlow;
use std::rc::Rc;

use driftless_ir::Name;
use sqlparser::ast::{BinaryOperator, Expr, Function, Query, Select, SelectItem, Visit, Visitor};

use crate::catalog::{Base, Catalog, Expression, RelationId, Type, Uses};
use crate::coercion::compares;
use crate::default::string_constant;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Cursor, Path, TypeName, fold, object_path, parse_type_name};

pub(crate) use infer::is_polymorphic_literal;
use scope::{CommonTable, Scope, Source};

/// A column of a query.
#[derive(Clone, Debug)]
pub(crate) struct OutputColumn {
    /// `None` where PostgreSQL would write `?column?`.
    pub(crate) name: Option<Name>,
    pub(crate) ty: Type,
}

/// The columns of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    pub(crate) columns: Vec<OutputColumn>,
    /// Whether there may be more, or others.
    pub(crate) open: bool,
}

/// Resolves the names of one expression or query.
pub(crate) struct Resolver<'a> {
    catalog: &'a Catalog,
    scopes: Vec<Scope>,
    common_tables: Vec<CommonTable>,
    uses: Uses,
    /// The relation whose expression it is: its columns are `own`.
    own: Option<RelationId>,
    refusal: Option<Refusal>,
}

/// Resolves an expression that stands in the definition of a relation, or in none.
pub(crate) fn resolve_expression(
    catalog: &Catalog,
    relation: Option<RelationId>,
    tree: Expr,
) -> Done<Expression> {
    let mut resolver = Resolver::new(catalog, relation);
    let _ = tree.visit(&mut resolver);
    let uses = resolver.finish()?;
    Ok(Expression { tree: Rc::new(tree), uses: Rc::new(uses) })
}

/// Resolves the default or a check of a domain, which sees nothing but `VALUE`.
pub(crate) fn resolve_domain_expression(catalog: &Catalog, tree: Expr) -> Done<Expression> {
    let mut resolver = Resolver::new(catalog, None);
    resolver.scopes[0].aliases.push("value".into());
    let _ = tree.visit(&mut resolver);
    let uses = resolver.finish()?;
    Ok(Expression { tree: Rc::new(tree), uses: Rc::new(uses) })
}

/// Resolves expressions over a relation of which nothing else is kept: triggers, policies.
pub(crate) fn resolve_condition(
    catalog: &Catalog,
    relation: RelationId,
    aliases: &[&str],
    trees: &[&Expr],
) -> Done<Uses> {
    let mut resolver = Resolver::new(catalog, Some(relation));
    for alias in aliases {
        resolver.scopes[0].sources.push(Source::of_relation(catalog, relation, Name::from(*alias)));
    }
    for tree in trees {
        let _ = tree.visit(&mut resolver);
    }
    resolver.finish()
}

/// The type of an expression over a relation; unknown where it is not clear.
pub(crate) fn expression_type(catalog: &Catalog, relation: Option<RelationId>, tree: &Expr) -> Type {
    Resolver::new(catalog, relation).infer(tree)
}

/// Resolves a query: what it refers to and what columns it has.
pub(crate) fn resolve_query(catalog: &Catalog, query: &Query) -> Done<(Uses, Output)> {
    let mut resolver = Resolver::new(catalog, None);
    let output = resolver.output(query);
    let _ = query.visit(&mut resolver);
    Ok((resolver.finish()?, output))
}

impl<'a> Resolver<'a> {
    fn new(catalog: &'a Catalog, own: Option<RelationId>) -> Self {
        let sources = own.map(|relation| {
            let name = catalog.relation(relation).name.name.clone();
            Source::of_relation(catalog, relation, name)
        });
        let scope = Scope { sources: sources.into_iter().collect(), aliases: Vec::new(), open: false };
        Self {
            catalog,
            scopes: vec![scope],
            common_tables: Vec::new(),
            uses: Uses::default(),
            own,
            refusal: None,
        }
    }

    fn finish(mut self) -> Done<Uses> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        self.uses.own_columns.sort_unstable();
        self.uses.own_columns.dedup();
        self.uses.relations.sort_unstable();
        self.uses.relations.dedup();
        Ok(self.uses)
    }

    fn refuse(&mut self, state: SqlState, message: String) {
        self.refusal.get_or_insert(Refusal { state, message });
    }

    fn use_relation(&mut self, id: RelationId, column: Option<crate::catalog::PartId>) {
        match column {
            Some(column) if self.own == Some(id) => self.uses.own_columns.push(column),
            _ => self.uses.relations.push((id, column)),
        }
    }

    fn use_type(&mut self, text: &str) {
        let Some(ty) = parse_type_name(text) else { return };
        match self.catalog.resolve_type(&ty) {
            Ok(Type { base: Base::Entry(id), .. }) => self.uses.types.push(id),
            Ok(Type { base: Base::Row(id), .. }) => self.uses.relations.push((id, None)),
            Ok(_) => {}
            Err(refusal) => self.refuse(refusal.state, refusal.message),
        }
    }

    fn use_function(&mut self, function: &Function) {
        let Some(path) = object_path(&function.name) else { return };
        if matches!(path.name.as_str(), "nextval" | "currval" | "setval")
            && let Some(text) = infer::arguments(function).next().and_then(string_constant)
        {
            self.use_regclass(text);
        }
        let count = infer::arguments(function).count();
        let found = self.catalog.find_functions(&path);
        if found.is_empty() {
            self.check_text_function(&path, function);
            if let Err(refusal) = require_function(self.catalog, &path) {
                self.refuse(refusal.state, refusal.message);
            }
        }
        for id in found {
            let inputs = &self.catalog.function(id).inputs;
            let least = inputs.len() - self.catalog.function(id).defaults.min(inputs.len());
            if (least..=inputs.len()).contains(&count) {
                self.uses.functions.push(id);
            }
        }
    }

    /// Refuses a comparison of types that no operator compares.
    fn check_comparison(&mut self, left: &Expr, operator: &BinaryOperator, right: &Expr) {
        if is_polymorphic_literal(left) || is_polymorphic_literal(right) {
            return;
        }
        let (left, right) = (self.infer(left), self.infer(right));
        if compares(self.catalog, &left, &right) == Some(false) {
            let (left, right) = (self.catalog.type_text(&left), self.catalog.type_text(&right));
            self.refuse(
                SqlState::UndefinedFunction,
                format!("no operator compares {left} {operator} {right}"),
            );
        }
    }

    /// Refuses a function of text that is called with another type.
    fn check_text_function(&mut self, path: &Path, function: &Function) {
        if !matches!(path.name.as_str(), "lower" | "upper" | "initcap" | "btrim" | "md5") {
            return;
        }
        let Some(argument) = infer::arguments(function).next() else { return };
        let ty = self.catalog.base_type(&self.infer(argument));
        let name = crate::operator::short_name(&ty);
        let fits = match &ty.base {
            Base::Unknown | Base::Other(_) => true,
            _ => !ty.array && matches!(&*name, "text" | "varchar" | "bpchar" | "citext" | "name" | "bytea"),
        };
        if !fits {
            let message =
                format!("function `{}` does not take {}", path.name.as_str(), self.catalog.type_text(&ty));
            self.refuse(SqlState::UndefinedFunction, message);
        }
    }

    /// A relation that is named in a string.
    fn use_regclass(&mut self, text: &str) {
        let Some(path) = Cursor::new(text).ok().and_then(|mut cursor| cursor.path().ok()) else { return };
        match self.catalog.require_relation(&path) {
            Ok(id) => self.uses.relations.push((id, None)),
            Err(refusal) if !is_system(&path) => self.refuse(refusal.state, refusal.message),
            Err(_) => {}
        }
    }

    /// Resolves a column by its name alone.
    fn column(&mut self, name: &Name) {
        for at in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[at];
            if let Some((relation, column)) = scope.find(name) {
                if let Some(relation) = relation {
                    self.use_relation(relation, column);
                }
                return;
            }
            if let Some(source) = scope.sources.iter().find(|source| source.alias == *name) {
                if let Some(relation) = source.relation {
                    self.uses.relations.push((relation, None));
                }
                return;
            }
            if scope.open || scope.aliases.contains(name) || scope.sources.iter().any(|source| source.open) {
                return;
            }
        }
        if !scope::is_system_column(name.as_str()) {
            self.refuse(SqlState::UndefinedColumn, format!("column `{}` does not exist", name.as_str()));
        }
    }

    /// Resolves `source.column`.
    fn qualified_column(&mut self, source_name: &Name, name: &Name) {
        for scope in self.scopes.iter().rev() {
            let Some(source) = scope.sources.iter().find(|source| source.alias == *source_name) else {
                if scope.open {
                    return;
                }
                continue;
            };
            match source.column(name) {
                Some(column) => {
                    if let Some(relation) = source.relation {
                        let id = column.id;
                        self.use_relation(relation, id);
                    }
                }
                None if source.open || scope::is_system_column(name.as_str()) => {}
                None => {
                    let message =
                        format!("column `{}.{}` does not exist", source_name.as_str(), name.as_str());
                    self.refuse(SqlState::UndefinedColumn, message);
                }
            }
            return;
        }
    }

    /// `*` and `source.*`: every column is used.
    fn wildcard(&mut self, qualifier: Option<&Name>) {
        let Some(scope) = self.scopes.last() else { return };
        let mut used = Vec::new();
        for source in &scope.sources {
            if let Some(relation) = source.relation
                && qualifier.is_none_or(|name| *name == source.alias)
            {
                used.extend(source.columns.iter().map(|column| (relation, column.id)));
            }
        }
        for (relation, column) in used {
            self.use_relation(relation, column);
        }
    }
}

impl Visitor for Resolver<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.enter_query(query);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.leave_query(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let scope = self.select_scope(select, true);
        self.scopes.push(scope);
        for item in &select.projection {
            match item {
                SelectItem::Wildcard(_) => self.wildcard(None),
                SelectItem::QualifiedWildcard(kind, _) => {
                    if let Some(name) = scope::wildcard_qualifier(kind) {
                        self.wildcard(Some(&name));
                    }
                }
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _select: &Select) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Identifier(column) => self.column(&fold(column)),
            Expr::CompoundIdentifier(parts) => {
                if let [.., source, column] = parts.as_slice() {
                    self.qualified_column(&fold(source), &fold(column));
                }
            }
            Expr::Function(function) => self.use_function(function),
            Expr::BinaryOp { left, op, right } if is_comparison(op) => self.check_comparison(left, op, right),
            Expr::Cast { data_type, expr, .. } => {
                let text = data_type.to_string();
                if text.eq_ignore_ascii_case("regclass")
                    && let Some(name) = string_constant(expr)
                {
                    self.use_regclass(name);
                }
                self.use_type(&text);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn is_comparison(operator: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(operator, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// Refuses a function that neither PostgreSQL nor a statement brings; an extension may bring any.
pub(crate) fn require_function(catalog: &Catalog, path: &Path) -> Done {
    let own = path.namespace.as_ref().is_none_or(|namespace| namespace.as_str() == "pg_catalog");
    let as_type =
        TypeName { path: path.clone(), quoted: false, modifiers: Vec::new(), array: false, set: false };
    if own
        && !is_builtin_function(path.name.as_str())
        && catalog.extensions.iter().next().is_none()
        && catalog.resolve_type(&as_type).is_err()
    {
        let message = format!("function `{path}` does not exist");
        return Err(Refusal::new(SqlState::UndefinedFunction, message));
    }
    Ok(())
}

/// Whether PostgreSQL itself has a function of this name, or a form of its grammar that looks like one.
fn is_builtin_function(name: &str) -> bool {
    static NAMES: std::sync::OnceLock<Vec<&str>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| include_str!("builtin_functions.txt").lines().collect());
    names.binary_search(&name).is_ok()
}

/// Whether a relation is one of PostgreSQL's own.
pub(crate) fn is_system(path: &Path) -> bool {
    match &path.namespace {
        Some(namespace) => matches!(namespace.as_str(), "pg_catalog" | "information_schema" | "pg_toast"),
        None => path.name.as_str().starts_with("pg_"),
    }
}
