//! The values that conditions compare. What is not known is `None` wherever a value stands in an `Option`.

use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Number(i64),
    Text(String),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The truth of a condition: NULL is not true.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(truth) => Some(*truth),
            Self::Null => Some(false),
            _ => None,
        }
    }

    /// How two values compare; `None` where that is not known.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Number(b)) => a.parse::<i64>().ok().map(|a| a.cmp(b)),
            (Self::Number(a), Self::Text(b)) => b.parse::<i64>().ok().map(|b| a.cmp(&b)),
            _ => None,
        }
    }
}
