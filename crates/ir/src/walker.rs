//! `Copy` cursors for reading a [`Schema`].

use crate::id::Id;
use crate::schema::Table;
use crate::{
    BaseType, Check, Column, ColumnId, Enum, EnumId, Extension, ExtensionId, ForeignKey, ForeignKeyId, Index,
    IndexId, IndexKey, IndexKind, IndexState, Name, Namespace, NamespaceId, Origin, QualifiedName, Schema,
    TableId,
};

macro_rules! walkers {
    ($($(#[$doc:meta])* $name:ident($id:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            pub(crate) id: $id,
            pub(crate) schema: &'a Schema,
        }

        impl<'a> $name<'a> {
            /// The id in the schema.
            pub fn id(self) -> $id {
                self.id
            }

            /// The schema.
            pub fn schema(self) -> &'a Schema {
                self.schema
            }
        }

        impl std::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", self.id)
            }
        }
    )*};
}

walkers! {
    /// Reads a namespace.
    NamespaceWalker(NamespaceId);
    /// Reads an extension.
    ExtensionWalker(ExtensionId);
    /// Reads an enum type.
    EnumWalker(EnumId);
    /// Reads a table.
    TableWalker(TableId);
    /// Reads a column.
    ColumnWalker(ColumnId);
    /// Reads an index.
    IndexWalker(IndexId);
    /// Reads a foreign key.
    ForeignKeyWalker(ForeignKeyId);
}

impl<'a> NamespaceWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a Namespace {
        &self.schema.namespaces[self.id]
    }

    /// The name.
    pub fn name(self) -> &'a Name {
        &self.get().name
    }

    /// Whether objects in it are written without it.
    pub fn is_implicit(self) -> bool {
        self.get().implicit
    }
}

impl<'a> ExtensionWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a Extension {
        &self.schema.extensions[self.id]
    }

    /// The name.
    pub fn name(self) -> &'a Name {
        &self.get().name
    }
}

impl<'a> EnumWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a Enum {
        &self.schema.enums[self.id]
    }

    /// The name with its namespace.
    pub fn qualified_name(self) -> &'a QualifiedName {
        &self.get().name
    }

    /// The namespace.
    pub fn namespace(self) -> NamespaceWalker<'a> {
        let id = self.schema.namespaces.id(&self.get().name.namespace);
        self.schema.namespace(id.expect("freeze adds the namespace of every enum"))
    }

    /// The values, in order.
    pub fn values(self) -> impl ExactSizeIterator<Item = &'a Name> {
        self.get().values.iter().map(|value| &value.name)
    }
}

impl<'a> TableWalker<'a> {
    fn get(self) -> &'a Table {
        &self.schema.tables[self.id]
    }

    /// The name with its namespace.
    pub fn qualified_name(self) -> &'a QualifiedName {
        self.schema.tables.key(self.id)
    }

    /// The name within its namespace.
    pub fn name(self) -> &'a Name {
        &self.qualified_name().name
    }

    /// The namespace.
    pub fn namespace(self) -> NamespaceWalker<'a> {
        self.schema.namespace(self.get().namespace)
    }

    /// Where it comes from.
    pub fn origin(self) -> &'a Origin {
        &self.get().origin
    }

    /// What its source calls it: its handle, or its name in the database.
    pub fn handle(self) -> &'a Name {
        self.origin().handle.as_ref().unwrap_or(self.name())
    }

    /// The columns, in order.
    pub fn columns(self) -> impl DoubleEndedIterator<Item = ColumnWalker<'a>> + ExactSizeIterator {
        let schema = self.schema;
        self.get().columns.clone().map(move |at| schema.column(ColumnId::from_index(at as usize)))
    }

    /// The column of a name. Linear in the number of columns.
    pub fn column(self, name: &Name) -> Option<ColumnWalker<'a>> {
        self.columns().find(|column| column.name() == name)
    }

    /// All indexes, the primary key included, in order.
    pub fn indexes(self) -> impl DoubleEndedIterator<Item = IndexWalker<'a>> + ExactSizeIterator {
        let schema = self.schema;
        self.get().indexes.clone().map(move |at| schema.index(IndexId::from_index(at as usize)))
    }

    /// The primary key.
    pub fn primary_key(self) -> Option<IndexWalker<'a>> {
        self.get().primary_key.map(|id| self.schema.index(id))
    }

    /// The foreign keys that the table holds, in order.
    pub fn foreign_keys(self) -> impl DoubleEndedIterator<Item = ForeignKeyWalker<'a>> + ExactSizeIterator {
        let schema = self.schema;
        self.get()
            .foreign_keys
            .clone()
            .map(move |at| schema.foreign_key(ForeignKeyId::from_index(at as usize)))
    }

    /// The CHECK constraints, in order.
    pub fn checks(self) -> &'a [Check] {
        &self.get().checks
    }
}

