//! From the expression of a default to what the schema model calls it: a constant by the type of the column, the
//! current time, or an expression.

pub(crate) use driftless_ir::read_boolean as boolean;
use driftless_ir::{Builtin, ColumnDefault, Expr as Text, Literal, Name};
use sqlparser::ast::{Array, CastKind, Expr, Function, FunctionArguments, TypedString, UnaryOperator, Value};

use crate::catalog::{Base, Catalog, Type};
use crate::operator::short_name;
use crate::statement::{fold, object_path, parse_type_name};

/// The default of a column of this type. Sequences are seen to before.
pub(crate) fn column_default(catalog: &Catalog, expression: &Expr, ty: &Type) -> ColumnDefault {
    if is_now(expression) && is_time(ty) {
        return ColumnDefault::Now;
    }
    let written = || ColumnDefault::Expression(Text::replayed(expression.to_string()));
    if ty.array {
        let elements = array_literals(catalog, expression, &ty.clone().element());
        return elements.map_or_else(written, ColumnDefault::Array);
    }
    literal(catalog, expression, ty).map_or_else(written, ColumnDefault::Literal)
}

fn is_time(ty: &Type) -> bool {
    use Builtin::{Date, Time, TimeTz, Timestamp, TimestampTz};
    matches!(ty.base, Base::Builtin(Date | Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_))) && !ty.array
}

/// `now()` and `CURRENT_TIMESTAMP` without a precision.
fn is_now(expression: &Expr) -> bool {
    let Expr::Function(function) = without_brackets(expression) else { return false };
    let Some(path) = object_path(&function.name) else { return false };
    match path.name.as_str() {
        "now" => path.namespace.is_none_or(|namespace| namespace.as_str() == "pg_catalog"),
        "current_timestamp" => path.namespace.is_none() && has_no_arguments(function),
        _ => false,
    }
}

fn has_no_arguments(function: &Function) -> bool {
    match &function.args {
        FunctionArguments::None => true,
        FunctionArguments::List(list) => list.args.is_empty(),
        FunctionArguments::Subquery(_) => false,
    }
}

fn without_brackets(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => without_brackets(inner),
        _ => expression,
    }
}

/// The text of a constant string, below brackets and casts.
pub(crate) fn string_constant(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, kind: CastKind::DoubleColon | CastKind::Cast, .. } => {
            string_constant(inner)
        }
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::UnicodeStringLiteral(text)
            | Value::NationalStringLiteral(text) => Some(text),
            Value::DollarQuotedString(quoted) => Some(&quoted.value),
            _ => None,
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A constant number with its sign.
fn number_constant(expression: &Expr) -> Option<String> {
    match without_brackets(expression) {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(digits.clone()),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            let digits = number_constant(expr)?;
            Some(digits.strip_prefix('-').map_or_else(|| format!("-{digits}"), str::to_owned))
        }
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => number_constant(expr),
        // `0::int` is what `0` is; any other cast stays.
        Expr::Cast { expr, data_type, .. } => {
            let digits = number_constant(expr)?;
            let cast = parse_type_name(&data_type.to_string())?;
            let ty = crate::catalog::builtin(&cast)?;
            let natural =
                if digits.contains(['.', 'e', 'E']) { Builtin::Numeric(None) } else { Builtin::Integer };
            (ty == Type::builtin(natural)).then_some(digits)
        }
        _ => None,
    }
}

/// Whether the outermost cast of a string, if it has one, is to the type of the column or among types of text.
fn is_cast_to(catalog: &Catalog, expression: &Expr, ty: &Type) -> bool {
    let (Expr::Cast { data_type, .. } | Expr::TypedString(TypedString { data_type, .. })) =
        without_brackets(expression)
    else {
        return true;
    };
    let Some(Ok(cast)) = parse_type_name(&data_type.to_string()).map(|name| catalog.resolve_type(&name))
    else {
        return false;
    };
    let is_text = |ty: &Type| {
        matches!(
            ty.base,
            Base::Builtin(Builtin::Text | Builtin::VarChar(_) | Builtin::Char(_) | Builtin::CiText)
        )
    };
    let is_json = |ty: &Type| matches!(ty.base, Base::Builtin(Builtin::Json | Builtin::JsonB));
    is_text(&cast) && is_text(ty)
        || is_json(&cast) && is_json(ty)
        || cast.base == ty.base
        || !short_name(ty).is_empty() && short_name(&cast) == short_name(ty)
}

