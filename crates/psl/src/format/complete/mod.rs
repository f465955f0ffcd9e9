//! Writes what a relation lacks: the field on the other side, the columns of the foreign key, the arguments of
//! `@relation`.
//!
//! # Vocabulary
//!
//! Of the two sides of a relation, the *referencing* one holds the foreign key, the *referenced* one the key that it
//! points to. The *forward* field leads from the first to the second, the *back* field the other way.
//!
//! # Rules
//!
//! - Nothing happens unless the files parse, every name in them is known and no model has two ids: anything else
//!   would be guessing. Unknown native types do not matter; whether the schema is valid does not either.
//! - New fields go to the end of their model, relation by relation: the back field, the forward field, then the
//!   columns of the foreign key. A column that is there already under the name that it would get is used.
//! - A new forward field is optional, unless all its columns are there and required. A new back field is a list,
//!   unless a unique of exactly the foreign key's fields makes the relation one to one.
//! - The foreign key refers to the fields that `references` names, else to the model's id, else to its first unique
//!   of required fields. A model without any of these gets no foreign key.
//!
//! # Where it leaves the reference
//!
//! - A field added for a named relation bears the name: without it, it would begin another relation, and each run
//!   would add more.
//! - `@relation()` gets its arguments inside its parentheses.
//! - Where `references` is given, the columns of the foreign key are those that it names.
//! - A column for a field of an enum is added too, and one key serves for `fields` and `references` alike.
//! - Syntax of old versions, which keeps the reference from understanding a file, is brought up to date first.

mod missing;
mod naming;
mod plural;
mod side;

use driftless_diagnostics::{FileId, Severity, Sink, code};
use missing::Sources;

use crate::parse::parse;
use crate::resolve::resolve;
use crate::syntax::Document;

/// Text to put into a file.
struct Insertion {
    file: FileId,
    /// Before the byte at this offset.
    at: u32,
    text: String,
}

/// What became of the files of one schema.
pub(super) enum Completion {
    /// They have errors.
    NotUnderstood,
    /// They lack nothing.
    NothingMissing,
    /// Their texts, with what their relations lacked.
    Completed(Vec<String>),
}

/// Completes the relations of a schema.
pub(super) fn complete(texts: &[&str]) -> Completion {
    let mut sink = Sink::new();
    let documents: Vec<Document<'_>> =
        (0..).zip(texts).map(|(at, text)| parse(FileId::new(at), text, &mut sink)).collect();
    let datamodel = resolve(&documents, &mut sink);
    let known =
        sink.iter().all(|problem| problem.severity != Severity::Error || problem.code == code::NATIVE_TYPE);
    if !known || datamodel.models.iter().any(|model| model.ids.len() > 1) {
        return Completion::NotUnderstood;
    }
    let mut insertions = find_insertions(Sources { datamodel: &datamodel, texts });
    if insertions.is_empty() {
        return Completion::NothingMissing;
    }
    insertions.sort_by_key(|insertion| (insertion.file, insertion.at));
    let insertions_of = |file: usize| {
        let start = insertions.partition_point(|insertion| insertion.file.index() < file);
        let end = insertions.partition_point(|insertion| insertion.file.index() <= file);
        &insertions[start..end]
    };
    Completion::Completed(
        texts.iter().enumerate().map(|(file, text)| insert(text, insertions_of(file))).collect(),
    )
}

fn find_insertions(sources: Sources<'_>) -> Vec<Insertion> {
    side::links(sources.datamodel).iter().flat_map(|link| missing::insertions(link, sources)).collect()
}

/// The text with the insertions, which are in order.
fn insert(text: &str, insertions: &[Insertion]) -> String {
    let added: usize = insertions.iter().map(|insertion| insertion.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut copied = 0;
    for insertion in insertions {
        let at = insertion.at as usize;
        out.push_str(&text[copied..at]);
        out.push_str(&insertion.text);
        copied = at;
    }
    out.push_str(&text[copied..]);
    out
}
