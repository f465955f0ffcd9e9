//! The resolved model.

use driftless_diagnostics::Span;
use driftless_ir::{Builtin, ReferentialAction};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::config::{Datasource, Generator};
use crate::syntax::{self, Arity, Attribute, Call, Expression, ModelKind, Text, Word};

/// The position of a [`Model`] in [`Datamodel::models`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelRef(pub(super) u32);

impl ModelRef {
    /// The position.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The position of an [`Enum`] in [`Datamodel::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumRef(pub(super) u32);

/// A field of a model: the model and the position among its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The model.
    pub model: ModelRef,
    /// The position in [`Model::fields`].
    pub field: usize,
}

/// A whole schema, resolved.
#[derive(Debug, Default)]
pub struct Datamodel<'a> {
    /// The datasource blocks, in file order; a valid schema has one.
    pub datasources: Vec<Datasource<'a>>,
    /// The generator blocks, in file order.
    pub generators: Vec<Generator<'a>>,
    /// The enums, in file order.
    pub enums: Vec<Enum<'a>>,
    /// The models, views and composite types, in file order.
    pub models: Vec<Model<'a>>,
    /// The relations, in the order of their first fields.
    pub relations: Vec<Relation<'a>>,
    pub(super) types: IndexMap<&'a str, Type, FxBuildHasher>,
}

/// The positions of a model's fields by name.
pub(super) type FieldNames<'a> = IndexMap<&'a str, usize, FxBuildHasher>;

/// What the name of a type stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Model(ModelRef),
    Enum(EnumRef),
}

impl<'a> Datamodel<'a> {
    /// The datasource; of several the first.
    pub fn datasource(&self) -> Option<&Datasource<'a>> {
        self.datasources.first()
    }

    /// Whether a generator turns a preview feature on.
    pub fn has_preview_feature(&self, name: &str) -> bool {
        self.generators.iter().any(|generator| {
            generator.preview_features.iter().any(|text| text.value.eq_ignore_ascii_case(name))
        })
    }

    /// A model by its reference.
    pub fn model(&self, model: ModelRef) -> &Model<'a> {
        &self.models[model.0 as usize]
    }

    /// An enum by its reference.
    pub fn enumeration(&self, enumeration: EnumRef) -> &Enum<'a> {
        &self.enums[enumeration.0 as usize]
    }

    /// A field by its reference.
    pub fn field(&self, field: FieldRef) -> &Field<'a> {
        &self.model(field.model).fields[field.field]
    }

    /// All models with their references, in file order.
    pub fn models_with_refs(&self) -> impl Iterator<Item = (ModelRef, &Model<'a>)> {
        self.models.iter().enumerate().map(|(at, model)| (ModelRef(at as u32), model))
    }
}

/// A model, a view or a composite type.
#[derive(Debug)]
pub struct Model<'a> {
    /// The block.
    pub syntax: &'a syntax::Model<'a>,
    /// `@@map`: the name in the database.
    pub mapped: Option<&'a Text<'a>>,
    /// `@@schema`: the namespace.
    pub namespace: Option<&'a Text<'a>>,
    /// `@@ignore`.
    pub ignored: Option<&'a Attribute<'a>>,
    /// The fields, in order, those with the name of an earlier one included.
    pub fields: Vec<Field<'a>>,
    /// `@id` and `@@id`, all that were found; a valid model has at most one.
    pub ids: Vec<Index<'a>>,
    /// Uniques and indexes: those of fields in field order, then `@@index`, then `@@unique`, then `@@fulltext`.
    pub indexes: Vec<Index<'a>>,
    pub(super) field_names: FieldNames<'a>,
}

impl<'a> Model<'a> {
    pub(super) fn new(syntax: &'a syntax::Model<'a>) -> Self {
        Self {
            syntax,
            mapped: None,
            namespace: None,
            ignored: None,
            fields: Vec::new(),
            ids: Vec::new(),
            indexes: Vec::new(),
            field_names: FieldNames::default(),
        }
    }

    /// The name in the schema.
    pub fn name(&self) -> &'a str {
        self.syntax.name.text
    }

    /// The name in the database.
    pub fn database_name(&self) -> &'a str {
        self.mapped.map_or(self.syntax.name.text, |text| &text.value)
    }

    /// Whether it is a table, and not a view or a composite type.
    pub fn is_table(&self) -> bool {
        self.syntax.kind == ModelKind::Model
    }

    /// The primary key: of several the first.
    pub fn id(&self) -> Option<&Index<'a>> {
        self.ids.first()
    }

    /// The position of the field of a name.
    pub fn find_field(&self, name: &str) -> Option<usize> {
        self.field_names.get(name).copied()
    }
}

