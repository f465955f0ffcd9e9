//! Primary keys, uniques and indexes.

use driftless_ir::{
    Expr, Index, IndexKey, IndexKind, IndexMethod, IndexPart, IndexState, Name, OperatorClass, Origin,
    Quoted, SortOrder,
};

use super::Lowering;
use crate::resolve::{self, IndexField, IndexPurpose, Model, Predicate};
use crate::syntax::{Expression, Word};

impl<'a> Lowering<'_, 'a> {
    /// The indexes of a model, the primary key first.
    pub(super) fn indexes(&self, model: &Model<'a>) -> Vec<Index<Name>> {
        let id = model.id().into_iter();
        id.chain(&model.indexes)
            .filter(|index| !index.fields.is_empty())
            .map(|index| lower_index(model, index))
            .collect()
    }
}

fn lower_index(model: &Model<'_>, index: &resolve::Index<'_>) -> Index<Name> {
    let method = index.method.map_or(IndexMethod::BTree, |word| method(word.text));
    let parts = index.fields.iter().map(|field| lower_part(model, &method, field)).collect();
    Index {
        name: model.index_name(index).into_owned().into(),
        kind: match index.purpose {
            IndexPurpose::Id => IndexKind::Primary,
            IndexPurpose::Unique => IndexKind::Unique { constraint: false },
            IndexPurpose::Plain | IndexPurpose::Fulltext => IndexKind::Plain,
        },
        method,
        parts,
        include: Vec::new(),
        predicate: index.predicate.as_ref().and_then(|predicate| lower_predicate(model, predicate)),
        nulls_not_distinct: false,
        state: IndexState::Valid,
        origin: Origin { span: Some(index.attribute.span), ..Origin::default() },
    }
}

fn lower_part(model: &Model<'_>, method: &IndexMethod, field: &IndexField<'_>) -> IndexPart<Name> {
    IndexPart {
        key: IndexKey::Column(model.fields[field.field].database_name().into()),
        sort: field.sort.and_then(|word| match word.text {
            "Asc" => Some(SortOrder::Ascending),
            "Desc" => Some(SortOrder::Descending),
            _ => None,
        }),
        nulls: None,
        operator_class: field.operator_class.and_then(|value| operator_class(method, value)),
    }
}

/// The access method of a name in the language.
pub(crate) fn method(name: &str) -> IndexMethod {
    match name {
        "Hash" => IndexMethod::Hash,
        "Gin" => IndexMethod::Gin,
        "Gist" => IndexMethod::Gist,
        "SpGist" => IndexMethod::SpGist,
        "Brin" => IndexMethod::Brin,
        _ => IndexMethod::BTree,
    }
}

/// `raw("name")`, or a name of the language, which is PostgreSQL's in another spelling: `JsonbPathOps` for
/// `jsonb_path_ops`.
fn operator_class(method: &IndexMethod, value: &Expression<'_>) -> Option<OperatorClass> {
    match value {
        Expression::Constant(word) => {
            let name = snake_case(word);
            Some(OperatorClass { is_default: is_default_class(method, &name), name: name.into() })
        }
        Expression::Call(call) => {
            let name = call.arguments.first()?.value.as_ref()?.as_string()?.into();
            Some(OperatorClass { name, is_default: false })
        }
        _ => None,
    }
}

/// Whether a class that the language can name is what PostgreSQL takes where none is named.
fn is_default_class(method: &IndexMethod, name: &str) -> bool {
    match method {
        IndexMethod::Gin => matches!(name, "array_ops" | "jsonb_ops"),
        IndexMethod::SpGist => matches!(name, "text_ops" | "inet_ops"),
        IndexMethod::Brin => {
            name == "inet_inclusion_ops" || name.ends_with("_minmax_ops") && name != "inet_minmax_ops"
        }
        _ => false,
    }
}

/// Puts `_` before each capital but the first, and lowers it. `MinMax`, `Tz` and `Bit` are parts of words.
fn snake_case(word: &Word<'_>) -> String {
    let mut name = String::with_capacity(word.text.len() + 4);
    for character in word.text.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name.replace("min_max", "minmax").replace("_tz", "tz").replace("var_bit", "varbit")
}

fn lower_predicate(model: &Model<'_>, predicate: &Predicate<'_>) -> Option<Expr> {
    match predicate {
        Predicate::Raw(text) => Some(Expr::written(text.value.as_ref())),
        Predicate::Fields(members) => {
            let conditions = members.iter().map(|(word, value)| condition(model, *word, value));
            Some(Expr::written(conditions.collect::<Option<Vec<_>>>()?.join(" AND ")))
        }
        Predicate::Invalid(_) => None,
    }
}

/// `{ field: value }` or `{ field: { not: value } }` as SQL.
fn condition(model: &Model<'_>, word: Word<'_>, value: &Expression<'_>) -> Option<String> {
    let column = Name::from(model.fields[model.find_field(word.text)?].database_name());
    let (value, negated) = match value {
        Expression::Object(members, _) => (&members.first()?.1, true),
        value => (value, false),
    };
    let operator = if negated { "!=" } else { "=" };
    Some(match value {
        Expression::Constant(word) if word.text == "null" && negated => format!("{column} IS NOT NULL"),
        Expression::Constant(word) if word.text == "null" => format!("{column} IS NULL"),
        Expression::Constant(word) | Expression::Number(word) => format!("{column} {operator} {}", word.text),
        Expression::String(text) => {
            format!("{column} {operator} {}", Quoted(&text.value).conforming())
        }
        _ => return None,
    })
}
