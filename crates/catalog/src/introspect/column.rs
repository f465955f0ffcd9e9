//! Columns.

use driftless_ir::{
    BaseType, Builtin, Column, ColumnDefault, ColumnType, Expr, Identity, Literal, Name, Origin,
    QualifiedName, Reported, View,
};

use indexmap::IndexMap;

use super::default::{self, Context, elements};
use super::scope::Namespaces;
use super::table::{Drafts, Notes};
use super::types::{Oid, Types};
use crate::error::CatalogError;
use crate::row::Row;

/// The texts of defaults and generating expressions, by table and position.
pub(super) struct Defaults<'a> {
    texts: IndexMap<(Oid, i16), &'a str>,
}

impl<'a> Defaults<'a> {
    /// Reads the rows of `queries/defaults.sql`.
    pub(super) fn read(rows: impl ExactSizeIterator<Item = Row<'a>>) -> Result<Self, CatalogError> {
        let mut texts = IndexMap::with_capacity(rows.len());
        for row in rows {
            texts.insert((row.number(0)?, row.number(1)?), row.text(2)?);
        }
        Ok(Self { texts })
    }
}

/// What is needed to understand a column.
pub(super) struct Surroundings<'a> {
    pub(super) types: &'a Types,
    pub(super) namespaces: &'a Namespaces,
    pub(super) defaults: &'a Defaults<'a>,
    pub(super) search_path: &'a Name,
}

/// What has columns.
pub(super) struct Owners<'d> {
    pub(super) drafts: &'d mut Drafts,
    pub(super) views: &'d mut IndexMap<Oid, View>,
}

/// Reads the rows of `queries/columns.sql`, which come in any order.
pub(super) fn read<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    surroundings: &Surroundings<'_>,
    owners: &mut Owners<'_>,
    notes: &mut Notes,
) -> Result<(), CatalogError> {
    let mut keyed = Vec::new();
    for row in rows {
        keyed.push((row.number::<Oid>(0)?, row.number::<i16>(1)?, row));
    }
    keyed.sort_unstable_by_key(|(table, position, _)| (*table, *position));
    for run in keyed.chunk_by(|(a, ..), (b, ..)| a == b) {
        let Some(draft) = owners.drafts.get_mut(run[0].0) else {
            if let Some(view) = owners.views.get_mut(&run[0].0) {
                let columns = run.iter().map(|(.., row)| read_column(*row, None, surroundings));
                view.columns = columns.collect::<Result<_, _>>()?;
            }
            continue;
        };
        draft.definition.columns.reserve_exact(run.len());
        for (table, position, row) in run {
            let text = surroundings.defaults.texts.get(&(*table, *position)).copied();
            let column = read_column(*row, text, surroundings)?;
            note_options(*row, &column.name, &draft.name, notes);
            draft.positions.push(*position);
            draft.definition.add_column(column);
        }
    }
    Ok(())
}

fn read_column(
    row: Row<'_>,
    default_text: Option<&str>,
    surroundings: &Surroundings<'_>,
) -> Result<Column<QualifiedName>, CatalogError> {
    let written = row.maybe_text(5);
    let oid = (row.number(3)?, row.number(4)?);
    let ty = surroundings.types.column_type(oid, written, surroundings.namespaces);
    let domain_of = match ty.base {
        BaseType::Other(_) if !ty.array => surroundings.types.domain_of(oid.0, surroundings.namespaces),
        _ => None,
    };
    let default = match (row.maybe_text(7), default_text) {
        (Some("a"), _) => Some(ColumnDefault::Identity(Identity::Always)),
        (Some("d"), _) => Some(ColumnDefault::Identity(Identity::ByDefault)),
        (Some(_), Some(text)) => Some(ColumnDefault::Generated(Expr::deparsed(text))),
        (None, Some(text)) => {
            let enum_text = written.map(|text| text.strip_suffix("[]").unwrap_or(text));
            let ty = domain_of.as_ref().unwrap_or(&ty);
            default::read(text, &Context { ty, enum_text, search_path: surroundings.search_path })
        }
        (_, None) => None,
    };
    let default_text = written_default(default.as_ref(), domain_of.as_ref().unwrap_or(&ty), default_text);
    let reported = (domain_of.is_some() || default_text.is_some())
        .then(|| Box::new(Reported { domain_of, default_text }));
    Ok(Column {
        name: Name::from(row.text(2)?),
        ty,
        nullable: !row.flag(6)?,
        default,
        origin: Origin { reported, ..Origin::default() },
    })
}

/// The text of a default, where its constant does not say how it was written.
fn written_default(
    default: Option<&ColumnDefault>,
    ty: &ColumnType<QualifiedName>,
    text: Option<&str>,
) -> Option<Box<str>> {
    let is_lost = match default? {
        ColumnDefault::Array(_) | ColumnDefault::Literal(Literal::DateTime(_)) => true,
        // whole numbers of another type
        ColumnDefault::Literal(Literal::Number(_)) => {
            text.is_some_and(|text| text.starts_with('('))
                && matches!(
                    ty.base,
                    BaseType::Builtin(Builtin::SmallInt | Builtin::Integer | Builtin::BigInt)
                )
        }
        ColumnDefault::Literal(_) => ty.base == BaseType::Builtin(Builtin::Uuid),
        _ => false,
    };
    text.filter(|_| is_lost).map(Box::from)
}

/// What a column may have and the model has no place for, in the order of the array that the query makes of it.
const OPTIONS: [&str; 6] = [
    "column collation",
    "column storage",
    "column compression",
    "column statistics target",
    "column options",
    "grant",
];

fn note_options(row: Row<'_>, column: &Name, table: &QualifiedName, notes: &mut Notes) {
    if row.maybe_text(7) == Some("v") {
        notes.add("virtual column", table, column.as_str(), "VIRTUAL");
    }
    let values = row.maybe_text(8).and_then(elements).unwrap_or_default();
    for (kind, value) in OPTIONS.iter().zip(values) {
        if let Some(value) = value {
            notes.add(kind, table, column.as_str(), &value);
        }
    }
}
