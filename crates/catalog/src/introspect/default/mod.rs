//! What a column is filled with, from the text that PostgreSQL prints for it.
//!
//! A *constant* is what `pg_get_expr` prints for a value that is known when the default is made: `5`, `'a'::text`,
//! `'{1,2}'::integer[]`. Whatever is not a constant of the column's own type stays an expression.

mod array;
mod constant;

use driftless_ir::{
    BaseType, Builtin, ColumnDefault, ColumnType, Expr, Name, QualifiedName, interpret_constant,
};

pub(super) use array::elements;
use constant::literal;

/// What is needed to know besides the text.
pub(super) struct Context<'a> {
    /// The type of the column.
    pub(super) ty: &'a ColumnType<QualifiedName>,
    /// How that type's elements are written, if they are of an enum.
    pub(super) enum_text: Option<&'a str>,
    /// The namespace that unqualified names lie in.
    pub(super) search_path: &'a Name,
}

/// The default that the text means; `None` for one that fills in nothing.
pub(super) fn read(text: &str, context: &Context<'_>) -> Option<ColumnDefault> {
    if text == "NULL" || text.starts_with("NULL::") {
        return None;
    }
    if let Some(sequence) = next_value(text, context.search_path) {
        return Some(ColumnDefault::Serial(Some(sequence)));
    }
    if matches!(text, "now()" | "CURRENT_TIMESTAMP") && is_time(context.ty) {
        return Some(ColumnDefault::Now);
    }
    let constant = if context.ty.array {
        array::literals(text, context).map(ColumnDefault::Array)
    } else {
        literal(text, context).map(ColumnDefault::Literal)
    };
    constant
        .or_else(|| interpret_constant(text, context.ty, &|_| None))
        .or_else(|| Some(ColumnDefault::Expression(Expr::deparsed(text))))
}

fn is_time(ty: &ColumnType<QualifiedName>) -> bool {
    use Builtin::{Date, Time, TimeTz, Timestamp, TimestampTz};
    let base =
        matches!(ty.base, BaseType::Builtin(Date | Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_)));
    base && !ty.array
}

/// The sequence of `nextval('sequence'::regclass)`.
fn next_value(text: &str, search_path: &Name) -> Option<QualifiedName> {
    let argument = text.strip_prefix("nextval('")?.strip_suffix("'::regclass)")?;
    let argument = argument.replace("''", "'");
    let (first, rest) = identifier(&argument)?;
    match rest.strip_prefix('.') {
        Some(rest) => match identifier(rest)? {
            (second, "") => Some(QualifiedName::new(first, second)),
            _ => None,
        },
        None => rest.is_empty().then(|| QualifiedName::new(search_path.clone(), first)),
    }
}

/// The identifier that a text starts with, unquoted, and what follows it.
fn identifier(text: &str) -> Option<(Name, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let plain = !name.is_empty() && !name.contains(['"', '\'', ' ', '(']);
        return plain.then(|| (Name::from(name), rest));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        name += &rest[..end];
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Some((Name::from(name), rest)),
        }
    }
}

#[cfg(test)]
mod tests;
