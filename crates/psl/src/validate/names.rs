//! Names that code generated from a schema cannot use.
//!
//! The grammar reads any run of letters, digits, `_` and `-` as a name, so that a bad name is one problem in one place.

use driftless_diagnostics::{Diagnostic, Sink, code};

use crate::syntax::{Attribute, Enum, Model, ModelKind, Word};

/// The reserved words of JavaScript, and the name of the generated client. Sorted.
const RESERVED: [&str; 48] = [
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether code that is generated from a schema cannot use the name for a block.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// Reports bad names in a model, view or composite type.
pub(super) fn check_model(model: &Model<'_>, sink: &mut Sink) {
    let what = match model.kind {
        ModelKind::Model => "a model",
        ModelKind::View => "a view",
        ModelKind::Composite => "a composite type",
    };
    check_spelling(what, model.name, sink);
    check_reserved(what, model.name, sink);
    check_attributes(&model.attributes, sink);
    for field in &model.fields {
        check_spelling("a field", field.name, sink);
        check_attributes(&field.attributes, sink);
    }
}

/// Reports bad names in an enum.
pub(super) fn check_enum(enumeration: &Enum<'_>, sink: &mut Sink) {
    check_spelling("an enum", enumeration.name, sink);
    check_reserved("an enum", enumeration.name, sink);
    check_attributes(&enumeration.attributes, sink);
    for value in &enumeration.values {
        check_spelling("a value of an enum", value.name, sink);
        check_attributes(&value.attributes, sink);
    }
}

fn check_attributes(attributes: &[Attribute<'_>], sink: &mut Sink) {
    for attribute in attributes {
        check_spelling("an attribute", attribute.name, sink);
    }
}

/// Reports a name that begins with a digit or holds a dash.
fn check_spelling(what: &str, name: Word<'_>, sink: &mut Sink) {
    let problem = if name.text.starts_with(|first: char| first.is_ascii_digit()) {
        "begins with a digit"
    } else if name.text.contains('-') {
        "holds a dash"
    } else {
        return;
    };
    let message = format!("`{}` cannot name {what}: it {problem}", name.text);
    let help = "begin with a letter, and go on with letters, digits and `_`";
    sink.push(Diagnostic::error(code::INVALID_NAME, message).at(name.span).label("bad name").help(help));
}

/// Reports a block of a reserved name.
fn check_reserved(what: &str, name: Word<'_>, sink: &mut Sink) {
    if is_reserved(name.text) {
        let message = format!("`{}` is a reserved word and cannot name {what}", name.text);
        let help = "choose another name, and keep the one in the database with `@@map`";
        sink.push(
            Diagnostic::error(code::INVALID_NAME, message).at(name.span).label("reserved word").help(help),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn words_are_sorted() {
        assert!(RESERVED.is_sorted());
    }
}
