//! Statements that all kinds of objects have: `DROP`, `COMMENT`; schemas and extensions.

use sqlparser::tokenizer::Token;

use super::{cascade, if_exists, if_not_exists, routine};
use crate::statement::{Cursor, Drop, ObjectKind, Parsed, Path, Statement, TableObject};

pub(super) fn drop(cursor: &mut Cursor) -> Parsed<Statement> {
    if let Some(kind) = super::object_kind(cursor) {
        let concurrently = kind == ObjectKind::Index && cursor.eat("concurrently");
        let if_exists = if_exists(cursor);
        let names = cursor.separated(|cursor| match kind {
            ObjectKind::Type => Ok(cursor.type_name()?.path),
            _ => cursor.path(),
        })?;
        let cascade = cascade(cursor);
        return Ok(Statement::Drop(Drop { kind, names, if_exists, cascade, concurrently }));
    }
    if let Some(kind) = table_object(cursor) {
        let if_exists = if_exists(cursor);
        let name = cursor.name()?;
        cursor.expect("on")?;
        let table = cursor.path()?;
        return Ok(Statement::DropOnTable { kind, name, table, if_exists, cascade: cascade(cursor) });
    }
    if let Some(kind) = routine::kind(cursor) {
        return routine::drop(cursor, kind);
    }
    outside(cursor)
}

fn table_object(cursor: &mut Cursor) -> Option<TableObject> {
    const KINDS: &[(&str, TableObject)] =
        &[("trigger", TableObject::Trigger), ("policy", TableObject::Policy), ("rule", TableObject::Rule)];
    KINDS.iter().find(|(word, _)| cursor.eat(word)).map(|(_, kind)| *kind)
}

/// Kinds of objects that lie outside every schema, or that only steer the server.
const OUTSIDE: &[&str] = &[
    "role",
    "user",
    "group",
    "database",
    "tablespace",
    "publication",
    "subscription",
    "server",
    "foreign data wrapper",
    "user mapping",
    "owned",
    "system",
    "default privileges",
    "large object",
    "language",
    "trusted language",
    "procedural language",
    "transform",
    "statistics",
    "conversion",
    "text search",
    "access method",
    "operator",
    "operator class",
    "operator family",
    "collation",
];

/// A statement about such an object changes no table, index or type.
pub(super) fn outside(cursor: &mut Cursor) -> Parsed<Statement> {
    if OUTSIDE.iter().any(|words| cursor.sees(words)) {
        cursor.skip_rest();
        return Ok(Statement::NoEffect);
    }
    Err(cursor.unexpected("a kind of object that is followed"))
}

/// `ALTER` of what has no statement of its own.
pub(super) fn alter_other(cursor: &mut Cursor) -> Parsed<Statement> {
    if let Some(kind) = table_object(cursor) {
        let name = cursor.name()?;
        cursor.expect("on")?;
        let table = cursor.path()?;
        if cursor.eat("rename to") {
            return Ok(Statement::RenameOnTable { kind, name, table, to: cursor.name()? });
        }
        cursor.skip_rest();
        return Ok(Statement::NoEffect);
    }
    if routine::kind(cursor).is_some() {
        return routine::alter(cursor);
    }
    outside(cursor)
}

pub(super) fn comment(cursor: &mut Cursor) -> Parsed<Statement> {
    let statement = if cursor.eat("column") {
        let mut parts = vec![cursor.name()?];
        while cursor.eat_token(&Token::Period) {
            parts.push(cursor.label()?);
        }
        let column = parts.pop();
        let Some(name) = parts.pop() else { return Err(cursor.unexpected("TABLE.COLUMN")) };
        Statement::Comment { table: Path { namespace: parts.pop(), name }, column }
    } else if cursor.eat("table") {
        Statement::Comment { table: cursor.path()?, column: None }
    } else {
        while !cursor.is_done() && !cursor.sees("is") {
            cursor.skip();
        }
        Statement::NoEffect
    };
    cursor.expect("is")?;
    if !cursor.eat("null") {
        cursor.string()?;
    }
    Ok(statement)
}

pub(super) fn create_namespace(cursor: &mut Cursor) -> Parsed<Statement> {
    let if_not_exists = if_not_exists(cursor);
    let name = if cursor.sees("authorization") { None } else { Some(cursor.name()?) };
    let owner = if cursor.eat("authorization") { Some(cursor.label()?) } else { None };
    Ok(Statement::CreateNamespace { name, owner, if_not_exists })
}

pub(super) fn create_extension(cursor: &mut Cursor) -> Parsed<Statement> {
    let if_not_exists = if_not_exists(cursor);
    let name = cursor.label()?;
    cursor.eat("with");
    let (mut namespace, mut wanted) = (None, None);
    loop {
        if cursor.eat("schema") {
            namespace = Some(cursor.name()?);
        } else if cursor.eat("version") {
            wanted = Some(version(cursor)?);
        } else if !cursor.eat("cascade") {
            return Ok(Statement::CreateExtension { name, namespace, version: wanted, if_not_exists });
        }
    }
}

pub(super) fn version(cursor: &mut Cursor) -> Parsed<Box<str>> {
    match cursor.token(0) {
        Token::Word(_) => Ok(cursor.label()?.as_str().into()),
        _ => cursor.string(),
    }
}
