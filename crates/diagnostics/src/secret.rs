//! Passwords in text that is about to be shown.

use std::borrow::Cow;
use std::ops::Range;

/// The parts of a line that may be a password. Of a PostgreSQL URL: up to the last `@` of the line, as a password may hold
/// blanks, or where there is none up to a blank. Of others: up to the last `@` of the word.
pub(crate) fn secrets_of_line(line: &str) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut from = 0;
    while let Some(found) = line[from..].find("://") {
        let (scheme, start) = (from + found, from + found + 3);
        let end = line[start..].find(char::is_whitespace).map_or(line.len(), |at| start + at);
        let is_ours = line[..scheme].ends_with("postgres") || line[..scheme].ends_with("postgresql");
        let words = if is_ours { &line[start..] } else { &line[start..end] };
        let secret = match words.rfind('@') {
            Some(at) => start..start + at,
            None if is_ours => start..end,
            None => start..start,
        };
        from = secret.end.max(start);
        if !secret.is_empty() {
            secrets.push(secret);
        }
    }
    secrets
}

/// The text without what may be a password in the URLs that it holds, for text that is not ours: a command line, the
/// reason of a panic.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut from = 0;
        for secret in secrets_of_line(line) {
            shown.push_str(&line[from..secret.start]);
            shown.push_str("***");
            from = secret.end;
        }
        shown.push_str(&line[from..]);
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_password_is_replaced() {
        for (text, shown) in [
            ("psql postgresql://me:pw@h/d -f x", "psql postgresql://***@h/d -f x"),
            ("postgres://u:a@b/c@h", "postgres://***@h"),
            ("postgres://u:a b@h x", "postgres://***@h x"),
            ("mysql://u:p@h and mysql://u:p@h", "mysql://***@h and mysql://***@h"),
            ("postgres://u:pw", "postgres://***"),
            ("see https://example.com/a", "see https://example.com/a"),
            ("a\npostgres://u:é@h\nb", "a\npostgres://***@h\nb"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
    }
}
