//! Foreign keys, checks and exclusion constraints.

use driftless_ir::{Check, Expr, ForeignKey, Name, Origin, QualifiedName, ReferentialAction};

use super::table::{Draft, Drafts, Notes};
use super::types::Oid;
use crate::error::CatalogError;
use crate::row::Row;

/// Reads the rows of `queries/constraints.sql`, which come in any order.
pub(super) fn read<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    drafts: &mut Drafts,
    notes: &mut Notes,
) -> Result<(), CatalogError> {
    for row in rows {
        let table: Oid = row.number(0)?;
        let Some(draft) = drafts.get(table) else { continue };
        let (name, definition) = (row.text(1)?, row.maybe_text(12));
        match row.character(2)? {
            b'f' => {
                let foreign_key = read_foreign_key(row, draft, drafts)?;
                let is_whole = foreign_key.is_some();
                if let Some(definition) = definition.or((!is_whole).then_some("")) {
                    let kind = if is_whole { "foreign key options" } else { "foreign key" };
                    notes.add(kind, &draft.name, name, definition);
                }
                if let (Some(foreign_key), Some(draft)) = (foreign_key, drafts.get_mut(table)) {
                    draft.definition.foreign_keys.push(foreign_key);
                }
            }
            b'c' => {
                if let Some(definition) = definition {
                    notes.add("check options", &draft.name, name, definition);
                }
                let condition = Expr::deparsed(row.text(11)?);
                let check = Check { name: Name::from(name), condition, validated: row.flag(3)? };
                if let Some(draft) = drafts.get_mut(table) {
                    draft.definition.checks.push(check);
                }
            }
            b'x' => notes.add("exclusion constraint", &draft.name, name, definition.unwrap_or_default()),
            _ => notes.add("not-null constraint", &draft.name, name, definition.unwrap_or_default()),
        }
    }
    Ok(())
}

/// A foreign key; `None` where the table that it refers to is not in scope.
fn read_foreign_key(
    row: Row<'_>,
    draft: &Draft,
    drafts: &Drafts,
) -> Result<Option<ForeignKey<QualifiedName, Name>>, CatalogError> {
    let Some(referenced) = drafts.get(row.number(7)?) else { return Ok(None) };
    let deferrable = row.flag(4)?;
    Ok(Some(ForeignKey {
        name: Name::from(row.text(1)?),
        columns: draft.columns(&row.numbers(6)?)?,
        referenced_table: referenced.name.clone(),
        referenced_columns: referenced.columns(&row.numbers(8)?)?,
        on_update: action(row.character(9)?),
        on_delete: action(row.character(10)?),
        deferrable: if deferrable { Some(row.flag(5)?) } else { None },
        validated: row.flag(3)?,
        origin: Origin::default(),
    }))
}

fn action(letter: u8) -> ReferentialAction {
    match letter {
        b'r' => ReferentialAction::Restrict,
        b'c' => ReferentialAction::Cascade,
        b'n' => ReferentialAction::SetNull,
        b'd' => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
