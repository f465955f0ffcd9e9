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
mod module;
mod survey;
mod text;

use std::collections::BTreeMap;

use oxc_ast::ast::{
    CatchClause, ExportDefaultDeclarationKind, IfStatement, Program, Statement, TryStatement,
};
use oxc_span::GetSpan;

use self::effect::Effects;
use self::survey::Survey;
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
    /// Whether its declaration was reached.
    is_ready: bool,
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
    /// The names that functions of the file assign to, and where.
    assigned: BTreeMap<String, u32>,
    /// What the file exports by default.
    export: Option<Value>,
    /// The name that the file exports by default, for what it stands for in the end.
    exported_name: Option<(String, u32)>,
    /// Why the statements from some place on are not reached.
    stopped: Option<Reason>,
    /// Why the file throws an error, outside of any `try`.
    thrown: Option<Reason>,
    /// Why the innermost `try` block is left.
    caught: Option<Reason>,
    /// Why it is not certain that what comes next is reached.
    doubt: Option<Reason>,
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
            assigned: BTreeMap::new(),
            export: None,
            exported_name: None,
            stopped: None,
            thrown: None,
            caught: None,
            doubt: None,
            attempts: 0,
            is_cut: false,
            depth: 0,
        }
    }

    /// What the program says. An empty file exports nothing.
    pub(super) fn run(mut self, program: &Program<'_>) -> Outcome {
        let survey = Survey::of(program);
        self.assigned = survey.assigned;
        self.load_modules(program);
        for (name, offset) in &survey.functions {
            let reason = Reason::new(*offset, format!("`{name}` may be a function"));
            self.bind(name, Value::Computed(reason), true);
        }
        for name in &survey.variables {
            self.bind(name, Value::Undefined(None), true);
        }
        if let Some(reason) = survey.setting {
            self.variables.change(reason);
        }
        self.declare_names(&program.body);
        self.statements(&program.body);
        if let Some((name, offset)) = self.exported_name.take() {
            self.export = Some(self.name(&name, offset));
        }
        self.thrown = self.thrown.or(survey.accessor);
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
            if self.is_halted() {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::VariableDeclaration(declaration) => self.declare(declaration),
            Statement::ExpressionStatement(statement) => {
                self.evaluate(&statement.expression);
            }
            Statement::TSImportEqualsDeclaration(import) => self.import_equals(import),
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
                self.evaluate(&throw.argument);
                self.throw(Reason::new(throw.span.start, "it throws an error"));
            }
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::FunctionDeclaration(_)
            | Statement::EmptyStatement(_)
            | Statement::TSTypeAliasDeclaration(_)
            | Statement::TSInterfaceDeclaration(_)
            | Statement::TSGlobalDeclaration(_) => {}
            other => self.suffer(Effects::of_statement(other)),
        }
    }

    fn choose(&mut self, choice: &IfStatement<'_>, effects: Effects) {
        let condition = self.evaluate(&choice.test).is_truthy().filter(|_| !effects.assigns());
        if self.is_halted() {
            return;
        }
        match (condition, &choice.alternate) {
            (Some(true), _) => self.branch(&choice.consequent),
            (Some(false), Some(alternate)) => self.branch(alternate),
            (Some(false), None) => {}
            (None, _) => self.suffer(effects),
        }
    }

    fn attempt(&mut self, attempt: &TryStatement<'_>, effects: Effects) {
        if effects.assigns() {
            return self.suffer(effects);
        }
        let outer = self.doubt.clone();
        self.attempts += 1;
        self.block(&attempt.block.body);
        self.attempts -= 1;
        let doubt = std::mem::replace(&mut self.doubt, outer);
        let Some(handler) = attempt.handler.as_deref() else { return };
        if self.caught.take().is_some() {
            self.handle(handler);
        } else if doubt.is_some() {
            self.suffer(Effects::of_statements(&handler.body.body));
        }
    }

    fn handle(&mut self, handler: &CatchClause<'_>) {
        self.scopes.push(BTreeMap::new());
        for name in handler.param.iter().flat_map(|param| param.pattern.get_binding_identifiers()) {
            let reason = Reason::new(name.span.start, format!("`{}` is an error", name.name));
            self.bind(&name.name, Value::Computed(reason), true);
        }
        self.block(&handler.body.body);
        self.scopes.pop();
    }

    /// Whether what comes next is not reached.
    fn is_halted(&self) -> bool {
        self.stopped.is_some() || self.caught.is_some()
    }

    /// An error is thrown here: the `try` block is left, or the file cannot be loaded.
    fn throw(&mut self, reason: Reason) -> Value {
        if self.attempts == 0 {
            self.thrown.get_or_insert_with(|| reason.clone());
        } else if !self.is_halted() {
            if let Some(doubt) = self.doubt.clone() {
                self.variables.change(doubt);
            }
            self.caught = Some(reason.clone());
        }
        Value::Computed(reason)
    }

    /// An error may be thrown here.
    fn may_throw(&mut self, offset: u32) {
        if self.attempts > 0 && !self.is_halted() {
            let text = "it may throw an error here, and pass over what follows in `try`";
            self.doubt.get_or_insert_with(|| Reason::new(offset, text));
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
        self.declare_names(statements);
        self.statements(statements);
        self.scopes.pop();
        self.depth -= 1;
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
        self.may_throw(effects.start);
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
