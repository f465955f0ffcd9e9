//! The types of expressions, as far as they are plain.

use driftless_ir::{Builtin, Name};
use sqlparser::ast::{
    Array, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
    Value,
};

use super::Resolver;
use crate::catalog::{Base, Type};
use crate::operator::short_name;
use crate::statement::{fold, object_path, parse_type_name};

/// The arguments of a call that are expressions.
pub(super) fn arguments(function: &Function) -> impl Iterator<Item = &Expr> {
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg) => {
            match arg {
                FunctionArgExpr::Expr(expression) => Some(expression),
                _ => None,
            }
        }
    })
}

/// Whether an expression is a string or NULL without a type: it takes the one that is wanted.
pub(crate) fn is_polymorphic_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Nested(inner) => is_polymorphic_literal(inner),
        Expr::Value(value) => !matches!(value.value, Value::Number(..) | Value::Boolean(_)),
        _ => false,
    }
}

impl Resolver<'_> {
    /// The type of an expression.
    pub(super) fn infer(&mut self, expression: &Expr) -> Type {
        match expression {
            Expr::Identifier(column) => self.column_type(None, &fold(column)),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [.., source, column] => self.column_type(Some(&fold(source)), &fold(column)),
                _ => Type::unknown(),
            },
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => self.infer(inner),
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) => number_type(digits),
                Value::Boolean(_) => Type::builtin(Builtin::Boolean),
                _ => Type::unknown(),
            },
            Expr::Cast { data_type, .. } => self.named_type(&data_type.to_string()),
            Expr::TypedString(typed) => self.named_type(&typed.data_type.to_string()),
            Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => self.infer(expr),
            Expr::UnaryOp { op: UnaryOperator::Not, .. } => Type::builtin(Builtin::Boolean),
            Expr::BinaryOp { op, .. } if is_truth(op) => Type::builtin(Builtin::Boolean),
            Expr::BinaryOp { left, op, right } => {
                let (left, right) = (self.infer(left), self.infer(right));
                operation_type(op, &left, &right)
            }
            Expr::Function(function) => self.call_type(function),
            Expr::Case { conditions, else_result, .. } => {
                let results = conditions.iter().map(|when| &when.result).chain(else_result.as_deref());
                self.common_type(results)
            }
            Expr::Array(Array { elem, .. }) => {
                let element = self.common_type(elem.iter());
                if element.is_unknown() { element } else { element.array() }
            }
            Expr::Extract { .. } => Type::builtin(Builtin::Numeric(None)),
            Expr::Substring { .. } | Expr::Trim { .. } | Expr::Overlay { .. } => Type::builtin(Builtin::Text),
            Expr::Position { .. } => Type::builtin(Builtin::Integer),
            Expr::AtTimeZone { timestamp, .. } => match &*short_name(&self.infer(timestamp)) {
                "timestamptz" => Type::builtin(Builtin::Timestamp(None)),
                "timestamp" => Type::builtin(Builtin::TimestampTz(None)),
                _ => Type::unknown(),
            },
            Expr::Subquery(query) => {
                let output = self.output(query);
                output.columns.into_iter().next().map_or_else(Type::unknown, |column| column.ty)
            }
            _ if is_condition(expression) => Type::builtin(Builtin::Boolean),
            _ => Type::unknown(),
        }
    }

    fn named_type(&self, text: &str) -> Type {
        let ty = parse_type_name(text).and_then(|ty| self.catalog.resolve_type(&ty).ok());
        ty.unwrap_or_else(Type::unknown)
    }

    fn column_type(&self, qualifier: Option<&Name>, name: &Name) -> Type {
        for scope in self.scopes.iter().rev() {
            let mut sources = scope
                .sources
                .iter()
                .filter(|source| qualifier.is_none_or(|qualifier| *qualifier == source.alias));
            if let Some(column) = sources.find_map(|source| source.column(name)) {
                return column.ty.clone();
            }
        }
        Type::unknown()
    }

    /// The one type of several expressions; strings without a type follow the others.
    fn common_type<'e>(&mut self, expressions: impl Iterator<Item = &'e Expr>) -> Type {
        let (mut common, mut any) = (None, false);
        for expression in expressions {
            any = true;
            if is_polymorphic_literal(expression) {
                continue;
            }
            let ty = self.infer(expression);
            match &common {
                None => common = Some(ty),
                Some(known) if *known == ty => {}
                Some(known) if short_name(known) == short_name(&ty) && !known.is_unknown() => {
                    common = Some(without_modifier(ty));
                }
                Some(_) => return Type::unknown(),
            }
        }
        let of_strings = if any { Type::builtin(Builtin::Text) } else { Type::unknown() };
        common.unwrap_or(of_strings)
    }

    fn call_type(&mut self, function: &Function) -> Type {
        let Some(path) = object_path(&function.name) else { return Type::unknown() };
        let user = self.catalog.find_functions(&path);
        if let [id] = user.as_slice() {
            let returns = self.catalog.function(*id).returns.clone();
            return returns.unwrap_or_else(Type::unknown);
        }
        if !user.is_empty() {
            return Type::unknown();
        }
        let name = path.name.as_str();
        match name {
            "coalesce" | "greatest" | "least" => {
                let list: Vec<&Expr> = arguments(function).collect();
                self.common_type(list.into_iter())
            }
            "min" | "max" | "nullif" | "first_value" | "last_value" | "lag" | "lead" | "abs" => {
                without_modifier(self.first_argument(function))
            }
            "sum" => aggregate_type(&self.first_argument(function), true),
            "avg" => aggregate_type(&self.first_argument(function), false),
            "array_agg" => match self.first_argument(function) {
                first if first.is_unknown() || first.array => result_type(name),
                first => without_modifier(first).array(),
            },
            _ => result_type(name),
        }
    }

    fn first_argument(&mut self, function: &Function) -> Type {
        arguments(function).next().map_or_else(Type::unknown, |argument| self.infer(argument))
    }
}

