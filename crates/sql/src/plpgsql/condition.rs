//! Conditions over the catalog: `EXISTS (SELECT … FROM pg_…)` and kin, three-valued and with what is not known.

use std::cmp::Ordering;

use driftless_ir::{Name, QualifiedName, Quoted};
use sqlparser::ast::{
    AccessExpr, Array, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Query, Subscript, UnaryOperator, Value as Constant,
};

use super::system::{Row, type_value};
use super::value::{Value, is_like};
use crate::catalog::{Catalog, Filling};
use crate::default::string_constant;
use crate::statement::{Cursor, Path, fold, object_path, parse_expression, parse_type_name};

/// The values of the variables; `None` where one is not known.
pub(super) type Variables = Vec<(Name, Option<Value>)>;

/// How many values and rows one condition may take to compute.
const STEPS: usize = 100_000;

/// The longest text that is put together, in bytes.
const LONGEST_TEXT: usize = 1 << 20;

/// What a condition can see.
pub(super) struct Conditions<'a> {
    pub(super) catalog: &'a Catalog,
    variables: &'a Variables,
    /// The rows of the queries around, innermost last.
    pub(super) rows: Vec<Vec<(Name, Row)>>,
    /// How many values and rows may still be computed.
    steps: usize,
}

/// The value of an expression; `None` where it is not known.
pub(super) fn evaluate(catalog: &Catalog, variables: &Variables, text: &str) -> Option<Value> {
    let expression = parse_expression(text)?;
    Conditions::new(catalog, variables).value(&expression)
}

/// The first row of a query, column by column; `None` where it is not known.
pub(super) fn first_row(catalog: &Catalog, variables: &Variables, query: &Query) -> Option<Vec<Value>> {
    let rows = Conditions::new(catalog, variables).query(query)?;
    Some(rows.into_iter().next().unwrap_or_else(|| vec![Value::Null]))
}

/// A path in a string.
fn path_of(text: &str) -> Option<Path> {
    Cursor::new(text).ok()?.path().ok()
}

impl<'a> Conditions<'a> {
    fn new(catalog: &'a Catalog, variables: &'a Variables) -> Self {
        Self { catalog, variables, rows: Vec::new(), steps: STEPS }
    }

    /// Counts so many values or rows; `None` where they are too many.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }

    pub(super) fn value(&mut self, expression: &Expr) -> Option<Value> {
        self.spend(1)?;
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
            Expr::Array(Array { elem, .. }) => {
                elem.iter().map(|item| self.element(item)).collect::<Option<_>>().map(Value::List)
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Subquery(query) => {
                let rows = self.query(query)?;
                Some(rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or(Value::Null))
            }
            Expr::Function(function) => self.call(function),
            _ => self.truth_value(expression),
        }
    }

    /// An element of a list, which is no list.
    fn element(&mut self, item: &Expr) -> Option<Value> {
        self.value(item).filter(|value| !matches!(value, Value::List(_)))
    }

    /// Expressions that are true or false.
    fn truth_value(&mut self, expression: &Expr) -> Option<Value> {
        let truth = match expression {
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => return self.value(expr).map(not),
            Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
                return self.junction(left, *op == BinaryOperator::Or, right);
            }
            Expr::BinaryOp { left, op, right } => return self.operation(left, op, right),
            Expr::IsNull(inner) => self.value(inner)? == Value::Null,
            Expr::IsNotNull(inner) => self.value(inner)? != Value::Null,
            Expr::IsDistinctFrom(a, b) => self.value(a)? != self.value(b)?,
            Expr::IsNotDistinctFrom(a, b) => self.value(a)? == self.value(b)?,
            Expr::InList { expr, list, negated } => {
                let wanted = self.value(expr)?;
                let values = list.iter().map(|item| self.value(item)).collect::<Option<Vec<_>>>()?;
                values.contains(&wanted) != *negated
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let wanted = self.value(expr)?;
                let rows = self.query(subquery)?;
                rows.iter().any(|row| row.first() == Some(&wanted)) != *negated
            }
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
                let wanted = self.value(left)?;
                let Value::List(values) = self.value(right)? else { return None };
                values.contains(&wanted)
            }
            Expr::Exists { subquery, negated } => self.query(subquery)?.is_empty() == *negated,
            Expr::Like { negated, expr, pattern, escape_char: None, .. } => {
                match (self.value(expr)?, self.value(pattern)?) {
                    (Value::Text(text), Value::Text(pattern)) => is_like(&text, &pattern) != *negated,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Value::Boolean(truth))
    }

    fn junction(&mut self, left: &Expr, decisive: bool, right: &Expr) -> Option<Value> {
        let a = self.value(left).and_then(|value| value.truth());
        if a == Some(decisive) {
            return Some(Value::Boolean(decisive));
        }
        let b = self.value(right).and_then(|value| value.truth());
        match (a, b) {
            (_, Some(truth)) if truth == decisive => Some(Value::Boolean(decisive)),
            (Some(_), Some(_)) => Some(Value::Boolean(!decisive)),
            _ => None,
        }
    }

