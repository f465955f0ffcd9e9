//! Identifiers and their quoting.

use std::fmt;
use std::sync::Arc;

/// The most bytes that PostgreSQL keeps of an identifier (`NAMEDATALEN` - 1).
pub const MAX_NAME_BYTES: usize = 63;

/// An identifier, unquoted. Its `Display` is quoted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The identifier of this text, as it is.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, unquoted.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// Writes the identifier in double quotes, quotes within doubled.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        if !self.0.as_bytes().contains(&b'"') {
            f.write_str(&self.0)?;
            return f.write_str("\"");
        }
        let mut parts = self.0.split('"');
        f.write_str(parts.next().unwrap_or_default())?;
        for part in parts {
            f.write_str("\"\"")?;
            f.write_str(part)?;
        }
        f.write_str("\"")
    }
}

/// An identifier and the namespace that it lies in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    /// The namespace.
    pub namespace: Name,
    /// The name within it.
    pub name: Name,
}

impl QualifiedName {
    /// `name` in `namespace`.
    pub fn new(namespace: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

/// Writes both parts quoted, with a dot between them.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(Name::from("a\"b").to_string(), "\"a\"\"b\"");
        assert_eq!(QualifiedName::new("s", "t").to_string(), "\"s\".\"t\"");
    }
}
