//! What a file does out of the order of its statements.
//!
//! The evaluator takes statements in order. Functions, accessors and methods are run by whoever comes across them, so
//! the whole file is looked through once, before, for what such places do to names and to the environment.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentTargetPropertyIdentifier, BindingPattern,
    BlockStatement, CallExpression, Class, ComputedMemberExpression, Expression, Function,
    IdentifierReference, IfStatement, ImportDeclaration, LabeledStatement, MethodDefinition,
    MethodDefinitionKind, ObjectProperty, Program, PropertyDefinition, PropertyKey, PropertyKind,
    SimpleAssignmentTarget, SpreadElement, StaticMemberExpression, SwitchStatement, TSModuleDeclaration,
    UnaryExpression, VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::operator::UnaryOperator;
use oxc_syntax::scope::ScopeFlags;

use super::super::value::Reason;
use super::effect::Effects;

/// Members that the language itself calls.
const CONVERSIONS: [&str; 5] = ["toString", "valueOf", "toJSON", "then", "__proto__"];

/// What is found in a file.
#[derive(Default)]
pub(super) struct Survey {
    /// The names that `var` declares, for the whole file.
    pub(super) variables: Vec<String>,
    /// The functions that blocks declare: where the file is not strict, for the whole file.
    pub(super) functions: Vec<(String, u32)>,
    /// The names that functions assign to, and where.
    pub(super) assigned: BTreeMap<String, u32>,
    /// The first place in a function that may set variables of the environment.
    pub(super) setting: Option<Reason>,
    /// The first accessor or conversion that does more than to give a value.
    pub(super) accessor: Option<Reason>,
    /// Other names of `process.env`.
    aliases: BTreeSet<String>,
    functions_around: usize,
    blocks_around: usize,
}

impl Survey {
    pub(super) fn of(program: &Program<'_>) -> Self {
        let mut aliases = Aliases::default();
        aliases.visit_program(program);
        let mut survey = Self { aliases: aliases.0, ..Self::default() };
        survey.visit_program(program);
        survey
    }

    /// Looks at a name that is assigned to.
    fn assign(&mut self, name: &str, offset: u32) {
        if self.functions_around > 0 {
            self.assigned.entry(name.to_owned()).or_insert(offset);
        }
    }

    /// The environment is changed, or handed to something that may change it.
    fn set(&mut self, offset: u32) {
        if self.functions_around > 0 {
            let text = "a function, class or namespace may set variables here";
            self.setting.get_or_insert_with(|| Reason::new(offset, text));
        }
    }

    fn is_environment(&self, expression: &Expression<'_>) -> bool {
        match expression.get_inner_expression() {
            Expression::Identifier(name) => self.aliases.contains(name.name.as_str()),
            inner => is_environment_member(inner),
        }
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.functions_around += 1;
        visit(self);
        self.functions_around -= 1;
    }

    fn in_block(&mut self, visit: impl FnOnce(&mut Self)) {
        self.blocks_around += 1;
        visit(self);
        self.blocks_around -= 1;
    }

    /// Looks at a member that the language may run without a call.
    fn look_at(&mut self, key: &PropertyKey<'_>, value: Option<&Expression<'_>>) {
        let name = key.static_name();
        let is_conversion = name.as_deref().is_some_and(|name| CONVERSIONS.contains(&name));
        let does_nothing = match value {
            Some(Expression::FunctionExpression(function)) => is_harmless(function),
            Some(Expression::ArrowFunctionExpression(arrow)) => {
                let mut effects = Effects::of_statements(&arrow.body.statements);
                effects.visit_formal_parameters(&arrow.params);
                !effects.any()
            }
            Some(value) => !is_conversion || value.is_literal(),
            None => true,
        };
        if (is_conversion || name.is_none()) && !does_nothing {
            self.runs(key.span().start);
        }
    }

    fn runs(&mut self, offset: u32) {
        let text = "what stands here may run without a call, and change anything";
        self.accessor.get_or_insert_with(|| Reason::new(offset, text));
    }
}

/// Whether a function does no more than to give a value.
fn is_harmless(function: &Function<'_>) -> bool {
    let mut effects =
        function.body.as_ref().map_or_else(Effects::default, |body| Effects::of_statements(&body.statements));
    effects.visit_formal_parameters(&function.params);
    !effects.any()
}

/// Whether an expression is `process.env`. Every member of this name is taken for it.
fn is_environment_member(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::ChainExpression(chain) => {
            chain.expression.as_member_expression().and_then(|member| member.static_property_name())
                == Some("env")
        }
        inner => inner.as_member_expression().and_then(|member| member.static_property_name()) == Some("env"),
    }
}

/// The names that a file gives to `process.env`.
#[derive(Default)]
struct Aliases(BTreeSet<String>);

impl<'a> Visit<'a> for Aliases {
    fn visit_variable_declarator(&mut self, one: &VariableDeclarator<'a>) {
        match (&one.id, &one.init) {
            (BindingPattern::BindingIdentifier(name), Some(init)) if is_environment_member(init) => {
                self.0.insert(name.name.to_string());
            }
            (BindingPattern::ObjectPattern(pattern), _) => {
                for property in &pattern.properties {
                    if property.key.static_name().as_deref() == Some("env") {
                        let names = property.value.get_binding_identifiers();
                        self.0.extend(names.iter().map(|name| name.name.to_string()));
                    }
                }
            }
            _ => {}
        }
        walk::walk_variable_declarator(self, one);
    }

    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        if !matches!(import.source.value.as_str(), "process" | "node:process") {
            return;
        }
        for specifier in import.specifiers.iter().flatten() {
            if specifier.name() == "env"
                || matches!(specifier, oxc_ast::ast::ImportDeclarationSpecifier::ImportSpecifier(one) if one.imported.name() == "env")
            {
                self.0.insert(specifier.local().name.to_string());
            }
        }
    }
}

