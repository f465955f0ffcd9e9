//! Rows as they are to be: the vocabulary of checking, ordering and writing.
//!
//! A *term* is what a column gets. A *reference* names a row by its key. A *mention* is a reference at its place in the
//! seed file. A *link* joins two rows by a join table that no model stands for.

use std::collections::BTreeMap;

use driftless_diagnostics::Span;
use driftless_ir::QualifiedName;
use driftless_psl::resolve::ModelRef;

use super::identifier::Identifier;
use super::password::Password;

/// What a column gets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    Null,
    /// A constant, as PostgreSQL reads it for the column's type.
    Constant(String),
    /// The value of a field, by its position, of another row.
    Lookup(Box<Reference>, usize),
    /// The hash of a password, made when the row is.
    Password(Password),
    /// An id, made when the row is.
    Identifier(Identifier),
}

/// A row, named by fields that are unique together: positions among the model's fields, in order, and values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) model: ModelRef,
    pub(super) key: Vec<(usize, Term)>,
}

/// A reference and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) reference: Reference,
    pub(super) span: Span,
}

/// A row of the seed.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The position of its section.
    pub(super) section: usize,
    pub(super) model: ModelRef,
    /// The fields by which it is found.
    pub(super) key: Vec<usize>,
    /// What the columns get, by field.
    pub(super) cells: BTreeMap<usize, Term>,
    /// The rows that have to be there before it.
    pub(super) mentions: Vec<Mention>,
    pub(super) span: Span,
    /// Whether it does nothing but join two others.
    pub(super) joins: bool,
}

impl Row {
    /// What other rows call it.
    pub(super) fn reference(&self) -> Reference {
        let term = |field: &usize| Some((*field, self.cells.get(field)?.clone()));
        let mut key: Vec<_> = self.key.iter().filter_map(term).collect();
        key.sort_unstable_by_key(|(field, _)| *field);
        Reference { model: self.model, key }
    }
}

/// A row of a join table.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// The position of its section.
    pub(super) section: usize,
    pub(super) table: QualifiedName,
    /// The values of its columns `A` and `B`.
    pub(super) ends: [Term; 2],
    /// The row that is named, at its place.
    pub(super) mention: Mention,
}

/// Everything that a seed is to bring about.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) links: Vec<Link>,
}
