//! What statements that are not followed may do.

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, AwaitExpression, BindingIdentifier,
    BindingPattern, CallExpression, Class, Declaration, Expression, ForInStatement, ForOfStatement,
    ForStatementLeft, Function, ImportExpression, NewExpression, SimpleAssignmentTarget, Statement,
    TaggedTemplateExpression, UnaryExpression, UpdateExpression, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::operator::UnaryOperator;
use oxc_syntax::scope::ScopeFlags;

use super::super::value::Reason;

/// The effects of statements, whether or not they take place.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Where the statements begin.
    pub(super) start: u32,
    /// The names that are assigned to, and where.
    pub(super) assigned: Vec<(String, u32)>,
    /// The first thing that may do anything.
    pub(super) reason: Option<Reason>,
    is_changing: bool,
}

impl Effects {
    pub(super) fn of_statement(statement: &Statement<'_>) -> Self {
        Self::of_statements(std::slice::from_ref(statement))
    }

    pub(super) fn of_statements(statements: &[Statement<'_>]) -> Self {
        let start = statements.first().map_or(0, |statement| statement.span().start);
        let mut effects = Self { start, ..Self::default() };
        for statement in statements {
            effects.visit_statement(statement);
        }
        effects
    }

    pub(super) fn of_declaration(declaration: &Declaration<'_>) -> Self {
        let mut effects = Self { start: declaration.span().start, ..Self::default() };
        effects.visit_declaration(declaration);
        effects
    }

    pub(super) fn of_pattern(pattern: &BindingPattern<'_>) -> Self {
        let mut effects = Self { start: pattern.span().start, ..Self::default() };
        effects.visit_binding_pattern(pattern);
        effects
    }

    pub(super) fn of_expression(expression: &Expression<'_>) -> Self {
        let mut effects = Self { start: expression.span().start, ..Self::default() };
        effects.visit_expression(expression);
        effects
    }

    /// Whether something is assigned, deleted or declared for the whole file.
    pub(super) fn assigns(&self) -> bool {
        self.is_changing || !self.assigned.is_empty()
    }

    /// Whether anything may happen at all.
    pub(super) fn any(&self) -> bool {
        self.reason.is_some() || self.assigns()
    }

    fn may(&mut self, offset: u32, text: impl Into<String>) {
        self.reason.get_or_insert_with(|| Reason::new(offset, text));
    }

    fn changes(&mut self, offset: u32) {
        self.is_changing = true;
        self.may(offset, "it changes an object");
    }

    fn assign_target(&mut self, target: &AssignmentTarget<'_>) {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.assigned.push((name.name.to_string(), name.span.start));
            }
            other => self.changes(other.span().start),
        }
    }
}

/// The name of what is called, as it is written: `console.log`.
pub(super) fn callee_name(callee: &Expression<'_>) -> Option<String> {
    match callee {
        Expression::Identifier(name) => Some(name.name.to_string()),
        Expression::StaticMemberExpression(member) => {
            Some(format!("{}.{}", callee_name(&member.object)?, member.property.name))
        }
        Expression::ParenthesizedExpression(inner) => callee_name(&inner.expression),
        Expression::TSNonNullExpression(inner) => callee_name(&inner.expression),
        _ => None,
    }
}

/// The words for a call: ``it calls `getUrl()` ``.
pub(super) fn describe_call(callee: &Expression<'_>) -> String {
    match callee_name(callee) {
        Some(name) => format!("it calls `{name}()`"),
        None => "it calls a function".to_owned(),
    }
}

impl<'a> Visit<'a> for Effects {
    // What is declared does nothing until it is called.
    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}

    fn visit_class(&mut self, class: &Class<'a>) {
        self.may(class.span.start, "it declares a class");
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let name = callee_name(&call.callee).unwrap_or_default();
        if !(name.starts_with("console.") || name == "process.exit") {
            self.may(call.span.start, describe_call(&call.callee));
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_new_expression(&mut self, new: &NewExpression<'a>) {
        let name = callee_name(&new.callee).unwrap_or_default();
        if !name.ends_with("Error") {
            self.may(new.span.start, format!("it makes a `{name}`"));
        }
        walk::walk_new_expression(self, new);
    }

    fn visit_tagged_template_expression(&mut self, template: &TaggedTemplateExpression<'a>) {
        self.may(template.span.start, describe_call(&template.tag));
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        self.may(import.span.start, "it imports a module");
    }

    fn visit_await_expression(&mut self, wait: &AwaitExpression<'a>) {
        self.may(wait.span.start, "it waits for a promise");
        walk::walk_await_expression(self, wait);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        self.assign_target(&assignment.left);
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_update_expression(&mut self, update: &UpdateExpression<'a>) {
        match &update.argument {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.assigned.push((name.name.to_string(), name.span.start));
            }
            _ => self.changes(update.span.start),
        }
    }

    fn visit_unary_expression(&mut self, unary: &UnaryExpression<'a>) {
        if unary.operator == UnaryOperator::Delete {
            self.changes(unary.span.start);
        }
        walk::walk_unary_expression(self, unary);
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        if declaration.kind.is_var() {
            // `var name;` leaves the name as it is.
            let assigning = declaration.declarations.iter().filter(|one| one.init.is_some());
            self.assign_names(assigning.flat_map(|one| one.id.get_binding_identifiers()));
        }
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_for_in_statement(&mut self, each: &ForInStatement<'a>) {
        self.loop_target(&each.left);
        walk::walk_for_in_statement(self, each);
    }

    fn visit_for_of_statement(&mut self, each: &ForOfStatement<'a>) {
        self.loop_target(&each.left);
        walk::walk_for_of_statement(self, each);
    }
}

impl Effects {
    fn loop_target(&mut self, left: &ForStatementLeft<'_>) {
        if let Some(target) = left.as_assignment_target() {
            self.assign_target(target);
        }
        if let ForStatementLeft::VariableDeclaration(declaration) = left
            && declaration.kind.is_var()
        {
            self.assign_names(
                declaration.declarations.iter().flat_map(|one| one.id.get_binding_identifiers()),
            );
        }
    }

    fn assign_names<'n, 'a: 'n>(&mut self, names: impl Iterator<Item = &'n BindingIdentifier<'a>>) {
        self.assigned.extend(names.map(|name| (name.name.to_string(), name.span.start)));
    }
}
