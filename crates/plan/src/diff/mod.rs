//! What has to change: two schemas in, steps out. Knows no SQL and no order.
//!
//! Principle: what the next schema does not state is left as it is. Objects that are not modelled, and properties that
//! a schema text cannot express (`INCLUDE`, `DEFERRABLE`, …), are never taken away.

mod casts;
mod column;
mod conversion;
mod default;
mod enumeration;
mod extension;
mod foreign_key;
mod index;
mod table;

use driftless_ir::{ColumnId, EnumWalker, External, IndexId, NamespaceWalker, Schema, TableWalker};

use crate::Pair;
use crate::correspondence::Correspondence;
use crate::step::{Conversion, Step};

pub use conversion::may_be_same_type;
pub(crate) use conversion::same_other;
pub(crate) use foreign_key::leans_on;

/// What has to change, in no order.
#[derive(Clone, Debug)]
pub struct Changes<'a> {
    /// The schemas that the ids in the steps belong to.
    pub schemas: Pair<&'a Schema>,
    /// What is what in the other schema.
    pub correspondence: Correspondence,
    /// The steps.
    pub steps: Vec<Step>,
    /// Where only PostgreSQL could tell whether something changed; taken as unchanged.
    pub unproven: Vec<Unproven>,
    /// The same between two texts of which none comes from PostgreSQL; taken as changed.
    pub rewritten: Vec<Unproven>,
}

/// Two expressions whose texts differ, which may be the same nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// The default of a column.
    Default(Pair<ColumnId>),
    /// The condition of a partial index.
    Predicate(Pair<IndexId>),
    /// A key of an index, by its position from 0.
    Key(Pair<IndexId>, usize),
}

/// Finds what has to change for the previous schema to become the next.
pub fn diff(schemas: Pair<&Schema>) -> Changes<'_> {
    Differ::new(schemas, Sight::Full).diff()
}

/// The same without the changes of types that the reference does not see.
pub fn diff_as_reference(schemas: Pair<&Schema>) -> Changes<'_> {
    Differ::new(schemas, Sight::Reference).diff()
}

/// Which changes of types are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of them.
    Full,
    /// Those that the reference sees: to it, a time without a precision is of any precision, and two types that the
    /// schema language cannot name are one.
    Reference,
}

/// The work in progress.
struct Differ<'a> {
    schemas: Pair<&'a Schema>,
    sight: Sight,
    correspondence: Correspondence,
    /// For each column of the previous schema, how its type changes.
    conversions: Vec<Option<Conversion>>,
    /// For each index of the previous schema, whether it ceases to exist for a time or for good.
    lost_indexes: Vec<bool>,
    steps: Vec<Step>,
    unproven: Vec<Unproven>,
    /// What neither side may touch.
    external: External,
    rewritten: Vec<Unproven>,
}

impl<'a> Differ<'a> {
    fn new(schemas: Pair<&'a Schema>, sight: Sight) -> Self {
        let mut external = schemas.previous.external().clone();
        external.extend(schemas.next.external());
        let indexes = schemas.previous.tables().map(|table| table.indexes().len()).sum();
        Self {
            schemas,
            sight,
            correspondence: Correspondence::new(schemas),
            conversions: vec![None; schemas.previous.columns().len()],
            lost_indexes: vec![false; indexes],
            steps: Vec::new(),
            unproven: Vec::new(),
            external,
            rewritten: Vec::new(),
        }
    }

    /// Whether a table is ours to change.
    fn is_managed(&self, table: TableWalker<'_>) -> bool {
        !self.external.tables.contains(table.qualified_name())
    }

    /// Whether an enum type is ours to change.
    fn is_managed_enum(&self, enumeration: EnumWalker<'_>) -> bool {
        !self.external.enums.contains(enumeration.qualified_name())
    }

    fn diff(mut self) -> Changes<'a> {
        self.diff_namespaces();
        self.diff_extensions();
        self.diff_enums();
        self.diff_tables();
        self.diff_foreign_keys();
        self.find_index_successors();
        let Self { schemas, correspondence, steps, unproven, rewritten, .. } = self;
        Changes { schemas, correspondence, steps, unproven, rewritten }
    }

    /// A namespace comes with the first thing in it.
    fn diff_namespaces(&mut self) {
        let Pair { previous, next } = self.schemas;
        let mut is_used = vec![false; next.namespaces().len()];
        let tables = next.tables().filter(|table| self.is_managed(*table)).map(|table| table.namespace());
        let enums = next.enums().filter(|enumeration| self.is_managed_enum(*enumeration));
        for namespace in tables.chain(enums.map(|enumeration| enumeration.namespace())) {
            is_used[namespace.id().index()] = true;
        }
        let is_missing = |namespace: &NamespaceWalker<'_>| {
            is_used[namespace.id().index()] && previous.find_namespace(namespace.name()).is_none()
        };
        let missing = next.namespaces().filter(is_missing);
        self.steps.extend(missing.map(|namespace| Step::CreateNamespace(namespace.id())));
    }
}
