//! The conditions of partial indexes.

use driftless_diagnostics::{Diagnostic, Sink, code};

use crate::resolve::{Field, FieldKind, Index, Model, Predicate, ScalarType};
use crate::syntax::{Expression, Word};

/// Reports a condition that says nothing, or that compares a field with what it cannot hold.
pub(super) fn check(model: &Model<'_>, index: &Index<'_>, sink: &mut Sink) {
    match &index.predicate {
        Some(Predicate::Raw(text)) if text.value.is_empty() => {
            sink.push(problem("the condition of the index is empty".to_owned()).at(text.span));
        }
        Some(Predicate::Fields([])) => {
            sink.push(problem("the condition of the index is empty".to_owned()).at(index.attribute.span));
        }
        Some(Predicate::Fields(members)) => {
            for (word, value) in *members {
                if let Some(message) = condition_problem(model, *word, value) {
                    sink.push(problem(message).at(word.span));
                }
            }
        }
        Some(Predicate::Raw(_) | Predicate::Invalid(_)) | None => {}
    }
}

fn condition_problem(model: &Model<'_>, word: Word<'_>, value: &Expression<'_>) -> Option<String> {
    let Some(field) = model.find_field(word.text).map(|field| &model.fields[field]) else {
        return Some(format!("`{}` has no field `{}`", model.name(), word.text));
    };
    let name = field.name();
    if !field.is_column() {
        return Some(format!("`{name}` is no column and cannot be compared"));
    }
    let value = match value {
        Expression::Object(members, _) => match members.as_slice() {
            [(not, value)] if not.text == "not" => value,
            _ => return Some(format!("`{name}` is compared with an object that is not `{{ not: … }}`")),
        },
        value => value,
    };
    let kind = value.kind();
    (!is_comparable(field, value)).then(|| format!("`{name}` is compared with {kind} that it cannot hold"))
}

fn is_comparable(field: &Field<'_>, value: &Expression<'_>) -> bool {
    use ScalarType as T;
    match (field.kind, value) {
        (_, Expression::Constant(word)) if word.text == "null" => true,
        (FieldKind::Scalar(T::Boolean), Expression::Constant(word)) => matches!(word.text, "true" | "false"),
        (FieldKind::Scalar(T::Int | T::BigInt | T::Float | T::Decimal), Expression::Number(_)) => true,
        (FieldKind::Scalar(T::String | T::DateTime) | FieldKind::Enum(_), Expression::String(_)) => true,
        _ => false,
    }
}

fn problem(message: String) -> Diagnostic {
    let help = "write `{ field: value }`, `{ field: { not: value } }` or `raw(\"…\")`";
    Diagnostic::error(code::INDEX, message).label("condition").help(help)
}
