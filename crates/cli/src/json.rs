//! The documented shapes of `--json`.

use driftless_diagnostics::{Diagnostic, Files, is_hidden};
use driftless_engine::{Change, Difference, Refusal, Risk};
use serde::Serialize;

/// One diagnostic: lines and columns from 1, columns in characters; no place where it belongs to no text.
#[derive(Debug, Serialize)]
pub(crate) struct JsonDiagnostic<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

impl<'a> JsonDiagnostic<'a> {
    /// A diagnostic whose span lies in `files`.
    pub(crate) fn new(diagnostic: &'a Diagnostic, files: &'a Files) -> Self {
        let file = diagnostic.span.and_then(|span| files.get(span.file));
        let positions = diagnostic.span.and_then(|span| files.positions(span));
        let (start, end) = positions.unzip();
        Self {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.number(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file: file.map(|file| file.name()),
            line: start.map(|position| position.line),
            column: start.map(|position| position.column),
            end_line: end.map(|position| position.line),
            end_column: end.map(|position| position.column),
        }
    }
}

/// `validate --json`.
#[derive(Debug, Serialize)]
pub(crate) struct JsonValidation<'a> {
    /// Whether no diagnostic is an error.
    pub(crate) valid: bool,
    /// The diagnostics, file by file.
    pub(crate) diagnostics: Vec<JsonDiagnostic<'a>>,
}

/// `diff --json`. `empty` and `script` are null where the diagnostics say that there is nothing to compare.
#[derive(Debug, Default, Serialize)]
pub(crate) struct JsonDifference<'a> {
    empty: Option<bool>,
    changes: &'a [Change],
    warnings: Vec<JsonWarning<'a>>,
    script: Option<&'a str>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

/// A sentence to read before the script is run.
#[derive(Debug, Serialize)]
struct JsonWarning<'a> {
    risk: &'static str,
    message: &'a str,
}

impl<'a> JsonDifference<'a> {
    /// A difference that was found, or that there is none.
    pub(crate) fn new(difference: &'a Difference) -> Self {
        let warnings = difference.warnings.iter().map(|warning| JsonWarning {
            risk: match warning.risk {
                Risk::DataLoss => "data loss",
                Risk::MayFail => "may fail",
                Risk::Unproven => "unproven",
            },
            message: &warning.message,
        });
        Self {
            empty: Some(difference.is_empty),
            changes: difference.summary.as_ref().map_or(&[], |summary| &summary.changes),
            warnings: warnings.collect(),
            script: difference.script.as_deref(),
            diagnostics: Vec::new(),
        }
    }

    /// No difference, because of what is wrong with the sides.
    pub(crate) fn refused(refusals: &'a [Refusal]) -> Self {
        let diagnostics = refusals.iter().flat_map(|refusal| {
            refusal.diagnostics.iter().map(|diagnostic| JsonDiagnostic::new(diagnostic, &refusal.files))
        });
        Self { diagnostics: diagnostics.collect(), ..Self::default() }
    }
}

/// The object as one line of text. What acts instead of being printed is escaped as JSON does it: it stands in strings
/// only.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("strings, numbers and booleans always serialize");
    let mut escaped = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if is_hidden(character) {
            let units = character
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>();
            escaped.push_str(&units);
        } else {
            escaped.push(character);
        }
    }
    escaped + "\n"
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn strings_hold_no_character_that_acts_and_mean_the_same() {
        for text in ["a\n\u{1b}", "\u{7f}\u{9b}", "\u{202e}\u{2028}\u{feff}", "\u{e0001}é👧"] {
            let json = to_text(&text);
            assert!(!json.trim_end().contains(driftless_diagnostics::is_hidden), "{json:?}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
