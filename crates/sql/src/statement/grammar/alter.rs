//! `ALTER …`.

use sqlparser::tokenizer::Token;

use super::{cascade, if_exists, object, sequence, table, types};
use crate::statement::{
    AlterTable, ColumnSpec, Cursor, ExtensionChange, ObjectKind, Parsed, Path, Persistence, SequenceOptions,
    Statement, TableAction,
};

pub(super) fn statement(cursor: &mut Cursor) -> Parsed<Statement> {
    let Some(kind) = super::object_kind(cursor) else { return object::alter_other(cursor) };
    let if_exists = if_exists(cursor);
    if cursor.eat("all in tablespace") {
        cursor.skip_rest();
        return Ok(Statement::NoEffect);
    }
    let only = cursor.eat("only");
    let name = match kind {
        ObjectKind::Namespace | ObjectKind::Extension => Path { namespace: None, name: cursor.name()? },
        _ => cursor.path()?,
    };
    cursor.eat_token(&Token::Mul);
    if cursor.eat("rename to") {
        return Ok(Statement::Rename { kind, name, to: cursor.name()?, if_exists });
    }
    if cursor.eat("set schema") {
        let to = cursor.name()?;
        if kind == ObjectKind::Extension {
            return Ok(Statement::AlterExtension {
                name: name.name,
                change: ExtensionChange::SetNamespace(to),
            });
        }
        return Ok(Statement::SetNamespace { kind, name, to, if_exists });
    }
    if cursor.eat("owner to") {
        cursor.label()?;
        return Ok(Statement::NoEffect);
    }
    match kind {
        ObjectKind::Sequence => alter_sequence(cursor, name, if_exists),
        ObjectKind::Type => types::alter_type(cursor, name),
        ObjectKind::Domain => types::alter_domain(cursor, name),
        ObjectKind::Extension => extension(cursor, name),
        ObjectKind::Namespace => Err(cursor.unexpected("RENAME or OWNER")),
        ObjectKind::Index => index(cursor, name),
        _ => {
            let actions = cursor.separated(action)?;
            Ok(Statement::AlterTable(AlterTable { kind, name, if_exists, only, actions }))
        }
    }
}

fn alter_sequence(cursor: &mut Cursor, name: Path, if_exists: bool) -> Parsed<Statement> {
    if cursor.eat("set logged") || cursor.eat("set unlogged") {
        return Ok(Statement::NoEffect);
    }
    Ok(Statement::AlterSequence { name, if_exists, options: sequence::options(cursor)? })
}

fn extension(cursor: &mut Cursor, name: Path) -> Parsed<Statement> {
    let change = if cursor.eat("update") {
        let version = if cursor.eat("to") { Some(object::version(cursor)?) } else { None };
        ExtensionChange::Update(version)
    } else if cursor.sees("add") || cursor.sees("drop") {
        cursor.skip_rest();
        ExtensionChange::Member
    } else {
        return Err(cursor.unexpected("UPDATE, SET SCHEMA, ADD or DROP"));
    };
    Ok(Statement::AlterExtension { name: name.name, change })
}

fn index(cursor: &mut Cursor, name: Path) -> Parsed<Statement> {
    if cursor.eat("attach partition") {
        cursor.path()?;
    } else if cursor.eat("alter") {
        cursor.eat("column");
        cursor.integer()?;
        cursor.expect("set statistics")?;
        cursor.integer()?;
    } else if ["no depends on extension", "depends on extension", "set tablespace"]
        .into_iter()
        .any(|words| cursor.eat(words))
    {
        cursor.name()?;
    } else if cursor.eat("set") || cursor.eat("reset") {
        cursor.skip_parenthesized()?;
    } else {
        return Err(cursor.unexpected("a change of an index"));
    }
    let action = TableAction::Untracked { column: None };
    Ok(Statement::AlterTable(AlterTable {
        kind: ObjectKind::Index,
        name,
        if_exists: false,
        only: false,
        actions: vec![action],
    }))
}

