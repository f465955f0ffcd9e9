//! Whether relation fields find their opposites, and whether both ends agree on who holds the key.

use driftless_diagnostics::{Diagnostic, Sink, Span, code};

use super::relation_ends::{End, Ends, ends};
use super::relation_keys;
use crate::parse::quoted_list;
use crate::resolve::{Datamodel, Field, FieldRef, Relation};
use crate::syntax::{Arity, ModelKind};

/// Checks every relation, and that relation fields to ignored models are ignored.
pub(super) fn check(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    check_ignored(datamodel, sink);
    for relation in &datamodel.relations {
        match ends(datamodel, relation) {
            _ if is_ambiguous(datamodel, relation, sink) => {}
            None => check_opposites(datamodel, relation, sink),
            Some(Ends::ManyToMany(first, second)) => check_many_to_many(first, second, sink),
            Some(Ends::OneToMany(key, list)) => check_one_to_many(datamodel, key, list, sink),
            Some(Ends::OneToOne(key, other)) => check_one_to_one(datamodel, key, other, sink),
        }
    }
}

fn check_ignored(datamodel: &Datamodel<'_>, sink: &mut Sink) {
    for model in datamodel.models.iter().filter(|model| model.ignored.is_none()) {
        for field in model.fields.iter().filter(|field| field.ignored.is_none()) {
            let related = field.related_model().map(|related| datamodel.model(related));
            if let Some(related) = related.filter(|related| related.ignored.is_some()) {
                let message = format!("`{}` leads to `{}`, which is ignored", field.name(), related.name());
                let diagnostic = Diagnostic::error(code::IGNORE, message).at(field.syntax.name.span);
                sink.push(diagnostic.label("not ignored").help("add `@ignore` to the field"));
            }
        }
    }
}

/// Reports relation fields of one model that cannot be told apart: at the first of them.
fn is_ambiguous(datamodel: &Datamodel<'_>, relation: &Relation<'_>, sink: &mut Sink) -> bool {
    let is_self = is_self_relation(datamodel, relation);
    let limit = if is_self && relation.name.is_some() { 2 } else { 1 };
    let mut found = false;
    for (at, first) in relation.fields.iter().enumerate() {
        if relation.fields[..at].iter().any(|earlier| earlier.model == first.model) {
            continue;
        }
        let fields: Vec<FieldRef> =
            relation.fields.iter().copied().filter(|field| field.model == first.model).collect();
        if fields.len() > limit {
            found = true;
            sink.push(ambiguous(datamodel, &fields, relation, is_self));
        }
    }
    found
}

fn ambiguous(
    datamodel: &Datamodel<'_>,
    fields: &[FieldRef],
    relation: &Relation<'_>,
    is_self: bool,
) -> Diagnostic {
    let first = End::new(datamodel, fields[0]);
    let names: Vec<_> = fields.iter().map(|field| datamodel.field(*field).name()).collect();
    let names = quoted_list(&names);
    let (message, help) = match relation.name {
        Some(name) => (
            format!("{names} of `{}` all carry the relation name `{name}`", first.model.name()),
            "give each relation its own name".to_owned(),
        ),
        None if is_self && fields.len() == 2 => (
            format!("whether {names} of `{}` are one relation or two cannot be told", first.model.name()),
            "give both the same name if they are one: `@relation(\"…\")`".to_owned(),
        ),
        None => (
            format!("{names} of `{}` lead to the same model and cannot be told apart", first.model.name()),
            "name the relations, at both ends: `@relation(\"…\")`".to_owned(),
        ),
    };
    let span = first.field.syntax.name.span;
    Diagnostic::error(code::RELATION, message).at(span).label("ambiguous").help(help)
}

fn is_self_relation(datamodel: &Datamodel<'_>, relation: &Relation<'_>) -> bool {
    let first = relation.fields.first();
    first.is_some_and(|field| datamodel.field(*field).related_model() == Some(field.model))
}

/// Reports the fields of a relation that has only one end.
fn check_opposites(datamodel: &Datamodel<'_>, relation: &Relation<'_>, sink: &mut Sink) {
    for at in &relation.fields {
        let end = End::new(datamodel, *at);
        let Some(related) = end.field.related_model().map(|related| datamodel.model(related)) else {
            continue;
        };
        let (owner, related) = (end.model.name(), related.name());
        let message = format!("`{}` has no opposite field in `{related}`", end.path());
        let name = relation.name.map(|name| format!(" @relation(\"{name}\")")).unwrap_or_default();
        let opposite = match end.field.arity() {
            Arity::List => owner.to_owned(),
            Arity::Required | Arity::Optional => format!("{owner}[]"),
        };
        let help = format!("add a field of the type `{opposite}` to `{related}`{name}");
        let diagnostic = Diagnostic::error(code::RELATION, message).at(end.field.syntax.name.span);
        sink.push(diagnostic.label("one end only").help(help));
    }
}

