//! Functions, procedures, triggers, policies and rules.

use driftless_ir::Name;
use sqlparser::ast::Expr;
use sqlparser::tokenizer::Token;

use super::{cascade, if_exists, object};
use crate::statement::{
    Argument, CreateFunction, CreateTrigger, Cursor, Parsed, Path, RoutineKind, Statement, TypeName,
};

/// What stands behind `CREATE [OR REPLACE]` and is none of the other kinds.
pub(super) fn create(cursor: &mut Cursor, replace: bool) -> Parsed<Statement> {
    if cursor.eat("function") {
        return function(cursor, RoutineKind::Function, replace);
    }
    if cursor.eat("procedure") {
        return function(cursor, RoutineKind::Procedure, replace);
    }
    if cursor.eat("aggregate") {
        return aggregate(cursor, replace);
    }
    if cursor.sees("trigger") || cursor.sees("constraint trigger") {
        return trigger(cursor, replace);
    }
    if cursor.eat("policy") {
        return policy(cursor);
    }
    if cursor.eat("rule") {
        return rule(cursor, replace);
    }
    object::outside(cursor)
}

/// Consumes the word for a kind of routine.
pub(super) fn kind(cursor: &mut Cursor) -> Option<RoutineKind> {
    const KINDS: &[(&str, RoutineKind)] = &[
        ("function", RoutineKind::Function),
        ("procedure", RoutineKind::Procedure),
        ("aggregate", RoutineKind::Aggregate),
        ("routine", RoutineKind::Any),
    ];
    KINDS.iter().find(|(word, _)| cursor.eat(word)).map(|(_, kind)| *kind)
}

fn function(cursor: &mut Cursor, kind: RoutineKind, replace: bool) -> Parsed<Statement> {
    let name = routine_name(cursor)?;
    let mut function = CreateFunction {
        name,
        kind,
        replace,
        arguments: arguments(cursor)?,
        returns: None,
        returns_table: false,
        language: None,
        body: None,
    };
    if cursor.eat("returns table") {
        function.returns_table = true;
        cursor.skip_parenthesized()?;
    } else if cursor.eat("returns") {
        function.returns = Some(result_type(cursor)?);
    }
    while !cursor.is_done() {
        option(cursor, &mut function)?;
    }
    Ok(Statement::CreateFunction(Box::new(function)))
}

/// The name of a routine, which may be one of the words that columns cannot have.
fn routine_name(cursor: &mut Cursor) -> Parsed<Path> {
    let first = cursor.label()?;
    if !cursor.eat_token(&Token::Period) {
        return Ok(Path { namespace: None, name: first });
    }
    Ok(Path { namespace: Some(first), name: cursor.label()? })
}

fn result_type(cursor: &mut Cursor) -> Parsed<TypeName> {
    let mut ty = cursor.type_name()?;
    // `table.column%TYPE`: the type of that column, which is not followed.
    if cursor.eat_token(&Token::Mod) {
        cursor.expect("type")?;
        ty = TypeName { path: Path { namespace: None, name: "unknown".into() }, ..ty };
    }
    Ok(ty)
}

fn arguments(cursor: &mut Cursor) -> Parsed<Vec<Argument>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let arguments = cursor.separated(argument)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(arguments)
}

/// Consumes the direction of an argument; whether callers give it and whether it is part of the result.
fn mode(cursor: &mut Cursor) -> Option<(bool, bool)> {
    const MODES: &[(&str, (bool, bool))] = &[
        ("in", (true, false)),
        ("out", (false, true)),
        ("inout", (true, true)),
        ("variadic", (true, false)),
    ];
    MODES.iter().find(|(word, _)| cursor.eat(word)).map(|(_, mode)| *mode)
}

fn argument(cursor: &mut Cursor) -> Parsed<Argument> {
    let mut direction = mode(cursor);
    // A name stands before the type where what follows the first word cannot belong to a type.
    if is_named(cursor) {
        cursor.label()?;
        direction = direction.or_else(|| mode(cursor));
    }
    let (input, output) = direction.unwrap_or((true, false));
    let ty = result_type(cursor)?;
    let has_default = cursor.eat("default") || cursor.eat_token(&Token::Eq);
    if has_default {
        cursor.expression()?;
    }
    Ok(Argument { ty, input, output, has_default })
}

