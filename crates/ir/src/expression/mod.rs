//! Expressions in one form, so that two spellings of one thing compare as the same.
//!
//! A text is read (`lexer`, `parser`) and its types are worked out from those of the table's columns (`elaborate`). The
//! result is the *normal form*: the tree that PostgreSQL makes of the text. What a text says in another way than the
//! server prints it (`IN` for `= ANY`, `BETWEEN` for two comparisons, `'a'` for `'a'::text`) is gone there.
//!
//! Invariants: two forms that are equal mean the same, whatever was not understood; two forms that differ mean different
//! things only where neither is *open*, that is, where everything was understood. What cannot be read has no form.

mod constant;
mod elaborate;
mod lexer;
mod node;
mod parser;
mod types;
mod value;

use node::Node;
pub(crate) use types::Type;

pub use constant::{interpret_constant, same_literal, same_literals};
pub use value::{boolean as read_boolean, elements as array_elements};

/// What is known of the place where an expression stands.
pub(crate) struct Context<'a> {
    /// The table.
    pub(crate) table: Option<&'a str>,
    /// The types of its columns.
    pub(crate) column: &'a dyn Fn(&str) -> Option<Type>,
    /// The full name of a type of the user's by its name alone.
    pub(crate) user_type: &'a dyn Fn(&str) -> Option<String>,
    /// The type of the column that takes the value, where it is a column's.
    pub(crate) target: Option<Type>,
    /// The schema in which names without one are looked for.
    pub(crate) search_path: &'a str,
}

/// The normal form of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    tree: Node,
    /// Whether another form may mean the same.
    is_open: bool,
    /// Whether it holds a constant that depends on the day on which it is read.
    is_moving: bool,
}

/// What can be said of two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Same,
    /// They differ.
    Different,
    /// The texts differ, and only PostgreSQL can tell whether the expressions do.
    Unproven,
}

impl Form {
    /// The form of a text; `None` where it is not understood. See [`parser::parse`] for `deparsed`.
    pub(crate) fn read(text: &str, deparsed: bool, context: &Context<'_>) -> Option<Self> {
        parser::parse(text, deparsed).map(|node| elaborate::elaborate(node, deparsed, context))
    }

    /// Compares two forms.
    pub(crate) fn compare(&self, other: &Self) -> Comparison {
        if self.tree == other.tree {
            Comparison::Same
        } else if self.is_open || other.is_open || self.is_moving || other.is_moving {
            Comparison::Unproven
        } else {
            Comparison::Different
        }
    }

    /// Whether it depends on the day on which it is read.
    pub(crate) fn is_moving(&self) -> bool {
        self.is_moving
    }
}

#[cfg(test)]
mod tests;
