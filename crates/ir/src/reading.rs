//! The expressions of a schema, each understood in its place.

use crate::expression::{Context, Type};
use crate::id::Id;
use crate::{ColumnDefault, ColumnId, Expr, IndexId, IndexKey, OrderedMap, Schema, TableId};

/// The full names of the enum types: by their full names, and by their names alone where only one has it.
type EnumNames = OrderedMap<String, Option<String>>;

/// A place of an expression.
#[derive(Clone, Copy)]
enum Place {
    Default(ColumnId),
    Predicate(IndexId),
    Key(IndexId, usize),
    Check(TableId, usize),
}

impl Schema {
    /// Notes PostgreSQL's own text of the expression that fills a column.
    pub fn set_normal_default(&mut self, id: ColumnId, text: Box<str>) {
        self.update(Place::Default(id), Some(text), &self.enum_names());
    }

    /// Notes PostgreSQL's own text of a key of an index.
    pub fn set_normal_key(&mut self, id: IndexId, position: usize, text: Box<str>) {
        self.update(Place::Key(id, position), Some(text), &self.enum_names());
    }

    /// Notes PostgreSQL's own text of the condition of an index.
    pub fn set_normal_predicate(&mut self, id: IndexId, text: Box<str>) {
        self.update(Place::Predicate(id), Some(text), &self.enum_names());
    }

    /// Works out what each expression means.
    pub(crate) fn read_expressions(&mut self) {
        let mut places = Vec::new();
        for (at, (_, column)) in self.columns.iter().enumerate() {
            if let Some(ColumnDefault::Expression(_) | ColumnDefault::Generated(_)) = column.default {
                places.push(Place::Default(ColumnId::from_index(at)));
            }
        }
        for (at, (_, index)) in self.indexes.iter().enumerate() {
            let id = IndexId::from_index(at);
            places.extend(index.predicate.as_ref().map(|_| Place::Predicate(id)));
            let is_expression = |part: &crate::IndexPart| matches!(part.key, IndexKey::Expression(_));
            let keys = index.parts.iter().enumerate().filter(|(_, part)| is_expression(part));
            places.extend(keys.map(|(position, _)| Place::Key(id, position)));
        }
        for id in self.tables.ids() {
            places.extend((0..self.tables[id].checks.len()).map(|at| Place::Check(id, at)));
        }
        if !places.is_empty() {
            let enums = self.enum_names();
            for place in places {
                self.update(place, None, &enums);
            }
        }
    }

    fn enum_names(&self) -> EnumNames {
        let mut names = EnumNames::default();
        for enumeration in self.enums() {
            let name = enumeration.qualified_name();
            let full = Type::enumeration(name);
            names.insert(name.to_string(), Some(full.clone()));
            let bare = names.entry(name.name.as_str().to_owned());
            bare.and_modify(|entry| *entry = None).or_insert(Some(full));
        }
        names
    }

    /// Reads the expression at a place, after noting PostgreSQL's own text of it if that is given.
    fn update(&mut self, place: Place, normal: Option<Box<str>>, enums: &EnumNames) {
        let Some(mut expr) = self.expression_mut(place).map(|expr| expr.clone()) else { return };
        let schema = &*self;
        let enum_name = |id: &crate::EnumId| Type::enumeration(schema.enumeration(*id).qualified_name());
        let table = match place {
            Place::Default(id) => schema.column(id).table(),
            Place::Predicate(id) | Place::Key(id, _) => schema.index(id).table(),
            Place::Check(id, _) => schema.table(id),
        };
        let column = |name: &str| {
            let column = table.columns().find(|column| column.name().as_str() == name)?;
            Type::of_column(&column.get().ty, enum_name)
        };
        let target = match place {
            Place::Default(id) => Type::of_column(&schema.column(id).get().ty, enum_name),
            Place::Predicate(_) | Place::Check(..) => Some(Type::named("bool")),
            Place::Key(..) => None,
        };
        let implicit = schema.namespaces().find(|namespace| namespace.is_implicit());
        let context = Context {
            table: Some(table.name().as_str()),
            column: &column,
            user_type: &|name| enums.get(name).cloned().flatten(),
            target: target.map(resolve(enums)),
            search_path: implicit.map_or("public", |namespace| namespace.name().as_str()),
        };
        match normal {
            Some(text) => expr.set_normal(text, &context),
            None => expr.read(&context),
        }
        if let Some(place) = self.expression_mut(place) {
            *place = expr;
        }
    }

    fn expression_mut(&mut self, place: Place) -> Option<&mut Expr> {
        match place {
            Place::Default(id) => match self.columns[id.index()].1.default.as_mut()? {
                ColumnDefault::Expression(expr) | ColumnDefault::Generated(expr) => Some(expr),
                _ => None,
            },
            Place::Predicate(id) => self.indexes[id.index()].1.predicate.as_mut(),
            Place::Key(id, position) => match &mut self.indexes[id.index()].1.parts.get_mut(position)?.key {
                IndexKey::Expression(expr) => Some(expr),
                IndexKey::Column(_) => None,
            },
            Place::Check(id, at) => self.tables[id].checks.get_mut(at).map(|check| &mut check.condition),
        }
    }
}

/// A type that is written by its name, as the enum that it is.
fn resolve(enums: &EnumNames) -> impl FnOnce(Type) -> Type {
    |ty| match enums.get(&*ty.name) {
        Some(Some(name)) => Type { name: name.as_str().into(), ..ty },
        _ => ty,
    }
}
