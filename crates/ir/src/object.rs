//! The objects of a schema. Those that refer to others are generic over how: by name in a builder, by id in a schema.

use driftless_diagnostics::Span;

use crate::{Builtin, ColumnDefault, ColumnId, ColumnType, EnumId, Expr, Name, QualifiedName, TableId};

/// Where an object comes from. Outside every comparison of schemas.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The place in a source text.
    pub span: Option<Span>,
    /// What the source calls the object, where that is not its name in the database. Two objects of one handle are the
    /// same object, even where their names in the database differ.
    pub handle: Option<Name>,
    /// Whether the client fills the column, so that it has a value although the database knows no default.
    pub client_default: bool,
    /// What a database or a history says of a column beyond the model, where it says anything.
    pub reported: Option<Box<Reported>>,
}

/// What a database or a history says of a column beyond the model.
#[derive(Clone, Debug, Default)]
pub struct Reported {
    /// The type that the column's domain is made of, through all domains between.
    pub domain_of: Option<ColumnType<QualifiedName>>,
    /// The text of the default as PostgreSQL prints it, where the model has a constant that does not say how it was
    /// written: a date or time, a UUID, an array. Of a history, the text of any constant, as its script has it.
    pub default_text: Option<Box<str>>,
}

/// What `CREATE SCHEMA` makes.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The name.
    pub name: Name,
    /// Whether the source does not name it, so that its objects are written without it: the default namespace of a
    /// source that knows only one.
    pub implicit: bool,
}

/// An extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The name.
    pub name: Name,
    /// The namespace that its objects are in, if the source says so.
    pub namespace: Option<Name>,
    /// The version, if the source says so.
    pub version: Option<Box<str>>,
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The name.
    pub name: QualifiedName,
    /// The values in their order.
    pub values: Vec<EnumValue>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A value of an enum type.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The value as it stands in the database.
    pub name: Name,
    /// What the source calls it, where that differs; see [`Origin::handle`].
    pub handle: Option<Name>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column<E = EnumId> {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: ColumnType<E>,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// How it gets a value when none is given.
    pub default: Option<ColumnDefault>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexKind {
    /// A primary key.
    Primary,
    /// Unique; `constraint` where it belongs to a UNIQUE constraint and is not a mere unique index.
    Unique {
        /// Whether a constraint owns the index.
        constraint: bool,
    },
    /// Neither.
    Plain,
}

impl IndexKind {
    /// Whether it is unique and not the primary key.
    pub const fn is_unique(self) -> bool {
        matches!(self, Self::Unique { .. })
    }
}

/// The access method of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum IndexMethod {
    #[default]
    BTree,
    Hash,
    Gin,
    Gist,
    SpGist,
    Brin,
    /// A method of an extension.
    Other(Name),
}

/// The order of a key in an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// `ASC`, the default.
    #[default]
    Ascending,
    /// `DESC`.
    Descending,
}

/// Where an index puts NULLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullsOrder {
    /// `NULLS FIRST`.
    First,
    /// `NULLS LAST`.
    Last,
}

/// An operator class of an index key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorClass {
    /// The name as it is written in DDL: unquoted, possibly qualified, possibly with parameters.
    pub name: Box<str>,
    /// Whether it is the default of its access method for the key's type, so that writing it changes nothing.
    pub is_default: bool,
}

/// What a key of an index is made of.
#[derive(Clone, Debug)]
pub enum IndexKey<C = ColumnId> {
    /// A column.
    Column(C),
    /// An expression.
    Expression(Expr),
}

/// One key of an index.
#[derive(Clone, Debug)]
pub struct IndexPart<C = ColumnId> {
    /// What it is made of.
    pub key: IndexKey<C>,
    /// Its order, if one is named: ascending otherwise.
    pub sort: Option<SortOrder>,
    /// Where NULLs go, if not at the place that the order implies.
    pub nulls: Option<NullsOrder>,
    /// Its operator class, if one is named.
    pub operator_class: Option<OperatorClass>,
}

impl<C> IndexPart<C> {
    /// A column in ascending order.
    pub fn column(column: C) -> Self {
        Self { key: IndexKey::Column(column), sort: None, nulls: None, operator_class: None }
    }
}

/// Whether an index serves queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndexState {
    /// It does.
    #[default]
    Valid,
    /// A session is building it, or may be.
    Building,
    /// A concurrent build of it failed or was broken off: no query uses it, and it slows writes down.
    Invalid,
}

