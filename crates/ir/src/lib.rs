//! The PostgreSQL schema model: the one form that schema text, a live catalog and replayed SQL all become.
//!
//! Vocabulary, as in PostgreSQL's manual: a *namespace* is what `CREATE SCHEMA` makes; a [`Schema`] is everything that
//! one database holds, or should hold. A *table* has *columns*, *indexes* (the primary key and uniques are indexes
//! too), *foreign keys* and *checks*.
//!
//! * [`SchemaBuilder`] is mutable and keyed by name. Every source feeds one; only [`SchemaBuilder::freeze`] makes a
//!   [`Schema`].
//! * [`Schema`] is immutable, with dense ids in source order. It is read through `Copy` walkers ([`TableWalker`], …).
//! * [`Name`] and [`QualifiedName`] are identifiers, [`Quoted`] is a constant; quoting is theirs alone.
//! * [`SingleExpression`] is a text that may stand in a statement of ours; [`lexer`] reads SQL as PostgreSQL does.
//! * [`Expr`] is an SQL expression: its text, and its normal form, by which two compare three-valued.
//!
//! Two schemas are the same when their [`dump`](Schema::dump)s are. An [`Origin`] (where an object came from, and what
//! its source calls it) is outside that comparison.
//!
//! Invariants: nothing here knows what a model is; nothing here does I/O; order is source order, everywhere.

mod arena;
mod builder;
mod default;
mod dump;
mod expr;
mod expression;
mod external;
mod id;
pub mod lexer;
mod move_namespace;
mod name;
mod object;
mod quoted;
mod reading;
mod schema;
mod single_expression;
mod types;
mod walker;

pub use arena::{Arena, OrderedMap};
pub use builder::{Dangling, SchemaBuilder, TableDefinition};
pub use default::{ColumnDefault, Identity, Literal};
pub use expr::{Expr, ExprForm};
pub use expression::{
    Comparison, array_elements, interpret_constant, read_boolean, same_literal, same_literals,
};
pub use external::External;
pub use id::{ColumnId, EnumId, ExtensionId, ForeignKeyId, IndexId, NamespaceId, TableId};
pub use name::{MAX_NAME_BYTES, Name, QualifiedName};
pub use object::{
    Check, Column, Enum, EnumValue, Extension, ForeignKey, Index, IndexKey, IndexKind, IndexMethod,
    IndexPart, IndexState, Namespace, NullsOrder, OperatorClass, Origin, ReferentialAction, Reported,
    Sequence, SortOrder, Unmodelled, View,
};
pub use quoted::{Conforming, Quoted};
pub use schema::{Schema, Table};
pub use single_expression::{NotSingle, SingleExpression};
pub use types::{BaseType, Builtin, ColumnType};
pub use walker::{
    ColumnWalker, EnumWalker, ExtensionWalker, ForeignKeyWalker, IndexWalker, NamespaceWalker, TableWalker,
};
