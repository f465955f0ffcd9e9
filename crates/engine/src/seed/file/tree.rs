//! What a seed file says, whatever its format: values, each with its place.

use driftless_diagnostics::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) node: Node,
    pub(crate) span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// Nothing. TOML cannot say it.
    Null,
    Boolean(bool),
    /// A number in decimal digits, as exact as it was written; `NaN`, `Infinity` and `-Infinity` among them.
    Number(String),
    Text(String),
    /// A date, a time or both, as TOML has them without quotes.
    Time(String),
    List(Vec<Value>),
    Table(Vec<Entry>),
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) span: Span,
    pub(crate) value: Value,
}

impl Node {
    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Time(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}
