//! Which object of one schema is which of the other.
//!
//! Two objects *correspond* when their qualified names are equal. Where only one side has the name, they also
//! correspond when their [handles](driftless_ir::Origin::handle) are equal: the source still calls the object the
//! same, only its name in the database changed. A column must also keep its type. Nothing is guessed from likeness.
//!
//! A *join table* is what an implicit relation between two tables makes: the columns `A` and `B`, each of which refers
//! to a table and has the relation's field as its handle. It has no name of its own in the source, so it corresponds
//! by its sides.

use std::collections::BTreeSet;

use driftless_ir::{
    BaseType, ColumnId, ColumnWalker, EnumId, External, Name, QualifiedName, TableId, TableWalker,
};
use indexmap::IndexMap;

use crate::Pair;

/// The objects of two schemas that correspond.
#[derive(Clone, Debug)]
pub struct Correspondence {
    enums: Links<EnumId>,
    tables: Links<TableId>,
    columns: Links<ColumnId>,
}

/// For each id of either schema, by its position, the id in the other.
#[derive(Clone, Debug)]
struct Links<I> {
    next: Vec<Option<I>>,
    previous: Vec<Option<I>>,
}

impl<I: Copy> Links<I> {
    fn new(sizes: Pair<usize>) -> Self {
        Self { next: vec![None; sizes.previous], previous: vec![None; sizes.next] }
    }

    fn add(&mut self, ids: Pair<I>, position: impl Fn(I) -> usize) {
        self.next[position(ids.previous)] = Some(ids.next);
        self.previous[position(ids.next)] = Some(ids.previous);
    }
}

impl Correspondence {
    /// Finds what corresponds. Near-linear in the number of objects.
    pub fn new(schemas: Pair<&driftless_ir::Schema>) -> Self {
        let mut this = Self {
            enums: Links::new(schemas.map(|schema| schema.enums().len())),
            tables: Links::new(schemas.map(|schema| schema.tables().len())),
            columns: Links::new(schemas.map(|schema| schema.columns().len())),
        };
        for previous in schemas.previous.enums() {
            if let Some(next) = schemas.next.find_enum(previous.qualified_name()) {
                this.enums.add(Pair::new(previous.id(), next.id()), EnumId::index);
            }
        }
        for previous in schemas.previous.tables() {
            if let Some(next) = schemas.next.find_table(previous.qualified_name()) {
                this.tables.add(Pair::new(previous.id(), next.id()), TableId::index);
            }
        }
        this.link_enums_by_handle(schemas);
        this.link_tables_by_handle(schemas);
        this.link_join_tables(schemas);
        let pairs: Vec<_> = this.table_pairs().collect();
        for tables in pairs {
            this.link_columns(schemas.tables(tables));
        }
        this
    }

    /// The enum type that this one of the previous schema becomes.
    pub fn next_enum(&self, previous: EnumId) -> Option<EnumId> {
        self.enums.next[previous.index()]
    }

    /// The enum type that this one of the next schema was.
    pub fn previous_enum(&self, next: EnumId) -> Option<EnumId> {
        self.enums.previous[next.index()]
    }

    /// The table that this one of the previous schema becomes.
    pub fn next_table(&self, previous: TableId) -> Option<TableId> {
        self.tables.next[previous.index()]
    }

    /// The table that this one of the next schema was.
    pub fn previous_table(&self, next: TableId) -> Option<TableId> {
        self.tables.previous[next.index()]
    }

    /// The column that this one of the previous schema becomes.
    pub fn next_column(&self, previous: ColumnId) -> Option<ColumnId> {
        self.columns.next[previous.index()]
    }

    /// The column that this one of the next schema was.
    pub fn previous_column(&self, next: ColumnId) -> Option<ColumnId> {
        self.columns.previous[next.index()]
    }

    /// The tables that are on both sides, in the previous schema's order.
    pub fn table_pairs(&self) -> impl Iterator<Item = Pair<TableId>> {
        self.tables.next.iter().filter_map(|next| {
            let next = (*next)?;
            self.tables.previous[next.index()].map(|previous| Pair::new(previous, next))
        })
    }

