//! Whether two defaults are the same.

use driftless_ir::{BaseType, Builtin, ColumnDefault, ColumnType, ColumnWalker, Comparison, Expr, Literal};

use super::moment::same_moment;
use crate::Pair;

/// Compares what fills a column, sequences aside: a column that a sequence fills has no default here.
pub(crate) fn compare_defaults(columns: Pair<ColumnWalker<'_>>) -> Comparison {
    let next_type = &columns.next.get().ty;
    let defaults = columns.map(|column| column.get().default.as_ref().filter(|d| is_plain(d)));
    match (defaults.previous, defaults.next) {
        (None, None) => Comparison::Same,
        // A generated column has no default that could be set or dropped.
        (Some(ColumnDefault::Generated(_)), None | Some(ColumnDefault::Expression(_))) => Comparison::Same,
        // The source knows that there is a default, and not which.
        (Some(_), Some(ColumnDefault::Expression(expr))) if expr.text.is_empty() => Comparison::Same,
        (None, Some(ColumnDefault::Expression(expr))) if expr.text.is_empty() => Comparison::Same,
        (Some(_), Some(ColumnDefault::Expression(expr))) if is_written_as(columns.previous, expr) => {
            Comparison::Same
        }
        (Some(ColumnDefault::Expression(expr)), Some(_)) if is_written_as(columns.next, expr) => {
            Comparison::Same
        }
        (Some(previous), Some(next)) => compare(Pair::new(previous, next), next_type),
        _ => Comparison::Different,
    }
}

/// Whether a constant default of the column stands in its source as the expression that another source has.
fn is_written_as(column: ColumnWalker<'_>, expr: &Expr) -> bool {
    let entry = column.get();
    let is_constant = !matches!(entry.default, Some(ColumnDefault::Expression(_)));
    let reported = entry.origin.reported.as_ref().filter(|_| is_constant);
    let Some(text) = reported.and_then(|reported| reported.default_text.as_deref()) else { return false };
    let [constant, other] = [text, &expr.text].map(skeleton);
    let is_now = |text: &str| matches!(text, "now" | "current_timestamp");
    constant == other || is_now(&constant) && is_now(&other)
}

/// Whether it is a default in PostgreSQL's sense.
fn is_plain(default: &ColumnDefault) -> bool {
    !matches!(default, ColumnDefault::Serial(_) | ColumnDefault::Identity(_))
}

fn compare(defaults: Pair<&ColumnDefault>, ty: &ColumnType) -> Comparison {
    match (defaults.previous, defaults.next) {
        (ColumnDefault::Now, ColumnDefault::Now) => Comparison::Same,
        (ColumnDefault::Literal(a), ColumnDefault::Literal(b)) => known(same_literal(Pair::new(a, b), ty)),
        (ColumnDefault::Array(a), ColumnDefault::Array(b)) => {
            let same = |(a, b)| same_literal(Pair::new(a, b), ty);
            known(a.len() == b.len() && a.iter().zip(b).all(same))
        }
        (ColumnDefault::Expression(a), ColumnDefault::Expression(b))
        | (ColumnDefault::Generated(a), ColumnDefault::Generated(b)) => compare_expressions(Pair::new(a, b)),
        _ => Comparison::Different,
    }
}

fn known(same: bool) -> Comparison {
    if same { Comparison::Same } else { Comparison::Different }
}

/// Compares two expressions. What two people wrote differs as soon as more than the case of letters does; where a text
/// is PostgreSQL's own or that of a script's reader, brackets, casts and spaces prove nothing.
pub(crate) fn compare_expressions(expressions: Pair<&Expr>) -> Comparison {
    use driftless_ir::ExprForm::{Deparsed, Written};
    let Pair { previous, next } = expressions;
    match previous.compare(next) {
        Comparison::Unproven if previous.form == Written && next.form == Written => {
            known(previous.text.to_lowercase() == next.text.to_lowercase())
        }
        Comparison::Unproven if skeleton(&previous.text) == skeleton(&next.text) => Comparison::Same,
        Comparison::Unproven if previous.form != Deparsed && next.form != Deparsed => Comparison::Different,
        comparison => comparison,
    }
}

/// An expression without what PostgreSQL adds when it prints one: brackets, casts, spaces, quotes around names, case.
fn skeleton(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\'', ':']) {
        push_skeleton(&mut out, &rest[..at]);
        rest = &rest[at..];
        if let Some(cast) = rest.strip_prefix("::") {
            rest = after_type(cast);
        } else if rest.starts_with('\'') {
            let end = rest[1..].find('\'').map_or(rest.len(), |end| end + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            out.push(':');
            rest = &rest[1..];
        }
    }
    push_skeleton(&mut out, rest);
    out
}