/// An index, with the constraint that owns it if one does.
#[derive(Clone, Debug)]
pub struct Index<C = ColumnId> {
    /// The name of the index and of its constraint.
    pub name: Name,
    /// What it is for.
    pub kind: IndexKind,
    /// The access method.
    pub method: IndexMethod,
    /// The keys.
    pub parts: Vec<IndexPart<C>>,
    /// Columns that are stored but not keys (`INCLUDE`).
    pub include: Vec<C>,
    /// The condition of a partial index.
    pub predicate: Option<Expr>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Whether it serves queries.
    pub state: IndexState,
    /// Where it comes from.
    pub origin: Origin,
}

impl<C> Index<C> {
    /// A B-tree index on columns in ascending order.
    pub fn new(name: impl Into<Name>, kind: IndexKind, columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            name: name.into(),
            kind,
            method: IndexMethod::BTree,
            parts: columns.into_iter().map(IndexPart::column).collect(),
            include: Vec::new(),
            predicate: None,
            nulls_not_distinct: false,
            state: IndexState::Valid,
            origin: Origin::default(),
        }
    }
}

/// What happens to a row when the row that it refers to goes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ReferentialAction {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// A foreign key. `T` and `C` are how a table and a column are referred to.
#[derive(Clone, Debug)]
pub struct ForeignKey<T = TableId, C = ColumnId> {
    /// The constraint's name.
    pub name: Name,
    /// The columns that refer.
    pub columns: Vec<C>,
    /// The table that they refer to.
    pub referenced_table: T,
    /// The columns that they refer to, one for each.
    pub referenced_columns: Vec<C>,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// `DEFERRABLE`, and whether `INITIALLY DEFERRED`.
    pub deferrable: Option<bool>,
    /// Whether existing rows are known to satisfy it (not `NOT VALID`).
    pub validated: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// A CHECK constraint.
#[derive(Clone, Debug)]
pub struct Check {
    /// The constraint's name.
    pub name: Name,
    /// The condition.
    pub condition: Expr,
    /// Whether existing rows are known to satisfy it (not `NOT VALID`).
    pub validated: bool,
}

/// A sequence.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// The name.
    pub name: QualifiedName,
    /// The column that owns it: its table and its name.
    pub owner: Option<(QualifiedName, Name)>,
    /// `AS`: the type that bounds its values.
    pub ty: Builtin,
    /// `START WITH`.
    pub start: i64,
    /// `INCREMENT BY`.
    pub increment: i64,
    /// `MINVALUE`.
    pub min: i64,
    /// `MAXVALUE`.
    pub max: i64,
    /// `CACHE`.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
}

/// A view.
#[derive(Clone, Debug)]
pub struct View {
    /// The name.
    pub name: QualifiedName,
    /// Whether it is materialized.
    pub materialized: bool,
    /// The query.
    pub definition: Expr,
    /// The columns, in order, where the source knows them. Outside every comparison: they follow from the query.
    pub columns: Vec<Column<QualifiedName>>,
}

/// Something that a source has and this model does not: shown, and never removed by a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmodelled {
    /// What kind of object, in PostgreSQL's words, lower case: `trigger`, `row security policy`.
    pub kind: Box<str>,
    /// The namespace that it lies in.
    pub namespace: Name,
    /// The table that owns it.
    pub table: Option<Name>,
    /// Its name, with argument types where they are part of it.
    pub name: Box<str>,
    /// Its definition in PostgreSQL's normal form, for comparison.
    pub definition: Box<str>,
}

impl Index<Name> {
    /// The same index with columns by id; `Err` with the name of a column that `find` does not know.
    pub(crate) fn resolve(self, find: impl Fn(&Name) -> Option<ColumnId>) -> Result<Index, Name> {
        let part = |part: IndexPart<Name>| {
            let key = match part.key {
                IndexKey::Column(name) => IndexKey::Column(find(&name).ok_or(name)?),
                IndexKey::Expression(expr) => IndexKey::Expression(expr),
            };
            Ok::<_, Name>(IndexPart {
                key,
                sort: part.sort,
                nulls: part.nulls,
                operator_class: part.operator_class,
            })
        };
        Ok(Index {
            parts: self.parts.into_iter().map(part).collect::<Result<_, _>>()?,
            include: self
                .include
                .into_iter()
                .map(|name| find(&name).ok_or(name))
                .collect::<Result<_, _>>()?,
            name: self.name,
            kind: self.kind,
            method: self.method,
            predicate: self.predicate,
            nulls_not_distinct: self.nulls_not_distinct,
            state: self.state,
            origin: self.origin,
        })
    }
}