    /// The columns that are on both sides, in the previous schema's order.
    pub fn column_pairs(&self) -> impl Iterator<Item = Pair<ColumnId>> {
        self.columns.next.iter().filter_map(|next| {
            let next = (*next)?;
            self.columns.previous[next.index()].map(|previous| Pair::new(previous, next))
        })
    }

    fn link_enums_by_handle(&mut self, schemas: Pair<&driftless_ir::Schema>) {
        let handle = |e: driftless_ir::EnumWalker<'_>| {
            e.get().origin.handle.clone().unwrap_or_else(|| e.qualified_name().name.clone())
        };
        let is_managed = |e: &driftless_ir::EnumWalker<'_>| {
            !is_external(schemas, |external| &external.enums, e.qualified_name())
        };
        let next = schemas.next.enums().filter(|e| self.previous_enum(e.id()).is_none()).filter(is_managed);
        let unlinked = unique_by(next.map(|e| (handle(e), e.id())));
        let previous =
            schemas.previous.enums().filter(|e| self.next_enum(e.id()).is_none()).filter(is_managed);
        for (name, previous) in unique_by(previous.map(|e| (handle(e), e.id()))) {
            if let (Some(previous), Some(Some(next))) = (previous, unlinked.get(&name)) {
                self.enums.add(Pair::new(previous, *next), EnumId::index);
            }
        }
    }

    fn link_tables_by_handle(&mut self, schemas: Pair<&driftless_ir::Schema>) {
        let is_managed =
            |t: &TableWalker<'_>| !is_external(schemas, |external| &external.tables, t.qualified_name());
        let next = schemas.next.tables().filter(|t| self.previous_table(t.id()).is_none()).filter(is_managed);
        let unlinked = unique_by(next.map(|t| (t.handle(), t.id())));
        let previous =
            schemas.previous.tables().filter(|t| self.next_table(t.id()).is_none()).filter(is_managed);
        for (name, previous) in unique_by(previous.map(|t| (t.handle(), t.id()))) {
            if let (Some(previous), Some(Some(next))) = (previous, unlinked.get(name)) {
                self.tables.add(Pair::new(previous, *next), TableId::index);
            }
        }
    }

    fn link_join_tables(&mut self, schemas: Pair<&driftless_ir::Schema>) {
        let is_managed =
            |t: &TableWalker<'_>| !is_external(schemas, |external| &external.tables, t.qualified_name());
        let next = schemas.next.tables().filter(|t| self.previous_table(t.id()).is_none()).filter(is_managed);
        let unlinked = unique_by(next.filter_map(|table| {
            let sides = join_sides(table)?.map(|side| (self.previous_table(side.table), side.field));
            Some((sorted(sides), table.id()))
        }));
        let previous =
            schemas.previous.tables().filter(|t| self.next_table(t.id()).is_none()).filter(is_managed);
        let previous = unique_by(previous.filter_map(|table| {
            Some((sorted(join_sides(table)?.map(|side| (Some(side.table), side.field))), table.id()))
        }));
        for (sides, previous) in previous {
            if let (Some(previous), Some(Some(next))) = (previous, unlinked.get(&sides)) {
                self.tables.add(Pair::new(previous, *next), TableId::index);
            }
        }
    }

    fn link_columns(&mut self, tables: Pair<TableWalker<'_>>) {
        if let Some(crossed) = self.crossed_sides(tables) {
            for ids in crossed {
                self.columns.add(ids, ColumnId::index);
            }
            return;
        }
        let mut unlinked: IndexMap<&Name, ColumnId> = IndexMap::new();
        for (previous, next) in same_places(tables) {
            match (previous, next) {
                (Some(previous), Some(next)) if previous.name() == next.name() => {
                    self.columns.add(Pair::new(previous.id(), next.id()), ColumnId::index);
                }
                (_, Some(next)) => {
                    unlinked.insert(next.name(), next.id());
                }
                _ => {}
            }
        }
        if unlinked.is_empty() {
            return;
        }
        for previous in tables.previous.columns() {
            let next = unlinked.get(previous.name()).filter(|_| self.next_column(previous.id()).is_none());
            if let Some(next) = next {
                self.columns.add(Pair::new(previous.id(), *next), ColumnId::index);
            }
        }
        let next = tables.next.columns().filter(|c| self.previous_column(c.id()).is_none());
        let unlinked = unique_by(next.map(|c| (c.handle(), c.id())));
        let previous: Vec<_> =
            tables.previous.columns().filter(|c| self.next_column(c.id()).is_none()).collect();
        let schemas = tables.map(TableWalker::schema);
        for (name, previous) in unique_by(previous.iter().map(|c| (c.handle(), c.id()))) {
            let Some(ids) = Pair::new(previous, unlinked.get(name).copied().flatten()).transpose() else {
                continue;
            };
            if self.is_same_type(schemas.columns(ids)) {
                self.columns.add(ids, ColumnId::index);
            }
        }
    }

    /// Whether two columns are of one type. A field that points at a column of another name and another type may well
    /// point at a new column.
    fn is_same_type(&self, columns: Pair<ColumnWalker<'_>>) -> bool {
        let types = columns.map(|column| &column.get().ty);
        let same_base = match (&types.previous.base, &types.next.base) {
            (BaseType::Enum(a), BaseType::Enum(b)) => self.next_enum(*a) == Some(*b),
            (a, b) => a == b,
        };
        same_base && types.previous.array == types.next.array
    }

    /// The columns of a join table whose sides changed places: each corresponds to the column of the other's name.
    fn crossed_sides(&self, tables: Pair<TableWalker<'_>>) -> Option<[Pair<ColumnId>; 2]> {
        let Pair { previous: [a, b], next: [c, d] } = tables.map(join_sides).transpose()?;
        let becomes = |previous: &Side<'_>, next: &Side<'_>| {
            self.next_table(previous.table) == Some(next.table) && previous.field == next.field
        };
        let crossed = a.table != b.table && becomes(&a, &d) && becomes(&b, &c);
        crossed.then_some([Pair::new(a.column, d.column), Pair::new(b.column, c.column)])
    }
}

