//! Whether a seed fits its schema, all of it, before anything is sent; and the rows that it comes to.

mod cell;
mod relation;
mod row;

use std::collections::BTreeSet;

use driftless_diagnostics::{Diagnostic, Sink, code, nearest};
use driftless_ir::QualifiedName;
use driftless_psl::resolve::{Datamodel, FieldRef, IndexPurpose, Model, ModelRef};
use driftless_psl::syntax::ModelKind;

use super::file::{Section, Word};
use super::row::{Reference, Rows, Term};

/// What checking looks things up in.
pub(super) struct Checker<'c, 'a> {
    pub(super) datamodel: &'c Datamodel<'a>,
    /// The join table whose column A leads to the model of a field.
    pub(super) join_table: &'c dyn Fn(FieldRef) -> Option<QualifiedName>,
    /// The value of a variable of the environment.
    pub(super) look_up: &'c dyn Fn(&str) -> Option<String>,
    /// The moment of the run, as a constant.
    pub(super) now: &'c str,
    pub(super) sink: &'c mut Sink,
    pub(super) seed: Rows,
    /// The rows that were read.
    known: BTreeSet<Reference>,
    /// The position of the section that is being read.
    section: usize,
}

/// Checks sections. What does not fit goes to the checker's sink and is left out.
pub(super) fn check(sections: &[Section], mut checker: Checker<'_, '_>) -> Rows {
    for (position, section) in sections.iter().enumerate() {
        checker.section = position;
        checker.check_section(section);
    }
    checker.seed
}

impl<'c, 'a> Checker<'c, 'a> {
    pub(super) fn new(
        datamodel: &'c Datamodel<'a>,
        join_table: &'c dyn Fn(FieldRef) -> Option<QualifiedName>,
        look_up: &'c dyn Fn(&str) -> Option<String>,
        now: &'c str,
        sink: &'c mut Sink,
    ) -> Self {
        Self {
            datamodel,
            join_table,
            look_up,
            now,
            sink,
            seed: Rows::default(),
            known: BTreeSet::new(),
            section: 0,
        }
    }

    fn check_section(&mut self, section: &Section) {
        let Some(model) = self.find_model(&section.model) else { return };
        let key = match section.key.as_slice() {
            [] => None,
            words => match self.named_key(model, words) {
                Some(key) => Some(key),
                None => return,
            },
        };
        for written in &section.rows {
            self.read_row(model, written, key.as_deref());
        }
    }

    fn find_model(&mut self, word: &Word) -> Option<ModelRef> {
        let mut models = self.datamodel.models_with_refs();
        let Some((at, model)) = models.find(|(_, model)| model.name() == word.text) else {
            let message = format!("the schema has no model `{}`", word.text);
            let names = self.datamodel.models.iter().filter(|model| model.is_table()).map(Model::name);
            let help = match nearest(&word.text, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name the section for its model, or give it `model = \"…\"`".to_owned(),
            };
            let diagnostic =
                Diagnostic::error(code::SEED_MISMATCH, message).at(word.span).label("unknown model");
            self.sink.push(diagnostic.help(help));
            return None;
        };
        if model.syntax.kind != ModelKind::Model {
            let message = format!("`{}` is a view, which cannot be seeded", word.text);
            let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(word.span).label("a view");
            self.sink.push(diagnostic.help("seed the models that it shows"));
            return None;
        }
        Some(at)
    }

    /// The key that a section chooses.
    fn named_key(&mut self, model: ModelRef, words: &[Word]) -> Option<Vec<usize>> {
        let definition = self.datamodel.model(model);
        let mut fields = Vec::new();
        for word in words {
            match definition.find_field(&word.text) {
                Some(field) => fields.push(field),
                None => self.refuse_field(model, word),
            }
        }
        if fields.len() < words.len() {
            return None;
        }
        let same =
            |key: &Vec<usize>| key.len() == fields.len() && key.iter().all(|field| fields.contains(field));
        let key = keys(definition).into_iter().find(same);
        if key.is_none() {
            let span = words.iter().map(|word| word.span).reduce(|all, span| all.to(span));
            let names: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
            let message = format!("`{}` has no unique key of `{}`", definition.name(), names.join("`, `"));
            let mut diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).label("not unique");
            diagnostic.span = span;
            self.sink.push(diagnostic.help(format!("choose {}", self.name_keys(model))));
        }
        key
    }

    fn refuse_field(&mut self, model: ModelRef, word: &Word) {
        let definition = self.datamodel.model(model);
        let message = format!("`{}` has no field `{}`", definition.name(), word.text);
        let near = nearest(&word.text, definition.fields.iter().map(|field| field.name()));
        let diagnostic = Diagnostic::error(code::SEED_MISMATCH, message).at(word.span).label("unknown field");
        self.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }

    /// The keys of a model in words: "`id` or `email`".
    fn name_keys(&self, model: ModelRef) -> String {
        let definition = self.datamodel.model(model);
        let name = |key: Vec<usize>| {
            let names: Vec<_> = key.iter().map(|field| definition.fields[*field].name()).collect();
            format!("`{}`", names.join("` with `"))
        };
        keys(definition).into_iter().map(name).collect::<Vec<_>>().join(" or ")
    }

    fn field_name(&self, model: ModelRef, field: usize) -> String {
        let definition = self.datamodel.model(model);
        format!("{}.{}", definition.name(), definition.fields[field].name())
    }
}

/// The fields that are unique together, key by key: ids first, then uniques. What is unique among some rows alone is
/// no key.
fn keys(model: &Model<'_>) -> Vec<Vec<usize>> {
    let uniques = model.indexes.iter().filter(|index| index.purpose == IndexPurpose::Unique);
    let whole = model.ids.iter().chain(uniques).filter(|index| !index.is_broken && index.predicate.is_none());
    whole.map(|index| index.fields.iter().map(|field| field.field).collect()).collect()
}

/// Whether a term can be part of a key: NULL is equal to nothing, and what is made with the row is not known before.
fn can_find(term: Option<&Term>) -> bool {
    matches!(term, Some(Term::Constant(_) | Term::Lookup(..)))
}
