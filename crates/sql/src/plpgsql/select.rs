//! Queries over the catalog: joins, filters, lists.

use driftless_ir::Name;
use sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, OrderByKind, Query, Select, SelectItem,
    SetExpr, TableAlias, TableFactor,
};

use super::condition::Conditions;
use super::system::{Row, Wanted, system_rows};
use super::value::Value;
use crate::statement::{fold, object_path};

/// A row of each source.
type Combination = Vec<(Name, Row)>;

impl Conditions<'_> {
    /// The rows of a query; `None` where they are not known.
    pub(super) fn query(&mut self, query: &Query) -> Option<Vec<Vec<Value>>> {
        if query.with.is_some() {
            return None;
        }
        let SetExpr::Select(select) = &*query.body else { return None };
        let combinations = self.matching_rows(select)?;
        if is_count(select) {
            return Some(vec![vec![Value::Number(combinations.len() as i64)]]);
        }
        let order: Vec<&Expr> = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(keys)) => keys.iter().map(|key| &key.expr).collect(),
            _ => Vec::new(),
        };
        let mut rows: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
        for combination in combinations {
            self.rows.push(combination);
            let keys = order.iter().map(|key| self.value(key)).collect::<Option<Vec<_>>>();
            let row = select.projection.iter().map(|item| self.item(item)).collect();
            self.rows.pop();
            rows.push((keys?, row));
        }
        rows.sort_by(|(a, _), (b, _)| {
            let orders = a.iter().zip(b).map(|(a, b)| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        Some(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn item(&mut self, item: &SelectItem) -> Value {
        let value = match item {
            SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => {
                self.value(expression)
            }
            _ => None,
        };
        value.unwrap_or(Value::Null)
    }

    /// The combinations of rows that the FROM and WHERE clauses let through.
    fn matching_rows(&mut self, select: &Select) -> Option<Vec<Combination>> {
        let mut combinations: Vec<Combination> = vec![Vec::new()];
        for table in &select.from {
            combinations = self.join(combinations, &table.relation, select.selection.as_ref(), None)?;
            for join in &table.joins {
                let condition = inner_condition(join)?;
                combinations =
                    self.join(combinations, &join.relation, select.selection.as_ref(), Some(condition))?;
            }
        }
        match &select.selection {
            Some(condition) => self.filter(combinations, condition),
            None => Some(combinations),
        }
    }

    /// Extends each combination by the rows of one more source.
    fn join(
        &mut self,
        combinations: Vec<Combination>,
        factor: &TableFactor,
        selection: Option<&Expr>,
        condition: Option<&Expr>,
    ) -> Option<Vec<Combination>> {
        let mut joined = Vec::new();
        for combination in combinations {
            self.rows.push(combination);
            let rows = self.rows_of(factor, selection, condition);
            let combination = self.rows.pop().unwrap_or_default();
            let rows = rows?;
            self.spend(rows.len().saturating_mul(combination.len() + 1))?;
            for row in rows {
                let mut extended = combination.clone();
                extended.push(row);
                joined.push(extended);
            }
        }
        match condition {
            Some(condition) => self.filter(joined, condition),
            None => Some(joined),
        }
    }

    fn filter(&mut self, combinations: Vec<Combination>, condition: &Expr) -> Option<Vec<Combination>> {
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

    fn rows_of(
        &mut self,
        factor: &TableFactor,
        selection: Option<&Expr>,
        condition: Option<&Expr>,
    ) -> Option<Vec<(Name, Row)>> {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => {
                let path = object_path(name)?;
                let alias = alias.as_ref().map_or_else(|| path.name.clone(), |alias| fold(&alias.name));
                let conditions = [selection, condition].into_iter().flatten();
                let wanted =
                    conditions.into_iter().find_map(|condition| self.wanted_object(condition, &alias));
                let rows = system_rows(self.catalog, &path, wanted)?;
                Some(rows.into_iter().map(|row| (alias.clone(), row)).collect())
            }
            TableFactor::UNNEST { alias: Some(alias), array_exprs, with_ordinality, .. } => {
                let [list] = array_exprs.as_slice() else { return None };
                let Value::List(values) = self.value(list)? else { return None };
                unnest(alias, values, *with_ordinality)
            }
            _ => None,
        }
    }

    /// The one object that a condition asks about, by id or by name, so that the rows of others need not be made.
    fn wanted_object(&mut self, condition: &Expr, alias: &Name) -> Option<Wanted> {
        match condition {
            Expr::Nested(inner) => self.wanted_object(inner, alias),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                self.wanted_object(left, alias).or_else(|| self.wanted_object(right, alias))
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                let told = |column, value| wanted_column(column, alias).map(|column| (column, value));
                let (column, value) = told(left, right).or_else(|| told(right, left))?;
                match (self.value(value)?, OF_NAMES.contains(&column.as_str())) {
                    (Value::Number(number), false) => Some(Wanted::Id(column, number)),
                    (Value::Null, false) => Some(Wanted::Id(column, -1)),
                    (Value::Text(name), true) => Some(Wanted::Name(column, name.into())),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Columns that tell an object by its id.
const OF_IDS: &[&str] = &["adrelid", "attrelid", "conrelid", "enumtypid", "indexrelid", "seqrelid"];

/// Columns that tell objects by their name.
const OF_NAMES: &[&str] =
    &["conname", "constraint_name", "indexname", "proname", "relname", "table_name", "tablename", "typname"];

/// The column of a source that an expression is, if its value tells objects.
fn wanted_column(expression: &Expr, alias: &Name) -> Option<Name> {
    let (column, qualified) = match expression {
        Expr::Identifier(column) => (fold(column), false),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., source, column] if fold(source) == *alias => (fold(column), true),
            _ => return None,
        },
        _ => return None,
    };
    let name = column.as_str();
    // Without its source, an `oid` can be that of any catalog.
    let tells = OF_IDS.contains(&name) || OF_NAMES.contains(&name) || (qualified && name == "oid");
    tells.then_some(column)
}

fn is_count(select: &Select) -> bool {
    let [
        SelectItem::UnnamedExpr(Expr::Function(function))
        | SelectItem::ExprWithAlias { expr: Expr::Function(function), .. },
    ] = select.projection.as_slice()
    else {
        return false;
    };
    object_path(&function.name).is_some_and(|path| path.name.as_str() == "count")
}

fn inner_condition(join: &Join) -> Option<&Expr> {
    match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(condition))
        | JoinOperator::Inner(JoinConstraint::On(condition)) => Some(condition),
        _ => None,
    }
}

/// The rows of `unnest(list) [WITH ORDINALITY] AS alias(item, place)`.
fn unnest(alias: &TableAlias, values: Vec<Value>, with_ordinality: bool) -> Option<Vec<(Name, Row)>> {
    let name = fold(&alias.name);
    let column = |at: usize, otherwise: &Name| {
        alias.columns.get(at).map_or_else(|| otherwise.clone(), |c| fold(&c.name))
    };
    let (item, place) = (column(0, &name), column(1, &Name::from("ordinality")));
    let row = |(at, value): (usize, Value)| {
        let mut row: Row = vec![(item.as_str().to_owned().into(), Some(value))];
        if with_ordinality {
            row.push((place.as_str().to_owned().into(), Some(Value::Number(at as i64 + 1))));
        }
        (name.clone(), row)
    };
    Some(values.into_iter().enumerate().map(row).collect())
}
