//! What changes within a table.
//!
//! The reference puts it all into one `ALTER TABLE`, with statements about sequences around it. The guarded style puts
//! together what can run again as it is, and gives a block of its own to each change that cannot.

use std::fmt::{self, Write};

use driftless_ir::{ColumnId, ColumnWalker, IndexWalker, Name, TableWalker};

use super::alter_column::plain_clauses;
use super::fragment::push_column;
use super::name::{ObjectName, list};
use super::sequence::{added_name, bounding_type, serial_sequence};
use super::{Script, Style, catalog_test};
use crate::Pair;
use crate::step::{AlterColumn, AlterTable, Conversion, PrimaryKeyChange, Retype, Toggle};

impl<'a> Script<'a, '_> {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) -> fmt::Result {
        if self.is_guarded() { self.alter_table_guarded(alter) } else { self.alter_table_plain(alter) }
    }

    fn alter_table_plain(&mut self, alter: &AlterTable) -> fmt::Result {
        use PrimaryKeyChange::{Add, Drop, Rebuild, Rename, Replace};
        let tables = self.plan.schemas.tables(alter.tables);
        let table = ObjectName::table(tables.next);
        let keys = tables.map(TableWalker::primary_key);
        let mut clauses = Vec::new();
        if let (Some(key), Some(Drop | Replace | Rebuild)) = (keys.previous, alter.primary_key) {
            clauses.push(format!("DROP CONSTRAINT {}", key.name()));
        }
        clauses.extend(alter.dropped.iter().map(|id| self.drop_column(*id, "")));
        for id in &alter.added {
            clauses.push(add_column(self.plan.schemas.next.column(*id), self.style, "    ")?);
        }
        for column in &alter.altered {
            clauses.extend(plain_clauses(self.plan.schemas.columns(column.columns), column)?);
        }
        if let (Some(key), Some(Add | Replace | Rebuild)) = (keys.next, alter.primary_key) {
            clauses.push(add_key(key));
        }
        let sequences = self.plain_sequences(alter);
        let out = self.open("AlterTable");
        sequences.before.iter().try_for_each(|statement| writeln!(out, "{statement};"))?;
        if !clauses.is_empty() {
            writeln!(out, "ALTER TABLE {table} {};", clauses.join(",\n"))?;
        }
        sequences.after.iter().try_for_each(|statement| writeln!(out, "{statement};"))?;
        match (keys.transpose(), alter.primary_key) {
            (Some(keys), Some(Rename)) => writeln!(out, "{};", rename_key(table, keys)),
            _ => Ok(()),
        }
    }

    fn plain_sequences(&self, alter: &AlterTable) -> Around {
        let mut around = Around { before: Vec::new(), after: Vec::new() };
        for change in &alter.altered {
            let columns = self.plan.schemas.columns(change.columns);
            let table = columns.next.table();
            let is_recreated =
                change.conversion.is_some_and(|conversion| conversion.plain == Retype::Recreate);
            match change.autoincrement {
                _ if is_recreated => {}
                Some(Toggle::On) => {
                    let name = added_name(table, columns.next).sql;
                    let column = columns.next.name();
                    around.before.push(format!("CREATE SEQUENCE {name}"));
                    around.after.push(format!(
                        "ALTER SEQUENCE {name} OWNED BY {}.{column}",
                        ObjectName::table(table)
                    ));
                }
                Some(Toggle::Off) => {
                    let name = self.sequence_to_drop(columns.previous);
                    around.after.extend(name.map(|name| format!("DROP SEQUENCE IF EXISTS {}", name.sql)));
                }
                None if change.conversion.is_some() && columns.next.is_autoincrement() => {
                    let name = serial_sequence(columns.previous.table(), columns.previous).sql;
                    let ty = bounding_type(columns.next);
                    around.after.extend(ty.map(|ty| format!("ALTER SEQUENCE IF EXISTS {name} AS {ty}")));
                }
                None => {}
            }
        }
        around
    }

    fn alter_table_guarded(&mut self, alter: &AlterTable) -> fmt::Result {
        let tables = self.plan.schemas.tables(alter.tables);
        let table = ObjectName::table(tables.next);
        self.drop_key_guarded(alter)?;
        self.alter_repeatable(table, alter)?;
        self.fill_required(table, alter)?;
        self.convert_columns(table, alter)?;
        self.recreate_columns(table, alter)?;
        self.change_sequences(table, alter)?;
        self.add_key_guarded(alter)
    }

    /// The changes that can be made again without a test.
    fn alter_repeatable(&mut self, table: ObjectName<'_>, alter: &AlterTable) -> fmt::Result {
        let mut clauses: Vec<_> =
            alter.dropped.iter().map(|id| self.drop_column(*id, "IF EXISTS ")).collect();
        for id in &alter.added {
            clauses.push(add_column(self.plan.schemas.next.column(*id), self.style, "IF NOT EXISTS ")?);
        }
        for column in alter.altered.iter().filter(|column| column.conversion.is_none()) {
            clauses.extend(self.repeatable_clauses(column)?);
        }
        if clauses.is_empty() {
            return Ok(());
        }
        writeln!(self.open("AlterTable"), "ALTER TABLE {table} {};", clauses.join(",\n"))?;
        let next = self.plan.schemas.next;
        self.free_serials(alter.added.iter().map(|id| next.column(*id)))
    }

    fn drop_column(&self, previous: ColumnId, if_exists: &str) -> String {
        format!("DROP COLUMN {if_exists}{}", self.plan.schemas.previous.column(previous).name())
    }

    fn drop_key_guarded(&mut self, alter: &AlterTable) -> fmt::Result {
        let tables = self.plan.schemas.tables(alter.tables);
        let table = ObjectName::table(tables.next);
        let keys = tables.map(TableWalker::primary_key);
        let Some(previous) = keys.previous else { return Ok(()) };
        let name = previous.name();
        match (alter.primary_key, keys.next) {
            (Some(PrimaryKeyChange::Replace), Some(next)) if next.name() == name => {
                let names = next.columns().map(ColumnWalker::name);
                let differs = catalog_test::columns_differ("conkey", "conrelid", names);
                let test = catalog_test::has_constraint_that(table, name, &[differs]);
                self.guarded("AlterTable", &test, &[format!("ALTER TABLE {table} DROP CONSTRAINT {name}")])
            }
            (Some(PrimaryKeyChange::Drop | PrimaryKeyChange::Replace), _) => {
                writeln!(self.open("AlterTable"), "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};")
            }
            _ => Ok(()),
        }
    }

    fn add_key_guarded(&mut self, alter: &AlterTable) -> fmt::Result {
        use PrimaryKeyChange::{Add, Drop, Rebuild, Rename, Replace};
        let tables = self.plan.schemas.tables(alter.tables);
        let table = ObjectName::table(tables.next);
        let keys = tables.map(TableWalker::primary_key);
        let Some(key) = keys.next else { return Ok(()) };
        let went_with_column = keys.previous.is_some_and(|key| {
            key.columns().any(|column| self.retype_of(column, |c| c.guarded) == Some(Retype::Recreate))
        });
        match alter.primary_key {
            Some(Add | Replace) => self.add_missing_key(table, key),
            Some(Rebuild) if went_with_column => self.add_missing_key(table, key),
            Some(Rebuild | Rename) => self.rename_key_guarded(table, keys),
            Some(Drop) | None => Ok(()),
        }
    }

    fn add_missing_key(&mut self, table: ObjectName<'_>, key: IndexWalker<'_>) -> fmt::Result {
        let statement = format!("ALTER TABLE {table} {}", add_key(key));
        self.guarded("AlterTable", &catalog_test::has_no_primary_key(table), &[statement])
    }

    fn rename_key_guarded(
        &mut self,
        table: ObjectName<'_>,
        keys: Pair<Option<IndexWalker<'a>>>,
    ) -> fmt::Result {
        match keys.transpose().filter(|keys| keys.map(IndexWalker::name).differs()) {
            None => Ok(()),
            Some(keys) => {
                let test = catalog_test::has_constraint(table, keys.previous.name());
                self.guarded("AlterTable", &test, &[rename_key(table, keys)])
            }
        }
    }

    /// How a column of the previous schema gets another type in a style.
    pub(super) fn retype_of(
        &self,
        previous: ColumnWalker<'a>,
        style: impl Fn(Conversion) -> Retype,
    ) -> Option<Retype> {
        self.conversions.get(&previous.id()).map(|conversion| style(*conversion))
    }
}

/// Statements before and after another one.
struct Around {
    before: Vec<String>,
    after: Vec<String>,
}

/// The columns of a table whose type changes, by how it does in the guarded style.
pub(super) fn retyped<'c>(
    alter: &'c AlterTable,
    is_wanted: impl Fn(Retype) -> bool + 'c,
) -> impl Iterator<Item = &'c AlterColumn> {
    alter.altered.iter().filter(move |column| column.conversion.is_some_and(|c| is_wanted(c.guarded)))
}

/// `gap` stands between the keyword and the column; the reference writes five spaces.
pub(super) fn add_column(column: ColumnWalker<'_>, style: Style, gap: &str) -> Result<String, fmt::Error> {
    let mut clause = format!("ADD COLUMN {gap}");
    push_column(column, style, &mut clause)?;
    Ok(clause)
}

fn add_key(key: IndexWalker<'_>) -> String {
    let columns = list(key.columns().map(ColumnWalker::name));
    format!("ADD CONSTRAINT {} PRIMARY KEY ({columns})", key.name())
}

fn rename_key(table: ObjectName<'_>, keys: Pair<IndexWalker<'_>>) -> String {
    let names: Pair<&Name> = keys.map(IndexWalker::name);
    format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", names.previous, names.next)
}
