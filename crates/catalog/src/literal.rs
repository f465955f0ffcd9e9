//! Text as a constant in SQL.

use std::fmt;

/// A text whose `Display` is a string constant of SQL, whatever `standard_conforming_strings` says.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.0.contains('\\');
        f.write_str(if escaped { " E'" } else { "'" })?;
        for part in self.0.split_inclusive(['\'', '\\']) {
            f.write_str(part)?;
            match part.as_bytes().last() {
                Some(b'\'') => f.write_str("'")?,
                Some(b'\\') => f.write_str("\\")?,
                _ => {}
            }
        }
        f.write_str("'")
    }
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn quotes_and_backslashes_are_doubled() {
        assert_eq!(Quoted("a'b").to_string(), "'a''b'");
        assert_eq!(Quoted(r"a\b'").to_string(), r" E'a\\b'''");
        assert_eq!(Quoted("").to_string(), "''");
    }
}
