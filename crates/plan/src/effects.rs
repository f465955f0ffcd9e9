//! What each step makes, needs and takes away: the only source of dependencies between steps.
//!
//! A [`Resource`] is either an *object* of one of the two schemas or a *name*. Objects of the next schema are produced
//! and consumed, objects of the previous schema are consumed and destroyed; names are destroyed (given up) and
//! produced (taken). So three rules order everything: a name is given up before it is taken, a thing is made before it
//! is used, and used before it goes.

use driftless_ir::{
    BaseType, ColumnId, ColumnWalker, EnumId, ForeignKeyWalker, IndexId, IndexWalker, Name, NamespaceId,
    Schema, TableId, TableWalker,
};

use crate::Pair;
use crate::correspondence::Correspondence;
use crate::diff::leans_on;
use crate::step::{AlterEnum, AlterTable, PrimaryKeyChange, Step};

/// What steps depend on each other through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Resource<'a> {
    /// A namespace of the next schema.
    Namespace(NamespaceId),
    PreviousEnum(EnumId),
    NextEnum(EnumId),
    /// The values that come to an enum type of the next schema.
    EnumValues(EnumId),
    PreviousTable(TableId),
    /// A table of the next schema under its own name.
    NextTable(TableId),
    /// The names of the columns of a table of the next schema.
    ColumnNames(TableId),
    PreviousColumn(ColumnId),
    NextColumn(ColumnId),
    PreviousIndex(IndexId),
    NextIndex(IndexId),
    /// The name of an extension.
    ExtensionName(&'a Name),
    /// The name of a table or an index in a namespace.
    RelationName(&'a Name, &'a Name),
    /// The name of an enum or of a table's row type in a namespace.
    TypeName(&'a Name, &'a Name),
    /// The name of a foreign key on a table of the next schema.
    ConstraintName(TableId, &'a Name),
}

/// The resources of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects<'a> {
    /// What it makes, and names that it takes.
    pub produces: Vec<Resource<'a>>,
    /// What it needs: the old as long as it is there, the new as soon as it is.
    pub consumes: Vec<Resource<'a>>,
    /// What it takes away, and names that it gives up.
    pub destroys: Vec<Resource<'a>>,
}

impl Effects<'_> {
    pub(crate) fn clear(&mut self) {
        self.produces.clear();
        self.consumes.clear();
        self.destroys.clear();
    }
}

/// What the steps of a plan are about.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a, 'b> {
    pub(crate) schemas: Pair<&'a Schema>,
    pub(crate) correspondence: &'b Correspondence,
}

