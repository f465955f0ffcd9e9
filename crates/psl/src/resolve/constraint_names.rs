//! The names of constraints and indexes in the database: the one that is given, or else the one that the reference
//! makes of the table's and the columns' names.

use std::borrow::Cow;

use driftless_ir::MAX_NAME_BYTES;

use super::model::{Index, IndexPurpose, Model, RelationAttribute};

impl<'a> Model<'a> {
    /// The name of an index or primary key of this model in the database.
    pub fn index_name(&self, index: &Index<'a>) -> Cow<'a, str> {
        if let Some(given) = index.given_name() {
            return Cow::Borrowed(given);
        }
        let columns = index.fields.iter().map(|field| field.field);
        Cow::Owned(match index.purpose {
            IndexPurpose::Id => default_name(self.database_name(), std::iter::empty(), "_pkey"),
            IndexPurpose::Unique => self.name_with_columns(columns, "_key"),
            IndexPurpose::Plain | IndexPurpose::Fulltext => self.name_with_columns(columns, "_idx"),
        })
    }

    /// The name of the foreign key of a relation field of this model in the database.
    pub fn foreign_key_name(&self, relation: &RelationAttribute<'a>) -> Cow<'a, str> {
        match relation.mapped {
            Some(given) => Cow::Borrowed(&given.value),
            None => {
                let columns = relation.fields.iter().flatten().copied();
                Cow::Owned(self.name_with_columns(columns, "_fkey"))
            }
        }
    }

    fn name_with_columns(&self, columns: impl Iterator<Item = usize>, suffix: &str) -> String {
        let columns = columns.map(|field| self.fields[field].database_name());
        default_name(self.database_name(), columns, suffix)
    }
}

impl<'a> Index<'a> {
    /// The name in the database that the schema gives: `map:`, and `name:` too where the client has no name for it.
    pub fn given_name(&self) -> Option<&'a str> {
        let alias = self.client_name.filter(|_| self.purpose == IndexPurpose::Plain);
        self.mapped.or(alias).map(|text| text.value.as_ref())
    }
}

/// `table_column_column` and a suffix. What stands before the suffix is cut so that the whole fits.
pub(crate) fn default_name<'n>(
    table: &'n str,
    columns: impl Iterator<Item = &'n str>,
    suffix: &str,
) -> String {
    let mut name = String::with_capacity(MAX_NAME_BYTES);
    name.push_str(table);
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    let mut end = name.len().min(MAX_NAME_BYTES - suffix.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name.push_str(suffix);
    name
}

#[cfg(test)]
mod tests {
    use super::default_name;

    #[test]
    fn long_names_are_cut_before_the_suffix() {
        assert_eq!(default_name("user", ["a", "b"].into_iter(), "_idx"), "user_a_b_idx");
        let long = default_name(&"x".repeat(80), std::iter::empty(), "_pkey");
        assert_eq!(long, format!("{}_pkey", "x".repeat(58)));
        let wide = default_name(&format!("A{}", "é".repeat(40)), std::iter::empty(), "_pkey");
        assert_eq!(wide, format!("A{}_pkey", "é".repeat(28)));
    }
}
