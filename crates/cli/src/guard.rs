//! The last look at a text for people, before it is written.
//!
//! Names are made visible where lines are put together ([`driftless_diagnostics::visible`]). Here nothing is known of
//! where a character comes from: what passes is printable text, line breaks and tabs, and our colours where colours are
//! wanted. Lines that a build server would take for an order (`::stop-commands::`, `##vso[`, `##teamcity[`) are broken
//! up: they are never ours.

use driftless_diagnostics::is_hidden;

/// The text with everything else shown as `\u{…}`.
pub(crate) fn harmless(text: &str, has_color: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_line_start = true;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(length) = color_length(rest).filter(|_| has_color) {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let is_order = (is_line_start && rest.starts_with("::")) || is_marked_order(&out, rest);
        match character {
            '\n' | '\t' => out.push(character),
            _ if is_order || is_hidden(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
        is_line_start = character == '\n' || (is_line_start && character.is_whitespace());
        rest = &rest[character.len_utf8()..];
    }
    out
}

/// Whether a build server would take a part of a text for an order to it, or a terminal that shows its log would.
pub(crate) fn acts_in_a_log(text: &str) -> bool {
    let is_order = |line: &str| {
        let name = line.trim_start().strip_prefix("::");
        name.is_some_and(|rest| {
            rest.starts_with(|first: char| first.is_ascii_alphabetic()) && rest.contains("::")
        })
    };
    text.contains(|letter| is_hidden(letter) && !matches!(letter, '\n' | '\r' | '\t'))
        || text.split(['\n', '\r']).any(is_order)
        || text.match_indices("##").any(|(at, _)| is_marked_order("#", &text[at + 1..]))
}

/// The length of a colour at the start of a text: `ESC [`, digits and semicolons, `m`.
fn color_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
    parameters[end..].starts_with('m').then_some(2 + end + 1)
}

/// Whether what was written and what follows are `#` and `#word[`, which may stand anywhere in a line.
fn is_marked_order(written: &str, rest: &str) -> bool {
    let Some(word) = rest.strip_prefix('#').filter(|_| written.ends_with('#')) else { return false };
    word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::{acts_in_a_log, harmless};

    #[test]
    fn what_acts_in_a_log_is_known() {
        for text in [
            "CREATE TABLE \"a\n::stop-commands::x\" ();",
            "a\r  ::set-output name=a::b",
            "COMMENT ON TABLE a IS '##vso[task.setvariable]'",
            "-- ##[error]x",
            "\u{1b}[2J",
            "a\u{202e}b",
        ] {
            assert!(acts_in_a_log(text), "{text:?}");
        }
        for text in ["SELECT 'a'\n::text;", "SELECT a::b::c;\r\n\tx", "## heading", "-- :: note ::", ""] {
            assert!(!acts_in_a_log(text), "{text:?}");
        }
    }

    #[test]
    fn colours_pass_where_they_are_wanted_and_nothing_else_does() {
        let text = "\u{1b}[31;1ma\u{1b}[0m \u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\r\n\tb";
        assert_eq!(
            harmless(text, true),
            "\u{1b}[31;1ma\u{1b}[0m \\u{1b}[2J\\u{1b}]0;x\\u{7}\\u{9b}31m\\u{d}\n\tb"
        );
        assert!(!harmless(text, false).contains('\u{1b}'));
    }

    #[test]
    fn no_line_is_an_order_to_a_build_server() {
        for (text, shown) in [
            ("::add-mask::x", "\\u{3a}:add-mask::x"),
            ("a\n \t::error::x", "a\n \t\\u{3a}:error::x"),
            ("a::text", "a::text"),
            ("x ##vso[task.x]", "x #\\u{23}vso[task.x]"),
            ("##[group]", "#\\u{23}[group]"),
            ("##teamcity[x]", "#\\u{23}teamcity[x]"),
            ("###[x", "##\\u{23}[x"),
            ("## heading", "## heading"),
        ] {
            assert_eq!(harmless(text, false), shown);
        }
        assert_eq!(harmless("\u{1b}[1m::x", true), "\u{1b}[1m\\u{3a}:x");
    }
}
