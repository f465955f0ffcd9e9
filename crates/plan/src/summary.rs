//! A plan for people and for JSON: a tree of what comes, goes and changes.

use std::fmt;

use driftless_diagnostics::visible;
use driftless_ir::{
    ColumnWalker, EnumWalker, ForeignKeyWalker, IndexKey, IndexWalker, Name, NamespaceWalker, QualifiedName,
    TableId, TableWalker,
};
use indexmap::IndexMap;
use serde::Serialize;

use crate::Pair;
use crate::order::Plan;
use crate::render::{column_definition, column_type};
use crate::step::{
    AlterColumn, AlterEnum, AlterTable, DefaultChange, Nullability, PrimaryKeyChange, Step, Toggle,
};

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It changes.
    Changed,
}

impl Mark {
    /// One character for it.
    pub const fn symbol(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }
}

/// What happens to one object, and to what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happens.
    pub mark: Mark,
    /// What it is: `schema`, `extension`, `enum`, `value`, `table`, `column`, `primary key`, `index`, `foreign key`.
    pub kind: &'static str,
    /// Its name in the database, qualified where its source qualifies it; the previous one if it changes.
    pub name: String,
    /// What is to be said beside the name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// What happens to what it holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Change>,
    /// The table, where it is one: the previous one if it changes.
    #[serde(skip)]
    pub table: Option<QualifiedName>,
}

impl Change {
    fn new(mark: Mark, kind: &'static str, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { mark, kind, name: name.into(), detail: detail.into(), children: Vec::new(), table: None }
    }

    fn of_table(mark: Mark, table: TableWalker<'_>) -> Self {
        let name = table.qualified_name().clone();
        Self { table: Some(name), ..Self::new(mark, "table", table_name(table), "") }
    }
}

/// A plan as a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What happens to schemas, extensions, enums and tables.
    pub changes: Vec<Change>,
}

/// How a front end colours a line of a [`Summary`].
pub trait Paint {
    /// Adds the text, which stands for an object that something happens to.
    fn paint(&self, mark: Mark, text: &str, out: &mut String);
}

/// No colours.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Paint for Plain {
    fn paint(&self, _: Mark, text: &str, out: &mut String) {
        out.push_str(text);
    }
}

/// The colours of a terminal: green, red and yellow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ansi;

impl Paint for Ansi {
    fn paint(&self, mark: Mark, text: &str, out: &mut String) {
        out.push_str(match mark {
            Mark::Added => "\u{1b}[32m",
            Mark::Removed => "\u{1b}[31m",
            Mark::Changed => "\u{1b}[33m",
        });
        out.push_str(text);
        out.push_str("\u{1b}[0m");
    }
}

impl Summary {
    /// The tree as text, a line an object: names are made visible.
    pub fn to_text(&self, paint: &impl Paint) -> String {
        let mut out = String::new();
        for change in &self.changes {
            write_change(change, 0, paint, &mut out);
        }
        out
    }
}

/// Writes the tree without colours.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(&Plain))
    }
}

/// Writes the change and what it holds without colours, a line an object.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write_change(self, 0, &Plain, &mut out);
        f.write_str(out.trim_end())
    }
}

fn write_change(change: &Change, depth: usize, paint: &impl Paint, out: &mut String) {
    let Change { mark, kind, name, detail, children, .. } = change;
    out.push_str(&"  ".repeat(depth));
    let mut line = format!("{} {kind} {name}", mark.symbol());
    if !detail.is_empty() {
        line.push(' ');
        line.push_str(detail);
    }
    paint.paint(*mark, &visible(&line), out);
    out.push('\n');
    for child in children {
        write_change(child, depth + 1, paint, out);
    }
}

impl Plan<'_> {
    /// The plan as a tree: schemas, extensions, enums, then tables, each in the order of its first step.
    pub fn summary(&self) -> Summary {
        let mut tree = Tree { plan: self, whole: Vec::new(), tables: IndexMap::new() };
        for step in &self.steps {
            tree.add(step);
        }
        let mut changes = tree.whole;
        changes.extend(tree.tables.into_values());
        let place = |change: &Change| match change.kind {
            "schema" => 0,
            "extension" => 1,
            "enum" => 2,
            _ => 3,
        };
        changes.sort_by_key(place);
        Summary { changes }
    }
}

/// A tree that grows step by step. Changes within a table gather under it.
struct Tree<'a, 'b> {
    plan: &'b Plan<'a>,
    whole: Vec<Change>,
    /// By table of the next schema.
    tables: IndexMap<TableId, Change>,
}

