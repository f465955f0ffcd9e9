//! Views: models that migrations leave alone.

use driftless_diagnostics::{Diagnostic, Sink, code};

use crate::resolve::{Datamodel, Index, IndexPurpose, Model};
use crate::syntax::ModelKind;

/// Reports a view without its preview feature, and what only tables have.
pub(super) fn check(datamodel: &Datamodel<'_>, model: &Model<'_>, sink: &mut Sink) {
    if model.syntax.kind != ModelKind::View {
        return;
    }
    let name = model.name();
    if !datamodel.has_preview_feature("views") {
        let message = format!("`{name}` is a view, and the preview feature `views` is not on");
        let diagnostic = Diagnostic::error(code::PREVIEW_FEATURE, message).at(model.syntax.name.span);
        sink.push(diagnostic.help("write `previewFeatures = [\"views\"]` in a generator block"));
    }
    for index in model.ids.iter().chain(&model.indexes) {
        if let Some((message, help)) = problem_of(name, index) {
            let diagnostic = Diagnostic::error(code::VIEW, message).at(index.attribute.span);
            sink.push(diagnostic.label("not on a view").help(help));
        }
    }
}

fn problem_of(name: &str, index: &Index<'_>) -> Option<(String, &'static str)> {
    let has_options = index
        .fields
        .iter()
        .any(|field| field.sort.is_some() || field.length.is_some() || field.operator_class.is_some());
    match index.purpose {
        IndexPurpose::Id => {
            Some((format!("`{name}` is a view and has no primary key"), "mark the field with `@unique`"))
        }
        IndexPurpose::Plain | IndexPurpose::Fulltext => {
            Some((format!("`{name}` is a view and has no indexes"), "take the index out"))
        }
        IndexPurpose::Unique if index.mapped.is_some() => {
            let message = format!("a unique of the view `{name}` has no name in the database");
            Some((message, "take `map:` out"))
        }
        IndexPurpose::Unique if has_options => {
            let message = format!("a unique of the view `{name}` has no options, as no index backs it");
            Some((message, "take the options of the fields out"))
        }
        IndexPurpose::Unique => None,
    }
}
