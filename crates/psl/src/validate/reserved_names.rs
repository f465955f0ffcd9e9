//! Names that code generated from a schema cannot use.

use driftless_diagnostics::{Diagnostic, Sink, code};

use crate::syntax::Word;

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

/// Reports a block of a reserved name.
pub(super) fn check(what: &str, name: Word<'_>, sink: &mut Sink) {
    if RESERVED.binary_search(&name.text).is_ok() {
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
