//! Conditions over the catalog: `EXISTS (SELECT … FROM pg_…)` and kin, three-valued and with what is not known.

use std::cmp::Ordering;

use driftless_ir::Name;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, JoinConstraint,
    JoinOperator, Query, Select, SelectItem, SetExpr, TableFactor, UnaryOperator, Value as Constant,
};

use super::system::{Row, system_rows};
use super::value::Value;
use crate::catalog::Catalog;
use crate::default::string_constant;
use crate::statement::{Cursor, Path, fold, object_path};

/// The values of the variables; `None` where one is not known.
pub(super) type Variables = Vec<(Name, Option<Value>)>;

/// What a condition can see.
pub(super) struct Conditions<'a> {
    catalog: &'a Catalog,
    variables: &'a Variables,
    /// The rows of the queries around, innermost last.
    rows: Vec<Vec<(Name, Row)>>,
}

/// The value of an expression; `None` where it is not known.
pub(super) fn evaluate(catalog: &Catalog, variables: &Variables, text: &str) -> Option<Value> {
    let expression = crate::statement::parse_expression(text)?;
    Conditions { catalog, variables, rows: Vec::new() }.value(&expression)
}

/// The first row of a query, column by column; `None` where it is not known.
pub(super) fn first_row(catalog: &Catalog, variables: &Variables, query: &Query) -> Option<Vec<Value>> {
    let mut conditions = Conditions { catalog, variables, rows: Vec::new() };
    let rows = conditions.query(query)?;
    Some(rows.into_iter().next().unwrap_or_else(|| vec![Value::Null]))
}

/// A path in a string.
fn path_of(text: &str) -> Option<Path> {
    Cursor::new(text).ok()?.path().ok()
}

