//! Relations: the rows that a row refers to, and the rows in it.

use driftless_diagnostics::{Diagnostic, Span, code};
use driftless_ir::QualifiedName;
use driftless_psl::resolve::{Field, FieldRef, ModelRef, Relation};
use driftless_psl::syntax::Arity;

use super::row::Draft;
use super::{Checker, can_find, keys};
use crate::seed::file::{Entry, Node, Value, Word, Written, written};
use crate::seed::row::{Link, Mention, Reference, Row, Term};

impl Checker<'_, '_> {
    /// Reads a relation field that holds the key: `role = { name = "Admin" }`.
    pub(super) fn read_relation(&mut self, model: ModelRef, field: usize, entry: &Entry, draft: &mut Draft) {
        let definition = &self.datamodel.model(model).fields[field];
        let Some(target) = definition.related_model() else { return };
        let is_optional = definition.arity() == Arity::Optional;
        let reference = match &entry.value.node {
            Node::Null if is_optional => None,
            _ => match self.reference(target, &entry.value) {
                Some(reference) => Some(reference),
                None => return,
            },
        };
        for (own, referenced) in pairs(&self.datamodel.model(model).fields[field]) {
            let term = match &reference {
                Some(reference) => Term::Lookup(Box::new(reference.clone()), referenced),
                None => Term::Null,
            };
            if draft.cells.insert(own, term).is_some() {
                self.refuse_twice(model, own, entry.span);
            }
        }
        draft.mentions.extend(reference.map(|reference| Mention { reference, span: entry.value.span }));
    }

    /// The row that a table of key fields names.
    fn reference(&mut self, target: ModelRef, value: &Value) -> Option<Reference> {
        let Node::Table(entries) = &value.node else {
            self.refuse_reference(target, value.span);
            return None;
        };
        let mut draft = Draft::default();
        let problems = self.sink.error_count();
        for entry in entries {
            let definition = self.datamodel.model(target);
            match definition.find_field(&entry.name) {
                None => self.refuse_field(target, &Word { text: entry.name.clone(), span: entry.span }),
                Some(field) if definition.fields[field].related_model().is_some() => {
                    self.read_relation(target, field, entry, &mut draft);
                }
                Some(field) => {
                    if let Some(term) = self.cell(target, field, &entry.value) {
                        draft.cells.insert(field, term);
                    }
                }
            }
        }
        if self.sink.error_count() > problems {
            return None;
        }
        let is_key = |key: &Vec<usize>| {
            key.len() == draft.cells.len() && key.iter().all(|field| can_find(draft.cells.get(field)))
        };
        if !keys(self.datamodel.model(target)).iter().any(is_key) {
            self.refuse_reference(target, value.span);
            return None;
        }
        Some(Reference { model: target, key: draft.cells.into_iter().collect() })
    }

    fn refuse_reference(&mut self, target: ModelRef, span: Span) {
        let name = self.datamodel.model(target).name();
        let message = format!("a row of `{name}` is named by a unique key");
        let help = format!("give {}", self.name_keys(target));
        let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(span).label("no unique key");
        self.sink.push(diagnostic.help(help));
    }

    /// Reads a relation field whose key lies on the other side: rows of the other model, or rows to join with.
    pub(super) fn read_inner(&mut self, parent: &Reference, field: usize, entry: &Entry) {
        let at = FieldRef { model: parent.model, field };
        let Some((relation, opposite)) = self.opposite(at) else { return };
        let elements = match &entry.value.node {
            Node::List(values) => values.as_slice(),
            Node::Table(_) if self.datamodel.field(at).arity() != Arity::List => {
                std::slice::from_ref(&entry.value)
            }
            Node::Null => return,
            _ => {
                let message = format!("`{}` takes a list of rows", self.field_name(at.model, at.field));
                let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(entry.value.span);
                self.sink.push(diagnostic.label(entry.value.node.kind()));
                return;
            }
        };
        let is_joined = self.datamodel.field(opposite).arity() == Arity::List;
        for element in elements {
            if is_joined {
                self.read_link(parent, at, opposite, relation, element);
            } else {
                self.read_child(parent, opposite, element);
            }
        }
    }