fn action(cursor: &mut Cursor) -> Parsed<TableAction> {
    if cursor.eat("add") {
        return add(cursor);
    }
    if cursor.eat("drop") {
        return drop(cursor);
    }
    if cursor.eat("alter constraint") {
        let name = cursor.name()?;
        let deferral = table::deferral(cursor);
        return Ok(TableAction::AlterConstraint { name, deferral });
    }
    if cursor.eat("alter") {
        cursor.eat("column");
        return column(cursor);
    }
    if cursor.eat("rename") {
        return rename(cursor);
    }
    if cursor.eat("validate constraint") {
        return Ok(TableAction::ValidateConstraint { name: cursor.name()? });
    }
    if cursor.eat("inherit") {
        return Ok(TableAction::Inherit { parent: cursor.path()? });
    }
    if cursor.eat("no inherit") {
        return Ok(TableAction::NoInherit { parent: cursor.path()? });
    }
    if cursor.eat("attach partition") {
        let child = cursor.path()?;
        return Ok(TableAction::AttachPartition { child, bound: table::partition_bound(cursor)? });
    }
    if cursor.eat("detach partition") {
        let child = cursor.path()?;
        if !cursor.eat("concurrently") {
            cursor.eat("finalize");
        }
        return Ok(TableAction::DetachPartition { child });
    }
    untracked(cursor)
}

fn add(cursor: &mut Cursor) -> Parsed<TableAction> {
    let constraint = ["constraint", "primary key", "foreign key", "check", "exclude using"]
        .iter()
        .any(|words| cursor.sees(words))
        || (cursor.sees("unique")
            && !matches!(cursor.token(1), Token::Word(word) if !word.value.eq_ignore_ascii_case("nulls") && !word.value.eq_ignore_ascii_case("using")))
        || cursor.sees("exclude") && matches!(cursor.token(1), Token::LParen);
    if constraint {
        return Ok(TableAction::AddConstraint(Box::new(table::constraint(cursor)?)));
    }
    cursor.eat("column");
    let if_not_exists = super::if_not_exists(cursor);
    let column: ColumnSpec = table::column(cursor, true)?;
    Ok(TableAction::AddColumn { column: Box::new(column), if_not_exists })
}

fn drop(cursor: &mut Cursor) -> Parsed<TableAction> {
    if cursor.eat("constraint") {
        let if_exists = if_exists(cursor);
        let name = cursor.name()?;
        return Ok(TableAction::DropConstraint { name, if_exists, cascade: cascade(cursor) });
    }
    cursor.eat("column");
    let if_exists = if_exists(cursor);
    let name = cursor.name()?;
    Ok(TableAction::DropColumn { name, if_exists, cascade: cascade(cursor) })
}

fn rename(cursor: &mut Cursor) -> Parsed<TableAction> {
    if cursor.eat("constraint") {
        let name = cursor.name()?;
        cursor.expect("to")?;
        return Ok(TableAction::RenameConstraint { name, to: cursor.name()? });
    }
    cursor.eat("column");
    let name = cursor.name()?;
    cursor.expect("to")?;
    Ok(TableAction::RenameColumn { name, to: cursor.name()? })
}

