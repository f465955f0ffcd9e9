//! Statements that make something only where nothing of the name is there, while they are watched.

use driftless_ir::{Name, QualifiedName, SchemaBuilder};

use super::Interpreter;
use crate::catalog::{Object, RelationId};
use crate::guarded::{Guarded, Known, Standing, Target, Watch};
use crate::refusal::Done;
use crate::statement::TableConstraint;

impl Interpreter {
    /// Watches the statements from now on.
    pub(crate) fn watch(&mut self) {
        self.watch = Some(Box::new(Watch::new(self.catalog.clone())));
    }

    /// Notes that a statement is about something that no script made.
    pub(super) fn note_lack(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.lacks = true;
        }
    }

    /// Whether a statement is to be noted that makes something; `guarded` where it says `IF NOT EXISTS`.
    pub(super) fn is_noted(&self, guarded: bool) -> bool {
        self.watch.is_some() && (guarded || self.blocks > 0)
    }

    /// Notes a statement that made something.
    pub(super) fn note_made(
        &mut self,
        target: Target,
        name: QualifiedName,
        index: Option<(QualifiedName, bool)>,
    ) {
        let place = self.at;
        let Some(watch) = &mut self.watch else { return };
        let (table, concurrently) = index.unzip();
        let standing = watch.standing(&target, &name, table.as_ref());
        let concurrently = concurrently.unwrap_or_default();
        watch.guarded.push(Guarded { place, target, name, table, concurrently, standing });
    }

    /// Notes a statement that makes nothing, because a relation of the name stands there; `make` makes what it would.
    pub(super) fn note_skipped_relation(
        &mut self,
        existing: RelationId,
        word: &'static str,
        index: Option<(QualifiedName, bool)>,
        make: impl FnOnce(&mut Self) -> Done,
    ) {
        if self.watch.is_none() {
            return;
        }
        let relation = self.catalog.relation(existing);
        let (name, held_word) = (relation.name.clone(), relation.word());
        let held_table = relation.index().map(|index| self.catalog.relation(index.table).name.clone());
        let (table, concurrently) = index.unzip();
        let shapes = (held_word == word && held_table == table).then(|| {
            let whole = table.clone().unwrap_or_else(|| name.clone());
            self.try_in_place(&whole, Object::Relation(existing), make)
        });
        let known = Known { word: held_word, table: held_table, shapes: shapes.flatten() };
        let concurrently = concurrently.unwrap_or_default();
        self.push(Guarded {
            place: self.at,
            target: Target::Relation(word),
            name,
            table,
            concurrently,
            standing: Standing::Known(known),
        });
    }

    /// The same for a column.
    pub(super) fn note_skipped_column(
        &mut self,
        id: RelationId,
        column: Name,
        make: impl FnOnce(&mut Self) -> Done,
    ) {
        let name = self.catalog.relation(id).name.clone();
        let part = self.catalog.relation(id).column(&column).map(|column| column.id);
        if let (Some(part), true) = (part, self.watch.is_some()) {
            let shapes = self.try_in_place(&name, Object::Column(id, part), make);
            let standing = Standing::Known(Known { word: "column", table: None, shapes });
            let target = Target::Column(column);
            self.push(Guarded { place: self.at, target, name, table: None, concurrently: false, standing });
        }
    }

    /// Notes a constraint that a block adds, where it has a name.
    pub(super) fn note_constraint(&mut self, id: RelationId, constraint: &TableConstraint) {
        let Some(name) = constraint.name.clone().filter(|_| self.is_noted(false)) else { return };
        let relation = self.catalog.relation(id);
        let table = relation.name.clone();
        let target = Target::Constraint(name.clone());
        let Some(part) = relation.constraint(&name).map(|constraint| constraint.id) else {
            return self.note_made(target, table, None);
        };
        let constraint = constraint.clone();
        let existing = Object::Constraint(id, part);
        let shapes = self.try_in_place(&table, existing, |me| me.add_constraint(id, constraint));
        let standing = Standing::Known(Known { word: "constraint", table: None, shapes });
        self.push(Guarded {
            place: self.at,
            target,
            name: table,
            table: None,
            concurrently: false,
            standing,
        });
    }

    /// The same for a type that a block makes.
    pub(super) fn note_skipped_enum(&mut self, name: &QualifiedName, make: impl FnOnce(&mut Self) -> Done) {
        let Some(existing) = self.catalog.find_type(name).filter(|_| self.is_noted(false)) else { return };
        let is_enum = self.catalog.enum_values(existing).is_some();
        let shapes = is_enum.then(|| self.try_in_place(name, Object::Type(existing), make)).flatten();
        let word = if is_enum { "enum" } else { "type" };
        let standing = Standing::Known(Known { word, table: None, shapes });
        let (target, name) = (Target::Type("enum"), name.clone());
        self.push(Guarded { place: self.at, target, name, table: None, concurrently: false, standing });
    }

    fn push(&mut self, entry: Guarded) {
        if let Some(watch) = &mut self.watch {
            watch.guarded.push(entry);
        }
    }

    /// What stands there, and what `make` makes once it is out of the way; nothing of that stays. `name` is that of what
    /// holds both.
    fn try_in_place(
        &mut self,
        name: &QualifiedName,
        existing: Object,
        make: impl FnOnce(&mut Self) -> Done,
    ) -> Option<Box<(SchemaBuilder, SchemaBuilder)>> {
        let held = self.catalog.lower_alone(name);
        let watch = self.watch.take();
        let (mark, unknown) = (self.catalog.mark(), self.unknown.len());
        let at = self.at;
        let dropped = self.catalog.drop_objects(vec![existing], true, at).map(drop);
        let done = dropped.and_then(|()| make(self));
        let made = done.is_ok().then(|| self.catalog.lower_alone(name));
        self.catalog.rollback(&mark);
        self.unknown.truncate(unknown);
        self.watch = watch;
        made.map(|made| Box::new((held, made)))
    }
}
