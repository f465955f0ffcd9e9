//! The words of a statement, as far as its text is looked at without understanding it.

use std::borrow::Cow;

use crate::splitter::{Element, Scan};

/// A word, a constant or a symbol of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    element: Element,
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
        matches!(self.element, Element::Word | Element::QuotedName)
    }

    pub(super) fn is_constant(self) -> bool {
        matches!(self.element, Element::Text | Element::DollarText)
    }

    /// The text that a string constant stands for. Of the escapes of `E''` only quotes and backslashes are known.
    pub(super) fn constant(self) -> Option<Cow<'a, str>> {
        match self.element {
            Element::DollarText => {
                let tag = self.text.get(1..).and_then(|rest| rest.find('$')).map(|at| at + 2)?;
                Some(self.text[tag..self.text.len() - tag].into())
            }
            Element::Text => {
                let open = self.text.find('\'')?;
                let escapes = self.text[..open].eq_ignore_ascii_case("e");
                let mut inner = self.text[open + 1..].strip_suffix('\'')?.replace("''", "'");
                if escapes {
                    inner = inner.replace("\\'", "'").replace("\\\\", "\\");
                }
                Some(inner.into())
            }
            _ => None,
        }
    }
}

/// The words, quoted names and symbols of a statement, in order, as far as `limit`; comments and string constants are
/// left out.
pub(super) fn words(statement: &str, limit: usize) -> Vec<Word<'_>> {
    elements(statement).filter(|word| !word.is_constant()).take(limit).collect()
}

/// The same with string constants.
pub(super) fn elements(statement: &str) -> impl Iterator<Item = Word<'_>> {
    Scan::new(statement)
        .filter(|(element, _)| {
            !matches!(element, Element::Space | Element::LineComment | Element::BlockComment)
        })
        .map(|(element, range)| Word { element, text: &statement[range] })
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
            assert_eq!(elements(text).count(), 1, "{text}");
        }
    }
}