impl Conditions<'_> {
    fn value(&mut self, expression: &Expr) -> Option<Value> {
        match expression {
            Expr::Nested(inner) => self.value(inner),
            Expr::Value(value) => match &value.value {
                Constant::Null => Some(Value::Null),
                Constant::Boolean(truth) => Some(Value::Boolean(*truth)),
                Constant::Number(digits, _) => digits.parse().ok().map(Value::Number),
                _ => string_constant(expression).map(Value::text),
            },
            Expr::Identifier(name) => self.column(None, &fold(name)),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [.., source, column] => self.column(Some(&fold(source)), &fold(column)),
                _ => None,
            },
            Expr::Cast { expr, data_type, .. } => self.cast(expr, &data_type.to_string()),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => self.value(expr).map(not),
            Expr::BinaryOp { left, op, right } => self.operation(left, op, right),
            Expr::IsNull(inner) => Some(Value::Boolean(self.value(inner)? == Value::Null)),
            Expr::IsNotNull(inner) => Some(Value::Boolean(self.value(inner)? != Value::Null)),
            Expr::IsDistinctFrom(a, b) => Some(Value::Boolean(self.value(a)? != self.value(b)?)),
            Expr::IsNotDistinctFrom(a, b) => Some(Value::Boolean(self.value(a)? == self.value(b)?)),
            Expr::InList { expr, list, negated } => {
                let wanted = self.value(expr)?;
                let values = list.iter().map(|item| self.value(item)).collect::<Option<Vec<_>>>()?;
                Some(Value::Boolean(values.contains(&wanted) != *negated))
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let wanted = self.value(expr)?;
                let rows = self.query(subquery)?;
                Some(Value::Boolean(rows.iter().any(|row| row.first() == Some(&wanted)) != *negated))
            }
            Expr::Exists { subquery, negated } => {
                let found = !self.query(subquery)?.is_empty();
                Some(Value::Boolean(found != *negated))
            }
            Expr::Subquery(query) => {
                let rows = self.query(query)?;
                Some(rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or(Value::Null))
            }
            Expr::Function(function) => self.call(function),
            _ => None,
        }
    }

    fn operation(&mut self, left: &Expr, operator: &BinaryOperator, right: &Expr) -> Option<Value> {
        use BinaryOperator as Op;
        if matches!(operator, Op::And | Op::Or) {
            let (a, b) = (self.value(left), self.value(right));
            let decisive = *operator == Op::Or;
            let truths = [&a, &b].map(|value| value.as_ref().and_then(Value::truth));
            if truths.contains(&Some(decisive)) {
                return Some(Value::Boolean(decisive));
            }
            return match truths {
                [Some(_), Some(_)] => Some(Value::Boolean(!decisive)),
                _ => None,
            };
        }
        let (a, b) = (self.value(left)?, self.value(right)?);
        if a == Value::Null || b == Value::Null {
            return Some(Value::Null);
        }
        let order = a.compare(&b)?;
        let truth = match operator {
            Op::Eq => order == Ordering::Equal,
            Op::NotEq => order != Ordering::Equal,
            Op::Lt => order == Ordering::Less,
            Op::LtEq => order != Ordering::Greater,
            Op::Gt => order == Ordering::Greater,
            Op::GtEq => order != Ordering::Less,
            _ => return None,
        };
        Some(Value::Boolean(truth))
    }

    /// `'name'::regclass` and kin give the object's number.
    fn cast(&mut self, inner: &Expr, ty: &str) -> Option<Value> {
        let value = self.value(inner)?;
        let Value::Text(text) = &value else { return Some(value) };
        match ty.to_ascii_lowercase().as_str() {
            "regclass" => {
                let id = self.catalog.find_relation_path(&path_of(text)?)?;
                Some(Value::Number(id.number()))
            }
            "regtype" => {
                let id = self.catalog.find_type_path(&path_of(text)?)?;
                Some(Value::Number(id.number()))
            }
            "regnamespace" => Some(Value::text(text.as_str())),
            "text" | "name" | "varchar" | "character varying" => Some(value),
            _ => None,
        }
    }

    fn column(&self, qualifier: Option<&Name>, name: &Name) -> Option<Value> {
        for sources in self.rows.iter().rev() {
            for (alias, row) in sources {
                if qualifier.is_none_or(|qualifier| qualifier == alias)
                    && let Some((_, value)) = row.iter().find(|(column, _)| *column == name.as_str())
                {
                    return value.clone();
                }
            }
        }
        let variable = self.variables.iter().rev().find(|(variable, _)| variable == name);
        variable.filter(|_| qualifier.is_none()).and_then(|(_, value)| value.clone())
    }

    fn call(&mut self, function: &Function) -> Option<Value> {
        let path = object_path(&function.name)?;
        let arguments = match &function.args {
            FunctionArguments::List(list) => list.args.as_slice(),
            _ => &[],
        };
        let argument = |at: usize| match arguments.get(at)? {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
            _ => None,
        };
        match path.name.as_str() {
            "current_schema" => {
                let found =
                    self.catalog.creation_namespace(&Path { namespace: None, name: "x".into() }).ok()?;
                Some(Value::text(found.as_str()))
            }
            "to_regclass" => {
                let Value::Text(text) = self.value(argument(0)?)? else { return None };
                let id = self.catalog.find_relation_path(&path_of(&text)?);
                Some(id.map_or(Value::Null, |id| Value::Number(id.number())))
            }
            "to_regtype" => {
                let Value::Text(text) = self.value(argument(0)?)? else { return None };
                let id = self.catalog.find_type_path(&path_of(&text)?);
                Some(id.map_or(Value::Null, |id| Value::Number(id.number())))
            }
            "lower" => match self.value(argument(0)?)? {
                Value::Text(text) => Some(Value::Text(text.to_lowercase())),
                other => Some(other),
            },
            "format_type" => self.value(argument(0)?),
            _ => None,
        }
    }

    /// The rows of a query; `None` where they are not known.
    fn query(&mut self, query: &Query) -> Option<Vec<Vec<Value>>> {
        if query.with.is_some() {
            return None;
        }
        let SetExpr::Select(select) = &*query.body else { return None };
        let combinations = self.matching_rows(select)?;
        if let [
            SelectItem::UnnamedExpr(Expr::Function(function))
            | SelectItem::ExprWithAlias { expr: Expr::Function(function), .. },
        ] = select.projection.as_slice()
            && object_path(&function.name).is_some_and(|path| path.name.as_str() == "count")
        {
            return Some(vec![vec![Value::Number(combinations.len() as i64)]]);
        }
        let mut rows = Vec::new();
        for combination in combinations {
            self.rows.push(combination);
            let row: Vec<Value> = select
                .projection
                .iter()
                .map(|item| match item {
                    SelectItem::UnnamedExpr(expression)
                    | SelectItem::ExprWithAlias { expr: expression, .. } => self.value(expression),
                    _ => None,
                })
                .map(|value| value.unwrap_or(Value::Null))
                .collect();
            self.rows.pop();
            rows.push(row);
        }
        Some(rows)
    }

    /// The combinations of rows that the FROM and WHERE clauses let through.
    fn matching_rows(&mut self, select: &Select) -> Option<Vec<Vec<(Name, Row)>>> {
        let mut combinations: Vec<Vec<(Name, Row)>> = vec![Vec::new()];
        for table in &select.from {
            combinations = cross(&combinations, &self.rows_of(&table.relation)?);
            for join in &table.joins {
                let (JoinOperator::Join(constraint) | JoinOperator::Inner(constraint)) = &join.join_operator
                else {
                    return None;
                };
                combinations = cross(&combinations, &self.rows_of(&join.relation)?);
                let JoinConstraint::On(condition) = constraint else { return None };
                combinations = self.filter(combinations, condition)?;
            }
        }
        match &select.selection {
            Some(condition) => self.filter(combinations, condition),
            None => Some(combinations),
        }
    }

    fn filter(
        &mut self,
        combinations: Vec<Vec<(Name, Row)>>,
        condition: &Expr,
    ) -> Option<Vec<Vec<(Name, Row)>>> {
        let mut kept = Vec::new();
        for combination in combinations {
            self.rows.push(combination);
            let truth = self.value(condition).and_then(|value| value.truth());
            let combination = self.rows.pop().unwrap_or_default();
            if truth? {
                kept.push(combination);
            }
        }
        Some(kept)
    }

    fn rows_of(&self, factor: &TableFactor) -> Option<Vec<(Name, Row)>> {
        let TableFactor::Table { name, alias, args: None, .. } = factor else { return None };
        let path = object_path(name)?;
        let rows = system_rows(self.catalog, &path)?;
        let alias = alias.as_ref().map_or(path.name, |alias| fold(&alias.name));
        Some(rows.into_iter().map(|row| (alias.clone(), row)).collect())
    }
}

fn cross(combinations: &[Vec<(Name, Row)>], rows: &[(Name, Row)]) -> Vec<Vec<(Name, Row)>> {
    let extend = |combination: &Vec<(Name, Row)>| {
        let combination = combination.clone();
        rows.iter()
            .map(move |row| {
                let mut extended = combination.clone();
                extended.push(row.clone());
                extended
            })
            .collect::<Vec<_>>()
    };
    combinations.iter().flat_map(extend).collect()
}

fn not(value: Value) -> Value {
    match value {
        Value::Boolean(truth) => Value::Boolean(!truth),
        other => other,
    }
}