impl<'a> Scope<'a, '_> {
    /// Adds the effects of a step.
    pub(crate) fn add(self, step: &Step, to: &mut Effects<'a>) {
        let Pair { previous, next } = self.schemas;
        match step {
            Step::CreateNamespace(id) => to.produces.push(Resource::Namespace(*id)),
            Step::DropExtension(ids) => {
                to.destroys.push(Resource::ExtensionName(previous.extension(ids.previous).name()));
            }
            Step::CreateExtension { extension, .. } => {
                let extension = next.extension(*extension);
                to.produces.push(Resource::ExtensionName(extension.name()));
                let namespace = extension.get().namespace.as_ref().and_then(|name| next.find_namespace(name));
                to.consumes.extend(namespace.map(|namespace| Resource::Namespace(namespace.id())));
            }
            Step::AlterExtension(_) => {}
            Step::RenameEnum(ids) => {
                let names = self.schemas.enums(*ids).map(|e| e.qualified_name());
                to.destroys.push(Resource::TypeName(&names.previous.namespace, &names.previous.name));
                self.create_enum(ids.next, to);
            }
            Step::CreateEnum(id) => self.create_enum(*id, to),
            Step::AlterEnum(alter) => self.alter_enum(alter, to),
            Step::DropEnum(id) => {
                let name = previous.enumeration(*id).qualified_name();
                to.destroys
                    .extend([Resource::PreviousEnum(*id), Resource::TypeName(&name.namespace, &name.name)]);
            }
            Step::RenameTable(ids) => self.rename_table(*ids, to),
            Step::RenameColumns { tables, .. } => {
                to.consumes.push(Resource::NextTable(tables.next));
                to.produces.push(Resource::ColumnNames(tables.next));
            }
            Step::CreateTable(id) => self.create_table(next.table(*id), to),
            Step::AlterTable(alter) => self.alter_table(alter, to),
            Step::DropTable(id) => self.drop_table(previous.table(*id), to),
            Step::CreateIndex { index, .. } => self.create_index(next.index(*index), to),
            Step::RenameIndex(ids) => {
                let indexes = self.schemas.indexes(*ids);
                self.touch(indexes.previous.table(), to);
                to.destroys.push(self.index_name(indexes.previous));
                to.produces.push(index_name(indexes.next));
            }
            Step::DropIndex { index, .. } => self.drop_index(previous.index(*index), to),
            Step::AddForeignKey { foreign_key, .. } => self.add_key(next.foreign_key(*foreign_key), to),
            Step::RenameForeignKey(ids) => {
                let keys = self.schemas.foreign_keys(*ids);
                let table = keys.next.table();
                self.touch(keys.previous.table(), to);
                to.destroys.push(Resource::ConstraintName(table.id(), keys.previous.name()));
                to.produces.push(Resource::ConstraintName(table.id(), keys.next.name()));
            }
            Step::DropForeignKey { foreign_key, .. } => self.drop_key(previous.foreign_key(*foreign_key), to),
        }
    }

    /// A step that speaks of a table of the previous schema: by its new name if it stays.
    fn touch(self, table: TableWalker<'a>, to: &mut Effects<'a>) {
        to.consumes.push(match self.correspondence.next_table(table.id()) {
            Some(next) => Resource::NextTable(next),
            None => Resource::PreviousTable(table.id()),
        });
    }

    /// The name of an index of the previous schema, in the namespace where its table is by then.
    fn index_name(self, index: IndexWalker<'a>) -> Resource<'a> {
        let table = match self.correspondence.next_table(index.table().id()) {
            Some(next) => self.schemas.next.table(next),
            None => index.table(),
        };
        Resource::RelationName(table.namespace().name(), index.name())
    }

    fn create_enum(self, id: EnumId, to: &mut Effects<'a>) {
        let enumeration = self.schemas.next.enumeration(id);
        let name = enumeration.qualified_name();
        to.produces.extend([Resource::NextEnum(id), Resource::TypeName(&name.namespace, &name.name)]);
        to.consumes.push(Resource::Namespace(enumeration.namespace().id()));
    }

    fn alter_enum(self, alter: &AlterEnum, to: &mut Effects<'a>) {
        to.consumes.push(Resource::NextEnum(alter.enums.next));
        to.produces.push(Resource::EnumValues(alter.enums.next));
        for column in &alter.columns {
            to.consumes.push(Resource::PreviousColumn(column.previous));
            let table = self.schemas.previous.column(column.previous).table();
            self.touch(table, to);
            if let Some(next) = self.correspondence.next_table(table.id()) {
                to.consumes.push(Resource::ColumnNames(next));
            }
        }
        to.consumes.extend(alter.indexes.iter().map(|index| Resource::PreviousIndex(*index)));
    }

    fn rename_table(self, ids: Pair<TableId>, to: &mut Effects<'a>) {
        let tables = self.schemas.tables(ids);
        to.produces.push(Resource::NextTable(ids.next));
        take_table_name(tables.next, &mut to.produces);
        take_table_name(tables.previous, &mut to.destroys);
        to.consumes.push(Resource::Namespace(tables.next.namespace().id()));
    }

    fn create_table(self, table: TableWalker<'a>, to: &mut Effects<'a>) {
        to.produces.push(Resource::NextTable(table.id()));
        take_table_name(table, &mut to.produces);
        to.produces.extend(table.primary_key().into_iter().flat_map(|key| next_index(key)));
        to.consumes.push(Resource::Namespace(table.namespace().id()));
        for column in table.columns() {
            consume_type(column, to);
        }
    }

    fn alter_table(self, alter: &AlterTable, to: &mut Effects<'a>) {
        let tables = self.schemas.tables(alter.tables);
        to.consumes.extend([Resource::NextTable(tables.next.id()), Resource::ColumnNames(tables.next.id())]);
        for id in &alter.dropped {
            destroy_column(self.schemas.previous.column(*id), to);
        }
        for id in &alter.added {
            to.produces.push(Resource::NextColumn(*id));
            consume_type(self.schemas.next.column(*id), to);
        }
        for column in &alter.altered {
            if column.conversion.is_some() {
                destroy_column(self.schemas.previous.column(column.columns.previous), to);
            }
            to.produces.push(Resource::NextColumn(column.columns.next));
            consume_type(self.schemas.next.column(column.columns.next), to);
        }
        use PrimaryKeyChange::{Add, Drop, Rebuild, Rename, Replace};
        let keys = tables.map(TableWalker::primary_key);
        if let (Some(key), Some(Drop | Replace | Rebuild | Rename)) = (keys.previous, alter.primary_key) {
            to.destroys.extend([Resource::PreviousIndex(key.id()), self.index_name(key)]);
        }
        if let (Some(key), Some(Add | Replace | Rebuild | Rename)) = (keys.next, alter.primary_key) {
            to.produces.extend(next_index(key));
        }
    }

    fn drop_table(self, table: TableWalker<'a>, to: &mut Effects<'a>) {
        to.destroys.push(Resource::PreviousTable(table.id()));
        take_table_name(table, &mut to.destroys);
        for index in table.indexes() {
            to.destroys.extend([Resource::PreviousIndex(index.id()), index_name(index)]);
        }
        for column in table.columns() {
            destroy_column(column, to);
        }
    }

    fn create_index(self, index: IndexWalker<'a>, to: &mut Effects<'a>) {
        let table = index.table();
        to.consumes.push(Resource::NextTable(table.id()));
        to.produces.extend(next_index(index));
        if self.correspondence.previous_table(table.id()).is_some() {
            to.consumes.push(Resource::ColumnNames(table.id()));
            for column in index.columns() {
                to.consumes.push(Resource::NextColumn(column.id()));
                consume_type(column, to);
            }
        }
    }

    fn drop_index(self, index: IndexWalker<'a>, to: &mut Effects<'a>) {
        self.touch(index.table(), to);
        to.consumes.extend(index.columns().map(|column| Resource::PreviousColumn(column.id())));
        to.destroys.extend([Resource::PreviousIndex(index.id()), self.index_name(index)]);
    }

    fn add_key(self, key: ForeignKeyWalker<'a>, to: &mut Effects<'a>) {
        let tables = [key.table().id(), key.referenced_table().id()];
        to.produces.push(Resource::ConstraintName(tables[0], key.name()));
        to.consumes.extend(tables.map(Resource::NextTable));
        to.consumes.extend(leans_on(key).map(|index| Resource::NextIndex(index.id())));
        if tables.iter().any(|table| self.correspondence.previous_table(*table).is_some()) {
            to.consumes.extend(tables.map(Resource::ColumnNames));
            let columns = key.columns().chain(key.referenced_columns());
            to.consumes.extend(columns.map(|column| Resource::NextColumn(column.id())));
        }
    }

    fn drop_key(self, key: ForeignKeyWalker<'a>, to: &mut Effects<'a>) {
        for table in [key.table(), key.referenced_table()] {
            self.touch(table, to);
        }
        let columns = key.columns().chain(key.referenced_columns());
        to.consumes.extend(columns.map(|column| Resource::PreviousColumn(column.id())));
        to.consumes.extend(leans_on(key).map(|index| Resource::PreviousIndex(index.id())));
        if let Some(table) = self.correspondence.next_table(key.table().id()) {
            to.destroys.push(Resource::ConstraintName(table, key.name()));
        }
    }
}

fn take_table_name<'a>(table: TableWalker<'a>, list: &mut Vec<Resource<'a>>) {
    let name = table.qualified_name();
    list.extend([
        Resource::RelationName(&name.namespace, &name.name),
        Resource::TypeName(&name.namespace, &name.name),
    ]);
}

fn index_name(index: IndexWalker<'_>) -> Resource<'_> {
    Resource::RelationName(index.table().namespace().name(), index.name())
}

fn next_index(index: IndexWalker<'_>) -> [Resource<'_>; 2] {
    [Resource::NextIndex(index.id()), index_name(index)]
}

fn consume_type(column: ColumnWalker<'_>, to: &mut Effects<'_>) {
    if let BaseType::Enum(id) = column.get().ty.base {
        to.consumes.extend([Resource::NextEnum(id), Resource::EnumValues(id)]);
    }
}

fn destroy_column(column: ColumnWalker<'_>, to: &mut Effects<'_>) {
    to.destroys.push(Resource::PreviousColumn(column.id()));
    if let BaseType::Enum(id) = column.get().ty.base {
        to.consumes.push(Resource::PreviousEnum(id));
    }
}
