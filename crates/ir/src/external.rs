//! What others look after.

use std::collections::BTreeSet;

use crate::QualifiedName;

/// Tables and enum types that a schema speaks of and that others make, change and drop. Nothing that leads from one state
/// to another touches them; what is managed may refer to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// The tables.
    pub tables: BTreeSet<QualifiedName>,
    /// The enum types.
    pub enums: BTreeSet<QualifiedName>,
}

impl External {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.enums.is_empty()
    }

    /// Adds those of another.
    pub fn extend(&mut self, other: &Self) {
        self.tables.extend(other.tables.iter().cloned());
        self.enums.extend(other.enums.iter().cloned());
    }
}