impl Tree<'_, '_> {
    fn add(&mut self, step: &Step) {
        use Mark::{Added, Changed, Removed};
        let schemas = self.plan.schemas;
        let Pair { previous, next } = schemas;
        match step {
            Step::CreateNamespace(id) => {
                self.whole.push(Change::new(Added, "schema", next.namespace(*id).name().as_str(), ""));
            }
            Step::DropExtension(_) | Step::CreateExtension { replaces: Some(_), .. } => {
                if let Step::DropExtension(ids) = step {
                    let name = next.extension(ids.next).name().as_str();
                    self.whole.push(Change::new(Changed, "extension", name, ""));
                }
            }
            Step::CreateExtension { extension, replaces: None } => {
                let name = next.extension(*extension).name().as_str();
                self.whole.push(Change::new(Added, "extension", name, ""));
            }
            Step::AlterExtension(ids) => {
                let name = next.extension(ids.next).name().as_str();
                self.whole.push(Change::new(Changed, "extension", name, ""));
            }
            Step::RenameEnum(ids) => {
                let names = schemas.enums(*ids).map(enum_name);
                let detail = format!("becomes {}", names.next);
                self.whole.push(Change::new(Changed, "enum", names.previous, detail));
            }
            Step::CreateEnum(id) => {
                self.whole.push(Change::new(Added, "enum", enum_name(next.enumeration(*id)), ""));
            }
            Step::DropEnum(id) => {
                self.whole.push(Change::new(Removed, "enum", enum_name(previous.enumeration(*id)), ""));
            }
            Step::AlterEnum(alter) => self.alter_enum(alter),
            Step::CreateTable(id) => {
                self.tables.insert(*id, Change::of_table(Added, next.table(*id)));
            }
            Step::DropTable(id) => {
                self.whole.push(Change::of_table(Removed, previous.table(*id)));
            }
            Step::RenameTable(ids) => {
                let detail = format!("becomes {}", table_name(next.table(ids.next)));
                self.table(ids.next).detail = detail;
            }
            Step::RenameColumns { tables, columns } => {
                let renamed = columns.iter().map(|ids| schemas.columns(*ids));
                let renamed = renamed.map(|pair| rename("column", pair.map(ColumnWalker::name)));
                self.table(tables.next).children.extend(renamed);
            }
            Step::AlterTable(alter) => self.alter_table(alter),
            _ => self.add_part(step),
        }
    }

    /// A step about an index or a foreign key. Those of a table that comes or goes are not told.
    fn add_part(&mut self, step: &Step) {
        let schemas = self.plan.schemas;
        let Pair { previous, next } = schemas;
        let (table, change) = match step {
            Step::DropForeignKey { foreign_key, .. } => {
                let key = previous.foreign_key(*foreign_key);
                (self.plan.correspondence.next_table(key.table().id()), key_change(Mark::Removed, key))
            }
            Step::AddForeignKey { foreign_key, .. } => {
                let key = next.foreign_key(*foreign_key);
                (Some(key.table().id()), key_change(Mark::Added, key))
            }
            Step::RenameForeignKey(ids) => {
                let keys = schemas.foreign_keys(*ids);
                (Some(keys.next.table().id()), rename("foreign key", keys.map(ForeignKeyWalker::name)))
            }
            Step::DropIndex { index, .. } => {
                let index = previous.index(*index);
                (self.plan.correspondence.next_table(index.table().id()), index_change(Mark::Removed, index))
            }
            Step::CreateIndex { index, restores: None } => {
                let index = next.index(*index);
                (Some(index.table().id()), index_change(Mark::Added, index))
            }
            Step::RenameIndex(ids) => {
                let indexes = schemas.indexes(*ids);
                (Some(indexes.next.table().id()), rename("index", indexes.map(IndexWalker::name)))
            }
            _ => return,
        };
        let Some(table) = table else { return };
        let parent = self.table(table);
        if parent.mark == Mark::Changed {
            parent.children.push(change);
        }
    }

    /// The entry of a table of the next schema, which changes unless it was added.
    fn table(&mut self, id: TableId) -> &mut Change {
        let plan = self.plan;
        self.tables.entry(id).or_insert_with(|| {
            let table = match plan.correspondence.previous_table(id) {
                Some(previous) => plan.schemas.previous.table(previous),
                None => plan.schemas.next.table(id),
            };
            Change::of_table(Mark::Changed, table)
        })
    }

    fn alter_enum(&mut self, alter: &AlterEnum) {
        let enums = self.plan.schemas.enums(alter.enums);
        let values = enums.map(|e| &e.get().values);
        let mut change = Change::new(Mark::Changed, "enum", enum_name(enums.previous), "");
        let renamed = alter.renamed.iter().map(|places| {
            rename("value", Pair::new(&values.previous[places.previous].name, &values.next[places.next].name))
        });
        change.children.extend(renamed);
        let removed = alter.removed.iter().map(|place| (Mark::Removed, &values.previous[*place].name));
        let added = alter.added.iter().map(|place| (Mark::Added, &values.next[*place].name));
        change
            .children
            .extend(removed.chain(added).map(|(mark, name)| Change::new(mark, "value", name.as_str(), "")));
        self.whole.push(change);
    }

