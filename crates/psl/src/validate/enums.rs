//! The values of enums.

use driftless_diagnostics::{Diagnostic, Sink, code};
use indexmap::IndexSet;

use crate::resolve::Enum;

/// Reports an enum without values, and values of one name.
pub(super) fn check_values(enumeration: &Enum<'_>, sink: &mut Sink) {
    let name = enumeration.name();
    if enumeration.values.is_empty() {
        let message = format!("the enum `{name}` has no values");
        let diagnostic = Diagnostic::error(code::ENUM, message).at(enumeration.syntax.name.span);
        sink.push(diagnostic.label("empty").help("write at least one value, or take the enum out"));
    }
    let mut seen = IndexSet::with_capacity(enumeration.values.len());
    for value in &enumeration.values {
        if !seen.insert(value.name()) {
            let message = format!("`{name}` has the value `{}` twice", value.name());
            let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(value.syntax.name.span);
            sink.push(diagnostic.label("second").help("take one of them out"));
        }
    }
}
