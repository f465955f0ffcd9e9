//! What names stand for.

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportNamedDeclaration, Expression, ObjectPattern, Statement,
    VariableDeclaration,
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
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), Binding { value, is_variable });
        }
    }

    /// The name is assigned to: what it stands for from here on is not followed.
    pub(super) fn assign(&mut self, name: &str, offset: u32) {
        let value = Value::Computed(Reason::new(offset, format!("`{name}` is assigned here")));
        let found = self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(name));
        match found {
            Some(binding) => binding.value = value,
            None => {
                self.scopes[0].insert(name.to_owned(), Binding { value, is_variable: true });
            }
        }
    }

    /// Functions can be called before the statement that declares them.
    pub(super) fn declare_functions(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            let function = match statement {
                Statement::FunctionDeclaration(function) => function,
                Statement::ExportNamedDeclaration(export) => match &export.declaration {
                    Some(Declaration::FunctionDeclaration(function)) => function,
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(name) = &function.id {
                let reason = Reason::new(name.span.start, format!("`{}` is a function", name.name));
                self.bind(&name.name, Value::Computed(reason), true);
            }
        }
    }

    pub(super) fn declare(&mut self, declaration: &VariableDeclaration<'_>) {
        if declaration.declare {
            return;
        }
        for one in &declaration.declarations {
            let value = match &one.init {
                Some(init) => self.evaluate(init),
                None => Value::Undefined(None),
            };
            if declaration.kind.is_var() && self.scopes.len() > 1 {
                for name in one.id.get_binding_identifiers() {
                    self.assign(&name.name, name.span.start);
                }
            } else {
                self.bind_pattern(&one.id, value, !declaration.kind.is_const());
            }
        }
    }

    pub(super) fn export_named(&mut self, export: &ExportNamedDeclaration<'_>) {
        match &export.declaration {
            Some(Declaration::VariableDeclaration(declaration)) => self.declare(declaration),
            Some(Declaration::ClassDeclaration(class)) => {
                let reason = Reason::new(class.span.start, "it declares a class");
                self.upset(&reason);
            }
            _ => {}
        }
        for specifier in export.specifiers.iter().filter(|one| one.exported.name() == "default") {
            let value = if export.source.is_some() {
                Value::Computed(Reason::new(specifier.span.start, "it exports what another file exports"))
            } else {
                self.name(&specifier.local.name(), specifier.span.start)
            };
            self.export = Some(value);
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
        for property in &pattern.properties {
            let offset = property.span.start;
            let inner = match property.key.static_name() {
                Some(name) => self.member(value, &name, offset),
                None => Value::Computed(Reason::new(offset, "it computes the name of a property")),
            };
            self.bind_pattern(&property.value, inner, is_variable);
        }
        if let Some(rest) = &pattern.rest {
            let reason = Reason::new(rest.span.start, "it takes the rest of an object");
            self.bind_pattern(&rest.argument, Value::Computed(reason), is_variable);
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