impl<'a> Visit<'a> for Survey {
    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        if let Some(name) = &function.id
            && function.is_function_declaration()
            && self.functions_around == 0
            && self.blocks_around > 0
        {
            self.functions.push((name.name.to_string(), name.span.start));
        }
        self.within(|survey| walk::walk_function(survey, function, flags));
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        self.within(|survey| walk::walk_arrow_function_expression(survey, arrow));
    }

    fn visit_class(&mut self, class: &Class<'a>) {
        self.within(|survey| walk::walk_class(survey, class));
    }

    fn visit_ts_module_declaration(&mut self, module: &TSModuleDeclaration<'a>) {
        self.within(|survey| walk::walk_ts_module_declaration(survey, module));
    }

    fn visit_block_statement(&mut self, block: &BlockStatement<'a>) {
        self.in_block(|survey| walk::walk_block_statement(survey, block));
    }

    fn visit_if_statement(&mut self, choice: &IfStatement<'a>) {
        self.in_block(|survey| walk::walk_if_statement(survey, choice));
    }

    fn visit_switch_statement(&mut self, switch: &SwitchStatement<'a>) {
        self.in_block(|survey| walk::walk_switch_statement(survey, switch));
    }

    fn visit_labeled_statement(&mut self, labeled: &LabeledStatement<'a>) {
        self.in_block(|survey| walk::walk_labeled_statement(survey, labeled));
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        if declaration.kind.is_var() && !declaration.declare && self.functions_around == 0 {
            let names = declaration.declarations.iter().flat_map(|one| one.id.get_binding_identifiers());
            self.variables.extend(names.map(|name| name.name.to_string()));
        }
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_variable_declarator(&mut self, one: &VariableDeclarator<'a>) {
        self.visit_binding_pattern(&one.id);
        match &one.init {
            Some(init) if !self.is_environment(init) => self.visit_expression(init),
            _ => {}
        }
    }

    fn visit_spread_element(&mut self, spread: &SpreadElement<'a>) {
        if !self.is_environment(&spread.argument) {
            self.visit_expression(&spread.argument);
        }
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        match call.callee.get_inner_expression().as_member_expression() {
            Some(member) => self.visit_expression(member.object()),
            None => self.visit_expression(&call.callee),
        }
        self.visit_arguments(&call.arguments);
    }

    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        if member.property.name == "env" {
            self.set(member.span.start);
        }
        if !self.is_environment(&member.object) {
            walk::walk_static_member_expression(self, member);
        }
    }

    fn visit_computed_member_expression(&mut self, member: &ComputedMemberExpression<'a>) {
        if member.static_property_name().is_some_and(|name| name == "env") {
            self.set(member.span.start);
        }
        if !self.is_environment(&member.object) {
            self.visit_expression(&member.object);
        }
        self.visit_expression(&member.expression);
    }

    fn visit_identifier_reference(&mut self, name: &IdentifierReference<'a>) {
        if self.aliases.contains(name.name.as_str()) {
            self.set(name.span.start);
        }
    }

    fn visit_simple_assignment_target(&mut self, target: &SimpleAssignmentTarget<'a>) {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.assign(&name.name, name.span.start);
            }
            other => {
                let member = other.as_member_expression();
                if member.is_none_or(|member| self.is_environment(member.object())) {
                    self.set(other.span().start);
                }
                walk::walk_simple_assignment_target(self, target);
            }
        }
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        target: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        self.assign(&target.binding.name, target.span.start);
        walk::walk_assignment_target_property_identifier(self, target);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        let member = assignment.left.as_member_expression();
        let name = member.and_then(|member| member.static_property_name());
        let is_plain = assignment.right.is_literal();
        if name.is_some_and(|name| CONVERSIONS.contains(&name)) && !is_plain {
            self.runs(assignment.span.start);
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_unary_expression(&mut self, unary: &UnaryExpression<'a>) {
        let member = unary.argument.get_inner_expression().as_member_expression();
        if unary.operator == UnaryOperator::Delete
            && member.is_some_and(|member| self.is_environment(member.object()))
        {
            self.set(unary.span.start);
        }
        walk::walk_unary_expression(self, unary);
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        match (property.kind, &property.value) {
            (PropertyKind::Get | PropertyKind::Set, Expression::FunctionExpression(function)) => {
                if !is_harmless(function) {
                    self.runs(property.span.start);
                }
            }
            (_, value) => self.look_at(&property.key, Some(value)),
        }
        walk::walk_object_property(self, property);
    }

    fn visit_method_definition(&mut self, method: &MethodDefinition<'a>) {
        let is_harmless = is_harmless(&method.value);
        let name = method.key.static_name();
        let is_run = matches!(method.kind, MethodDefinitionKind::Get | MethodDefinitionKind::Set)
            || name.is_none_or(|name| CONVERSIONS.contains(&&*name));
        if is_run && !is_harmless {
            self.runs(method.span.start);
        }
        walk::walk_method_definition(self, method);
    }

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        self.look_at(&property.key, property.value.as_ref());
        walk::walk_property_definition(self, property);
    }
}