fn is_named(cursor: &Cursor) -> bool {
    let long = [
        "double precision",
        "character varying",
        "char varying",
        "bit varying",
        "national character",
        "national char",
        "time with",
        "time without",
        "timestamp with",
        "timestamp without",
    ];
    if long.iter().any(|words| cursor.sees(words)) {
        return false;
    }
    match cursor.token(1) {
        Token::Word(word) => {
            word.quote_style.is_some()
                || !["default", "array", "year", "month", "day", "hour", "minute", "second"]
                    .iter()
                    .any(|keyword| word.value.eq_ignore_ascii_case(keyword))
        }
        _ => false,
    }
}

fn option(cursor: &mut Cursor, function: &mut CreateFunction) -> Parsed<()> {
    if cursor.eat("language") {
        function.language = Some(match cursor.token(0) {
            Token::Word(_) => cursor.label()?,
            _ => Name::from(cursor.string()?.to_ascii_lowercase().as_str()),
        });
    } else if cursor.eat("as") {
        function.body = Some(cursor.string()?);
        if cursor.eat_token(&Token::Comma) {
            cursor.string()?;
        }
    } else if cursor.sees("begin atomic") || cursor.sees("return") {
        return Err(cursor.unexpected("a body in quotes"));
    } else if cursor.eat("set") {
        setting(cursor)?;
    } else if cursor.eat("cost") || cursor.eat("rows") {
        cursor.skip();
    } else if cursor.eat("support") || cursor.eat("parallel") {
        cursor.path()?;
    } else if cursor.eat("transform for type") {
        cursor.type_name()?;
    } else {
        const FLAGS: &[&str] = &[
            "window",
            "immutable",
            "stable",
            "volatile",
            "not leakproof",
            "leakproof",
            "called on null input",
            "returns null on null input",
            "strict",
            "external security invoker",
            "external security definer",
            "security invoker",
            "security definer",
        ];
        if !FLAGS.iter().any(|words| cursor.eat(words)) {
            return Err(cursor.unexpected("an option of a function"));
        }
    }
    Ok(())
}

fn setting(cursor: &mut Cursor) -> Parsed<()> {
    cursor.path()?;
    if cursor.eat("from current") {
        return Ok(());
    }
    if !cursor.eat("to") {
        cursor.expect_token(&Token::Eq)?;
    }
    cursor.separated(|cursor| {
        cursor.eat_token(&Token::Minus);
        cursor.skip();
        Ok(())
    })?;
    Ok(())
}

fn aggregate(cursor: &mut Cursor, replace: bool) -> Parsed<Statement> {
    let name = routine_name(cursor)?;
    let arguments = if cursor.eat_token(&Token::LParen) {
        let star = cursor.eat_token(&Token::Mul);
        let arguments = if star { Vec::new() } else { cursor.separated(argument)? };
        cursor.expect_token(&Token::RParen)?;
        arguments
    } else {
        Vec::new()
    };
    cursor.skip_parenthesized()?;
    Ok(Statement::CreateFunction(Box::new(CreateFunction {
        name,
        kind: RoutineKind::Aggregate,
        replace,
        arguments,
        returns: None,
        returns_table: false,
        language: None,
        body: None,
    })))
}

pub(super) fn drop(cursor: &mut Cursor, kind: RoutineKind) -> Parsed<Statement> {
    let if_exists = if_exists(cursor);
    let targets = cursor.separated(target)?;
    Ok(Statement::DropRoutine { kind, targets, if_exists, cascade: cascade(cursor) })
}

/// `name [( types )]`; output arguments do not count.
fn target(cursor: &mut Cursor) -> Parsed<(Path, Option<Vec<TypeName>>)> {
    let name = routine_name(cursor)?;
    if !matches!(cursor.token(0), Token::LParen) {
        return Ok((name, None));
    }
    if matches!(cursor.token(1), Token::Mul) {
        cursor.skip_parenthesized()?;
        return Ok((name, Some(Vec::new())));
    }
    let inputs = arguments(cursor)?.into_iter().filter(|argument| argument.input);
    Ok((name, Some(inputs.map(|argument| argument.ty).collect())))
}

