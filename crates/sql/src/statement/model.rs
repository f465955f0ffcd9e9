//! The statements that change a schema, in names; nothing here is resolved.

use driftless_ir::{IndexMethod, Name, NullsOrder, ReferentialAction, SortOrder};
use sqlparser::ast::{Expr, Query};

/// A name that may be qualified.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    pub(crate) namespace: Option<Name>,
    pub(crate) name: Name,
}

/// Writes the parts quoted, as far as they are given.
impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}.{}", namespace.as_str(), self.name.as_str()),
            None => f.write_str(self.name.as_str()),
        }
    }
}

/// A type as it is written: `varchar(3)[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeName {
    pub(crate) path: Path,
    /// Whether the name was quoted, so that it is no keyword of SQL.
    pub(crate) quoted: bool,
    pub(crate) modifiers: Vec<Box<str>>,
    pub(crate) array: bool,
    /// `SETOF`, in the result of a function.
    pub(crate) set: bool,
}

/// One statement.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    CreateNamespace {
        name: Option<Name>,
        owner: Option<Name>,
        if_not_exists: bool,
    },
    CreateTable(Box<CreateTable>),
    CreateTableAs(Box<CreateTableAs>),
    AlterTable(AlterTable),
    CreateIndex(Box<CreateIndex>),
    CreateView(Box<CreateView>),
    CreateSequence {
        name: Path,
        if_not_exists: bool,
        temporary: bool,
        options: SequenceOptions,
    },
    AlterSequence {
        name: Path,
        if_exists: bool,
        options: SequenceOptions,
    },
    CreateEnum {
        name: Path,
        values: Vec<Name>,
    },
    CreateComposite {
        name: Path,
        columns: Vec<(Name, TypeName)>,
    },
    /// A range, base or shell type, whose parts are not followed.
    CreateOtherType {
        name: Path,
    },
    CreateDomain {
        name: Path,
        base: TypeName,
        constraints: Vec<(Option<Name>, DomainConstraint)>,
    },
    AlterEnum {
        name: Path,
        change: EnumChange,
    },
    AlterDomain {
        name: Path,
        change: DomainChange,
    },
    AlterComposite {
        name: Path,
        changes: Vec<CompositeChange>,
    },
    CreateFunction(Box<CreateFunction>),
    CreateTrigger(Box<CreateTrigger>),
    CreatePolicy {
        name: Name,
        table: Path,
        conditions: Vec<Expr>,
    },
    CreateRule {
        name: Name,
        table: Path,
        replace: bool,
    },
    CreateExtension {
        name: Name,
        namespace: Option<Name>,
        version: Option<Box<str>>,
        if_not_exists: bool,
    },
    AlterExtension {
        name: Name,
        change: ExtensionChange,
    },
    Drop(Drop),
    DropRoutine {
        kind: RoutineKind,
        targets: Vec<(Path, Option<Vec<TypeName>>)>,
        if_exists: bool,
        cascade: bool,
    },
    /// An object of a table: a trigger, a policy, a rule.
    DropOnTable {
        kind: TableObject,
        name: Name,
        table: Path,
        if_exists: bool,
        cascade: bool,
    },
    RenameOnTable {
        kind: TableObject,
        name: Name,
        table: Path,
        to: Name,
    },
    Rename {
        kind: ObjectKind,
        name: Path,
        to: Name,
        if_exists: bool,
    },
    RenameRoutine {
        name: Path,
        arguments: Option<Vec<TypeName>>,
        to: Name,
    },
    SetNamespace {
        kind: ObjectKind,
        name: Path,
        to: Name,
        if_exists: bool,
    },
    SetRoutineNamespace {
        name: Path,
        arguments: Option<Vec<TypeName>>,
        to: Name,
    },
    /// `COMMENT ON TABLE|COLUMN|…`: the object must exist.
    Comment {
        table: Path,
        column: Option<Name>,
    },
    SetSearchPath {
        names: Vec<Name>,
        local: bool,
    },
    ResetSearchPath,
    Transaction(Transaction),
    /// A query or a change of rows: the relations that it changes and what it calls.
    Rows {
        targets: Vec<Path>,
        calls: Vec<Path>,
    },
    Do {
        language: Option<Name>,
        body: Box<str>,
    },
    Call {
        name: Path,
    },
    /// Changes nothing that a schema holds.
    NoEffect,
    /// Not understood, and why.
    Opaque(Box<str>),
}

