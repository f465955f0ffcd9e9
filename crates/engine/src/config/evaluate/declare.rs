//! What names stand for.

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportDefaultDeclarationKind, ExportNamedDeclaration, Expression,
    ObjectPattern, Statement, TSModuleDeclarationName, VariableDeclaration,
};
use oxc_span::GetSpan;

use super::super::value::{Reason, Value};
use super::effect::Effects;
use super::{Binding, Evaluator};

impl Evaluator<'_> {
    pub(super) fn find(&self, name: &str) -> Option<&Binding> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(super) fn bind(&mut self, name: &str, value: Value, is_variable: bool) {
        let value = match self.assigned.get(name) {
            Some(offset) if is_variable => {
                Value::Computed(Reason::new(*offset, format!("`{name}` is assigned in a function here")))
            }
            _ => value,
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), Binding { value, is_variable, is_ready: true });
        }
    }

    /// The name is assigned to: what it stands for from here on is not followed.
    pub(super) fn assign(&mut self, name: &str, offset: u32) {
        let value = Value::Computed(Reason::new(offset, format!("`{name}` is assigned here")));
        let found = self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(name));
        match found {
            Some(binding) => binding.value = value,
            None => {
                self.scopes[0].insert(name.to_owned(), Binding { value, is_variable: true, is_ready: true });
            }
        }
    }

    /// Declares the names of statements before the first of them is taken. No name means anything else from there on.
    pub(super) fn declare_names(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            let declaration = match statement {
                Statement::ExportNamedDeclaration(export) => export.declaration.as_ref(),
                Statement::ExportDefaultDeclaration(export) => {
                    let id = match &export.declaration {
                        ExportDefaultDeclarationKind::FunctionDeclaration(function) => &function.id,
                        ExportDefaultDeclarationKind::ClassDeclaration(class) => &class.id,
                        _ => continue,
                    };
                    if let Some(id) = id {
                        self.declare_opaque(&id.name, id.span.start, "a function or class");
                    }
                    continue;
                }
                other => other.as_declaration(),
            };
            if let Some(declaration) = declaration {
                self.declare_name(declaration);
            }
        }
    }

    fn declare_name(&mut self, declaration: &Declaration<'_>) {
        let (id, kind) = match declaration {
            Declaration::VariableDeclaration(variables) if !variables.kind.is_var() && !variables.declare => {
                for name in variables.declarations.iter().flat_map(|one| one.id.get_binding_identifiers()) {
                    let text = format!("`{}` is used before it is declared", name.name);
                    let value = Value::Computed(Reason::new(name.span.start, text));
                    let binding = Binding { value, is_variable: true, is_ready: false };
                    if let Some(scope) = self.scopes.last_mut() {
                        scope.insert(name.name.to_string(), binding);
                    }
                }
                return;
            }
            Declaration::FunctionDeclaration(function) => (function.id.as_ref(), "a function"),
            Declaration::ClassDeclaration(class) if !class.declare => (class.id.as_ref(), "a class"),
            Declaration::TSEnumDeclaration(it) if !it.declare => (Some(&it.id), "an enumeration"),
            Declaration::TSModuleDeclaration(it) if !it.declare => match &it.id {
                TSModuleDeclarationName::Identifier(id) => (Some(id), "a namespace"),
                TSModuleDeclarationName::StringLiteral(_) => return,
            },
            Declaration::TSImportEqualsDeclaration(it) if !it.import_kind.is_type() => {
                (Some(&it.id), "a module")
            }
            _ => return,
        };
        if let Some(id) = id {
            self.declare_opaque(&id.name, id.span.start, kind);
        }
    }

    fn declare_opaque(&mut self, name: &str, offset: u32, kind: &str) {
        self.bind(name, Value::Computed(Reason::new(offset, format!("`{name}` is {kind}"))), true);
    }

    pub(super) fn declare(&mut self, declaration: &VariableDeclaration<'_>) {
        if declaration.declare {
            return;
        }
        let is_var = declaration.kind.is_var();
        for one in &declaration.declarations {
            let value = match &one.init {
                Some(init) => self.evaluate(init),
                None if is_var => continue,
                None => Value::Undefined(None),
            };
            if self.is_halted() {
                return;
            }
            if is_var && self.scopes.len() > 1 {
                self.suffer(Effects::of_pattern(&one.id));
                for name in one.id.get_binding_identifiers() {
                    self.assign(&name.name, name.span.start);
                }
            } else {
                let is_variable = !declaration.kind.is_const() && !declaration.kind.is_using();
                self.bind_pattern(&one.id, value, is_variable);
            }
        }
    }

    pub(super) fn export_named(&mut self, export: &ExportNamedDeclaration<'_>) {
        match &export.declaration {
            Some(Declaration::VariableDeclaration(declaration)) => self.declare(declaration),
            Some(Declaration::TSImportEqualsDeclaration(import)) => self.import_equals(import),
            Some(declaration) => self.suffer(Effects::of_declaration(declaration)),
            None => {}
        }
        for specifier in export.specifiers.iter().filter(|one| one.exported.name() == "default") {
            if export.source.is_some() {
                let reason = Reason::new(specifier.span.start, "it exports what another file exports");
                self.export = Some(Value::Computed(reason));
            } else {
                // What the name stands for in the end is exported.
                self.exported_name = Some((specifier.local.name().to_string(), specifier.span.start));
            }
        }
    }

    fn bind_pattern(&mut self, pattern: &BindingPattern<'_>, value: Value, is_variable: bool) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.bind(&name.name, value, is_variable),
            BindingPattern::AssignmentPattern(pattern) => {
                let value = self.value_or(value, &pattern.right);
                self.bind_pattern(&pattern.left, value, is_variable);
            }
            BindingPattern::ObjectPattern(pattern) => self.bind_object(pattern, &value, is_variable),
            BindingPattern::ArrayPattern(pattern) => {
                self.require_iterable(&value, pattern.span.start);
                for (at, element) in pattern.elements.iter().enumerate() {
                    let Some(element) = element else { continue };
                    let inner = match &value {
                        Value::List(list) if list.changed.borrow().is_none() => {
                            list.elements.get(at).cloned().unwrap_or(Value::Undefined(None))
                        }
                        other => Value::Computed(other.why_no_text(element.span().start)),
                    };
                    self.bind_pattern(element, inner, is_variable);
                }
                if let Some(rest) = &pattern.rest {
                    let reason = Reason::new(rest.span.start, "it takes the rest of a list");
                    self.bind_pattern(&rest.argument, Value::Computed(reason), is_variable);
                }
            }
        }
    }

    /// `const { a, b: c = 'd' } = value`.
    fn bind_object(&mut self, pattern: &ObjectPattern<'_>, value: &Value, is_variable: bool) {
        match value.is_nullish() {
            Some(true) if pattern.properties.is_empty() => {
                self.throw(value.why_no_text(pattern.span.start));
            }
            None => self.may_throw(pattern.span.start),
            _ => {}
        }
        for property in &pattern.properties {
            let offset = property.span.start;
            let inner = match (property.key.static_name(), property.key.as_expression()) {
                (Some(name), _) => self.member(value, &name, offset),
                (None, Some(key)) => match self.evaluate(key) {
                    Value::Text(name) => self.member(value, &name, offset),
                    _ => Value::Computed(Reason::new(offset, "it computes the name of a property")),
                },
                (None, None) => Value::Computed(Reason::new(offset, "it computes the name of a property")),
            };
            if self.is_halted() {
                return;
            }
            self.bind_pattern(&property.value, inner, is_variable);
        }
        if let Some(rest) = &pattern.rest {
            let reason = Reason::new(rest.span.start, "it takes the rest of an object");
            self.bind_pattern(&rest.argument, Value::Computed(reason), is_variable);
        }
    }

    /// A value is taken apart, element by element.
    pub(super) fn require_iterable(&mut self, value: &Value, offset: u32) {
        match value {
            Value::List(_) | Value::Text(_) => {}
            Value::Undefined(_) | Value::Null | Value::Number(_) | Value::Boolean(_) => {
                self.throw(value.why_no_text(offset));
            }
            _ => self.may_throw(offset),
        }
    }

    /// A value, or the default where it is undefined.
    fn value_or(&mut self, value: Value, default: &Expression<'_>) -> Value {
        match value {
            Value::Undefined(_) => self.evaluate(default),
            Value::Computed(_) | Value::Foreign(_) => {
                self.suffer(Effects::of_expression(default));
                value
            }
            value => value,
        }
    }
}
