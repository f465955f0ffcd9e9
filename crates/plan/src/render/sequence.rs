//! Sequences that fill columns.

use driftless_ir::{
    BaseType, Builtin, ColumnDefault, ColumnWalker, MAX_NAME_BYTES, Name, QualifiedName, Schema, TableWalker,
};
use indexmap::IndexSet;

use super::name::{ObjectName, constant, cut, quote};
use super::{Script, Style};

/// The name of a sequence, as SQL writes it and as a constant that `nextval` reads.
pub(crate) struct SequenceName {
    pub(crate) sql: String,
}

impl SequenceName {
    pub(crate) fn constant(&self, style: Style) -> String {
        constant(&self.sql, style)
    }
}

/// The name that PostgreSQL gives to the sequence of a `SERIAL` column: `table_column_seq`, of which the longer of both
/// is cut first.
pub(crate) fn serial_name(table: &Name, column: &Name) -> Name {
    let (mut kept, mut kept_column) = (table.as_str().len(), column.as_str().len());
    while kept + kept_column > MAX_NAME_BYTES - "__seq".len() {
        if kept > kept_column { kept -= 1 } else { kept_column -= 1 }
    }
    let (table, column) = (cut(table.as_str(), kept), cut(column.as_str(), kept_column));
    Name::from(format!("{table}_{column}_seq"))
}

/// The name that the reference gives to a sequence that a column gets later: lower case and unquoted, where that is
/// what it means; else quoted, as PostgreSQL would name it.
pub(crate) fn added_name(table: TableWalker<'_>, column: ColumnWalker<'_>) -> SequenceName {
    let name = format!("{}_{}_seq", table.name().as_str(), column.name().as_str()).to_lowercase();
    let namespace = table.namespace();
    let is_plain = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let same_namespace =
        namespace.is_implicit() || namespace.name().as_str().to_lowercase() == namespace.name().as_str();
    if is_plain(&name) && same_namespace {
        let qualifier =
            if namespace.is_implicit() { String::new() } else { format!("{}.", namespace.name()) };
        return SequenceName { sql: format!("{qualifier}{name}") };
    }
    serial_sequence(table, column)
}

/// The sequence of a `SERIAL` column, quoted.
pub(crate) fn serial_sequence(table: TableWalker<'_>, column: ColumnWalker<'_>) -> SequenceName {
    let name = serial_name(table.name(), column.name());
    SequenceName { sql: ObjectName::table(table).sibling(&name).to_string() }
}

/// What PostgreSQL says owns the sequence of a column, as an expression.
pub(crate) fn owned_sequence(table: ObjectName<'_>, column: &Name) -> String {
    format!("pg_get_serial_sequence({}, {})", table.quoted(), quote(column.as_str()))
}

/// The type that bounds the values of a column's sequence.
pub(crate) fn bounding_type(column: ColumnWalker<'_>) -> Option<Builtin> {
    match column.get().ty.base {
        BaseType::Builtin(builtin @ (Builtin::SmallInt | Builtin::Integer | Builtin::BigInt)) => {
            Some(builtin)
        }
        _ => None,
    }
}

/// The sequences that the columns of the next schema draw from; `None` among them for those without a known name.
pub(crate) fn sequences_in_use<'a>(schema: &'a Schema) -> IndexSet<Option<&'a QualifiedName>> {
    let sequence = |column: ColumnWalker<'a>| match &column.get().default {
        Some(ColumnDefault::Serial(sequence)) => Some(sequence.as_ref()),
        _ => None,
    };
    schema.columns().filter_map(sequence).collect()
}

impl<'a> Script<'a, '_> {
    /// The sequence to drop when it ceases to fill the column, in the plain style; `None` where another column of the
    /// next schema draws from it. Like the reference this takes sequences whose names the source does not know for
    /// one: a sequence left over does no harm, it goes with the column that owns it.
    pub(super) fn sequence_to_drop(&self, previous: ColumnWalker<'a>) -> Option<SequenceName> {
        let Some(ColumnDefault::Serial(known)) = &previous.get().default else {
            return None;
        };
        let in_use = self.sequences_in_use.get_or_init(|| sequences_in_use(self.plan.schemas.next));
        if in_use.contains(&known.as_ref()) {
            return None;
        }
        Some(match known {
            Some(name) => SequenceName { sql: name.to_string() },
            None => serial_sequence(previous.table(), previous),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::serial_name;
    use driftless_ir::{MAX_NAME_BYTES, Name};

    #[test]
    fn long_names_are_cut_as_postgresql_cuts_them() {
        let name = |table: &str, column: &str| serial_name(&Name::from(table), &Name::from(column));
        assert_eq!(name("T", "id").as_str(), "T_id_seq");
        let long = name(&"t".repeat(70), "id");
        assert_eq!(long.as_str(), format!("{}_id_seq", "t".repeat(MAX_NAME_BYTES - "_id_seq".len())));
        let both = name(&"t".repeat(60), &"c".repeat(60));
        assert_eq!(both.as_str(), format!("{}_{}_seq", "t".repeat(29), "c".repeat(29)));
    }
}
