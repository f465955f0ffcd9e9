//! Arguments: matched with what an attribute takes, and read as what they should be.

use std::fmt;

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};

use crate::syntax::{Argument, Attribute, Call, Expression, Text, Word};

/// What an attribute or a function takes.
pub(super) struct Signature {
    /// The argument that may stand without its name, first.
    pub unnamed: Option<&'static str>,
    /// All arguments.
    pub names: &'static [&'static str],
}

/// What arguments belong to; its `Display` is as it is written.
#[derive(Clone, Copy)]
struct Owner<'a> {
    sigil: &'static str,
    name: &'a str,
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.sigil, self.name)
    }
}

/// Arguments by name.
pub(super) struct Arguments<'a> {
    owner: Owner<'a>,
    span: Span,
    values: Vec<(&'static str, &'a Expression<'a>)>,
}

impl<'a> Arguments<'a> {
    /// Matches the arguments of an attribute that is written with `sigil` (`@` or `@@`).
    pub(super) fn of_attribute(
        sigil: &'static str,
        attribute: &'a Attribute<'a>,
        signature: &Signature,
        sink: &mut Sink,
    ) -> Self {
        let owner = Owner { sigil, name: attribute.name.text };
        Self::bind(owner, attribute.span, &attribute.arguments, signature, sink)
    }

    /// Matches the arguments of a function.
    pub(super) fn of_call(call: &'a Call<'a>, signature: &Signature, sink: &mut Sink) -> Self {
        Self::bind(Owner { sigil: "", name: call.name.text }, call.span, &call.arguments, signature, sink)
    }

    fn bind(
        owner: Owner<'a>,
        span: Span,
        arguments: &'a [Argument<'a>],
        signature: &Signature,
        sink: &mut Sink,
    ) -> Self {
        let mut bound = Self { owner, span, values: Vec::with_capacity(arguments.len()) };
        for argument in arguments {
            let Some(value) = &argument.value else { continue };
            let name = match argument.name {
                Some(name) => bound.known_name(name, signature, sink),
                None => bound.unnamed(argument, signature, sink),
            };
            let Some(name) = name else { continue };
            if bound.get(name).is_some() {
                let message = format!("`{}` has the argument `{name}` twice", bound.owner);
                sink.push(problem(message, argument.span).label("given before").help("take one of them out"));
            } else {
                bound.values.push((name, value));
            }
        }
        bound
    }

    fn known_name(&self, name: Word<'_>, signature: &Signature, sink: &mut Sink) -> Option<&'static str> {
        let known = signature.names.iter().find(|known| **known == name.text);
        if known.is_none() {
            let message = format!("`{}` has no argument `{}`", self.owner, name.text);
            let help = match nearest(name.text, signature.names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if signature.names.is_empty() => "take it out: there are no arguments".to_owned(),
                None => format!("the arguments are {}", crate::parse::quoted_list(signature.names)),
            };
            sink.push(problem(message, name.span).label("unknown argument").help(help));
        }
        known.copied()
    }

    fn unnamed(
        &self,
        argument: &Argument<'_>,
        signature: &Signature,
        sink: &mut Sink,
    ) -> Option<&'static str> {
        let Some(name) = signature.unnamed else {
            let message = format!("`{}` takes no argument without a name", self.owner);
            let help = match signature.names {
                [] => "take it out: there are no arguments".to_owned(),
                names => format!("name it: the arguments are {}", crate::parse::quoted_list(names)),
            };
            sink.push(problem(message, argument.span).label("no name").help(help));
            return None;
        };
        Some(name)
    }

    /// The value of an argument.
    pub(super) fn get(&self, name: &str) -> Option<&'a Expression<'a>> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The value of an argument that must be there.
    pub(super) fn required(&self, name: &str, sink: &mut Sink) -> Option<&'a Expression<'a>> {
        let value = self.get(name);
        if value.is_none() {
            let message = format!("`{}` needs the argument `{name}`", self.owner);
            sink.push(
                problem(message, self.span).label("incomplete").help(format!("write a value for `{name}`")),
            );
        }
        value
    }

    /// The string that an argument holds.
    pub(super) fn text(&self, name: &str, sink: &mut Sink) -> Option<&'a Text<'a>> {
        self.get(name).and_then(|value| self.expect_text(name, value, sink))
    }

    /// The string that an argument holds which must be there.
    pub(super) fn required_text(&self, name: &str, sink: &mut Sink) -> Option<&'a Text<'a>> {
        self.required(name, sink).and_then(|value| self.expect_text(name, value, sink))
    }

    fn expect_text(&self, name: &str, value: &'a Expression<'a>, sink: &mut Sink) -> Option<&'a Text<'a>> {
        match value {
            Expression::String(text) => Some(text),
            other => {
                self.wrong_kind(name, other, "a string in double quotes", sink);
                None
            }
        }
    }

    /// The word that an argument holds.
    pub(super) fn word(&self, name: &str, sink: &mut Sink) -> Option<Word<'a>> {
        match self.get(name)? {
            Expression::Constant(word) => Some(*word),
            other => {
                self.wrong_kind(name, other, "a word without quotes", sink);
                None
            }
        }
    }

    /// Reports that an argument is of the wrong kind.
    pub(super) fn wrong_kind(&self, name: &str, value: &Expression<'_>, wanted: &str, sink: &mut Sink) {
        let message = format!("the argument `{name}` of `{}` is {}, not {wanted}", self.owner, value.kind());
        sink.push(problem(message, value.span()).label("wrong kind").help(format!("write {wanted}")));
    }
}

pub(super) fn problem(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(code::ARGUMENT, message).at(span)
}