/// A scalar type of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ScalarType {
    String,
    Boolean,
    Int,
    BigInt,
    Float,
    Decimal,
    DateTime,
    Json,
    Bytes,
}

impl ScalarType {
    /// All of them, in the order of the language's reference.
    pub const ALL: [Self; 9] = [
        Self::String,
        Self::Boolean,
        Self::Int,
        Self::BigInt,
        Self::Float,
        Self::Decimal,
        Self::DateTime,
        Self::Json,
        Self::Bytes,
    ];

    /// The name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Boolean => "Boolean",
            Self::Int => "Int",
            Self::BigInt => "BigInt",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::DateTime => "DateTime",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
        }
    }

    /// The type of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scalar| scalar.name() == name)
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A value of a scalar type.
    Scalar(ScalarType),
    /// A value of an enum.
    Enum(EnumRef),
    /// A value of a type that the language cannot name.
    Unsupported,
    /// Another model, or the same.
    Relation(ModelRef),
    /// A composite type, which PostgreSQL schemas cannot have.
    Composite(ModelRef),
    /// Something that nothing declares; reported.
    Unknown,
}

/// A field.
#[derive(Debug)]
pub struct Field<'a> {
    /// The line.
    pub syntax: &'a syntax::Field<'a>,
    /// What it holds.
    pub kind: FieldKind,
    /// `@map`: the name in the database.
    pub mapped: Option<&'a Text<'a>>,
    /// `@default`.
    pub default: Option<DefaultAttribute<'a>>,
    /// `@db.…`.
    pub native: Option<NativeType<'a>>,
    /// `@updatedAt`.
    pub updated_at: Option<&'a Attribute<'a>>,
    /// `@ignore`.
    pub ignored: Option<&'a Attribute<'a>>,
    /// `@relation`.
    pub relation: Option<Box<RelationAttribute<'a>>>,
}

impl<'a> Field<'a> {
    /// The name in the schema.
    pub fn name(&self) -> &'a str {
        self.syntax.name.text
    }

    /// The name in the database.
    pub fn database_name(&self) -> &'a str {
        self.mapped.map_or(self.syntax.name.text, |text| &text.value)
    }

    /// How many values it holds.
    pub fn arity(&self) -> Arity {
        self.syntax.arity
    }

    /// Whether it becomes a column.
    pub fn is_column(&self) -> bool {
        matches!(self.kind, FieldKind::Scalar(_) | FieldKind::Enum(_) | FieldKind::Unsupported)
    }

    /// The model that a relation field leads to.
    pub fn related_model(&self) -> Option<ModelRef> {
        match self.kind {
            FieldKind::Relation(model) => Some(model),
            _ => None,
        }
    }
}

/// `@default(…)`.
#[derive(Clone, Debug)]
pub struct DefaultAttribute<'a> {
    /// The value.
    pub value: &'a Expression<'a>,
    /// `map:`.
    pub mapped: Option<&'a Text<'a>>,
    /// The attribute.
    pub attribute: &'a Attribute<'a>,
}

impl<'a> DefaultAttribute<'a> {
    /// The value as a function call.
    pub fn as_call(&self) -> Option<&'a Call<'a>> {
        match self.value {
            Expression::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Whether the value is the function of this name.
    pub fn is_function(&self, name: &str) -> bool {
        self.as_call().is_some_and(|call| call.name.text == name)
    }
}

/// `@db.…`.
#[derive(Clone, Debug)]
pub struct NativeType<'a> {
    /// The type.
    pub ty: Builtin,
    /// The name behind the dot.
    pub name: &'a str,
    /// The attribute.
    pub attribute: &'a Attribute<'a>,
}

/// What an [`Index`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexPurpose {
    /// `@id`, `@@id`.
    Id,
    /// `@unique`, `@@unique`.
    Unique,
    /// `@@index`.
    Plain,
    /// `@@fulltext`, which PostgreSQL schemas cannot have.
    Fulltext,
}

