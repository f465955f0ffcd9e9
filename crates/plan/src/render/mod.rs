//! SQL text from an ordered plan.
//!
//! A script is a row of *blocks*: a header comment that names the kind of change, as the reference has it, and what
//! carries the change out. In the guarded style a block is one statement, and each can run any number of times:
//! `IF [NOT] EXISTS` where PostgreSQL has it, else the template of [`guard`].

mod alter_column;
mod alter_table;
mod catalog_test;
mod enumeration;
mod foreign_key;
mod fragment;
mod guard;
mod index;
mod name;
mod object;
mod sequence;
mod warning;

use std::cell::OnceCell;
use std::fmt::{self, Write};

use driftless_ir::{ColumnId, ColumnWalker, QualifiedName, TableId, TableWalker};
use indexmap::{IndexMap, IndexSet};

use crate::order::Plan;
use crate::step::{Conversion, Step};

/// How a script is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// So that it can run again, wholly or after any part of it ran.
    #[default]
    Guarded,
    /// As the reference writes it.
    Plain,
}

/// The script of a plan, with what it may destroy in a comment at its head.
pub fn render(plan: &Plan<'_>, style: Style) -> String {
    if plan.is_empty() {
        return String::from("-- This is an empty migration.\n");
    }
    let mut script = Script {
        plan,
        style,
        text: String::with_capacity(plan.steps.len() * 160),
        sequences_in_use: OnceCell::new(),
        conversions: conversions(plan),
    };
    script.write().expect("writing to a string does not fail");
    script.text
}

fn conversions(plan: &Plan<'_>) -> IndexMap<ColumnId, Conversion> {
    let tables = plan.steps.iter().filter_map(|step| match step {
        Step::AlterTable(alter) => Some(&alter.altered),
        _ => None,
    });
    tables.flatten().filter_map(|change| Some((change.columns.previous, change.conversion?))).collect()
}

/// A script that is being written.
pub(crate) struct Script<'a, 'b> {
    pub(crate) plan: &'b Plan<'a>,
    pub(crate) style: Style,
    text: String,
    sequences_in_use: OnceCell<IndexSet<Option<&'a QualifiedName>>>,
    /// How columns of the previous schema get other types.
    conversions: IndexMap<ColumnId, Conversion>,
}

impl<'a> Script<'a, '_> {
    fn write(&mut self) -> fmt::Result {
        self.write_warnings()?;
        for step in &self.plan.steps {
            self.write_step(step)?;
        }
        Ok(())
    }

    fn write_step(&mut self, step: &Step) -> fmt::Result {
        let schemas = self.plan.schemas;
        match step {
            Step::CreateNamespace(id) => self.create_namespace(schemas.next.namespace(*id)),
            Step::DropExtension(ids) => self.drop_extension(schemas.extensions(*ids)),
            Step::CreateExtension { extension, replaces } => {
                let replaces = replaces.map(|id| schemas.previous.extension(id));
                self.create_extension(schemas.next.extension(*extension), replaces)
            }
            Step::AlterExtension(ids) => self.alter_extension(schemas.extensions(*ids)),
            Step::RenameEnum(ids) => self.rename_enum(schemas.enums(*ids)),
            Step::RenameTable(ids) => self.rename_table(schemas.tables(*ids)),
            Step::RenameColumns { tables, columns } => self.rename_columns(schemas.tables(*tables), columns),
            Step::CreateEnum(id) => self.create_enum(schemas.next.enumeration(*id)),
            Step::AlterEnum(alter) => self.alter_enum(alter),
            Step::DropForeignKey { foreign_key, successor } => {
                let successor = successor.map(|id| schemas.next.foreign_key(id));
                self.drop_foreign_key(schemas.previous.foreign_key(*foreign_key), successor)
            }
            Step::DropIndex { index, successor } => {
                let successor = successor.map(|id| schemas.next.index(id));
                self.drop_index(schemas.previous.index(*index), successor)
            }
            Step::AlterTable(alter) => self.alter_table(alter),
            Step::DropTable(id) => self.drop_table(schemas.previous.table(*id)),
            Step::DropEnum(id) => self.drop_enum(schemas.previous.enumeration(*id)),
            Step::CreateTable(id) => self.create_table(schemas.next.table(*id)),
            Step::CreateIndex { index, restores } => {
                let restores = restores.map(|id| schemas.previous.index(id));
                self.create_index(schemas.next.index(*index), restores)
            }
            Step::RenameForeignKey(ids) => self.rename_foreign_key(schemas.foreign_keys(*ids)),
            Step::AddForeignKey { foreign_key, replaces } => {
                let replaces = replaces.map(|id| schemas.previous.foreign_key(id));
                self.add_foreign_key(schemas.next.foreign_key(*foreign_key), replaces)
            }
            Step::RenameIndex(ids) => self.rename_index(schemas.indexes(*ids)),
        }
    }

    /// Opens a block: all that is written until the next one belongs to it.
    fn open(&mut self, header: &str) -> &mut String {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str("-- ");
        self.text.push_str(header);
        self.text.push('\n');
        &mut self.text
    }

    /// A block of one statement that runs where the test holds.
    fn guarded(&mut self, header: &str, test: &str, statements: &[String]) -> fmt::Result {
        guard::write(self.open(header), test, statements)
    }

    fn is_guarded(&self) -> bool {
        self.style == Style::Guarded
    }

    /// `text` in the guarded style, nothing in the plain one.
    fn if_guarded(&self, text: &'static str) -> &'static str {
        if self.is_guarded() { text } else { "" }
    }

    /// A table of the previous schema as it is called while the steps after renames run.
    fn table_now(&self, previous: TableId) -> TableWalker<'a> {
        match self.plan.correspondence.next_table(previous) {
            Some(next) => self.plan.schemas.next.table(next),
            None => self.plan.schemas.previous.table(previous),
        }
    }

    /// A column of the previous schema as it is called while the steps after renames run.
    fn column_now(&self, previous: ColumnWalker<'a>) -> ColumnWalker<'a> {
        match self.plan.correspondence.next_column(previous.id()) {
            Some(next) => self.plan.schemas.next.column(next),
            None => previous,
        }
    }
}

/// The type of a column as DDL writes it.
pub(crate) fn column_type(column: ColumnWalker<'_>) -> String {
    fragment::Type::of(column).to_string()
}

/// A column as DDL defines it, its name aside.
pub(crate) fn column_definition(column: ColumnWalker<'_>) -> String {
    let mut definition = String::new();
    fragment::push_column(column, Style::Plain, &mut definition).expect("writing to a string does not fail");
    definition.split_off(column.name().to_string().len() + 1)
}

/// Adds a line that ends a statement.
pub(crate) fn end(out: &mut String) -> fmt::Result {
    writeln!(out, ";")
}
