//! Steps: what a plan is made of.
//!
//! A step says *what* changes, by ids of the two schemas. It knows no SQL and no order. Ids of tables, columns, enums,
//! indexes and foreign keys belong to the previous schema where something is dropped, to the next schema where
//! something is made, and stand in a [`Pair`] where something is changed.

use driftless_ir::{Builtin, ColumnId, EnumId, ExtensionId, ForeignKeyId, IndexId, NamespaceId, TableId};

use crate::Pair;

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes a namespace.
    CreateNamespace(NamespaceId),
    /// Takes an extension away because another version of it, or another place for it, comes.
    DropExtension(Pair<ExtensionId>),
    /// Installs an extension; `replaces` is what [`Step::DropExtension`] took away.
    CreateExtension {
        /// The extension.
        extension: ExtensionId,
        /// What it was before.
        replaces: Option<ExtensionId>,
    },
    /// Changes an extension in place, because columns lean on it.
    AlterExtension(Pair<ExtensionId>),
    /// Gives an enum type its new name or namespace.
    RenameEnum(Pair<EnumId>),
    /// Gives a table its new name or namespace.
    RenameTable(Pair<TableId>),
    /// Gives columns of a table their new names.
    RenameColumns {
        /// The table.
        tables: Pair<TableId>,
        /// The columns.
        columns: Vec<Pair<ColumnId>>,
    },
    /// Makes an enum type.
    CreateEnum(EnumId),
    /// Changes the values of an enum type.
    AlterEnum(AlterEnum),
    /// Drops a foreign key.
    DropForeignKey {
        /// The foreign key.
        foreign_key: ForeignKeyId,
        /// What takes its name on its table.
        successor: Option<ForeignKeyId>,
    },
    /// Drops an index that is no primary key.
    DropIndex {
        /// The index.
        index: IndexId,
        /// What takes its name.
        successor: Option<IndexId>,
    },
    /// Changes columns and the primary key of a table.
    AlterTable(AlterTable),
    /// Drops a table with all that is its own.
    DropTable(TableId),
    /// Drops an enum type.
    DropEnum(EnumId),
    /// Makes a table with its columns and primary key.
    CreateTable(TableId),
    /// Makes an index that is no primary key; `restores` is the same index where it went with a column that was made
    /// anew.
    CreateIndex {
        /// The index.
        index: IndexId,
        /// What it was before.
        restores: Option<IndexId>,
    },
    /// Gives a foreign key its new name.
    RenameForeignKey(Pair<ForeignKeyId>),
    /// Makes a foreign key; `replaces` is the same one where it had to be dropped.
    AddForeignKey {
        /// The foreign key.
        foreign_key: ForeignKeyId,
        /// What it was before.
        replaces: Option<ForeignKeyId>,
    },
    /// Gives an index that is no primary key its new name.
    RenameIndex(Pair<IndexId>),
}

/// How the values of an enum type change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterEnum {
    /// The type.
    pub enums: Pair<EnumId>,
    /// Values that only get another name: positions in the previous and in the next type.
    pub renamed: Vec<Pair<usize>>,
    /// Values that come: positions in the next type.
    pub added: Vec<usize>,
    /// Values that go: positions in the previous type. If there are any, the type must be made anew.
    pub removed: Vec<usize>,
    /// The columns that hold values of it, in the next schema's order and then the previous schema's.
    pub columns: Vec<EnumColumn>,
    /// Partial indexes that stay and whose condition compares such a column with a value.
    pub indexes: Vec<IndexId>,
    /// Whether a default of this plan is a value that comes. PostgreSQL refuses to use such a value in the transaction
    /// that adds it.
    pub uses_added_value: bool,
}

impl AlterEnum {
    /// Whether the type must be made anew in both styles, and not only get more values.
    pub fn is_rebuild(&self) -> bool {
        !self.removed.is_empty()
    }
}

