//! How names and texts of a database are written in the language.

use crate::resolve::ScalarType;
use crate::validate::names::is_reserved;

/// The name that a name of the database gets; `None` where nothing of it can stand in one.
///
/// A name begins with a letter and goes on with letters, digits and `_`, all of ASCII: what stands before the first
/// letter goes, what cannot stand behind it becomes `_`.
pub(super) fn name_for(text: &str) -> Option<String> {
    let start = text.find(|character: char| character.is_ascii_alphabetic())?;
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '_';
    Some(text[start..].chars().map(|character| if fits(character) { character } else { '_' }).collect())
}

/// The name of an enum's value that stands for the empty text.
const EMPTY_VALUE: &str = "EMPTY_ENUM_VALUE";

/// The name that a value of an enum gets; `None` where nothing of it can stand in one.
pub(super) fn value_name_for(text: &str) -> Option<String> {
    if text.is_empty() { Some(EMPTY_VALUE.to_owned()) } else { name_for(text) }
}

/// The name that a table, view or enum gets, and whether that is another one because no block can have it.
pub(super) fn title_for(text: &str) -> (Option<String>, bool) {
    match name_for(text) {
        Some(name) if is_reserved(&name) || ScalarType::from_name(&name).is_some() => {
            (Some(format!("Renamed{name}")), true)
        }
        name => (name, false),
    }
}

/// Writes a text as a string literal.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A text as a string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_letter() {
        let name = |text| name_for(text).unwrap_or_default();
        assert_eq!(
            ["users", "my-table", "_x", "1st", "ünï", "__", "a.b c"].map(name),
            ["users", "my_table", "x", "st", "n_", "", "a_b_c"]
        );
        assert_eq!(value_name_for("").as_deref(), Some("EMPTY_ENUM_VALUE"));
    }

    #[test]
    fn reserved_words_are_not_taken() {
        assert_eq!(title_for("async"), (Some("Renamedasync".to_owned()), true));
        assert_eq!(title_for("model"), (Some("model".to_owned()), false));
    }

    #[test]
    fn quoted_texts_hold_no_raw_controls() {
        assert_eq!(quoted("a\"b\\c\n\u{1}é"), r#""a\"b\\c\n\u0001é""#);
    }
}
