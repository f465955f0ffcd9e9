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
//! - Nothing happens unless the files parse and every name in them is known: anything else would be guessing.
//!   Unknown native types do not matter; whether the schema is valid does not either.
//! - New fields go to the end of their model, relation by relation: the back field, the forward field, then the
//!   columns of the foreign key. A column that is there already under the name that it would get is used.
//! - A new forward field is optional. A new back field is a list, unless a unique of exactly the foreign key's
//!   fields makes the relation one to one.
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

mod naming;
mod plural;
mod side;

use std::borrow::Cow;

use driftless_diagnostics::{FileId, Severity, Sink, code};

use crate::parse::parse;
use crate::resolve::{Datamodel, resolve};
use crate::syntax::Document;

/// Text to put into a file.
struct Insertion {
    file: FileId,
    /// Before the byte at this offset.
    at: u32,
    text: String,
}

/// The files of one schema, with what their relations lack.
pub(super) fn complete<'t>(texts: &[&'t str]) -> Vec<Cow<'t, str>> {
    let mut sink = Sink::new();
    let documents: Vec<Document<'t>> =
        (0..).zip(texts).map(|(at, text)| parse(FileId::new(at), text, &mut sink)).collect();
    let datamodel = resolve(&documents, &mut sink);
    let understood =
        sink.iter().all(|problem| problem.severity != Severity::Error || problem.code == code::NATIVE_TYPE);
    let mut insertions = if understood { find_insertions(&datamodel, texts) } else { Vec::new() };
    insertions.sort_by_key(|insertion| (insertion.file, insertion.at));
    let by_file = insertions.chunk_by(|a, b| a.file == b.file);
    let mut completed: Vec<Cow<'t, str>> = texts.iter().map(|text| Cow::Borrowed(*text)).collect();
    for insertions in by_file {
        let text = &mut completed[insertions[0].file.index()];
        *text = Cow::Owned(insert(text, insertions));
    }
    completed
}

fn find_insertions(datamodel: &Datamodel<'_>, texts: &[&str]) -> Vec<Insertion> {
    side::links(datamodel).iter().flat_map(|link| link.insertions(datamodel, texts)).collect()
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
