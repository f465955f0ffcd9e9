//! Generator blocks. Generators run elsewhere: only what the reference itself reads of them is checked.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};
use indexmap::IndexSet;

use crate::resolve::{Datamodel, Generator};
use crate::syntax::Expression;

/// Reports generators of one name.
pub(super) fn check_names(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let mut seen = IndexSet::new();
    for name in datamodel.generators.iter().map(|block| block.syntax.name) {
        if !seen.insert(name.text) {
            let message = format!("there are two generators `{}`", name.text);
            let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(name.span);
            sink.push(diagnostic.label("second").help("rename one of them"));
        }
    }
}

/// Reports properties that are repeated, without a value, or of the wrong kind.
pub(super) fn check_properties(block: &Generator<'_>, sink: &mut Sink) {
    let owner = block.syntax.name;
    let mut seen = IndexSet::new();
    for property in &block.syntax.properties {
        let name = property.name.text;
        if !seen.insert(name) {
            let message = format!("the generator `{}` has the property `{name}` twice", owner.text);
            let diagnostic = Diagnostic::error(code::DUPLICATE_NAME, message).at(property.name.span);
            sink.push(diagnostic.label("second").help("take one of them out"));
        }
        let Some(value) = &property.value else {
            let message = format!("the property `{name}` of the generator `{}` has no value", owner.text);
            let diagnostic = Diagnostic::error(code::GENERATOR, message).at(owner.span);
            sink.push(diagnostic.help(format!("write a value behind `{name} =`, or take the line out")));
            continue;
        };
        match name {
            "provider" | "output" => expect(name, value, true, sink),
            "engineType" => expect(name, value, false, sink),
            "binaryTargets" => {
                value.as_elements().iter().for_each(|element| expect(name, element, true, sink));
            }
            "previewFeatures" => {
                value.as_elements().iter().for_each(|element| expect(name, element, false, sink));
            }
            _ => {}
        }
    }
}

/// Reports a generator that nothing can run.
pub(super) fn check_provider(block: &Generator<'_>, sink: &mut Sink) {
    let name = block.syntax.name;
    if !block.syntax.properties.iter().any(|property| property.name.text == "provider") {
        let message = format!("the generator `{}` has no provider", name.text);
        let diagnostic = Diagnostic::error(code::GENERATOR, message).at(name.span);
        sink.push(diagnostic.help("write `provider = \"…\"`"));
    }
}

/// Reports a value that is neither a string nor, where that is allowed, `env("…")`.
fn expect(name: &str, value: &Expression<'_>, may_be_env: bool, sink: &mut Sink) {
    let mut problem = |span: Span, message: String| {
        let help = if may_be_env { "write a string or `env(\"…\")`" } else { "write a string" };
        sink.push(Diagnostic::error(code::GENERATOR, message).at(span).label("wrong kind").help(help));
    };
    match value {
        Expression::String(_) => {}
        Expression::Call(call) if may_be_env && call.name.text == "env" => {
            let is_name = |value: &Option<Expression<'_>>| matches!(value, Some(Expression::String(_)));
            match call.arguments.as_slice() {
                [argument] if is_name(&argument.value) => {}
                [argument] => problem(argument.span, "`env` takes the name of a variable".to_owned()),
                _ => problem(call.span, "`env` takes the name of one variable".to_owned()),
            }
        }
        other => problem(other.span(), format!("the property `{name}` is {}, not a string", other.kind())),
    }
}
