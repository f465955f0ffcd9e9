//! `DROP`.

use super::Interpreter;
use crate::catalog::{Object, Relation, RelationKind};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Drop, ObjectKind, Path};

impl Interpreter {
    pub(super) fn drop(&mut self, drop: Drop) -> Done {
        if drop.concurrently && self.transaction.is_some() {
            let message = "DROP INDEX CONCURRENTLY cannot run inside a transaction block";
            return Err(Refusal::new(SqlState::ActiveTransaction, message));
        }
        let mut roots = Vec::new();
        for path in &drop.names {
            match self.find_object(drop.kind, path)? {
                Some(object) => roots.push(object),
                None if drop.if_exists => {}
                None => {
                    let without = self.catalog.missing_namespace(path);
                    return Err(without.unwrap_or_else(|| missing(drop.kind, path)));
                }
            }
        }
        let at = self.at;
        self.catalog.drop_objects(roots, drop.cascade, at).map(|_| ())
    }

    fn find_object(&self, kind: ObjectKind, path: &Path) -> Done<Option<Object>> {
        match kind {
            ObjectKind::Namespace => {
                let known = self.catalog.namespaces.get(&path.name).is_some();
                Ok(known.then(|| Object::Namespace(path.name.clone())))
            }
            ObjectKind::Extension => {
                Ok(self.catalog.extensions.get(&path.name).map(|_| Object::Extension(path.name.clone())))
            }
            ObjectKind::Type | ObjectKind::Domain => {
                if self.catalog.find_type_path(path).is_none()
                    && self.catalog.find_relation_path(path).is_some()
                {
                    let message = format!("`{path}` is the row type of a relation");
                    return Err(Refusal::new(SqlState::DependentObjectsStillExist, message));
                }
                Ok(self.catalog.find_type_path(path).map(Object::Type))
            }
            _ => self.find_relation_to_drop(kind, path),
        }
    }

    fn find_relation_to_drop(&self, kind: ObjectKind, path: &Path) -> Done<Option<Object>> {
        let Some(id) = self.catalog.find_relation_path(path) else { return Ok(None) };
        let relation = self.catalog.relation(id);
        if !is_kind(relation, kind) {
            let message = format!("`{path}` is not a {}", kind.word());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        let bound = match &relation.kind {
            RelationKind::Index(index) if index.constraint => Some("a constraint needs it"),
            RelationKind::Index(index) if index.parent.is_some() => Some("the index of the parent needs it"),
            RelationKind::Sequence(sequence) if sequence.identity => Some("an identity column needs it"),
            _ => None,
        };
        if let Some(reason) = bound {
            let message = format!("{} `{path}` cannot be dropped: {reason}", kind.word());
            return Err(Refusal::new(SqlState::DependentObjectsStillExist, message));
        }
        Ok(Some(Object::Relation(id)))
    }
}

fn is_kind(relation: &Relation, kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Table => relation.table().is_some_and(|table| !table.foreign),
        ObjectKind::ForeignTable => relation.table().is_some_and(|table| table.foreign),
        ObjectKind::View => relation.view().is_some_and(|view| !view.materialized),
        ObjectKind::MaterializedView => relation.view().is_some_and(|view| view.materialized),
        ObjectKind::Index => relation.index().is_some(),
        ObjectKind::Sequence => relation.sequence().is_some(),
        _ => false,
    }
}

fn missing(kind: ObjectKind, path: &Path) -> Refusal {
    let state = match kind {
        ObjectKind::Namespace => SqlState::UndefinedNamespace,
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence => {
            SqlState::UndefinedTable
        }
        _ => SqlState::UndefinedObject,
    };
    Refusal::new(state, format!("{} `{path}` does not exist", kind.word()))
}