impl<'a> ColumnWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a Column {
        &self.schema.columns[self.id.index()].1
    }

    /// The table.
    pub fn table(self) -> TableWalker<'a> {
        self.schema.table(self.schema.columns[self.id.index()].0)
    }

    /// The name.
    pub fn name(self) -> &'a Name {
        &self.get().name
    }

    /// What its source calls it: its handle, or its name in the database.
    pub fn handle(self) -> &'a Name {
        self.get().origin.handle.as_ref().unwrap_or(self.name())
    }

    /// The enum type that it holds values of.
    pub fn enumeration(self) -> Option<EnumWalker<'a>> {
        match self.get().ty.base {
            BaseType::Enum(id) => Some(self.schema.enumeration(id)),
            _ => None,
        }
    }

    /// Whether a sequence or an identity fills it.
    pub fn is_autoincrement(self) -> bool {
        use crate::ColumnDefault::{Identity, Serial};
        matches!(self.get().default, Some(Serial(_) | Identity(_)))
    }
}

impl<'a> IndexWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a Index {
        &self.schema.indexes[self.id.index()].1
    }

    /// The table.
    pub fn table(self) -> TableWalker<'a> {
        self.schema.table(self.schema.indexes[self.id.index()].0)
    }

    /// The name.
    pub fn name(self) -> &'a Name {
        &self.get().name
    }

    /// What it is for.
    pub fn kind(self) -> IndexKind {
        self.get().kind
    }

    /// Whether it is the primary key.
    pub fn is_primary(self) -> bool {
        self.kind() == IndexKind::Primary
    }

    /// Whether a concurrent build of it failed.
    pub fn is_invalid(self) -> bool {
        self.get().state == IndexState::Invalid
    }

    /// Whether it is what `REINDEX CONCURRENTLY` left behind where it failed, beside the index that it was for.
    pub fn is_left_by_reindex(self) -> bool {
        let stem = self.name().as_str().trim_end_matches(|letter: char| letter.is_ascii_digit());
        self.is_invalid() && (stem.ends_with("_ccnew") || stem.ends_with("_ccold"))
    }

    /// The columns among its keys, in order.
    pub fn columns(self) -> impl Iterator<Item = ColumnWalker<'a>> {
        let schema = self.schema;
        self.get().parts.iter().filter_map(move |part| match &part.key {
            IndexKey::Column(id) => Some(schema.column(*id)),
            IndexKey::Expression(_) => None,
        })
    }
}

impl<'a> ForeignKeyWalker<'a> {
    /// The whole entry.
    pub fn get(self) -> &'a ForeignKey {
        &self.schema.foreign_keys[self.id.index()].1
    }

    /// The table that holds it.
    pub fn table(self) -> TableWalker<'a> {
        self.schema.table(self.schema.foreign_keys[self.id.index()].0)
    }

    /// The constraint's name.
    pub fn name(self) -> &'a Name {
        &self.get().name
    }

    /// The columns that refer, in order.
    pub fn columns(self) -> impl ExactSizeIterator<Item = ColumnWalker<'a>> {
        let schema = self.schema;
        self.get().columns.iter().map(move |id| schema.column(*id))
    }

    /// The table that it refers to.
    pub fn referenced_table(self) -> TableWalker<'a> {
        self.schema.table(self.get().referenced_table)
    }

    /// The columns that it refers to, in the order of those that refer.
    pub fn referenced_columns(self) -> impl ExactSizeIterator<Item = ColumnWalker<'a>> {
        let schema = self.schema;
        self.get().referenced_columns.iter().map(move |id| schema.column(*id))
    }
}
