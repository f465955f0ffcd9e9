//! Sequences and their options.

use sqlparser::tokenizer::Token;

use super::if_not_exists;
use crate::statement::{Cursor, Parsed, Path, SequenceOptions, Statement};

pub(super) fn create(cursor: &mut Cursor, temporary: bool) -> Parsed<Statement> {
    let if_not_exists = if_not_exists(cursor);
    let name = cursor.path()?;
    Ok(Statement::CreateSequence { name, if_not_exists, temporary, options: options(cursor)? })
}

/// The options of an identity, in parentheses if there are any.
pub(super) fn parenthesized_options(cursor: &mut Cursor) -> Parsed<SequenceOptions> {
    if !cursor.eat_token(&Token::LParen) {
        return Ok(SequenceOptions::default());
    }
    let options = options(cursor)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(options)
}

/// As many options as come next.
pub(super) fn options(cursor: &mut Cursor) -> Parsed<SequenceOptions> {
    let mut options = SequenceOptions::default();
    while option(cursor, &mut options)? {}
    Ok(options)
}

/// Reads one option; false where none comes next.
pub(super) fn option(cursor: &mut Cursor, options: &mut SequenceOptions) -> Parsed<bool> {
    if cursor.eat("as") {
        options.ty = Some(cursor.type_name()?);
    } else if cursor.eat("increment") {
        cursor.eat("by");
        options.increment = Some(cursor.integer()?);
    } else if cursor.eat("no minvalue") {
        options.min = Some(None);
    } else if cursor.eat("no maxvalue") {
        options.max = Some(None);
    } else if cursor.eat("minvalue") {
        options.min = Some(Some(cursor.integer()?));
    } else if cursor.eat("maxvalue") {
        options.max = Some(Some(cursor.integer()?));
    } else if cursor.eat("start") {
        cursor.eat("with");
        options.start = Some(cursor.integer()?);
    } else if cursor.eat("restart") {
        if cursor.eat("with") || matches!(cursor.token(0), Token::Number(..) | Token::Minus) {
            cursor.integer()?;
        }
    } else if cursor.eat("cache") {
        options.cache = Some(cursor.integer()?);
    } else if cursor.eat("no cycle") {
        options.cycle = Some(false);
    } else if cursor.eat("cycle") {
        options.cycle = Some(true);
    } else if cursor.eat("owned by") {
        options.owned_by = Some(owner(cursor)?);
    } else if cursor.eat("sequence name") {
        options.name = Some(cursor.path()?);
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn owner(cursor: &mut Cursor) -> Parsed<Option<(Path, driftless_ir::Name)>> {
    if cursor.eat("none") {
        return Ok(None);
    }
    let mut parts = vec![cursor.name()?];
    while cursor.eat_token(&Token::Period) {
        parts.push(cursor.label()?);
    }
    let (Some(column), Some(table)) = (parts.pop(), parts.pop()) else {
        return Err(cursor.unexpected("TABLE.COLUMN"));
    };
    Ok(Some((Path { namespace: parts.pop(), name: table }, column)))
}
