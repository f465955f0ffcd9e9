//! Whether two defaults are the same.

use driftless_ir::{
    Builtin, ColumnDefault, ColumnType, ColumnWalker, Comparison, Expr, ExprForm, Literal, same_literal,
    same_literals,
};

use super::Sight;
use crate::Pair;

/// Compares what fills a column, sequences aside: a column that a sequence fills has no default here.
pub(crate) fn compare_defaults(columns: Pair<ColumnWalker<'_>>, sight: Sight) -> Comparison {
    let next_type = &columns.next.get().ty;
    let defaults = columns.map(|column| column.get().default.as_ref().filter(|d| is_plain(d)));
    match (defaults.previous, defaults.next) {
        (None, None) => Comparison::Same,
        // A generated column has no default that could be set or dropped.
        (Some(ColumnDefault::Generated(_)), None | Some(ColumnDefault::Expression(_))) => Comparison::Same,
        // The source knows that there is a default, and not which.
        (Some(_), Some(ColumnDefault::Expression(expr))) if expr.text.is_empty() => Comparison::Same,
        (None, Some(ColumnDefault::Expression(expr))) if expr.text.is_empty() => Comparison::Same,
        (Some(previous), Some(ColumnDefault::Expression(expr))) if is_constant(previous) => {
            compare_with_constant(columns.previous, expr, next_type, sight)
        }
        (Some(ColumnDefault::Expression(expr)), Some(next)) if is_constant(next) => {
            compare_with_constant(columns.next, expr, next_type, sight)
        }
        (Some(previous), Some(next)) => compare(Pair::new(previous, next), next_type, sight),
        _ => Comparison::Different,
    }
}

fn is_constant(default: &ColumnDefault) -> bool {
    matches!(default, ColumnDefault::Literal(_) | ColumnDefault::Array(_) | ColumnDefault::Now)
}

/// Compares a constant default of a column with the expression that the other source has.
fn compare_with_constant(column: ColumnWalker<'_>, expr: &Expr, ty: &ColumnType, sight: Sight) -> Comparison {
    let entry = column.get();
    let is_schema_text = entry.origin.span.is_some() && entry.origin.reported.is_none();
    if sight == Sight::Reference && is_schema_text && expr.form == ExprForm::Written {
        return Comparison::Different;
    }
    let written = entry.origin.reported.as_ref().and_then(|reported| reported.default_text.as_deref());
    if written.is_some_and(|written| written.trim() == expr.text.trim()) {
        return Comparison::Same;
    }
    match (&entry.default, expr.constant()) {
        (Some(constant), Some(value)) => match compare(Pair::new(constant, value), ty, Sight::Full) {
            Comparison::Different if expr.is_moving() => Comparison::Unproven,
            comparison => comparison,
        },
        _ if expr.may_be_constant() => Comparison::Unproven,
        _ => Comparison::Different,
    }
}

/// Whether one column is filled by a sequence and the other by an expression that names that sequence.
pub(crate) fn is_same_sequence(columns: Pair<ColumnWalker<'_>>) -> bool {
    let names = |sequence: ColumnWalker<'_>, other: ColumnWalker<'_>| {
        let (Some(ColumnDefault::Serial(Some(name))), Some(ColumnDefault::Expression(expr))) =
            (&sequence.get().default, &other.get().default)
        else {
            return false;
        };
        expr.sequence().is_some_and(|path| match &path[..] {
            [bare] => **bare == *name.name.as_str(),
            [namespace, bare] => **namespace == *name.namespace.as_str() && **bare == *name.name.as_str(),
            _ => false,
        })
    };
    names(columns.previous, columns.next) || names(columns.next, columns.previous)
}

/// Whether it is a default in PostgreSQL's sense.
fn is_plain(default: &ColumnDefault) -> bool {
    !matches!(default, ColumnDefault::Serial(_) | ColumnDefault::Identity(_))
}

fn compare(defaults: Pair<&ColumnDefault>, ty: &ColumnType, sight: Sight) -> Comparison {
    match (defaults.previous, defaults.next) {
        (ColumnDefault::Now, ColumnDefault::Now) => Comparison::Same,
        // to the reference, every digit of a number counts
        (ColumnDefault::Literal(a @ Literal::Number(_)), ColumnDefault::Literal(b))
            if sight == Sight::Reference =>
        {
            same_literal(a, b, &ColumnType::builtin(Builtin::Numeric(None)))
        }
        (ColumnDefault::Literal(a), ColumnDefault::Literal(b)) => same_literal(a, b, ty),
        (ColumnDefault::Array(a), ColumnDefault::Array(b)) => same_literals(a, b, ty),
        (ColumnDefault::Expression(a), ColumnDefault::Expression(b)) => {
            let expressions = Pair::new(a, b);
            match (compare_expressions(expressions, sight), a.constant(), b.constant()) {
                // `'{a}'` and `ARRAY['a']` are two expressions and one value
                (Comparison::Different | Comparison::Unproven, Some(a), Some(b)) if sight == Sight::Full => {
                    match compare(Pair::new(a, b), ty, sight) {
                        Comparison::Different
                            if expressions.previous.is_moving() || expressions.next.is_moving() =>
                        {
                            Comparison::Unproven
                        }
                        comparison => comparison,
                    }
                }
                (comparison, ..) => comparison,
            }
        }
        (ColumnDefault::Generated(a), ColumnDefault::Generated(b)) => {
            compare_expressions(Pair::new(a, b), sight)
        }
        _ => Comparison::Different,
    }
}

fn known(same: bool) -> Comparison {
    if same { Comparison::Same } else { Comparison::Different }
}

/// Compares two expressions. To the reference, what two people wrote differs as soon as more than the case of letters
/// does.
pub(crate) fn compare_expressions(expressions: Pair<&Expr>, sight: Sight) -> Comparison {
    let Pair { previous, next } = expressions;
    if sight == Sight::Reference && previous.form == ExprForm::Written && next.form == ExprForm::Written {
        return known(previous.text.to_lowercase() == next.text.to_lowercase());
    }
    previous.compare(next)
}

/// Whether nothing but a server could tell, and no side comes from one: what a person wrote anew is then a change.
pub(crate) fn is_rewritten(expressions: Pair<&Expr>) -> bool {
    let is_text = |expr: &Expr| expr.form != ExprForm::Deparsed;
    is_text(expressions.previous) && is_text(expressions.next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_sees_every_character_but_case() {
        let compare = |a: &str, b: &str, sight| {
            compare_expressions(Pair::new(&Expr::written(a), &Expr::written(b)), sight)
        };
        assert_eq!(compare("FOO(1)", "foo(1)", Sight::Reference), Comparison::Same);
        assert_eq!(compare("foo( 1 )", "foo(1)", Sight::Reference), Comparison::Different);
        assert_eq!(compare("foo( 1 )", "foo(1)", Sight::Full), Comparison::Unproven);
    }
}
