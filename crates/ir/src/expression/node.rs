//! The tree of an expression.

use super::types::Type;

/// An expression. Brackets are gone; they only say how the tree is made.
///
/// Reading makes some kinds that the normal form replaces: `Text`, `Number`, `Null`, `Boolean`, `In`, `Between`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A column, possibly qualified.
    Column(Vec<Box<str>>),
    /// A string whose type follows from where it stands.
    Text(Box<str>),
    /// A number.
    Number(Box<str>),
    /// `NULL`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A constant of a type in one spelling; `None` for NULL.
    Constant(Type, Option<Box<str>>),
    /// A word that is a value, such as `CURRENT_DATE`, with its precision.
    Keyword(&'static str, Option<Box<str>>),
    /// A cast.
    Cast(Box<Node>, Type),
    /// A function, possibly qualified.
    Call(Vec<Box<str>>, Vec<Node>),
    /// What has a syntax of its own and arguments: `COALESCE`, `TRIM BOTH`.
    Special(&'static str, Vec<Node>),
    /// An operator before its operand.
    Prefix(Box<str>, Box<Node>),
    /// An operator between its operands.
    Infix(Box<str>, Box<Node>, Box<Node>),
    /// `AND` of two or more.
    And(Vec<Node>),
    /// `OR` of two or more.
    Or(Vec<Node>),
    /// `NOT`.
    Not(Box<Node>),
    /// `IS NULL`, `IS NOT TRUE`.
    Is(Box<Node>, &'static str, bool),
    /// `IS DISTINCT FROM`, possibly negated.
    Distinct(Box<Node>, Box<Node>, bool),
    /// An operator with `ANY`, or `ALL`, of an array.
    Quantified { left: Box<Node>, operator: Box<str>, all: bool, right: Box<Node> },
    /// `IN`, possibly negated.
    In(Box<Node>, Vec<Node>, bool),
    /// `BETWEEN`.
    Between { bounds: Box<[Node; 3]>, negated: bool, symmetric: bool },
    /// `CASE`.
    Case(Option<Box<Node>>, Vec<(Node, Node)>, Option<Box<Node>>),
    /// `ARRAY[…]`.
    Array(Vec<Node>),
    /// A row of values.
    Row(Vec<Node>),
    /// An element of an array, or a slice of it.
    Subscript(Box<Node>, Vec<Option<Node>>),
    /// A field of a row.
    Field(Box<Node>, Box<str>),
    /// `COLLATE`, with the name of the collation.
    Collate(Box<Node>, Vec<Box<str>>),
}

impl Node {
    /// Whether a column occurs in it.
    pub(super) fn has_column(&self) -> bool {
        let mut found = false;
        self.each_child(&mut |child| found |= child.has_column());
        found || matches!(self, Self::Column(_))
    }

    /// Calls `visit` with each part.
    pub(super) fn each_child(&self, visit: &mut dyn FnMut(&Self)) {
        match self {
            Self::Column(_)
            | Self::Text(_)
            | Self::Number(_)
            | Self::Null
            | Self::Boolean(_)
            | Self::Constant(..)
            | Self::Keyword(..) => {}
            Self::Cast(inner, _)
            | Self::Prefix(_, inner)
            | Self::Not(inner)
            | Self::Is(inner, ..)
            | Self::Field(inner, _)
            | Self::Collate(inner, _) => visit(inner),
            Self::Infix(_, left, right)
            | Self::Distinct(left, right, _)
            | Self::Quantified { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Self::Call(_, list)
            | Self::Special(_, list)
            | Self::And(list)
            | Self::Or(list)
            | Self::Array(list)
            | Self::Row(list) => list.iter().for_each(visit),
            Self::In(left, list, _) => {
                visit(left);
                list.iter().for_each(visit);
            }
            Self::Between { bounds, .. } => bounds.iter().for_each(visit),
            Self::Subscript(base, list) => {
                visit(base);
                list.iter().flatten().for_each(visit);
            }
            Self::Case(operand, whens, otherwise) => {
                operand.iter().chain(otherwise).for_each(|node| visit(node));
                for (condition, result) in whens {
                    visit(condition);
                    visit(result);
                }
            }
        }
    }
}
