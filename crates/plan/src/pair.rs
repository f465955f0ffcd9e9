//! What is compared comes in pairs.

use driftless_ir::{
    ColumnId, ColumnWalker, EnumId, EnumWalker, ExtensionId, ExtensionWalker, ForeignKeyId, ForeignKeyWalker,
    IndexId, IndexWalker, Schema, TableId, TableWalker,
};

/// The same thing before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair<T> {
    /// As it is.
    pub previous: T,
    /// As it should be.
    pub next: T,
}

impl<T> Pair<T> {
    /// Both sides.
    pub const fn new(previous: T, next: T) -> Self {
        Self { previous, next }
    }

    /// `f` of each side.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { previous: f(self.previous), next: f(self.next) }
    }

    /// Each side beside that of another pair.
    pub fn zip<U>(self, other: Pair<U>) -> Pair<(T, U)> {
        Pair { previous: (self.previous, other.previous), next: (self.next, other.next) }
    }

    /// A pair of references.
    pub const fn as_ref(&self) -> Pair<&T> {
        Pair { previous: &self.previous, next: &self.next }
    }
}

impl<T> Pair<T> {
    /// A pair of mutable references.
    pub const fn as_mut(&mut self) -> Pair<&mut T> {
        Pair { previous: &mut self.previous, next: &mut self.next }
    }
}

impl<T> Pair<Option<T>> {
    /// A pair if both sides hold something.
    pub fn transpose(self) -> Option<Pair<T>> {
        Some(Pair { previous: self.previous?, next: self.next? })
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether the sides differ.
    pub fn differs(&self) -> bool {
        self.previous != self.next
    }
}

/// Walkers on both sides by ids.
impl<'a> Pair<&'a Schema> {
    /// A table on both sides.
    pub fn tables(self, ids: Pair<TableId>) -> Pair<TableWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.table(id))
    }

    /// A column on both sides.
    pub fn columns(self, ids: Pair<ColumnId>) -> Pair<ColumnWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.column(id))
    }

    /// An enum type on both sides.
    pub fn enums(self, ids: Pair<EnumId>) -> Pair<EnumWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.enumeration(id))
    }

    /// An index on both sides.
    pub fn indexes(self, ids: Pair<IndexId>) -> Pair<IndexWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.index(id))
    }

    /// A foreign key on both sides.
    pub fn foreign_keys(self, ids: Pair<ForeignKeyId>) -> Pair<ForeignKeyWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.foreign_key(id))
    }

    /// An extension on both sides.
    pub fn extensions(self, ids: Pair<ExtensionId>) -> Pair<ExtensionWalker<'a>> {
        self.zip(ids).map(|(schema, id)| schema.extension(id))
    }
}

#[cfg(test)]
mod tests {
    use super::Pair;

    #[test]
    fn a_pair_is_whole_or_nothing() {
        assert_eq!(Pair::new(Some(1), Some(2)).transpose(), Some(Pair::new(1, 2)));
        assert_eq!(Pair::new(Some(1), None).transpose(), None);
        assert_eq!(Pair::new(1, 2).zip(Pair::new('a', 'b')).next, (2, 'b'));
    }
}