/// What stands behind `ALTER [COLUMN]`.
fn column(cursor: &mut Cursor) -> Parsed<TableAction> {
    let column = cursor.name()?;
    if cursor.eat("set data type") || cursor.eat("type") {
        let ty = cursor.type_name()?;
        if cursor.eat("collate") {
            cursor.path()?;
        }
        let using = if cursor.eat("using") { Some(cursor.expression()?) } else { None };
        return Ok(TableAction::SetType { column, ty, using });
    }
    if cursor.eat("set default") {
        return Ok(TableAction::SetDefault { column, value: cursor.default_expression()? });
    }
    if cursor.eat("drop default") {
        return Ok(TableAction::DropDefault { column });
    }
    if cursor.eat("set not null") {
        return Ok(TableAction::SetNotNull { column });
    }
    if cursor.eat("drop not null") {
        return Ok(TableAction::DropNotNull { column });
    }
    if cursor.eat("add generated") {
        let always = cursor.eat("always");
        if !always {
            cursor.expect("by default")?;
        }
        cursor.expect("as identity")?;
        return Ok(TableAction::AddIdentity {
            column,
            always,
            options: sequence::parenthesized_options(cursor)?,
        });
    }
    if cursor.eat("drop identity") {
        return Ok(TableAction::DropIdentity { column, if_exists: if_exists(cursor) });
    }
    if cursor.eat("drop expression") {
        return Ok(TableAction::DropExpression { column, if_exists: if_exists(cursor) });
    }
    if cursor.sees("set generated") || cursor.sees("restart") || sees_sequence_option(cursor) {
        return set_identity(cursor, column);
    }
    column_storage(cursor)?;
    Ok(TableAction::Untracked { column: Some(column) })
}

fn sees_sequence_option(cursor: &Cursor) -> bool {
    ["increment", "minvalue", "maxvalue", "no", "start", "cache", "cycle"]
        .iter()
        .any(|word| cursor.sees(&format!("set {word}")))
}

fn set_identity(cursor: &mut Cursor, column: driftless_ir::Name) -> Parsed<TableAction> {
    let (mut always, mut options) = (None, SequenceOptions::default());
    loop {
        if cursor.eat("set generated always") {
            always = Some(true);
        } else if cursor.eat("set generated by default") {
            always = Some(false);
        } else if cursor.sees("restart") || cursor.eat("set") {
            sequence::option(cursor, &mut options)?;
        } else {
            return Ok(TableAction::SetIdentity { column, always, options });
        }
    }
}

fn column_storage(cursor: &mut Cursor) -> Parsed<()> {
    if cursor.eat("set statistics") {
        cursor.integer()?;
    } else if cursor.eat("set storage") || cursor.eat("set compression") {
        cursor.label()?;
    } else if cursor.eat("set") || cursor.eat("reset") {
        cursor.skip_parenthesized()?;
    } else {
        return Err(cursor.unexpected("a change of a column"));
    }
    Ok(())
}

/// Actions on what the model does not hold.
fn untracked(cursor: &mut Cursor) -> Parsed<TableAction> {
    if cursor.eat("set logged") {
        return Ok(TableAction::SetPersistence(Persistence::Permanent));
    }
    if cursor.eat("set unlogged") {
        return Ok(TableAction::SetPersistence(Persistence::Unlogged));
    }
    for (words, for_owner, on) in
        [("enable", false, true), ("disable", false, false), ("force", true, true), ("no force", true, false)]
    {
        if cursor.eat(&format!("{words} row level security")) {
            return Ok(TableAction::RowSecurity { for_owner, on });
        }
    }
    if cursor.sees("enable") || cursor.sees("disable") {
        return switch(cursor);
    }
    let with_name =
        ["owner to", "cluster on", "set tablespace", "set access method", "replica identity using index"];
    if with_name.iter().any(|words| cursor.eat(words)) {
        cursor.label()?;
    } else if cursor.eat("set without cluster") || cursor.eat("set without oids") {
    } else if cursor.eat("replica identity") {
        cursor.label()?;
    } else if cursor.eat("set") || cursor.eat("reset") || cursor.eat("options") {
        cursor.skip_parenthesized()?;
    } else {
        return Err(cursor.unexpected("a change of a table"));
    }
    Ok(TableAction::Untracked { column: None })
}

fn switch(cursor: &mut Cursor) -> Parsed<TableAction> {
    cursor.skip();
    if !cursor.eat("always") {
        cursor.eat("replica");
    }
    if cursor.eat("rule") {
        cursor.name()?;
        return Ok(TableAction::Untracked { column: None });
    }
    cursor.expect("trigger")?;
    if cursor.eat("all") || cursor.eat("user") {
        return Ok(TableAction::SwitchTrigger { name: None });
    }
    Ok(TableAction::SwitchTrigger { name: Some(cursor.name()?) })
}
