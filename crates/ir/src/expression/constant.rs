//! Defaults that are constants: what value they are for the type of their column, however they are written.

use crate::{BaseType, ColumnDefault, ColumnType, Literal, QualifiedName};

use super::node::Node;
use super::types::Type;
use super::value::{Value, by_value, canonical, elements};
use super::{Comparison, Context, Form};

/// Types whose constants are taken for each other where a column is filled.
const FAMILIES: [&[&str]; 4] = [
    &["int2", "int4", "int8", "oid", "numeric", "float4", "float8", "money"],
    &["text", "varchar", "bpchar", "name", "citext"],
    &["json", "jsonb"],
    &["bit", "varbit"],
];

impl Form {
    /// The constant that it is for a column of a type; `None` where it is none.
    pub(crate) fn constant(&self, ty: &Type) -> Option<ColumnDefault> {
        if is_now(&self.tree) {
            let is_time = ty.is_one_of(&["date", "time", "timetz", "timestamp", "timestamptz"]);
            return is_time.then_some(ColumnDefault::Now);
        }
        if !ty.array {
            return one(&self.tree, ty).map(ColumnDefault::Literal);
        }
        let element = ty.element();
        let list = match &self.tree {
            Node::Array(list) => list.iter().map(|node| one(node, &element)).collect::<Option<_>>()?,
            Node::Cast(inner, _) if **inner == Node::Array(Vec::new()) => Vec::new(),
            Node::Constant(from, Some(text)) if from.array && is_compatible(&from.element(), &element) => {
                let values = elements(text)?.into_iter();
                values.map(|value| literal(&value?, &element)).collect::<Option<_>>()?
            }
            _ => return None,
        };
        Some(ColumnDefault::Array(list))
    }
}

/// Whether nothing in it is worked out when a row is added.
fn is_fixed(node: &Node) -> bool {
    let mut all =
        matches!(node, Node::Constant(..) | Node::Text(_) | Node::Null | Node::Cast(..) | Node::Array(_));
    node.each_child(&mut |child| all &= is_fixed(child));
    all
}

impl Form {
    /// Whether the server may make a constant of it when the default is made.
    pub(crate) fn may_be_constant(&self) -> bool {
        is_fixed(&self.tree)
    }