fn check_many_to_many(first: End<'_, '_>, second: End<'_, '_>, sink: &mut Sink) {
    let mut report = |span: Span, message: String, help: &str| {
        sink.push(Diagnostic::error(code::RELATION, message).at(span).help(help));
    };
    let has_fields = first.has_fields() || second.has_fields();
    let has_view = [first, second].iter().any(|end| end.model.syntax.kind == ModelKind::View);
    for (end, other) in [(first, second), (second, first)] {
        let (span, path) = (end.field.syntax.name.span, end.path());
        if has_fields {
            let message = format!("`{path}` is one of two lists, and lists hold no key");
            report(span, message, "take `fields` and `references` out: a join table holds the keys");
            continue;
        }
        if has_view {
            let message = format!("`{path}` is one of two lists, and a view has no join table");
            report(span, message, "relate the view by a single field");
        } else if other.model.id().is_none_or(|id| id.fields.len() != 1) {
            let message = format!("`{path}` needs an id of one field in `{}`", other.model.name());
            report(span, message, "write a model for the join table, with a relation to each side");
        }
        if end.has_references() {
            let message = format!("`{path}` is one of two lists, and its join table refers to ids");
            report(span, message, "take `references` out");
        }
        let actions =
            end.attribute().into_iter().flat_map(|relation| [relation.on_delete, relation.on_update]);
        for (_, span) in actions.flatten() {
            let message = format!("`{path}` is one of two lists, and a join table has no actions to choose");
            report(span, message, "take the action out, or write a model for the join table");
        }
    }
}

fn check_one_to_many(datamodel: &Datamodel<'_>, key: End<'_, '_>, list: End<'_, '_>, sink: &mut Sink) {
    let mut report = |end: End<'_, '_>, message: String, help: String| {
        let diagnostic = Diagnostic::error(code::RELATION, message).at(end.field.syntax.name.span);
        sink.push(diagnostic.help(help));
    };
    let has_key_arguments = list.attribute().is_some_and(|relation| {
        relation.fields.as_ref().is_some_and(|fields| !fields.is_empty())
            || relation.references.as_ref().is_some_and(|fields| !fields.is_empty())
    });
    if has_key_arguments {
        let message = format!("`{}` is a list and holds no key", list.path());
        report(list, message, format!("move `fields` and `references` to `{}`", key.path()));
    }
    if list.has_actions() {
        let message = format!("`{}` is a list and has no action to choose", list.path());
        report(list, message, format!("move `onDelete` and `onUpdate` to `{}`", key.path()));
    }
    if !key.has_fields() || !key.has_references() {
        let message = format!("`{}` does not say which fields hold the key", key.path());
        report(key, message, "write `@relation(fields: […], references: […])`".to_owned());
        return;
    }
    relation_keys::check(datamodel, key, sink);
}

fn check_one_to_one(datamodel: &Datamodel<'_>, key: End<'_, '_>, other: End<'_, '_>, sink: &mut Sink) {
    if !check_sides(key, other, sink) {
        return;
    }
    let mut report = |end: End<'_, '_>, message: String, help: String| {
        let diagnostic = Diagnostic::error(code::RELATION, message).at(end.field.syntax.name.span);
        sink.push(diagnostic.help(help));
    };
    let is_required = |end: End<'_, '_>| end.field.arity() == Arity::Required;
    if is_required(other) {
        let message = match is_required(key) {
            true => format!("`{}` and `{}` cannot both be required", key.path(), other.path()),
            false => format!("`{}` holds the key, and `{}` is the required end", key.path(), other.path()),
        };
        // Of two required ends the reference points at the one whose name sorts last.
        let is_last = (other.model.name(), other.field.name()) > (key.model.name(), key.field.name());
        let place = if is_required(key) && is_last { other } else { key };
        report(place, message, format!("make `{}` optional with `?`", other.path()));
    }
    if !relation_keys::are_unique(key) {
        let names = key_names(key);
        let message = format!("`{}` is one to one, and its key is not unique", key.path());
        let help = match names.as_slice() {
            [name] => format!("add `@unique` to `{name}`, or make `{}` a list", other.path()),
            names => format!("add `@@unique([{}])`, or make `{}` a list", names.join(", "), other.path()),
        };
        report(key, message, help);
    }
    relation_keys::check(datamodel, key, sink);
}

/// Whether exactly one end of a one-to-one relation holds the key, with all that belongs to it.
fn check_sides(key: End<'_, '_>, other: End<'_, '_>, sink: &mut Sink) -> bool {
    let problem =
        match ([key.has_fields(), key.has_references()], [other.has_fields(), other.has_references()]) {
            ([false, false], [false, false]) => Some("nobody says which fields hold the key"),
            ([true, true], [false, false]) => None,
            ([true, false], [false, true]) | ([false, true], [true, false]) => {
                Some("`fields` and `references` belong to the same end")
            }
            ([true, _], [true, _]) | ([_, true], [_, true]) => Some("only one end can hold the key"),
            _ => Some("`fields` and `references` belong together"),
        };
    let mut both = |problem: &str, help: &str| {
        for (end, opposite) in [(key, other), (other, key)] {
            let message = format!("in the relation of `{}` and `{}` {problem}", end.path(), opposite.path());
            let diagnostic = Diagnostic::error(code::RELATION, message).at(end.field.syntax.name.span);
            sink.push(diagnostic.help(help));
        }
    };
    if let Some(problem) = problem {
        both(problem, "write `@relation(fields: […], references: […])` at one of the two ends");
        return false;
    }
    if key.has_actions() && other.has_actions() {
        both("both ends choose actions", "write `onDelete` and `onUpdate` where the key is");
    } else if other.has_actions() {
        let message = format!("`{}` holds no key and has no action to choose", other.path());
        let diagnostic = Diagnostic::error(code::RELATION, message).at(other.field.syntax.name.span);
        sink.push(diagnostic.help(format!("move `onDelete` and `onUpdate` to `{}`", key.path())));
    }
    true
}

/// The names of the fields that hold the key of a relation.
fn key_names<'a>(key: End<'_, 'a>) -> Vec<&'a str> {
    let fields = key.attribute().and_then(|relation| relation.fields.as_deref()).unwrap_or_default();
    fields.iter().map(|field| Field::name(&key.model.fields[*field])).collect()
}
