//! Indexes, and the constraints that own them.

use driftless_ir::{
    BaseType, Builtin, ColumnType, Expr, Index, IndexKey, IndexKind, IndexMethod, IndexPart, IndexState,
    Name, NullsOrder, OperatorClass, Origin, SortOrder,
};
use indexmap::IndexMap;

use super::default::elements;
use super::table::{Draft, Drafts, Notes};
use super::types::Oid;
use crate::error::CatalogError;
use crate::row::Row;

/// The position of the type of the constraint that owns an index.
const CONSTRAINT: usize = 9;

/// The position of what keeps an index from serving queries.
const STATE: usize = 14;

/// The operator classes of a database.
pub(super) struct OperatorClasses {
    by_oid: IndexMap<Oid, Entry>,
}

/// An operator class and the type that it is made for.
struct Entry {
    class: OperatorClass,
    input: Oid,
}

impl Entry {
    /// The class as a key at a position has it. A type may be stored as another one that has classes of its own, so
    /// that the default for that one is no default here.
    fn of_key(&self, position: i16, draft: &Draft) -> OperatorClass {
        const TEXT: Oid = 25;
        const OID: Oid = 26;
        const VARBIT: Oid = 1562;
        let has_own = match draft.column_type(position) {
            Some(ColumnType { base: BaseType::Builtin(builtin), array: false }) => matches!(
                (builtin, self.input),
                (Builtin::CiText, TEXT) | (Builtin::Integer, OID) | (Builtin::Bit(_), VARBIT)
            ),
            _ => false,
        };
        OperatorClass { is_default: self.class.is_default && !has_own, ..self.class.clone() }
    }
}

impl OperatorClasses {
    /// Reads the rows of `queries/operator_classes.sql`.
    pub(super) fn read<'a>(
        rows: impl ExactSizeIterator<Item = Row<'a>>,
        search_path: &Name,
    ) -> Result<Self, CatalogError> {
        let mut by_oid = IndexMap::with_capacity(rows.len());
        for row in rows {
            let (namespace, name) = (row.text(1)?, row.text(2)?);
            let is_visible = namespace == "pg_catalog" || namespace == search_path.as_str();
            let name = if is_visible { name.into() } else { format!("{namespace}.{name}").into() };
            let class = OperatorClass { name, is_default: row.flag(3)? };
            by_oid.insert(row.number(0)?, Entry { class, input: row.number(4)? });
        }
        Ok(Self { by_oid })
    }
}

/// Reads the rows of `queries/indexes.sql`, which come in any order.
pub(super) fn read<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    classes: &OperatorClasses,
    drafts: &mut Drafts,
    notes: &mut Notes,
) -> Result<(), CatalogError> {
    for row in rows {
        let Some(draft) = drafts.get_mut(row.number(0)?) else { continue };
        note_options(row, draft, notes)?;
        // an exclusion constraint is not an index that anybody asked for
        if row.maybe_text(CONSTRAINT) != Some("x") {
            let index = read_index(row, classes, draft)?;
            draft.definition.indexes.push(index);
        }
    }
    Ok(())
}

fn read_index(row: Row<'_>, classes: &OperatorClasses, draft: &Draft) -> Result<Index<Name>, CatalogError> {
    let kind = match (row.maybe_text(CONSTRAINT), row.flag(3)?) {
        (Some("p"), _) => IndexKind::Primary,
        (constraint, true) => IndexKind::Unique { constraint: constraint.is_some() },
        (_, false) => IndexKind::Plain,
    };
    let key_count: usize = row.number(4)?;
    let columns: Vec<i16> = row.numbers(5)?;
    let keys = columns.get(..key_count).unwrap_or(&columns);
    let include = columns.get(key_count..).unwrap_or_default();
    Ok(Index {
        name: Name::from(row.text(1)?),
        kind,
        method: method(row.text(2)?),
        parts: read_parts(row, keys, classes, draft)?,
        include: draft.columns(include)?,
        predicate: row.maybe_text(12).map(Expr::deparsed),
        nulls_not_distinct: row.flag(8)?,
        state: index_state(row.maybe_text(STATE)),
        origin: Origin::default(),
    })
}

fn read_parts(
    row: Row<'_>,
    keys: &[i16],
    classes: &OperatorClasses,
    draft: &Draft,
) -> Result<Vec<IndexPart<Name>>, CatalogError> {
    const DESCENDING: i16 = 1;
    const NULLS_FIRST: i16 = 2;
    let class_oids: Vec<Oid> = row.numbers(6)?;
    let options: Vec<i16> = row.numbers(7)?;
    let mut expressions = row.maybe_text(11).and_then(elements).unwrap_or_default().into_iter().flatten();
    let mut parts = Vec::with_capacity(keys.len());
    for (at, position) in keys.iter().enumerate() {
        let key = match position {
            0 => IndexKey::Expression(Expr::deparsed(bare_key(&expressions.next().unwrap_or_default()))),
            _ => IndexKey::Column(draft.column(*position)?),
        };
        let options = options.get(at).copied().unwrap_or_default();
        let is_descending = options & DESCENDING != 0;
        let nulls = match (is_descending, options & NULLS_FIRST != 0) {
            (false, true) => Some(NullsOrder::First),
            (true, false) => Some(NullsOrder::Last),
            (false, false) | (true, true) => None,
        };
        let class = class_oids.get(at).and_then(|oid| classes.by_oid.get(oid));
        let operator_class = class.map(|class| class.of_key(*position, draft));
        let sort = match is_descending {
            true => Some(SortOrder::Descending),
            // only trees have an order
            false => (row.text(2)? == "btree").then_some(SortOrder::Ascending),
        };
        parts.push(IndexPart { key, sort, nulls, operator_class });
    }
    Ok(parts)
}

/// The expression of a key as PostgreSQL prints it elsewhere: `pg_get_indexdef` puts what is not a function in another
/// pair of brackets.
fn bare_key(text: &str) -> &str {
    text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text)
}

fn method(name: &str) -> IndexMethod {
    match name {
        "btree" => IndexMethod::BTree,
        "hash" => IndexMethod::Hash,
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "spgist" => IndexMethod::SpGist,
        "brin" => IndexMethod::Brin,
        other => IndexMethod::Other(Name::from(other)),
    }
}

/// What keeps an index from serving queries, by the word of a query for it.
pub(crate) fn index_state(word: Option<&str>) -> IndexState {
    match word {
        Some("building") => IndexState::Building,
        Some("invalid") => IndexState::Invalid,
        _ => IndexState::Valid,
    }
}

/// Notes what an index has and the model has no place for.
fn note_options(row: Row<'_>, draft: &Draft, notes: &mut Notes) -> Result<(), CatalogError> {
    let Some(definition) = row.maybe_text(13) else { return Ok(()) };
    let name = row.text(1)?;
    let mut note = |kind: &str, definition: &str| notes.add(kind, &draft.name, name, definition);
    if row.maybe_text(STATE) == Some("incomplete") {
        note("invalid index", definition);
    }
    if row.maybe_text(CONSTRAINT) == Some("x") {
        return Ok(());
    }
    match row.maybe_text(10) {
        Some("t") => note("deferrable constraint", "INITIALLY DEFERRED"),
        Some(_) => note("deferrable constraint", "INITIALLY IMMEDIATE"),
        None => {}
    }
    if let Some(tablespace) = row.maybe_text(15) {
        note("index tablespace", tablespace);
    }
    if row.flag(16)? {
        note("index options", definition);
    }
    Ok(())
}
