//! The reference's order of steps, where no dependency asks for another.

use crate::effects::Scope;
use crate::step::Step;

/// The phases of a plan. Beside each stands why it is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Everything else lies in namespaces.
    CreateNamespace,
    /// Another version can only come when the old one is gone.
    DropExtension,
    /// Types and functions of extensions may stand in any table.
    CreateExtension,
    /// As above.
    AlterExtension,
    /// Renames come first, so that all steps after them know one name only, the new one.
    RenameEnum,
    /// As above.
    RenameTable,
    /// As above; its statements name the table.
    RenameColumns,
    /// Columns may have the type.
    CreateEnum,
    /// Defaults may be values that come.
    AlterEnum,
    /// Indexes, columns and tables cannot go while a foreign key leans on them.
    DropForeignKey,
    /// An index would hinder a change of its columns' types, or go with them unnoticed.
    DropIndex,
    /// After what leans on columns went, before what leans on them comes.
    AlterTable,
    /// Before new tables and indexes come, which may take the names.
    DropTable,
    /// After the last column of the type, before a new table may take its name.
    DropEnum,
    /// After the names are free.
    CreateTable,
    /// After the columns are there; before foreign keys, which lean on unique indexes.
    CreateIndex,
    /// Before foreign keys come, which may take the names.
    RenameForeignKey,
    /// After all tables and unique indexes are there.
    AddForeignKey,
    /// Last: nothing leans on an index's name.
    RenameIndex,
}

/// Where a step stands in its phase: as the reference, by place in a file or by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    rank: Rank,
    table: usize,
    id: usize,
}

impl Step {
    /// The phase that the step belongs to.
    pub const fn rank(&self) -> Rank {
        match self {
            Self::CreateNamespace(_) => Rank::CreateNamespace,
            Self::DropExtension(_) => Rank::DropExtension,
            Self::CreateExtension { .. } => Rank::CreateExtension,
            Self::AlterExtension(_) => Rank::AlterExtension,
            Self::RenameEnum(_) => Rank::RenameEnum,
            Self::RenameTable(_) => Rank::RenameTable,
            Self::RenameColumns { .. } => Rank::RenameColumns,
            Self::CreateEnum(_) => Rank::CreateEnum,
            Self::AlterEnum(_) => Rank::AlterEnum,
            Self::DropForeignKey { .. } => Rank::DropForeignKey,
            Self::DropIndex { .. } => Rank::DropIndex,
            Self::AlterTable(_) => Rank::AlterTable,
            Self::DropTable(_) => Rank::DropTable,
            Self::DropEnum(_) => Rank::DropEnum,
            Self::CreateTable(_) => Rank::CreateTable,
            Self::CreateIndex { .. } => Rank::CreateIndex,
            Self::RenameForeignKey(_) => Rank::RenameForeignKey,
            Self::AddForeignKey { .. } => Rank::AddForeignKey,
            Self::RenameIndex(_) => Rank::RenameIndex,
        }
    }

    /// Where the step stands if nothing hinders it. No two steps of a plan have one place.
    pub(crate) fn place(&self, scope: Scope<'_, '_>) -> Place {
        let next = scope.schemas.next;
        let extension = |id| {
            let name = next.extension(id).name();
            next.extensions().filter(|other| other.name() < name).count()
        };
        let (table, id) = match self {
            Self::CreateNamespace(id) => {
                let name = next.namespace(*id).name();
                (0, next.namespaces().filter(|other| other.name() < name).count())
            }
            Self::DropExtension(ids) | Self::AlterExtension(ids) => (0, extension(ids.next)),
            Self::CreateExtension { extension: id, .. } => (0, extension(*id)),
            Self::RenameEnum(ids) => (0, ids.previous.index()),
            Self::RenameTable(ids) => (0, ids.previous.index()),
            Self::RenameColumns { tables, .. } => (0, tables.previous.index()),
            Self::CreateEnum(id) | Self::DropEnum(id) => (0, id.index()),
            Self::AlterEnum(alter) => (0, alter.enums.previous.index()),
            Self::DropForeignKey { foreign_key, .. } | Self::AddForeignKey { foreign_key, .. } => {
                (0, foreign_key.index())
            }
            Self::RenameForeignKey(ids) => (0, ids.previous.index()),
            Self::DropIndex { index, .. } => (0, index.index()),
            Self::AlterTable(alter) => (0, alter.tables.previous.index()),
            Self::DropTable(id) | Self::CreateTable(id) => (0, id.index()),
            // First those of new tables, then table by table those of tables that were there.
            Self::CreateIndex { index, .. } => {
                let table = next.index(*index).table().id();
                let previous = scope.correspondence.previous_table(table);
                (previous.map_or(0, |previous| previous.index() + 1), index.index())
            }
            Self::RenameIndex(ids) => (0, ids.previous.index()),
        };
        Place { rank: self.rank(), table, id }
    }
}