/// Whether others look after an object: it is not what an object of another name was.
fn is_external(
    schemas: Pair<&driftless_ir::Schema>,
    of: impl Fn(&External) -> &BTreeSet<QualifiedName>,
    name: &QualifiedName,
) -> bool {
    [schemas.previous, schemas.next].into_iter().any(|schema| of(schema.external()).contains(name))
}

/// The columns of both tables, place by place.
fn same_places<'a>(
    tables: Pair<TableWalker<'a>>,
) -> impl Iterator<Item = (Option<ColumnWalker<'a>>, Option<ColumnWalker<'a>>)> {
    let mut columns = tables.map(|table| table.columns());
    std::iter::from_fn(move || {
        let both = (columns.previous.next(), columns.next.next());
        (both.0.is_some() || both.1.is_some()).then_some(both)
    })
}

/// One column of a join table: the table that it refers to, and the field by which that one reaches the other.
struct Side<'a> {
    column: ColumnId,
    table: TableId,
    field: &'a Name,
}

fn join_sides(table: TableWalker<'_>) -> Option<[Side<'_>; 2]> {
    let mut columns = table.columns();
    let (a, b) = (columns.next()?, columns.next()?);
    if columns.next().is_some() || a.name().as_str() != "A" || b.name().as_str() != "B" {
        return None;
    }
    let side = |column: ColumnWalker<'_>| {
        table
            .foreign_keys()
            .find(|key| key.get().columns == [column.id()])
            .map(|key| key.get().referenced_table)
    };
    let (first, second) = (side(a)?, side(b)?);
    let field = |column: ColumnId| table.schema().column(column).get().origin.handle.as_ref();
    Some([
        Side { column: a.id(), table: first, field: field(a.id())? },
        Side { column: b.id(), table: second, field: field(b.id())? },
    ])
}

fn sorted<T: Ord>(mut pair: [T; 2]) -> [T; 2] {
    pair.sort();
    pair
}

/// By key, the value; `None` where several values have the key.
fn unique_by<K: std::hash::Hash + Eq, V>(entries: impl Iterator<Item = (K, V)>) -> IndexMap<K, Option<V>> {
    let mut map = IndexMap::new();
    for (key, value) in entries {
        map.entry(key).and_modify(|several| *several = None).or_insert(Some(value));
    }
    map
}
