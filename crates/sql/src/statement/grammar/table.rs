//! `CREATE TABLE`, its columns and its constraints.

use driftless_ir::{Name, ReferentialAction};
use sqlparser::tokenizer::Token;

use super::{if_not_exists, index, sequence, view};
use crate::statement::{
    ColumnConstraint, ColumnSpec, ConstraintBody, CreateTable, Cursor, Deferral, Key, Like, Parsed,
    PartitionBound, PartitionKey, PartitionStrategy, Path, Persistence, Reference, Statement,
    TableConstraint,
};

pub(super) fn create(cursor: &mut Cursor) -> Parsed<Statement> {
    let persistence = persistence(cursor);
    let foreign = cursor.eat("foreign");
    cursor.expect("table")?;
    let if_not_exists = if_not_exists(cursor);
    let name = cursor.path()?;
    if view::is_table_as(cursor) {
        return view::create_table_as(cursor, name, persistence, if_not_exists);
    }
    let mut table = empty(name, persistence, if_not_exists, foreign);
    if cursor.eat("partition of") {
        let parent = cursor.path()?;
        elements(cursor, &mut table, false)?;
        let bound = partition_bound(cursor)?;
        table.partition_of = Some((parent, bound));
    } else if cursor.eat("of") {
        table.of_type = Some(cursor.path()?);
        elements(cursor, &mut table, false)?;
    } else {
        elements(cursor, &mut table, true)?;
    }
    tail(cursor, &mut table)?;
    Ok(Statement::CreateTable(Box::new(table)))
}

fn empty(name: Path, persistence: Persistence, if_not_exists: bool, foreign: bool) -> CreateTable {
    CreateTable {
        name,
        persistence,
        if_not_exists,
        foreign,
        columns: Vec::new(),
        constraints: Vec::new(),
        likes: Vec::new(),
        inherits: Vec::new(),
        partition_of: None,
        partition_by: None,
        of_type: None,
        on_commit_drop: false,
    }
}

fn persistence(cursor: &mut Cursor) -> Persistence {
    if cursor.eat("unlogged") {
        return Persistence::Unlogged;
    }
    if !cursor.eat("local") {
        cursor.eat("global");
    }
    match cursor.eat("temporary") || cursor.eat("temp") {
        true => Persistence::Temporary,
        false => Persistence::Permanent,
    }
}

/// `( column | constraint | LIKE …, … )`; `typed` where columns name their type.
fn elements(cursor: &mut Cursor, table: &mut CreateTable, typed: bool) -> Parsed<()> {
    if !typed && !matches!(cursor.token(0), Token::LParen) {
        return Ok(());
    }
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(());
    }
    loop {
        if cursor.eat("like") {
            let like = like(cursor)?;
            table.likes.push((table.columns.len(), like));
        } else if starts_constraint(cursor) {
            table.constraints.push(constraint(cursor)?);
        } else {
            table.columns.push(column(cursor, typed)?);
        }
        if !cursor.eat_token(&Token::Comma) {
            return cursor.expect_token(&Token::RParen);
        }
    }
}

fn tail(cursor: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    loop {
        if cursor.eat("inherits") {
            table.inherits = cursor.parenthesized(Cursor::path)?;
        } else if cursor.eat("partition by") {
            table.partition_by = Some(partition_key(cursor)?);
        } else if cursor.eat("with") {
            cursor.skip_parenthesized()?;
        } else if cursor.eat("without oids") {
        } else if cursor.eat("using") || cursor.eat("tablespace") {
            cursor.name()?;
        } else if cursor.eat("server") {
            cursor.name()?;
            if cursor.eat("options") {
                cursor.skip_parenthesized()?;
            }
        } else if cursor.eat("on commit") {
            table.on_commit_drop = on_commit(cursor)?;
        } else {
            return Ok(());
        }
    }
}

/// What stands behind `ON COMMIT`; whether the table is dropped.
pub(super) fn on_commit(cursor: &mut Cursor) -> Parsed<bool> {
    if cursor.eat("drop") {
        return Ok(true);
    }
    if !cursor.eat("preserve rows") {
        cursor.expect("delete rows")?;
    }
    Ok(false)
}

pub(super) fn partition_bound(cursor: &mut Cursor) -> Parsed<PartitionBound> {
    if cursor.eat("default") {
        return Ok(PartitionBound::Default);
    }
    cursor.expect("for values")?;
    if cursor.eat("from") {
        let from = cursor.skip_parenthesized()?;
        cursor.expect("to")?;
        let to = cursor.skip_parenthesized()?;
        return Ok(PartitionBound::Values(PartitionStrategy::Range, format!("{from} {to}").into()));
    }
    let strategy = if cursor.eat("in") {
        PartitionStrategy::List
    } else {
        cursor.expect("with")?;
        PartitionStrategy::Hash
    };
    Ok(PartitionBound::Values(strategy, cursor.skip_parenthesized()?.into()))
}

