//! Members of what is known.

use super::super::value::{Reason, Value};
use super::Evaluator;

/// Names that stand for something in every file, and of which no more is known.
const GLOBALS: &[&str] = &[
    "AbortController",
    "AbortSignal",
    "CustomEvent",
    "DOMException",
    "EventSource",
    "File",
    "ReadableStream",
    "TransformStream",
    "WebSocket",
    "WritableStream",
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "Atomics",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Blob",
    "BroadcastChannel",
    "Buffer",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "Event",
    "EventTarget",
    "FinalizationRegistry",
    "Float32Array",
    "Float64Array",
    "FormData",
    "Function",
    "Headers",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Intl",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "MessageChannel",
    "NaN",
    "Number",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Request",
    "Response",
    "Set",
    "SharedArrayBuffer",
    "Symbol",
    "SyntaxError",
    "TextDecoder",
    "TextEncoder",
    "TypeError",
    "URIError",
    "URLSearchParams",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "WebAssembly",
    "arguments",
    "atob",
    "btoa",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "crypto",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "eval",
    "exports",
    "fetch",
    "isFinite",
    "isNaN",
    "module",
    "navigator",
    "parseFloat",
    "parseInt",
    "performance",
    "queueMicrotask",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "structuredClone",
    "unescape",
];

impl Evaluator<'_> {
    /// What a name stands for.
    pub(super) fn name(&mut self, name: &str, offset: u32) -> Value {
        if let Some(binding) = self.find(name) {
            return if binding.is_ready {
                binding.value.clone()
            } else {
                let text = format!("`{name}` is used before it is declared");
                self.throw(Reason::new(offset, text))
            };
        }
        match name {
            "undefined" => Value::Undefined(None),
            "process" | "console" | "String" | "URL" | "require" | "Object" | "Boolean" => {
                Value::Known(name.into())
            }
            "globalThis" | "global" => Value::Known("globalThis".into()),
            // A file that forgets to import them means these; Node knows none of them.
            "defineConfig" | "env" | "path" | "join" | "resolve" => {
                self.may_throw(offset);
                Value::Known(match name {
                    "path" => "path".into(),
                    "defineConfig" | "env" => format!("config.{name}").into(),
                    _ => format!("path.{name}").into(),
                })
            }
            "__dirname" => Value::text(&super::super::path::dirname(self.file)),
            "__filename" => Value::text(self.file),
            _ => {
                let reason = Reason::new(offset, format!("nothing before it says what `{name}` is"));
                if is_global(name) { Value::Computed(reason) } else { self.throw(reason) }
            }
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
            Value::Undefined(_) | Value::Null => self.throw(of.why_no_text(offset)),
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
            ("regular expression", "test" | "exec") => known(&format!("{of}.{name}")),
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

/// Whether a name that no file declares stands for something.
fn is_global(name: &str) -> bool {
    GLOBALS.contains(&name)
}

/// Whether it does so in every version of Node, and in modules of both kinds.
pub(super) fn is_always_global(name: &str) -> bool {
    is_global(name)
        && !matches!(
            name,
            "arguments"
                | "EventSource"
                | "exports"
                | "File"
                | "Iterator"
                | "module"
                | "navigator"
                | "WebSocket"
        )
}