/// An id, a unique or an index.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    /// What it is for.
    pub purpose: IndexPurpose,
    /// The attribute.
    pub attribute: &'a Attribute<'a>,
    /// The field that the attribute stands on, if it stands on one.
    pub on_field: Option<usize>,
    /// Its fields, in order.
    pub fields: Vec<IndexField<'a>>,
    /// `map:`: the name in the database.
    pub mapped: Option<&'a Text<'a>>,
    /// `name:`: the name in the client.
    pub client_name: Option<&'a Text<'a>>,
    /// `type:`: the access method.
    pub method: Option<Word<'a>>,
    /// `clustered:`, which PostgreSQL does not have.
    pub clustered: Option<&'a Expression<'a>>,
    /// `where:`: the condition of a partial index.
    pub predicate: Option<Predicate<'a>>,
    /// Whether a field was named that was not found: the index is incomplete.
    pub is_broken: bool,
}

/// A field of an index.
#[derive(Clone, Debug)]
pub struct IndexField<'a> {
    /// The position in the model's fields.
    pub field: usize,
    /// Where it is named; for an attribute on a field, the attribute.
    pub span: Span,
    /// `sort:`.
    pub sort: Option<Word<'a>>,
    /// `length:`, which PostgreSQL does not have.
    pub length: Option<&'a Expression<'a>>,
    /// `ops:`: a name of the language or `raw("…")`.
    pub operator_class: Option<&'a Expression<'a>>,
}

/// `where:`.
#[derive(Clone, Debug)]
pub enum Predicate<'a> {
    /// `raw("…")`.
    Raw(&'a Text<'a>),
    /// `{ field: value }`, with the value as it stands.
    Fields(&'a [(Word<'a>, Expression<'a>)]),
    /// Something else, not understood.
    Invalid(Span),
}

/// `@relation(…)`.
#[derive(Clone, Debug)]
pub struct RelationAttribute<'a> {
    /// The attribute.
    pub attribute: &'a Attribute<'a>,
    /// The relation's name.
    pub name: Option<&'a Text<'a>>,
    /// `fields:`: positions in the model's fields; names that were not found are left out.
    pub fields: Option<Vec<usize>>,
    /// `references:`: positions in the related model's fields; names that were not found are left out.
    pub references: Option<Vec<usize>>,
    /// Whether a field was named that was not found.
    pub is_broken: bool,
    /// `onDelete:`.
    pub on_delete: Option<(ReferentialAction, Span)>,
    /// `onUpdate:`.
    pub on_update: Option<(ReferentialAction, Span)>,
    /// `map:`: the constraint's name in the database.
    pub mapped: Option<&'a Text<'a>>,
}

/// The relation fields of two models, or of one, that share a relation name. A valid relation has two fields.
#[derive(Clone, Debug)]
pub struct Relation<'a> {
    /// The name, where one is given.
    pub name: Option<&'a str>,
    /// The fields, in file order.
    pub fields: Vec<FieldRef>,
}

/// An enum.
#[derive(Debug)]
pub struct Enum<'a> {
    /// The block.
    pub syntax: &'a syntax::Enum<'a>,
    /// `@@map`: the name in the database.
    pub mapped: Option<&'a Text<'a>>,
    /// `@@schema`: the namespace.
    pub namespace: Option<&'a Text<'a>>,
    /// The values, in order.
    pub values: Vec<EnumValue<'a>>,
}

impl<'a> Enum<'a> {
    pub(super) fn new(syntax: &'a syntax::Enum<'a>) -> Self {
        Self { syntax, mapped: None, namespace: None, values: Vec::with_capacity(syntax.values.len()) }
    }

    /// The name in the schema.
    pub fn name(&self) -> &'a str {
        self.syntax.name.text
    }

    /// The name in the database.
    pub fn database_name(&self) -> &'a str {
        self.mapped.map_or(self.syntax.name.text, |text| &text.value)
    }
}

/// A value of an enum.
#[derive(Debug)]
pub struct EnumValue<'a> {
    /// The line.
    pub syntax: &'a syntax::EnumValue<'a>,
    /// `@map`: the value in the database.
    pub mapped: Option<&'a Text<'a>>,
}

impl<'a> EnumValue<'a> {
    /// The name in the schema.
    pub fn name(&self) -> &'a str {
        self.syntax.name.text
    }

    /// The value in the database.
    pub fn database_name(&self) -> &'a str {
        self.mapped.map_or(self.syntax.name.text, |text| &text.value)
    }
}
