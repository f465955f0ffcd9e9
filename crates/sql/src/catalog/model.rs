//! What the catalog holds. Objects refer to each other by ids, so that a rename changes one place.

use std::rc::Rc;

use driftless_diagnostics::Span;
use driftless_ir::{
    Builtin, IndexKind, IndexMethod, Name, NullsOrder, QualifiedName, ReferentialAction, SortOrder,
};

use crate::statement::{Deferral, PartitionBound, PartitionStrategy, Persistence, RoutineKind};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(pub(super) u32);
    )*};
}

ids! {
    /// A table, view, index, sequence or composite type.
    RelationId;
    /// An enum, domain or other type that a statement made.
    TypeId;
    /// A function, procedure or aggregate.
    FunctionId;
}

/// A part of a relation: unique in it and never used again.
pub(crate) type PartId = u32;

/// Which statement made an object, and which one changed it last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History {
    pub(crate) created: Span,
    pub(crate) changed: Span,
}

impl History {
    pub(crate) fn new(statement: Span) -> Self {
        Self { created: statement, changed: statement }
    }
}

/// A type: a base type or an array of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Type {
    pub(crate) base: Base,
    pub(crate) array: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Builtin(Builtin),
    Entry(TypeId),
    /// The rows of a relation.
    Row(RelationId),
    /// A type that the schema model has no word for, in PostgreSQL's spelling.
    Other(Box<str>),
    /// Not known: of a column that a query computes.
    Unknown,
}

impl Type {
    pub(crate) const fn builtin(builtin: Builtin) -> Self {
        Self { base: Base::Builtin(builtin), array: false }
    }

    pub(crate) const fn unknown() -> Self {
        Self { base: Base::Unknown, array: false }
    }

    pub(crate) fn other(name: &str) -> Self {
        Self { base: Base::Other(name.into()), array: false }
    }

    pub(crate) fn array(self) -> Self {
        Self { array: true, ..self }
    }

    pub(crate) fn element(self) -> Self {
        Self { array: false, ..self }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.base == Base::Unknown
    }
}

/// What an expression or a query refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// Columns of the relation that holds the expression.
    pub(crate) own_columns: Vec<PartId>,
    /// Relations, with the column that is used; `None` where no column of it is.
    pub(crate) relations: Vec<(RelationId, Option<PartId>)>,
    pub(crate) functions: Vec<FunctionId>,
    pub(crate) types: Vec<TypeId>,
}

/// An expression and what it refers to.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) tree: Rc<sqlparser::ast::Expr>,
    pub(crate) uses: Rc<Uses>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) id: PartId,
    pub(crate) name: Name,
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
    pub(crate) filling: Filling,
    /// The name of its collation; `None` where it is not known.
    pub(crate) collation: Option<Name>,
    /// Whether the table itself declares it.
    pub(crate) local: bool,
    /// From how many parents it comes.
    pub(crate) inherited: u32,
    pub(crate) history: History,
}

/// How a column gets a value.
#[derive(Clone, Debug)]
pub(crate) enum Filling {
    None,
    Default(Expression),
    Generated(Expression),
    Identity { always: bool, sequence: RelationId },
}

#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(crate) id: PartId,
    pub(crate) name: Name,
    pub(crate) kind: ConstraintKind,
    pub(crate) deferral: Deferral,
    pub(crate) validated: bool,
    pub(crate) local: bool,
    pub(crate) inherited: u32,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) enum ConstraintKind {
    /// A primary key, a unique or an exclusion constraint: the index says which.
    Index(RelationId),
    Foreign(ForeignKey),
    Check {
        condition: Expression,
        no_inherit: bool,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<PartId>,
    pub(crate) target: RelationId,
    pub(crate) target_columns: Vec<PartId>,
    /// The unique index that it needs.
    pub(crate) target_index: RelationId,
    pub(crate) on_delete: ReferentialAction,
    pub(crate) on_update: ReferentialAction,
}

#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) name: Name,
    /// When it runs, as its statement has it.
    pub(crate) events: Box<str>,
    pub(crate) function_name: Name,
    pub(crate) function: Option<FunctionId>,
    pub(crate) columns: Vec<PartId>,
    pub(crate) condition: Uses,
    pub(crate) definition: Box<str>,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) name: Name,
    pub(crate) uses: Uses,
    pub(crate) definition: Box<str>,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: Name,
    pub(crate) definition: Box<str>,
    pub(crate) history: History,
}

/// Anything with a name in the one space of names that tables, views, indexes and sequences share.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) name: QualifiedName,
    pub(crate) kind: RelationKind,
    pub(crate) persistence: Persistence,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) indexes: Vec<RelationId>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) next_part: PartId,
    /// The statement after which the columns are not fully known.
    pub(crate) open: Option<Span>,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) enum RelationKind {
    Table(Table),
    View(View),
    Index(Index),
    Sequence(Sequence),
    Composite,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) foreign: bool,
    pub(crate) parents: Vec<RelationId>,
    /// Whether the one parent is a partitioned table.
    pub(crate) is_partition: bool,
    /// Which rows of the partitioned table it holds.
    pub(crate) bound: Option<PartitionBound>,
    /// The columns of its partition key, if it is partitioned.
    pub(crate) partitioned_by: Option<Vec<PartId>>,
    /// How the key decides.
    pub(crate) strategy: Option<PartitionStrategy>,
    pub(crate) of_type: Option<TypeId>,
    pub(crate) drop_on_commit: bool,
    /// Whether policies decide who sees a row.
    pub(crate) row_security: bool,
    /// Whether they do so for the owner, too.
    pub(crate) forced_row_security: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) materialized: bool,
    pub(crate) text: Box<str>,
    pub(crate) uses: Uses,
}

