//! What a schema cannot say of a table, as far as readers are told of it in the text.

use driftless_ir::{IndexKey, QualifiedName, Schema, TableWalker, Unmodelled};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// The unmodelled objects of a schema, by table.
pub(super) struct Unsaid<'s> {
    by_table: IndexMap<(&'s str, &'s str), Vec<&'s Unmodelled>, FxBuildHasher>,
    enums: IndexMap<(&'s str, &'s str), (), FxBuildHasher>,
}

/// A fact about a table that its model cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A partitioned table.
    Partitioned,
    /// Other tables inherit from it.
    Inherited,
    /// It has no unique columns that are never NULL.
    NoIdentifier,
    /// It or one of its columns has a comment.
    Commented,
    /// A key or unique is checked late.
    Deferred,
    /// Row level security is on.
    RowSecurity,
    /// An index puts NULLs where its order does not imply them.
    NullsOrder,
    /// An index has an expression for a key.
    ExpressionIndex,
    /// It has CHECK constraints.
    Check,
    /// It has EXCLUDE constraints.
    Exclusion,
}

impl Remark {
    /// What the reference writes above the model, so that the texts stay the same whichever tool wrote them.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Partitioned => {
                "This table is a partition table and requires additional setup for migrations. Visit https://pris.ly/d/partition-tables for more info."
            }
            Self::Inherited => {
                "This table has subclasses and requires additional setup for migrations. Visit https://pris.ly/d/table-inheritance for more info."
            }
            Self::NoIdentifier => {
                "The underlying table does not contain a valid unique identifier and can therefore currently not be handled by Prisma Client."
            }
            Self::Commented => {
                "This model or at least one of its fields has comments in the database, and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments"
            }
            Self::Deferred => {
                "This model has constraints using non-default deferring rules and requires additional setup for migrations. Visit https://pris.ly/d/constraint-deferring for more info."
            }
            Self::RowSecurity => {
                "This model contains row level security and requires additional setup for migrations. Visit https://pris.ly/d/row-level-security for more info."
            }
            Self::NullsOrder => {
                "This model contains an index with non-default null sort order and requires additional setup for migrations. Visit https://pris.ly/d/default-index-null-ordering for more info."
            }
            Self::ExpressionIndex => {
                "This model contains an expression index which requires additional setup for migrations. Visit https://pris.ly/d/expression-indexes for more info."
            }
            Self::Check => {
                "This table contains check constraints and requires additional setup for migrations. Visit https://pris.ly/d/check-constraints for more info."
            }
            Self::Exclusion => {
                "This table contains exclusion constraints and requires additional setup for migrations. Visit https://pris.ly/d/exclusion-constraints for more info."
            }
        }
    }
}

impl<'s> Unsaid<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        let mut unsaid = Self { by_table: IndexMap::default(), enums: IndexMap::default() };
        for entry in schema.unmodelled() {
            let namespace = entry.namespace.as_str();
            if let Some(table) = &entry.table {
                unsaid.by_table.entry((namespace, table.as_str())).or_default().push(entry);
            } else if &*entry.kind == "comment"
                && let Some(name) = entry.name.strip_prefix("type ")
            {
                unsaid.enums.insert((namespace, name), ());
            }
        }
        unsaid
    }

    /// What is to be said of a table, in the order in which it is written. `has_identifier`: whether the client can
    /// tell its rows apart.
    pub(super) fn remarks(&self, table: TableWalker<'s>, has_identifier: bool) -> Vec<Remark> {
        let has = |kind: &str| self.of(table.qualified_name()).iter().any(|entry| &*entry.kind == kind);
        let parts = || table.indexes().flat_map(|index| &index.get().parts);
        let facts = [
            (Remark::Partitioned, has("partition key")),
            (Remark::Inherited, has("inheritance")),
            (Remark::NoIdentifier, !has_identifier),
            (Remark::Commented, self.is_commented(table)),
            (
                Remark::Deferred,
                has("deferrable constraint")
                    || table.foreign_keys().any(|key| key.get().deferrable.is_some()),
            ),
            (Remark::RowSecurity, has("row security")),
            (Remark::NullsOrder, parts().any(|part| part.nulls.is_some())),
            (Remark::ExpressionIndex, parts().any(|part| matches!(part.key, IndexKey::Expression(_)))),
            (Remark::Check, !table.checks().is_empty()),
            (Remark::Exclusion, has("exclusion constraint")),
        ];
        facts.into_iter().filter(|(_, holds)| *holds).map(|(remark, _)| remark).collect()
    }

    fn of<'q>(&'q self, name: &'q QualifiedName) -> &'q [&'s Unmodelled] {
        let entries = self.by_table.get(&(name.namespace.as_str(), name.name.as_str()));
        entries.map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the table or a column of it has a comment; those of its indexes and constraints are others.
    fn is_commented(&self, table: TableWalker<'s>) -> bool {
        let is_column = |name: &str| table.columns().any(|column| column.name().as_str() == name);
        let comments = self.of(table.qualified_name()).iter().filter(|entry| &*entry.kind == "comment");
        comments.into_iter().any(|entry| entry.name.is_empty() || is_column(&entry.name))
    }

    /// Whether a view or a column of it has a comment.
    pub(super) fn is_view_commented(&self, name: &QualifiedName) -> bool {
        self.of(name).iter().any(|entry| &*entry.kind == "comment")
    }

    /// Whether an enum type has a comment.
    pub(super) fn is_enum_commented(&self, name: &QualifiedName) -> bool {
        let written =
            [name.name.as_str().to_owned(), format!("{}.{}", name.namespace.as_str(), name.name.as_str())];
        written.iter().any(|text| self.enums.contains_key(&(name.namespace.as_str(), text.as_str())))
    }
}
