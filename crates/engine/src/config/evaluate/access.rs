//! Members of what is known.

use super::super::value::{Reason, Value};
use super::Evaluator;

impl Evaluator<'_> {
    /// What a name stands for.
    pub(super) fn name(&self, name: &str, offset: u32) -> Value {
        if let Some(binding) = self.find(name) {
            return binding.value.clone();
        }
        match name {
            "undefined" => Value::Undefined(None),
            "process" | "console" | "String" | "URL" | "require" | "Object" | "Boolean" => {
                Value::Known(name.into())
            }
            "globalThis" | "global" => Value::Known("globalThis".into()),
            // A file that forgets to import them means these.
            "defineConfig" | "env" => Value::Known(format!("config.{name}").into()),
            "path" => Value::Known("path".into()),
            "join" | "resolve" => Value::Known(format!("path.{name}").into()),
            "__dirname" => Value::text(&super::super::path::dirname(self.file)),
            "__filename" => Value::text(self.file),
            _ => Value::Computed(Reason::new(offset, format!("nothing before it says what `{name}` is"))),
        }
    }

    /// A member by its name. What stands before the dot is not `undefined`.
    pub(super) fn member(&mut self, of: &Value, name: &str, offset: u32) -> Value {
        let unknown = |what: String| Value::Computed(Reason::new(offset, what));
        match of {
            Value::Computed(reason) => Value::Computed(reason.clone()),
            Value::Foreign(reason) => Value::Foreign(reason.clone()),
            Value::Object(object) if name != "__proto__" => match object.get(name) {
                Value::Undefined(None) if is_inherited(name) => {
                    unknown(format!("it uses `{name}` of an object"))
                }
                value => value,
            },
            Value::Known(known) => self.member_of_known(known, name, offset),
            Value::FileUrl(path) if name == "pathname" => Value::Text(path.clone()),
            Value::Text(text) if name == "length" => Value::Number(text.encode_utf16().count() as f64),
            Value::List(list) if name == "length" && list.changed.borrow().is_none() => {
                Value::Number(list.elements.len() as f64)
            }
            Value::List(list) => {
                let index = name.parse::<usize>().ok().filter(|index| index.to_string() == name);
                match (index, &*list.changed.borrow()) {
                    (_, Some(reason)) => Value::Computed(reason.clone()),
                    (Some(index), None) => {
                        list.elements.get(index).cloned().unwrap_or(Value::Undefined(None))
                    }
                    (None, None) => unknown(format!("it uses `{name}` of a list")),
                }
            }
            Value::Undefined(_) | Value::Null => Value::Computed(of.why_no_text(offset)),
            _ => unknown(format!("it uses `{name}` of a value")),
        }
    }

    fn member_of_known(&mut self, of: &str, name: &str, offset: u32) -> Value {
        let known = |name: &str| Value::Known(name.into());
        match (of, name) {
            ("process.env", name) => self.variables.look_up(name, offset),
            ("globalThis", "process") => known("process"),
            ("path", "posix" | "default") => known("path"),
            ("dotenv" | "url" | "process" | "fs" | "os" | "expand" | "config", "default") => known(of),
            ("path", "sep") => Value::text("/"),
            ("path", "delimiter") => Value::text(":"),
            ("import.meta", "url") => known("import.meta.url"),
            ("import.meta", "dirname") => Value::text(&super::super::path::dirname(self.file)),
            ("import.meta", "filename") => Value::text(self.file),
            (
                "path",
                "join" | "resolve" | "normalize" | "dirname" | "basename" | "isAbsolute" | "relative"
                | "extname",
            )
            | ("process", "env" | "cwd" | "loadEnvFile" | "exit")
            | ("url", "fileURLToPath" | "pathToFileURL" | "URL")
            | ("dotenv", "config" | "configDotenv" | "parse")
            | ("expand", "expand")
            | ("config", "defineConfig" | "env")
            | ("fs", "existsSync" | "readFileSync")
            | ("os", "homedir" | "tmpdir" | "userInfo" | "hostname")
            | ("Object", "freeze")
            | ("console", _) => known(&format!("{of}.{name}")),
            _ => Value::Computed(Reason::new(offset, format!("it uses `{of}.{name}`"))),
        }
    }
}

/// Whether every object has something of this name.
fn is_inherited(name: &str) -> bool {
    matches!(
        name,
        "constructor"
            | "toString"
            | "valueOf"
            | "hasOwnProperty"
            | "isPrototypeOf"
            | "propertyIsEnumerable"
            | "toLocaleString"
    ) || name.starts_with("__")
}