fn partition_key(cursor: &mut Cursor) -> Parsed<PartitionKey> {
    const STRATEGIES: [(&str, PartitionStrategy); 3] = [
        ("range", PartitionStrategy::Range),
        ("list", PartitionStrategy::List),
        ("hash", PartitionStrategy::Hash),
    ];
    let Some((_, strategy)) = STRATEGIES.into_iter().find(|(word, _)| cursor.eat(word)) else {
        return Err(cursor.unexpected("RANGE, LIST or HASH"));
    };
    let mut key = PartitionKey { strategy, columns: Vec::new(), has_expressions: false };
    let parts = cursor.parenthesized(index::key)?;
    for part in parts {
        match part.key {
            crate::statement::KeySpec::Column(name) => key.columns.push(name),
            crate::statement::KeySpec::Expression(_) => key.has_expressions = true,
        }
    }
    Ok(key)
}

fn like(cursor: &mut Cursor) -> Parsed<Like> {
    let source = cursor.path()?;
    let mut like = Like {
        source,
        constraints: false,
        defaults: false,
        generated: false,
        identity: false,
        indexes: false,
    };
    loop {
        let including = cursor.eat("including");
        if !including && !cursor.eat("excluding") {
            return Ok(like);
        }
        let all = cursor.eat("all");
        let Like { constraints, defaults, generated, identity, indexes, .. } = &mut like;
        let options = [
            ("constraints", constraints),
            ("defaults", defaults),
            ("generated", generated),
            ("identity", identity),
            ("indexes", indexes),
        ];
        let mut known = all;
        for (word, option) in options {
            if all || cursor.eat(word) {
                *option = including;
                known = true;
            }
        }
        if !known && !["comments", "compression", "statistics", "storage"].iter().any(|word| cursor.eat(word))
        {
            return Err(cursor.unexpected("what LIKE copies"));
        }
    }
}

pub(super) fn column(cursor: &mut Cursor, typed: bool) -> Parsed<ColumnSpec> {
    let name = cursor.name()?;
    let ty = if typed { Some(cursor.type_name()?) } else { None };
    if !typed {
        cursor.eat("with options");
    }
    let mut column = ColumnSpec { name, ty, collation: None, constraints: Vec::new() };
    loop {
        if cursor.eat("collate") {
            column.collation = Some(cursor.path()?);
            continue;
        }
        if cursor.eat("compression") || cursor.eat("storage") {
            cursor.label()?;
            continue;
        }
        let constraint_name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
        match column_constraint(cursor)? {
            Some(constraint) => column.constraints.push((constraint_name, constraint)),
            None if constraint_name.is_some() => return Err(cursor.unexpected("a constraint")),
            None => return Ok(column),
        }
    }
}

fn column_constraint(cursor: &mut Cursor) -> Parsed<Option<ColumnConstraint>> {
    if cursor.eat("not null") {
        return Ok(Some(ColumnConstraint::NotNull));
    }
    if cursor.eat("null") {
        return Ok(Some(ColumnConstraint::Null));
    }
    if cursor.eat("default") {
        return Ok(Some(ColumnConstraint::Default(cursor.default_expression()?)));
    }
    if cursor.eat("generated") {
        return generated(cursor).map(Some);
    }
    let body = if cursor.eat("primary key") {
        ConstraintBody::Primary(column_key(cursor, false)?)
    } else if cursor.eat("unique") {
        let not_distinct = nulls_not_distinct(cursor);
        ConstraintBody::Unique(column_key(cursor, not_distinct)?)
    } else if cursor.eat("check") {
        let condition = cursor.parenthesized_expression()?;
        cursor.eat("no inherit");
        ConstraintBody::Check(condition)
    } else if cursor.eat("references") {
        ConstraintBody::Foreign(reference(cursor, Vec::new())?)
    } else {
        return Ok(None);
    };
    let deferral = deferral(cursor);
    Ok(Some(ColumnConstraint::Table(body, deferral)))
}

fn generated(cursor: &mut Cursor) -> Parsed<ColumnConstraint> {
    let always = cursor.eat("always");
    if !always {
        cursor.expect("by default")?;
    }
    cursor.expect("as")?;
    if cursor.eat("identity") {
        let options = sequence::parenthesized_options(cursor)?;
        return Ok(ColumnConstraint::Identity { always, options });
    }
    let expression = cursor.parenthesized_expression()?;
    cursor.expect("stored")?;
    Ok(ColumnConstraint::Generated(expression))
}

fn column_key(cursor: &mut Cursor, nulls_not_distinct: bool) -> Parsed<Key> {
    let key = Key { columns: Vec::new(), include: Vec::new(), nulls_not_distinct, using_index: None };
    index_parameters(cursor)?;
    Ok(key)
}

