//! Extensions come and change. They never go: a schema text need not name what a database has.

use driftless_ir::{BaseType, Builtin, ExtensionWalker};

use super::Differ;
use crate::Pair;
use crate::step::Step;

impl Differ<'_> {
    pub(super) fn diff_extensions(&mut self) {
        for next in self.schemas.next.extensions() {
            let Some(previous) = self.schemas.previous.find_extension(next.name()) else {
                self.steps.push(Step::CreateExtension { extension: next.id(), replaces: None });
                continue;
            };
            let pair = Pair::new(previous, next);
            if !is_changed(pair) {
                continue;
            }
            let ids = pair.map(ExtensionWalker::id);
            if self.is_leant_on(previous) {
                self.steps.push(Step::AlterExtension(ids));
            } else {
                self.steps.push(Step::DropExtension(ids));
                self.steps.push(Step::CreateExtension { extension: ids.next, replaces: Some(ids.previous) });
            }
        }
    }

    /// Whether a column's type belongs to the extension, as far as names tell: PostgreSQL then refuses to drop it.
    fn is_leant_on(&self, extension: ExtensionWalker<'_>) -> bool {
        let name = extension.name().as_str();
        self.schemas.previous.columns().any(|column| match &column.get().ty.base {
            BaseType::Builtin(builtin) => *builtin == Builtin::CiText && name == "citext",
            BaseType::Other(text) => {
                text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            }
            BaseType::Enum(_) => false,
        })
    }
}

/// Whether something differs that both sides state.
fn is_changed(extensions: Pair<ExtensionWalker<'_>>) -> bool {
    let entries = extensions.map(ExtensionWalker::get);
    let differs = |pair: Option<Pair<&str>>| pair.is_some_and(|pair| pair.differs());
    differs(entries.map(|e| e.version.as_deref()).transpose())
        || differs(entries.map(|e| e.namespace.as_ref().map(|name| name.as_str())).transpose())
}
