//! Enum types.
//!
//! PostgreSQL adds and renames values in place. It cannot take one away: the type is *rebuilt*, which means that
//! another one is made, every column changes over to it, and it takes the name.

use std::fmt::{self, Write};

use driftless_ir::{ColumnWalker, EnumWalker, IndexWalker, Name};

use super::fragment::{push_default, push_index_body};
use super::name::{ObjectName, constant, quote, with_suffix};
use super::{Script, Style, catalog_test};
use crate::Pair;
use crate::step::AlterEnum;

impl<'a> Script<'a, '_> {
    pub(super) fn create_enum(&mut self, enumeration: EnumWalker<'a>) -> fmt::Result {
        let name = ObjectName::enumeration(enumeration);
        let statement = create_type(name, enumeration, self.style);
        if self.is_guarded() {
            return self.guarded("CreateEnum", &catalog_test::has_no_type(name), &[statement]);
        }
        writeln!(self.open("CreateEnum"), "{statement};")
    }

    /// In the guarded style a table of the same name, which comes later in the script, is left alone.
    pub(super) fn drop_enum(&mut self, enumeration: EnumWalker<'a>) -> fmt::Result {
        let name = ObjectName::enumeration(enumeration);
        let is_reused = self.plan.schemas.next.find_table(enumeration.qualified_name()).is_some();
        match (self.is_guarded(), is_reused) {
            (true, true) => {
                let test = catalog_test::has_enum(name);
                self.guarded("DropEnum", &test, &[format!("DROP TYPE {name}")])
            }
            (true, false) => writeln!(self.open("DropEnum"), "DROP TYPE IF EXISTS {name};"),
            (false, _) => writeln!(self.open("DropEnum"), "DROP TYPE {name};"),
        }
    }

    pub(super) fn rename_enum(&mut self, enums: Pair<EnumWalker<'a>>) -> fmt::Result {
        let names = enums.map(ObjectName::enumeration);
        let parts = enums.map(EnumWalker::qualified_name);
        let mut now = names.previous;
        if parts.previous.namespace != parts.next.namespace {
            self.rename_step(now, format!("ALTER TYPE {now} SET SCHEMA {}", parts.next.namespace))?;
            now = names.next.sibling(&parts.previous.name);
        }
        if parts.previous.name != parts.next.name {
            self.rename_step(now, format!("ALTER TYPE {now} RENAME TO {}", parts.next.name))?;
        }
        Ok(())
    }

    fn rename_step(&mut self, now: ObjectName<'_>, statement: String) -> fmt::Result {
        if self.is_guarded() {
            return self.guarded("RenameEnum", &catalog_test::has_type(now), &[statement]);
        }
        writeln!(self.open("RenameEnum"), "{statement};")
    }

    pub(super) fn alter_enum(&mut self, alter: &AlterEnum) -> fmt::Result {
        let enums = self.plan.schemas.enums(alter.enums);
        let name = ObjectName::enumeration(enums.next);
        for places in &alter.renamed {
            let values = enums.zip(*places).map(|(e, place)| &e.get().values[place].name);
            let (old, new) =
                (constant(values.previous.as_str(), self.style), constant(values.next.as_str(), self.style));
            let statement = format!("ALTER TYPE {name} RENAME VALUE {old} TO {new}");
            if self.is_guarded() {
                let test = catalog_test::has_value(name, values.previous);
                self.guarded("AlterEnum", &test, &[statement])?;
            } else {
                writeln!(self.open("AlterEnum"), "{statement};")?;
            }
        }
        if alter.is_rebuild() || (alter.uses_added_value && self.is_guarded()) {
            return self.rebuild_enum(alter, enums.next);
        }
        if self.is_guarded() {
            self.add_values(alter, enums.next)
        } else {
            self.append_values(alter, enums.next)
        }
    }

    /// As the reference: at the end, whatever the place in the schema, after two empty lines if there are several.
    fn append_values(&mut self, alter: &AlterEnum, enumeration: EnumWalker<'a>) -> fmt::Result {
        if alter.added.is_empty() {
            return Ok(());
        }
        let name = ObjectName::enumeration(enumeration);
        let out = self.open("AlterEnum");
        out.push_str(if alter.added.len() > 1 { "\n\n" } else { "" });
        for place in &alter.added {
            let value = enumeration.get().values[*place].name.as_str();
            writeln!(out, "ALTER TYPE {name} ADD VALUE {};", constant(value, Style::Plain))?;
        }
        Ok(())
    }

    /// At the place in the schema: after the value before it, which is there by then.
    fn add_values(&mut self, alter: &AlterEnum, enumeration: EnumWalker<'a>) -> fmt::Result {
        let values = &enumeration.get().values;
        let name = ObjectName::enumeration(enumeration);
        let is_there = |place: usize| !alter.added.contains(&place);
        let last_there = (0..values.len()).rfind(|place| is_there(*place));
        for place in &alter.added {
            let beside = match place.checked_sub(1) {
                Some(before) if Some(*place) < last_there => Some(("AFTER", before)),
                Some(_) => None,
                None => (0..values.len()).find(|other| is_there(*other)).map(|after| ("BEFORE", after)),
            };
            let out = self.open("AlterEnum");
            write!(out, "ALTER TYPE {name} ADD VALUE IF NOT EXISTS {}", quote(values[*place].name.as_str()))?;
            if let Some((side, other)) = beside {
                write!(out, " {side} {}", quote(values[other].name.as_str()))?;
            }
            out.push_str(";\n");
        }
        Ok(())
    }

    fn rebuild_enum(&mut self, alter: &AlterEnum, enumeration: EnumWalker<'a>) -> fmt::Result {
        let statements = self.rebuild_statements(alter, enumeration)?;
        if self.is_guarded() {
            let test = catalog_test::has_other_values(ObjectName::enumeration(enumeration), enumeration);
            return self.guarded("AlterEnum", &test, &statements);
        }
        let out = self.open("AlterEnum");
        out.push_str("BEGIN;\n");
        for statement in statements {
            writeln!(out, "{statement};")?;
        }
        out.push_str("COMMIT;\n");
        Ok(())
    }

    fn rebuild_statements(
        &self,
        alter: &AlterEnum,
        enumeration: EnumWalker<'a>,
    ) -> Result<Vec<String>, fmt::Error> {
        let name = ObjectName::enumeration(enumeration);
        let own = &enumeration.qualified_name().name;
        let (new, old) = (with_suffix(own, "_new"), with_suffix(own, "_old"));
        let (new_name, old_name) = (name.sibling(&new), name.sibling(&old));
        let with_default = self.columns_with_default(alter);
        let indexes = alter.indexes.iter().map(|id| self.plan.schemas.previous.index(*id));

        let mut statements = vec![create_type(new_name, enumeration, self.style)];
        statements.extend(indexes.clone().map(|index| format!("DROP INDEX {}", self.index_now(index))));
        for (previous, _) in &with_default {
            statements.push(format!("{} DROP DEFAULT", self.alter_column(*previous)));
        }
        for column in &alter.columns {
            let previous = self.plan.schemas.previous.column(column.previous);
            let array = if previous.get().ty.array { "[]" } else { "" };
            let column = self.column_now(previous).name();
            statements.push(format!(
                "{} TYPE {new_name}{array} USING ({column}::text::{new_name}{array})",
                self.alter_column(previous)
            ));
        }
        statements.push(format!("ALTER TYPE {name} RENAME TO {old}"));
        statements.push(format!("ALTER TYPE {new_name} RENAME TO {own}"));
        statements.push(format!("DROP TYPE {old_name}"));
        for (previous, next) in with_default {
            let mut statement = format!("{} SET DEFAULT ", self.alter_column(previous));
            if next.map_or(Ok(false), |next| push_default(next, self.style, &mut statement))? {
                statements.push(statement);
            }
        }
        for index in indexes {
            statements.push(self.create_again(index)?);
        }
        Ok(statements)
    }

    /// The columns that have a default now, each with what it becomes; by table and name.
    fn columns_with_default(&self, alter: &AlterEnum) -> Vec<(ColumnWalker<'a>, Option<ColumnWalker<'a>>)> {
        let schemas = self.plan.schemas;
        let pairs = alter.columns.iter().map(|column| {
            (schemas.previous.column(column.previous), column.next.map(|id| schemas.next.column(id)))
        });
        let mut columns: Vec<_> = pairs.filter(|(previous, _)| previous.get().default.is_some()).collect();
        columns.sort_by_key(|(previous, _)| (previous.table().id(), self.column_now(*previous).name()));
        columns
    }

    fn alter_column(&self, previous: ColumnWalker<'a>) -> String {
        let table = ObjectName::table(self.table_now(previous.table().id()));
        format!("ALTER TABLE {table} ALTER COLUMN {}", self.column_now(previous).name())
    }

    fn index_now(&self, previous: IndexWalker<'a>) -> ObjectName<'a> {
        ObjectName::table(self.table_now(previous.table().id())).sibling(previous.name())
    }

    fn create_again(&self, index: IndexWalker<'a>) -> Result<String, fmt::Error> {
        let unique = if index.kind().is_unique() { "UNIQUE " } else { "" };
        let mut statement = format!("CREATE {unique}INDEX {} ON ", index.name());
        let table = ObjectName::table(self.table_now(index.table().id()));
        push_index_body(index, table, self.style, &mut statement)?;
        Ok(statement)
    }
}

fn create_type(name: ObjectName<'_>, enumeration: EnumWalker<'_>, style: Style) -> String {
    let mut statement = format!("CREATE TYPE {name} AS ENUM (");
    for (at, value) in enumeration.values().map(Name::as_str).enumerate() {
        statement.push_str(if at == 0 { "" } else { ", " });
        statement.push_str(&constant(value, style));
    }
    statement.push(')');
    statement
}
