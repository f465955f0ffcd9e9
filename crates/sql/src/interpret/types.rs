//! Types: enums, domains, composite types.

use driftless_ir::{MAX_NAME_BYTES, Name};
use indexmap::IndexSet;

use super::{Interpreter, Reach};
use crate::catalog::{History, RelationKind, TypeEntry, TypeId, TypeKind};
use crate::names::choose_name;
use crate::query::resolve_domain_expression;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{
    CompositeChange, DomainChange, DomainConstraint, EnumChange, EnumPlace, Path, Persistence, TypeName,
};

/// The largest enum of which changes are followed: each goes through all its values.
const MOST_VALUES: usize = 10_000;

impl Interpreter {
    fn add_type(&mut self, path: &Path, kind: TypeKind) -> Done<TypeId> {
        let name = self.catalog.creation_name(path)?;
        self.catalog.check_type_name_free(&name)?;
        Ok(self.catalog.add_type(TypeEntry { name, kind, history: History::new(self.at) }))
    }

    pub(super) fn create_enum(&mut self, path: &Path, values: Vec<Name>) -> Done {
        let mut known = IndexSet::new();
        for value in &values {
            check_value_name(value)?;
            if !known.insert(value.as_str()) {
                return Err(duplicate_value(value));
            }
        }
        let kind = TypeKind::Enum(values.clone());
        self.note_type(path, "enum", |me| me.add_type(path, kind).map(|_| ()))?;
        self.add_type(path, TypeKind::Enum(values)).map(|_| ())
    }

    pub(super) fn create_other_type(&mut self, path: &Path) -> Done {
        self.add_type(path, TypeKind::Other).map(|_| ())
    }

    pub(super) fn create_composite(&mut self, path: &Path, columns: &[(Name, TypeName)]) -> Done {
        let mut resolved: Vec<(Name, crate::catalog::Type)> = Vec::new();
        for (name, ty) in columns {
            if resolved.iter().any(|(known, _)| known == name) {
                let message = format!("attribute `{}` is specified more than once", name.as_str());
                return Err(Refusal::new(SqlState::DuplicateColumn, message));
            }
            resolved.push((name.clone(), self.column_type(ty)?));
        }
        let name = self.catalog.creation_name(path)?;
        let kind = TypeKind::Composite(resolved.clone());
        self.note_type(path, "type", |me| me.add_type(path, kind).map(|_| ()))?;
        self.catalog.check_relation_name_free(&name, true)?;
        self.add_type(path, TypeKind::Composite(resolved))?;
        let relation = self.new_relation(name, RelationKind::Composite, Persistence::Permanent);
        self.catalog.add_relation(relation);
        Ok(())
    }

    /// The type of a name, which must exist and have been made by a statement.
    pub(super) fn require_type(&self, path: &Path) -> Done<TypeId> {
        let missing = || {
            let unknown = || Refusal::new(SqlState::UndefinedObject, format!("type `{path}` does not exist"));
            self.catalog.missing_namespace(path).unwrap_or_else(unknown)
        };
        self.catalog.find_type_path(path).ok_or_else(missing)
    }

    pub(super) fn alter_enum(&mut self, path: &Path, change: EnumChange) -> Done {
        let id = self.require_type(path)?;
        let Some(values) = self.catalog.enum_values(id) else {
            return Err(Refusal::new(SqlState::WrongObjectType, format!("type `{path}` is not an enum")));
        };
        if values.len() >= MOST_VALUES {
            self.doubt(format!("changes an enum of more than {MOST_VALUES} values"), Reach::Anything);
            return Ok(());
        }
        let mut values = values.to_vec();
        let position = |values: &[Name], value: &Name| {
            let missing = || {
                let message = format!("`{}` is not a value of enum `{path}`", value.as_str());
                Refusal::new(SqlState::InvalidParameterValue, message)
            };
            values.iter().position(|known| known == value).ok_or_else(missing)
        };
        match change {
            EnumChange::AddValue { value, if_not_exists, place } => {
                check_value_name(&value)?;
                if values.contains(&value) {
                    return if if_not_exists { Ok(()) } else { Err(duplicate_value(&value)) };
                }
                let at = match place {
                    None => values.len(),
                    Some((EnumPlace::Before, neighbour)) => position(&values, &neighbour)?,
                    Some((EnumPlace::After, neighbour)) => position(&values, &neighbour)? + 1,
                };
                values.insert(at, value);
            }
            EnumChange::RenameValue { from, to } => {
                check_value_name(&to)?;
                let at = position(&values, &from)?;
                if values.contains(&to) {
                    return Err(duplicate_value(&to));
                }
                self.rename_value_in_defaults(id, &from, &to);
                values[at] = to;
            }
        }
        let at = self.at;
        self.catalog.type_mut(id, at).kind = TypeKind::Enum(values);
        Ok(())
    }

