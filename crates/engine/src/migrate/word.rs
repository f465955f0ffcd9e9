//! The words of a statement, as far as its text is looked at without understanding it.

use std::borrow::Cow;
use std::iter;

/// A word, a constant or a symbol of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it is written.
    text: &'a str,
}

impl<'a> Word<'a> {
    /// As it is written.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    /// Whether it is this keyword, or this symbol.
    pub(super) fn is(self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is one of these keywords.
    pub(super) fn is_any(self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// The identifier that it stands for: without quotes, or in small letters.
    pub(super) fn name(self) -> Cow<'a, str> {
        match self.text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(text) if text.contains("\"\"") => text.replace("\"\"", "\"").into(),
            Some(text) => text.into(),
            None => self.text.to_lowercase().into(),
        }
    }

    pub(super) fn is_identifier(self) -> bool {
        !self.is_constant()
            && self.text.starts_with(|first: char| first == '"' || first == '_' || first.is_alphabetic())
    }

    fn is_constant(self) -> bool {
        self.text.starts_with(['\'', '$']) || self.is_escaped()
    }

    /// Whether it is a constant in which backslashes have a meaning.
    fn is_escaped(self) -> bool {
        matches!(self.text.as_bytes(), [b'e' | b'E', b'\'', ..])
    }

    /// The text that a string constant stands for.
    pub(super) fn constant(self) -> Option<Cow<'a, str>> {
        if self.is_escaped() {
            let inner = self.text[1..].trim_matches('\'');
            return Some(inner.replace("''", "'").replace("\\'", "'").replace("\\\\", "\\").into());
        }
        if let Some(inner) = self.text.strip_prefix('\'') {
            return Some(inner.strip_suffix('\'').unwrap_or(inner).replace("''", "'").into());
        }
        let tag = dollar_tag(self.text)?;
        let inner = &self.text[tag.len()..];
        Some(inner.strip_suffix(tag).unwrap_or(inner).into())
    }
}

/// The words, quoted names and symbols of a statement, in order, as far as `limit`; comments and string constants are
/// left out.
pub(super) fn words(statement: &str, limit: usize) -> Vec<Word<'_>> {
    elements(statement).filter(|word| !word.is_constant()).take(limit).collect()
}

/// The same with string constants.
pub(super) fn elements(statement: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = statement;
    iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (text, behind) = rest.split_at(element_length(rest, first));
        rest = behind;
        Some(text)
    })
    .filter(|text| {
        !text.starts_with(char::is_whitespace) && !text.starts_with("--") && !text.starts_with("/*")
    })
    .map(|text| Word { text })
}

/// A name with dots in it at the start of `words`, and how many words it takes.
pub(super) fn path<'w, 'a>(words: &'w [Word<'a>]) -> Option<(Vec<&'w Word<'a>>, usize)> {
    let mut parts = vec![words.first().filter(|word| word.is_identifier())?];
    let mut at = 1;
    while words.get(at).is_some_and(|word| word.text == ".") {
        parts.push(words.get(at + 1).filter(|word| word.is_identifier())?);
        at += 2;
    }
    Some((parts, at))
}

/// The length of the element at the start of `rest`, in bytes.
fn element_length(rest: &str, first: char) -> usize {
    let until = |end: &str, from: usize| {
        rest.get(from..).and_then(|text| text.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    match first {
        '-' if rest.starts_with("--") => until("\n", 2),
        '/' if rest.starts_with("/*") => comment_length(rest),
        '\'' | '"' => quoted_length(rest, false),
        'e' | 'E' if rest[1..].starts_with('\'') => 1 + quoted_length(&rest[1..], true),
        '$' => dollar_tag(rest).map_or(1, |tag| until(tag, tag.len())),
        _ if first == '_' || first.is_alphanumeric() => rest
            .find(|letter: char| letter != '_' && letter != '$' && !letter.is_alphanumeric())
            .unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

/// `$$` or `$tag$` at the start of a text.
fn dollar_tag(rest: &str) -> Option<&str> {
    let behind = rest.strip_prefix('$')?;
    let tag = &rest[..behind.find('$')? + 2];
    let inner = &tag[1..tag.len() - 1];
    inner.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(tag)
}

/// The length of what stands in quotes, which are doubled inside.
fn quoted_length(rest: &str, escapes: bool) -> usize {
    let bytes = rest.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (byte, Some(next)) if byte == quote && *next == quote => at += 2,
            (byte, _) if byte == quote => return at + 1,
            (b'\\', Some(next)) if escapes && next.is_ascii() => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Comments nest.
fn comment_length(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_one_element_and_no_word() {
        let text = "DO $a$ it's $a$ 'b''c' E'd\\'e' \"f\"\"g\" -- h\n /* i /* j */ */ k$l";
        let constants: Vec<_> = elements(text).filter_map(Word::constant).collect();
        assert_eq!(constants, [" it's ", "b'c", "d'e"]);
        let plain: Vec<_> = words(text, 10).into_iter().map(|word| word.name().into_owned()).collect();
        assert_eq!(plain, ["do", "f\"g", "k$l"]);
    }

    #[test]
    fn what_does_not_end_is_taken_to_the_end() {
        for text in ["'a", "$a$ b", "\"a", "/* a", "E'a\\", "$", "é", "-"] {
            assert_eq!(elements(text).count(), usize::from(!text.starts_with('/')), "{text}");
        }
    }
}