/// Whether at most one cast stands around a string: what a second one makes of it only a server knows.
fn is_cast_once(expression: &Expr) -> bool {
    match without_brackets(expression) {
        Expr::Cast { expr, .. } => {
            !matches!(without_brackets(expr), Expr::Cast { .. } | Expr::TypedString(_))
        }
        _ => true,
    }
}

fn literal(catalog: &Catalog, expression: &Expr, ty: &Type) -> Option<Literal> {
    if let Some(text) = string_constant(expression) {
        return (is_cast_to(catalog, expression, ty) && is_cast_once(expression))
            .then(|| string_literal(catalog, text, ty))?;
    }
    let Base::Builtin(builtin) = ty.base else { return None };
    if let Expr::Value(value) = without_brackets(expression)
        && let Value::Boolean(truth) = value.value
    {
        return (builtin == Builtin::Boolean).then_some(Literal::Boolean(truth));
    }
    let digits = number_constant(expression)?;
    is_number(builtin).then(|| Literal::Number(digits.into()))
}

fn is_number(builtin: Builtin) -> bool {
    use Builtin::{BigInt, DoublePrecision, Integer, Money, Numeric, Oid, Real, SmallInt};
    matches!(builtin, SmallInt | Integer | BigInt | Oid | Real | DoublePrecision | Numeric(_) | Money)
}

/// A string as the input function of the type reads it.
fn string_literal(catalog: &Catalog, text: &str, ty: &Type) -> Option<Literal> {
    let builtin = match &ty.base {
        Base::Entry(id) if catalog.enum_values(*id).is_some() => {
            return Some(Literal::EnumValue(text.into()));
        }
        Base::Builtin(builtin) => *builtin,
        _ => return None,
    };
    Some(match builtin {
        Builtin::Boolean => Literal::Boolean(boolean(text)?),
        Builtin::Json | Builtin::JsonB => Literal::Json(text.into()),
        Builtin::ByteA => Literal::Bytes(bytes(text)?),
        Builtin::Date
        | Builtin::Time(_)
        | Builtin::TimeTz(_)
        | Builtin::Timestamp(_)
        | Builtin::TimestampTz(_) => Literal::DateTime(text.into()),
        builtin if is_number(builtin) => {
            // infinity and its kin are no numbers to the schema language
            text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
            Literal::Number(text.trim().into())
        }
        _ => Literal::String(text.into()),
    })
}