    pub(super) fn create_domain(
        &mut self,
        path: &Path,
        base: &TypeName,
        constraints: Vec<(Option<Name>, DomainConstraint)>,
    ) -> Done {
        let base = self.column_type(base)?;
        let kind = TypeKind::Domain { base, not_null: false, default: None, checks: Vec::new() };
        let bare = kind.clone();
        self.note_type(path, "domain", |me| me.add_type(path, bare).map(|_| ()))?;
        let id = self.add_type(path, kind)?;
        for (name, constraint) in constraints {
            let change = match constraint {
                DomainConstraint::Default(value) => DomainChange::SetDefault(value),
                DomainConstraint::NotNull => DomainChange::SetNotNull,
                DomainConstraint::Null => DomainChange::DropNotNull,
                DomainConstraint::Check(condition) => DomainChange::AddCheck { name, condition },
            };
            self.change_domain(id, change)?;
        }
        Ok(())
    }

    pub(super) fn alter_domain(&mut self, path: &Path, change: DomainChange) -> Done {
        let id = self.require_type(path)?;
        if !matches!(self.catalog.type_entry(id).kind, TypeKind::Domain { .. }) {
            return Err(Refusal::new(SqlState::WrongObjectType, format!("type `{path}` is not a domain")));
        }
        self.change_domain(id, change)
    }

    fn change_domain(&mut self, id: TypeId, change: DomainChange) -> Done {
        let entry = self.catalog.type_entry(id).clone();
        let TypeKind::Domain { base, mut not_null, mut default, mut checks } = entry.kind else {
            return Ok(());
        };
        let place = |checks: &[(Name, crate::catalog::Expression)], name: &Name| {
            let missing = || {
                let message = format!("constraint `{}` does not exist", name.as_str());
                Refusal::new(SqlState::UndefinedObject, message)
            };
            checks.iter().position(|(known, _)| known == name).ok_or_else(missing)
        };
        match change {
            DomainChange::SetDefault(value) => {
                default = Some(resolve_domain_expression(&self.catalog, *value)?)
            }
            DomainChange::DropDefault => default = None,
            DomainChange::SetNotNull => not_null = true,
            DomainChange::DropNotNull => not_null = false,
            DomainChange::AddCheck { name, condition } => {
                let condition = resolve_domain_expression(&self.catalog, *condition)?;
                let taken = |name: &Name| checks.iter().any(|(known, _)| known == name);
                if name.as_ref().is_some_and(taken) {
                    let message = "the domain already has a constraint of this name";
                    return Err(Refusal::new(SqlState::DuplicateObject, message));
                }
                let name =
                    name.unwrap_or_else(|| choose_name(entry.name.name.as_str(), None, "check", taken));
                checks.push((name, condition));
            }
            DomainChange::DropConstraint { name, if_exists } => match place(&checks, &name) {
                Ok(at) => {
                    checks.remove(at);
                }
                Err(_) if if_exists => {}
                Err(refusal) => return Err(refusal),
            },
            DomainChange::RenameConstraint { name, to } => {
                let at = place(&checks, &name)?;
                checks[at].0 = to;
            }
            DomainChange::ValidateConstraint { name } => {
                place(&checks, &name)?;
            }
        }
        let at = self.at;
        self.catalog.type_mut(id, at).kind = TypeKind::Domain { base, not_null, default, checks };
        Ok(())
    }

    pub(super) fn alter_composite(&mut self, path: &Path, changes: Vec<CompositeChange>) -> Done {
        let id = self.require_type(path)?;
        for change in changes {
            let TypeKind::Composite(mut columns) = self.catalog.type_entry(id).kind.clone() else {
                return Err(Refusal::new(
                    SqlState::WrongObjectType,
                    format!("type `{path}` is not composite"),
                ));
            };
            let place = |columns: &[(Name, crate::catalog::Type)], name: &Name| {
                let missing = || {
                    let message = format!("attribute `{}` does not exist", name.as_str());
                    Refusal::new(SqlState::UndefinedColumn, message)
                };
                columns.iter().position(|(known, _)| known == name).ok_or_else(missing)
            };
            match change {
                CompositeChange::Add(name, ty) => columns.push((name, self.column_type(&ty)?)),
                CompositeChange::Drop { name, if_exists } => match place(&columns, &name) {
                    Ok(at) => {
                        columns.remove(at);
                    }
                    Err(_) if if_exists => {}
                    Err(refusal) => return Err(refusal),
                },
                CompositeChange::SetType(name, ty) => {
                    let at = place(&columns, &name)?;
                    columns[at].1 = self.column_type(&ty)?;
                }
                CompositeChange::Rename { name, to } => {
                    let at = place(&columns, &name)?;
                    columns[at].0 = to;
                }
            }
            let at = self.at;
            self.catalog.type_mut(id, at).kind = TypeKind::Composite(columns);
        }
        Ok(())
    }
}

fn check_value_name(value: &Name) -> Done {
    if value.as_str().len() > MAX_NAME_BYTES {
        let message = format!("`{}` is longer than {MAX_NAME_BYTES} bytes", value.as_str());
        return Err(Refusal::new(SqlState::InvalidName, message));
    }
    Ok(())
}

fn duplicate_value(value: &Name) -> Refusal {
    Refusal::new(SqlState::DuplicateObject, format!("the enum already has the value `{}`", value.as_str()))
}