fn nulls_not_distinct(cursor: &mut Cursor) -> bool {
    let not_distinct = cursor.eat("nulls not distinct");
    if !not_distinct {
        cursor.eat("nulls distinct");
    }
    not_distinct
}

fn index_parameters(cursor: &mut Cursor) -> Parsed<()> {
    if cursor.eat("with") {
        cursor.skip_parenthesized()?;
    }
    if cursor.eat("using index tablespace") {
        cursor.name()?;
    }
    Ok(())
}

fn starts_constraint(cursor: &Cursor) -> bool {
    ["constraint", "primary key", "unique", "foreign key", "check", "exclude"]
        .iter()
        .any(|words| cursor.sees(words))
        && !(cursor.sees("exclude")
            && matches!(cursor.token(1), Token::Word(_))
            && !cursor.sees("exclude using"))
}

/// A constraint of a table, as it stands in `CREATE TABLE` and behind `ADD`.
pub(super) fn constraint(cursor: &mut Cursor) -> Parsed<TableConstraint> {
    let name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
    let body = constraint_body(cursor)?;
    let mut constraint = TableConstraint { name, body, deferral: None, not_valid: false, no_inherit: false };
    loop {
        if let Some(deferral) = deferral(cursor) {
            constraint.deferral = Some(deferral);
        } else if cursor.eat("not valid") {
            constraint.not_valid = true;
        } else if cursor.eat("no inherit") {
            constraint.no_inherit = true;
        } else if !cursor.eat("not deferrable") && !cursor.eat("initially immediate") {
            return Ok(constraint);
        }
    }
}

fn constraint_body(cursor: &mut Cursor) -> Parsed<ConstraintBody> {
    if cursor.eat("primary key") {
        return Ok(ConstraintBody::Primary(key(cursor)?));
    }
    if cursor.eat("unique") {
        return Ok(ConstraintBody::Unique(key(cursor)?));
    }
    if cursor.eat("check") {
        return Ok(ConstraintBody::Check(cursor.parenthesized_expression()?));
    }
    if cursor.eat("foreign key") {
        let columns = cursor.name_list()?;
        cursor.expect("references")?;
        return Ok(ConstraintBody::Foreign(reference(cursor, columns)?));
    }
    cursor.expect("exclude")?;
    Ok(ConstraintBody::Exclude(Box::new(index::exclusion(cursor)?)))
}

fn key(cursor: &mut Cursor) -> Parsed<Key> {
    let nulls_not_distinct = nulls_not_distinct(cursor);
    let mut key = Key { columns: Vec::new(), include: Vec::new(), nulls_not_distinct, using_index: None };
    if cursor.eat("using index") {
        key.using_index = Some(cursor.name()?);
        return Ok(key);
    }
    key.columns = cursor.name_list()?;
    if cursor.eat("include") {
        key.include = cursor.name_list()?;
    }
    index_parameters(cursor)?;
    Ok(key)
}

fn reference(cursor: &mut Cursor, columns: Vec<Name>) -> Parsed<Reference> {
    let target = cursor.path()?;
    let target_columns = match cursor.token(0) {
        Token::LParen => cursor.name_list()?,
        _ => Vec::new(),
    };
    let mut reference = Reference {
        columns,
        target,
        target_columns,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    };
    loop {
        if cursor.eat("on delete") {
            reference.on_delete = action(cursor)?;
        } else if cursor.eat("on update") {
            reference.on_update = action(cursor)?;
        } else if cursor.eat("match") {
            cursor.label()?;
        } else {
            return Ok(reference);
        }
    }
}

fn action(cursor: &mut Cursor) -> Parsed<ReferentialAction> {
    const ACTIONS: &[(&str, ReferentialAction)] = &[
        ("no action", ReferentialAction::NoAction),
        ("restrict", ReferentialAction::Restrict),
        ("cascade", ReferentialAction::Cascade),
        ("set null", ReferentialAction::SetNull),
        ("set default", ReferentialAction::SetDefault),
    ];
    let action = ACTIONS.iter().find(|(words, _)| cursor.eat(words));
    action.map(|(_, action)| *action).ok_or_else(|| cursor.unexpected("a referential action"))
}

/// `[NOT] DEFERRABLE [INITIALLY …]`.
pub(super) fn deferral(cursor: &mut Cursor) -> Deferral {
    if cursor.eat("initially deferred") {
        cursor.eat("deferrable");
        return Some(true);
    }
    if cursor.eat("deferrable") {
        let deferred = cursor.eat("initially deferred");
        if !deferred {
            cursor.eat("initially immediate");
        }
        return Some(deferred);
    }
    if cursor.eat("not deferrable") {
        cursor.eat("initially immediate");
    }
    None
}
