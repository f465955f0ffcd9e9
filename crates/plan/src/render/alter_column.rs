//! What changes about a column.

use std::fmt::{self, Write};

use driftless_ir::{ColumnDefault, ColumnWalker};

use super::alter_table::{add_column, retyped};
use super::fragment::{Type, push_default};
use super::name::{ObjectName, quote};
use super::sequence::{added_name, bounding_type, owned_sequence, serial_sequence};
use super::{Script, Style, catalog_test};
use crate::Pair;
use crate::step::{AlterColumn, AlterTable, By, Cast, DefaultChange, Nullability, Retype, Shape, Toggle};

/// The clauses that the reference writes for a column, in its order: NULL, default, sequence, type.
pub(super) fn plain_clauses(
    columns: Pair<ColumnWalker<'_>>,
    change: &AlterColumn,
) -> Result<Vec<String>, fmt::Error> {
    let retype = change.conversion.map(|conversion| conversion.plain);
    if retype == Some(Retype::Recreate) {
        let drop = format!("DROP COLUMN {}", columns.previous.name());
        return Ok(vec![drop, add_column(columns.next, Style::Plain, "    ")?]);
    }
    let alter = format!("ALTER COLUMN {}", columns.next.name());
    let mut clauses = Vec::new();
    clauses.extend(change.nullability.map(|nullability| null_clause(&alter, nullability)));
    clauses.extend(default_clause(&alter, columns.next, change, Style::Plain)?);
    match change.autoincrement {
        Some(Toggle::On) => {
            let name = added_name(columns.next.table(), columns.next);
            clauses.push(format!("{alter} SET DEFAULT nextval({})", name.constant(Style::Plain)));
        }
        Some(Toggle::Off) if change.default.is_none() => clauses.push(format!("{alter} DROP DEFAULT")),
        _ => {}
    }
    clauses.extend(retype.map(|retype| type_clause(&alter, columns.next, retype)));
    Ok(clauses)
}

fn null_clause(alter: &str, nullability: Nullability) -> String {
    match nullability {
        Nullability::Required => format!("{alter} SET NOT NULL"),
        Nullability::Optional => format!("{alter} DROP NOT NULL"),
    }
}

fn default_clause(
    alter: &str,
    next: ColumnWalker<'_>,
    change: &AlterColumn,
    style: Style,
) -> Result<Option<String>, fmt::Error> {
    Ok(match change.default {
        Some(DefaultChange::Set) => {
            let mut clause = format!("{alter} SET DEFAULT ");
            push_default(next, style, &mut clause)?.then_some(clause)
        }
        Some(DefaultChange::Drop) => Some(format!("{alter} DROP DEFAULT")),
        None => None,
    })
}

fn type_clause(alter: &str, next: ColumnWalker<'_>, retype: Retype) -> String {
    let ty = Type::of(next);
    match retype {
        Retype::Using(cast) => {
            format!("{alter} SET DATA TYPE {ty} USING {}", cast_expression(next, cast))
        }
        Retype::Set | Retype::Recreate => format!("{alter} SET DATA TYPE {ty}"),
    }
}

/// The expression that casts the values of a column to its next type.
fn cast_expression(next: ColumnWalker<'_>, cast: Cast) -> String {
    let name = next.name();
    let (ty, array) = (Type::of(next), next.get().ty.array);
    let value = match cast.shape {
        Shape::FirstElement => format!("({name})[1]"),
        Shape::Same | Shape::OneElement => name.to_string(),
    };
    let value = match cast.by {
        By::Direct => value,
        By::Utc => format!("({value} AT TIME ZONE 'UTC')"),
        By::Through(builtin) => {
            format!("{value}::{builtin}{}", if array && cast.shape == Shape::Same { "[]" } else { "" })
        }
    };
    match cast.shape {
        Shape::OneElement => format!("CASE WHEN {name} IS NULL THEN NULL ELSE ARRAY[{value}]::{ty} END"),
        Shape::Same | Shape::FirstElement => format!("{value}::{ty}"),
    }
}

