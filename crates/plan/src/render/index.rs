//! Indexes that are no primary keys.

use std::fmt::{self, Write};

use driftless_ir::{ColumnWalker, IndexKind, IndexMethod, IndexPart, IndexWalker, NullsOrder, SortOrder};

use super::fragment::push_index_body;
use super::name::{ObjectName, list, quote};
use super::{Script, catalog_test, end};
use crate::Pair;
use crate::step::Retype;

impl<'a> Script<'a, '_> {
    /// `restores` is the index where it goes with a column that the plain style makes anew. Where the guarded style
    /// converts that column, the index is still there.
    pub(super) fn create_index(
        &mut self,
        index: IndexWalker<'a>,
        restores: Option<IndexWalker<'a>>,
    ) -> fmt::Result {
        match restores {
            Some(previous) if self.is_guarded() && !self.goes_with_column(previous) => {
                let pair = Pair::new(previous, index);
                return if pair.map(IndexWalker::name).differs() { self.rename_index(pair) } else { Ok(()) };
            }
            _ => {}
        }
        let name = index.name();
        let table = ObjectName::table(index.table());
        if index.kind() == (IndexKind::Unique { constraint: true }) {
            let columns = list(index.columns().map(ColumnWalker::name));
            let statement = format!("ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns})");
            if self.is_guarded() {
                let test = format!("NOT {}", catalog_test::has_constraint(table, name));
                return self.guarded("CreateIndex", &test, &[statement]);
            }
            return writeln!(self.open("CreateIndex"), "{statement};");
        }
        let unique = if index.kind().is_unique() { "UNIQUE " } else { "" };
        let if_not_exists = self.if_guarded("IF NOT EXISTS ");
        let style = self.style;
        let out = self.open("CreateIndex");
        write!(out, "CREATE {unique}INDEX {if_not_exists}{name} ON ")?;
        push_index_body(index, table, style, out)?;
        end(out)
    }

    fn goes_with_column(&self, index: IndexWalker<'a>) -> bool {
        index
            .columns()
            .any(|column| self.retype_of(column, |conversion| conversion.guarded) == Some(Retype::Recreate))
    }

    pub(super) fn rename_index(&mut self, indexes: Pair<IndexWalker<'a>>) -> fmt::Result {
        let if_exists = self.if_guarded("IF EXISTS ");
        let from =
            ObjectName::table(self.table_now(indexes.previous.table().id())).sibling(indexes.previous.name());
        writeln!(self.open("RenameIndex"), "ALTER INDEX {if_exists}{from} RENAME TO {};", indexes.next.name())
    }

    /// A unique index may belong to a constraint in the database even where the source knows nothing of one.
    pub(super) fn drop_index(
        &mut self,
        index: IndexWalker<'a>,
        successor: Option<IndexWalker<'a>>,
    ) -> fmt::Result {
        let table = ObjectName::table(self.table_now(index.table().id()));
        let name = table.sibling(index.name());
        let is_constraint = index.kind() == (IndexKind::Unique { constraint: true });
        if !self.is_guarded() {
            let out = self.open("DropIndex");
            return if is_constraint {
                writeln!(out, "ALTER TABLE {table} DROP CONSTRAINT {};", index.name())
            } else {
                writeln!(out, "DROP INDEX {name};")
            };
        }
        let mut statements = Vec::new();
        if index.kind().is_unique() {
            statements
                .push(format!("ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {}", index.name()));
        }
        statements.push(format!("DROP INDEX IF EXISTS {name}"));
        let differences = successor.map(|next| self.differences(Pair::new(index, next))).unwrap_or_default();
        if !differences.is_empty() {
            let test = catalog_test::has_index_that(name, &differences);
            return self.guarded("DropIndex", &test, &statements);
        }
        for statement in statements {
            writeln!(self.open("DropIndex"), "{statement};")?;
        }
        Ok(())
    }

    /// Conditions on `pg_index` of which one holds as long as an index is not yet its successor. Empty where the
    /// catalog cannot tell.
    fn differences(&self, indexes: Pair<IndexWalker<'a>>) -> Vec<String> {
        let Pair { previous, next } = indexes.map(IndexWalker::get);
        let mut any_of = Vec::new();
        if indexes.previous.is_invalid() {
            any_of.push("NOT indisvalid".to_owned());
        }
        let table = indexes.next.table();
        if self.table_now(indexes.previous.table().id()).id() != table.id() {
            any_of.push(format!(
                "indrelid IS DISTINCT FROM to_regclass({})",
                ObjectName::table(table).quoted()
            ));
        }
        if previous.kind.is_unique() != next.kind.is_unique() {
            any_of.push(if next.kind.is_unique() { "NOT indisunique" } else { "indisunique" }.into());
        }
        if previous.method != next.method {
            let method = quote(method_name(&next.method));
            any_of.push(format!(
                "(SELECT amname FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE pg_class.oid = indexrelid) <> {method}"
            ));
        }
        let names = indexes.map(|index| index.columns().map(ColumnWalker::name).collect::<Vec<_>>());
        if names.differs() {
            any_of.push(catalog_test::columns_differ(
                "(indkey::int2[])[0:indnkeyatts - 1]",
                "indrelid",
                names.next.into_iter(),
            ));
        }
        let options = indexes.map(|index| index.get().parts.iter().map(options).collect::<Vec<_>>());
        if options.differs() {
            any_of.push(format!("indoption::text <> '{}'", options.next.join(" ")));
        }
        for (place, parts) in previous.parts.iter().zip(&next.parts).enumerate() {
            any_of.extend(other_operator_class(place, Pair::new(parts.0, parts.1)));
        }
        match (&previous.predicate, &next.predicate) {
            (Some(_), None) => any_of.push("indpred IS NOT NULL".into()),
            (None, Some(_)) => any_of.push("indpred IS NULL".into()),
            // Only the texts differ, which the catalog holds in another form.
            (Some(_), Some(_)) => return Vec::new(),
            (None, None) => {}
        }
        any_of
    }
}

fn method_name(method: &IndexMethod) -> &str {
    match method {
        IndexMethod::BTree => "btree",
        IndexMethod::Hash => "hash",
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::SpGist => "spgist",
        IndexMethod::Brin => "brin",
        IndexMethod::Other(name) => name.as_str(),
    }
}

/// The bits of `pg_index.indoption`: 1 for a descending order, 2 for NULLs first.
fn options(part: &IndexPart) -> &'static str {
    let descending = part.sort == Some(SortOrder::Descending);
    match (descending, part.nulls) {
        (false, None | Some(NullsOrder::Last)) => "0",
        (false, Some(NullsOrder::First)) => "2",
        (true, None | Some(NullsOrder::First)) => "3",
        (true, Some(NullsOrder::Last)) => "1",
    }
}

fn other_operator_class(place: usize, parts: Pair<&IndexPart>) -> Option<String> {
    let names = parts.map(|part| part.operator_class.as_ref().filter(|class| !class.is_default));
    if names.map(|class| class.map(|class| &class.name)).differs() {
        let condition = match names.next {
            Some(class) => format!("opcname <> {}", quote(&class.name)),
            None => "NOT opcdefault".into(),
        };
        return Some(format!(
            "EXISTS (SELECT 1 FROM pg_opclass WHERE oid = indclass[{place}] AND {condition})"
        ));
    }
    None
}
