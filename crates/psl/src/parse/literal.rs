//! String literals.

use std::borrow::Cow;

use driftless_diagnostics::{Diagnostic, Sink, Span, code};

/// The value of the text between the quotes of a string literal that stands at `span`.
///
/// The escapes are those of JSON: `\" \\ \/ \b \f \n \r \t \uXXXX`, surrogate pairs included. Any other escape is
/// reported and kept as written.
pub(super) fn unescape<'s>(raw: &'s str, span: Span, sink: &mut Sink) -> Cow<'s, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let start = span.start + 1 + (raw.len() - escape.len() - 1) as u32;
        let (decoded, length) = decode(escape);
        let end = start + 1 + length as u32;
        match decoded {
            Ok(character) => value.push(character),
            Err(problem) => {
                sink.push(problem.at(Span::new(span.file, start, end)).label("this escape"));
                value.push_str(&rest[at..at + 1 + length]);
            }
        }
        rest = &escape[length..];
    }
    value.push_str(rest);
    Cow::Owned(value)
}

/// Reads one escape behind its backslash: the character, and the number of bytes that it takes.
fn decode(escape: &str) -> (Result<char, Diagnostic>, usize) {
    let first = escape.chars().next();
    let simple = match first {
        Some(same @ ('"' | '\\' | '/')) => same,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return decode_unicode(escape),
        _ => {
            let help = "write `\\\\` for a backslash";
            let problem = Diagnostic::error(code::SYNTAX, "this escape sequence does not exist").help(help);
            return (Err(problem), first.map_or(0, char::len_utf8));
        }
    };
    (Ok(simple), 1)
}

/// Reads `uXXXX`, or two of them that make a surrogate pair.
fn decode_unicode(escape: &str) -> (Result<char, Diagnostic>, usize) {
    let unit = |at: usize| {
        let digits =
            escape.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let problem = || {
        let message = "this is not a Unicode escape";
        Diagnostic::error(code::SYNTAX, message)
            .help("write `\\u` and four hexadecimal digits of a character")
    };
    let Some(first) = unit(1) else { return (Err(problem()), 1) };
    if let Some(character) = char::from_u32(u32::from(first)) {
        return (Ok(character), 5);
    }
    let second = if escape[5..].starts_with("\\u") { unit(7) } else { None };
    let decoded = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match decoded {
        Some(character) => (Ok(character), 11),
        None => (Err(problem()), 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use driftless_diagnostics::FileId;

    fn unescaped(raw: &str) -> (String, usize) {
        let mut sink = Sink::new();
        let value = unescape(raw, Span::new(FileId::new(0), 0, raw.len() as u32 + 2), &mut sink);
        (value.into_owned(), sink.len())
    }

    #[test]
    fn json_escapes() {
        assert_eq!(unescaped(r#"a\n\"\\\u00e9\ud83d\ude00z"#), ("a\n\"\\é😀z".to_owned(), 0));
    }

    #[test]
    fn bad_escapes_are_reported_and_kept() {
        assert_eq!(unescaped(r"C:\dir\u12"), (r"C:\dir\u12".to_owned(), 2));
        assert_eq!(unescaped(r"\ud83d é\é"), (r"\ud83d é\é".to_owned(), 2));
    }
}
