//! The comments inside an existing block, by what they belong to.
//!
//! Comments on lines of their own belong to the next field, value or attribute, what stands behind one on its line to
//! that one.

use driftless_diagnostics::Span;

/// The comments of one item of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Attached<'t> {
    /// The lines above, in order.
    pub(super) above: Vec<&'t str>,
    /// What stands behind it.
    pub(super) behind: Option<&'t str>,
}

impl Attached<'_> {
    /// Writes the lines above the item. Documentation behind it goes there too, as the reference puts it.
    pub(super) fn write_above(&self, out: &mut String) {
        let documentation = self.behind.filter(|text| text.starts_with("///"));
        for line in self.above.iter().copied().chain(documentation) {
            out.push_str(line);
            out.push('\n');
        }
    }

    /// Writes what stands behind the item.
    pub(super) fn write_behind(&self, out: &mut String) {
        if let Some(text) = self.behind.filter(|text| !text.starts_with("///")) {
            out.push(' ');
            out.push_str(text);
        }
    }
}

/// The comments of a block: of each item, in the order of `items`, and those that no item follows.
pub(super) struct BlockComments<'t> {
    pub(super) items: Vec<Attached<'t>>,
    pub(super) rest: Vec<&'t str>,
}

impl<'t> BlockComments<'t> {
    /// Reads a block. `items` are the places of what it holds, in order.
    pub(super) fn read(text: &'t str, block: Span, items: &[Span]) -> Self {
        let body = text.get(block.range()).unwrap_or_default();
        let mut from = block.start as usize + body.find('{').map_or(0, |at| at + 1);
        let mut comments = Self { items: Vec::with_capacity(items.len()), rest: Vec::new() };
        for item in items {
            let above = lines(text.get(from..item.start as usize).unwrap_or_default());
            let rest = text.get(item.end as usize..).unwrap_or_default();
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            from = item.end as usize + line.len();
            let behind = Some(line.trim()).filter(|text| text.starts_with("//"));
            comments.items.push(Attached { above, behind });
        }
        comments.rest = lines(text.get(from..block.end.saturating_sub(1) as usize).unwrap_or_default());
        comments
    }
}

/// What the reference writes above a field that it comments out.
pub(super) const INVALID_NAME: &str = "/// This field was commented out because of an invalid name. Please provide a valid one that matches [a-zA-Z][a-zA-Z0-9_]*";

/// The lines of comments in a text; those that lifting writes anew are left out.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut is_generated = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line == INVALID_NAME {
            is_generated = true;
        } else if !std::mem::take(&mut is_generated) && !is_value(line) {
            lines.push(line);
        }
    }
    lines
}

/// Whether a comment is a value of an enum that no name can stand for, as lifting writes it.
fn is_value(line: &str) -> bool {
    let Some((value, map)) = line.strip_prefix("// ").and_then(|rest| rest.split_once(" @map(\"")) else {
        return false;
    };
    map.strip_suffix("\")").is_some_and(|mapped| mapped == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use driftless_diagnostics::FileId;

    #[test]
    fn comments_belong_to_what_they_stand_at() {
        let text = "model A {\n  // above\n  id Int // behind\n  // rest\n}";
        let at = |part: &str| text.find(part).expect("the text holds it") as u32;
        let span = |start, end| Span::new(FileId::new(0), start, end);
        let block = span(0, text.len() as u32);
        let comments = BlockComments::read(text, block, &[span(at("id Int"), at(" // behind"))]);
        assert_eq!(comments.items[0].above, ["// above"]);
        assert_eq!(comments.items[0].behind, Some("// behind"));
        assert_eq!(comments.rest, ["// rest"]);
    }
}
