//! Sequences and views.

use driftless_ir::{Builtin, Expr, QualifiedName, Sequence, View};
use indexmap::IndexMap;

use super::table::{Drafts, Notes};
use super::types::Oid;
use crate::error::CatalogError;
use crate::row::Row;

/// Reads the rows of `queries/sequences.sql`. Those of identity columns are part of their column.
pub(super) fn read<'a>(
    rows: impl ExactSizeIterator<Item = Row<'a>>,
    drafts: &Drafts,
    notes: &mut Notes,
) -> Result<Vec<Sequence>, CatalogError> {
    let mut sequences = Vec::with_capacity(rows.len());
    for row in rows {
        let mut sequence = read_sequence(row)?;
        let owner = match row.maybe_text(9) {
            Some(_) => drafts.get(row.number(9)?).map(|draft| (draft, row.number(10))),
            None => None,
        };
        if let Some((draft, position)) = owner {
            let column = draft.column(position?)?;
            if row.maybe_text(11) == Some("i") {
                if !is_plain(&sequence) {
                    let definition = describe(&sequence);
                    notes.add("identity options", &draft.name, column.as_str(), &definition);
                }
                continue;
            }
            sequence.owner = Some((draft.name.clone(), column));
        }
        sequences.push(sequence);
    }
    Ok(sequences)
}

fn read_sequence(row: Row<'_>) -> Result<Sequence, CatalogError> {
    Ok(Sequence {
        name: QualifiedName::new(row.text(0)?, row.text(1)?),
        owner: None,
        ty: match row.number(2)? {
            21 => Builtin::SmallInt,
            23 => Builtin::Integer,
            _ => Builtin::BigInt,
        },
        start: row.number(3)?,
        increment: row.number(4)?,
        min: row.number(5)?,
        max: row.number(6)?,
        cache: row.number(7)?,
        cycle: row.flag(8)?,
    })
}

/// Whether a sequence is as PostgreSQL makes it when it is told nothing.
fn is_plain(sequence: &Sequence) -> bool {
    let greatest = match sequence.ty {
        Builtin::SmallInt => i64::from(i16::MAX),
        Builtin::Integer => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let Sequence { start, increment, min, max, cache, cycle, .. } = *sequence;
    (start, increment, min, max, cache, cycle) == (1, 1, 1, greatest, 1, false)
}

fn describe(sequence: &Sequence) -> String {
    let Sequence { start, increment, min, max, cache, cycle, .. } = sequence;
    let cycle = if *cycle { " CYCLE" } else { "" };
    format!("START {start} INCREMENT {increment} MINVALUE {min} MAXVALUE {max} CACHE {cache}{cycle}")
}

/// Reads the rows of `queries/views.sql`. The columns of the views are read with those of tables.
pub(super) fn read_views<'a>(
    rows: impl Iterator<Item = Row<'a>>,
) -> Result<IndexMap<Oid, View>, CatalogError> {
    let read = |row: Row<'a>| {
        let query = row.text(4)?.trim().trim_end_matches(';');
        let view = View {
            name: QualifiedName::new(row.text(1)?, row.text(2)?),
            materialized: row.character(3)? == b'm',
            definition: Expr::deparsed(query),
            columns: Vec::new(),
        };
        Ok((row.number(0)?, view))
    };
    rows.map(read).collect()
}
