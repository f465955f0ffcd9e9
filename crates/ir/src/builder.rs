//! The mutable schema, keyed by name, and the one door to the immutable one.

use std::fmt;

use rustc_hash::FxBuildHasher;

use crate::id::Id;
use crate::schema::Table;
use crate::{
    Arena, BaseType, Check, Column, ColumnId, ColumnType, Enum, EnumId, Extension, External, ForeignKey,
    Index, IndexId, IndexKind, Name, Namespace, NamespaceId, OrderedMap, Origin, QualifiedName, Schema,
    Sequence, TableId, Unmodelled, View,
};

/// A table that is being built; it refers to everything by name.
#[derive(Clone, Debug, Default)]
pub struct TableDefinition {
    /// The columns, in order.
    pub columns: OrderedMap<Name, Column<QualifiedName>>,
    /// The indexes, in order; at most one is the primary key.
    pub indexes: Vec<Index<Name>>,
    /// The foreign keys, in order.
    pub foreign_keys: Vec<ForeignKey<QualifiedName, Name>>,
    /// The CHECK constraints, in order.
    pub checks: Vec<Check>,
    /// Where it comes from.
    pub origin: Origin,
}

impl TableDefinition {
    /// Adds a column; a former one of the name is replaced where it stands.
    pub fn add_column(&mut self, column: Column<QualifiedName>) {
        self.columns.insert(column.name.clone(), column);
    }
}

/// A schema that is being built. Every source feeds one.
#[derive(Clone, Debug, Default)]
pub struct SchemaBuilder {
    /// The namespaces, in order.
    pub namespaces: OrderedMap<Name, Namespace>,
    /// The extensions, in order.
    pub extensions: OrderedMap<Name, Extension>,
    /// The enum types, in order.
    pub enums: OrderedMap<QualifiedName, Enum>,
    /// The tables, in order.
    pub tables: OrderedMap<QualifiedName, TableDefinition>,
    /// The sequences, in order.
    pub sequences: Vec<Sequence>,
    /// The views, in order.
    pub views: Vec<View>,
    /// What the source has and the model does not.
    pub unmodelled: Vec<Unmodelled>,
    /// Whether the source says nothing of partial indexes, because its language has none.
    pub ignores_partial_indexes: bool,
}

/// A reference in a builder to something that it does not hold: a bug of whoever filled it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// What refers, in words.
    pub from: String,
    /// What is missing, in words.
    pub to: String,
}

impl fmt::Display for Dangling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refers to {}, which does not exist", self.from, self.to)
    }
}

impl std::error::Error for Dangling {}

/// The position of the first column of each table and, last, the number of columns.
type Starts = Vec<u32>;

/// For each table, which entries of a list are its own.
type Runs = Vec<std::ops::Range<u32>>;

impl SchemaBuilder {
    /// A builder that holds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a namespace that its source names; keeps a former entry.
    pub fn add_namespace(&mut self, name: impl Into<Name>) {
        let name = name.into();
        self.namespaces.entry(name.clone()).or_insert(Namespace { name, implicit: false });
    }

    /// Adds the namespace that its source leaves out; keeps a former entry.
    pub fn add_implicit_namespace(&mut self, name: impl Into<Name>) {
        let name = name.into();
        self.namespaces.entry(name.clone()).or_insert(Namespace { name, implicit: true });
    }

    /// Adds an enum type; a former one of the name is replaced where it stands.
    pub fn add_enum(&mut self, enumeration: Enum) {
        self.enums.insert(enumeration.name.clone(), enumeration);
    }

    /// Adds a table; a former one of the name is replaced where it stands.
    pub fn add_table(&mut self, name: QualifiedName, table: TableDefinition) {
        self.tables.insert(name, table);
    }

    /// Takes out everything in the namespaces that `keep` refuses. Columns keep the types of enums that go, as text;
    /// foreign keys to tables that go are taken out with them.
    pub fn retain_namespaces(&mut self, keep: impl Fn(&Name) -> bool) {
        let kept = |name: &QualifiedName| keep(&name.namespace);
        self.namespaces.retain(|name, _| keep(name));
        self.enums.retain(|name, _| kept(name));
        self.tables.retain(|name, _| kept(name));
        self.sequences.retain(|sequence| kept(&sequence.name));
        self.views.retain(|view| kept(&view.name));
        self.unmodelled.retain(|unmodelled| keep(&unmodelled.namespace));
        for table in self.tables.values_mut() {
            table.foreign_keys.retain(|key| kept(&key.referenced_table));
            for column in table.columns.values_mut() {
                if let BaseType::Enum(name) = &column.ty.base
                    && !kept(name)
                {
                    column.ty.base = BaseType::Other(name.to_string().into());
                }
            }
        }
    }

