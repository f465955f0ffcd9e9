//! A diagnostic joined with its source, in the shape that miette draws.
//!
//! Of the source only the lines around the place are taken. What acts in them is made visible, and what stands between
//! the scheme and the host of a URL is replaced: an excerpt of a schema must not show its password.

use std::fmt;
use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::secret::secrets_of_line;
use crate::{Diagnostic, Files, Severity, is_hidden, visible, visible_lines};

/// How many lines around the place are taken: more than are drawn.
const LINES_AROUND: usize = 3;

/// A [`Diagnostic`] that owns what is needed to draw it.
#[derive(Debug)]
pub struct Report {
    diagnostic: Diagnostic,
    source: Option<Excerpt>,
}

impl Report {
    /// Joins a diagnostic with the file that its span lies in.
    pub fn new(diagnostic: Diagnostic, files: &Files) -> Self {
        let source = diagnostic.span.and_then(|span| {
            let file = files.get(span.file)?;
            Some(Excerpt::new(file.name(), file.text(), span.range()))
        });
        let message = visible_lines(&diagnostic.message).into_owned();
        let help = diagnostic.help.as_deref().map(|help| visible_lines(help).into_owned());
        let label = diagnostic.label.as_deref().map(|label| visible(label).into_owned());
        Self { diagnostic: Diagnostic { message, help, label, ..diagnostic }, source }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.diagnostic.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = SourceSpan::from(self.source.as_ref()?.place.clone());
        let label = self.diagnostic.label.clone().unwrap_or_else(|| "here".to_owned());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(label), place))))
    }
}

/// Some lines of a named text, safe to show.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    /// How many lines of the whole text stand before.
    lines_before: usize,
    /// Where in the excerpt the diagnostic points.
    place: Range<usize>,
}

impl Excerpt {
    fn new(name: &str, whole: &str, place: Range<usize>) -> Self {
        let place = whole.floor_char_boundary(place.start)..whole.ceil_char_boundary(place.end);
        let breaks_before = whole[..place.start].rmatch_indices('\n').nth(LINES_AROUND);
        let start = breaks_before.map_or(0, |(at, _)| at + 1);
        let breaks_behind = whole[place.end..].match_indices('\n').nth(LINES_AROUND);
        let end = breaks_behind.map_or(whole.len(), |(at, _)| place.end + at + 1);
        let lines_before = whole[..start].bytes().filter(|byte| *byte == b'\n').count();
        let mut excerpt =
            Self { name: visible(name).into_owned(), text: String::new(), lines_before, place: 0..0 };
        let mut at = start;
        for line in whole[start..end].split_inclusive('\n') {
            excerpt.add_line(line, at, &place);
            at += line.len();
        }
        if place.start >= at {
            excerpt.place.start = excerpt.text.len();
        }
        if place.end >= at {
            excerpt.place.end = excerpt.text.len();
        }
        excerpt
    }

    /// Adds a line that stands at `at` in the whole text, and moves the place along.
    fn add_line(&mut self, line: &str, at: usize, place: &Range<usize>) {
        let secrets = secrets_of_line(line);
        let body = line.trim_end_matches(['\r', '\n']).len();
        let shown = shown_of_line(line, body, place.start.saturating_sub(at));
        if shown.start > 0 {
            self.text.push('…');
        }
        for (offset, character) in line.char_indices() {
            if at + offset == place.start {
                self.place.start = self.text.len();
            }
            if at + offset == place.end {
                self.place.end = self.text.len();
            }
            if offset == shown.end && offset < body {
                self.text.push('…');
            }
            match secrets.iter().find(|secret| secret.contains(&offset)) {
                _ if offset < body && !shown.contains(&offset) => {}
                Some(secret) if secret.start.max(shown.start) == offset => self.text.push_str("***"),
                Some(_) => {}
                None if offset >= body && character == '\r' => {}
                None if is_hidden(character) && !matches!(character, '\n' | '\t') => {
                    self.text.extend(character.escape_unicode());
                }
                None => self.text.push(character),
            }
        }
    }
}

/// What is shown of a line: all of it, or where it is long a part around the place.
fn shown_of_line(line: &str, body: usize, place: usize) -> Range<usize> {
    /// How many bytes are shown of a line, and of those how many before the place.
    const MOST: usize = 600;
    const BEFORE: usize = 200;
    if body <= MOST {
        return 0..body;
    }
    let start = line.floor_char_boundary(place.min(body).saturating_sub(BEFORE));
    start..line.floor_char_boundary((start + MOST).min(body))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            self.lines_before + inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_points_at_the_same_text_as_the_whole() {
        let whole = "1\n2\n3\n4\n5\u{1b}[31m x\r\nsix\n7\n8\n9\n10\n";
        let six = whole.find("six").unwrap();
        let excerpt = Excerpt::new("a\u{7}", whole, six..six + 3);
        assert_eq!(excerpt.name, "a\\u{7}");
        assert_eq!((excerpt.lines_before, &excerpt.text[excerpt.place.clone()]), (2, "six"));
        assert_eq!(excerpt.text, "3\n4\n5\\u{1b}[31m x\nsix\n7\n8\n9\n");
        let end = Excerpt::new("a", "x\u{7f}", 2..2);
        assert_eq!((end.text.as_str(), end.place), ("x\\u{7f}", 7..7));
        assert_eq!(Excerpt::new("a", "", 0..5).place, 0..0);
    }

    #[test]
    fn a_place_within_a_character_is_that_character() {
        let whole = "a\nsé🎉\n";
        for (place, shown) in
            [(3..4, "é"), (4..5, "é"), (5..6, "🎉"), (6..7, "🎉"), (2..4, "sé"), (90..99, "")]
        {
            let excerpt = Excerpt::new("a", whole, place.clone());
            assert_eq!(&excerpt.text[excerpt.place.clone()], shown, "{place:?}");
        }
    }

    #[test]
    fn long_lines_are_shown_around_the_place() {
        let whole = format!("{}\nab{}x{}\nend\n", "1".repeat(5000), "é".repeat(3000), "z".repeat(1 << 20));
        let at = whole.find('x').unwrap();
        for place in [at..at + 1, at..whole.len() - 5, 0..3, 2..at] {
            let excerpt = Excerpt::new("a", &whole, place.clone());
            assert!(excerpt.text.len() < 3000, "{place:?}: {}", excerpt.text.len());
            let shown = &excerpt.text[excerpt.place.clone()];
            assert!(shown.starts_with(&whole[place.start..=place.start]), "{place:?}: {shown}");
        }
    }

    #[test]
    fn an_excerpt_shows_no_password() {
        for url in ["postgresql://me:secret@h/d", "postgresql://me:sec@ret/x@h/d", "postgres://secret"] {
            let whole = format!("datasource db {{\n  url = \"{url}\" // note\n  x\n}}\n");
            let at = whole.find("  x").unwrap();
            let excerpt = Excerpt::new("a", &whole, at + 2..at + 3);
            assert!(!excerpt.text.contains("sec") && !excerpt.text.contains("ret"), "{}", excerpt.text);
            assert_eq!(&excerpt.text[excerpt.place.clone()], "x");
            assert!(excerpt.text.contains("***"), "{}", excerpt.text);
        }
    }
}
