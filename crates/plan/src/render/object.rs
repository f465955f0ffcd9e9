//! Namespaces, extensions, tables as a whole, and renames.

use std::fmt::{self, Write};

use driftless_ir::{ColumnId, ColumnWalker, ExtensionWalker, Name, NamespaceWalker, TableWalker};

use super::fragment::{is_nullable_serial, push_column};
use super::name::{ObjectName, constant, quote, separated};
use super::{Script, catalog_test, end};
use crate::Pair;

impl Script<'_, '_> {
    pub(super) fn create_namespace(&mut self, namespace: NamespaceWalker<'_>) -> fmt::Result {
        writeln!(self.open("CreateSchema"), "CREATE SCHEMA IF NOT EXISTS {};", namespace.name())
    }

    /// In the guarded style the extension is not dropped but changed where it would be made again.
    pub(super) fn drop_extension(&mut self, extensions: Pair<ExtensionWalker<'_>>) -> fmt::Result {
        if self.is_guarded() {
            return Ok(());
        }
        writeln!(self.open("DropExtension"), "DROP EXTENSION {};", extensions.previous.name())
    }

    pub(super) fn create_extension(
        &mut self,
        extension: ExtensionWalker<'_>,
        replaces: Option<ExtensionWalker<'_>>,
    ) -> fmt::Result {
        let out = self.open("CreateExtension");
        let entry = extension.get();
        write!(out, "CREATE EXTENSION IF NOT EXISTS {}", entry.name)?;
        if entry.namespace.is_some() || entry.version.is_some() {
            out.push_str(" WITH");
        }
        if let Some(namespace) = &entry.namespace {
            write!(out, " SCHEMA {namespace}")?;
        }
        if let Some(version) = &entry.version {
            write!(out, " VERSION {}", Name::from(&**version))?;
        }
        end(out)?;
        match replaces {
            Some(previous) if self.is_guarded() => self.alter_extension(Pair::new(previous, extension)),
            _ => Ok(()),
        }
    }

    pub(super) fn alter_extension(&mut self, extensions: Pair<ExtensionWalker<'_>>) -> fmt::Result {
        let Pair { previous, next } = extensions.map(ExtensionWalker::get);
        let style = self.style;
        if next.namespace.is_some() && next.namespace != previous.namespace {
            let namespace = next.namespace.as_ref().unwrap_or(&next.name);
            writeln!(self.open("AlterExtension"), "ALTER EXTENSION {} SET SCHEMA {namespace};", next.name)?;
        }
        match &next.version {
            Some(version) if next.version != previous.version => writeln!(
                self.open("AlterExtension"),
                "ALTER EXTENSION {} UPDATE TO {};",
                next.name,
                constant(version, style)
            ),
            _ => Ok(()),
        }
    }

    pub(super) fn create_table(&mut self, table: TableWalker<'_>) -> fmt::Result {
        let (if_not_exists, style) = (self.if_guarded("IF NOT EXISTS "), self.style);
        let out = self.open("CreateTable");
        writeln!(out, "CREATE TABLE {if_not_exists}{} (", ObjectName::table(table))?;
        for (at, column) in table.columns().enumerate() {
            out.push_str(if at == 0 { "    " } else { ",\n    " });
            push_column(column, style, out)?;
        }
        if let Some(key) = table.primary_key() {
            let columns = separated(key.columns().map(ColumnWalker::name), ",");
            write!(out, ",\n\n    CONSTRAINT {} PRIMARY KEY ({columns})", key.name())?;
        }
        out.push_str("\n);\n");
        if self.is_guarded() { self.free_serials(table.columns()) } else { Ok(()) }
    }

    /// Takes back what the pseudo-type of a new column says about NULL. The reference leaves it, and finds a difference
    /// ever after.
    pub(super) fn free_serials<'b>(
        &mut self,
        columns: impl Iterator<Item = ColumnWalker<'b>>,
    ) -> fmt::Result {
        for column in columns.filter(|column| is_nullable_serial(*column)) {
            let (table, name) = (ObjectName::table(column.table()), column.name());
            writeln!(self.open("AlterTable"), "ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL;")?;
        }
        Ok(())
    }

    pub(super) fn drop_table(&mut self, table: TableWalker<'_>) -> fmt::Result {
        let if_exists = self.if_guarded("IF EXISTS ");
        writeln!(self.open("DropTable"), "DROP TABLE {if_exists}{};", ObjectName::table(table))
    }

    /// A table moves to its namespace first and gets its name there.
    pub(super) fn rename_table(&mut self, tables: Pair<TableWalker<'_>>) -> fmt::Result {
        let if_exists = self.if_guarded("IF EXISTS ");
        let names = tables.map(ObjectName::table);
        let namespaces = tables.map(|table| table.namespace().name());
        let mut now = names.previous;
        if namespaces.differs() {
            let namespace = namespaces.next;
            writeln!(self.open("RenameTable"), "ALTER TABLE {if_exists}{now} SET SCHEMA {namespace};")?;
            now = names.next.sibling(tables.previous.name());
        }
        if tables.map(TableWalker::name).differs() {
            let name = tables.next.name();
            writeln!(self.open("RenameTable"), "ALTER TABLE {if_exists}{now} RENAME TO {name};")?;
        }
        Ok(())
    }

    pub(super) fn rename_columns(
        &mut self,
        tables: Pair<TableWalker<'_>>,
        columns: &[Pair<ColumnId>],
    ) -> fmt::Result {
        let schemas = self.plan.schemas;
        let table = ObjectName::table(tables.next);
        let pairs: Vec<_> = columns.iter().map(|ids| schemas.columns(*ids)).collect();
        let exchanged = |pair: &&Pair<ColumnWalker<'_>>| {
            pairs.iter().any(|other| other.previous.name() == pair.next.name())
        };
        if let Some(first) = pairs.iter().find(exchanged) {
            return self.exchange_columns(table, *first);
        }
        for pair in pairs {
            let names = pair.map(ColumnWalker::name);
            let statement = format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", names.previous, names.next);
            if self.is_guarded() {
                let test = catalog_test::has_column(table, names.previous);
                self.guarded("RenameColumn", &test, &[statement])?;
            } else {
                writeln!(self.open("RenameColumn"), "{statement};")?;
            }
        }
        Ok(())
    }

    /// Exchanges the names of the two columns of a join table whose sides changed places. They are exchanged already
    /// where the foreign key of the first no longer refers to the table that it referred to.
    fn exchange_columns(&mut self, table: ObjectName<'_>, first: Pair<ColumnWalker<'_>>) -> fmt::Result {
        let names = first.map(ColumnWalker::name);
        let rename = |from: &str, to: &str| format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}");
        let (a, b) = (names.previous.to_string(), names.next.to_string());
        let statements = [rename(&a, "\"driftless\""), rename(&b, &a), rename("\"driftless\"", &b)];
        if !self.is_guarded() {
            let out = self.open("RenameColumn");
            return statements.iter().try_for_each(|statement| writeln!(out, "{statement};"));
        }
        let id = first.previous.id();
        let key = first.previous.table().foreign_keys().find(|key| key.get().columns == [id]);
        let referenced =
            key.map(|key| ObjectName::table(self.table_now(key.get().referenced_table)).quoted());
        let test = format!(
            "EXISTS (SELECT 1 FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) WHERE contype = 'f' AND conrelid = to_regclass({}) AND confrelid = to_regclass({}) AND attname = {})",
            table.quoted(),
            referenced.unwrap_or_else(|| "NULL".into()),
            quote(names.previous.as_str())
        );
        self.guarded("RenameColumn", &test, &statements)
    }
}
