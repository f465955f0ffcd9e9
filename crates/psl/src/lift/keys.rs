//! Primary keys, uniques and indexes as attributes.

use driftless_ir::{
    ColumnId, IndexKey, IndexKind, IndexMethod, IndexPart, IndexWalker, SortOrder, TableWalker,
};

use super::names::Names;
use super::spelling::quote;
use crate::resolve::constraint_names::default_name;
use crate::resolve::{Index, IndexPurpose, Model};
use crate::validate::operator_classes::names_class;

/// The attributes that the indexes of a table become.
#[derive(Default)]
pub(super) struct Keys {
    /// Attributes of fields, with the columns.
    pub(super) of_fields: Vec<(ColumnId, String)>,
    /// Attributes of the model.
    pub(super) of_model: Vec<String>,
}

impl Keys {
    /// The attributes of a table's indexes. Those with an expression, with a column that no name can
    /// stand for, or of an access method that the language does not know have none.
    pub(super) fn new(table: TableWalker<'_>, names: &Names, known: Option<&Model<'_>>) -> Self {
        let mut keys = Self::default();
        for index in table.indexes() {
            if matches!(index.get().method, IndexMethod::Other(_)) {
                continue;
            }
            match (index.kind(), index.get().parts.as_slice()) {
                (IndexKind::Primary, [IndexPart { key: IndexKey::Column(id), .. }]) => {
                    keys.of_fields.push((*id, format!("@id{}", arguments(index, None, None))));
                }
                // a second one on the column stands with the model
                (IndexKind::Unique { .. }, [part @ IndexPart { key: IndexKey::Column(id), .. }])
                    if !keys.has_unique(*id) =>
                {
                    let sort = sort_argument(part, &index.get().method);
                    keys.of_fields.push((*id, format!("@unique{}", arguments(index, sort, None))));
                }
                (_, parts) if parts.iter().all(|part| column_of(part, names).is_some()) => {
                    keys.of_model.push(block_attribute(index, names, known));
                }
                _ => {}
            }
        }
        keys
    }

    fn has_unique(&self, id: ColumnId) -> bool {
        self.of_fields.iter().any(|(column, text)| *column == id && text.starts_with("@unique"))
    }
}

/// Whether the client can tell rows apart: by a primary key, or by a unique whose columns are never NULL, all of types
/// that the language can name.
pub(super) fn has_identifier(table: TableWalker<'_>, names: &Names) -> bool {
    let fits = |part: &IndexPart| {
        column_of(part, names).is_some_and(|id| {
            let column = table.schema().column(id).get();
            let is_named = !matches!(
                super::scalars::type_of(table.schema(), column).0,
                super::scalars::FieldType::Unsupported(_)
            );
            !column.nullable && is_named
        })
    };
    table.indexes().any(|index| index.kind() != IndexKind::Plain && index.get().parts.iter().all(fits))
}

fn column_of(part: &IndexPart, names: &Names) -> Option<ColumnId> {
    match &part.key {
        IndexKey::Column(id) => names.column(*id).map(|_| *id),
        IndexKey::Expression(_) => None,
    }
}

fn block_attribute(index: IndexWalker<'_>, names: &Names, known: Option<&Model<'_>>) -> String {
    let (attribute, purpose) = match index.kind() {
        IndexKind::Primary => ("@@id", IndexPurpose::Id),
        IndexKind::Unique { .. } => ("@@unique", IndexPurpose::Unique),
        IndexKind::Plain => ("@@index", IndexPurpose::Plain),
    };
    let mut text = format!("{attribute}([");
    for (at, part) in index.get().parts.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        write_part(index, part, names, &mut text);
    }
    text.push(']');
    let client_name = known.and_then(|model| client_name(model, index, purpose));
    let rest = arguments(index, None, client_name);
    text.push_str(if rest.is_empty() { "" } else { ", " });
    text.push_str(rest.trim_start_matches('(').strip_suffix(')').unwrap_or_default());
    text.push(')');
    text
}

/// The name that the client has for a compound id or unique.
fn client_name<'m>(model: &'m Model<'_>, index: IndexWalker<'_>, purpose: IndexPurpose) -> Option<&'m str> {
    let of_name =
        |known: &&Index<'_>| known.purpose == purpose && model.index_name(known) == index.name().as_str();
    let known = model.ids.iter().chain(&model.indexes).find(of_name)?;
    let name = known.client_name.filter(|_| purpose != IndexPurpose::Plain)?;
    Some(&name.value)
}

