//! What is to be said of a thing beyond the model of schemas: in the words that `standing.sql` of the catalog has for what
//! a database holds.
//!
//! Invariant: a property is left out where its value is not certain, or where any value will do.

use driftless_ir::{IndexKind, QualifiedName};

use super::Interpreter;
use crate::catalog::{
    Base, Column, ConstraintKind, Index, Relation, RelationId, RelationKind, Table, TypeKind, View,
};
use crate::guarded::{Target, Traits};
use crate::statement::{Deferral, Persistence};

impl Interpreter {
    /// What is to be said of something that is there.
    pub(super) fn facts(&self, target: &Target, name: &QualifiedName) -> Traits {
        let mut facts = Traits::new();
        let mut say = |of: String, is: String| {
            facts.insert(of, is);
        };
        if let Target::Type(_) = target {
            self.say_type(name, &mut say);
            return facts;
        }
        let Some(id) = self.catalog.find_relation(name) else { return facts };
        let relation = self.catalog.relation(id);
        match (target, &relation.kind) {
            (Target::Relation("table"), RelationKind::Table(table)) => {
                self.say_table(relation, table, &mut say)
            }
            (Target::Relation("index"), RelationKind::Index(index)) => say_index(index, &mut say),
            (Target::Relation("materialized view"), RelationKind::View(view)) => {
                self.say_view(relation, view, &mut say);
            }
            (Target::Column(column), _) => {
                let collation = relation.column(column).and_then(|column| column.collation.as_ref());
                if let Some(collation) = collation {
                    say("its collation".to_owned(), collation.as_str().to_owned());
                }
            }
            (Target::Constraint(constraint), _) => {
                if let Some(constraint) = relation.constraint(constraint)
                    && matches!(constraint.kind, ConstraintKind::Index(_))
                {
                    say("its timing".to_owned(), timing(constraint.deferral).to_owned());
                }
            }
            (Target::Trigger(trigger), _) => {
                if let Some(trigger) = relation.triggers.iter().find(|known| known.name == *trigger) {
                    say("its timing".to_owned(), trigger.events.to_string());
                    say("its function".to_owned(), trigger.function_name.as_str().to_owned());
                }
            }
            _ => {}
        }
        facts
    }

    fn say_type(&self, name: &QualifiedName, say: &mut impl FnMut(String, String)) {
        let Some(id) = self.catalog.find_type(name) else { return };
        match &self.catalog.type_entry(id).kind {
            TypeKind::Domain { base, .. } if !base.array && matches!(base.base, Base::Builtin(_)) => {
                say("its base type".to_owned(), self.catalog.type_text(base));
            }
            TypeKind::Composite(columns) => {
                let names = columns.iter().map(|(name, _)| name.as_str());
                say("its list of attributes".to_owned(), list(names));
            }
            _ => {}
        }
    }

    fn say_table(&self, relation: &Relation, table: &Table, say: &mut impl FnMut(String, String)) {
        let is_unlogged = relation.persistence == Persistence::Unlogged;
        say("its persistence".to_owned(), if is_unlogged { "unlogged" } else { "permanent" }.to_owned());
        let is_partitioned = table.partitioned_by.is_some();
        let kind = if is_partitioned { "a partitioned table" } else { "a plain table" };
        say("its kind".to_owned(), kind.to_owned());
        if !table.parents.is_empty() {
            let mut parents: Vec<_> = table.parents.iter().map(|id| self.place(*id)).collect();
            parents.sort_unstable();
            say("its parent".to_owned(), list(parents.iter().map(String::as_str)));
        }
        for constraint in &relation.constraints {
            if let ConstraintKind::Index(index) = &constraint.kind
                && self.catalog.relation(*index).index().is_some_and(|index| index.kind == IndexKind::Primary)
            {
                say("its primary key".to_owned(), timing(constraint.deferral).to_owned());
            }
        }
        for column in &relation.columns {
            if let Some(collation) = &column.collation {
                let of = format!("the collation of its column `{}`", column.name.as_str());
                say(of, collation.as_str().to_owned());
            }
        }
    }

    /// The columns by name, and what the query reads.
    fn say_view(&self, relation: &Relation, view: &View, say: &mut impl FnMut(String, String)) {
        let is_named = |column: &Column| column.name.as_str() != "?column?";
        if relation.open.is_some() || !relation.columns.iter().all(is_named) {
            return;
        }
        let names = relation.columns.iter().map(|column| column.name.as_str());
        say("its list of columns".to_owned(), list(names));
        let sources = view.uses.relations.iter().map(|(id, _)| *id);
        let is_read = |id: &RelationId| self.catalog.relation(*id).sequence().is_none();
        let mut sources: Vec<_> = sources.filter(is_read).map(|id| self.place(id)).collect();
        sources.sort_unstable();
        sources.dedup();
        say("what it reads".to_owned(), list(sources.iter().map(String::as_str)));
    }

    /// The name of a relation with its namespace.
    fn place(&self, id: RelationId) -> String {
        let name = &self.catalog.relation(id).name;
        format!("{}.{}", name.namespace.as_str(), name.name.as_str())
    }
}

fn say_index(index: &Index, say: &mut impl FnMut(String, String)) {
    for (at, key) in index.keys.iter().enumerate().filter(|(_, key)| key.column().is_some()) {
        let collation = key.collation.as_ref().map_or("default", |name| name.as_str());
        say(format!("the collation of its key {}", at + 1), collation.to_owned());
    }
}

fn timing(deferral: Deferral) -> &'static str {
    match deferral {
        None => "not deferrable",
        Some(false) => "deferrable",
        Some(true) => "initially deferred",
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
