//! Evaluating a configuration file, as far as that needs no running.
//!
//! The file is parsed by a parser of the language, and its statements are taken in order, each against what the ones
//! before it have said: constants, loaded environment files, imports of modules that are known. What is not understood
//! is *computed*, with the place and the reason, and so is everything that it may have changed: a call of an unknown
//! function may set variables of the environment, assign to any `let` and change any object.
//!
//! Invariants: a value is exactly what running the file would give, or it is computed. Nothing is run.

mod access;
mod call;
mod declare;
mod effect;
mod expression;
mod text;

use std::collections::BTreeMap;

use oxc_ast::ast::{
    Argument, ExportDefaultDeclarationKind, Expression, IfStatement, ImportDeclaration,
    ImportDeclarationSpecifier, Program, Statement, TryStatement,
};
use oxc_span::GetSpan;

use self::effect::{Effects, callee_name};
use super::value::{Reason, Value};
use super::variable::Variables;

/// How deeply expressions may be nested.
const MAX_DEPTH: usize = 200;

/// What a name stands for.
#[derive(Clone, Debug)]
struct Binding {
    value: Value,
    /// Whether it may be assigned to.
    is_variable: bool,
}

/// What a file says.
pub(super) struct Outcome {
    /// What it exports by default.
    pub(super) export: Value,
    /// Why it throws an error, if it does.
    pub(super) thrown: Option<Reason>,
    /// Whether it reads environment files itself.
    pub(super) is_loading: bool,
}

