//! The values of scalar fields.

use driftless_diagnostics::{Diagnostic, Span, code, nearest};
use driftless_psl::resolve::{EnumRef, FieldKind, ModelRef, ScalarType};
use driftless_psl::syntax::Arity;

use super::Checker;
use crate::seed::file::{Entry, Node, Value};
use crate::seed::password::{BCRYPT_COST, BCRYPT_LIMIT, Method, Password};
use crate::seed::row::Term;
use crate::seed::value::{Origin, array, constant};
use crate::seed::variable::{Failure, fill_in};

impl Checker<'_, '_> {
    /// What a column gets.
    pub(super) fn cell(&mut self, model: ModelRef, field: usize, value: &Value) -> Option<Term> {
        let definition = &self.datamodel.model(model).fields[field];
        let (kind, arity) = (definition.kind, definition.arity());
        match (&value.node, arity) {
            (Node::Null, Arity::Optional) => Some(Term::Null),
            (Node::Null, _) => {
                self.refuse_value(model, field, value, "a value");
                None
            }
            (Node::List(values), Arity::List) => {
                let elements: Vec<_> =
                    values.iter().map(|value| self.element(model, field, kind, value)).collect();
                Some(Term::Constant(array(&elements.into_iter().collect::<Option<Vec<_>>>()?)))
            }
            (_, Arity::List) => {
                self.refuse_value(model, field, value, "a list");
                None
            }
            (Node::Table(entries), _) if kind == FieldKind::Scalar(ScalarType::String) => {
                self.password(model, field, entries, value).map(Term::Password)
            }
            _ => self.element(model, field, kind, value).map(Term::Constant),
        }
    }

    fn element(&mut self, model: ModelRef, field: usize, kind: FieldKind, value: &Value) -> Option<String> {
        let (node, origin) = self.filled(value)?;
        let native = self.datamodel.model(model).fields[field].native.as_ref().map(|native| native.ty);
        match kind {
            FieldKind::Scalar(scalar) => match constant(scalar, native, &node, origin, self.now) {
                Ok(constant) => Some(constant),
                Err(wanted) => {
                    self.refuse_value(model, field, value, &wanted);
                    None
                }
            },
            FieldKind::Enum(enumeration) => self.enum_value(model, field, enumeration, &node, value),
            _ => {
                let message = format!("`{}` has a type that cannot be seeded", self.field_name(model, field));
                self.sink.push(
                    Diagnostic::error(code::SEED_MISMATCH, message).at(value.span).label("not possible"),
                );
                None
            }
        }
    }

    fn enum_value(
        &mut self,
        model: ModelRef,
        field: usize,
        enumeration: EnumRef,
        node: &Node,
        value: &Value,
    ) -> Option<String> {
        let definition = self.datamodel.enumeration(enumeration);
        let Node::Text(text) = node else {
            self.refuse_value(model, field, value, &format!("a value of the enum `{}`", definition.name()));
            return None;
        };
        if let Some(found) = definition.values.iter().find(|value| value.name() == text) {
            return Some(found.database_name().to_owned());
        }
        let names: Vec<_> = definition.values.iter().map(|value| value.name()).collect();
        let message = format!("the enum `{}` has no value `{text}`", definition.name());
        let help = match nearest(text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose one of `{}`", names.join("`, `")),
        };
        let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(value.span);
        self.sink.push(diagnostic.label("unknown value").help(help));
        None
    }

    /// The value with its variables filled in, also those deep in it, and where its text comes from.
    fn filled(&mut self, value: &Value) -> Option<(Node, Origin)> {
        let node = match &value.node {
            Node::Text(text) => {
                let (text, any) = self.filled_text(text, value.span)?;
                let origin = if any { Origin::Environment } else { Origin::File };
                return Some((Node::Text(text), origin));
            }
            Node::List(values) => {
                let values: Vec<_> = values
                    .iter()
                    .map(|value| Some(Value { node: self.filled(value)?.0, span: value.span }))
                    .collect();
                Node::List(values.into_iter().collect::<Option<_>>()?)
            }
            Node::Table(entries) => {
                let filled = |entry: &Entry| {
                    let value = Value { node: self.filled(&entry.value)?.0, span: entry.value.span };
                    Some(Entry { name: entry.name.clone(), span: entry.span, value })
                };
                let entries: Vec<_> = entries.iter().map(filled).collect();
                Node::Table(entries.into_iter().collect::<Option<_>>()?)
            }
            node => node.clone(),
        };
        Some((node, Origin::File))
    }

    fn filled_text(&mut self, text: &str, span: Span) -> Option<(String, bool)> {
        let failure = match fill_in(text, self.look_up) {
            Ok(filled) => return Some(filled),
            Err(failure) => failure,
        };
        let (message, label, help) = match failure {
            Failure::NotSet(name) => (
                format!("the variable `{name}` is not set"),
                "not set",
                format!("set `{name}` in the environment or in `.env`, or give a default: `${{{name}:-…}}`"),
            ),
            Failure::Malformed => (
                "a variable is written `${NAME}` or `${NAME:-default}`".to_owned(),
                "no variable",
                "write `$${` for the characters themselves".to_owned(),
            ),
        };
        self.sink.push(Diagnostic::error(code::SEED_VARIABLE, message).at(span).label(label).help(help));
        None
    }

    /// `{ argon2id = "…" }`, `{ bcrypt = "…" }`, `{ bcrypt = "…", cost = 10 }`.
    fn password(
        &mut self,
        model: ModelRef,
        field: usize,
        entries: &[Entry],
        value: &Value,
    ) -> Option<Password> {
        let find = |name: &str| entries.iter().find(|entry| entry.name == name);
        let (method, text) = match (find("argon2id"), find("bcrypt"), find("cost")) {
            (Some(text), None, None) if entries.len() == 1 => (Method::Argon2id, text),
            (None, Some(text), None) if entries.len() == 1 => (Method::Bcrypt(BCRYPT_COST), text),
            (None, Some(text), Some(cost)) if entries.len() == 2 => {
                let cost = match &cost.value.node {
                    Node::Number(digits) => digits.parse().ok().filter(|cost| (4..=31).contains(cost)),
                    _ => None,
                };
                let Some(cost) = cost else {
                    self.refuse_value(model, field, value, "a cost of bcrypt from 4 to 31");
                    return None;
                };
                (Method::Bcrypt(cost), text)
            }
            _ => {
                let wanted = "a text, or a password: `{ argon2id = \"…\" }` or `{ bcrypt = \"…\" }`";
                self.refuse_value(model, field, value, wanted);
                return None;
            }
        };
        let Node::Text(written) = &text.value.node else {
            self.refuse_value(model, field, &text.value, "a password as a text");
            return None;
        };
        let (text, _) = self.filled_text(written, text.value.span)?;
        if matches!(method, Method::Bcrypt(_)) && (text.len() > BCRYPT_LIMIT || text.contains('\0')) {
            self.refuse_value(model, field, value, &format!("at most {BCRYPT_LIMIT} bytes as bcrypt does"));
            return None;
        }
        Some(Password { text, method })
    }

    fn refuse_value(&mut self, model: ModelRef, field: usize, value: &Value, wanted: &str) {
        let name = self.field_name(model, field);
        let message = format!("`{name}` takes {wanted}");
        let label = value.node.kind();
        self.sink.push(Diagnostic::error(code::SEED_MISMATCH, message).at(value.span).label(label));
    }
}