    /// The relation of a field and its other field.
    fn opposite(&self, at: FieldRef) -> Option<(usize, FieldRef)> {
        let holds = |relation: &&Relation<'_>| relation.fields.contains(&at);
        let relation = self.datamodel.relations.iter().position(|relation| holds(&relation))?;
        let fields = &self.datamodel.relations[relation].fields;
        let opposite = fields.iter().find(|field| **field != at)?;
        Some((relation, *opposite))
    }

    /// A row to join with by a join table that no model stands for.
    fn read_link(
        &mut self,
        parent: &Reference,
        at: FieldRef,
        opposite: FieldRef,
        relation: usize,
        element: &Value,
    ) {
        let Some(reference) = self.reference(opposite.model, element) else { return };
        let ends = self.join_table_ends(relation, at);
        let (Some((table, at_is_a)), Some(own), Some(other)) =
            (ends, self.only_id(parent.model), self.only_id(opposite.model))
        else {
            return;
        };
        let own = Term::Lookup(Box::new(parent.clone()), own);
        let other = Term::Lookup(Box::new(reference.clone()), other);
        let ends = if at_is_a { [own, other] } else { [other, own] };
        let mention = Mention { reference, span: element.span };
        self.seed.links.push(Link { section: self.section, table, ends, mention });
    }

    /// The join table of a relation, and whether its column A leads to the model that holds `at`.
    fn join_table_ends(&self, relation: usize, at: FieldRef) -> Option<(QualifiedName, bool)> {
        // Only the field that column A stands for has the table.
        let fields = &self.datamodel.relations[relation].fields;
        let table = fields.iter().find_map(|field| Some(((self.join_table)(*field)?, *field)));
        let (table, a) = table?;
        Some((table, a == at))
    }

    fn only_id(&self, model: ModelRef) -> Option<usize> {
        match self.datamodel.model(model).id()?.fields.as_slice() {
            [field] => Some(field.field),
            _ => None,
        }
    }

    /// A row of the model that holds the key; or, where that model only joins two others, the row to join with.
    fn read_child(&mut self, parent: &Reference, opposite: FieldRef, element: &Value) {
        let Some(written) = written(element.clone(), self.sink) else { return };
        let child = self.datamodel.model(opposite.model);
        let mut draft = Draft::default();
        for (own, referenced) in pairs(&child.fields[opposite.field]) {
            draft.cells.insert(own, Term::Lookup(Box::new(parent.clone()), referenced));
        }
        draft.mentions.push(Mention { reference: parent.clone(), span: element.span });
        let is_child = written.entries.iter().all(|entry| child.find_field(&entry.name).is_some());
        match self.other_end(opposite).filter(|_| !is_child) {
            Some(other) => self.join_through(opposite.model, other, element, written, draft),
            None => self.complete_row(opposite.model, &written, None, draft),
        }
    }

    /// The relation field of a joining model that leads to the other side: the only one that is required.
    fn other_end(&self, opposite: FieldRef) -> Option<usize> {
        let child = self.datamodel.model(opposite.model);
        let leads = |(at, field): &(usize, &Field<'_>)| {
            *at != opposite.field && field.arity() == Arity::Required && !pairs(field).is_empty()
        };
        let mut others = child.fields.iter().enumerate().filter(leads);
        let other = others.next()?.0;
        others.next().is_none().then_some(other)
    }

    fn join_through(
        &mut self,
        model: ModelRef,
        other: usize,
        element: &Value,
        written: Written,
        draft: Draft,
    ) {
        let relation = &self.datamodel.model(model).fields[other];
        let entry = Entry { name: relation.name().to_owned(), span: written.span, value: element.clone() };
        let joined = Written { entries: vec![entry], span: written.span };
        let before = self.seed.rows.len();
        self.complete_row(model, &joined, None, draft);
        if let Some(Row { joins, .. }) = self.seed.rows.get_mut(before) {
            *joins = true;
        }
    }
}

/// The fields of a relation's key, each with the field that it refers to.
fn pairs(field: &Field<'_>) -> Vec<(usize, usize)> {
    let Some(relation) = &field.relation else { return Vec::new() };
    let (Some(fields), Some(references)) = (&relation.fields, &relation.references) else {
        return Vec::new();
    };
    fields.iter().copied().zip(references.iter().copied()).collect()
}
