//! What the existing schema says of the database's objects.

use driftless_ir::{ColumnWalker, EnumWalker, ForeignKeyWalker, QualifiedName, TableWalker};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::lower::relations::{Ends, join_table_ends, join_table_name};
use crate::resolve::{Datamodel, Enum, Field, FieldRef, Model, ModelRef, Relation};
use crate::syntax::{ModelKind, Text};

/// A namespace and a name in it.
type Place = (Box<str>, Box<str>);

/// The columns of a foreign key with those that they refer to, sorted.
type Columns<'a> = Vec<(&'a str, &'a str)>;

type Map<K, V> = IndexMap<K, V, FxBuildHasher>;

/// The existing schema, by the names of the database.
pub(super) struct Previous<'d, 'a> {
    pub(super) datamodel: &'d Datamodel<'a>,
    tables: Map<Place, ModelRef>,
    views: Map<Place, ModelRef>,
    enums: Map<Place, usize>,
    /// The relations that hold a foreign key, by the models that they lead from and to, with the columns of both.
    keys: Map<(ModelRef, ModelRef), Vec<(Columns<'a>, KnownKey<'d, 'a>)>>,
    join_tables: Map<Place, KnownJoin<'d, 'a>>,
}

/// A relation with a foreign key: both its fields.
#[derive(Clone, Copy)]
pub(super) struct KnownKey<'d, 'a> {
    pub(super) relation: &'d Relation<'a>,
    /// The field that holds the key.
    pub(super) holder: FieldRef,
}

/// A relation with a join table: the fields of both its columns.
#[derive(Clone, Copy)]
pub(super) struct KnownJoin<'d, 'a> {
    pub(super) relation: &'d Relation<'a>,
    pub(super) a: FieldRef,
    pub(super) b: FieldRef,
}

impl KnownKey<'_, '_> {
    /// The field of the other side.
    pub(super) fn opposite(&self) -> Option<FieldRef> {
        self.relation.fields.iter().copied().find(|field| *field != self.holder)
    }
}

impl<'d, 'a> Previous<'d, 'a> {
    /// The schema as far as `kept` says that it counts; what it puts into no namespace lies in `default_namespace`.
    pub(super) fn new(datamodel: &'d Datamodel<'a>, default_namespace: &str, kept: bool) -> Self {
        let mut previous = Self {
            datamodel,
            tables: Map::default(),
            views: Map::default(),
            enums: Map::default(),
            keys: Map::default(),
            join_tables: Map::default(),
        };
        if kept {
            previous.add_names(default_namespace);
            previous.add_relations(default_namespace);
        }
        previous
    }

    fn add_names(&mut self, default_namespace: &str) {
        for (at, model) in self.datamodel.models_with_refs() {
            let place = place(model.namespace, default_namespace, model.database_name());
            match model.syntax.kind {
                ModelKind::Model => self.tables.insert(place, at),
                ModelKind::View => self.views.insert(place, at),
                ModelKind::Composite => None,
            };
        }
        for (at, enumeration) in self.datamodel.enums.iter().enumerate() {
            let place = place(enumeration.namespace, default_namespace, enumeration.database_name());
            self.enums.insert(place, at);
        }
    }

    fn add_relations(&mut self, default_namespace: &str) {
        let datamodel = self.datamodel;
        for relation in &datamodel.relations {
            if let Some(Ends { a, b }) = join_table_ends(datamodel, relation) {
                let name = join_table_name(datamodel, relation, &Ends { a, b });
                let place = place(datamodel.model(a.model).namespace, default_namespace, &name);
                self.join_tables.insert(place, KnownJoin { relation, a, b });
            }
            for holder in &relation.fields {
                if let Some(columns) = key_columns(datamodel, *holder) {
                    let related = datamodel.field(*holder).related_model().unwrap_or(holder.model);
                    let known = KnownKey { relation, holder: *holder };
                    self.keys.entry((holder.model, related)).or_default().push((columns, known));
                }
            }
        }
    }

    /// The model of a table.
    pub(super) fn table(&self, name: &QualifiedName) -> Option<ModelRef> {
        self.tables.get(&of(name)).copied()
    }

    /// The block of a view.
    pub(super) fn view(&self, name: &QualifiedName) -> Option<ModelRef> {
        self.views.get(&of(name)).copied()
    }

    /// The position of an enum type's block.
    pub(super) fn enumeration(&self, enumeration: EnumWalker<'_>) -> Option<usize> {
        self.enums.get(&of(enumeration.qualified_name())).copied()
    }

    /// The relation of a join table.
    pub(super) fn join_table(&self, table: TableWalker<'_>) -> Option<KnownJoin<'d, 'a>> {
        self.join_tables.get(&of(table.qualified_name())).copied()
    }

    /// The relation of a foreign key.
    pub(super) fn key<'s>(&self, key: ForeignKeyWalker<'s>) -> Option<KnownKey<'d, 'a>> {
        let model = self.table(key.table().qualified_name())?;
        let related = self.table(key.referenced_table().qualified_name())?;
        let name = |column: ColumnWalker<'s>| column.name().as_str();
        let mut columns: Columns<'s> =
            key.columns().map(name).zip(key.referenced_columns().map(name)).collect();
        columns.sort_unstable();
        let known = self.keys.get(&(model, related))?;
        known.iter().find(|(known, _)| *known == columns).map(|(_, key)| *key)
    }

    /// One of its models.
    pub(super) fn model(&self, at: ModelRef) -> &'d Model<'a> {
        self.datamodel.model(at)
    }

    /// One of its enums.
    pub(super) fn enum_at(&self, at: usize) -> &'d Enum<'a> {
        &self.datamodel.enums[at]
    }
}

/// The field of a model that stands for a column.
pub(super) fn field_of<'d, 'a>(model: &'d Model<'a>, column: &str) -> Option<&'d Field<'a>> {
    model.fields.iter().find(|field| field.is_column() && field.database_name() == column)
}

fn place(namespace: Option<&Text<'_>>, default_namespace: &str, name: &str) -> Place {
    (namespace.map_or(default_namespace, |text| &text.value).into(), name.into())
}

fn of(name: &QualifiedName) -> Place {
    (name.namespace.as_str().into(), name.name.as_str().into())
}

/// The columns of the foreign key that a relation field holds.
fn key_columns<'a>(datamodel: &Datamodel<'a>, holder: FieldRef) -> Option<Columns<'a>> {
    let field = datamodel.field(holder);
    let attribute = field.relation.as_deref()?;
    let (columns, referenced) = (attribute.fields.as_deref()?, attribute.references.as_deref()?);
    let (model, related) = (datamodel.model(holder.model), datamodel.model(field.related_model()?));
    let names = columns.iter().map(|at| model.fields[*at].database_name());
    let mut pairs: Vec<_> =
        names.zip(referenced.iter().map(|at| related.fields[*at].database_name())).collect();
    pairs.sort_unstable();
    Some(pairs)
}
