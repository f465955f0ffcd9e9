//! The grammar of PostgreSQL's definition statements, by subject.

mod alter;
mod index;
mod object;
mod routine;
mod sequence;
mod session;
mod table;
mod types;
mod view;

use sqlparser::ast::Expr;

use super::{Cursor, ObjectKind, Parsed, Statement, TypeName};

pub(crate) use session::calls;

/// Reads one statement. What is not understood, or not to its last token, is [`Statement::Opaque`].
pub(crate) fn parse(text: &str) -> Statement {
    if let Some(statement) = session::by_first_word(text) {
        return statement;
    }
    let read = || {
        let mut cursor = Cursor::new(text)?;
        let statement = statement(&mut cursor, text)?;
        if cursor.is_done() { Ok(statement) } else { Err(cursor.unexpected("the end")) }
    };
    read().unwrap_or_else(|failure: super::ParseFailure| Statement::Opaque(failure.0))
}

/// The object that a statement alters, where that much can be read.
pub(crate) fn altered_object(text: &str) -> Option<super::Path> {
    let mut cursor = Cursor::new(text).ok()?;
    cursor.expect("alter").ok()?;
    object_kind(&mut cursor)?;
    if_exists(&mut cursor);
    cursor.eat("only");
    cursor.path().ok()
}

/// Reads an expression that stands alone.
pub(crate) fn parse_expression(text: &str) -> Option<Expr> {
    let mut cursor = Cursor::new(text).ok()?;
    let expression = cursor.expression().ok()?;
    cursor.is_done().then_some(*expression)
}

/// Reads a type that stands alone.
pub(crate) fn parse_type_name(text: &str) -> Option<TypeName> {
    let mut cursor = Cursor::new(text).ok()?;
    let ty = cursor.type_name().ok()?;
    cursor.is_done().then_some(ty)
}

fn statement(cursor: &mut Cursor, text: &str) -> Parsed<Statement> {
    if cursor.eat("create") {
        return create(cursor);
    }
    if cursor.eat("alter") {
        return alter::statement(cursor);
    }
    if cursor.eat("drop") {
        return object::drop(cursor);
    }
    if cursor.eat("comment on") {
        return object::comment(cursor);
    }
    session::statement(cursor, text)
}

fn create(cursor: &mut Cursor) -> Parsed<Statement> {
    let replace = cursor.eat("or replace");
    if cursor.sees("table")
        || cursor.sees("unlogged table")
        || cursor.sees("foreign table")
        || is_temporary_table(cursor)
    {
        return table::create(cursor);
    }
    if cursor.sees("index") || cursor.sees("unique index") {
        return index::create(cursor);
    }
    if let Some(kind) = view::opening(cursor) {
        return view::create(cursor, kind, replace);
    }
    for temporary in ["sequence", "temp sequence", "temporary sequence"] {
        if cursor.eat(temporary) {
            return sequence::create(cursor, temporary != "sequence");
        }
    }
    if cursor.eat("type") {
        return types::create(cursor);
    }
    if cursor.eat("domain") {
        return types::create_domain(cursor);
    }
    if cursor.eat("schema") {
        return object::create_namespace(cursor);
    }
    if cursor.eat("extension") {
        return object::create_extension(cursor);
    }
    routine::create(cursor, replace)
}

fn is_temporary_table(cursor: &Cursor) -> bool {
    ["temp table", "temporary table", "local temp table", "local temporary table", "global temporary table"]
        .iter()
        .any(|words| cursor.sees(words))
}

/// Consumes `IF NOT EXISTS`.
fn if_not_exists(cursor: &mut Cursor) -> bool {
    cursor.eat("if not exists")
}

/// Consumes `IF EXISTS`.
fn if_exists(cursor: &mut Cursor) -> bool {
    cursor.eat("if exists")
}

/// Consumes `CASCADE` or `RESTRICT`; whether it is the former.
fn cascade(cursor: &mut Cursor) -> bool {
    let cascade = cursor.eat("cascade");
    if !cascade {
        cursor.eat("restrict");
    }
    cascade
}

/// Consumes the words for a kind of object that has the statements all kinds have.
fn object_kind(cursor: &mut Cursor) -> Option<ObjectKind> {
    const KINDS: &[(&str, ObjectKind)] = &[
        ("table", ObjectKind::Table),
        ("foreign table", ObjectKind::ForeignTable),
        ("materialized view", ObjectKind::MaterializedView),
        ("view", ObjectKind::View),
        ("index", ObjectKind::Index),
        ("sequence", ObjectKind::Sequence),
        ("type", ObjectKind::Type),
        ("domain", ObjectKind::Domain),
        ("schema", ObjectKind::Namespace),
        ("extension", ObjectKind::Extension),
    ];
    KINDS.iter().find(|(words, _)| cursor.eat(words)).map(|(_, kind)| *kind)
}
