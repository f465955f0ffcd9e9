//! The syntax tree: what a schema file says, word for word, before any name means anything.
//!
//! Everything borrows from the text (`'s`) and carries its [`Span`]. Comments are not part of it.

use std::borrow::Cow;

use driftless_diagnostics::{FileId, Span};

/// A piece of text: a name, a dotted path, or the written form of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'s> {
    /// The text as written.
    pub text: &'s str,
    /// Where it stands.
    pub span: Span,
}

/// A string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'s> {
    /// The value, with escapes resolved.
    pub value: Cow<'s, str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// One schema file.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    /// The file.
    pub file: FileId,
    /// Its blocks, in order.
    pub blocks: Vec<Block<'s>>,
}

/// A top-level block.
#[derive(Clone, Debug)]
pub enum Block<'s> {
    /// `model`, `view` or `type`.
    Model(Model<'s>),
    /// `enum`.
    Enum(Enum<'s>),
    /// `datasource` or `generator`.
    Config(Config<'s>),
}

/// Which of the blocks made of fields it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// `model`: a table.
    Model,
    /// `view`: a view, which migrations leave alone.
    View,
    /// `type`: a composite type, which PostgreSQL schemas cannot have.
    Composite,
}

/// A block of fields.
#[derive(Clone, Debug)]
pub struct Model<'s> {
    /// Which block it is.
    pub kind: ModelKind,
    /// Its name.
    pub name: Word<'s>,
    /// Its fields, in order.
    pub fields: Vec<Field<'s>>,
    /// Its `@@` attributes, in order.
    pub attributes: Vec<Attribute<'s>>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum<'s> {
    /// Its name.
    pub name: Word<'s>,
    /// Its values, in order.
    pub values: Vec<EnumValue<'s>>,
    /// Its `@@` attributes, in order.
    pub attributes: Vec<Attribute<'s>>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue<'s> {
    /// Its name.
    pub name: Word<'s>,
    /// Its `@` attributes, in order.
    pub attributes: Vec<Attribute<'s>>,
    /// From its name to its last attribute.
    pub span: Span,
}

/// Which configuration block it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigKind {
    /// `datasource`.
    Datasource,
    /// `generator`.
    Generator,
}

/// A block of properties.
#[derive(Clone, Debug)]
pub struct Config<'s> {
    /// Which block it is.
    pub kind: ConfigKind,
    /// Its name.
    pub name: Word<'s>,
    /// Its properties, in order.
    pub properties: Vec<Property<'s>>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// `name = value`.
#[derive(Clone, Debug)]
pub struct Property<'s> {
    /// Its name.
    pub name: Word<'s>,
    /// Its value; `None` where nothing follows the equals sign.
    pub value: Option<Expression<'s>>,
    /// From its name to its value.
    pub span: Span,
}

/// A field of a model.
#[derive(Clone, Debug)]
pub struct Field<'s> {
    /// Its name.
    pub name: Word<'s>,
    /// What its type is called.
    pub ty: FieldType<'s>,
    /// How many values it holds.
    pub arity: Arity,
    /// Its `@` attributes, in order.
    pub attributes: Vec<Attribute<'s>>,
    /// From its name to its last attribute.
    pub span: Span,
}

/// The type of a field as written.
#[derive(Clone, Debug)]
pub enum FieldType<'s> {
    /// A name.
    Named(Word<'s>),
    /// `Unsupported("…")`.
    Unsupported(Text<'s>),
}

impl FieldType<'_> {
    /// Where the type stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Named(word) => word.span,
            Self::Unsupported(text) => text.span,
        }
    }
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// One.
    Required,
    /// One or none: `?`.
    Optional,
    /// Any number: `[]`.
    List,
}

/// `@name(…)` or `@@name(…)`.
#[derive(Clone, Debug)]
pub struct Attribute<'s> {
    /// Its name, possibly dotted.
    pub name: Word<'s>,
    /// Its arguments, in order.
    pub arguments: Vec<Argument<'s>>,
    /// From the at sign to the closing parenthesis.
    pub span: Span,
}

/// An argument of an attribute or a function.
#[derive(Clone, Debug)]
pub struct Argument<'s> {
    /// Its name, where one is given.
    pub name: Option<Word<'s>>,
    /// Its value; `None` for a name without one, which the parser reports where the reference refuses it.
    pub value: Option<Expression<'s>>,
    /// From its first byte to its last.
    pub span: Span,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Expression<'s> {
    /// A string literal.
    String(Text<'s>),
    /// A number.
    Number(Word<'s>),
    /// A word: `true`, an enum value, the name of a field, a dotted path.
    Constant(Word<'s>),
    /// `name(…)`.
    Call(Call<'s>),
    /// `[…]`.
    Array(Vec<Expression<'s>>, Span),
    /// `{ name: value }`.
    Object(Vec<(Word<'s>, Expression<'s>)>, Span),
}

/// `name(…)`.
#[derive(Clone, Debug)]
pub struct Call<'s> {
    /// Its name.
    pub name: Word<'s>,
    /// Its arguments, in order.
    pub arguments: Vec<Argument<'s>>,
    /// From its name to the closing parenthesis.
    pub span: Span,
}

impl<'s> Expression<'s> {
    /// Where the value stands.
    pub fn span(&self) -> Span {
        match self {
            Self::String(text) => text.span,
            Self::Number(word) | Self::Constant(word) => word.span,
            Self::Call(call) => call.span,
            Self::Array(_, span) | Self::Object(_, span) => *span,
        }
    }

    /// The value of a string literal.
    pub fn as_string(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(&text.value),
            _ => None,
        }
    }

    /// The text of a word.
    pub fn as_constant(&self) -> Option<&'s str> {
        match self {
            Self::Constant(word) => Some(word.text),
            _ => None,
        }
    }

    /// The elements of an array; a single value counts as an array of one.
    pub fn as_elements(&self) -> &[Self] {
        match self {
            Self::Array(elements, _) => elements,
            single => std::slice::from_ref(single),
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Number(_) => "a number",
            Self::Constant(_) => "a word",
            Self::Call(_) => "a function",
            Self::Array(..) => "an array",
            Self::Object(..) => "an object",
        }
    }
}
