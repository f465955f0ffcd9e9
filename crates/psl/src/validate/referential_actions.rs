//! What `onDelete` and `onUpdate` may be.

use driftless_diagnostics::{Diagnostic, Sink, code};
use driftless_ir::ReferentialAction;

use super::relation_ends::{End, key_end};
use crate::resolve::{Datamodel, Index};
use crate::syntax::Arity;

/// Reports actions that cannot be carried out, and warns of those that cannot succeed.
pub(super) fn check(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    let is_emulated = datamodel.datasource().is_some_and(|datasource| datasource.emulates_relations());
    // PostgreSQL accepts a foreign key that can never do what it says; nobody else is asked to.
    let has_foreign_keys = datamodel.datasource().is_some() && !is_emulated;
    for key in datamodel.relations.iter().filter_map(|relation| key_end(datamodel, relation)) {
        if is_emulated {
            check_emulated(key, sink);
            warn_of_missing_index(key, sink);
        }
        check_set_null(key, has_foreign_keys, sink);
    }
}

/// Where the client keeps relations, it knows fewer actions.
fn check_emulated(key: End<'_, '_>, sink: &mut Sink) {
    let Some(relation) = key.attribute() else { return };
    for (action, span) in [relation.on_delete, relation.on_update].into_iter().flatten() {
        let name = match action {
            ReferentialAction::NoAction => "NoAction",
            ReferentialAction::SetDefault => "SetDefault",
            ReferentialAction::Cascade | ReferentialAction::Restrict | ReferentialAction::SetNull => continue,
        };
        let message = format!("with the relation mode `prisma` there is no action `{name}`");
        let diagnostic = Diagnostic::error(code::REFERENTIAL_ACTION, message).at(span);
        sink.push(diagnostic.label("not in this mode").help("write `Cascade`, `Restrict` or `SetNull`"));
    }
}

fn check_set_null(key: End<'_, '_>, has_foreign_keys: bool, sink: &mut Sink) {
    let Some(relation) = key.attribute() else { return };
    let fields = relation.fields.iter().flatten().map(|field| &key.model.fields[*field]);
    let Some(required) = fields.into_iter().find(|field| field.arity() == Arity::Required) else { return };
    for (argument, action) in [("onDelete", relation.on_delete), ("onUpdate", relation.on_update)] {
        let Some((ReferentialAction::SetNull, span)) = action else { continue };
        let message = format!("`{argument}: SetNull` cannot succeed: `{}` is required", required.name());
        let diagnostic = match has_foreign_keys {
            true => Diagnostic::warning(code::REFERENTIAL_ACTION, message),
            false => Diagnostic::error(code::REFERENTIAL_ACTION, message),
        };
        let help = format!("make `{}` optional, or choose another action", required.name());
        sink.push(diagnostic.at(span).label("never succeeds").help(help));
    }
}

fn warn_of_missing_index(key: End<'_, '_>, sink: &mut Sink) {
    let Some(relation) = key.attribute() else { return };
    let fields = relation.fields.as_deref().unwrap_or_default();
    let begins_with_key = |index: &Index<'_>| {
        index.fields.len() >= fields.len()
            && index.fields.iter().zip(fields).all(|(key, field)| key.field == *field)
    };
    if !key.model.ids.iter().chain(&key.model.indexes).any(begins_with_key) {
        let names: Vec<_> = fields.iter().map(|field| key.model.fields[*field].name()).collect();
        let message =
            format!("no index begins with the key of `{}`, and no foreign key brings one", key.path());
        let help = format!("add `@@index([{}])` to `{}`", names.join(", "), key.model.name());
        let diagnostic = Diagnostic::warning(code::INDEX, message).at(relation.attribute.span);
        sink.push(diagnostic.label("slow to look up").help(help));
    }
}
