//! Names as SQL writes them.

use std::fmt;

use driftless_ir::{EnumWalker, IndexWalker, MAX_NAME_BYTES, Name, NamespaceWalker, Quoted, TableWalker};

use super::Style;

/// The name of an object, qualified unless its namespace is implicit.
#[derive(Clone, Copy)]
pub(crate) struct ObjectName<'a> {
    namespace: Option<&'a Name>,
    name: &'a Name,
}

impl<'a> ObjectName<'a> {
    pub(crate) fn new(namespace: NamespaceWalker<'a>, name: &'a Name) -> Self {
        Self { namespace: (!namespace.is_implicit()).then(|| namespace.name()), name }
    }

    pub(crate) fn table(table: TableWalker<'a>) -> Self {
        Self::new(table.namespace(), table.name())
    }

    pub(crate) fn enumeration(enumeration: EnumWalker<'a>) -> Self {
        Self::new(enumeration.namespace(), &enumeration.qualified_name().name)
    }

    pub(crate) fn index(index: IndexWalker<'a>) -> Self {
        Self::new(index.table().namespace(), index.name())
    }

    /// Another object of the same namespace.
    pub(crate) fn sibling<'b>(self, name: &'b Name) -> ObjectName<'b>
    where
        'a: 'b,
    {
        ObjectName { namespace: self.namespace, name }
    }

    /// The name as a constant that `to_regclass` and `to_regtype` read.
    pub(crate) fn quoted(self) -> String {
        quote(&self.to_string())
    }
}

impl fmt::Display for ObjectName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = self.namespace {
            write!(f, "{namespace}.")?;
        }
        write!(f, "{}", self.name)
    }
}

/// Text as an SQL constant, in what only the guarded style has.
pub(crate) fn quote(text: &str) -> String {
    constant(text, Style::Guarded)
}

/// Text as an SQL constant: the reference's in the plain style, else one that means the same whatever
/// `standard_conforming_strings` says where the script is run. It stands behind a blank or a bracket.
pub(crate) fn constant(text: &str, style: Style) -> String {
    match style {
        Style::Plain => Quoted(text).conforming().to_string(),
        Style::Guarded => Quoted(text).to_string().trim_start_matches(' ').to_owned(),
    }
}

/// The longest start of `text` of at most `bytes` bytes.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes { text } else { &text[..text.floor_char_boundary(bytes)] }
}

/// A name with a suffix, cut so that the suffix stays.
pub(crate) fn with_suffix(name: &Name, suffix: &str) -> Name {
    Name::from(format!("{}{suffix}", cut(name.as_str(), MAX_NAME_BYTES - suffix.len())))
}

/// Names separated by commas and spaces.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a Name>) -> String {
    separated(names, ", ")
}

/// Names with something between them.
pub(crate) fn separated<'a>(names: impl Iterator<Item = &'a Name>, separator: &str) -> String {
    use fmt::Write;
    let mut out = String::new();
    for (at, name) in names.enumerate() {
        let before = if at == 0 { "" } else { separator };
        write!(out, "{before}{name}").expect("writing to a string does not fail");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_the_guarded_style_mean_the_same_under_any_setting() {
        assert_eq!(constant(r"a\b", Style::Plain), r"'a\b'");
        assert_eq!(constant(r"a\'b", Style::Guarded), r"E'a\\''b'");
        assert_eq!(constant("  it's", Style::Guarded), "'  it''s'");
    }

    #[test]
    fn a_suffix_survives_the_limit() {
        let name = Name::from("é".repeat(40));
        let suffixed = with_suffix(&name, "_new");
        assert!(suffixed.as_str().len() <= MAX_NAME_BYTES && suffixed.as_str().ends_with("é_new"));
    }
}
