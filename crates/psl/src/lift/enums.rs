//! Enum types as blocks, not yet laid out.

use driftless_diagnostics::Span;
use driftless_ir::EnumWalker;

use super::blocks::{Writer, write_lines};
use super::comments::{Attached, BlockComments};
use super::spelling::quote;

/// What the reference writes above an enum that has a comment in the database.
const COMMENTED: &str = "This enum is commented in the database, and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments";

impl<'s> Writer<'s, '_, '_> {
    /// Writes the block of an enum type.
    pub(super) fn write_enum(&self, enumeration: EnumWalker<'s>, above: &str, out: &mut String) {
        let at = enumeration.id().index();
        let title = &self.names.enums[at];
        let known = self.previous.enumeration(enumeration).map(|at| self.previous.enum_at(at).syntax);
        let comments = known.map(|block| {
            let mut items: Vec<Span> = block.values.iter().map(|value| value.span).collect();
            items.extend(block.attributes.iter().map(|attribute| attribute.span));
            items.sort_unstable_by_key(|span| span.start);
            (BlockComments::read(self.text_of(block.span), block.span, &items), items)
        });
        if self.unsaid.is_enum_commented(enumeration.qualified_name()) && !above.contains(COMMENTED) {
            out.push_str("/// ");
            out.push_str(COMMENTED);
            out.push('\n');
        }
        out.push_str("enum ");
        out.push_str(&title.name);
        out.push_str(" {\n");
        for (value, name) in enumeration.values().zip(&self.names.values[at]) {
            let place = known.zip(name.as_deref()).and_then(|(block, name)| {
                block.values.iter().find(|value| value.name.text == name).map(|value| value.span)
            });
            let attached = comments.as_ref().zip(place).and_then(|((comments, items), place)| {
                comments.items.get(items.iter().position(|item| *item == place)?)
            });
            write_value(value.as_str(), name.as_deref(), attached, out);
        }
        if let Some((comments, _)) = &comments {
            let rest = comments.items.iter().skip(known.map_or(0, |block| block.values.len()));
            write_lines(rest.flat_map(|attached| &attached.above).chain(&comments.rest), out);
        }
        let is_mapped =
            known.is_some_and(|block| block.attributes.iter().any(|attribute| attribute.name.text == "map"));
        self.write_place(&title.name, is_mapped, enumeration.qualified_name(), out);
        out.push_str("}\n");
    }
}

fn write_value(value: &str, name: Option<&str>, attached: Option<&Attached<'_>>, out: &mut String) {
    if let Some(attached) = attached {
        attached.write_above(out);
    }
    match name {
        Some(name) => out.push_str(name),
        None => {
            out.push_str("// ");
            out.push_str(value);
        }
    }
    if name != Some(value) {
        out.push_str(" @map(");
        quote(value, out);
        out.push(')');
    }
    if let Some(attached) = attached {
        attached.write_behind(out);
    }
    out.push('\n');
}
