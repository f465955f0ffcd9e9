//! What a configuration may say: the properties that versions 6 and 7 of the reference know, and their kinds.

use std::collections::BTreeMap;

use super::value::{Reason, Value};

/// What a property may be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// A text that is not empty.
    Words,
    Boolean,
    Texts,
    Any,
    Object(&'static [(&'static str, Kind)]),
}

/// Every property of both versions.
const ROOT: &[(&str, Kind)] = &[
    ("schema", Kind::Text),
    (
        "datasource",
        Kind::Object(&[("url", Kind::Text), ("directUrl", Kind::Text), ("shadowDatabaseUrl", Kind::Text)]),
    ),
    (
        "migrations",
        Kind::Object(&[("path", Kind::Text), ("seed", Kind::Words), ("initShadowDb", Kind::Text)]),
    ),
    ("tables", Kind::Object(&[("external", Kind::Texts)])),
    ("enums", Kind::Object(&[("external", Kind::Texts)])),
    ("views", Kind::Object(&[("path", Kind::Text)])),
    ("typedSql", Kind::Object(&[("path", Kind::Text)])),
    (
        "experimental",
        Kind::Object(&[
            ("externalTables", Kind::Boolean),
            ("extensions", Kind::Boolean),
            ("adapter", Kind::Boolean),
            ("studio", Kind::Boolean),
        ]),
    ),
    ("extensions", Kind::Any),
    ("studio", Kind::Object(&[("adapter", Kind::Any)])),
    ("engine", Kind::Any),
    ("adapter", Kind::Any),
    ("earlyAccess", Kind::Any),
];

/// The property that names the database.
const URL: &str = "datasource.url";

/// What `experimental.externalTables` opens.
const EXTERNAL: [&str; 3] = ["tables.external", "enums.external", "migrations.initShadowDb"];

/// The most of a text that a message quotes, in characters.
const MAX_QUOTED: usize = 40;

/// What a configuration says of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// It says nothing.
    Absent,
    /// This text.
    Text(String),
    /// These texts.
    Texts(Vec<String>),
    /// This truth value.
    Boolean(bool),
    /// Something whose content is nobody's business here.
    Other,
    /// It names a variable that is not set.
    Unset(Reason),
    /// Something that only running the file would tell.
    Computed(Reason),
}

/// Something that may not stand in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The offset in the file.
    pub(crate) offset: usize,
    /// What is wrong, as a clause.
    pub(crate) text: String,
    /// What to do.
    pub(crate) help: String,
}

/// What a configuration says, by the names that lead to a property, with dots between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(super) values: BTreeMap<String, Setting>,
    pub(super) mistake: Option<Mistake>,
}

impl Settings {
    /// Takes apart what a file exports.
    pub(super) fn read(export: &Value) -> Self {
        let mut settings = Self::default();
        match export {
            Value::Undefined(None) => {}
            Value::Object(_) | Value::Computed(_) | Value::Foreign(_) | Value::Undefined(_) => {
                settings.take("", Kind::Object(ROOT), export, 0);
            }
            _ => settings.mistake(
                0,
                "the file exports no object",
                "export an object, as with `defineConfig({ … })`",
            ),
        }
        settings.check_gates();
        settings
    }

    pub(super) fn get(&self, name: &str) -> Setting {
        self.values.get(name).cloned().unwrap_or(Setting::Absent)
    }

    fn mistake(&mut self, offset: u32, text: impl Into<String>, help: impl Into<String>) {
        let offset = offset as usize;
        self.mistake.get_or_insert_with(|| Mistake { offset, text: text.into(), help: help.into() });
    }

