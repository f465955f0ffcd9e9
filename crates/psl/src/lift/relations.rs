//! Relation fields: two for each foreign key, two for each join table.
//!
//! A relation is *ambiguous* where two tables are joined by more than one, or where a field that bears the other
//! model's name would have the name of another field. The names of an ambiguous relation and of its fields say which
//! columns it goes by.

use driftless_ir::{
    ColumnId, ForeignKeyId, ForeignKeyWalker, IndexKey, IndexKind, IndexPart, Schema, TableId,
};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::join_table::JoinTable;
use super::names::{Names, Taken};
use super::previous::{KnownJoin, KnownKey, Previous};
use super::spelling::name_for;
use crate::resolve::FieldRef;
use crate::syntax::Arity;

/// A relation field of a model.
pub(super) struct RelationField {
    pub(super) name: String,
    /// The table of the model that it leads to.
    pub(super) target: TableId,
    pub(super) arity: Arity,
    /// The relation's name, where it needs one.
    pub(super) relation: Option<String>,
    /// The foreign key, where the field holds it.
    pub(super) key: Option<ForeignKeyId>,
}

/// The relation fields of each table, in the order of the foreign keys; those of join tables behind them.
pub(super) fn collect(
    schema: &Schema,
    names: &Names,
    previous: &Previous<'_, '_>,
    join_tables: &[JoinTable],
) -> Vec<Vec<RelationField>> {
    let mut collector = Collector::new(schema, names, previous);
    let links = collector.links(join_tables);
    collector.take_known_names(&links);
    for link in &links {
        match link {
            Link::Key(key, known) => collector.add_key(*key, known.as_ref()),
            Link::Join(join, known) => collector.add_join(*join, known.as_ref()),
        }
    }
    collector.fields
}

/// What becomes a relation.
enum Link<'s, 'd, 'a> {
    Key(ForeignKeyWalker<'s>, Option<KnownKey<'d, 'a>>),
    Join(JoinTable, Option<KnownJoin<'d, 'a>>),
}

struct Collector<'s, 'd, 'a> {
    schema: &'s Schema,
    names: &'s Names,
    previous: &'s Previous<'d, 'a>,
    /// How many relations join two tables.
    counts: IndexMap<(TableId, TableId), usize, FxBuildHasher>,
    /// For each table, the names of its fields.
    taken: Vec<Taken>,
    fields: Vec<Vec<RelationField>>,
}