impl<'a> Script<'a, '_> {
    /// The clauses of a column that keeps its type, as far as they need no test. A column that must be filled first is
    /// left to [`Self::fill_required`].
    pub(super) fn repeatable_clauses(&self, change: &AlterColumn) -> Result<Vec<String>, fmt::Error> {
        let columns = self.plan.schemas.columns(change.columns);
        let alter = format!("ALTER COLUMN {}", columns.next.name());
        let mut clauses = Vec::new();
        if change.autoincrement == Some(Toggle::Off) {
            clauses.extend(drop_fillings(&alter, change.default.is_none()));
        }
        clauses.extend(default_clause(&alter, columns.next, change, self.style)?);
        if !must_be_filled(columns.next, change) {
            clauses.extend(change.nullability.map(|nullability| null_clause(&alter, nullability)));
        }
        Ok(clauses)
    }

    /// Fills columns that cease to take NULL and have a default, before they do.
    pub(super) fn fill_required(&mut self, table: ObjectName<'_>, alter: &AlterTable) -> fmt::Result {
        let kept = alter.altered.iter().filter(|change| change.conversion.is_none());
        for change in kept {
            let column = self.plan.schemas.next.column(change.columns.next);
            if must_be_filled(column, change) {
                let name = column.name();
                writeln!(
                    self.open("FillColumn"),
                    "UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL;"
                )?;
                writeln!(self.open("AlterTable"), "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;")?;
            }
        }
        Ok(())
    }

    /// All columns whose values are cast, in one statement: the table is rewritten once.
    pub(super) fn convert_columns(&mut self, table: ObjectName<'_>, alter: &AlterTable) -> fmt::Result {
        let changes: Vec<_> = retyped(alter, |retype| retype != Retype::Recreate).collect();
        if changes.is_empty() {
            return Ok(());
        }
        let schemas = self.plan.schemas;
        let mut clauses = Vec::new();
        for change in &changes {
            clauses.extend(conversion_clauses(schemas.columns(change.columns), change)?);
        }
        let columns = changes.iter().map(|change| schemas.next.column(change.columns.next));
        let test = catalog_test::has_other_types(table, columns);
        let statement = format!("ALTER TABLE {table} {}", clauses.join(",\n            "));
        self.guarded("AlterTable", &test, &[statement])
    }

    /// Columns whose values no expression casts: one block each, so that a value is never lost twice.
    pub(super) fn recreate_columns(&mut self, table: ObjectName<'_>, alter: &AlterTable) -> fmt::Result {
        for change in retyped(alter, |retype| retype == Retype::Recreate) {
            let column = self.plan.schemas.next.column(change.columns.next);
            let test = catalog_test::has_other_types(table, std::iter::once(column));
            let add = add_column(column, self.style, "")?;
            let statement = format!("ALTER TABLE {table} DROP COLUMN {}, {add}", column.name());
            self.guarded("AlterTable", &test, &[statement])?;
        }
        Ok(())
    }

    pub(super) fn change_sequences(&mut self, table: ObjectName<'_>, alter: &AlterTable) -> fmt::Result {
        for change in &alter.altered {
            let columns = self.plan.schemas.columns(change.columns);
            let is_recreated =
                change.conversion.is_some_and(|conversion| conversion.guarded == Retype::Recreate);
            match change.autoincrement {
                _ if is_recreated => {}
                Some(Toggle::On) => self.add_sequence(table, columns.next)?,
                Some(Toggle::Off) => self.drop_sequence(table, columns.next)?,
                None if change.conversion.is_some() && columns.next.is_autoincrement() => {
                    self.widen_sequence(table, columns.next)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// A new sequence begins after the greatest value that is there.
    fn add_sequence(&mut self, table: ObjectName<'_>, column: ColumnWalker<'a>) -> fmt::Result {
        let sequence = serial_sequence(column.table(), column);
        let (name, constant, owner) = (&sequence.sql, sequence.constant(Style::Guarded), column.name());
        let label = quote(owner.as_str());
        let test = format!(
            "NOT EXISTS (SELECT 1 FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = to_regclass({}) AND attname = {label} AND pg_get_expr(adbin, adrelid) LIKE 'nextval(%')",
            table.quoted()
        );
        let ty = bounding_type(column).map(|ty| format!(" AS {ty}")).unwrap_or_default();
        let statements = [
            format!("CREATE SEQUENCE IF NOT EXISTS {name}{ty} OWNED BY {table}.{owner}"),
            format!("PERFORM setval({constant}, GREATEST((SELECT max({owner}) FROM {table}), 0) + 1, false)"),
            format!("ALTER TABLE {table} ALTER COLUMN {owner} SET DEFAULT nextval({constant})"),
        ];
        self.guarded("AlterTable", &test, &statements)
    }

    /// Whatever the sequence is called: the one that the column owns.
    fn drop_sequence(&mut self, table: ObjectName<'_>, column: ColumnWalker<'a>) -> fmt::Result {
        let owned = owned_sequence(table, column.name());
        let statement = format!("EXECUTE 'DROP SEQUENCE ' || {owned}");
        self.guarded("AlterTable", &format!("{owned} IS NOT NULL"), &[statement])
    }

    fn widen_sequence(&mut self, table: ObjectName<'_>, column: ColumnWalker<'a>) -> fmt::Result {
        let Some(ty) = bounding_type(column) else { return Ok(()) };
        let owned = owned_sequence(table, column.name());
        let regtype = quote(&ty.to_string().to_lowercase());
        let test = format!(
            "EXISTS (SELECT 1 FROM pg_sequence WHERE seqrelid = to_regclass({owned}) AND seqtypid <> to_regtype({regtype}))"
        );
        let statement = format!("EXECUTE 'ALTER SEQUENCE ' || {owned} || {}", quote(&format!(" AS {ty}")));
        self.guarded("AlterTable", &test, &[statement])
    }
}

/// A source that speaks of a sequence may mean an identity.
fn drop_fillings(alter: &str, drop_default: bool) -> Vec<String> {
    let mut clauses = vec![format!("{alter} DROP IDENTITY IF EXISTS")];
    clauses.extend(drop_default.then(|| format!("{alter} DROP DEFAULT")));
    clauses
}

/// Whether rows may hold NULL for which the next schema has a value.
fn must_be_filled(next: ColumnWalker<'_>, change: &AlterColumn) -> bool {
    use ColumnDefault::{Array, Expression, Literal, Now};
    let has_value = match &next.get().default {
        Some(Literal(_) | Array(_) | Now) => true,
        Some(Expression(expr)) => !expr.text.is_empty(),
        _ => false,
    };
    change.nullability == Some(Nullability::Required) && has_value
}

/// A default in the way of the cast goes first and comes back after.
fn conversion_clauses(
    columns: Pair<ColumnWalker<'_>>,
    change: &AlterColumn,
) -> Result<Vec<String>, fmt::Error> {
    let alter = format!("ALTER COLUMN {}", columns.next.name());
    let retype = change.conversion.map_or(Retype::Set, |conversion| conversion.guarded);
    let default = columns.previous.get().default.as_ref();
    let stays_serial = change.autoincrement.is_none() && columns.previous.is_autoincrement();
    let is_in_the_way = matches!(retype, Retype::Using(_)) || change.default.is_some();
    let mut clauses = Vec::new();
    if change.autoincrement == Some(Toggle::Off) {
        clauses.extend(drop_fillings(&alter, true));
    } else if default.is_some() && is_in_the_way && !stays_serial {
        clauses.push(format!("{alter} DROP DEFAULT"));
    }
    clauses.push(type_clause(&alter, columns.next, retype));
    let mut set = format!("{alter} SET DEFAULT ");
    if is_in_the_way && push_default(columns.next, Style::Guarded, &mut set)? {
        clauses.push(set);
    }
    clauses.extend(change.nullability.map(|nullability| null_clause(&alter, nullability)));
    Ok(clauses)
}
