//! What everything is called in the schema: as before where the schema has it already, otherwise by its name in the
//! database.

use driftless_ir::{ColumnId, EnumWalker, QualifiedName, Schema, TableWalker, View};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::previous::{Previous, field_of};
use super::spelling::{name_for, title_for, value_name_for};
use crate::resolve::ModelRef;

/// What a table, view or enum is called.
#[derive(Debug, Default)]
pub(super) struct Title {
    /// The name of the block.
    pub(super) name: String,
    /// What relation fields that lead to it are called, and the relations that they make.
    pub(super) base: String,
    /// Whether the name is another one because code could not use it.
    pub(super) is_reserved: bool,
}

/// The names of everything.
pub(super) struct Names {
    /// For each table.
    pub(super) tables: Vec<Title>,
    /// For each view.
    pub(super) views: Vec<Title>,
    /// For each enum.
    pub(super) enums: Vec<Title>,
    /// For each enum, its values; `None` for those that no name can stand for.
    pub(super) values: Vec<Vec<Option<String>>>,
    /// For each view, its columns.
    pub(super) view_columns: Vec<Vec<Option<String>>>,
    columns: Vec<Option<String>>,
}

impl Names {
    /// Names everything. `views` are those that the schema shows.
    pub(super) fn new(schema: &Schema, views: &[&View], previous: &Previous<'_, '_>) -> Self {
        let model_name = |at: Option<ModelRef>| at.map(|at| previous.model(at).name());
        let mut subjects = Vec::new();
        for table in schema.tables() {
            let known = model_name(previous.table(table.qualified_name()));
            subjects.push(Subject { place: table.qualified_name(), known });
        }
        for view in views {
            subjects.push(Subject { place: &view.name, known: model_name(previous.view(&view.name)) });
        }
        for enumeration in schema.enums() {
            let known = previous.enumeration(enumeration).map(|at| previous.enum_at(at).name());
            subjects.push(Subject { place: enumeration.qualified_name(), known });
        }
        let mut titles = choose_titles(&subjects).into_iter();
        let tables = titles.by_ref().take(schema.tables().len()).collect();
        let view_titles = titles.by_ref().take(views.len()).collect();
        Self {
            tables,
            views: view_titles,
            enums: titles.collect(),
            values: schema.enums().map(|enumeration| value_names(enumeration, previous)).collect(),
            view_columns: views.iter().map(|view| view_column_names(view, previous)).collect(),
            columns: schema.tables().flat_map(|table| column_names(table, previous)).collect(),
        }
    }

    /// The field of a column; `None` where no name can stand for it.
    pub(super) fn column(&self, id: ColumnId) -> Option<&str> {
        self.columns[id.index()].as_deref()
    }

    pub(super) fn table(&self, table: TableWalker<'_>) -> &Title {
        &self.tables[table.id().index()]
    }
}

/// Something that gets a title.
struct Subject<'s> {
    place: &'s QualifiedName,
    known: Option<&'s str>,
}

/// What is called by nothing that could stand in a name.
const UNNAMED: &str = "Unnamed";

fn choose_titles(subjects: &[Subject<'_>]) -> Vec<Title> {
    let mut titles = Vec::with_capacity(subjects.len());
    let mut counts: IndexMap<String, usize, FxBuildHasher> = IndexMap::default();
    for subject in subjects {
        let (base, is_reserved) = title_for(subject.place.name.as_str());
        let base = base.unwrap_or_else(|| UNNAMED.to_owned());
        let name = subject.known.map_or_else(|| base.clone(), str::to_owned);
        *counts.entry(name.clone()).or_default() += 1;
        titles.push(Title { name, base, is_reserved: is_reserved && subject.known.is_none() });
    }
    let mut taken = Taken::new(subjects.iter().filter_map(|subject| subject.known));
    for (subject, title) in subjects.iter().zip(&mut titles) {
        if subject.known.is_some() {
            continue;
        }
        if counts.get(&title.name).is_some_and(|count| *count > 1) {
            let text = format!("{}_{}", subject.place.namespace.as_str(), title.base);
            title.name = name_for(&text).unwrap_or_else(|| UNNAMED.to_owned());
        }
        title.name = taken.take(std::mem::take(&mut title.name));
    }
    titles
}

/// The names that are taken.
pub(super) struct Taken {
    names: IndexSet<String, FxBuildHasher>,
}

impl Taken {
    pub(super) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self { names: names.map(str::to_owned).collect() }
    }

    /// Takes a name; another one with a number where it is taken.
    pub(super) fn take(&mut self, name: String) -> String {
        let mut free = name.clone();
        let mut number = 1;
        while !self.names.insert(free.clone()) {
            number += 1;
            free = format!("{name}_{number}");
        }
        free
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Takes the known names first, then those that can stay as they are, then makes the others.
fn distinct<'n>(
    entries: Vec<(&'n str, Option<&'n str>)>,
    make: impl Fn(&str) -> Option<String>,
) -> Vec<Option<String>> {
    let mut taken = Taken::new(entries.iter().filter_map(|(_, known)| *known));
    let keep = |(text, known): &(&'n str, Option<&'n str>)| match known {
        Some(known) => Some((*known).to_owned()),
        None if make(text).as_deref() == Some(text) && !taken.holds(text) => {
            Some(taken.take((*text).to_owned()))
        }
        None => None,
    };
    let kept: Vec<Option<String>> = entries.iter().map(keep).collect();
    let make = |((text, _), kept): ((&str, Option<&str>), Option<String>)| {
        kept.or_else(|| make(text).map(|name| taken.take(name)))
    };
    entries.into_iter().zip(kept).map(make).collect()
}

fn column_names(table: TableWalker<'_>, previous: &Previous<'_, '_>) -> Vec<Option<String>> {
    let model = previous.table(table.qualified_name()).map(|at| previous.model(at));
    let known = |name: &str| model.and_then(|model| field_of(model, name)).map(|field| field.name());
    let columns = table.columns().map(|column| column.name().as_str());
    distinct(columns.map(|name| (name, known(name))).collect(), name_for)
}

fn view_column_names(view: &View, previous: &Previous<'_, '_>) -> Vec<Option<String>> {
    let model = previous.view(&view.name).map(|at| previous.model(at));
    let known = |name: &str| model.and_then(|model| field_of(model, name)).map(|field| field.name());
    let columns = view.columns.iter().map(|column| column.name.as_str());
    distinct(columns.map(|name| (name, known(name))).collect(), name_for)
}

fn value_names(enumeration: EnumWalker<'_>, previous: &Previous<'_, '_>) -> Vec<Option<String>> {
    let block = previous.enumeration(enumeration).map(|at| previous.enum_at(at));
    let known = |text: &str| {
        let value = block?.values.iter().find(|value| value.database_name() == text)?;
        Some(value.name())
    };
    let values = enumeration.values().map(|value| value.as_str());
    distinct(values.map(|text| (text, known(text))).collect(), value_name_for)
}