/// A column that holds values of an enum type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumColumn {
    /// The column as it is.
    pub previous: ColumnId,
    /// The column as it should be, where it still holds values of the type.
    pub next: Option<ColumnId>,
}

/// How a table changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    /// The table.
    pub tables: Pair<TableId>,
    /// What happens to the primary key.
    pub primary_key: Option<PrimaryKeyChange>,
    /// Columns of the previous table that go, by name.
    pub dropped: Vec<ColumnId>,
    /// Columns of the next table that come, by name.
    pub added: Vec<ColumnId>,
    /// Columns that change, in the order of the previous table.
    pub altered: Vec<AlterColumn>,
}

/// What happens to a primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimaryKeyChange {
    /// The table has none any more.
    Drop,
    /// The table had none.
    Add,
    /// It gets other columns.
    Replace,
    /// Its columns get other types. The reference replaces it; PostgreSQL would rebuild it by itself.
    Rebuild,
    /// It gets another name.
    Rename,
}

/// How a column changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlterColumn {
    /// The column.
    pub columns: Pair<ColumnId>,
    /// Whether it begins or ceases to take NULL.
    pub nullability: Option<Nullability>,
    /// What happens to its default, sequences aside.
    pub default: Option<DefaultChange>,
    /// Whether a sequence begins or ceases to fill it.
    pub autoincrement: Option<Toggle>,
    /// What happens to its values when its type changes.
    pub conversion: Option<Conversion>,
}

impl AlterColumn {
    /// A column that does not change.
    pub const fn unchanged(columns: Pair<ColumnId>) -> Self {
        Self { columns, nullability: None, default: None, autoincrement: None, conversion: None }
    }

    /// Whether something changes.
    pub const fn is_change(&self) -> bool {
        self.nullability.is_some()
            || self.default.is_some()
            || self.autoincrement.is_some()
            || self.conversion.is_some()
    }
}

/// Whether a column begins or ceases to take NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nullability {
    /// It ceases.
    Required,
    /// It begins.
    Optional,
}

/// What happens to a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultChange {
    /// It becomes that of the next column.
    Set,
    /// It goes.
    Drop,
}

/// Whether something begins or ceases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toggle {
    /// It begins.
    On,
    /// It ceases.
    Off,
}

/// What becomes of a column's values when its type changes, in each style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// As the reference does it, or right where the reference's way fails.
    pub plain: Retype,
    /// With the values kept wherever a cast is possible.
    pub guarded: Retype,
}

/// How a column gets another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retype {
    /// PostgreSQL casts the values by itself.
    Set,
    /// An expression casts them.
    Using(Cast),
    /// The column is dropped and made anew: the values are lost.
    Recreate,
}

/// An expression that casts a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// How elements and values relate.
    pub shape: Shape,
    /// What comes before the cast to the new type.
    pub by: By,
}

/// What a value goes through on its way to its new type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Nothing.
    Direct,
    /// A cast to another type first.
    Through(Builtin),
    /// `AT TIME ZONE 'UTC'`.
    Utc,
}

/// How the elements of an array and plain values relate in a cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Both sides are arrays, or neither.
    Same,
    /// The first element of the array is the value.
    FirstElement,
    /// The value is the one element of the array.
    OneElement,
}

impl Cast {
    /// A cast straight to the new type.
    pub const fn direct(shape: Shape) -> Self {
        Self { shape, by: By::Direct }
    }

    /// The same cast through another type.
    #[must_use]
    pub const fn through(self, builtin: Builtin) -> Self {
        Self { by: By::Through(builtin), ..self }
    }

    /// The same cast of a moment in UTC.
    #[must_use]
    pub const fn at_utc(self) -> Self {
        Self { by: By::Utc, ..self }
    }

    /// Whether the expression does something else than what PostgreSQL does by itself.
    pub(crate) fn is_needed(self, by_itself: bool) -> bool {
        !by_itself || self.shape != Shape::Same || self.by == By::Utc
    }
}
