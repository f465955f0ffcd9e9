//! Text of others, made safe to show.
//!
//! A name, a file or a server may hold characters that do not print but *act*: they move the cursor of a terminal, end a
//! line, or turn the direction of what follows. They are shown as `\u{…}` with their number in hexadecimal; every other
//! character is left as it is.

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

/// A text of lines with its hidden characters shown. Line breaks and tabs stay, and the sequences that colour text where
/// it is `colored`: `ESC [ … m`.
pub fn visible_lines(text: &str, colored: bool) -> Cow<'_, str> {
    let is_shown = |character| is_hidden(character) && !matches!(character, '\n' | '\t');
    // most texts are plain, and are looked at byte by byte
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) || !text.contains(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = match colored.then(|| color(rest)).flatten() {
            Some(length) => {
                shown.push_str(&rest[..length]);
                length
            }
            None if is_shown(character) => {
                shown.extend(character.escape_unicode());
                character.len_utf8()
            }
            None => {
                shown.push(character);
                character.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(shown)
}

/// The length of the sequence with which a text begins, if it is one that colours what follows.
fn color(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
    parameters[end..].starts_with('m').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_prints_is_left() {
        for (text, shown) in [
            ("plain é 日本 👩\u{200d}👧 \\u{1b}\n\tb", "plain é 日本 👩\u{200d}👧 \\u{1b}\n\tb"),
            ("a\u{1b}[2Jb\u{1b}[31m", "a\\u{1b}[2Jb\\u{1b}[31m"),
            ("a\r\nb\rc", "a\\u{d}\nb\\u{d}c"),
            ("\u{7f}\u{9b}31m\u{0}", "\\u{7f}\\u{9b}31m\\u{0}"),
            ("\u{202e}x\u{2066}\u{2069}", "\\u{202e}x\\u{2066}\\u{2069}"),
            ("\u{2028}\u{2029}\u{feff}\u{200b}", "\\u{2028}\\u{2029}\\u{feff}\\u{200b}"),
        ] {
            assert_eq!(visible_lines(text, false), shown);
        }
    }

    #[test]
    fn colours_stay_where_there_are_colours() {
        let text = "\u{1b}[31;1mred\u{1b}[0m \u{1b}[2J \u{1b}]0;title\u{7}";
        let shown = "\u{1b}[31;1mred\u{1b}[0m \\u{1b}[2J \\u{1b}]0;title\\u{7}";
        assert_eq!(visible_lines(text, true), shown);
    }
}
