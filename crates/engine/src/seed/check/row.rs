//! One row: its fields, what fills the others, and its key.

use std::collections::BTreeMap;

use driftless_diagnostics::{Diagnostic, Span, code};
use driftless_psl::resolve::{Field, FieldKind, ModelRef};
use driftless_psl::syntax::{Arity, Expression};

use super::{Checker, can_find, keys};
use crate::seed::file::{Entry, Word, Written};
use crate::seed::identifier::Identifier;
use crate::seed::row::{Mention, Reference, Row, Term};

/// A row that is being read.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) cells: BTreeMap<usize, Term>,
    pub(super) mentions: Vec<Mention>,
}

/// What gives a field its value where the row does not.
enum Filler {
    /// The database, or nothing at all.
    Nobody,
    Client(Term),
    /// It has to be given.
    Missing,
}

impl Checker<'_, '_> {
    /// Reads a row of a section.
    pub(super) fn read_row(&mut self, model: ModelRef, written: &Written, key: Option<&[usize]>) {
        self.complete_row(model, written, key, Draft::default());
    }

    /// Reads a row of which something is known already, and the rows in it.
    pub(super) fn complete_row(
        &mut self,
        model: ModelRef,
        written: &Written,
        key: Option<&[usize]>,
        mut draft: Draft,
    ) {
        let problems = self.sink.error_count();
        let mut inner = Vec::new();
        for entry in &written.entries {
            let Some(field) = self.datamodel.model(model).find_field(&entry.name) else {
                self.refuse_field(model, &Word { text: entry.name.clone(), span: entry.span });
                continue;
            };
            if self.read_field(model, field, entry, &mut draft) {
                inner.push((field, entry));
            }
        }
        if self.sink.error_count() > problems {
            return;
        }
        self.fill(model, written.span, &mut draft);
        if self.sink.error_count() > problems {
            return;
        }
        let Some(key) = self.choose_key(model, written.span, key, &draft) else { return };
        if !self.is_new(model, &key, &draft, written.span) {
            return;
        }
        let Draft { cells, mentions } = draft;
        let row =
            Row { section: self.section, model, key, cells, mentions, span: written.span, joins: false };
        let reference = row.reference();
        self.seed.rows.push(row);
        for (field, entry) in inner {
            self.read_inner(&reference, field, entry);
        }
    }

    /// Reads a field into the draft; says whether it holds rows of its own, which come after the row.
    fn read_field(&mut self, model: ModelRef, field: usize, entry: &Entry, draft: &mut Draft) -> bool {
        let definition = &self.datamodel.model(model).fields[field];
        match definition.kind {
            FieldKind::Relation(_) => {
                let holds_key =
                    definition.relation.as_ref().is_some_and(|relation| relation.fields.is_some());
                if holds_key {
                    self.read_relation(model, field, entry, draft);
                }
                !holds_key
            }
            _ => {
                if let Some(term) = self.cell(model, field, &entry.value)
                    && draft.cells.insert(field, term).is_some()
                {
                    self.refuse_twice(model, field, entry.span);
                }
                false
            }
        }
    }

    pub(super) fn refuse_twice(&mut self, model: ModelRef, field: usize, span: Span) {
        let message = format!("`{}` is given twice", self.field_name(model, field));
        let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(span).label("the second time");
        self.sink.push(diagnostic.help("give either the relation or its fields"));
    }

    /// Fills what the client fills, and reports what is missing.
    fn fill(&mut self, model: ModelRef, span: Span, draft: &mut Draft) {
        let definition = self.datamodel.model(model);
        let mut missing = Vec::new();
        for (at, field) in definition.fields.iter().enumerate() {
            if draft.cells.contains_key(&at) {
                continue;
            }
            match self.filler(field) {
                Filler::Nobody => {}
                Filler::Client(term) => {
                    draft.cells.insert(at, term);
                }
                Filler::Missing => missing.push(format!("`{}`", self.relation_of(model, at))),
            }
        }
        if !missing.is_empty() {
            let message = format!("a row of `{}` needs {}", definition.name(), missing.join(" and "));
            let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(span);
            self.sink.push(diagnostic.label("this row"));
        }
    }

    fn filler(&self, field: &Field<'_>) -> Filler {
        if !field.is_column() {
            return Filler::Nobody;
        }
        if field.updated_at.is_some() {
            return Filler::Client(Term::Constant(self.now.to_owned()));
        }
        if let Some(default) = &field.default {
            let identifier = default.as_call().and_then(|call| {
                let argument = call.arguments.first().and_then(|argument| argument.value.as_ref());
                let argument = argument.and_then(|value| match value {
                    Expression::Number(word) => Some(word.text),
                    _ => None,
                });
                Identifier::of(call.name.text, argument)
            });
            return identifier
                .map_or(Filler::Nobody, |identifier| Filler::Client(Term::Identifier(identifier)));
        }
        if field.arity() == Arity::Required { Filler::Missing } else { Filler::Nobody }
    }

    /// The relation field that a field is the key of, or the field itself.
    fn relation_of(&self, model: ModelRef, field: usize) -> &str {
        let definition = self.datamodel.model(model);
        let holds = |candidate: &&Field<'_>| {
            candidate
                .relation
                .as_ref()
                .and_then(|relation| relation.fields.as_ref())
                .is_some_and(|fields| fields.contains(&field))
        };
        definition.fields.iter().find(holds).unwrap_or(&definition.fields[field]).name()
    }

    /// The fields by which the row is found.
    fn choose_key(
        &mut self,
        model: ModelRef,
        span: Span,
        wanted: Option<&[usize]>,
        draft: &Draft,
    ) -> Option<Vec<usize>> {
        let can = |key: &[usize]| key.iter().all(|field| can_find(draft.cells.get(field)));
        if let Some(wanted) = wanted {
            if can(wanted) {
                return Some(wanted.to_vec());
            }
            let definition = self.datamodel.model(model);
            let names: Vec<_> = wanted.iter().map(|field| definition.fields[*field].name()).collect();
            let message = format!("a row has to give `{}`, by which it is found", names.join("`, `"));
            self.sink.push(Diagnostic::error(code::SEED_MISMATCH, message).at(span).label("this row"));
            return None;
        }
        let key = keys(self.datamodel.model(model)).into_iter().find(|key| can(key));
        if key.is_none() {
            let name = self.datamodel.model(model).name();
            let message = format!("a row of `{name}` gives no unique key, so it cannot be found again");
            let help = format!("give {}", self.name_keys(model));
            let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(span).label("this row");
            self.sink.push(diagnostic.help(help));
        }
        key
    }

    /// Whether no row before has the same key; reported if one has.
    fn is_new(&mut self, model: ModelRef, key: &[usize], draft: &Draft, span: Span) -> bool {
        let mut values: Vec<_> =
            key.iter().map(|field| (*field, draft.cells.get(field).cloned().unwrap_or(Term::Null))).collect();
        values.sort_unstable_by_key(|(field, _)| *field);
        let reference = Reference { model, key: values };
        if self.known.insert(reference) {
            return true;
        }
        let message = format!("a row of `{}` with this key stands above", self.datamodel.model(model).name());
        let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(span).label("the second one");
        self.sink.push(diagnostic.help("take one of them out"));
        false
    }
}
