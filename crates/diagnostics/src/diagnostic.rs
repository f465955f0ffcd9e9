//! One problem, and how bad it is.

use crate::{Code, Span, lines, visible};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input is accepted, but something in it deserves a look.
    Warning,
    /// The input is refused.
    Error,
}

impl Severity {
    /// The word for people and for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One problem: what, where, and what to do next.
///
/// The message alone must be enough; it is one line with names in backticks and no full stop. The label has at most
/// six words. The help is an imperative.
///
/// What the methods take is made [`visible`]: a line break in a name does not begin a line. Lines that are meant come by
/// [`Diagnostic::with_lines`] and [`Diagnostic::help_lines`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// Whether the input is refused.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where it stands, if it stands in a text.
    pub span: Option<Span>,
    /// A few words to write beside the place.
    pub label: Option<String>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        let message = shown(message.into());
        Self { code, severity: Severity::Error, message, span: None, label: None, help: None }
    }

    /// A warning without a place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }

    /// The same with words beside the place.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(shown(label.into())), ..self }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(shown(help.into())), ..self }
    }

    /// The same with another message.
    #[must_use]
    pub fn message(self, message: impl Into<String>) -> Self {
        Self { message: shown(message.into()), ..self }
    }

    /// The same with lines below the message.
    #[must_use]
    pub fn with_lines<T: AsRef<str>>(self, below: impl IntoIterator<Item = T>) -> Self {
        Self { message: format!("{}\n{}", self.message, lines(below)), ..self }
    }

    /// The same with what to do next, in several lines.
    #[must_use]
    pub fn help_lines<T: AsRef<str>>(self, help: impl IntoIterator<Item = T>) -> Self {
        Self { help: Some(lines(help)), ..self }
    }
}

/// The text on one line; without a copy where it is plain.
fn shown(text: String) -> String {
    match visible(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(shown) => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    #[test]
    fn a_line_break_in_a_name_begins_no_line() {
        let diagnostic = Diagnostic::error(code::USAGE, "no `a\n::b`").label("c\u{1b}").help("d\r");
        assert_eq!(diagnostic.message, "no `a\\u{a}::b`");
        assert_eq!(diagnostic.label.as_deref(), Some("c\\u{1b}"));
        assert_eq!(diagnostic.help.as_deref(), Some("d\\u{d}"));
        let lines = diagnostic.with_lines(["x\ny", "z"]).help_lines(["e", "f"]);
        assert_eq!(lines.message, "no `a\\u{a}::b`\nx\n    y\nz");
        assert_eq!(lines.help.as_deref(), Some("e\nf"));
    }
}
