//! A small system catalog: what the statements so far have made.
//!
//! It mirrors `pg_class`, `pg_attribute`, `pg_constraint`, `pg_type`, `pg_proc` and `pg_depend` as far as the fate of
//! later statements and the resulting schema need them. Every change can be taken back ([`Catalog::mark`],
//! [`Catalog::rollback`]), for statements that are refused half-way and for transactions.

mod dependency;
mod journal;
mod lookup;
mod lower;
mod model;
mod references;
mod types;

use std::rc::Rc;

use driftless_diagnostics::Span;
use driftless_ir::{Name, QualifiedName};

pub(crate) use dependency::Object;
pub(crate) use journal::Journal;
pub(crate) use model::*;
use references::{Holder, References};
pub(crate) use types::{builtin, extension_types, is_known_extension, is_native, sequence_bounds, serial};

/// The namespace of temporary objects, which no schema shows.
pub(crate) const TEMPORARY: &str = "pg_temp";

/// What is settled for a session and taken back with its transaction.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) search_path: Rc<[Name]>,
}

/// A point to come back to.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    namespaces: usize,
    relations: usize,
    relation_names: usize,
    types: usize,
    type_names: usize,
    functions: usize,
    extensions: usize,
    session: Session,
}

/// Everything that exists after the statements so far.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    next_id: u32,
    pub(crate) session: Session,
    pub(crate) namespaces: Journal<Name, History>,
    relations: Journal<RelationId, Rc<Relation>>,
    relation_names: Journal<QualifiedName, RelationId>,
    types: Journal<TypeId, Rc<TypeEntry>>,
    type_names: Journal<QualifiedName, TypeId>,
    functions: Journal<FunctionId, Rc<Function>>,
    pub(crate) extensions: Journal<Name, Extension>,
    /// The namespace that exists from the start.
    pub(crate) default_namespace: Name,
    references: References,
}

impl Catalog {
    /// The catalog of a new database.
    pub(crate) fn new(default_namespace: Name, start: Span) -> Self {
        let mut catalog = Self {
            next_id: 0,
            session: Session { search_path: Rc::from([default_namespace.clone()]) },
            namespaces: Journal::default(),
            relations: Journal::default(),
            relation_names: Journal::default(),
            types: Journal::default(),
            type_names: Journal::default(),
            functions: Journal::default(),
            extensions: Journal::default(),
            default_namespace: default_namespace.clone(),
            references: References::default(),
        };
        catalog.add_namespace(default_namespace, start);
        catalog
    }

    /// A point to come back to.
    pub(crate) fn mark(&mut self) -> Mark {
        self.note_references();
        Mark {
            namespaces: self.namespaces.mark(),
            relations: self.relations.mark(),
            relation_names: self.relation_names.mark(),
            types: self.types.mark(),
            type_names: self.type_names.mark(),
            functions: self.functions.mark(),
            extensions: self.extensions.mark(),
            session: self.session.clone(),
        }
    }

    /// Takes back everything since the mark.
    pub(crate) fn rollback(&mut self, mark: &Mark) {
        self.namespaces.rollback(mark.namespaces);
        self.relations.rollback(mark.relations);
        self.relation_names.rollback(mark.relation_names);
        self.types.rollback(mark.types);
        self.type_names.rollback(mark.type_names);
        self.functions.rollback(mark.functions);
        self.extensions.rollback(mark.extensions);
        self.session = mark.session.clone();
    }

    /// Forgets how to come back: every mark is void.
    pub(crate) fn forget(&mut self) {
        self.namespaces.forget();
        self.relations.forget();
        self.relation_names.forget();
        self.types.forget();
        self.type_names.forget();
        self.functions.forget();
        self.extensions.forget();
    }

    fn take_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    /// All relations, oldest first.
    pub(crate) fn relations(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.relations.iter().map(|(id, relation)| (*id, &**relation))
    }

    /// All types that statements made, oldest first.
    pub(crate) fn types(&self) -> impl Iterator<Item = (TypeId, &TypeEntry)> {
        self.types.iter().map(|(id, entry)| (*id, &**entry))
    }