    fn operation(&mut self, left: &Expr, operator: &BinaryOperator, right: &Expr) -> Option<Value> {
        use BinaryOperator as Op;
        let (a, b) = (self.value(left)?, self.value(right)?);
        if a == Value::Null || b == Value::Null {
            return Some(Value::Null);
        }
        match (operator, &a, &b) {
            (Op::Plus, Value::Number(a), Value::Number(b)) => return a.checked_add(*b).map(Value::Number),
            (Op::Minus, Value::Number(a), Value::Number(b)) => return a.checked_sub(*b).map(Value::Number),
            (Op::StringConcat, Value::Text(a), Value::Text(b)) => {
                self.spend((a.len() + b.len()) / 64)?;
                if a.len() + b.len() > LONGEST_TEXT {
                    return None;
                }
                return Some(Value::Text(format!("{a}{b}")));
            }
            _ => {}
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

    /// `list[n]` and `list[a:b]`. The vectors of the catalog count from 0.
    fn access(&mut self, root: &Expr, chain: &[AccessExpr]) -> Option<Value> {
        let (Value::List(values), [AccessExpr::Subscript(subscript)]) = (self.value(root)?, chain) else {
            return None;
        };
        let mut number = |expression: &Option<Expr>, open: usize| match expression {
            None => Some(open),
            Some(expression) => match self.value(expression)? {
                Value::Number(number) => usize::try_from(number).ok(),
                _ => None,
            },
        };
        match subscript {
            Subscript::Index { index } => {
                let at = number(&Some(index.clone()), 0)?;
                Some(values.get(at).cloned().unwrap_or(Value::Null))
            }
            Subscript::Slice { lower_bound, upper_bound, stride: None } => {
                let (from, to) = (number(lower_bound, 0)?, number(upper_bound, values.len())?);
                Some(Value::List(values.into_iter().take(to + 1).skip(from).collect()))
            }
            Subscript::Slice { .. } => None,
        }
    }

    /// `'name'::regclass` and kin give the object.
    fn cast(&mut self, inner: &Expr, ty: &str) -> Option<Value> {
        let value = self.value(inner)?;
        match (&value, ty.to_ascii_lowercase().as_str()) {
            (Value::Text(text), "regclass") => self.relation(text).filter(|found| *found != Value::Null),
            (Value::Text(text), "regtype") => self.type_named(text).filter(|found| *found != Value::Null),
            (Value::Text(_), "regnamespace" | "text" | "name" | "varchar" | "character varying") => {
                Some(value)
            }
            (Value::Text(_), _) => None,
            _ => Some(value),
        }
    }

    fn relation(&self, text: &str) -> Option<Value> {
        let id = self.catalog.find_relation_path(&path_of(text)?);
        Some(id.map_or(Value::Null, |id| Value::Number(id.number())))
    }

    fn type_named(&self, text: &str) -> Option<Value> {
        let found = self.catalog.resolve_type(&parse_type_name(text)?);
        Some(found.map_or(Value::Null, |ty| type_value(self.catalog, &ty)))
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
            FunctionArguments::Subquery(query) if path.name.as_str() == "array" => {
                let rows = self.query(query)?;
                return Some(Value::List(
                    rows.into_iter().filter_map(|row| row.into_iter().next()).collect(),
                ));
            }
            _ => &[],
        };
        let values = arguments.iter().map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => self.value(expression),
            _ => None,
        });
        let values = values.collect::<Option<Vec<_>>>()?;
        match (path.name.as_str(), values.as_slice()) {
            ("current_schema", []) => {
                let found =
                    self.catalog.creation_namespace(&Path { namespace: None, name: "x".into() }).ok()?;
                Some(Value::text(found.as_str()))
            }
            ("to_regclass", [Value::Text(text)]) => self.relation(text),
            ("to_regtype", [Value::Text(text)]) => self.type_named(text),
            ("to_regclass" | "to_regtype" | "lower" | "quote_ident", [Value::Null]) => Some(Value::Null),
            ("lower", [Value::Text(text)]) => Some(Value::Text(text.to_lowercase())),
            ("quote_ident", [Value::Text(text)]) => Some(Value::Text(Name::from(text.as_str()).to_string())),
            ("format", [Value::Text(template), rest @ ..]) => {
                format_text(template, rest).filter(|text| text.len() <= LONGEST_TEXT).map(Value::Text)
            }
            // The modifier of a column stands for the whole printed type.
            ("format_type" | "pg_get_expr", [first, second]) => Some(match second {
                Value::Text(_) => second.clone(),
                _ => first.clone(),
            }),
            ("pg_get_serial_sequence", [Value::Text(table), Value::Text(column)]) => {
                self.serial_sequence(table, column)
            }
            _ => None,
        }
    }

    fn serial_sequence(&self, table: &str, column: &str) -> Option<Value> {
        let table = self.catalog.find_relation_path(&path_of(table)?)?;
        let column = self.catalog.relation(table).column(&Name::from(column))?;
        let owned = self.catalog.referrers(table).find(|(_, relation)| {
            relation.sequence().is_some_and(|sequence| sequence.owner == Some((table, column.id)))
        });
        let name = |name: &QualifiedName| Value::Text(name.to_string());
        let owned = owned.map(|(_, relation)| name(&relation.name));
        let identity = match column.filling {
            Filling::Identity { sequence, .. } => Some(name(&self.catalog.relation(sequence).name)),
            _ => None,
        };
        Some(owned.or(identity).unwrap_or(Value::Null))
    }
}

/// `format` with `%I`, `%L` and `%s`.
fn format_text(template: &str, values: &[Value]) -> Option<String> {
    let (mut out, mut values) = (String::new(), values.iter());
    let mut parts = template.split('%');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let kind = part.chars().next()?;
        let Value::Text(value) = values.next()? else { return None };
        match kind {
            'I' => out.push_str(&Name::from(value.as_str()).to_string()),
            'L' => out.push_str(&Quoted(value).to_string()),
            's' => out.push_str(value),
            _ => return None,
        }
        out.push_str(&part[1..]);
    }
    Some(out)
}

fn not(value: Value) -> Value {
    match value {
        Value::Boolean(truth) => Value::Boolean(!truth),
        other => other,
    }
}
