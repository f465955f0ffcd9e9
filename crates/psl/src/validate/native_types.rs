//! Whether native types (`@db.…`) fit their fields, and their numbers PostgreSQL.

use driftless_diagnostics::{Diagnostic, Sink, code};
use driftless_ir::Builtin;

use crate::resolve::native::{fitting_scalars, fitting_types};
use crate::resolve::{Field, FieldKind, NativeType};

/// The most digits that PostgreSQL keeps of the fraction of a second.
const MAX_SECOND_DIGITS: u32 = 6;

/// The most digits of a `Decimal`.
const MAX_PRECISION: u32 = 1000;

/// Reports a native type on what is no scalar field, or on another scalar type, or with numbers out of range.
pub(super) fn check(field: &Field<'_>, sink: &mut Sink) {
    match field.kind {
        FieldKind::Scalar(_) => {
            if let Some(native) = &field.native {
                check_fit(field, native, sink);
                check_range(native, sink);
            }
        }
        FieldKind::Unknown => {}
        FieldKind::Enum(_) | FieldKind::Unsupported | FieldKind::Relation(_) | FieldKind::Composite(_) => {
            let native = field.syntax.attributes.iter().find(|attribute| attribute.name.text.contains('.'));
            if let Some(attribute) = native {
                let message = format!("`{}` is no scalar field and has no native type", field.name());
                let diagnostic = Diagnostic::error(code::NATIVE_TYPE, message).at(attribute.span);
                sink.push(diagnostic.label("no scalar").help("take it out"));
            }
        }
    }
}

fn check_fit(field: &Field<'_>, native: &NativeType<'_>, sink: &mut Sink) {
    let FieldKind::Scalar(scalar) = field.kind else { return };
    let fitting = fitting_scalars(native.name);
    if fitting.contains(&scalar) {
        return;
    }
    let wanted = fitting.first().map_or("", |scalar| scalar.name());
    let message = format!(
        "`{}` is a native type of `{wanted}`, and `{}` is `{}`",
        native.name,
        field.name(),
        scalar.name()
    );
    let choices = crate::parse::quoted_list(&fitting_types(scalar).collect::<Vec<_>>());
    let help = format!("make the field `{wanted}`, or choose one of {choices}");
    let diagnostic = Diagnostic::error(code::NATIVE_TYPE, message).at(native.attribute.span);
    sink.push(diagnostic.label("does not fit").help(help));
}

fn check_range(native: &NativeType<'_>, sink: &mut Sink) {
    let wanted = match native.ty {
        Builtin::Numeric(Some((precision, _))) if !(1..=MAX_PRECISION).contains(&precision) => {
            format!("a precision from 1 to {MAX_PRECISION}")
        }
        Builtin::Numeric(Some((precision, scale))) if scale > precision => {
            format!("a scale of at most its precision, {precision}")
        }
        Builtin::Bit(Some(0)) | Builtin::VarBit(Some(0)) => "a length of at least 1".to_owned(),
        Builtin::Time(Some(digits))
        | Builtin::TimeTz(Some(digits))
        | Builtin::Timestamp(Some(digits))
        | Builtin::TimestampTz(Some(digits))
            if digits > MAX_SECOND_DIGITS =>
        {
            format!("a precision from 0 to {MAX_SECOND_DIGITS}")
        }
        _ => return,
    };
    let message = format!("`{}` needs {wanted}", native.name);
    let diagnostic = Diagnostic::error(code::NATIVE_TYPE, message).at(native.attribute.span);
    sink.push(diagnostic.label("out of range").help(format!("write {wanted}")));
}