/// What stands behind `ALTER FUNCTION`.
pub(super) fn alter(cursor: &mut Cursor) -> Parsed<Statement> {
    let (name, arguments) = target(cursor)?;
    if cursor.eat("rename to") {
        return Ok(Statement::RenameRoutine { name, arguments, to: cursor.name()? });
    }
    if cursor.eat("set schema") {
        return Ok(Statement::SetRoutineNamespace { name, arguments, to: cursor.name()? });
    }
    cursor.skip_rest();
    Ok(Statement::NoEffect)
}

fn trigger(cursor: &mut Cursor, replace: bool) -> Parsed<Statement> {
    let constraint = cursor.eat("constraint");
    cursor.expect("trigger")?;
    let name = cursor.name()?;
    let moment = if cursor.eat("before") {
        "BEFORE"
    } else if cursor.eat("after") {
        "AFTER"
    } else {
        cursor.expect("instead of")?;
        "INSTEAD OF"
    };
    let (events, columns) = trigger_events(cursor)?;
    cursor.expect("on")?;
    let table = cursor.path()?;
    let level = trigger_timing(cursor)?;
    let events = format!("{moment} {events} FOR EACH {level}").into();
    let condition = if cursor.eat("when") { Some(cursor.parenthesized_expression()?) } else { None };
    cursor.expect("execute")?;
    if !cursor.eat("function") {
        cursor.expect("procedure")?;
    }
    let function = routine_name(cursor)?;
    cursor.skip_parenthesized()?;
    let trigger = CreateTrigger { name, table, replace, constraint, columns, condition, function, events };
    Ok(Statement::CreateTrigger(Box::new(trigger)))
}

/// The events in their order, and the columns of an update that it waits for.
fn trigger_events(cursor: &mut Cursor) -> Parsed<(String, Vec<Name>)> {
    const EVENTS: [&str; 4] = ["insert", "delete", "update", "truncate"];
    let (mut waits, mut columns) = ([false; EVENTS.len()], Vec::new());
    loop {
        if cursor.eat("update of") {
            waits[2] = true;
            columns.extend(cursor.separated(Cursor::name)?);
        } else {
            let event = EVENTS.iter().position(|event| cursor.eat(event));
            waits[event.ok_or_else(|| cursor.unexpected("an event"))?] = true;
        }
        if !cursor.eat("or") {
            break;
        }
    }
    let events = EVENTS.iter().zip(waits).filter(|(_, waits)| *waits).map(|(event, _)| event.to_uppercase());
    Ok((events.collect::<Vec<_>>().join(" OR "), columns))
}

/// What stands between the table and the condition; gives the word for what it runs for.
fn trigger_timing(cursor: &mut Cursor) -> Parsed<&'static str> {
    if cursor.eat("from") {
        cursor.path()?;
    }
    super::table::deferral(cursor);
    if cursor.eat("referencing") {
        while cursor.sees("old") || cursor.sees("new") {
            cursor.skip();
            if !cursor.eat("table") {
                cursor.eat("row");
            }
            cursor.eat("as");
            cursor.name()?;
        }
    }
    if cursor.eat("for") {
        cursor.eat("each");
        if cursor.eat("row") {
            return Ok("ROW");
        }
        cursor.expect("statement")?;
    }
    Ok("STATEMENT")
}

fn policy(cursor: &mut Cursor) -> Parsed<Statement> {
    let name = cursor.name()?;
    cursor.expect("on")?;
    let table = cursor.path()?;
    let mut conditions: Vec<Expr> = Vec::new();
    while !cursor.is_done() {
        if cursor.eat("using") || cursor.eat("with check") {
            conditions.push(*cursor.parenthesized_expression()?);
        } else if cursor.eat("to") {
            cursor.separated(Cursor::label)?;
        } else if cursor.eat("as") || cursor.eat("for") {
            cursor.label()?;
        } else {
            return Err(cursor.unexpected("a part of a policy"));
        }
    }
    Ok(Statement::CreatePolicy { name, table, conditions })
}

fn rule(cursor: &mut Cursor, replace: bool) -> Parsed<Statement> {
    let name = cursor.name()?;
    cursor.expect("as on")?;
    cursor.label()?;
    cursor.expect("to")?;
    let table = cursor.path()?;
    cursor.skip_rest();
    Ok(Statement::CreateRule { name, table, replace })
}
