//! What is not definition: settings, transactions, queries and rows, `DO`, `CALL`.

use driftless_ir::Name;
use indexmap::IndexSet;
use sqlparser::ast::{Expr, Query, SetExpr};
use sqlparser::tokenizer::Token;

use crate::names;
use crate::splitter::{Element, Scan};
use crate::statement::{
    CreateTableAs, Cursor, ParseFailure, Parsed, Path, Persistence, Statement, Transaction, fold,
};

/// Statements that the first word settles, without a look at the rest.
pub(super) fn by_first_word(text: &str) -> Option<Statement> {
    const WITHOUT_EFFECT: &[&str] = &[
        "grant",
        "revoke",
        "analyze",
        "analyse",
        "vacuum",
        "reindex",
        "cluster",
        "checkpoint",
        "listen",
        "unlisten",
        "notify",
        "lock",
        "reassign",
        "security",
        "discard",
        "show",
        "load",
        "deallocate",
        "declare",
        "fetch",
        "close",
        "move",
        "copy",
        "refresh",
    ];
    let end = text.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_ascii_lowercase();
    WITHOUT_EFFECT.contains(&word.as_str()).then_some(Statement::NoEffect)
}

pub(super) fn statement(cursor: &mut Cursor, text: &str) -> Parsed<Statement> {
    if let Some(transaction) = transaction(cursor)? {
        return Ok(Statement::Transaction(transaction));
    }
    if cursor.eat("set") {
        return set(cursor);
    }
    if cursor.eat("reset") {
        let all = cursor.eat("all");
        let path = all || cursor.eat("search_path");
        cursor.skip_rest();
        return Ok(if path { Statement::ResetSearchPath } else { Statement::NoEffect });
    }
    if cursor.eat("do") {
        return anonymous_block(cursor);
    }
    if cursor.eat("call") {
        let name = cursor.path()?;
        cursor.skip_rest();
        return Ok(Statement::Call { name });
    }
    rows(cursor, text)
}

fn transaction(cursor: &mut Cursor) -> Parsed<Option<Transaction>> {
    let statement = if cursor.eat("begin") || cursor.eat("start transaction") {
        cursor.skip_rest();
        Transaction::Begin
    } else if cursor.eat("rollback to") {
        cursor.eat("savepoint");
        Transaction::RollbackTo(cursor.name()?)
    } else if cursor.eat("commit") || cursor.eat("end") {
        transaction_tail(cursor);
        Transaction::Commit
    } else if cursor.eat("rollback") || cursor.eat("abort") {
        transaction_tail(cursor);
        if cursor.eat("to") {
            cursor.eat("savepoint");
            return Ok(Some(Transaction::RollbackTo(cursor.name()?)));
        }
        Transaction::Rollback
    } else if cursor.eat("savepoint") {
        Transaction::Savepoint(cursor.name()?)
    } else if cursor.eat("release") {
        cursor.eat("savepoint");
        Transaction::Release(cursor.name()?)
    } else {
        return Ok(None);
    };
    Ok(Some(statement))
}

fn transaction_tail(cursor: &mut Cursor) {
    if !cursor.eat("work") {
        cursor.eat("transaction");
    }
    if !cursor.eat("and no chain") {
        cursor.eat("and chain");
    }
}

fn set(cursor: &mut Cursor) -> Parsed<Statement> {
    let local = cursor.eat("local");
    if !local {
        cursor.eat("session");
    }
    if cursor.eat("schema") {
        let name = Name::from(&*cursor.string()?);
        return Ok(Statement::SetSearchPath { names: vec![name], local });
    }
    if !cursor.eat("search_path") {
        cursor.skip_rest();
        return Ok(Statement::NoEffect);
    }
    if !cursor.eat("to") {
        cursor.expect_token(&Token::Eq)?;
    }
    if cursor.eat("default") {
        return Ok(Statement::ResetSearchPath);
    }
    let names = cursor.separated(|cursor| match cursor.token(0) {
        Token::Word(_) => cursor.label(),
        _ => Ok(Name::from(&*cursor.string()?)),
    })?;
    Ok(Statement::SetSearchPath { names, local })
}

fn anonymous_block(cursor: &mut Cursor) -> Parsed<Statement> {
    let mut language = None;
    if cursor.eat("language") {
        language = Some(cursor.label()?);
    }
    let body = cursor.string()?;
    if cursor.eat("language") {
        language = Some(cursor.label()?);
    }
    Ok(Statement::Do { language, body })
}

