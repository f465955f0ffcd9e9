//! A schema as text: one line an object, everything that counts in a comparison and nothing else. For tests, and for
//! looking at what a source was understood as.

use std::fmt::{self, Write};

use crate::{
    BaseType, ColumnWalker, Expr, ForeignKeyWalker, IndexKey, IndexPart, IndexState, IndexWalker, NullsOrder,
    Schema, SortOrder, TableWalker,
};

impl Schema {
    /// The schema as text. Two schemas are the same when their dumps are.
    pub fn dump(&self) -> String {
        let mut out = String::new();
        write_schema(self, &mut out).expect("writing to a string does not fail");
        out
    }
}

fn write_schema(schema: &Schema, out: &mut String) -> fmt::Result {
    for namespace in schema.namespaces() {
        writeln!(out, "namespace {}", namespace.name())?;
    }
    for extension in schema.extensions() {
        let extension = extension.get();
        writeln!(out, "extension {} {:?} {:?}", extension.name, extension.namespace, extension.version)?;
    }
    for enumeration in schema.enums() {
        let values: Vec<_> = enumeration.values().map(|value| value.as_str()).collect();
        writeln!(out, "enum {} {values:?}", enumeration.qualified_name())?;
    }
    for sequence in schema.sequences() {
        writeln!(out, "{sequence:?}")?;
    }
    for table in schema.tables() {
        write_table(table, out)?;
    }
    for view in schema.views() {
        writeln!(out, "view {} materialized={} {:?}", view.name, view.materialized, view.definition.text)?;
    }
    for object in schema.unmodelled() {
        writeln!(out, "{object:?}")?;
    }
    Ok(())
}

fn write_table(table: TableWalker<'_>, out: &mut String) -> fmt::Result {
    writeln!(out, "table {}", table.qualified_name())?;
    for column in table.columns() {
        write_column(column, out)?;
    }
    for index in table.indexes() {
        write_index(index, out)?;
    }
    for foreign_key in table.foreign_keys() {
        write_foreign_key(foreign_key, out)?;
    }
    for check in table.checks() {
        writeln!(out, "  check {} {:?} validated={}", check.name, check.condition.text, check.validated)?;
    }
    Ok(())
}

fn write_column(column: ColumnWalker<'_>, out: &mut String) -> fmt::Result {
    let entry = column.get();
    write!(out, "  column {} ", entry.name)?;
    match &entry.ty.base {
        BaseType::Builtin(builtin) => write!(out, "{builtin}")?,
        BaseType::Enum(id) => write!(out, "{}", column.schema().enumeration(*id).qualified_name())?,
        BaseType::Other(text) => out.write_str(text)?,
    }
    out.write_str(if entry.ty.array { "[]" } else { "" })?;
    out.write_str(if entry.nullable { " null" } else { " not null" })?;
    if let Some(default) = &entry.default {
        write!(out, " default {default:?}")?;
    }
    writeln!(out)
}

fn write_index(index: IndexWalker<'_>, out: &mut String) -> fmt::Result {
    let entry = index.get();
    write!(out, "  index {} {:?} {:?} (", entry.name, entry.kind, entry.method)?;
    for part in &entry.parts {
        write_index_part(index, part, out)?;
    }
    out.write_str(" )")?;
    if !entry.include.is_empty() {
        let names: Vec<_> =
            entry.include.iter().map(|id| index.schema().column(*id).name().as_str()).collect();
        write!(out, " include {names:?}")?;
    }
    if let Some(Expr { text, .. }) = &entry.predicate {
        write!(out, " where {text}")?;
    }
    out.write_str(if entry.nulls_not_distinct { " nulls not distinct" } else { "" })?;
    out.write_str(if entry.state == IndexState::Invalid { " invalid\n" } else { "\n" })
}

fn write_index_part(index: IndexWalker<'_>, part: &IndexPart, out: &mut String) -> fmt::Result {
    match &part.key {
        IndexKey::Column(id) => write!(out, " {}", index.schema().column(*id).name())?,
        IndexKey::Expression(expr) => write!(out, " ({})", expr.text)?,
    }
    if let Some(class) = &part.operator_class {
        write!(out, " {}", class.name)?;
    }
    out.write_str(if part.sort == Some(SortOrder::Descending) { " desc" } else { "" })?;
    out.write_str(match part.nulls {
        Some(NullsOrder::First) => " nulls first",
        Some(NullsOrder::Last) => " nulls last",
        None => "",
    })
}

fn write_foreign_key(foreign_key: ForeignKeyWalker<'_>, out: &mut String) -> fmt::Result {
    let entry = foreign_key.get();
    let columns: Vec<_> = foreign_key.columns().map(|column| column.name().as_str()).collect();
    let referenced: Vec<_> = foreign_key.referenced_columns().map(|column| column.name().as_str()).collect();
    let target = foreign_key.referenced_table().qualified_name();
    write!(out, "  foreign key {} {columns:?} -> {target} {referenced:?}", entry.name)?;
    write!(out, " delete {:?} update {:?}", entry.on_delete, entry.on_update)?;
    writeln!(out, " deferrable {:?} validated {}", entry.deferrable, entry.validated)
}