#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) table: RelationId,
    pub(crate) kind: IndexKind,
    pub(crate) exclusion: bool,
    pub(crate) method: IndexMethod,
    pub(crate) keys: Vec<IndexKey>,
    pub(crate) include: Vec<PartId>,
    pub(crate) predicate: Option<Expression>,
    pub(crate) nulls_not_distinct: bool,
    /// Whether a constraint of its name owns it.
    pub(crate) constraint: bool,
    pub(crate) deferral: Deferral,
    /// What its columns were called when it was made: a copy of it is named after these.
    pub(crate) labels: Vec<String>,
    /// The index of the partitioned table that it is a part of.
    pub(crate) parent: Option<RelationId>,
}

impl Index {
    /// The columns among the keys, if all keys are columns.
    pub(crate) fn key_columns(&self) -> Option<Vec<PartId>> {
        self.keys.iter().map(|key| key.column()).collect()
    }

    /// Whether a column stands anywhere in it.
    pub(crate) fn mentions(&self, column: PartId) -> bool {
        let in_expression = |expression: &Expression| expression.uses.own_columns.contains(&column);
        let in_key = |key: &IndexKey| match &key.key {
            Key::Column(id) => *id == column,
            Key::Expression(expression) => in_expression(expression),
        };
        self.keys.iter().any(in_key)
            || self.include.contains(&column)
            || self.predicate.as_ref().is_some_and(in_expression)
    }

    /// Its expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let keys = self.keys.iter().filter_map(|key| match &key.key {
            Key::Expression(expression) => Some(expression),
            Key::Column(_) => None,
        });
        keys.chain(&self.predicate)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct IndexKey {
    pub(crate) key: Key,
    /// The collation that is named.
    pub(crate) collation: Option<Name>,
    pub(crate) sort: SortOrder,
    pub(crate) nulls: Option<NullsOrder>,
    pub(crate) operator_class: Option<Box<str>>,
}

impl IndexKey {
    pub(crate) fn column(&self) -> Option<PartId> {
        match self.key {
            Key::Column(id) => Some(id),
            Key::Expression(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Key {
    Column(PartId),
    Expression(Expression),
}

#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    pub(crate) ty: Builtin,
    pub(crate) start: i64,
    pub(crate) increment: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) cache: i64,
    pub(crate) cycle: bool,
    pub(crate) owner: Option<(RelationId, PartId)>,
    /// Whether it belongs to an identity column, which cannot do without it.
    pub(crate) identity: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct TypeEntry {
    pub(crate) name: QualifiedName,
    pub(crate) kind: TypeKind,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) enum TypeKind {
    Enum(Vec<Name>),
    Domain { base: Type, not_null: bool, default: Option<Expression>, checks: Vec<(Name, Expression)> },
    Composite(Vec<(Name, Type)>),
    Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: QualifiedName,
    pub(crate) kind: RoutineKind,
    /// The types of the arguments that callers give.
    pub(crate) inputs: Vec<Type>,
    pub(crate) defaults: usize,
    /// The type of the result; `None` for procedures, aggregates and tables.
    pub(crate) returns: Option<Type>,
    pub(crate) is_trigger: bool,
    pub(crate) language: Option<Name>,
    pub(crate) body: Option<Box<str>>,
    pub(crate) definition: Box<str>,
    pub(crate) history: History,
}

#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) namespace: Name,
    pub(crate) version: Option<Box<str>>,
    /// Whether the statement named the namespace.
    pub(crate) namespace_given: bool,
    pub(crate) history: History,
}

impl Relation {
    pub(crate) fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    pub(crate) fn column_by_id(&self, id: PartId) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    pub(crate) fn column_by_id_mut(&mut self, id: PartId) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.id == id)
    }

    pub(crate) fn constraint(&self, name: &Name) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name == *name)
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.kind {
            RelationKind::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.kind {
            RelationKind::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn view(&self) -> Option<&View> {
        match &self.kind {
            RelationKind::View(view) => Some(view),
            _ => None,
        }
    }

    pub(crate) fn index(&self) -> Option<&Index> {
        match &self.kind {
            RelationKind::Index(index) => Some(index),
            _ => None,
        }
    }

    pub(crate) fn sequence(&self) -> Option<&Sequence> {
        match &self.kind {
            RelationKind::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// PostgreSQL's word for what it is.
    pub(crate) fn word(&self) -> &'static str {
        match &self.kind {
            RelationKind::Table(table) if table.foreign => "foreign table",
            RelationKind::Table(_) => "table",
            RelationKind::View(View { materialized: true, .. }) => "materialized view",
            RelationKind::View(_) => "view",
            RelationKind::Index(_) => "index",
            RelationKind::Sequence(_) => "sequence",
            RelationKind::Composite => "type",
        }
    }

    /// A number for the next part.
    pub(crate) fn take_part_id(&mut self) -> PartId {
        self.next_part += 1;
        self.next_part
    }
}

impl RelationId {
    /// The number, where a condition compares objects.
    pub(crate) fn number(self) -> i64 {
        self.0.into()
    }
}

impl TypeId {
    /// The number, where a condition compares objects.
    pub(crate) fn number(self) -> i64 {
        self.0.into()
    }
}
