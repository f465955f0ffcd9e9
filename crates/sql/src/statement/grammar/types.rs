//! Enums, domains, composite types.

use driftless_ir::Name;
use sqlparser::tokenizer::Token;

use crate::statement::{
    CompositeChange, Cursor, DomainChange, DomainConstraint, EnumChange, EnumPlace, Parsed, Path, Statement,
};

pub(super) fn create(cursor: &mut Cursor) -> Parsed<Statement> {
    let name = cursor.path()?;
    if cursor.eat("as enum") {
        cursor.expect_token(&Token::LParen)?;
        let values = match cursor.token(0) {
            Token::RParen => Vec::new(),
            _ => cursor.separated(enum_value)?,
        };
        cursor.expect_token(&Token::RParen)?;
        return Ok(Statement::CreateEnum { name, values });
    }
    if cursor.eat("as range") {
        cursor.skip_parenthesized()?;
        return Ok(Statement::CreateOtherType { name });
    }
    if cursor.eat("as") {
        let column = |cursor: &mut Cursor| {
            let column = (cursor.name()?, cursor.type_name()?);
            if cursor.eat("collate") {
                cursor.path()?;
            }
            Ok(column)
        };
        return Ok(Statement::CreateComposite { name, columns: cursor.parenthesized(column)? });
    }
    if matches!(cursor.token(0), Token::LParen) {
        cursor.skip_parenthesized()?;
    }
    Ok(Statement::CreateOtherType { name })
}

/// The name of an enum's value. Longer ones than 63 bytes are refused and not cut, so nothing is folded or cut here.
fn enum_value(cursor: &mut Cursor) -> Parsed<Name> {
    Ok(Name::from(&*cursor.string()?))
}

pub(super) fn create_domain(cursor: &mut Cursor) -> Parsed<Statement> {
    let name = cursor.path()?;
    cursor.eat("as");
    let base = cursor.type_name()?;
    let mut constraints = Vec::new();
    loop {
        if cursor.eat("collate") {
            cursor.path()?;
            continue;
        }
        let constraint_name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
        let constraint = if cursor.eat("default") {
            DomainConstraint::Default(cursor.default_expression()?)
        } else if cursor.eat("not null") {
            DomainConstraint::NotNull
        } else if cursor.eat("null") {
            DomainConstraint::Null
        } else if cursor.eat("check") {
            DomainConstraint::Check(cursor.parenthesized_expression()?)
        } else {
            return Ok(Statement::CreateDomain { name, base, constraints });
        };
        constraints.push((constraint_name, constraint));
    }
}

/// What stands behind `ALTER TYPE name` and is only for types: changes of an enum or a composite type.
pub(super) fn alter_type(cursor: &mut Cursor, name: Path) -> Parsed<Statement> {
    if cursor.eat("add value") {
        let if_not_exists = cursor.eat("if not exists");
        let value = enum_value(cursor)?;
        let place = if cursor.eat("before") {
            Some((EnumPlace::Before, enum_value(cursor)?))
        } else if cursor.eat("after") {
            Some((EnumPlace::After, enum_value(cursor)?))
        } else {
            None
        };
        return Ok(Statement::AlterEnum {
            name,
            change: EnumChange::AddValue { value, if_not_exists, place },
        });
    }
    if cursor.eat("rename value") {
        let from = enum_value(cursor)?;
        cursor.expect("to")?;
        return Ok(Statement::AlterEnum {
            name,
            change: EnumChange::RenameValue { from, to: enum_value(cursor)? },
        });
    }
    if cursor.eat("set") {
        cursor.skip_parenthesized()?;
        return Ok(Statement::NoEffect);
    }
    let changes = cursor.separated(composite_change)?;
    Ok(Statement::AlterComposite { name, changes })
}

fn composite_change(cursor: &mut Cursor) -> Parsed<CompositeChange> {
    let change = if cursor.eat("add attribute") {
        CompositeChange::Add(cursor.name()?, cursor.type_name()?)
    } else if cursor.eat("drop attribute") {
        let if_exists = cursor.eat("if exists");
        CompositeChange::Drop { name: cursor.name()?, if_exists }
    } else if cursor.eat("alter attribute") {
        let name = cursor.name()?;
        cursor.eat("set data");
        cursor.expect("type")?;
        CompositeChange::SetType(name, cursor.type_name()?)
    } else {
        cursor.expect("rename attribute")?;
        let name = cursor.name()?;
        cursor.expect("to")?;
        CompositeChange::Rename { name, to: cursor.name()? }
    };
    super::cascade(cursor);
    Ok(change)
}

/// What stands behind `ALTER DOMAIN name` and is only for domains.
pub(super) fn alter_domain(cursor: &mut Cursor, name: Path) -> Parsed<Statement> {
    let change = if cursor.eat("set default") {
        DomainChange::SetDefault(cursor.default_expression()?)
    } else if cursor.eat("drop default") {
        DomainChange::DropDefault
    } else if cursor.eat("set not null") {
        DomainChange::SetNotNull
    } else if cursor.eat("drop not null") {
        DomainChange::DropNotNull
    } else if cursor.eat("drop constraint") {
        let if_exists = cursor.eat("if exists");
        let name = cursor.name()?;
        super::cascade(cursor);
        DomainChange::DropConstraint { name, if_exists }
    } else if cursor.eat("rename constraint") {
        let name = cursor.name()?;
        cursor.expect("to")?;
        DomainChange::RenameConstraint { name, to: cursor.name()? }
    } else if cursor.eat("validate constraint") {
        DomainChange::ValidateConstraint { name: cursor.name()? }
    } else {
        cursor.expect("add")?;
        let name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
        cursor.expect("check")?;
        let condition = cursor.parenthesized_expression()?;
        cursor.eat("not valid");
        DomainChange::AddCheck { name, condition }
    };
    Ok(Statement::AlterDomain { name, change })
}