    fn take(&mut self, name: &str, kind: Kind, value: &Value, offset: u32) {
        if let Kind::Object(keys) = kind {
            return self.take_object(name, keys, value, offset);
        }
        let setting = match (kind, value) {
            (_, Value::Undefined(None)) => return,
            (_, Value::Computed(reason) | Value::Foreign(reason) | Value::Undefined(Some(reason))) => {
                match (kind, reason.is_unset) {
                    (Kind::Any, _) => Setting::Other,
                    (_, true) => Setting::Unset(reason.clone()),
                    (_, false) => Setting::Computed(reason.clone()),
                }
            }
            (Kind::Any, _) => Setting::Other,
            (Kind::Words, Value::Text(text)) if text.is_empty() => {
                return self.mistake(
                    offset,
                    format!("`{name}` is empty"),
                    "write the command, or leave it out",
                );
            }
            (Kind::Text | Kind::Words, Value::Text(text)) => Setting::Text(text.to_string()),
            (Kind::Boolean, Value::Boolean(truth)) => Setting::Boolean(*truth),
            (Kind::Texts, Value::List(list)) => {
                match (&*list.changed.borrow(), texts(&list.elements, offset)) {
                    (Some(reason), _) => Setting::Computed(reason.clone()),
                    (None, Ok(texts)) => Setting::Texts(texts),
                    (None, Err(Some(reason))) => Setting::Computed(reason),
                    (None, Err(None)) => {
                        return self.mistake(
                            offset,
                            format!("`{name}` holds what is no text"),
                            "write a list of texts",
                        );
                    }
                }
            }
            _ => {
                let wanted = match kind {
                    Kind::Boolean => "`true` or `false`",
                    Kind::Texts => "a list of texts",
                    _ => "a text",
                };
                return self.mistake(
                    offset,
                    format!("`{name}` is not {wanted}"),
                    format!("write {wanted} there"),
                );
            }
        };
        self.values.insert(name.to_owned(), setting);
    }

    fn take_object(&mut self, name: &str, keys: &[(&str, Kind)], value: &Value, offset: u32) {
        let path = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
        match value {
            Value::Undefined(None) => {}
            Value::Object(object) => {
                for property in object.properties.borrow().iter() {
                    if !keys.iter().any(|(key, _)| *key == property.name) {
                        self.unknown(&path(&quoted(&property.name)), &property.name, keys, property.offset);
                    }
                }
                for (key, kind) in keys {
                    let place = object
                        .properties
                        .borrow()
                        .iter()
                        .rev()
                        .find(|one| one.name == *key)
                        .map(|one| one.offset);
                    let value = match (object.get(key), place) {
                        // A database that is written and is none: it is not looked for in another place.
                        (Value::Undefined(None), Some(place)) if path(key) == URL => {
                            let reason = Reason::new(place, "it is `undefined`");
                            Value::Undefined(Some(Reason { is_unset: true, ..reason }))
                        }
                        (value, _) => value,
                    };
                    self.take(&path(key), *kind, &value, place.unwrap_or(offset));
                }
            }
            Value::Computed(reason) | Value::Foreign(reason) | Value::Undefined(Some(reason)) => {
                let value = Value::Computed(reason.clone());
                for (key, kind) in keys {
                    self.take(&path(key), *kind, &value, offset);
                }
            }
            _ => self.mistake(offset, format!("`{name}` is no object"), "write an object there"),
        }
    }

    fn unknown(&mut self, path: &str, name: &str, keys: &[(&str, Kind)], offset: u32) {
        let nearest = driftless_diagnostics::nearest(name, keys.iter().map(|(key, _)| *key));
        let help = match nearest {
            Some(key) => format!("did you mean `{key}`?"),
            None => {
                let known: Vec<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
                format!("remove it; what may stand there is {}", known.join(", "))
            }
        };
        self.mistake(offset, format!("there is no setting `{path}`"), help);
    }

    /// What is experimental has to be opened by its gate.
    fn check_gates(&mut self) {
        let gate = self.get("experimental.externalTables");
        if !matches!(gate, Setting::Absent | Setting::Boolean(false)) {
            return;
        }
        let closed = EXTERNAL.into_iter().find(|name| match self.get(name) {
            Setting::Absent => false,
            Setting::Text(text) => !text.is_empty(),
            // One that is computed may be nothing.
            Setting::Computed(_) | Setting::Unset(_) => false,
            _ => true,
        });
        if let Some(name) = closed {
            let text = format!("`{name}` needs `experimental.externalTables`");
            self.mistake(0, text, "add `experimental: { externalTables: true }`");
        }
    }
}

/// The texts of a list; the reason why one cannot be told, or none where it is something else.
fn texts(elements: &[Value], offset: u32) -> Result<Vec<String>, Option<Reason>> {
    elements
        .iter()
        .map(|element| match element {
            Value::Text(text) => Ok(text.to_string()),
            Value::Computed(_) | Value::Foreign(_) | Value::Undefined(Some(_)) => {
                Err(Some(element.why_no_text(offset)))
            }
            _ => Err(None),
        })
        .collect()
}

fn quoted(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MAX_QUOTED).collect()
}
