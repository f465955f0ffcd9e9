//! Columns.

use driftless_ir::{Column, ColumnDefault, Expr, Identity, Name, Origin, QualifiedName};

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

/// Reads the rows of `queries/columns.sql`, which come in any order.
pub(super) fn read<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    surroundings: &Surroundings<'_>,
    drafts: &mut Drafts,
    notes: &mut Notes,
) -> Result<(), CatalogError> {
    let mut keyed = Vec::new();
    for row in rows {
        keyed.push((row.number::<Oid>(0)?, row.number::<i16>(1)?, row));
    }
    keyed.sort_unstable_by_key(|(table, position, _)| (*table, *position));
    for run in keyed.chunk_by(|(a, ..), (b, ..)| a == b) {
        let Some(draft) = drafts.get_mut(run[0].0) else { continue };
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
    default: Option<&str>,
    surroundings: &Surroundings<'_>,
) -> Result<Column<QualifiedName>, CatalogError> {
    let written = row.maybe_text(5);
    let oid = (row.number(3)?, row.number(4)?);
    let ty = surroundings.types.column_type(oid, written, surroundings.namespaces);
    let default = match (row.maybe_text(7), default) {
        (Some("a"), _) => Some(ColumnDefault::Identity(Identity::Always)),
        (Some("d"), _) => Some(ColumnDefault::Identity(Identity::ByDefault)),
        (Some(_), Some(text)) => Some(ColumnDefault::Generated(Expr::deparsed(text))),
        (None, Some(text)) => {
            let enum_text = written.map(|text| text.strip_suffix("[]").unwrap_or(text));
            default::read(text, &Context { ty: &ty, enum_text, search_path: surroundings.search_path })
        }
        (_, None) => None,
    };
    Ok(Column {
        name: Name::from(row.text(2)?),
        ty,
        nullable: !row.flag(6)?,
        default,
        origin: Origin::default(),
    })
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
