//! The schema language: text → syntax → resolved and validated model → IR.
//!
//! * [`syntax`]: the tree of a file, borrowed from its text.
//! * [`parse`]: text → tree, by the grammar in `grammar/prisma.pest`.
//! * [`resolve`]: trees → one model, every name looked up.
//! * [`validate`]: whether the model makes sense.
//! * [`lower`]: model → IR.
//! * [`datasource`]: where the database is, for those who connect to it.
//! * [`lift`]: IR → text, into the files of an existing schema.
//! * [`mod@format`]: text → formatted text.
//!
//! [`check`] and [`load`] do all of it for the files of one schema.

pub mod datasource;
pub mod format;
mod grammar;
pub mod lift;
pub mod lower;
pub mod parse;
pub mod resolve;
pub mod syntax;
mod threads;
pub mod validate;

use driftless_diagnostics::{Diagnostic, Files, Sink, code};
use driftless_ir::Schema;

use crate::threads::Task;

/// Checks the files of one schema together; what is wrong goes to `sink`.
pub fn check(files: &Files, sink: &mut Sink) {
    let documents = parse_files(files, sink);
    resolve_and_validate(&documents, sink);
}

/// Checks the files of one schema together and lowers them; `None` where an error went to `sink`.
///
/// What the schema does not put into a namespace lies in `default_namespace`, or in `public` where none is given.
pub fn load(files: &Files, default_namespace: Option<&str>, sink: &mut Sink) -> Option<Schema> {
    let mut problems = Sink::new();
    let documents = parse_files(files, &mut problems);
    let datamodel = resolve_and_validate(&documents, &mut problems);
    let is_valid = !problems.has_errors();
    sink.append(problems);
    if !is_valid {
        return None;
    }
    let builder = lower::builder(&datamodel, default_namespace);
    // Giving back the trees takes about as long as the last step, which needs them no more.
    let schema = Task::start(datamodel.models.len(), || builder.freeze());
    drop(datamodel);
    drop(documents);
    match schema.finish() {
        Ok(schema) => Some(schema),
        Err(dangling) => {
            let help = "this is a bug of driftless: please report it with the schema";
            sink.push(Diagnostic::error(code::SCHEMA_INCONSISTENT, dangling.to_string()).help(help));
            None
        }
    }
}

fn parse_files<'s>(files: &'s Files, sink: &mut Sink) -> Vec<syntax::Document<'s>> {
    files.iter().map(|(id, file)| parse::parse(id, file.text(), sink)).collect()
}

fn resolve_and_validate<'a>(
    documents: &'a [syntax::Document<'a>],
    sink: &mut Sink,
) -> resolve::Datamodel<'a> {
    let datamodel = resolve::resolve(documents, sink);
    validate::validate(&datamodel, sink);
    datamodel
}