fn write_part(index: IndexWalker<'_>, part: &IndexPart, names: &Names, out: &mut String) {
    let IndexKey::Column(id) = part.key else { return };
    out.push_str(names.column(id).unwrap_or_default());
    let method = &index.get().method;
    let class = match method {
        IndexMethod::BTree | IndexMethod::Hash => None,
        _ => part.operator_class.as_ref().filter(|class| !class.is_default),
    };
    let options =
        [class.map(|class| class_argument(&class.name)), sort_argument(part, method).map(str::to_owned)];
    let options: Vec<String> = options.into_iter().flatten().collect();
    if !options.is_empty() {
        out.push('(');
        out.push_str(&options.join(", "));
        out.push(')');
    }
}

fn sort_argument(part: &IndexPart, method: &IndexMethod) -> Option<&'static str> {
    let is_descending = part.sort == Some(SortOrder::Descending) && *method == IndexMethod::BTree;
    is_descending.then_some("sort: Desc")
}

/// `ops: Name` for classes that the language names, `ops: raw("name")` for others.
fn class_argument(name: &str) -> String {
    let camel = camel_case(name);
    if names_class(&camel) {
        return format!("ops: {camel}");
    }
    let mut text = "ops: raw(".to_owned();
    quote(name, &mut text);
    text.push(')');
    text
}

/// `jsonb_path_ops` as `JsonbPathOps`. `minmax`, `tz` and `varbit` are two words there.
fn camel_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for word in name.split('_') {
        let word = match word {
            "minmax" => "MinMax".to_owned(),
            "timestamptz" => "TimestampTz".to_owned(),
            "timetz" => "TimeTz".to_owned(),
            "varbit" => "VarBit".to_owned(),
            word => {
                let mut characters = word.chars();
                let first = characters.next().map(|first| first.to_ascii_uppercase());
                first.into_iter().chain(characters).collect()
            }
        };
        text.push_str(&word);
    }
    text
}

/// What stands in parentheses behind the fields, parentheses included; nothing where all is as by default.
fn arguments(index: IndexWalker<'_>, sort: Option<&str>, client_name: Option<&str>) -> String {
    let mut arguments = Vec::new();
    let named = |key: &str, value: &str| {
        let mut text = format!("{key}: ");
        quote(value, &mut text);
        text
    };
    if let Some(name) = client_name {
        arguments.push(named("name", name));
    }
    if index.name().as_str() != default_index_name(index) {
        arguments.push(named("map", index.name().as_str()));
    }
    arguments.extend(sort.map(str::to_owned));
    arguments.extend(method_name(&index.get().method).map(|name| format!("type: {name}")));
    if let Some(predicate) = &index.get().predicate {
        let mut text = "where: raw(".to_owned();
        quote(&predicate.text, &mut text);
        text.push(')');
        arguments.push(text);
    }
    if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) }
}

/// The name that the reference gives the index where the schema gives none.
fn default_index_name(index: IndexWalker<'_>) -> String {
    let table = index.table().name().as_str();
    let columns = || index.columns().map(|column| column.name().as_str());
    match index.kind() {
        IndexKind::Primary => default_name(table, std::iter::empty(), "_pkey"),
        IndexKind::Unique { .. } => default_name(table, columns(), "_key"),
        IndexKind::Plain => default_name(table, columns(), "_idx"),
    }
}

/// The access method, where it is not the default one.
fn method_name(method: &IndexMethod) -> Option<&'static str> {
    match method {
        IndexMethod::Hash => Some("Hash"),
        IndexMethod::Gin => Some("Gin"),
        IndexMethod::Gist => Some("Gist"),
        IndexMethod::SpGist => Some("SpGist"),
        IndexMethod::Brin => Some("Brin"),
        IndexMethod::BTree | IndexMethod::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn classes_are_spelled_as_the_language_does() {
        let names = [
            "jsonb_path_ops",
            "int4_minmax_multi_ops",
            "timestamptz_bloom_ops",
            "inet_ops",
            "varbit_minmax_ops",
        ];
        assert_eq!(
            names.map(camel_case),
            ["JsonbPathOps", "Int4MinMaxMultiOps", "TimestampTzBloomOps", "InetOps", "VarBitMinMaxOps"]
        );
    }
}