/// What follows the name of a type with its modifiers.
fn after_type(text: &str) -> &str {
    const MORE_WORDS: [&str; 4] = [" varying", " precision", " with time zone", " without time zone"];
    let is_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.');
    let mut rest = text.trim_start().trim_start_matches(is_type);
    let skip_word = |rest: &mut &str| {
        let begins = |word: &&str| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if let Some(word) = MORE_WORDS.iter().find(|word| begins(word)) {
            *rest = &rest[word.len()..];
        }
    };
    skip_word(&mut rest);
    if let Some((modifiers, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
        && modifiers.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
    {
        rest = after;
        skip_word(&mut rest);
    }
    rest.trim_start_matches(['[', ']'])
}

fn push_skeleton(out: &mut String, text: &str) {
    let text = &text.replace("!=", "<>");
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '"'));
    out.extend(kept.flat_map(char::to_lowercase));
}

fn same_literal(literals: Pair<&Literal>, ty: &ColumnType) -> bool {
    match (literals.previous, literals.next) {
        (Literal::Number(a), Literal::Number(b)) => Decimal::parse(a) == Decimal::parse(b),
        (Literal::Json(a), Literal::Json(b)) => a == b || same_json(Pair::new(a, b)),
        (Literal::DateTime(a), Literal::DateTime(b)) => {
            use Builtin::{TimeTz, TimestampTz};
            let zoned = matches!(ty.base, BaseType::Builtin(TimestampTz(_) | TimeTz(_)));
            same_moment(Pair::new(a, b), zoned)
        }
        (a, b) => a == b,
    }
}

fn same_json(texts: Pair<&str>) -> bool {
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    let Pair { previous, next } = texts.map(value);
    previous.is_some() && previous == next
}

/// A number by its digits: equal where the values are, however many zeros are written.
#[derive(PartialEq, Eq)]
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Self {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, ""));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Self { negative: negative && !is_zero, whole, fraction, exponent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        assert!(Decimal::parse("1.10") == Decimal::parse("01.1"));
        assert!(Decimal::parse("-0") == Decimal::parse("0.0"));
        assert!(Decimal::parse("0.1") != Decimal::parse("0.10000000000000001"));
        assert!(Decimal::parse("10") != Decimal::parse("1"));
    }

    #[test]
    fn json_compares_by_value() {
        assert!(same_json(Pair::new(r#"{"a":1,"b":[]}"#, r#"{ "b": [], "a": 1 }"#)));
        assert!(!same_json(Pair::new("[1,2]", "[2,1]")));
        assert!(!same_json(Pair::new("no json", "no json either")));
    }

    #[test]
    fn what_postgresql_adds_to_an_expression_is_no_difference() {
        let compare = |written: &str, deparsed: &str| {
            compare_expressions(Pair::new(&Expr::deparsed(deparsed), &Expr::written(written)))
        };
        assert_eq!(compare("now() + interval '1 day'", "(now() + '1 day'::interval)"), Comparison::Unproven);
        assert_eq!(
            compare("status = 'Open' AND n>5", "((status = 'Open'::text) AND (n > 5))"),
            Comparison::Same
        );
        assert_eq!(compare("'{}'::jsonb", "'{}'"), Comparison::Same);
    }

    #[test]
    fn what_the_reader_of_a_script_adds_is_no_difference() {
        let compare = |script: &str, written: &str| {
            compare_expressions(Pair::new(&Expr::replayed(script), &Expr::written(written)))
        };
        assert_eq!(compare("(\"deleted_at\" IS NULL)", "deleted_at is null"), Comparison::Same);
        assert_eq!(compare("\"n\" <> 5", "n != 5"), Comparison::Same);
        assert_eq!(compare("'1970-01-01'", "'1970-01-01'::timestamp(3) with time zone"), Comparison::Same);
        assert_eq!(compare("(n > 5)", "n > 6"), Comparison::Different);
    }

    #[test]
    fn what_people_write_differs_by_more_than_case() {
        let compare = |a: &str, b: &str| compare_expressions(Pair::new(&Expr::written(a), &Expr::written(b)));
        assert_eq!(compare("FOO(1)", "foo(1)"), Comparison::Same);
        assert_eq!(compare("foo( 1 )", "foo(1)"), Comparison::Different);
    }
}