/// Queries and changes of rows. `SELECT … INTO` makes a table; for the rest only what is changed and called counts.
fn rows(cursor: &mut Cursor, text: &str) -> Parsed<Statement> {
    const QUERIES: &[&str] = &["select", "with", "values", "table"];
    const CHANGES: &[&str] = &["insert into", "update", "delete from", "merge into", "truncate"];
    if let Some(words) = CHANGES.iter().find(|words| cursor.eat(words)) {
        let targets = targets(cursor, *words == "truncate")?;
        cursor.skip_rest();
        return Ok(Statement::Rows { targets, calls: calls(text) });
    }
    if cursor.eat("explain") && !cursor.sees("analyze") {
        cursor.skip_rest();
        return Ok(Statement::NoEffect);
    }
    let opens = QUERIES.iter().any(|word| cursor.sees(word)) || matches!(cursor.token(0), Token::LParen);
    if !opens {
        let word = text.split_whitespace().next().unwrap_or_default();
        return Err(ParseFailure(format!("`{word}` opens no statement that is followed").into()));
    }
    if may_select_into(text) {
        let query = cursor.query()?;
        if let Some(table) = select_into(query) {
            return Ok(table);
        }
    }
    cursor.skip_rest();
    Ok(Statement::Rows { targets: Vec::new(), calls: calls(text) })
}

fn targets(cursor: &mut Cursor, truncate: bool) -> Parsed<Vec<Path>> {
    if truncate {
        cursor.eat("table");
    }
    let target = |cursor: &mut Cursor| {
        cursor.eat("only");
        let path = cursor.path()?;
        cursor.eat_token(&Token::Mul);
        Ok(path)
    };
    if truncate { cursor.separated(target) } else { Ok(vec![target(cursor)?]) }
}

/// Whether the word INTO stands where a SELECT may have it: not behind INSERT or MERGE.
fn may_select_into(text: &str) -> bool {
    let words =
        Scan::new(text).filter(|(element, _)| *element == Element::Word).map(|(_, range)| &text[range]);
    let mut former = "";
    words.into_iter().any(|word| {
        let hit = word.eq_ignore_ascii_case("into")
            && !former.eq_ignore_ascii_case("insert")
            && !former.eq_ignore_ascii_case("merge");
        former = word;
        hit
    })
}

fn select_into(mut query: Box<Query>) -> Option<Statement> {
    let SetExpr::Select(select) = &mut *query.body else { return None };
    let into = select.into.take()?;
    let name = match into.targets.first()? {
        Expr::Identifier(name) => Path { namespace: None, name: fold(name) },
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., namespace, name] => Path { namespace: Some(fold(namespace)), name: fold(name) },
            _ => return None,
        },
        _ => return None,
    };
    let persistence = match (into.temporary, into.unlogged) {
        (true, _) => Persistence::Temporary,
        (_, true) => Persistence::Unlogged,
        _ => Persistence::Permanent,
    };
    Some(Statement::CreateTableAs(Box::new(CreateTableAs {
        name,
        persistence,
        if_not_exists: false,
        columns: Vec::new(),
        query,
        on_commit_drop: false,
    })))
}

/// The names that stand before an opening bracket: calls of functions, among others.
pub(crate) fn calls(text: &str) -> Vec<Path> {
    let mut calls: IndexSet<Path> = IndexSet::new();
    let elements = Scan::new(text).filter(|(element, _)| {
        !matches!(element, Element::Space | Element::LineComment | Element::BlockComment)
    });
    // The name that was read, and the part before its dot.
    let (mut namespace, mut name, mut dotted): (Option<Name>, Option<Name>, bool) = (None, None, false);
    for (element, range) in elements {
        match element {
            Element::Word | Element::QuotedName => {
                let word = &text[range];
                let read = match element {
                    Element::Word => names::identifier(word, false),
                    _ => names::identifier(&word.trim_matches('"').replace("\"\"", "\""), true),
                };
                namespace = if dotted { name.take() } else { None };
                name = Some(read);
                dotted = false;
            }
            Element::Symbol(b'.') => dotted = true,
            Element::Symbol(b'(') => {
                if let Some(name) = name.take() {
                    calls.insert(Path { namespace: namespace.take(), name });
                }
                dotted = false;
            }
            _ => (namespace, name, dotted) = (None, None, false),
        }
    }
    calls.into_iter().collect()
}
