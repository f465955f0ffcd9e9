//! Which types an access method can index, and which operator classes fit them.
//!
//! The tables are PostgreSQL's, as far as the language names their classes; `raw("…")` names any other unchecked.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};
use driftless_ir::{Builtin, IndexMethod};

use super::indexes::raw_text;
use crate::lower::indexes::method;
use crate::resolve::native::default_type;
use crate::resolve::{Field, FieldKind, Index, IndexField, Model};
use crate::syntax::{Arity, Expression};

type TypeTest = fn(Builtin) -> bool;

/// The classes of BRIN: a family, its kinds of class, its types. A class is called `FamilyKindOps`.
const BRIN_FAMILIES: [(&str, &[&str], TypeTest); 19] = [
    ("Bit", &["MinMax"], |ty| matches!(ty, Builtin::Bit(_))),
    ("VarBit", &["MinMax"], |ty| matches!(ty, Builtin::VarBit(_))),
    ("Bpchar", &["Bloom", "MinMax"], |ty| matches!(ty, Builtin::Char(_))),
    ("Bytea", &["Bloom", "MinMax"], |ty| ty == Builtin::ByteA),
    ("Date", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Date),
    ("Float4", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Real),
    ("Float8", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::DoublePrecision),
    ("Inet", &["Inclusion", "Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Inet),
    ("Int2", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::SmallInt),
    ("Int4", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Integer),
    ("Int8", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::BigInt),
    ("Numeric", &["Bloom", "MinMax", "MinMaxMulti"], |ty| matches!(ty, Builtin::Numeric(_))),
    ("Oid", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Oid),
    ("Text", &["Bloom", "MinMax"], |ty| matches!(ty, Builtin::Text | Builtin::VarChar(_))),
    ("Timestamp", &["Bloom", "MinMax", "MinMaxMulti"], |ty| matches!(ty, Builtin::Timestamp(_))),
    ("TimestampTz", &["Bloom", "MinMax", "MinMaxMulti"], |ty| matches!(ty, Builtin::TimestampTz(_))),
    ("Time", &["Bloom", "MinMax", "MinMaxMulti"], |ty| matches!(ty, Builtin::Time(_))),
    ("TimeTz", &["Bloom", "MinMax", "MinMaxMulti"], |ty| matches!(ty, Builtin::TimeTz(_))),
    ("Uuid", &["Bloom", "MinMax", "MinMaxMulti"], |ty| ty == Builtin::Uuid),
];

/// An operator class that the language names.
struct Class {
    methods: &'static [IndexMethod],
    fits: TypeTest,
    /// Whether it is for arrays of any type.
    of_arrays: bool,
}

/// Reports fields that the index's method cannot index, and classes that do not fit.
pub(super) fn check_fit(model: &Model<'_>, index: &Index<'_>, sink: &mut Sink) {
    let method = index.method.map_or(IndexMethod::BTree, |word| method(word.text));
    for key in &index.fields {
        let field = &model.fields[key.field];
        if !field.is_column() {
            continue;
        }
        let diagnostic = match key.operator_class {
            Some(value) => class_problem(&method, field, value),
            None => default_class_problem(&method, field),
        };
        if let Some(diagnostic) = diagnostic {
            sink.push(diagnostic.at(place(key)));
        }
    }
}

fn place(key: &IndexField<'_>) -> Span {
    key.operator_class.map_or(key.span, Expression::span)
}

/// Reports operator classes that are none.
pub(super) fn check_names(index: &Index<'_>, sink: &mut Sink) {
    for value in index.fields.iter().filter_map(|key| key.operator_class) {
        let diagnostic = match value {
            Expression::Constant(word) if find_class(word.text).is_some() => continue,
            Expression::Constant(word) => {
                let help = format!("write `raw(\"{}\")` if PostgreSQL knows the name", word.text);
                problem(format!("there is no operator class `{}`", word.text), &help).label("unknown class")
            }
            other if raw_text(other).is_some() => continue,
            _ => {
                let help = "write `raw(\"…\")` with the name that PostgreSQL knows";
                problem("this is no operator class".to_owned(), help).label("no class")
            }
        };
        sink.push(diagnostic.at(value.span()));
    }
}

fn class_problem(method: &IndexMethod, field: &Field<'_>, value: &Expression<'_>) -> Option<Diagnostic> {
    let name = value.as_constant()?;
    let class = find_class(name)?;
    if !class.methods.contains(method) {
        let known =
            class.methods.iter().map(|method| format!("`{}`", method_name(method))).collect::<Vec<_>>();
        let help = format!("write `type:` with {}", known.join(" or "));
        return Some(problem(format!("the operator class `{name}` is for another index type"), &help));
    }
    let fits = match column_type(field) {
        _ if class.of_arrays => field.arity() == Arity::List,
        Some(ty) => (class.fits)(ty),
        None => false,
    };
    let message = || format!("the operator class `{name}` is not for the type of `{}`", field.name());
    (!fits).then(|| problem(message(), "choose the class of the column's type, or take `ops` out"))
}

fn default_class_problem(method: &IndexMethod, field: &Field<'_>) -> Option<Diagnostic> {
    if field.kind == FieldKind::Unsupported {
        return None;
    }
    let ty = column_type(field);
    let has_default = match method {
        IndexMethod::BTree | IndexMethod::Hash | IndexMethod::Other(_) => true,
        IndexMethod::Gin => field.arity() == Arity::List || ty == Some(Builtin::JsonB),
        IndexMethod::Gist => ty == Some(Builtin::Text) && field.native.is_none(),
        IndexMethod::SpGist => {
            matches!(ty, Some(Builtin::Text | Builtin::VarChar(_) | Builtin::Char(_) | Builtin::Inet))
        }
        IndexMethod::Brin => !matches!(
            ty,
            None | Some(Builtin::Boolean | Builtin::Json | Builtin::JsonB | Builtin::CiText | Builtin::Money)
        ),
    };
    let (method, field) = (method_name(method), field.name());
    let message = || format!("an index of the type `{method}` cannot hold `{field}` as it is");
    let help = "use another index type, or name an operator class: `field(ops: raw(\"…\"))`";
    (!has_default).then(|| problem(message(), help).label("no operator class"))
}

/// The name of an access method in the language.
const fn method_name(method: &IndexMethod) -> &'static str {
    match method {
        IndexMethod::BTree | IndexMethod::Other(_) => "BTree",
        IndexMethod::Hash => "Hash",
        IndexMethod::Gin => "Gin",
        IndexMethod::Gist => "Gist",
        IndexMethod::SpGist => "SpGist",
        IndexMethod::Brin => "Brin",
    }
}

/// The type of a scalar field's column, or of its elements.
fn column_type(field: &Field<'_>) -> Option<Builtin> {
    match field.kind {
        FieldKind::Scalar(scalar) => {
            Some(field.native.as_ref().map_or_else(|| default_type(scalar), |native| native.ty))
        }
        _ => None,
    }
}

/// Whether the language has a name for a class.
pub(crate) fn names_class(name: &str) -> bool {
    find_class(name).is_some()
}

fn find_class(name: &str) -> Option<Class> {
    let class = |methods, fits| Some(Class { methods, fits, of_arrays: false });
    match name {
        "ArrayOps" => Some(Class { methods: &[IndexMethod::Gin], fits: |_| true, of_arrays: true }),
        "JsonbOps" | "JsonbPathOps" => class(&[IndexMethod::Gin], |ty| ty == Builtin::JsonB),
        "InetOps" => class(&[IndexMethod::Gist, IndexMethod::SpGist], |ty| ty == Builtin::Inet),
        "TextOps" => class(&[IndexMethod::SpGist], |ty| {
            matches!(ty, Builtin::Text | Builtin::VarChar(_) | Builtin::Char(_))
        }),
        _ => {
            let stem = name.strip_suffix("Ops")?;
            let is_of = |family: &str, kinds: &[&str]| {
                stem.strip_prefix(family).is_some_and(|kind| kinds.contains(&kind))
            };
            let (_, _, fits) = BRIN_FAMILIES.into_iter().find(|(family, kinds, _)| is_of(family, kinds))?;
            class(&[IndexMethod::Brin], fits)
        }
    }
}

fn problem(message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code::INDEX, message).label("does not fit").help(help)
}
