//! Text as a constant in SQL. With [`Name`](crate::Name) it is the only way for a value into a statement.

use std::fmt;

/// A text whose `Display` is a string constant of SQL that stands for exactly this text, whatever
/// `standard_conforming_strings` says.
///
/// PostgreSQL has no text with a NUL; the constant of one is refused by the server as such.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl<'a> Quoted<'a> {
    /// The constant in the reference's form, for scripts that equal the reference's: right where
    /// `standard_conforming_strings` is on, as it is unless somebody turns it off.
    pub fn conforming(self) -> Conforming<'a> {
        Conforming(self.0)
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.0.contains(['\\', '\0']);
        // the blank keeps the letter from what stands before
        f.write_str(if escaped { " E'" } else { "'" })?;
        for part in self.0.split_inclusive(['\'', '\\', '\0']) {
            match part.as_bytes() {
                [.., last @ (b'\'' | b'\\')] => write!(f, "{part}{}", char::from(*last))?,
                [.., 0] => write!(f, "{}\\000", &part[..part.len() - 1])?,
                _ => f.write_str(part)?,
            }
        }
        f.write_str("'")
    }
}

/// See [`Quoted::conforming`].
#[derive(Clone, Copy, Debug)]
pub struct Conforming<'a>(&'a str);

impl fmt::Display for Conforming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for part in self.0.split_inclusive('\'') {
            f.write_str(part)?;
            if part.ends_with('\'') {
                f.write_str("'")?;
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
        assert_eq!(Quoted("a\0b").to_string(), r" E'a\000b'");
        assert_eq!(Quoted("a\n-- b */ $$ :c\r").to_string(), "'a\n-- b */ $$ :c\r'");
    }

    #[test]
    fn the_form_of_the_reference_doubles_quotes_alone() {
        assert_eq!(Quoted("it's").conforming().to_string(), "'it''s'");
        assert_eq!(Quoted("'").conforming().to_string(), "''''");
        assert_eq!(Quoted("").conforming().to_string(), "''");
        assert_eq!(Quoted(r"a\b").conforming().to_string(), r"'a\b'");
    }
}