#[derive(Clone, Debug)]
pub(crate) enum Transaction {
    Begin,
    Commit,
    Rollback,
    Savepoint(Name),
    Release(Name),
    RollbackTo(Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persistence {
    Permanent,
    Unlogged,
    Temporary,
}

#[derive(Clone, Debug)]
pub(crate) struct CreateTable {
    pub(crate) name: Path,
    pub(crate) persistence: Persistence,
    pub(crate) if_not_exists: bool,
    pub(crate) columns: Vec<ColumnSpec>,
    pub(crate) constraints: Vec<TableConstraint>,
    pub(crate) likes: Vec<(usize, Like)>,
    pub(crate) inherits: Vec<Path>,
    pub(crate) partition_of: Option<(Path, PartitionBound)>,
    pub(crate) partition_by: Option<PartitionKey>,
    pub(crate) of_type: Option<Path>,
    pub(crate) foreign: bool,
    pub(crate) on_commit_drop: bool,
}

/// What decides which partition a row goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartitionStrategy {
    Range,
    List,
    Hash,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartitionBound {
    Default,
    /// Any other bound, with the words between its brackets.
    Values(PartitionStrategy, Box<str>),
}

#[derive(Clone, Debug)]
pub(crate) struct PartitionKey {
    pub(crate) strategy: PartitionStrategy,
    pub(crate) columns: Vec<Name>,
    pub(crate) has_expressions: bool,
}

/// `LIKE source INCLUDING …`; the position among the columns stands beside it.
#[derive(Clone, Debug)]
pub(crate) struct Like {
    pub(crate) source: Path,
    pub(crate) constraints: bool,
    pub(crate) defaults: bool,
    pub(crate) generated: bool,
    pub(crate) identity: bool,
    pub(crate) indexes: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct CreateTableAs {
    pub(crate) name: Path,
    pub(crate) persistence: Persistence,
    pub(crate) if_not_exists: bool,
    pub(crate) columns: Vec<Name>,
    pub(crate) query: Box<Query>,
    pub(crate) on_commit_drop: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ColumnSpec {
    pub(crate) name: Name,
    /// `None` in a partition or a table of a composite type, which take it from there.
    pub(crate) ty: Option<TypeName>,
    pub(crate) collation: Option<Path>,
    pub(crate) constraints: Vec<(Option<Name>, ColumnConstraint)>,
}

#[derive(Clone, Debug)]
pub(crate) enum ColumnConstraint {
    Null,
    NotNull,
    Default(Box<Expr>),
    Generated(Box<Expr>),
    Identity { always: bool, options: SequenceOptions },
    Table(ConstraintBody, Deferral),
}

#[derive(Clone, Debug)]
pub(crate) struct TableConstraint {
    pub(crate) name: Option<Name>,
    pub(crate) body: ConstraintBody,
    pub(crate) deferral: Deferral,
    pub(crate) not_valid: bool,
    pub(crate) no_inherit: bool,
}

/// `DEFERRABLE`, and whether `INITIALLY DEFERRED`; `None` where neither is said.
pub(crate) type Deferral = Option<bool>;

#[derive(Clone, Debug)]
pub(crate) enum ConstraintBody {
    Primary(Key),
    Unique(Key),
    Foreign(Reference),
    Check(Box<Expr>),
    Exclude(Box<CreateIndex>),
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) columns: Vec<Name>,
    pub(crate) include: Vec<Name>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) using_index: Option<Name>,
}

#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) columns: Vec<Name>,
    pub(crate) target: Path,
    pub(crate) target_columns: Vec<Name>,
    pub(crate) on_delete: ReferentialAction,
    pub(crate) on_update: ReferentialAction,
}

#[derive(Clone, Debug)]
pub(crate) struct CreateIndex {
    pub(crate) name: Option<Name>,
    pub(crate) table: Path,
    pub(crate) unique: bool,
    pub(crate) concurrently: bool,
    pub(crate) if_not_exists: bool,
    pub(crate) only: bool,
    pub(crate) method: IndexMethod,
    pub(crate) keys: Vec<IndexKeySpec>,
    pub(crate) include: Vec<Name>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) predicate: Option<Box<Expr>>,
    /// What its columns were called when the index that it copies was made; empty where it copies none.
    pub(crate) labels: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct IndexKeySpec {
    pub(crate) key: KeySpec,
    pub(crate) collation: Option<Name>,
    pub(crate) operator_class: Option<Box<str>>,
    pub(crate) sort: SortOrder,
    pub(crate) nulls: Option<NullsOrder>,
}

#[derive(Clone, Debug)]
pub(crate) enum KeySpec {
    Column(Name),
    Expression(Box<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) struct CreateView {
    pub(crate) name: Path,
    pub(crate) materialized: bool,
    pub(crate) replace: bool,
    pub(crate) if_not_exists: bool,
    pub(crate) temporary: bool,
    pub(crate) columns: Vec<Name>,
    pub(crate) query: ViewQuery,
}

#[derive(Clone, Debug)]
pub(crate) enum ViewQuery {
    Parsed(Box<Query>),
    /// Not understood: its text, and what stands behind FROM and JOIN.
    Text {
        text: Box<str>,
        sources: Vec<Path>,
    },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct SequenceOptions {
    pub(crate) ty: Option<TypeName>,
    pub(crate) start: Option<i64>,
    pub(crate) increment: Option<i64>,
    /// `Some(None)`: `NO MINVALUE`.
    pub(crate) min: Option<Option<i64>>,
    /// `Some(None)`: `NO MAXVALUE`.
    pub(crate) max: Option<Option<i64>>,
    pub(crate) cache: Option<i64>,
    pub(crate) cycle: Option<bool>,
    /// `Some(None)`: `OWNED BY NONE`.
    pub(crate) owned_by: Option<Option<(Path, Name)>>,
    /// `SEQUENCE NAME`, in the options of an identity.
    pub(crate) name: Option<Path>,
}

#[derive(Clone, Debug)]
pub(crate) enum DomainConstraint {
    Default(Box<Expr>),
    NotNull,
    Null,
    Check(Box<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) enum EnumChange {
    AddValue { value: Name, if_not_exists: bool, place: Option<(EnumPlace, Name)> },
    RenameValue { from: Name, to: Name },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnumPlace {
    Before,
    After,
}

#[derive(Clone, Debug)]
pub(crate) enum DomainChange {
    SetDefault(Box<Expr>),
    DropDefault,
    SetNotNull,
    DropNotNull,
    AddCheck { name: Option<Name>, condition: Box<Expr> },
    DropConstraint { name: Name, if_exists: bool },
    RenameConstraint { name: Name, to: Name },
    ValidateConstraint { name: Name },
}

#[derive(Clone, Debug)]
pub(crate) enum CompositeChange {
    Add(Name, TypeName),
    Drop { name: Name, if_exists: bool },
    SetType(Name, TypeName),
    Rename { name: Name, to: Name },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoutineKind {
    Function,
    Procedure,
    Aggregate,
    /// `DROP ROUTINE`: any of them.
    Any,
}

#[derive(Clone, Debug)]
pub(crate) struct CreateFunction {
    pub(crate) name: Path,
    pub(crate) kind: RoutineKind,
    pub(crate) replace: bool,
    pub(crate) arguments: Vec<Argument>,
    /// `None` where the output arguments say it.
    pub(crate) returns: Option<TypeName>,
    pub(crate) returns_table: bool,
    pub(crate) language: Option<Name>,
    pub(crate) body: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) ty: TypeName,
    /// Whether callers give it: `IN`, `INOUT` and `VARIADIC`.
    pub(crate) input: bool,
    pub(crate) output: bool,
    pub(crate) has_default: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct CreateTrigger {
    pub(crate) name: Name,
    pub(crate) table: Path,
    pub(crate) replace: bool,
    pub(crate) constraint: bool,
    pub(crate) columns: Vec<Name>,
    pub(crate) condition: Option<Box<Expr>>,
    pub(crate) function: Path,
    /// When it runs: `BEFORE INSERT OR DELETE FOR EACH ROW`, the events in this order: INSERT, DELETE, UPDATE, TRUNCATE.
    pub(crate) events: Box<str>,
}

#[derive(Clone, Debug)]
pub(crate) enum ExtensionChange {
    Update(Option<Box<str>>),
    SetNamespace(Name),
    /// `ADD` or `DROP` of a member.
    Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Table,
    ForeignTable,
    View,
    MaterializedView,
    Index,
    Sequence,
    Type,
    Domain,
    Namespace,
    Extension,
}

impl ObjectKind {
    /// PostgreSQL's word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::ForeignTable => "foreign table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Index => "index",
            Self::Sequence => "sequence",
            Self::Type => "type",
            Self::Domain => "domain",
            Self::Namespace => "schema",
            Self::Extension => "extension",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableObject {
    Trigger,
    Policy,
    Rule,
}

impl TableObject {
    /// PostgreSQL's word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Rule => "rule",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Drop {
    pub(crate) kind: ObjectKind,
    pub(crate) names: Vec<Path>,
    pub(crate) if_exists: bool,
    pub(crate) cascade: bool,
    pub(crate) concurrently: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct AlterTable {
    pub(crate) kind: ObjectKind,
    pub(crate) name: Path,
    pub(crate) if_exists: bool,
    pub(crate) only: bool,
    pub(crate) actions: Vec<TableAction>,
}

#[derive(Clone, Debug)]
pub(crate) enum TableAction {
    AddColumn {
        column: Box<ColumnSpec>,
        if_not_exists: bool,
    },
    DropColumn {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    SetType {
        column: Name,
        ty: TypeName,
        using: Option<Box<Expr>>,
    },
    SetDefault {
        column: Name,
        value: Box<Expr>,
    },
    DropDefault {
        column: Name,
    },
    SetNotNull {
        column: Name,
    },
    DropNotNull {
        column: Name,
    },
    AddIdentity {
        column: Name,
        always: bool,
        options: SequenceOptions,
    },
    SetIdentity {
        column: Name,
        always: Option<bool>,
        options: SequenceOptions,
    },
    DropIdentity {
        column: Name,
        if_exists: bool,
    },
    DropExpression {
        column: Name,
        if_exists: bool,
    },
    AddConstraint(Box<TableConstraint>),
    DropConstraint {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    AlterConstraint {
        name: Name,
        deferral: Deferral,
    },
    ValidateConstraint {
        name: Name,
    },
    RenameConstraint {
        name: Name,
        to: Name,
    },
    RenameColumn {
        name: Name,
        to: Name,
    },
    SetPersistence(Persistence),
    Inherit {
        parent: Path,
    },
    NoInherit {
        parent: Path,
    },
    AttachPartition {
        child: Path,
        bound: PartitionBound,
    },
    DetachPartition {
        child: Path,
    },
    /// Whether policies decide who sees a row is switched: for others than the owner, or for the owner too.
    RowSecurity {
        for_owner: bool,
        on: bool,
    },
    /// Storage, statistics, cluster, owner and other things outside the model, about a column if one is named.
    Untracked {
        column: Option<Name>,
    },
    /// A trigger is switched on or off.
    SwitchTrigger {
        name: Option<Name>,
    },
}

impl ConstraintBody {
    /// Puts in the column that a constraint of a column is about.
    pub(crate) fn set_column(&mut self, column: Name) {
        match self {
            Self::Primary(key) | Self::Unique(key) => key.columns = vec![column],
            Self::Foreign(reference) => reference.columns = vec![column],
            Self::Check(_) | Self::Exclude(_) => {}
        }
    }
}
