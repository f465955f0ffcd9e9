//! Functions, triggers, policies and rules.

use driftless_ir::Name;
use sqlparser::ast::Expr;

use super::Interpreter;
use crate::catalog::{Function, FunctionId, History, Object, Policy, RelationId, Rule, Trigger, Type, Uses};
use crate::query::resolve_condition;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{CreateFunction, CreateTrigger, Path, RoutineKind, TableObject, TypeName};

/// Trigger functions that PostgreSQL brings.
const BUILTIN_TRIGGERS: &[&str] =
    &["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];

impl Interpreter {
    pub(super) fn create_function(&mut self, spec: CreateFunction) -> Done {
        let name = self.catalog.creation_name(&spec.name)?;
        let inputs = spec
            .arguments
            .iter()
            .filter(|argument| argument.input)
            .map(|argument| self.catalog.resolve_type(&argument.ty))
            .collect::<Done<Vec<_>>>()?;
        let returns = match &spec.returns {
            Some(ty) => Some(self.result_type(ty)?),
            None => None,
        };
        let is_trigger = spec.returns.as_ref().is_some_and(|ty| ty.path.name.as_str() == "trigger");
        let outputs = spec.arguments.iter().filter(|argument| argument.output).count();
        let plain = outputs == 0 && !spec.returns_table && spec.returns.as_ref().is_some_and(|ty| !ty.set);
        let function = Function {
            name: name.clone(),
            kind: spec.kind,
            defaults: spec.arguments.iter().filter(|argument| argument.has_default).count(),
            returns: returns.filter(|_| plain),
            is_trigger,
            language: spec.language,
            body: spec.body,
            definition: self.text.clone(),
            inputs,
            history: History::new(self.at),
        };
        let same = self
            .catalog
            .functions_named(Some(&name.namespace), &name.name)
            .find(|(_, known)| known.inputs == function.inputs)
            .map(|(id, _)| id);
        match same {
            None => {
                self.catalog.add_function(function);
                Ok(())
            }
            Some(id) if spec.replace => self.replace_function(id, function),
            Some(_) => {
                let message =
                    format!("function `{}` already exists with these arguments", name.name.as_str());
                Err(Refusal::new(SqlState::DuplicateFunction, message))
            }
        }
    }

    /// The result of a function; a type of an extension that is not known is taken as it is.
    fn result_type(&self, ty: &TypeName) -> Done<Type> {
        match ty.path.name.as_str() {
            "unknown" => Ok(Type::unknown()),
            _ => self.catalog.resolve_type(ty),
        }
    }

    fn replace_function(&mut self, id: FunctionId, function: Function) -> Done {
        let former = self.catalog.function(id);
        let retyped = former.returns != function.returns
            && former.returns.as_ref().is_none_or(|ty| !ty.is_unknown())
            && (former.returns.is_some() && function.returns.is_some());
        if former.kind != function.kind || retyped || former.is_trigger != function.is_trigger {
            let message =
                format!("function `{}` cannot get another kind or result", function.name.name.as_str());
            return Err(Refusal::new(SqlState::InvalidFunctionDefinition, message));
        }
        let (at, created) = (self.at, former.history.created);
        *self.catalog.function_mut(id, at) =
            Function { history: History { created, changed: at }, ..function };
        Ok(())
    }

    /// The one routine that a name, with or without arguments, stands for.
    fn find_routine(
        &self,
        path: &Path,
        arguments: Option<&[TypeName]>,
        kind: RoutineKind,
    ) -> Done<Option<FunctionId>> {
        let fits = |id: &FunctionId| match kind {
            RoutineKind::Any => true,
            kind => self.catalog.function(*id).kind == kind,
        };
        let found: Vec<FunctionId> = self.catalog.find_functions(path).into_iter().filter(fits).collect();
        let Some(arguments) = arguments else {
            return match found.as_slice() {
                [] => Ok(None),
                [one] => Ok(Some(*one)),
                _ => {
                    let message =
                        format!("several functions are named `{path}`: give the types of its arguments");
                    Err(Refusal::new(SqlState::AmbiguousFunction, message))
                }
            };
        };
        let mut wanted = Vec::new();
        for argument in arguments {
            match self.catalog.resolve_type(argument) {
                Ok(ty) => wanted.push(ty),
                Err(_) => return Ok(None),
            }
        }
        let same = |id: &FunctionId| {
            let inputs = &self.catalog.function(*id).inputs;
            inputs.len() == wanted.len()
                && inputs.iter().zip(&wanted).all(|(a, b)| {
                    a == b
                        || (a.array == b.array
                            && !crate::operator::short_name(a).is_empty()
                            && crate::operator::short_name(a) == crate::operator::short_name(b))
                })
        };
        Ok(found.into_iter().find(same))
    }

    fn require_routine(&self, path: &Path, arguments: Option<&[TypeName]>) -> Done<FunctionId> {
        let missing =
            || Refusal::new(SqlState::UndefinedFunction, format!("function `{path}` does not exist"));
        self.find_routine(path, arguments, RoutineKind::Any)?.ok_or_else(missing)
    }

    pub(super) fn drop_routines(
        &mut self,
        kind: RoutineKind,
        targets: &[(Path, Option<Vec<TypeName>>)],
        if_exists: bool,
        cascade: bool,
    ) -> Done {
        let mut roots = Vec::new();
        for (path, arguments) in targets {
            match self.find_routine(path, arguments.as_deref(), kind)? {
                Some(id) => roots.push(Object::Function(id)),
                None if if_exists => {}
                None => {
                    let message = format!("function `{path}` does not exist");
                    return Err(Refusal::new(SqlState::UndefinedFunction, message));
                }
            }
        }
        let at = self.at;
        self.catalog.drop_objects(roots, cascade, at).map(|_| ())
    }

    pub(super) fn rename_routine(&mut self, path: &Path, arguments: Option<&[TypeName]>, to: Name) -> Done {
        let id = self.require_routine(path, arguments)?;
        let at = self.at;
        self.catalog.function_mut(id, at).name.name = to;
        Ok(())
    }

    pub(super) fn set_routine_namespace(
        &mut self,
        path: &Path,
        arguments: Option<&[TypeName]>,
        to: &Name,
    ) -> Done {
        let id = self.require_routine(path, arguments)?;
        self.require_namespace(to)?;
        let at = self.at;
        self.catalog.function_mut(id, at).name.namespace = to.clone();
        Ok(())
    }

    pub(super) fn create_trigger(&mut self, spec: CreateTrigger) -> Done {
        let id = self.catalog.require_relation(&spec.table)?;
        let function = self.trigger_function(&spec.function)?;
        let columns =
            spec.columns.iter().map(|name| self.require_column(id, name)).collect::<Done<Vec<_>>>()?;
        let condition = match &spec.condition {
            Some(condition) => resolve_condition(&self.catalog, id, &["new", "old"], &[condition])?,
            None => Uses::default(),
        };
        self.note_trigger(id, &spec);
        let trigger = Trigger {
            name: spec.name.clone(),
            events: spec.events.clone(),
            function_name: spec.function.name.clone(),
            function,
            columns,
            condition,
            definition: self.text.clone(),
            history: History::new(self.at),
        };
        let at = self.at;
        let triggers = &mut self.catalog.relation_mut(id, at).triggers;
        match triggers.iter_mut().find(|known| known.name == spec.name) {
            None => triggers.push(trigger),
            Some(known) if spec.replace && !spec.constraint => {
                let created = known.history.created;
                *known = Trigger { history: History { created, changed: at }, ..trigger };
            }
            Some(_) => {
                let message = format!("trigger `{}` on `{}` already exists", spec.name.as_str(), spec.table);
                return Err(Refusal::new(SqlState::DuplicateObject, message));
            }
        }
        Ok(())
    }

    /// The function of a trigger; `None` for one that PostgreSQL or an extension brings.
    fn trigger_function(&self, path: &Path) -> Done<Option<FunctionId>> {
        let found = self.catalog.find_functions(path);
        let function = found.iter().copied().find(|id| self.catalog.function(*id).inputs.is_empty());
        let Some(id) = function else {
            let brought = BUILTIN_TRIGGERS.contains(&path.name.as_str())
                || self.catalog.extensions.iter().next().is_some();
            if brought {
                return Ok(None);
            }
            let message = format!("function `{path}` does not exist");
            return Err(Refusal::new(SqlState::UndefinedFunction, message));
        };
        if !self.catalog.function(id).is_trigger {
            let message = format!("function `{path}` does not return a trigger");
            return Err(Refusal::new(SqlState::InvalidObjectDefinition, message));
        }
        Ok(Some(id))
    }

    pub(super) fn create_policy(&mut self, name: Name, table: &Path, conditions: &[Expr]) -> Done {
        let id = self.catalog.require_relation(table)?;
        let trees: Vec<&Expr> = conditions.iter().collect();
        let uses = resolve_condition(&self.catalog, id, &[], &trees)?;
        if self.catalog.relation(id).policies.iter().any(|policy| policy.name == name) {
            let message = format!("policy `{}` on `{table}` already exists", name.as_str());
            return Err(Refusal::new(SqlState::DuplicateObject, message));
        }
        let (at, definition) = (self.at, self.text.clone());
        let policies = &mut self.catalog.relation_mut(id, at).policies;
        policies.push(Policy { name, uses, definition, history: History::new(at) });
        Ok(())
    }

    pub(super) fn create_rule(&mut self, name: Name, table: &Path, replace: bool) -> Done {
        let id = self.catalog.require_relation(table)?;
        let (at, definition) = (self.at, self.text.clone());
        let rules = &mut self.catalog.relation_mut(id, at).rules;
        match rules.iter_mut().find(|rule| rule.name == name) {
            None => rules.push(Rule { name, definition, history: History::new(at) }),
            Some(rule) if replace => rule.definition = definition,
            Some(_) => {
                let message = format!("rule `{}` on `{table}` already exists", name.as_str());
                return Err(Refusal::new(SqlState::DuplicateObject, message));
            }
        }
        Ok(())
    }

    fn has_on_table(&self, id: RelationId, kind: TableObject, name: &Name) -> bool {
        let relation = self.catalog.relation(id);
        match kind {
            TableObject::Trigger => relation.triggers.iter().any(|trigger| trigger.name == *name),
            TableObject::Policy => relation.policies.iter().any(|policy| policy.name == *name),
            TableObject::Rule => relation.rules.iter().any(|rule| rule.name == *name),
        }
    }

    fn missing_on_table(kind: TableObject, name: &Name, table: &Path) -> Refusal {
        let message = format!("{} `{}` on `{table}` does not exist", kind.word(), name.as_str());
        Refusal::new(SqlState::UndefinedObject, message)
    }

    pub(super) fn drop_on_table(
        &mut self,
        kind: TableObject,
        name: Name,
        table: &Path,
        if_exists: bool,
        cascade: bool,
    ) -> Done {
        let Some(id) = self.catalog.find_relation_path(table) else {
            return if if_exists { Ok(()) } else { self.catalog.require_relation(table).map(|_| ()) };
        };
        if !self.has_on_table(id, kind, &name) {
            return if if_exists { Ok(()) } else { Err(Self::missing_on_table(kind, &name, table)) };
        }
        let object = match kind {
            TableObject::Trigger => Object::Trigger(id, name),
            TableObject::Policy => Object::Policy(id, name),
            TableObject::Rule => Object::Rule(id, name),
        };
        let at = self.at;
        self.catalog.drop_objects(vec![object], cascade, at).map(|_| ())
    }

    pub(super) fn rename_on_table(&mut self, kind: TableObject, name: &Name, table: &Path, to: Name) -> Done {
        let id = self.catalog.require_relation(table)?;
        if !self.has_on_table(id, kind, name) {
            return Err(Self::missing_on_table(kind, name, table));
        }
        if self.has_on_table(id, kind, &to) {
            let message = format!("{} `{}` on `{table}` already exists", kind.word(), to.as_str());
            return Err(Refusal::new(SqlState::DuplicateObject, message));
        }
        let at = self.at;
        let relation = self.catalog.relation_mut(id, at);
        let entry = match kind {
            TableObject::Trigger => {
                relation.triggers.iter_mut().find(|t| t.name == *name).map(|t| &mut t.name)
            }
            TableObject::Policy => {
                relation.policies.iter_mut().find(|p| p.name == *name).map(|p| &mut p.name)
            }
            TableObject::Rule => relation.rules.iter_mut().find(|r| r.name == *name).map(|r| &mut r.name),
        };
        if let Some(entry) = entry {
            *entry = to;
        }
        Ok(())
    }
}