impl<'s, 'd, 'a> Collector<'s, 'd, 'a> {
    fn new(schema: &'s Schema, names: &'s Names, previous: &'s Previous<'d, 'a>) -> Self {
        let taken = |table: driftless_ir::TableWalker<'s>| {
            Taken::new(table.columns().filter_map(|column| names.column(column.id())))
        };
        Self {
            schema,
            names,
            previous,
            counts: IndexMap::default(),
            taken: schema.tables().map(taken).collect(),
            fields: schema.tables().map(|_| Vec::new()).collect(),
        }
    }

    /// What becomes relations, in order. Of foreign keys that say the same, the first counts; one with a column that
    /// no name can stand for cannot be said.
    fn links(&mut self, join_tables: &[JoinTable]) -> Vec<Link<'s, 'd, 'a>> {
        let of_joins: IndexSet<TableId, FxBuildHasher> = join_tables.iter().map(|join| join.table).collect();
        let mut seen: IndexSet<_, FxBuildHasher> = IndexSet::default();
        let mut links = Vec::new();
        for key in self.schema.foreign_keys() {
            let entry = key.get();
            let is_nameable = |id: &ColumnId| self.names.column(*id).is_some();
            let can_be_said = entry.columns.iter().chain(&entry.referenced_columns).all(is_nameable);
            let is_new = || (&entry.columns, &entry.referenced_columns);
            if of_joins.contains(&key.table().id()) || !can_be_said || !seen.insert(is_new()) {
                continue;
            }
            self.count(key.table().id(), entry.referenced_table);
            links.push(Link::Key(key, self.previous.key(key)));
        }
        for join in join_tables {
            self.count(join.a, join.b);
            links.push(Link::Join(*join, self.previous.join_table(self.schema.table(join.table))));
        }
        links
    }

    fn count(&mut self, a: TableId, b: TableId) {
        *self.counts.entry((a.min(b), a.max(b))).or_default() += 1;
    }

    fn is_single(&self, a: TableId, b: TableId) -> bool {
        self.counts.get(&(a.min(b), a.max(b))) == Some(&1)
    }

    fn field_name(&self, field: FieldRef) -> &'a str {
        self.previous.datamodel.field(field).name()
    }

    /// The names that the schema has already come first.
    fn take_known_names(&mut self, links: &[Link<'s, 'd, 'a>]) {
        for link in links {
            match link {
                Link::Key(key, Some(known)) => {
                    self.take(key.table().id(), self.field_name(known.holder));
                    if let Some(opposite) = known.opposite() {
                        self.take(key.get().referenced_table, self.field_name(opposite));
                    }
                }
                Link::Join(join, Some(known)) => {
                    self.take(join.a, self.field_name(known.a));
                    self.take(join.b, self.field_name(known.b));
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, table: TableId, name: &str) -> String {
        self.taken[table.index()].take(name.to_owned())
    }

    fn base(&self, table: TableId) -> &'s str {
        &self.names.tables[table.index()].base
    }

    fn add_key(&mut self, key: ForeignKeyWalker<'s>, known: Option<&KnownKey<'d, 'a>>) {
        let (owner, target) = (key.table().id(), key.get().referenced_table);
        let (forward, back, relation) = match known {
            Some(known) => {
                let back = known.opposite().map(|field| self.field_name(field).to_owned());
                let back = back.unwrap_or_else(|| self.take(target, self.base(owner)));
                let relation = known.relation.name.map(str::to_owned);
                (self.field_name(known.holder).to_owned(), back, relation)
            }
            None => self.name_key(key),
        };
        let is_optional = key.columns().any(|column| column.get().nullable);
        let arity = if is_optional { Arity::Optional } else { Arity::Required };
        self.fields[owner.index()].push(RelationField {
            name: forward,
            target,
            arity,
            relation: relation.clone(),
            key: Some(key.id()),
        });
        let arity = if is_unique(key) { Arity::Optional } else { Arity::List };
        self.fields[target.index()].push(RelationField {
            name: back,
            target: owner,
            arity,
            relation,
            key: None,
        });
    }

    /// The names of both fields and of the relation.
    fn name_key(&mut self, key: ForeignKeyWalker<'s>) -> (String, String, Option<String>) {
        let (owner, target) = (key.table().id(), key.get().referenced_table);
        let (own, other) = (self.base(owner), self.base(target));
        let column_name = |column: driftless_ir::ColumnWalker<'s>| {
            name_for(column.name().as_str()).unwrap_or_else(|| column.name().as_str().to_owned())
        };
        let columns: Vec<String> = key.columns().map(column_name).collect();
        let prefix = if owner == target { "other_" } else { "" };
        let short_back = format!("{prefix}{own}");
        let clashes = columns.iter().any(|column| column == other)
            || self.taken[owner.index()].holds(other)
            || self.taken[target.index()].holds(&short_back);
        if self.is_single(owner, target) && !clashes {
            let relation = (owner == target).then(|| format!("{own}To{other}"));
            return (self.take(owner, other), self.take(target, &short_back), relation);
        }
        let relation = format!("{own}_{}To{other}", columns.join("_"));
        let forward = self.take(owner, &format!("{other}_{relation}"));
        let back = self.take(target, &format!("{prefix}{own}_{relation}"));
        (forward, back, Some(relation))
    }

    fn add_join(&mut self, join: JoinTable, known: Option<&KnownJoin<'d, 'a>>) {
        let table = self.schema.table(join.table).name().as_str();
        let name = &table[1..];
        let (on_a, on_b, relation) = match known {
            Some(known) => {
                let relation = known.relation.name.map(str::to_owned);
                (self.field_name(known.a).to_owned(), self.field_name(known.b).to_owned(), relation)
            }
            None => self.name_join(join, name),
        };
        let field =
            |name, target, relation| RelationField { name, target, arity: Arity::List, relation, key: None };
        self.fields[join.a.index()].push(field(on_a, join.b, relation.clone()));
        self.fields[join.b.index()].push(field(on_b, join.a, relation));
    }

    /// The names of both fields and of the relation, which is left out where the models' names make it.
    fn name_join(&mut self, join: JoinTable, name: &str) -> (String, String, Option<String>) {
        let (a, b) = (self.base(join.a), self.base(join.b));
        let models = [join.a, join.b].map(|table| &self.names.tables[table.index()].name);
        let default = format!("{}To{}", models[0], models[1]);
        let suffixes = if join.a == join.b { ["_A", "_B"] } else { ["", ""] };
        let is_taken = self.taken[join.a.index()].holds(&format!("{b}{}", suffixes[0]))
            || self.taken[join.b.index()].holds(&format!("{a}{}", suffixes[1]));
        let is_single = self.is_single(join.a, join.b);
        let middle = if is_single && !is_taken { String::new() } else { format!("_{name}") };
        let middle = name_for(&format!("x{middle}")).map_or(String::new(), |text| text[1..].to_owned());
        let on_a = self.take(join.a, &format!("{b}{middle}{}", suffixes[0]));
        let on_b = self.take(join.b, &format!("{a}{middle}{}", suffixes[1]));
        let is_default = is_single && join.a != join.b && name == default;
        (on_a, on_b, (!is_default).then(|| name.to_owned()))
    }
}

/// Whether a row of the table referred to has at most one row that refers to it, as a unique on the key's columns says.
/// One on some of them or in another order would too, but the language takes neither for a relation of one to one.
fn is_unique(key: ForeignKeyWalker<'_>) -> bool {
    let columns = &key.get().columns;
    key.table().indexes().any(|index| {
        let parts = &index.get().parts;
        let is_column =
            |(part, id): (&IndexPart, &ColumnId)| matches!(&part.key, IndexKey::Column(own) if own == id);
        index.kind() != IndexKind::Plain
            && parts.len() == columns.len()
            && parts.iter().zip(columns).all(is_column)
    })
}