    /// Makes the immutable schema. Namespaces that objects lie in and that were not added are added at the end.
    ///
    /// # Errors
    /// [`Dangling`] where a column, a table or an enum is referred to and does not exist.
    pub fn freeze(mut self) -> Result<Schema, Dangling> {
        let used = self.tables.keys().chain(self.enums.keys()).map(|name| name.namespace.clone());
        for namespace in used.collect::<Vec<_>>() {
            self.add_namespace(namespace);
        }
        let starts = self.column_starts();
        let (indexes, index_runs) = self.freeze_indexes(&starts)?;
        let (foreign_keys, foreign_key_runs) = self.freeze_foreign_keys(&starts)?;
        let namespaces = Arena::new(self.namespaces);
        let enums = Arena::new(self.enums);
        let mut columns = Vec::with_capacity(starts.last().map_or(0, |end| *end as usize));
        let mut tables = OrderedMap::with_capacity_and_hasher(self.tables.len(), FxBuildHasher);
        for (at, (name, table)) in self.tables.into_iter().enumerate() {
            let start = columns.len() as u32;
            for column in table.columns.into_values() {
                columns.push((TableId::from_index(at), freeze_column(column, &name, &enums)?));
            }
            let run = index_runs[at].clone();
            let is_primary = |id: &u32| indexes[*id as usize].1.kind == IndexKind::Primary;
            let primary_key = run.clone().find(is_primary).map(|id| IndexId::from_index(id as usize));
            let namespace: Option<NamespaceId> = namespaces.id(&name.namespace);
            let entry = Table {
                namespace: namespace.expect("the namespaces in use were added above"),
                columns: start..columns.len() as u32,
                indexes: run,
                primary_key,
                foreign_keys: foreign_key_runs[at].clone(),
                checks: table.checks,
                origin: table.origin,
            };
            tables.insert(name, entry);
        }
        let mut schema = Schema {
            external: External::default(),
            namespaces,
            extensions: Arena::new(self.extensions),
            enums,
            tables: Arena::new(tables),
            columns,
            indexes,
            foreign_keys,
            sequences: self.sequences,
            views: self.views,
            unmodelled: self.unmodelled,
            ignores_partial_indexes: self.ignores_partial_indexes,
        };
        schema.read_expressions();
        Ok(schema)
    }

    fn column_starts(&self) -> Starts {
        let mut end = 0;
        let ends = self.tables.values().map(|table| {
            end += table.columns.len() as u32;
            end
        });
        std::iter::once(0).chain(ends).collect()
    }

    fn freeze_indexes(&mut self, starts: &Starts) -> Result<(Vec<(TableId, Index)>, Runs), Dangling> {
        let count = self.tables.values().map(|table| table.indexes.len()).sum();
        let (mut all, mut runs) = (Vec::with_capacity(count), Runs::with_capacity(self.tables.len()));
        for (at, (table, definition)) in self.tables.iter_mut().enumerate() {
            let first = all.len() as u32;
            for index in std::mem::take(&mut definition.indexes) {
                let index_name = index.name.clone();
                let resolved =
                    index.resolve(|name| find_column(definition, starts[at], name)).map_err(|column| {
                        Dangling {
                            from: format!("the index {index_name} on {table}"),
                            to: format!("its column {column}"),
                        }
                    })?;
                all.push((TableId::from_index(at), resolved));
            }
            runs.push(first..all.len() as u32);
        }
        Ok((all, runs))
    }

