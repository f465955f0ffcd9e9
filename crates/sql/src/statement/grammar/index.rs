//! `CREATE INDEX` and exclusion constraints.

use driftless_ir::{IndexMethod, Name, NullsOrder, SortOrder};
use sqlparser::ast::Expr;
use sqlparser::tokenizer::Token;

use super::if_not_exists;
use crate::statement::{CreateIndex, Cursor, IndexKeySpec, KeySpec, Parsed, Path, Statement};

pub(super) fn create(cursor: &mut Cursor) -> Parsed<Statement> {
    let unique = cursor.eat("unique");
    cursor.expect("index")?;
    let concurrently = cursor.eat("concurrently");
    let if_not_exists = if_not_exists(cursor);
    let name = if cursor.sees("on") { None } else { Some(cursor.path()?.name) };
    cursor.expect("on")?;
    let only = cursor.eat("only");
    let table = cursor.path()?;
    let method = method(cursor)?;
    let keys = cursor.parenthesized(key)?;
    let mut index = CreateIndex {
        name,
        table,
        unique,
        concurrently,
        if_not_exists,
        only,
        method,
        keys,
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: None,
        labels: Vec::new(),
    };
    if cursor.eat("include") {
        index.include = cursor.name_list()?;
    }
    index.nulls_not_distinct = cursor.eat("nulls not distinct");
    cursor.eat("nulls distinct");
    tail(cursor, &mut index)?;
    Ok(Statement::CreateIndex(Box::new(index)))
}

fn tail(cursor: &mut Cursor, index: &mut CreateIndex) -> Parsed<()> {
    if cursor.eat("with") {
        cursor.skip_parenthesized()?;
    }
    if cursor.eat("tablespace") {
        cursor.name()?;
    }
    if cursor.eat("where") {
        index.predicate = Some(cursor.expression()?);
    }
    Ok(())
}

fn method(cursor: &mut Cursor) -> Parsed<IndexMethod> {
    if !cursor.eat("using") {
        return Ok(IndexMethod::BTree);
    }
    let name = cursor.name()?;
    Ok(match name.as_str() {
        "btree" => IndexMethod::BTree,
        "hash" => IndexMethod::Hash,
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "spgist" => IndexMethod::SpGist,
        "brin" => IndexMethod::Brin,
        _ => IndexMethod::Other(name),
    })
}

/// A column or an expression with its order and operator class.
pub(super) fn key(cursor: &mut Cursor) -> Parsed<IndexKeySpec> {
    let key = if matches!(cursor.token(0), Token::LParen) {
        unwrap_column(cursor.parenthesized_expression()?)
    } else if matches!(cursor.token(0), Token::Word(_)) && !is_call(cursor) {
        KeySpec::Column(cursor.name()?)
    } else {
        KeySpec::Expression(Box::new(cursor.parser().parse_prefix()?))
    };
    let collation = if cursor.eat("collate") { Some(cursor.path()?.name) } else { None };
    let operator_class = operator_class(cursor)?;
    let descending = cursor.eat("desc");
    if !descending {
        cursor.eat("asc");
    }
    let nulls = if cursor.eat("nulls first") {
        Some(NullsOrder::First)
    } else if cursor.eat("nulls last") {
        Some(NullsOrder::Last)
    } else {
        None
    };
    let sort = if descending { SortOrder::Descending } else { SortOrder::Ascending };
    let nulls = nulls.filter(|nulls| !is_implied(*nulls, sort));
    Ok(IndexKeySpec { key, collation, operator_class, sort, nulls })
}

/// `DESC` puts NULLs first and `ASC` last without being told.
fn is_implied(nulls: NullsOrder, sort: SortOrder) -> bool {
    (nulls == NullsOrder::First) == (sort == SortOrder::Descending)
}

/// A column in parentheses is a column.
fn unwrap_column(expression: Box<Expr>) -> KeySpec {
    match *expression {
        Expr::Identifier(column) => KeySpec::Column(crate::statement::fold(&column)),
        Expr::Nested(inner) => unwrap_column(inner),
        _ => KeySpec::Expression(expression),
    }
}

fn is_call(cursor: &Cursor) -> bool {
    matches!(cursor.token(1), Token::LParen)
        || (matches!(cursor.token(1), Token::Period) && matches!(cursor.token(3), Token::LParen))
}

fn operator_class(cursor: &mut Cursor) -> Parsed<Option<Box<str>>> {
    let ends = ["asc", "desc", "nulls first", "nulls last", "with"].iter().any(|words| cursor.sees(words));
    if ends || !matches!(cursor.token(0), Token::Word(_)) {
        return Ok(None);
    }
    let path = cursor.path()?;
    let mut class = path.to_string();
    if matches!(cursor.token(0), Token::LParen) {
        let parameters = cursor.parenthesized(|cursor| {
            let name = cursor.name()?;
            cursor.expect_token(&Token::Eq)?;
            let value = cursor.expression()?;
            Ok(format!("{}={value}", name.as_str()))
        })?;
        class = format!("{class}({})", parameters.join(", "));
    }
    Ok(Some(class.into()))
}

/// What stands behind `EXCLUDE`: an index whose keys have operators.
pub(super) fn exclusion(cursor: &mut Cursor) -> Parsed<CreateIndex> {
    let method = method(cursor)?;
    let keys = cursor.parenthesized(|cursor| {
        let key = key(cursor)?;
        cursor.expect("with")?;
        if cursor.eat("operator") {
            cursor.skip_parenthesized()?;
        } else {
            cursor.skip();
        }
        Ok(key)
    })?;
    let mut include = Vec::new();
    if cursor.eat("include") {
        include = cursor.name_list()?;
    }
    if cursor.eat("with") {
        cursor.skip_parenthesized()?;
    }
    let predicate = if cursor.eat("where") { Some(cursor.parenthesized_expression()?) } else { None };
    Ok(CreateIndex {
        name: None,
        table: Path { namespace: None, name: Name::from("") },
        unique: false,
        concurrently: false,
        if_not_exists: false,
        only: false,
        method,
        keys,
        include,
        nulls_not_distinct: false,
        predicate,
        labels: Vec::new(),
    })
}