    /// All functions, oldest first.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions.iter().map(|(id, function)| (*id, &**function))
    }

    /// A relation that exists.
    pub(crate) fn relation(&self, id: RelationId) -> &Relation {
        self.relations.get(&id).expect("an id is dropped together with everything that holds it")
    }

    pub(crate) fn relation_if_exists(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(&id).map(|relation| &**relation)
    }

    /// The relation of a number that [`RelationId::number`] gave.
    pub(crate) fn relation_by_number(&self, number: i64) -> Option<(RelationId, &Relation)> {
        let id = RelationId(u32::try_from(number).ok()?);
        self.relation_if_exists(id).map(|relation| (id, relation))
    }

    /// The type of a number that [`TypeId::number`] gave.
    pub(crate) fn type_by_number(&self, number: i64) -> Option<(TypeId, &TypeEntry)> {
        let id = TypeId(u32::try_from(number).ok()?);
        self.type_if_exists(id).map(|entry| (id, entry))
    }

    /// A relation for a change by `statement`.
    pub(crate) fn relation_mut(&mut self, id: RelationId, statement: Span) -> &mut Relation {
        self.references.touch(Holder::Relation(id));
        self.relation_entry(id, statement)
    }

    /// Gives a table an index. The index is what refers to the table, not the other way round.
    pub(crate) fn add_index(&mut self, table: RelationId, index: RelationId, statement: Span) {
        self.relation_entry(table, statement).indexes.push(index);
    }

    fn relation_entry(&mut self, id: RelationId, statement: Span) -> &mut Relation {
        let entry =
            self.relations.get_mut(&id).expect("an id is dropped together with everything that holds it");
        let relation = Rc::make_mut(entry);
        relation.history.changed = statement;
        relation
    }

    pub(crate) fn add_relation(&mut self, relation: Relation) -> RelationId {
        let id = RelationId(self.take_id());
        self.references.touch(Holder::Relation(id));
        self.relation_names.insert(relation.name.clone(), id);
        self.relations.insert(id, Rc::new(relation));
        id
    }

    /// Makes a table a child of another one.
    pub(crate) fn add_parent(&mut self, child: RelationId, parent: RelationId, statement: Span) {
        if let Some(table) = self.relation_mut(child, statement).table_mut() {
            table.parents.push(parent);
        }
    }

    pub(crate) fn remove_relation(&mut self, id: RelationId) {
        if let Some(relation) = self.relations.remove(&id) {
            self.relation_names.remove(&relation.name);
        }
    }

    pub(crate) fn rename_relation(&mut self, id: RelationId, name: QualifiedName, statement: Span) {
        let former = self.relation(id).name.clone();
        self.relation_names.remove(&former);
        self.relation_names.insert(name.clone(), id);
        self.relation_mut(id, statement).name = name;
    }

    pub(crate) fn find_relation(&self, name: &QualifiedName) -> Option<RelationId> {
        self.relation_names.get(name).copied()
    }

    /// A type that exists.
    pub(crate) fn type_entry(&self, id: TypeId) -> &TypeEntry {
        self.types.get(&id).expect("an id is dropped together with everything that holds it")
    }

    pub(crate) fn type_if_exists(&self, id: TypeId) -> Option<&TypeEntry> {
        self.types.get(&id).map(|entry| &**entry)
    }

    /// A type for a change by `statement`.
    pub(crate) fn type_mut(&mut self, id: TypeId, statement: Span) -> &mut TypeEntry {
        self.references.touch(Holder::Type(id));
        let entry = self.types.get_mut(&id).expect("an id is dropped together with everything that holds it");
        let entry = Rc::make_mut(entry);
        entry.history.changed = statement;
        entry
    }

    pub(crate) fn add_type(&mut self, entry: TypeEntry) -> TypeId {
        let id = TypeId(self.take_id());
        self.references.touch(Holder::Type(id));
        self.type_names.insert(entry.name.clone(), id);
        self.types.insert(id, Rc::new(entry));
        id
    }

    pub(crate) fn remove_type(&mut self, id: TypeId) {
        if let Some(entry) = self.types.remove(&id) {
            self.type_names.remove(&entry.name);
        }
    }

    pub(crate) fn rename_type(&mut self, id: TypeId, name: QualifiedName, statement: Span) {
        let former = self.type_entry(id).name.clone();
        self.type_names.remove(&former);
        self.type_names.insert(name.clone(), id);
        self.type_mut(id, statement).name = name;
    }

    pub(crate) fn find_type(&self, name: &QualifiedName) -> Option<TypeId> {
        self.type_names.get(name).copied()
    }

    pub(crate) fn function(&self, id: FunctionId) -> &Function {
        self.functions.get(&id).expect("an id is dropped together with everything that holds it")
    }

    pub(crate) fn function_mut(&mut self, id: FunctionId, statement: Span) -> &mut Function {
        self.references.touch(Holder::Function(id));
        let entry =
            self.functions.get_mut(&id).expect("an id is dropped together with everything that holds it");
        let function = Rc::make_mut(entry);
        function.history.changed = statement;
        function
    }

    pub(crate) fn add_function(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(self.take_id());
        self.references.touch(Holder::Function(id));
        self.functions.insert(id, Rc::new(function));
        id
    }

    pub(crate) fn remove_function(&mut self, id: FunctionId) {
        self.functions.remove(&id);
    }
}
