//! What an expression of a configuration file is known to be.

use std::cell::RefCell;
use std::rc::Rc;

/// Why a value cannot be told, and where in the file that is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// The offset in the file, in bytes.
    pub(crate) offset: usize,
    /// What stands there, as the end of a sentence: ``it calls `getUrl()` ``.
    pub(crate) text: String,
    /// Whether the cause is a variable that is not set.
    pub(crate) is_unset: bool,
}

impl Reason {
    pub(super) fn new(offset: u32, text: impl Into<String>) -> Self {
        Self { offset: offset as usize, text: text.into(), is_unset: false }
    }

    /// The variable is not set.
    pub(super) fn unset(offset: u32, name: &str) -> Self {
        Self { is_unset: true, ..Self::new(offset, format!("the variable `{name}` is not set")) }
    }
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// `undefined`, and why if a variable that is not set is the cause.
    Undefined(Option<Reason>),
    /// `null`.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Rc<str>),
    /// An object literal.
    Object(Rc<Object>),
    /// A list literal.
    List(Rc<List>),
    /// The `URL` of a file, by its path.
    FileUrl(Rc<str>),
    /// A module, function or object that is known by its name: `path.join`, `process.env`.
    Known(Rc<str>),
    /// What another package exports.
    Foreign(Reason),
    /// What only running the file would tell.
    Computed(Reason),
}

/// The properties of an object literal, in order, and what may have changed them.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) properties: RefCell<Vec<Property>>,
    /// Something that cannot be told has had the chance to add or change properties.
    pub(super) changed: RefCell<Option<Reason>>,
}

/// A property of an object literal.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) offset: u32,
    pub(super) value: Value,
}

/// The elements of a list literal, and what may have changed them.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) elements: Vec<Value>,
    pub(super) changed: RefCell<Option<Reason>>,
}

impl Object {
    /// The property of a name as it was written last.
    pub(super) fn get(&self, name: &str) -> Value {
        if let Some(property) = self.properties.borrow().iter().rev().find(|property| property.name == name) {
            return property.value.clone();
        }
        match &*self.changed.borrow() {
            Some(reason) => Value::Computed(reason.clone()),
            None => Value::Undefined(None),
        }
    }

    /// From here on, nothing of it can be told.
    pub(super) fn change(&self, reason: &Reason) {
        self.properties.borrow_mut().clear();
        self.changed.borrow_mut().get_or_insert_with(|| reason.clone());
    }
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Whether it is `undefined` or `null`; `None` where that cannot be told.
    pub(super) fn is_nullish(&self) -> Option<bool> {
        match self {
            Self::Undefined(_) | Self::Null => Some(true),
            Self::Foreign(_) | Self::Computed(_) => None,
            _ => Some(false),
        }
    }

    /// Whether a condition takes it as true; `None` where that cannot be told.
    pub(super) fn is_truthy(&self) -> Option<bool> {
        match self {
            Self::Undefined(_) | Self::Null => Some(false),
            Self::Boolean(value) => Some(*value),
            Self::Number(value) => Some(*value != 0.0 && !value.is_nan()),
            Self::Text(text) => Some(!text.is_empty()),
            Self::Object(_) | Self::List(_) | Self::FileUrl(_) | Self::Known(_) => Some(true),
            Self::Foreign(_) | Self::Computed(_) => None,
        }
    }

    /// Why it cannot be used as a text, at a place that needs one.
    pub(super) fn why_no_text(&self, offset: u32) -> Reason {
        match self {
            Self::Computed(reason) | Self::Foreign(reason) | Self::Undefined(Some(reason)) => reason.clone(),
            Self::Undefined(None) => Reason::new(offset, "a part of it is undefined"),
            _ => Reason::new(offset, "a part of it is no text"),
        }
    }
}