    fn alter_table(&mut self, alter: &AlterTable) {
        let schemas = self.plan.schemas;
        let mut children = Vec::new();
        for id in &alter.dropped {
            let name = schemas.previous.column(*id).name().as_str();
            children.push(Change::new(Mark::Removed, "column", name, ""));
        }
        for id in &alter.added {
            let column = schemas.next.column(*id);
            let definition = column_definition(column);
            children.push(Change::new(Mark::Added, "column", column.name().as_str(), definition));
        }
        for change in &alter.altered {
            let columns = schemas.columns(change.columns);
            let detail = column_detail(columns, change);
            children.push(Change::new(Mark::Changed, "column", columns.next.name().as_str(), detail));
        }
        let keys = schemas.tables(alter.tables).map(TableWalker::primary_key);
        use PrimaryKeyChange::{Add, Drop, Rebuild, Rename, Replace};
        match (alter.primary_key, keys.previous, keys.next) {
            (Some(Drop), Some(key), _) => children.push(index_change(Mark::Removed, key)),
            (Some(Add), _, Some(key)) => children.push(index_change(Mark::Added, key)),
            (Some(Replace), _, Some(key)) => children.push(index_change(Mark::Changed, key)),
            (Some(Rename), Some(previous), Some(next)) => {
                children.push(rename("primary key", Pair::new(previous.name(), next.name())));
            }
            (Some(Rebuild | Drop | Add | Replace | Rename) | None, ..) => {}
        }
        self.table(alter.tables.next).children.extend(children);
    }
}

fn rename(kind: &'static str, names: Pair<&Name>) -> Change {
    let detail = format!("becomes {}", names.next.as_str());
    Change::new(Mark::Changed, kind, names.previous.as_str(), detail)
}

fn qualified(namespace: NamespaceWalker<'_>, name: &QualifiedName) -> String {
    if namespace.is_implicit() {
        return name.name.as_str().into();
    }
    format!("{}.{}", name.namespace.as_str(), name.name.as_str())
}

fn table_name(table: TableWalker<'_>) -> String {
    qualified(table.namespace(), table.qualified_name())
}

fn enum_name(enumeration: EnumWalker<'_>) -> String {
    qualified(enumeration.namespace(), enumeration.qualified_name())
}

fn column_names<'a>(columns: impl Iterator<Item = ColumnWalker<'a>>) -> String {
    columns.map(|column| column.name().as_str()).collect::<Vec<_>>().join(", ")
}

fn index_change(mark: Mark, index: IndexWalker<'_>) -> Change {
    let unique = if index.kind().is_unique() { " unique" } else { "" };
    let kind = if index.is_primary() { "primary key" } else { "index" };
    let keys = index.get().parts.iter().map(|part| match &part.key {
        IndexKey::Column(id) => index.schema().column(*id).name().as_str(),
        IndexKey::Expression(expr) => &expr.text,
    });
    let mut detail = format!("({}){unique}", keys.collect::<Vec<_>>().join(", "));
    if let Some(predicate) = &index.get().predicate {
        detail += &format!(" where {}", predicate.text);
    }
    if index.is_invalid() {
        detail += " invalid";
    }
    Change::new(mark, kind, index.name().as_str(), detail)
}

fn key_change(mark: Mark, key: ForeignKeyWalker<'_>) -> Change {
    let (columns, table) = (column_names(key.columns()), table_name(key.referenced_table()));
    let referenced = column_names(key.referenced_columns());
    Change::new(mark, "foreign key", key.name().as_str(), format!("({columns}) to {table} ({referenced})"))
}

fn column_detail(columns: Pair<ColumnWalker<'_>>, change: &AlterColumn) -> String {
    let mut parts: Vec<String> = Vec::new();
    if change.conversion.is_some() {
        let types = columns.map(column_type);
        parts.push(format!("type {} becomes {}", types.previous, types.next));
    }
    parts.extend(change.nullability.map(|nullability| match nullability {
        Nullability::Required => "becomes required".into(),
        Nullability::Optional => "becomes optional".into(),
    }));
    parts.extend(change.default.map(|default| match default {
        DefaultChange::Set => "gets another default".into(),
        DefaultChange::Drop => "loses its default".into(),
    }));
    parts.extend(change.autoincrement.map(|toggle| match toggle {
        Toggle::On => "is filled by a sequence".into(),
        Toggle::Off => "is no longer filled by a sequence".into(),
    }));
    parts.join(", ")
}
