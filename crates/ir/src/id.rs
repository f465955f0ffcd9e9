//! Ids: positions in the arenas of one [`Schema`](crate::Schema). An id means nothing in another schema.

/// A dense position that an arena gives out.
pub trait Id: Copy + Eq + Ord {
    /// The id at `position`.
    fn from_index(position: usize) -> Self;
    /// The position.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            fn from_index(position: usize) -> Self {
                Self(position as u32)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl $name {
            /// The position in source order, from 0.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A namespace of a schema.
    NamespaceId;
    /// An extension of a schema.
    ExtensionId;
    /// An enum type of a schema.
    EnumId;
    /// A table of a schema.
    TableId;
    /// A column of any table; the columns of one table are neighbours.
    ColumnId;
    /// An index of any table, primary keys and uniques included; those of one table are neighbours.
    IndexId;
    /// A foreign key of any table; those of one table are neighbours.
    ForeignKeyId;
}
