//! Views, and tables made from a query.

use driftless_ir::Name;
use sqlparser::tokenizer::Token;

use super::{if_not_exists, table};
use crate::statement::{CreateTableAs, CreateView, Cursor, Parsed, Path, Persistence, Statement, ViewQuery};

/// What kind of view the statement makes.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    materialized: bool,
    temporary: bool,
    recursive: bool,
}

/// Consumes `[TEMP] [RECURSIVE] VIEW` or `MATERIALIZED VIEW`.
pub(super) fn opening(cursor: &mut Cursor) -> Option<Opening> {
    const OPENINGS: &[(&str, Opening)] = &[
        ("view", Opening { materialized: false, temporary: false, recursive: false }),
        ("recursive view", Opening { materialized: false, temporary: false, recursive: true }),
        ("temp view", Opening { materialized: false, temporary: true, recursive: false }),
        ("temporary view", Opening { materialized: false, temporary: true, recursive: false }),
        ("materialized view", Opening { materialized: true, temporary: false, recursive: false }),
    ];
    OPENINGS.iter().find(|(words, _)| cursor.eat(words)).map(|(_, opening)| *opening)
}

pub(super) fn create(cursor: &mut Cursor, opening: Opening, replace: bool) -> Parsed<Statement> {
    let if_not_exists = opening.materialized && if_not_exists(cursor);
    let name = cursor.path()?;
    let columns = optional_names(cursor)?;
    storage(cursor)?;
    cursor.expect("as")?;
    if opening.recursive {
        return Err(cursor.unexpected("a view that is not recursive"));
    }
    let query = query(cursor)?;
    if opening.materialized {
        with_data(cursor);
    } else if cursor.eat("with") {
        if !cursor.eat("cascaded") {
            cursor.eat("local");
        }
        cursor.expect("check option")?;
    }
    Ok(Statement::CreateView(Box::new(CreateView {
        name,
        materialized: opening.materialized,
        replace,
        if_not_exists,
        temporary: opening.temporary,
        columns,
        query,
    })))
}

/// The query; where sqlparser cannot read it, its text and what it reads from.
fn query(cursor: &mut Cursor) -> Parsed<ViewQuery> {
    if let Some(query) = cursor.query_or_back() {
        return Ok(ViewQuery::Parsed(query));
    }
    let (mut text, mut sources) = (String::new(), Vec::new());
    while !cursor.is_done() {
        if (cursor.sees("from") || cursor.sees("join")) && matches!(cursor.token(1), Token::Word(_)) {
            text.push_str(&cursor.token(0).to_string());
            text.push(' ');
            cursor.skip();
            let path = cursor.path()?;
            text.push_str(&path.to_string());
            sources.push(path);
        } else {
            text.push_str(&cursor.token(0).to_string());
            cursor.skip();
        }
        text.push(' ');
    }
    Ok(ViewQuery::Text { text: text.trim_end().into(), sources })
}

fn optional_names(cursor: &mut Cursor) -> Parsed<Vec<Name>> {
    match cursor.token(0) {
        Token::LParen => cursor.name_list(),
        _ => Ok(Vec::new()),
    }
}

fn storage(cursor: &mut Cursor) -> Parsed<()> {
    if cursor.eat("using") {
        cursor.name()?;
    }
    if cursor.eat("with") {
        cursor.skip_parenthesized()?;
    }
    if cursor.eat("tablespace") {
        cursor.name()?;
    }
    Ok(())
}

fn with_data(cursor: &mut Cursor) {
    if !cursor.eat("with data") {
        cursor.eat("with no data");
    }
}

/// Whether the statement goes on as `CREATE TABLE name [(columns)] … AS query`.
pub(super) fn is_table_as(cursor: &Cursor) -> bool {
    let mut ahead = 0;
    if matches!(cursor.token(0), Token::LParen) {
        // A list of mere names, then AS.
        loop {
            if !matches!(cursor.token(ahead + 1), Token::Word(_)) {
                return false;
            }
            match cursor.token(ahead + 2) {
                Token::Comma => ahead += 2,
                Token::RParen => break,
                _ => return false,
            }
        }
        ahead += 3;
    }
    let keyword = |at: usize, word: &str| matches!(cursor.token(at), Token::Word(token) if token.value.eq_ignore_ascii_case(word));
    keyword(ahead, "as")
        || (keyword(ahead, "on") && keyword(ahead + 1, "commit") && ends_with_query(cursor, ahead))
        || (keyword(ahead, "with") && ends_with_query(cursor, ahead))
}

fn ends_with_query(cursor: &Cursor, from: usize) -> bool {
    (from..from + 40)
        .take_while(|at| !matches!(cursor.token(*at), Token::EOF))
        .any(|at| matches!(cursor.token(at), Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("as")))
}

pub(super) fn create_table_as(
    cursor: &mut Cursor,
    name: Path,
    persistence: Persistence,
    if_not_exists: bool,
) -> Parsed<Statement> {
    let columns = optional_names(cursor)?;
    let mut on_commit_drop = false;
    storage(cursor)?;
    if cursor.eat("on commit") {
        on_commit_drop = table::on_commit(cursor)?;
    }
    cursor.expect("as")?;
    let query = cursor.query()?;
    with_data(cursor);
    Ok(Statement::CreateTableAs(Box::new(CreateTableAs {
        name,
        persistence,
        if_not_exists,
        columns,
        query,
        on_commit_drop,
    })))
}
