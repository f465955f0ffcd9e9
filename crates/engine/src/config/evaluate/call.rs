//! Calls of what is known: `path`, `url`, `dotenv`, `prisma/config`, methods of texts.

use oxc_ast::ast::{Argument, CallExpression, Expression, NewExpression};

use super::super::path;
use super::super::value::{Reason, Value};
use super::super::variable::Load;
use super::effect::{callee_name, describe_call};
use super::{Evaluator, change_all, text};

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &CallExpression<'_>) -> Value {
        let offset = call.span.start;
        let (this, callee) = self.callee(&call.callee);
        if self.is_cut || self.is_halted() {
            return callee;
        }
        if call.optional {
            match callee.is_nullish() {
                Some(true) => {
                    self.is_cut = true;
                    return Value::Undefined(Some(callee.why_no_text(offset)));
                }
                Some(false) => {}
                None => self.doubt_chain(offset),
            }
        }
        let arguments = self.arguments(&call.arguments);
        let computed = Value::Computed(Reason::new(offset, describe_call(&call.callee)));
        if self.is_halted() {
            return computed;
        }
        let Some(arguments) = arguments else {
            return self.call_unknown(computed, vec![this]);
        };
        if let (Value::Text(text), Some(method)) = (&this, call.callee.as_member_expression()) {
            let name = method.static_property_name().unwrap_or_default();
            return match text::method(text, name, &arguments, offset) {
                Some(value) => value,
                None => self.method_of_text(computed, arguments),
            };
        }
        match &callee {
            Value::Known(name) => self.call_name(name, computed, arguments, offset),
            Value::Undefined(_) | Value::Null | Value::Text(_) | Value::Number(_) | Value::Boolean(_) => {
                self.throw(callee.why_no_text(offset))
            }
            Value::Computed(reason) if reason.is_unset => callee.clone(),
            _ => {
                // What a call is made on is the cause where that is open already.
                let cause = matches!(this, Value::Computed(_)).then(|| this.clone());
                let handed = arguments.into_iter().chain([this]).collect();
                let computed = self.call_unknown(computed, handed);
                cause.unwrap_or(computed)
            }
        }
    }

    /// A method of a text that is not followed. It may call what it is given.
    fn method_of_text(&mut self, computed: Value, arguments: Vec<Value>) -> Value {
        let is_plain = |argument: &Value| match argument {
            Value::Known(name) => &**name == "regular expression",
            Value::Computed(reason) => reason.is_unset,
            Value::Foreign(_) | Value::Object(_) | Value::List(_) => false,
            _ => true,
        };
        let cause = arguments.iter().find_map(|argument| match argument {
            Value::Known(name) if &**name == "regular expression" => {
                let offset = match &computed {
                    Value::Computed(reason) => reason.offset,
                    _ => 0,
                };
                let text = "it is a regular expression".to_owned();
                Some(Value::Computed(Reason { offset, text, is_unset: false }))
            }
            Value::Computed(_) => Some(argument.clone()),
            _ => None,
        });
        if !arguments.iter().all(is_plain) {
            let computed = self.call_unknown(computed, arguments);
            return cause.unwrap_or(computed);
        }
        cause.unwrap_or(computed)
    }

    /// A call of a function that is known by its name.
    fn call_name(&mut self, name: &str, computed: Value, arguments: Vec<Value>, offset: u32) -> Value {
        if let Some(value) = self.call_known(name, &arguments, offset) {
            return value;
        }
        if !is_pure(name) {
            return self.call_unknown(computed, arguments);
        }
        let cause = arguments.iter().find(|argument| {
            matches!(argument, Value::Computed(_) | Value::Foreign(_) | Value::Undefined(Some(_)))
        });
        let reason = match (cause, &computed) {
            (None, Value::Computed(reason)) => reason.clone(),
            (cause, computed) => cause.unwrap_or(computed).why_no_text(offset),
        };
        if self.is_refused(name, &arguments) { self.throw(reason) } else { Value::Computed(reason) }
    }

    /// Whether a function is certain to throw an error for what it is given.
    fn is_refused(&self, name: &str, arguments: &[Value]) -> bool {
        let is_other = |value: Option<&Value>| match value {
            None => true,
            Some(Value::Text(_) | Value::Computed(_) | Value::Foreign(_)) => false,
            Some(_) => true,
        };
        let first = arguments.first();
        match (name, first) {
            ("path.join", _) => arguments.iter().any(|argument| is_other(Some(argument))),
            // It goes from the end, up to the first that is absolute.
            ("path.resolve", _) => {
                let is_relative =
                    |value: &&Value| !matches!(value, Value::Text(text) if !text.starts_with('/'));
                arguments.iter().rev().find(is_relative).is_some_and(|value| is_other(Some(value)))
            }
            (
                "path.normalize" | "path.dirname" | "path.basename" | "path.extname" | "path.isAbsolute",
                first,
            ) => is_other(first),
            ("fs.readFileSync", Some(Value::Text(path))) => {
                !std::path::Path::new(self.folder).join(&**path).exists()
            }
            ("url.fileURLToPath", Some(Value::Text(url))) => !url.contains(':'),
            ("fs.readFileSync" | "url.fileURLToPath", None | Some(Value::Undefined(_) | Value::Null)) => true,
            _ => false,
        }
    }

    /// What a call is made on, and what is called.
    fn callee(&mut self, callee: &Expression<'_>) -> (Value, Value) {
        match callee {
            Expression::ParenthesizedExpression(inner) => self.callee(&inner.expression),
            Expression::TSNonNullExpression(inner) => self.callee(&inner.expression),
            _ => match callee.as_member_expression() {
                Some(member) => self.member_expression(member),
                None => (Value::Undefined(None), self.evaluate(callee)),
            },
        }
    }

    fn call_unknown(&mut self, computed: Value, handed: Vec<Value>) -> Value {
        if let Value::Computed(reason) = &computed {
            let reason = reason.clone();
            change_all(
                handed,
                &Reason { text: format!("{}, which may change it", reason.text), ..reason.clone() },
            );
            self.upset(&reason);
        }
        computed
    }

    /// The values of arguments; `None` where some are spread.
    fn arguments(&mut self, arguments: &[Argument<'_>]) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        let mut is_spread = false;
        for argument in arguments {
            match argument.as_expression() {
                Some(expression) => values.push(self.evaluate(expression)),
                None => {
                    if let Argument::SpreadElement(spread) = argument {
                        self.evaluate(&spread.argument);
                    }
                    is_spread = true;
                }
            }
        }
        (!is_spread).then_some(values)
    }

    /// `new …`: a `URL` beside the file, or something of another package, which is taken to do no more than to be made.
    pub(super) fn make(&mut self, new: &NewExpression<'_>) -> Value {
        let offset = new.span.start;
        let name = callee_name(&new.callee).unwrap_or_default();
        let computed = Value::Computed(Reason::new(offset, format!("it makes a `{name}`")));
        let callee = self.evaluate(&new.callee);
        let arguments = self.arguments(&new.arguments);
        if self.is_halted() {
            return computed;
        }
        let Some(arguments) = arguments else {
            return self.call_unknown(computed, Vec::new());
        };
        match &callee {
            Value::Known(known) if matches!(&**known, "URL" | "url.URL") => {
                let is_refused = match arguments.as_slice() {
                    [] | [Value::Undefined(_) | Value::Null] => true,
                    [Value::Text(text)] => !text.contains(':'),
                    _ => false,
                };
                match self.file_url(&arguments) {
                    Some(url) => url,
                    None if is_refused => self.throw(Reason::new(offset, "it is no URL")),
                    None => computed,
                }
            }
            Value::Foreign(_) => {
                let reason = Reason::new(offset, format!("a `{name}` is made with it, and may change it"));
                change_all(arguments, &reason);
                computed
            }
            Value::Computed(_) if name.ends_with("Error") && self.find(&name).is_none() => computed,
            _ => self.call_unknown(computed, arguments),
        }
    }

    /// `new URL('…', import.meta.url)`.
    fn file_url(&self, arguments: &[Value]) -> Option<Value> {
        let [Value::Text(relative), Value::Known(base)] = arguments else { return None };
        if &**base != "import.meta.url" {
            return None;
        }
        let folder = text::as_url_path(self.file)?;
        let relative = text::as_url_path(relative)?;
        if relative.starts_with("//") || relative.is_empty() {
            return None;
        }
        let mut made = path::resolve(&path::dirname(&folder), &[&relative]);
        let names_folder = relative.ends_with('/') || matches!(relative.rsplit('/').next(), Some("." | ".."));
        if names_folder && !made.ends_with('/') {
            made.push('/');
        }
        Some(Value::FileUrl(made.as_str().into()))
    }

    fn call_known(&mut self, name: &str, arguments: &[Value], offset: u32) -> Option<Value> {
        let texts: Option<Vec<&str>> = arguments
            .iter()
            .map(|argument| match argument {
                Value::Text(text) => Some(&**text),
                _ => None,
            })
            .collect();
        match (name, arguments) {
            ("path.join", _) => Some(text::limited(&path::join(&texts?), offset)),
            ("path.resolve", _) => Some(text::limited(&path::resolve(self.folder, &texts?), offset)),
            ("path.normalize", [Value::Text(path)]) => Some(Value::text(&path::normalize(path))),
            ("path.dirname", [Value::Text(path)]) => Some(Value::text(&path::dirname(path))),
            ("path.basename", [Value::Text(path)]) => Some(Value::text(&path::basename(path))),
            ("path.isAbsolute", [Value::Text(path)]) => Some(Value::Boolean(path.starts_with('/'))),
            ("process.cwd", []) => Some(Value::text(self.folder)),
            ("url.fileURLToPath", [Value::FileUrl(path)]) => Some(Value::Text(path.clone())),
            ("url.fileURLToPath", [Value::Known(known)]) if &**known == "import.meta.url" => {
                Some(Value::text(self.file))
            }
            ("fs.existsSync", [Value::Text(path)]) => {
                Some(Value::Boolean(std::path::Path::new(self.folder).join(&**path).exists()))
            }
            ("String", [value]) => text::of(value, offset).ok().map(|text| Value::text(&text)),
            ("Boolean", [value]) => value.is_truthy().map(Value::Boolean),
            ("Object.freeze", [value]) => Some(value.clone()),
            ("config.defineConfig", [config]) => Some(config.clone()),
            ("config.env", [Value::Text(name)]) => Some(self.require_variable(name, offset)),
            ("require", [Value::Text(module)]) => Some(self.load_module(module, offset)),
            ("dotenv.config" | "dotenv.configDotenv", _) => Some(self.load_files(arguments, offset)),
            ("process.loadEnvFile", _) => Some(self.load_node_file(arguments, offset)),
            ("expand" | "expand.expand", [Value::Known(loaded)]) if &**loaded == "dotenv result" => {
                self.expand(offset);
                Some(Value::Known("dotenv result".into()))
            }
            ("process.exit", _) => {
                self.stop(offset, "it ends the process");
                Some(Value::Undefined(None))
            }
            _ if name.starts_with("console.") => Some(Value::Undefined(None)),
            _ => None,
        }
    }

    /// `env('NAME')` fails where the variable is not set or empty.
    fn require_variable(&mut self, name: &str, offset: u32) -> Value {
        match self.variables.look_up(name, offset) {
            Value::Text(text) if text.is_empty() => {
                let text = format!("the variable `{name}` is empty");
                self.throw(Reason { is_unset: true, ..Reason::new(offset, text) })
            }
            Value::Undefined(Some(reason)) => self.throw(reason),
            value => value,
        }
    }

    /// `import 'dotenv/config'`.
    pub(super) fn load_by_default(&mut self, expands: bool, offset: u32) {
        let path = match self.variables.look_up("DOTENV_CONFIG_PATH", offset) {
            Value::Text(path) if !path.is_empty() => path.to_string(),
            _ => ".env".to_owned(),
        };
        let overrides = matches!(self.variables.look_up("DOTENV_CONFIG_OVERRIDE", offset), Value::Text(text) if !text.is_empty());
        self.load(&Load { paths: vec![path], overrides, is_required: false }, offset);
        if expands {
            self.expand(offset);
        }
    }

    /// `dotenv.config({ path, override })`.
    fn load_files(&mut self, arguments: &[Value], offset: u32) -> Value {
        let mut load = Load { paths: vec![".env".to_owned()], overrides: false, is_required: false };
        match self.read_options(arguments, &mut load) {
            Ok(()) => self.load(&load, offset),
            Err(reason) => {
                let text = format!("{}, which decides what variables are set", reason.text);
                self.variables.change(Reason { text, ..reason });
            }
        }
        Value::Known("dotenv result".into())
    }

    fn read_options(&self, arguments: &[Value], load: &mut Load) -> Result<(), Reason> {
        let options = match arguments {
            [] | [Value::Undefined(None)] => return Ok(()),
            [Value::Object(options)] => options,
            [other, ..] => return Err(other.why_no_text(0)),
        };
        if let Some(reason) = &*options.changed.borrow() {
            return Err(reason.clone());
        }
        for property in options.properties.borrow().iter() {
            let unclear = || Err(property.value.why_no_text(property.offset));
            match (property.name.as_str(), &property.value) {
                ("path", Value::List(list)) if list.changed.borrow().is_none() => {
                    let paths = list.elements.iter().map(|path| self.file_path(path, property.offset));
                    load.paths = paths.collect::<Result<_, _>>()?;
                }
                ("path", Value::Undefined(None)) => {}
                ("path", path) => load.paths = vec![self.file_path(path, property.offset)?],
                ("override", value) => match value.is_truthy() {
                    Some(truth) => load.overrides = truth,
                    None => return unclear(),
                },
                ("quiet" | "debug" | "encoding", _) => {}
                (name, _) => {
                    return Err(Reason::new(property.offset, format!("it gives the option `{name}`")));
                }
            }
        }
        Ok(())
    }

    fn file_path(&self, value: &Value, offset: u32) -> Result<String, Reason> {
        match value {
            Value::Text(text) => Ok(text.to_string()),
            Value::FileUrl(path) => Ok(path.to_string()),
            other => Err(other.why_no_text(offset)),
        }
    }

    /// `process.loadEnvFile(path)`, which fails where there is no such file.
    fn load_node_file(&mut self, arguments: &[Value], offset: u32) -> Value {
        let path = match arguments {
            [] | [Value::Undefined(None)] => Ok(".env".to_owned()),
            [path, ..] => self.file_path(path, offset),
        };
        match path {
            Ok(path) => self.load(&Load { paths: vec![path], overrides: false, is_required: true }, offset),
            Err(reason) => {
                let text = format!("{}, which decides what variables are set", reason.text);
                self.variables.change(Reason { text, ..reason });
            }
        }
        Value::Undefined(None)
    }

    fn load(&mut self, load: &Load, offset: u32) {
        if self.is_halted() {
            return;
        }
        if let Some(doubt) = self.doubt.clone() {
            self.variables.change(doubt);
        }
        if let Err(text) = self.variables.load(self.folder, load, offset) {
            let reason = Reason::new(offset, text);
            if self.attempts == 0 {
                self.variables.change(reason.clone());
            }
            self.throw(reason);
        }
    }

    fn expand(&mut self, offset: u32) {
        if !self.is_halted() {
            self.variables.expand(offset);
        }
    }
}

/// Whether a function of a known module does nothing but give a value.
fn is_pure(name: &str) -> bool {
    let pure = ["regular expression.", "path.", "url.", "os.", "dotenv.parse", "String", "Boolean", "fs."];
    pure.iter().any(|start| name.starts_with(start))
}