    fn freeze_foreign_keys(
        &mut self,
        starts: &Starts,
    ) -> Result<(Vec<(TableId, ForeignKey)>, Runs), Dangling> {
        let count = self.tables.values().map(|table| table.foreign_keys.len()).sum();
        let (mut all, mut runs) = (Vec::with_capacity(count), Runs::with_capacity(self.tables.len()));
        for at in 0..self.tables.len() {
            let first = all.len() as u32;
            for definition in std::mem::take(&mut self.tables[at].foreign_keys) {
                all.push((TableId::from_index(at), self.freeze_foreign_key(at, definition, starts)?));
            }
            runs.push(first..all.len() as u32);
        }
        Ok((all, runs))
    }

    fn freeze_foreign_key(
        &self,
        table: usize,
        definition: ForeignKey<QualifiedName, Name>,
        starts: &Starts,
    ) -> Result<ForeignKey, Dangling> {
        let dangling = |to: String| Dangling { from: format!("the foreign key {}", definition.name), to };
        let Some(referenced) = self.tables.get_index_of(&definition.referenced_table) else {
            return Err(dangling(format!("the table {}", definition.referenced_table)));
        };
        let resolve = |at: usize, names: &[Name]| {
            let id = |name: &Name| {
                let missing = || dangling(format!("the column {name}"));
                find_column(&self.tables[at], starts[at], name).ok_or_else(missing)
            };
            names.iter().map(id).collect::<Result<Vec<_>, _>>()
        };
        Ok(ForeignKey {
            columns: resolve(table, &definition.columns)?,
            referenced_columns: resolve(referenced, &definition.referenced_columns)?,
            referenced_table: TableId::from_index(referenced),
            name: definition.name,
            on_delete: definition.on_delete,
            on_update: definition.on_update,
            deferrable: definition.deferrable,
            validated: definition.validated,
            origin: definition.origin,
        })
    }
}

fn find_column(table: &TableDefinition, start: u32, name: &Name) -> Option<ColumnId> {
    table.columns.get_index_of(name).map(|at| ColumnId::from_index(start as usize + at))
}

fn freeze_column(
    column: Column<QualifiedName>,
    table: &QualifiedName,
    enums: &Arena<EnumId, QualifiedName, Enum>,
) -> Result<Column, Dangling> {
    let base = match column.ty.base {
        BaseType::Builtin(builtin) => BaseType::Builtin(builtin),
        BaseType::Other(text) => BaseType::Other(text),
        BaseType::Enum(name) => match enums.id(&name) {
            Some(id) => BaseType::Enum(id),
            None => {
                let from = format!("the column {} of {table}", column.name);
                return Err(Dangling { from, to: format!("the enum {name}") });
            }
        },
    };
    Ok(Column {
        name: column.name,
        ty: ColumnType { base, array: column.ty.array },
        nullable: column.nullable,
        default: column.default,
        origin: column.origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builtin;

    fn column(name: &str) -> Column<QualifiedName> {
        Column {
            name: name.into(),
            ty: ColumnType::builtin(Builtin::Integer),
            nullable: false,
            default: None,
            origin: Origin::default(),
        }
    }

    fn two_tables() -> SchemaBuilder {
        let mut builder = SchemaBuilder::new();
        builder.add_implicit_namespace("public");
        for name in ["a", "b"] {
            let mut table = TableDefinition::default();
            table.add_column(column("id"));
            table.add_column(column("other"));
            table.indexes.push(Index::new(format!("{name}_pkey"), IndexKind::Primary, [Name::from("id")]));
            builder.add_table(QualifiedName::new("public", name), table);
        }
        builder
    }

    #[test]
    fn ids_are_dense_and_in_source_order() {
        let schema = two_tables().freeze().unwrap();
        let names: Vec<_> = schema.columns().map(|c| format!("{}.{}", c.table().name(), c.name())).collect();
        assert_eq!(names, [r#""a"."id""#, r#""a"."other""#, r#""b"."id""#, r#""b"."other""#]);
        let table = schema.find_table(&QualifiedName::new("public", "b")).unwrap();
        assert_eq!(table.primary_key().unwrap().name().as_str(), "b_pkey");
        assert!(table.namespace().is_implicit());
    }

    #[test]
    fn a_missing_column_is_named() {
        let mut builder = two_tables();
        builder.tables[0].indexes.push(Index::new("i", IndexKind::Plain, [Name::from("gone")]));
        let error = builder.freeze().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"the index "i" on "public"."a" refers to its column "gone", which does not exist"#
        );
    }
}
