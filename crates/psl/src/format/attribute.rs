//! Reads attributes: `@name(…)` behind a field or a value, and what stands after the `@@` of a block.

use std::ops::Range;

use super::rank;
use super::scan::Cursor;
use super::value;

/// The attributes of one item, each written with regular spacing. The buffers are used again for the next item.
#[derive(Default)]
pub(super) struct Attributes {
    /// All of them, with a space between any two.
    text: String,
    each: Vec<(u8, Range<usize>)>,
}

impl Attributes {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads as many attributes as follow. `None` where one is not complete: the line is unreadable then.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        self.text.clear();
        self.each.clear();
        loop {
            let before = cursor.position();
            if !cursor.eat_next("@") {
                cursor.reset(before);
                return Some(());
            }
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let start = self.text.len();
            self.text.push('@');
            let name = read_call(cursor, &mut self.text)?;
            self.each.push((rank(name), start..self.text.len()));
        }
    }

    /// Brings the attributes into the order of their ranks.
    pub(super) fn sort(&mut self) {
        if !self.each.is_sorted_by_key(|(rank, _)| *rank) {
            self.each.sort_by_key(|(rank, _)| *rank);
            self.join(" ");
        }
    }

    /// Takes the spaces between the attributes away.
    pub(super) fn glue(&mut self) {
        if self.each.len() > 1 {
            self.join("");
        }
    }

    fn join(&mut self, separator: &str) {
        let parts: Vec<&str> = self.each.iter().map(|(_, range)| &self.text[range.clone()]).collect();
        self.text = parts.join(separator);
    }
}

/// The name of an attribute, which it returns, and its arguments if there are any.
pub(super) fn read_call<'a>(cursor: &mut Cursor<'a>, out: &mut String) -> Option<&'a str> {
    cursor.skip_spaces();
    let name = cursor.path()?;
    out.push_str(name);
    value::optional_arguments(cursor, out)?;
    Some(name)
}