/// The type that a number without a cast has.
fn number_type(digits: &str) -> Type {
    if digits.contains(['.', 'e', 'E']) {
        return Type::builtin(Builtin::Numeric(None));
    }
    match digits.parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => Type::builtin(Builtin::Integer),
        Ok(_) => Type::builtin(Builtin::BigInt),
        Err(_) => Type::builtin(Builtin::Numeric(None)),
    }
}

/// A type as a function gives it: without length and precision.
fn without_modifier(ty: Type) -> Type {
    let base = match ty.base {
        Base::Builtin(Builtin::Numeric(_)) => Base::Builtin(Builtin::Numeric(None)),
        Base::Builtin(Builtin::VarChar(_)) => Base::Builtin(Builtin::VarChar(None)),
        Base::Builtin(Builtin::Timestamp(_)) => Base::Builtin(Builtin::Timestamp(None)),
        Base::Builtin(Builtin::TimestampTz(_)) => Base::Builtin(Builtin::TimestampTz(None)),
        Base::Builtin(Builtin::Time(_)) => Base::Builtin(Builtin::Time(None)),
        // A length that an array or a function takes away leaves a type that has no name here.
        Base::Builtin(Builtin::Char(_) | Builtin::Bit(_) | Builtin::VarBit(_)) => Base::Unknown,
        other => other,
    };
    Type { base, array: ty.array }
}

fn aggregate_type(argument: &Type, sum: bool) -> Type {
    let builtin = match &*short_name(argument) {
        "int2" | "int4" if sum => Builtin::BigInt,
        "int2" | "int4" | "int8" | "numeric" => Builtin::Numeric(None),
        "float4" if sum => Builtin::Real,
        "float4" | "float8" => Builtin::DoublePrecision,
        "money" if sum => Builtin::Money,
        _ => return Type::unknown(),
    };
    Type::builtin(builtin)
}

/// Whether an operator gives a boolean, whatever its operands are.
fn is_truth(operator: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(operator, Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq | Op::And | Op::Or)
}

fn operation_type(operator: &BinaryOperator, left: &Type, right: &Type) -> Type {
    use BinaryOperator as Op;
    match operator {
        Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => arithmetic_type(left, right),
        Op::StringConcat => match (&*short_name(left), &*short_name(right)) {
            ("text" | "varchar" | "bpchar", _) | (_, "text" | "varchar" | "bpchar")
                if !left.array && !right.array =>
            {
                Type::builtin(Builtin::Text)
            }
            _ => Type::unknown(),
        },
        Op::Arrow | Op::HashArrow => without_modifier(left.clone()),
        Op::LongArrow | Op::HashLongArrow => Type::builtin(Builtin::Text),
        _ => Type::unknown(),
    }
}

fn arithmetic_type(left: &Type, right: &Type) -> Type {
    const RANKS: &[&str] = &["int2", "int4", "int8", "numeric", "float4", "float8"];
    let rank = |ty: &Type| RANKS.iter().position(|name| *name == &*short_name(ty)).filter(|_| !ty.array);
    match (rank(left), rank(right)) {
        // Numeric with single precision is double precision.
        (Some(3 | 4), Some(3 | 4)) if rank(left) != rank(right) => Type::builtin(Builtin::DoublePrecision),
        (Some(a), Some(b)) => {
            let wider = if a >= b { left } else { right };
            let mixed_float = (a == 4 && b < 3) || (b == 4 && a < 3);
            if mixed_float {
                Type::builtin(Builtin::DoublePrecision)
            } else {
                without_modifier(wider.clone())
            }
        }
        _ => Type::unknown(),
    }
}

/// The result of a function of PostgreSQL that does not depend on its arguments.
fn result_type(name: &str) -> Type {
    let builtin = match name {
        "count" | "row_number" | "rank" | "dense_rank" | "nextval" | "currval" | "setval" => Builtin::BigInt,
        "ntile" | "length" | "char_length" | "cardinality" | "array_length" | "strpos" => Builtin::Integer,
        "now"
        | "current_timestamp"
        | "transaction_timestamp"
        | "statement_timestamp"
        | "clock_timestamp"
        | "to_timestamp" => Builtin::TimestampTz(None),
        "localtimestamp" => Builtin::Timestamp(None),
        "current_date" | "to_date" => Builtin::Date,
        "lower" | "upper" | "concat" | "concat_ws" | "md5" | "replace" | "substring" | "substr" | "left"
        | "right" | "string_agg" | "to_char" | "trim" | "btrim" | "ltrim" | "rtrim" | "lpad" | "rpad"
        | "initcap" | "format" | "split_part" | "regexp_replace" | "translate" | "reverse" | "repeat"
        | "encode" | "quote_ident" | "quote_literal" | "chr" => Builtin::Text,
        "gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" => Builtin::Uuid,
        "bool_and" | "bool_or" | "every" | "starts_with" => Builtin::Boolean,
        "json_agg" | "json_build_object" | "json_build_array" | "row_to_json" | "to_json"
        | "json_object_agg" => Builtin::Json,
        "jsonb_agg" | "jsonb_build_object" | "jsonb_build_array" | "to_jsonb" | "jsonb_object_agg"
        | "jsonb_set" => Builtin::JsonB,
        "random" | "percent_rank" | "cume_dist" | "date_part" => Builtin::DoublePrecision,
        _ => return Type::unknown(),
    };
    Type::builtin(builtin)
}

fn is_condition(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::SimilarTo { .. }
            | Expr::Exists { .. }
            | Expr::AnyOp { .. }
            | Expr::AllOp { .. }
    )
}
