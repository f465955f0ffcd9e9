//! From names to objects, along the search path.

use driftless_diagnostics::Span;
use driftless_ir::{Name, QualifiedName};

use super::{
    Base, Catalog, FunctionId, Relation, RelationId, RelationKind, TEMPORARY, Type, TypeEntry, TypeId,
    TypeKind,
};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::Path;

impl Catalog {
    /// Whether a namespace exists.
    pub(crate) fn has_namespace(&self, name: &Name) -> bool {
        self.namespaces.get(name).is_some()
            || matches!(name.as_str(), TEMPORARY | "pg_catalog" | "information_schema")
    }

    /// The namespace that a new object of this name goes to.
    pub(crate) fn creation_namespace(&self, path: &Path) -> Done<Name> {
        if let Some(namespace) = &path.namespace {
            if self.has_namespace(namespace) {
                return Ok(namespace.clone());
            }
            let message = format!("schema `{}` does not exist", namespace.as_str());
            return Err(Refusal::new(SqlState::UndefinedNamespace, message));
        }
        let first = self.session.search_path.iter().find(|namespace| self.has_namespace(namespace));
        let none = || Refusal::new(SqlState::UndefinedNamespace, "no schema of the search path exists");
        first.cloned().ok_or_else(none)
    }

    /// The name that a new object gets.
    pub(crate) fn creation_name(&self, path: &Path) -> Done<QualifiedName> {
        Ok(QualifiedName { namespace: self.creation_namespace(path)?, name: path.name.clone() })
    }

    fn along_path<T>(&self, path: &Path, find: impl Fn(&QualifiedName) -> Option<T>) -> Option<T> {
        let at =
            |namespace: &Name| find(&QualifiedName { namespace: namespace.clone(), name: path.name.clone() });
        match &path.namespace {
            Some(namespace) => at(namespace),
            None => at(&Name::from(TEMPORARY)).or_else(|| self.session.search_path.iter().find_map(at)),
        }
    }

    /// The relation of a name.
    pub(crate) fn find_relation_path(&self, path: &Path) -> Option<RelationId> {
        self.along_path(path, |name| self.find_relation(name))
    }

    /// The type of a name, among those that statements made.
    pub(crate) fn find_type_path(&self, path: &Path) -> Option<TypeId> {
        self.along_path(path, |name| self.find_type(name))
    }

    /// The relation of a name, which must exist.
    pub(crate) fn require_relation(&self, path: &Path) -> Done<RelationId> {
        let missing = || match self.missing_namespace(path) {
            Some(refusal) => refusal,
            None => Refusal::new(SqlState::UndefinedTable, format!("relation `{path}` does not exist")),
        };
        self.find_relation_path(path).ok_or_else(missing)
    }

    /// The refusal of a name whose namespace does not exist.
    pub(crate) fn missing_namespace(&self, path: &Path) -> Option<Refusal> {
        let namespace = path.namespace.as_ref().filter(|namespace| !self.has_namespace(namespace))?;
        let message = format!("schema `{}` does not exist", namespace.as_str());
        Some(Refusal::new(SqlState::UndefinedNamespace, message))
    }

    /// The functions of a name along the search path.
    pub(crate) fn find_functions(&self, path: &Path) -> Vec<FunctionId> {
        let visible = |namespace: &Name| match &path.namespace {
            Some(given) => given == namespace,
            None => self.session.search_path.contains(namespace),
        };
        self.functions_named(None, &path.name)
            .filter(|(_, function)| visible(&function.name.namespace))
            .map(|(id, _)| id)
            .collect()
    }

    /// Refuses a name that a relation, or the type of its rows, cannot take.
    pub(crate) fn check_relation_name_free(&self, name: &QualifiedName, has_rows: bool) -> Done {
        if let Some(id) = self.find_relation(name) {
            let message = format!("relation `{}` already exists", name.name.as_str());
            let _ = id;
            return Err(Refusal::new(SqlState::DuplicateTable, message));
        }
        if has_rows && self.find_type(name).is_some() {
            let message = format!("a type named `{}` already exists", name.name.as_str());
            return Err(Refusal::new(SqlState::DuplicateObject, message));
        }
        Ok(())
    }

    /// Refuses a name that a type cannot take.
    pub(crate) fn check_type_name_free(&self, name: &QualifiedName) -> Done {
        let row_type = self.find_relation(name).is_some_and(|id| {
            !matches!(self.relation(id).kind, RelationKind::Index(_) | RelationKind::Sequence(_))
        });
        if row_type || self.find_type(name).is_some() {
            let message = format!("type `{}` already exists", name.name.as_str());
            return Err(Refusal::new(SqlState::DuplicateObject, message));
        }
        Ok(())
    }

    /// Whether a constraint of this name exists in the namespace, on any table.
    pub(crate) fn has_constraint_name(&self, namespace: &Name, name: &Name) -> bool {
        self.constrained(name).any(|(_, relation)| relation.name.namespace == *namespace)
    }

    /// The relations of a name in any namespace, oldest first.
    pub(crate) fn relations_called(&self, name: &Name) -> Vec<(RelationId, &Relation)> {
        let mut ids: Vec<_> = self.everywhere(name).filter_map(|name| self.find_relation(&name)).collect();
        ids.sort_unstable();
        ids.into_iter().map(|id| (id, self.relation(id))).collect()
    }

    /// The types of a name in any namespace, oldest first.
    pub(crate) fn types_called(&self, name: &Name) -> Vec<(TypeId, &TypeEntry)> {
        let mut ids: Vec<_> = self.everywhere(name).filter_map(|name| self.find_type(&name)).collect();
        ids.sort_unstable();
        ids.into_iter().map(|id| (id, self.type_entry(id))).collect()
    }

    /// A name in every namespace that objects can be in.
    fn everywhere(&self, name: &Name) -> impl Iterator<Item = QualifiedName> {
        let temporary = Name::from(TEMPORARY);
        let namespaces = self.namespaces.iter().map(|(namespace, _)| namespace.clone());
        let qualified = |namespace| QualifiedName { namespace, name: name.clone() };
        namespaces.chain([temporary]).map(qualified)
    }

    /// The values of an enum type.
    pub(crate) fn enum_values(&self, id: TypeId) -> Option<&[Name]> {
        match &self.type_if_exists(id)?.kind {
            TypeKind::Enum(values) => Some(values),
            _ => None,
        }
    }

    /// The type below all domains.
    pub(crate) fn base_type(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        while let Base::Entry(id) = ty.base
            && let Some(TypeKind::Domain { base, .. }) = self.type_if_exists(id).map(|entry| &entry.kind)
        {
            ty = Type { base: base.base.clone(), array: base.array || ty.array };
        }
        ty
    }

    /// A type as people read it.
    pub(crate) fn type_text(&self, ty: &Type) -> String {
        let base = match &ty.base {
            Base::Builtin(builtin) => builtin.to_string().to_lowercase(),
            Base::Entry(id) => {
                self.type_if_exists(*id).map_or_else(String::new, |entry| entry.name.name.as_str().to_owned())
            }
            Base::Row(id) => {
                self.relation_if_exists(*id).map_or_else(String::new, |row| row.name.name.as_str().to_owned())
            }
            Base::Other(text) => text.to_string(),
            Base::Unknown => "unknown".to_owned(),
        };
        if ty.array { format!("{base}[]") } else { base }
    }

    /// The history of the namespace, which must not exist yet.
    pub(crate) fn add_namespace(&mut self, name: Name, statement: Span) {
        self.namespaces.insert(name, super::History::new(statement));
    }
}
