//! The names of constraints and indexes that the schema does not name.
//!
//! `{table}_{columns}_{suffix}`; where that is longer than PostgreSQL keeps, the part before the suffix is cut.

use driftless_ir::MAX_NAME_BYTES;

/// `{table}_pkey`.
pub fn primary_key_name(table: &str) -> String {
    with_suffix(table.to_owned(), "_pkey")
}

/// `{table}_{columns}_key`.
pub fn unique_name<'c>(table: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    with_suffix(joined(table, columns), "_key")
}

/// `{table}_{columns}_idx`.
pub fn index_name<'c>(table: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    with_suffix(joined(table, columns), "_idx")
}

/// `{table}_{columns}_fkey`.
pub fn foreign_key_name<'c>(table: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    with_suffix(joined(table, columns), "_fkey")
}

/// A name for something of a table, `suffix` included whole.
pub(super) fn with_suffix(mut start: String, suffix: &str) -> String {
    cut(&mut start, MAX_NAME_BYTES - suffix.len());
    start + suffix
}

/// Cuts a name to at most `bytes` bytes between characters.
pub(super) fn cut(name: &mut String, bytes: usize) {
    name.truncate(name.floor_char_boundary(bytes));
}

fn joined<'c>(table: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_before_the_suffix_and_between_characters() {
        let table = "É".repeat(30) + "x";
        assert_eq!(primary_key_name(&table), "É".repeat(29) + "_pkey");
        assert_eq!(unique_name("t", ["a", "b"]), "t_a_b_key");
        assert_eq!(index_name(&"t".repeat(70), ["a"]).len(), MAX_NAME_BYTES);
    }
}
