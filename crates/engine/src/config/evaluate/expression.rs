//! Expressions.

use std::rc::Rc;

use oxc_ast::ast::{
    ArrayExpression, AssignmentExpression, AssignmentTarget, BinaryExpression, ChainElement,
    ConditionalExpression, Expression, LogicalExpression, MemberExpression, ObjectExpression,
    ObjectPropertyKind, PropertyKind, SimpleAssignmentTarget, TemplateLiteral, UnaryExpression,
    UpdateExpression,
};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator};

use super::super::value::{List, Object, Property, Reason, Value};
use super::effect::{Effects, callee_name};
use super::{Evaluator, MAX_DEPTH, change_all, text};

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, expression: &Expression<'_>) -> Value {
        let offset = expression.span().start;
        if let Some(reason) = self.stopped.as_ref().or(self.caught.as_ref()) {
            return Value::Computed(reason.clone());
        }
        if self.depth == MAX_DEPTH {
            self.stop(offset, "it is nested too deeply");
            return Value::Computed(Reason::new(offset, "it is nested too deeply"));
        }
        self.depth += 1;
        let value = self.evaluate_within(expression);
        self.depth -= 1;
        if matches!(value, Value::Computed(_) | Value::Foreign(_)) && !self.is_only_made(expression) {
            self.may_throw(offset);
        }
        value
    }

    /// Whether an expression is a function or an error: to make one throws nothing.
    fn is_only_made(&self, expression: &Expression<'_>) -> bool {
        match expression {
            Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_) => true,
            Expression::NewExpression(new) => callee_name(&new.callee)
                .is_some_and(|name| name.ends_with("Error") && self.find(&name).is_none()),
            Expression::Identifier(name) => {
                super::access::is_always_global(&name.name) && self.find(&name.name).is_none()
            }
            _ => false,
        }
    }

    fn evaluate_within(&mut self, expression: &Expression<'_>) -> Value {
        let offset = expression.span().start;
        match expression {
            Expression::BooleanLiteral(literal) => Value::Boolean(literal.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::NumericLiteral(literal) => Value::Number(literal.value),
            Expression::StringLiteral(literal) if !literal.lone_surrogates => Value::text(&literal.value),
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => self.name(&name.name, offset),
            Expression::MetaProperty(meta) if meta.meta.name == "import" => {
                Value::Known("import.meta".into())
            }
            Expression::ParenthesizedExpression(inner) => self.evaluate(&inner.expression),
            Expression::TSAsExpression(inner) => self.evaluate(&inner.expression),
            Expression::TSSatisfiesExpression(inner) => self.evaluate(&inner.expression),
            Expression::TSNonNullExpression(inner) => self.evaluate(&inner.expression),
            Expression::TSTypeAssertion(inner) => self.evaluate(&inner.expression),
            Expression::ObjectExpression(object) => self.object(object),
            Expression::ArrayExpression(list) => self.list(list),
            Expression::ChainExpression(chain) => self.chain(&chain.expression),
            Expression::StaticMemberExpression(_) | Expression::ComputedMemberExpression(_) => {
                match expression.as_member_expression() {
                    Some(member) => self.member_expression(member).1,
                    None => Value::Undefined(None),
                }
            }
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(new) => self.make(new),
            Expression::LogicalExpression(logical) => self.logical(logical),
            Expression::ConditionalExpression(choice) => self.choice(choice),
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::SequenceExpression(sequence) => {
                let values: Vec<Value> = sequence.expressions.iter().map(|one| self.evaluate(one)).collect();
                values.last().cloned().unwrap_or(Value::Undefined(None))
            }
            Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_) => {
                Value::Computed(Reason::new(offset, "it is a function"))
            }
            Expression::RegExpLiteral(_) => Value::Known("regular expression".into()),
            Expression::UpdateExpression(update) => self.update(update),
            _ => {
                let effects = Effects::of_expression(expression);
                let reason = effects.reason.clone();
                self.suffer(effects);
                let other = || Reason::new(offset, "it is an expression that only running it would tell");
                Value::Computed(reason.unwrap_or_else(other))
            }
        }
    }

    fn template(&mut self, template: &TemplateLiteral<'_>) -> Value {
        let mut whole = String::new();
        let mut failure = None;
        for (at, quasi) in template.quasis.iter().enumerate() {
            match &quasi.value.cooked {
                Some(cooked) if !quasi.lone_surrogates => whole.push_str(cooked),
                _ => {
                    failure.get_or_insert_with(|| {
                        Reason::new(quasi.span.start, "it holds an escape that is no text")
                    });
                }
            }
            let Some(expression) = template.expressions.get(at) else { continue };
            let value = self.evaluate(expression);
            match text::of(&value, expression.span().start) {
                Ok(part) => whole.push_str(&part),
                Err(reason) => {
                    failure.get_or_insert(reason);
                }
            }
        }
        match failure {
            Some(reason) => Value::Computed(reason),
            None => text::limited(&whole, template.span.start),
        }
    }

    fn object(&mut self, object: &ObjectExpression<'_>) -> Value {
        let made = Rc::new(Object::default());
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    let offset = property.span.start;
                    let name = match property.key.static_name() {
                        Some(name) => Ok(name.to_string()),
                        None => match property.key.as_expression().map(|key| self.evaluate(key)) {
                            Some(Value::Text(name)) => Ok(name.to_string()),
                            Some(other) => Err(other.why_no_text(offset)),
                            None => Err(Reason::new(offset, "it computes the name of a property")),
                        },
                    };
                    let value = if property.kind == PropertyKind::Init {
                        self.evaluate(&property.value)
                    } else {
                        Value::Computed(Reason::new(offset, "it is a function"))
                    };
                    match name {
                        Ok(name) if name == "__proto__" => {
                            made.change(&Reason::new(offset, "it has a prototype"));
                        }
                        Ok(name) => made.properties.borrow_mut().push(Property { name, offset, value }),
                        Err(reason) => made.change(&reason),
                    }
                }
                ObjectPropertyKind::SpreadProperty(spread) => match self.evaluate(&spread.argument) {
                    Value::Object(base) => {
                        if let Some(reason) = &*base.changed.borrow() {
                            made.change(reason);
                        }
                        let properties = base.properties.borrow().clone();
                        made.properties.borrow_mut().extend(properties);
                    }
                    Value::Undefined(_) | Value::Null | Value::Boolean(_) | Value::Number(_) => {}
                    other => made.change(&other.why_no_text(spread.span.start)),
                },
            }
            if made.properties.borrow().len() > text::MAX_ELEMENTS {
                made.change(&Reason::new(object.span.start, "it has too many properties"));
            }
        }
        Value::Object(made)
    }

    fn list(&mut self, list: &ArrayExpression<'_>) -> Value {
        let mut elements = Vec::new();
        let mut changed = None;
        for element in &list.elements {
            let offset = element.span().start;
            match element {
                oxc_ast::ast::ArrayExpressionElement::SpreadElement(spread) => {
                    match self.evaluate(&spread.argument) {
                        Value::List(base) if base.changed.borrow().is_none() => {
                            elements.extend(base.elements.iter().cloned());
                        }
                        other => {
                            self.require_iterable(&other, offset);
                            let of_list = match &other {
                                Value::List(base) => base.changed.borrow().clone(),
                                _ => None,
                            };
                            changed.get_or_insert(of_list.unwrap_or_else(|| other.why_no_text(offset)));
                        }
                    }
                }
                other => match other.as_expression() {
                    Some(expression) => elements.push(self.evaluate(expression)),
                    None => elements.push(Value::Undefined(None)),
                },
            }
            if elements.len() > text::MAX_ELEMENTS {
                elements.clear();
                changed.get_or_insert_with(|| Reason::new(offset, "it has too many elements"));
            }
        }
        Value::List(Rc::new(List { elements, changed: changed.into() }))
    }

    /// An expression with `?.` in it: what follows one that meets `undefined` is passed over.
    fn chain(&mut self, chain: &ChainElement<'_>) -> Value {
        let outer = std::mem::replace(&mut self.is_cut, false);
        let doubt = self.doubt.clone();
        let value = match chain {
            ChainElement::CallExpression(call) => self.call(call),
            ChainElement::TSNonNullExpression(inner) => self.evaluate(&inner.expression),
            other => match other.as_member_expression() {
                Some(member) => self.member_expression(member).1,
                None => Value::Undefined(None),
            },
        };
        self.is_cut = outer;
        self.doubt = doubt;
        value
    }

    /// It is not known whether the rest of a chain is reached.
    pub(super) fn doubt_chain(&mut self, offset: u32) {
        let text = "what follows `?.` may be passed over";
        self.doubt.get_or_insert_with(|| Reason::new(offset, text));
    }

    /// What a member is taken of, and the member.
    pub(super) fn member_expression(&mut self, member: &MemberExpression<'_>) -> (Value, Value) {
        let offset = member.span().start;
        let of = self.evaluate(member.object());
        if self.is_cut {
            return (of.clone(), of);
        }
        if member.optional() {
            match of.is_nullish() {
                Some(true) => {
                    self.is_cut = true;
                    let cut = Value::Undefined(Some(of.why_no_text(offset)));
                    return (cut.clone(), cut);
                }
                Some(false) => {}
                None => {
                    self.doubt_chain(offset);
                    let computed = Value::Computed(of.why_no_text(offset));
                    self.pass_over_key(member);
                    return (computed.clone(), if matches!(of, Value::Foreign(_)) { of } else { computed });
                }
            }
        }
        let name = match member {
            MemberExpression::StaticMemberExpression(one) => Ok(one.property.name.to_string()),
            MemberExpression::ComputedMemberExpression(one) => {
                let key = self.evaluate(&one.expression);
                text::of(&key, one.expression.span().start)
            }
            MemberExpression::PrivateFieldExpression(one) => {
                Err(Reason::new(one.span.start, "it uses a private field"))
            }
        };
        let value = match name {
            Ok(name) => self.member(&of, &name, offset),
            Err(reason) => Value::Computed(reason),
        };
        (of, value)
    }

    fn pass_over_key(&mut self, member: &MemberExpression<'_>) {
        if let MemberExpression::ComputedMemberExpression(one) = member {
            self.pass_over(&one.expression);
        }
    }

    /// Passes over an expression of which it is not known whether it is reached.
    fn pass_over(&mut self, expression: &Expression<'_>) {
        self.suffer(Effects::of_expression(expression));
    }

    fn logical(&mut self, logical: &LogicalExpression<'_>) -> Value {
        let left = self.evaluate(&logical.left);
        let goes_on = match logical.operator {
            LogicalOperator::Or => left.is_truthy().map(|truth| !truth),
            LogicalOperator::And => left.is_truthy(),
            LogicalOperator::Coalesce => left.is_nullish(),
        };
        match goes_on {
            Some(true) => self.evaluate(&logical.right),
            Some(false) => left,
            None => {
                self.pass_over(&logical.right);
                Value::Computed(left.why_no_text(logical.left.span().start))
            }
        }
    }

    fn choice(&mut self, choice: &ConditionalExpression<'_>) -> Value {
        let condition = self.evaluate(&choice.test);
        match condition.is_truthy() {
            Some(true) => self.evaluate(&choice.consequent),
            Some(false) => self.evaluate(&choice.alternate),
            None => {
                self.pass_over(&choice.consequent);
                self.pass_over(&choice.alternate);
                Value::Computed(condition.why_no_text(choice.test.span().start))
            }
        }
    }

    fn binary(&mut self, binary: &BinaryExpression<'_>) -> Value {
        let (at_left, at_right) = (binary.left.span().start, binary.right.span().start);
        let left = self.evaluate(&binary.left);
        let right = self.evaluate(&binary.right);
        for (value, at) in [(&left, at_left), (&right, at_right)] {
            if let Value::Computed(_) | Value::Foreign(_) = value {
                return Value::Computed(value.why_no_text(at));
            }
        }
        let unknown = || {
            let text = format!("it uses the operator `{}`", binary.operator.as_str());
            Value::Computed(Reason::new(binary.span.start, text))
        };
        let equal = |is_loose| are_equal(&left, &right, is_loose);
        match binary.operator {
            BinaryOperator::StrictEquality => equal(false).map_or_else(unknown, Value::Boolean),
            BinaryOperator::StrictInequality => {
                equal(false).map_or_else(unknown, |equal| Value::Boolean(!equal))
            }
            BinaryOperator::Equality => equal(true).map_or_else(unknown, Value::Boolean),
            BinaryOperator::Inequality => equal(true).map_or_else(unknown, |equal| Value::Boolean(!equal)),
            BinaryOperator::Addition
                if matches!((&left, &right), (Value::Text(_), _) | (_, Value::Text(_))) =>
            {
                match (text::of(&left, at_left), text::of(&right, at_right)) {
                    (Ok(left), Ok(right)) => text::limited(&format!("{left}{right}"), binary.span.start),
                    (Err(reason), _) | (_, Err(reason)) => Value::Computed(reason),
                }
            }
            BinaryOperator::Addition => {
                let undefined =
                    [&left, &right].into_iter().find(|value| matches!(value, Value::Undefined(Some(_))));
                undefined.map_or_else(unknown, |value| Value::Computed(value.why_no_text(binary.span.start)))
            }
            _ => unknown(),
        }
    }

    fn unary(&mut self, unary: &UnaryExpression<'_>) -> Value {
        let offset = unary.span.start;
        match unary.operator {
            UnaryOperator::LogicalNot => {
                let value = self.evaluate(&unary.argument);
                match value.is_truthy() {
                    Some(truth) => Value::Boolean(!truth),
                    None => Value::Computed(value.why_no_text(offset)),
                }
            }
            UnaryOperator::Void => {
                self.evaluate(&unary.argument);
                Value::Undefined(None)
            }
            UnaryOperator::Delete => {
                if let Some(member) = unary.argument.as_member_expression() {
                    self.change_member(member);
                }
                Value::Computed(Reason::new(offset, "it deletes a property"))
            }
            UnaryOperator::UnaryNegation => match self.evaluate(&unary.argument) {
                Value::Number(number) => Value::Number(-number),
                other => Value::Computed(other.why_no_text(offset)),
            },
            operator => {
                // `typeof` of a name that nothing declares is no error.
                let is_free = match &unary.argument {
                    Expression::Identifier(name) => self.find(&name.name).is_none(),
                    _ => false,
                };
                let value = if operator == UnaryOperator::Typeof && is_free {
                    Value::Undefined(None)
                } else {
                    self.evaluate(&unary.argument)
                };
                match value {
                    Value::Computed(reason) => Value::Computed(reason),
                    _ => Value::Computed(Reason::new(
                        offset,
                        format!("it uses the operator `{}`", operator.as_str()),
                    )),
                }
            }
        }
    }

    fn assignment(&mut self, assignment: &AssignmentExpression<'_>) -> Value {
        let offset = assignment.span.start;
        match &assignment.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let value = self.assigned_value(assignment);
                self.assign_to(&name.name, offset);
                value
            }
            target => {
                let Some(member) = target.as_member_expression() else {
                    let mut effects = Effects::of_expression(&assignment.right);
                    effects.reason.get_or_insert_with(|| Reason::new(offset, "it assigns to several names"));
                    self.suffer(effects);
                    return Value::Computed(Reason::new(offset, "it assigns to several names"));
                };
                if assignment.operator == AssignmentOperator::Assign && self.is_module_exports_member(member)
                {
                    let value = self.evaluate(&assignment.right);
                    self.export = Some(value.clone());
                    return value;
                }
                let value = self.assigned_value(assignment);
                if !self.is_halted() {
                    self.change_member(member);
                }
                value
            }
        }
    }

    /// What is assigned. `??=`, `||=` and `&&=` may pass over it.
    fn assigned_value(&mut self, assignment: &AssignmentExpression<'_>) -> Value {
        if assignment.operator.is_logical() {
            self.pass_over(&assignment.right);
            return Value::Computed(Reason::new(assignment.span.start, "it may be assigned here"));
        }
        self.evaluate(&assignment.right)
    }

    /// The name is assigned to, which is an error for one that is constant.
    fn assign_to(&mut self, name: &str, offset: u32) {
        let is_open = self.find(name).is_none_or(|binding| binding.is_variable && binding.is_ready);
        if !is_open {
            self.throw(Reason::new(offset, format!("it assigns to `{name}`, which is constant")));
        }
        if !self.is_halted() {
            self.assign(name, offset);
        }
    }

    /// `name++`.
    fn update(&mut self, update: &UpdateExpression<'_>) -> Value {
        let offset = update.span.start;
        let mut effects = Effects::default();
        effects.visit_update_expression(update);
        self.suffer(effects);
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = &update.argument {
            self.assign_to(&name.name, offset);
        }
        Value::Computed(Reason::new(offset, "it counts a name up or down"))
    }

    fn is_module_exports_member(&self, member: &MemberExpression<'_>) -> bool {
        let MemberExpression::StaticMemberExpression(member) = member else { return false };
        let Expression::Identifier(object) = &member.object else { return false };
        object.name == "module" && member.property.name == "exports" && self.find("module").is_none()
    }

    /// A member is assigned to or deleted.
    fn change_member(&mut self, member: &MemberExpression<'_>) {
        let offset = member.span().start;
        let of = self.evaluate(member.object());
        let name = match member {
            MemberExpression::StaticMemberExpression(one) => Some(one.property.name.to_string()),
            MemberExpression::ComputedMemberExpression(one) => match self.evaluate(&one.expression) {
                Value::Text(name) => Some(name.to_string()),
                _ => None,
            },
            MemberExpression::PrivateFieldExpression(_) => None,
        };
        let reason = Reason::new(offset, "it is changed here");
        match (&of, name) {
            (Value::Known(known), Some(name)) if &**known == "process.env" => {
                self.variables.assign(&name, offset)
            }
            (Value::Object(_) | Value::List(_), _) => change_all(vec![of], &reason),
            (Value::Known(known), Some(name)) if &**known == "process" && name != "env" => {}
            (Value::Text(_) | Value::Number(_) | Value::Boolean(_), _) => {}
            (_, _) => self.upset(&Reason::new(offset, "it changes an object")),
        }
    }
}

/// Whether two values are equal, by `===` or, if `is_loose`, by `==`; `None` where that is not told.
fn are_equal(left: &Value, right: &Value, is_loose: bool) -> Option<bool> {
    use Value::{Boolean, Null, Number, Text, Undefined};
    match (left, right) {
        (Text(left), Text(right)) => Some(left == right),
        (Boolean(left), Boolean(right)) => Some(left == right),
        (Number(left), Number(right)) => Some(left == right),
        (Undefined(_), Undefined(_)) | (Null, Null) => Some(true),
        (Undefined(_), Null) | (Null, Undefined(_)) => Some(is_loose),
        (Undefined(_) | Null, Text(_) | Boolean(_) | Number(_))
        | (Text(_) | Boolean(_) | Number(_), Undefined(_) | Null) => Some(false),
        (Text(_) | Boolean(_) | Number(_), Text(_) | Boolean(_) | Number(_)) if !is_loose => Some(false),
        _ => None,
    }
}