/// What is known while the statements of a file are taken in order.
pub(super) struct Evaluator<'a> {
    /// The file's own path, absolute.
    file: &'a str,
    /// The folder of the run, absolute.
    folder: &'a str,
    variables: Variables<'a>,
    scopes: Vec<BTreeMap<String, Binding>>,
    /// What the file exports by default.
    export: Option<Value>,
    /// Why the statements from some place on are not reached.
    stopped: Option<Reason>,
    /// Why the file throws an error, outside of any `try`.
    thrown: Option<Reason>,
    /// How many `try` blocks the statement lies in.
    attempts: usize,
    /// Whether an optional chain has met `undefined`.
    is_cut: bool,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(file: &'a str, folder: &'a str, variables: Variables<'a>) -> Self {
        Self {
            file,
            folder,
            variables,
            scopes: vec![BTreeMap::new()],
            export: None,
            stopped: None,
            thrown: None,
            attempts: 0,
            is_cut: false,
            depth: 0,
        }
    }

    /// What the program says. An empty file exports nothing.
    pub(super) fn run(mut self, program: &Program<'_>) -> Outcome {
        for statement in &program.body {
            if let Statement::ImportDeclaration(import) = statement {
                self.import(import);
            }
        }
        self.declare_functions(&program.body);
        self.statements(&program.body);
        let export = match (self.stopped, self.export) {
            (Some(reason), _) => Value::Computed(reason),
            (None, Some(export)) => export,
            (None, None) if program.body.is_empty() => Value::Undefined(None),
            (None, None) => Value::Computed(Reason::new(0, "it has no `export default`")),
        };
        Outcome { export, thrown: self.thrown, is_loading: self.variables.is_loading }
    }

    fn statements(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            if self.stopped.is_some() {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::VariableDeclaration(declaration) => self.declare(declaration),
            Statement::ExpressionStatement(statement) => match self.required(&statement.expression) {
                Some(module) => {
                    self.load_module(&module, statement.span.start, true);
                }
                None => {
                    self.evaluate(&statement.expression);
                }
            },
            Statement::ExportNamedDeclaration(export) => self.export_named(export),
            Statement::ExportDefaultDeclaration(export) => {
                let value = match export.declaration.as_expression() {
                    Some(expression) => self.evaluate(expression),
                    None => self.export_declaration(&export.declaration),
                };
                self.export = Some(value);
            }
            Statement::TSExportAssignment(export) => {
                let value = self.evaluate(&export.expression);
                self.export = Some(value);
            }
            Statement::BlockStatement(block) => self.block(&block.body),
            Statement::IfStatement(choice) => self.choose(choice, Effects::of_statement(statement)),
            Statement::TryStatement(attempt) if attempt.finalizer.is_none() => {
                self.attempt(attempt, Effects::of_statement(statement));
            }
            Statement::ThrowStatement(throw) => {
                let reason = Reason::new(throw.span.start, "it throws an error");
                if self.attempts > 0 {
                    self.stopped.get_or_insert(reason);
                } else {
                    self.thrown.get_or_insert(reason);
                }
            }
            Statement::ImportDeclaration(_)
            | Statement::FunctionDeclaration(_)
            | Statement::EmptyStatement(_)
            | Statement::TSTypeAliasDeclaration(_)
            | Statement::TSInterfaceDeclaration(_)
            | Statement::TSGlobalDeclaration(_) => {}
            other => self.suffer(Effects::of_statement(other)),
        }
    }

    fn choose(&mut self, choice: &IfStatement<'_>, effects: Effects) {
        let condition = if effects.assigns() { None } else { self.evaluate(&choice.test).is_truthy() };
        match (condition, &choice.alternate) {
            (Some(true), _) => self.branch(&choice.consequent),
            (Some(false), Some(alternate)) => self.branch(alternate),
            (Some(false), None) => {}
            (None, _) => self.suffer(effects),
        }
    }

    fn attempt(&mut self, attempt: &TryStatement<'_>, effects: Effects) {
        let handler = attempt.handler.as_deref();
        let handling = handler.map(|handler| Effects::of_statements(&handler.body.body));
        if effects.assigns() || handling.is_some_and(|effects| effects.any()) {
            return self.suffer(effects);
        }
        self.attempts += 1;
        self.block(&attempt.block.body);
        self.attempts -= 1;
        self.stopped = None;
    }

    /// The module of a statement `require('…')`, which is there for what it does.
    fn required(&self, expression: &Expression<'_>) -> Option<String> {
        let Expression::CallExpression(call) = expression else { return None };
        let is_require = callee_name(&call.callee).is_some_and(|name| name == "require");
        match call.arguments.as_slice() {
            [Argument::StringLiteral(module)] if is_require && self.find("require").is_none() => {
                Some(module.value.to_string())
            }
            _ => None,
        }
    }

    fn branch(&mut self, statement: &Statement<'_>) {
        self.block(std::slice::from_ref(statement));
    }

    fn block(&mut self, statements: &[Statement<'_>]) {
        if self.depth == MAX_DEPTH {
            let at = statements.first().map_or(0, |statement| statement.span().start);
            return self.stop(at, "it is nested too deeply");
        }
        self.depth += 1;
        self.scopes.push(BTreeMap::new());
        self.declare_functions(statements);
        self.statements(statements);
        self.scopes.pop();
        self.depth -= 1;
    }

    /// Takes a module in, by what is known of it.
    fn import(&mut self, import: &ImportDeclaration<'_>) {
        if import.import_kind.is_type() {
            return;
        }
        let source = import.source.value.as_str();
        let module = self.load_module(source, import.span.start, import.specifiers.is_none());
        for specifier in import.specifiers.iter().flatten() {
            let value = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let name = one.imported.name();
                    if name == "default" {
                        module.clone()
                    } else {
                        self.member(&module, &name, one.span.start)
                    }
                }
                _ => module.clone(),
            };
            self.bind(specifier.local().name.as_str(), value, false);
        }
    }

    /// What a module is. One that is not known may have set variables when it was loaded.
    pub(super) fn load_module(&mut self, source: &str, offset: u32, is_bare: bool) -> Value {
        let name = source.strip_prefix("node:").unwrap_or(source);
        let known = |name: &str| Value::Known(name.into());
        match name {
            "path" | "path/posix" => known("path"),
            "url" | "process" | "fs" | "os" | "dotenv" => known(name),
            "prisma/config" | "@prisma/config" => known("config"),
            "dotenv-expand" => known("expand"),
            "dotenv/config" | "dotenv/config.js" => {
                self.load_by_default(false, offset);
                known("dotenv")
            }
            "dotenv-expand/config" | "dotenv-expand/config.js" => {
                self.load_by_default(true, offset);
                known("expand")
            }
            _ => {
                let is_local = name.starts_with(['.', '/', '#', '~', '@']) && !is_package(name);
                if (is_bare || is_local) && !name.ends_with(".json") {
                    let text = format!("it imports `{source}`, which may set variables");
                    self.variables.change(Reason::new(offset, text));
                }
                Value::Foreign(Reason::new(offset, format!("it uses what it imports from `{source}`")))
            }
        }
    }

    fn export_declaration(&mut self, declaration: &ExportDefaultDeclarationKind<'_>) -> Value {
        let offset = declaration.span().start;
        Value::Computed(Reason::new(offset, "it exports a function or class"))
    }

    fn stop(&mut self, offset: u32, text: &str) {
        self.stopped.get_or_insert_with(|| Reason::new(offset, text));
    }

    /// Takes into account what statements may have done that are not followed.
    fn suffer(&mut self, effects: Effects) {
        for (name, offset) in &effects.assigned {
            self.assign(name, *offset);
        }
        if let Some(reason) = effects.reason {
            self.upset(&reason);
        }
    }

    /// Something happens that cannot be told: it may set variables, assign to any name and change any object.
    fn upset(&mut self, reason: &Reason) {
        self.variables
            .change(Reason { text: format!("{}, which may set variables", reason.text), ..reason.clone() });
        let changed = Reason { text: format!("{}, which may change it", reason.text), ..reason.clone() };
        let mut values = Vec::new();
        for binding in self.scopes.iter_mut().flat_map(BTreeMap::values_mut) {
            if binding.is_variable {
                binding.value = Value::Computed(changed.clone());
            }
            values.push(binding.value.clone());
        }
        change_all(values, &changed);
        if let Some(Value::Object(object)) = &self.export {
            change_all(vec![Value::Object(object.clone())], &changed);
        }
    }
}

/// Whether a name with a scope is that of a package: `@prisma/client`, not `@/lib`.
fn is_package(name: &str) -> bool {
    name.strip_prefix('@').is_some_and(|rest| !rest.starts_with('/') && rest.contains('/'))
}

/// Marks all objects and lists that values lead to as changed.
pub(super) fn change_all(mut values: Vec<Value>, reason: &Reason) {
    while let Some(value) = values.pop() {
        match value {
            Value::Object(object)
                if object.changed.borrow().is_none() || !object.properties.borrow().is_empty() =>
            {
                values.extend(object.properties.borrow().iter().map(|property| property.value.clone()));
                object.change(reason);
            }
            Value::List(list) if list.changed.borrow().is_none() => {
                *list.changed.borrow_mut() = Some(reason.clone());
                values.extend(list.elements.iter().cloned());
            }
            _ => {}
        }
    }
}