    /// The sequence of `nextval('…')`, by the parts of its name.
    pub(crate) fn sequence(&self) -> Option<Vec<Box<str>>> {
        let Node::Call(path, list) = &self.tree else { return None };
        match (&path[..], &list[..]) {
            ([name], [Node::Constant(ty, Some(text))]) if &**name == "nextval" && ty.is("regclass") => {
                match super::parser::parse(text, false)? {
                    Node::Column(path) => Some(path),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn is_now(tree: &Node) -> bool {
    matches!(tree, Node::Call(path, list) if list.is_empty() && path.len() == 1 && &*path[0] == "now")
}

/// The value of a constant below casts that the column makes as well.
fn one(node: &Node, ty: &Type) -> Option<Literal> {
    match node {
        Node::Constant(from, Some(text)) if is_compatible(from, ty) => literal(text, ty),
        Node::Cast(inner, to) if is_compatible(to, ty) && fits(inner, to, ty) => one(inner, ty),
        _ => None,
    }
}

/// Whether a cast changes no value that the column takes.
fn fits(inner: &Node, to: &Type, ty: &Type) -> bool {
    let Node::Constant(from, Some(text)) = inner else { return false };
    let is_text = |ty: &Type| ty.is_one_of(FAMILIES[1]);
    match &to.modifier {
        Some(length) if is_text(to) && is_text(from) => {
            length.parse::<usize>().is_ok_and(|length| text.chars().count() <= length)
        }
        Some(_) => to == ty && is_compatible(from, ty),
        // a whole number is one of any type of numbers that holds it
        None if from.is_one_of(FAMILIES[0]) => {
            to.is_one_of(FAMILIES[0]) && (!to.is_one_of(&["int2", "int4", "int8"]) || !text.contains('.'))
        }
        None => is_text(from) && is_text(to) && !to.is("bpchar"),
    }
}

fn is_compatible(from: &Type, to: &Type) -> bool {
    let is_family = |family: &&[&str]| from.is_one_of(family) && to.is_one_of(family);
    from.is_like(to) || FAMILIES.iter().any(is_family)
}

/// The literal of a type that a text is.
fn literal(text: &str, ty: &Type) -> Option<Literal> {
    let spelt = || match canonical(ty, text) {
        Value::Known(text) => text,
        Value::Unclear | Value::Moving => text.into(),
    };
    Some(match &*ty.name {
        "bool" => Literal::Boolean(super::value::boolean(text)?),
        "int2" | "int4" | "int8" | "oid" | "numeric" | "float4" | "float8" => {
            // infinity and its kin are no numbers to the schema language
            let digits = spelt();
            (!digits.contains(|c: char| c.is_alphabetic())).then_some(Literal::Number(digits))?
        }
        "money" => Literal::Number(super::value::plain_number(text)?.into()),
        "json" | "jsonb" => Literal::Json(text.into()),
        "bytea" => {
            let spelt = spelt();
            let pairs = spelt.strip_prefix("\\x")?.as_bytes().chunks(2);
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            Literal::Bytes(pairs.map(byte).collect::<Option<_>>()?)
        }
        "date" | "time" | "timetz" | "timestamp" | "timestamptz" => Literal::DateTime(spelt()),
        "text" | "varchar" | "bpchar" | "citext" | "name" | "uuid" | "inet" | "xml" | "bit" | "varbit" => {
            Literal::String(spelt())
        }
        _ if ty.is_enum() => Literal::EnumValue(text.into()),
        _ => return None,
    })
}

/// What a text that PostgreSQL prints for the default of a column means, where that is a constant.
pub fn interpret_constant(
    text: &str,
    ty: &ColumnType<QualifiedName>,
    user_type: &dyn Fn(&str) -> Option<String>,
) -> Option<ColumnDefault> {
    let ty = Type::of_column(ty, Type::enumeration)?;
    let context = Context {
        table: None,
        column: &|_| None,
        user_type,
        target: Some(ty.clone()),
        search_path: "public",
    };
    Form::read(text, true, &context)?.constant(&ty)
}

/// Compares two constants that fill a column of a type.
pub fn same_literal<E>(a: &Literal, b: &Literal, ty: &ColumnType<E>) -> Comparison {
    if std::mem::discriminant(a) != std::mem::discriminant(b) {
        return Comparison::Different;
    }
    let element = match &ty.base {
        BaseType::Enum(_) => None,
        _ => Type::of_column(ty, |_| String::new()),
    };
    let Some(ty) = element.map(|ty| ty.element()) else { return known(a == b) };
    let [a, b] = [a, b].map(|literal| key(literal, &ty));
    match (a, b) {
        (Key::Moving(a), Key::Moving(b)) if a == b => Comparison::Same,
        (Key::Moving(_), _) | (_, Key::Moving(_)) => Comparison::Unproven,
        (Key::Value(a), Key::Value(b)) => known(a == b),
    }
}

/// Compares two lists of constants that fill a column of a type.
pub fn same_literals<E>(a: &[Literal], b: &[Literal], ty: &ColumnType<E>) -> Comparison {
    if a.len() != b.len() {
        return Comparison::Different;
    }
    let mut pairs = a.iter().zip(b).map(|(a, b)| same_literal(a, b, ty));
    pairs.find(|comparison| *comparison != Comparison::Same).unwrap_or(Comparison::Same)
}

fn known(same: bool) -> Comparison {
    if same { Comparison::Same } else { Comparison::Different }
}

/// What two constants of one value have in common.
enum Key {
    Value(String),
    Moving(String),
}

fn key(literal: &Literal, ty: &Type) -> Key {
    let text = match literal {
        Literal::Boolean(value) => return Key::Value(value.to_string()),
        Literal::Bytes(bytes) => return Key::Value(format!("{bytes:?}")),
        Literal::Number(text)
        | Literal::String(text)
        | Literal::Json(text)
        | Literal::DateTime(text)
        | Literal::EnumValue(text) => text,
    };
    match by_value(ty, text) {
        Value::Known(text) => Key::Value(text.into()),
        Value::Moving => Key::Moving(text.trim().to_ascii_lowercase()),
        // a moment without an offset is taken for one in UTC, the zone in which texts are asked for
        Value::Unclear if ty.is_one_of(&["timestamptz", "timetz"]) => {
            match by_value(ty, &format!("{text}+00")) {
                Value::Known(text) => Key::Value(text.into()),
                Value::Unclear | Value::Moving => Key::Value(text.to_string()),
            }
        }
        Value::Unclear => Key::Value(text.to_string()),
    }
}
