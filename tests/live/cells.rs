//! The values in a database, and whether they are all still there.

use std::collections::BTreeMap;

use driftless_tests::expect::Verdict;

/// For each table and column the values, sorted.
pub(crate) struct Cells(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Cells {
    /// Reads what `cells.sql` prints.
    ///
    /// # Errors
    /// A line that is no cell.
    pub(crate) fn parse(printed: &str) -> Result<Self, String> {
        let mut cells = Self(BTreeMap::new());
        for line in printed.lines() {
            let cell: [Option<String>; 3] = serde_json::from_str(line)
                .map_err(|error| format!("a line that is no cell: {line}: {error}"))?;
            let [table, column, value] = cell.map(|part| part.unwrap_or_else(|| "NULL".to_owned()));
            cells.0.entry(table).or_default().entry(column).or_default().push(value);
        }
        Ok(cells)
    }

    /// The same with other names for values of enums.
    pub(crate) fn rename_values(mut self, renamed: &[(String, String)]) -> Self {
        let values = self.0.values_mut().flat_map(BTreeMap::values_mut);
        for list in values {
            for value in &mut *list {
                if let Some((_, is)) = renamed.iter().find(|(was, _)| was == value) {
                    value.clone_from(is);
                }
            }
            list.sort();
        }
        self
    }

    /// Whether what was in a column that is there before and after is still there. A table that is gone is taken for
    /// one that came and holds as much.
    ///
    /// # Errors
    /// What is not.
    pub(crate) fn expect_kept(&self, after: &Self) -> Verdict {
        for (table, columns) in &self.0 {
            let new = || {
                after
                    .0
                    .iter()
                    .find(|(name, other)| !self.0.contains_key(*name) && rows(other) == rows(columns))
            };
            let Some(columns_after) = after.0.get(table).or_else(|| new().map(|(_, columns)| columns)) else {
                return Err(format!("the rows of {table} are gone"));
            };
            for (column, values) in columns {
                let Some(values_after) = columns_after.get(column) else { continue };
                if values != values_after {
                    return Err(format!("{table}.{column} held {values:?} and holds {values_after:?}"));
                }
            }
        }
        Ok(())
    }
}

/// The number of rows that have these columns.
fn rows(columns: &BTreeMap<String, Vec<String>>) -> usize {
    columns.values().map(Vec::len).max().unwrap_or_default()
}
