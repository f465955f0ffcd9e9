//! Foreign keys.

use std::fmt::{self, Write};

use driftless_ir::{ColumnWalker, ForeignKeyWalker, ReferentialAction};

use super::fragment::push_foreign_key_body;
use super::name::ObjectName;
use super::{Script, catalog_test};
use crate::Pair;
use crate::diff::leans_on;

impl<'a> Script<'a, '_> {
    /// Where the key replaces one, it keeps when that one was checked: a source that cannot say it does not change it.
    pub(super) fn add_foreign_key(
        &mut self,
        key: ForeignKeyWalker<'a>,
        replaces: Option<ForeignKeyWalker<'a>>,
    ) -> fmt::Result {
        let table = ObjectName::table(key.table());
        let deferrable = key.get().deferrable.or(replaces.and_then(|previous| previous.get().deferrable));
        let mut statement = format!("ALTER TABLE {table} ADD CONSTRAINT {} ", key.name());
        push_foreign_key_body(key, deferrable, &mut statement)?;
        if self.is_guarded() {
            let test = format!("NOT {}", catalog_test::has_constraint(table, key.name()));
            return self.guarded("AddForeignKey", &test, &[statement]);
        }
        writeln!(self.open("AddForeignKey"), "{statement};")
    }

    pub(super) fn rename_foreign_key(&mut self, keys: Pair<ForeignKeyWalker<'a>>) -> fmt::Result {
        let table = ObjectName::table(keys.next.table());
        let names = keys.map(ForeignKeyWalker::name);
        let statement = format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", names.previous, names.next);
        if self.is_guarded() {
            let test = catalog_test::has_constraint(table, names.previous);
            return self.guarded("RenameForeignKey", &test, &[statement]);
        }
        writeln!(self.open("RenameForeignKey"), "{statement};")
    }

    pub(super) fn drop_foreign_key(
        &mut self,
        key: ForeignKeyWalker<'a>,
        successor: Option<ForeignKeyWalker<'a>>,
    ) -> fmt::Result {
        let table = ObjectName::table(self.table_now(key.table().id()));
        let name = key.name();
        if !self.is_guarded() {
            return writeln!(self.open("DropForeignKey"), "ALTER TABLE {table} DROP CONSTRAINT {name};");
        }
        let differences =
            successor.map(|next| self.key_differences(Pair::new(key, next))).unwrap_or_default();
        if differences.is_empty() {
            return writeln!(
                self.open("DropForeignKey"),
                "ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name};"
            );
        }
        let test = catalog_test::has_constraint_that(table, name, &differences);
        self.guarded("DropForeignKey", &test, &[format!("ALTER TABLE {table} DROP CONSTRAINT {name}")])
    }

    /// Conditions on `pg_constraint` of which one holds as long as a key is not yet its successor.
    fn key_differences(&self, keys: Pair<ForeignKeyWalker<'a>>) -> Vec<String> {
        let Pair { previous, next } = keys.map(ForeignKeyWalker::get);
        let mut any_of = Vec::new();
        let referenced = ObjectName::table(keys.next.referenced_table());
        if self.table_now(previous.referenced_table).id() != next.referenced_table {
            any_of.push(format!("confrelid IS DISTINCT FROM to_regclass({})", referenced.quoted()));
        }
        if previous.on_delete != next.on_delete {
            any_of.push(format!("confdeltype <> '{}'", action_code(next.on_delete)));
        }
        if previous.on_update != next.on_update {
            any_of.push(format!("confupdtype <> '{}'", action_code(next.on_update)));
        }
        if next.deferrable.is_some() && previous.deferrable != next.deferrable {
            let deferred = next.deferrable == Some(true);
            any_of.push(format!("NOT condeferrable OR condeferred <> {deferred}"));
        }
        let now = |columns: Vec<ColumnWalker<'a>>| columns.into_iter().map(|c| self.column_now(c).name());
        let next_names = keys.next.columns().map(ColumnWalker::name);
        if !now(keys.previous.columns().collect()).eq(next_names) {
            let names = keys.next.columns().map(ColumnWalker::name);
            any_of.push(catalog_test::columns_differ("conkey", "conrelid", names));
        }
        let next_names = keys.next.referenced_columns().map(ColumnWalker::name);
        if !now(keys.previous.referenced_columns().collect()).eq(next_names) {
            let names = keys.next.referenced_columns().map(ColumnWalker::name);
            any_of.push(catalog_test::columns_differ("confkey", "confrelid", names));
        }
        any_of.extend(self.other_types(keys.previous.columns().collect()));
        any_of.extend(self.other_types(keys.previous.referenced_columns().collect()));
        if let Some(index) = leans_on(keys.next) {
            let former = leans_on(keys.previous);
            if former.is_none_or(|former| former.name() != index.name()) {
                let name = ObjectName::index(index).quoted();
                any_of.push(format!("conindid IS DISTINCT FROM to_regclass({name})"));
            }
        }
        any_of
    }

    /// Whether columns that get another type have it not yet.
    fn other_types(&self, columns: Vec<ColumnWalker<'a>>) -> Option<String> {
        let is_retyped = |column: &ColumnWalker<'a>| self.retype_of(*column, |c| c.guarded).is_some();
        let retyped: Vec<_> = columns.into_iter().filter(is_retyped).map(|c| self.column_now(c)).collect();
        let table = ObjectName::table(retyped.first()?.table());
        Some(catalog_test::has_other_types(table, retyped.into_iter()))
    }
}

/// The letter of an action in `pg_constraint`.
fn action_code(action: ReferentialAction) -> char {
    match action {
        ReferentialAction::NoAction => 'a',
        ReferentialAction::Restrict => 'r',
        ReferentialAction::Cascade => 'c',
        ReferentialAction::SetNull => 'n',
        ReferentialAction::SetDefault => 'd',
    }
}