/// Bytes in hexadecimal, the form that PostgreSQL writes.
fn bytes(text: &str) -> Option<Box<[u8]>> {
    let Some(digits) = text.strip_prefix("\\x") else {
        return (!text.contains('\\')).then(|| text.as_bytes().into());
    };
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn array_literals(catalog: &Catalog, expression: &Expr, element: &Type) -> Option<Vec<Literal>> {
    if let Some(text) = string_constant(expression) {
        if !is_cast_to(catalog, expression, element) || !is_cast_once(expression) {
            return None;
        }
        let parts = array_elements(text)?;
        return parts.iter().map(|part| string_literal(catalog, part, element)).collect();
    }
    match without_brackets(expression) {
        Expr::Array(Array { elem, .. }) => elem.iter().map(|item| literal(catalog, item, element)).collect(),
        Expr::Cast { expr, .. } => array_literals(catalog, expr, element),
        _ => None,
    }
}

/// The elements of `{a,"b c"}`; `None` for nested arrays and NULLs.
pub(crate) fn array_elements(text: &str) -> Option<Vec<String>> {
    driftless_ir::array_elements(text)?.into_iter().collect()
}

/// The name that PostgreSQL gives an expression that has none, as `FigureColname` finds it.
pub(crate) fn figure_name(expression: &Expr) -> Option<Name> {
    match expression {
        Expr::Identifier(column) => Some(fold(column)),
        Expr::CompoundIdentifier(parts) => parts.last().map(fold),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => figure_name(inner),
        Expr::Cast { expr, data_type, .. } => {
            figure_name(expr).or_else(|| type_label(&data_type.to_string()))
        }
        Expr::TypedString(typed) => type_label(&typed.data_type.to_string()),
        Expr::Function(function) => object_path(&function.name).map(|path| path.name),
        Expr::Case { else_result, .. } => {
            Some(else_result.as_ref().and_then(|result| strong_name(result)).unwrap_or_else(|| "case".into()))
        }
        Expr::Array(_) => Some("array".into()),
        Expr::Exists { .. } => Some("exists".into()),
        Expr::Extract { .. } => Some("extract".into()),
        Expr::Substring { .. } => Some("substring".into()),
        Expr::Position { .. } => Some("position".into()),
        Expr::Overlay { .. } => Some("overlay".into()),
        Expr::Ceil { .. } => Some("ceil".into()),
        Expr::Floor { .. } => Some("floor".into()),
        Expr::AtTimeZone { .. } => Some("timezone".into()),
        Expr::Trim { trim_where, .. } => Some(match trim_where {
            Some(sqlparser::ast::TrimWhereField::Leading) => "ltrim".into(),
            Some(sqlparser::ast::TrimWhereField::Trailing) => "rtrim".into(),
            _ => "btrim".into(),
        }),
        Expr::CompoundFieldAccess { root, access_chain } => {
            let field = access_chain.iter().rev().find_map(|access| match access {
                sqlparser::ast::AccessExpr::Dot(field) => figure_name(field),
                sqlparser::ast::AccessExpr::Subscript(_) => None,
            });
            field.or_else(|| figure_name(root))
        }
        Expr::Value(value) if matches!(value.value, Value::Boolean(_)) => Some("bool".into()),
        _ => None,
    }
}

/// A name that is more than a guess.
fn strong_name(expression: &Expr) -> Option<Name> {
    match expression {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Function(_) => figure_name(expression),
        Expr::Nested(inner) => strong_name(inner),
        Expr::Cast { expr, .. } => strong_name(expr),
        _ => None,
    }
}

fn type_label(text: &str) -> Option<Name> {
    parse_type_name(text).map(|ty| match ty.path.name.as_str() {
        "int" | "integer" => "int4".into(),
        "bigint" => "int8".into(),
        "smallint" => "int2".into(),
        "boolean" => "bool".into(),
        "decimal" | "dec" => "numeric".into(),
        "real" => "float4".into(),
        "float" => "float8".into(),
        _ => ty.path.name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{parse_expression, parse_type_name};

    fn default(text: &str, ty: &str) -> String {
        let catalog = Catalog::new(
            "public".into(),
            driftless_diagnostics::Span::new(driftless_diagnostics::FileId::new(0), 0, 0),
        );
        let ty = catalog.resolve_type(&parse_type_name(ty).unwrap()).unwrap();
        match column_default(&catalog, &parse_expression(text).unwrap(), &ty) {
            ColumnDefault::Expression(expression) => format!("({})", expression.text),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn constants_follow_the_type_of_the_column() {
        assert_eq!(default("'5'", "int"), r#"Literal(Number("5"))"#);
        assert_eq!(default("(-1)", "int"), r#"Literal(Number("-1"))"#);
        assert_eq!(default("5", "text"), "(5)");
        assert_eq!(default("'x'::text", "varchar(3)"), r#"Literal(String("x"))"#);
        assert_eq!(default("'t'", "bool"), "Literal(Boolean(true))");
        assert_eq!(default("'{}'::jsonb", "jsonb"), r#"Literal(Json("{}"))"#);
        assert_eq!(default("'1 day'::interval::text", "text"), "('1 day'::INTERVAL::TEXT)");
        assert_eq!(default("'infinity'", "double precision"), "('infinity')");
        assert_eq!(default("E'\\\\x0aff'", "bytea"), "Literal(Bytes([10, 255]))");
    }

    #[test]
    fn arrays_are_read_in_both_spellings() {
        assert_eq!(default("'{}'", "text[]"), "Array([])");
        assert_eq!(default("ARRAY[]::text[]", "text[]"), "Array([])");
        assert_eq!(default("'{a,\"b,c\"}'", "text[]"), r#"Array([String("a"), String("b,c")])"#);
        assert_eq!(default("array[1, -2]", "int[]"), r#"Array([Number("1"), Number("-2")])"#);
    }

    #[test]
    fn the_current_time_is_one_default_without_a_precision() {
        assert_eq!(default("now()", "timestamp"), "Now");
        assert_eq!(default("CURRENT_TIMESTAMP", "timestamptz(3)"), "Now");
        assert_eq!(default("CURRENT_TIMESTAMP(3)", "timestamptz(3)"), "(CURRENT_TIMESTAMP(3))");
    }
}
