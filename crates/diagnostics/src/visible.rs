//! Text of others, made safe to show.
//!
//! A name, a file or a server may hold characters that do not print but *act*: they move the cursor of a terminal, end a
//! line, or turn the direction of what follows. They are shown as `\u{…}` with their number in hexadecimal, the form of
//! the Unicode escape in many languages; every other character is left as it is.
//!
//! Invariant: what [`visible`] returns is one line.

use std::borrow::Cow;

/// Whether a character acts instead of being printed: control characters (also DEL and those from U+0080 on), line and
/// paragraph separators, marks and overrides of direction, invisible characters that belong to no word. The two joiners
/// (U+200C, U+200D) are letters' own in several scripts and are not among them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text on one line, with its hidden characters shown: a line break is `\u{a}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    show(text, is_hidden)
}

/// A text of many lines with its hidden characters shown. Line breaks and tabs stay; a carriage return before a line
/// break goes.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let is_shown = |character| is_hidden(character) && !matches!(character, '\n' | '\t');
    if text.contains("\r\n") {
        return Cow::Owned(show(&text.replace("\r\n", "\n"), is_shown).into_owned());
    }
    show(text, is_shown)
}

/// Several lines as one text, each made visible. A part that has line breaks of its own, as what a server says may,
/// goes on with lines that are set in.
pub fn lines<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        for (number, line) in part.as_ref().trim_end_matches(['\r', '\n']).split('\n').enumerate() {
            text.push_str(match (at, number) {
                (0, 0) => "",
                (_, 0) => "\n",
                _ => "\n    ",
            });
            text.push_str(&visible(line.trim_end_matches('\r')));
        }
    }
    text
}

fn show(text: &str, is_shown: impl Fn(char) -> bool) -> Cow<'_, str> {
    // most texts are plain, and are looked at byte by byte
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(&is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_shown(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A word as a shell takes it: as it is where it means nothing to a shell, else in quotes. For commands that a message
/// tells to run.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_prints_is_left() {
        for (text, shown) in [
            ("plain é 日本 👩\u{200d}👧 \\u{1b}", "plain é 日本 👩\u{200d}👧 \\u{1b}"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("a\r\n\tb", "a\\u{d}\\u{a}\\u{9}b"),
            ("\u{7f}\u{9b}31m", "\\u{7f}\\u{9b}31m"),
            ("\u{202e}x\u{2066}\u{2069}", "\\u{202e}x\\u{2066}\\u{2069}"),
            ("\u{2028}\u{2029}\u{feff}\u{200b}", "\\u{2028}\\u{2029}\\u{feff}\\u{200b}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn a_text_of_lines_keeps_them() {
        assert_eq!(visible_lines("a\r\n\tb\rc\u{1b}\n"), "a\n\tb\\u{d}c\\u{1b}\n");
        assert_eq!(lines(["a\u{7}", "b\nc\r\n", "d"]), "a\\u{7}\nb\n    c\nd");
    }

    #[test]
    fn no_character_that_is_shown_is_left() {
        for character in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|one| is_hidden(*one)) {
            assert!(!visible(&format!("a{character}b")).contains(is_hidden), "{character:?}");
        }
    }

    #[test]
    fn words_for_a_shell_are_quoted_where_they_must_be() {
        for (word, quoted) in [
            ("20240101_init", "20240101_init"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(x)`y`", "'$(x)`y`'"),
            ("it's", r"'it'\''s'"),
            ("a;b", "'a;b'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
