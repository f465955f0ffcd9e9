//! The immutable schema.

use std::ops::Range;

use crate::id::Id;
use crate::walker::{
    ColumnWalker, EnumWalker, ExtensionWalker, ForeignKeyWalker, IndexWalker, NamespaceWalker, TableWalker,
};
use crate::{
    Arena, Check, Column, ColumnDefault, ColumnId, Enum, EnumId, Extension, ExtensionId, External,
    ForeignKey, ForeignKeyId, Index, IndexId, Name, Namespace, NamespaceId, Origin, QualifiedName, Sequence,
    TableId, Unmodelled, View,
};

/// A table. Its columns, indexes and foreign keys are runs of the schema's.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) namespace: NamespaceId,
    pub(crate) columns: Range<u32>,
    pub(crate) indexes: Range<u32>,
    pub(crate) primary_key: Option<IndexId>,
    pub(crate) foreign_keys: Range<u32>,
    pub(crate) checks: Vec<Check>,
    pub(crate) origin: Origin,
}

/// Everything that one database holds, or should hold. Made by [`SchemaBuilder::freeze`](crate::SchemaBuilder::freeze).
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) namespaces: Arena<NamespaceId, Name, Namespace>,
    pub(crate) extensions: Arena<ExtensionId, Name, Extension>,
    pub(crate) enums: Arena<EnumId, QualifiedName, Enum>,
    pub(crate) tables: Arena<TableId, QualifiedName, Table>,
    pub(crate) columns: Vec<(TableId, Column)>,
    pub(crate) indexes: Vec<(TableId, Index)>,
    pub(crate) foreign_keys: Vec<(TableId, ForeignKey)>,
    pub(crate) sequences: Vec<Sequence>,
    pub(crate) views: Vec<View>,
    pub(crate) unmodelled: Vec<Unmodelled>,
    pub(crate) ignores_partial_indexes: bool,
    pub(crate) external: External,
}

impl Schema {
    /// A schema that holds nothing.
    pub fn empty() -> Self {
        let Ok(schema) = crate::SchemaBuilder::new().freeze() else {
            unreachable!("nothing refers to nothing")
        };
        schema
    }

    /// Says which of its objects others look after.
    pub fn set_external(&mut self, external: External) {
        self.external = external;
    }

    /// Which of its objects others look after.
    pub fn external(&self) -> &External {
        &self.external
    }

    /// Takes out the extensions that `keep` refuses. Nothing else refers to them.
    pub fn retain_extensions(&mut self, mut keep: impl FnMut(&Name) -> bool) {
        self.extensions.retain(|name, _| keep(name));
    }

    /// Replaces what fills a column by another way of saying the same.
    pub fn set_default(&mut self, id: ColumnId, default: ColumnDefault) {
        self.columns[id.index()].1.default = Some(default);
    }

    /// Whether the source says nothing of partial indexes, because its language has none.
    pub fn ignores_partial_indexes(&self) -> bool {
        self.ignores_partial_indexes
    }

    /// The namespaces, in source order.
    pub fn namespaces(&self) -> impl ExactSizeIterator<Item = NamespaceWalker<'_>> {
        self.namespaces.ids().map(|id| self.namespace(id))
    }

    /// One namespace.
    pub fn namespace(&self, id: NamespaceId) -> NamespaceWalker<'_> {
        NamespaceWalker { id, schema: self }
    }

    /// The namespace of a name.
    pub fn find_namespace(&self, name: &Name) -> Option<NamespaceWalker<'_>> {
        self.namespaces.id(name).map(|id| self.namespace(id))
    }

    /// The extensions, in source order.
    pub fn extensions(&self) -> impl ExactSizeIterator<Item = ExtensionWalker<'_>> {
        self.extensions.ids().map(|id| self.extension(id))
    }

    /// One extension.
    pub fn extension(&self, id: ExtensionId) -> ExtensionWalker<'_> {
        ExtensionWalker { id, schema: self }
    }

    /// The extension of a name.
    pub fn find_extension(&self, name: &Name) -> Option<ExtensionWalker<'_>> {
        self.extensions.id(name).map(|id| self.extension(id))
    }

    /// The enum types, in source order.
    pub fn enums(&self) -> impl ExactSizeIterator<Item = EnumWalker<'_>> {
        self.enums.ids().map(|id| self.enumeration(id))
    }

    /// One enum type.
    pub fn enumeration(&self, id: EnumId) -> EnumWalker<'_> {
        EnumWalker { id, schema: self }
    }

    /// The enum type of a name.
    pub fn find_enum(&self, name: &QualifiedName) -> Option<EnumWalker<'_>> {
        self.enums.id(name).map(|id| self.enumeration(id))
    }

    /// The tables, in source order.
    pub fn tables(&self) -> impl ExactSizeIterator<Item = TableWalker<'_>> {
        self.tables.ids().map(|id| self.table(id))
    }

    /// One table.
    pub fn table(&self, id: TableId) -> TableWalker<'_> {
        TableWalker { id, schema: self }
    }

    /// The table of a name.
    pub fn find_table(&self, name: &QualifiedName) -> Option<TableWalker<'_>> {
        self.tables.id(name).map(|id| self.table(id))
    }

    /// One column.
    pub fn column(&self, id: ColumnId) -> ColumnWalker<'_> {
        ColumnWalker { id, schema: self }
    }

    /// All columns, table by table.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = ColumnWalker<'_>> {
        (0..self.columns.len()).map(|at| self.column(ColumnId::from_index(at)))
    }

    /// One index.
    pub fn index(&self, id: IndexId) -> IndexWalker<'_> {
        IndexWalker { id, schema: self }
    }

    /// One foreign key.
    pub fn foreign_key(&self, id: ForeignKeyId) -> ForeignKeyWalker<'_> {
        ForeignKeyWalker { id, schema: self }
    }

    /// All foreign keys, table by table.
    pub fn foreign_keys(&self) -> impl ExactSizeIterator<Item = ForeignKeyWalker<'_>> {
        (0..self.foreign_keys.len()).map(|at| self.foreign_key(ForeignKeyId::from_index(at)))
    }

    /// The sequences, in source order.
    pub fn sequences(&self) -> &[Sequence] {
        &self.sequences
    }

    /// The views, in source order.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// What the source has and this model does not.
    pub fn unmodelled(&self) -> &[Unmodelled] {
        &self.unmodelled
    }
}
