//! Statements that make something only where nothing of the name is there, while they are watched.

use driftless_diagnostics::Span;
use driftless_ir::{Name, QualifiedName, SchemaBuilder};

use super::Interpreter;
use crate::catalog::{Object, RelationId, TypeKind};
use crate::facts::{Routine, code};
use crate::guarded::{Guarded, Known, Standing, Target, Traits, Watch};
use crate::refusal::Done;
use crate::statement::{CreateTrigger, Path, TableConstraint};

impl Interpreter {
    /// Watches the statements from now on. The routines are those of the database that no script made.
    pub(crate) fn watch(&mut self, routines: Vec<Routine>) {
        self.watch = Some(Box::new(Watch::new(self.catalog.clone(), routines)));
    }

    /// Notes what a statement is about to do to rows.
    pub(crate) fn note_rows(&mut self, statement: &str) {
        let place = self.at;
        if let Some(watch) = &mut self.watch {
            watch.routines.extend(code::routine_of(statement, &self.catalog.default_namespace));
            let facts = code::read(&self.catalog, &watch.routines, statement);
            watch.rows.push((place, facts));
        }
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
        let facts = Traits::new();
        watch.guarded.push(Guarded { place, target, name, table, concurrently, facts, standing });
    }

    /// Says of what a statement made what the model does not; `from` is how many entries there were before it.
    pub(super) fn complete_notes(&mut self, from: usize) {
        let Some(mut watch) = self.watch.take() else { return };
        let mut noted = watch.guarded.split_off(from);
        for entry in noted.iter_mut().filter(|entry| !matches!(entry.standing, Standing::Known(_))) {
            entry.facts = watch.certain(self.facts(&entry.target, &entry.name));
        }
        watch.guarded.append(&mut noted);
        self.watch = Some(watch);
    }

    /// Notes a statement that makes nothing, because a relation of the name stands there; `make` makes what it would.
    pub(super) fn note_skipped_relation(
        &mut self,
        existing: RelationId,
        word: &'static str,
        index: Option<(QualifiedName, bool)>,
        make: impl FnOnce(&mut Self) -> Done,
    ) {
        let relation = self.catalog.relation(existing);
        let held = Held {
            object: Object::Relation(existing),
            word: relation.word(),
            table: relation.index().map(|index| self.catalog.relation(index.table).name.clone()),
            changed: relation.history.changed,
        };
        let name = relation.name.clone();
        self.note_skipped(Target::Relation(word), name, index, held, make);
    }

    /// The same for a column.
    pub(super) fn note_skipped_column(
        &mut self,
        id: RelationId,
        column: Name,
        make: impl FnOnce(&mut Self) -> Done,
    ) {
        let relation = self.catalog.relation(id);
        let (name, part) = (relation.name.clone(), relation.column(&column));
        let Some(part) = part else { return };
        let held = Held::part(Object::Column(id, part.id), "column", part.history.changed);
        self.note_skipped(Target::Column(column), name, None, held, make);
    }

    /// Notes a constraint that a block adds, where it has a name.
    pub(super) fn note_constraint(&mut self, id: RelationId, constraint: &TableConstraint) {
        let Some(name) = constraint.name.clone().filter(|_| self.is_noted(false)) else { return };
        let relation = self.catalog.relation(id);
        let table = relation.name.clone();
        let target = Target::Constraint(name.clone());
        let Some(known) = relation.constraint(&name) else {
            return self.note_made(target, table, None);
        };
        let held = Held::part(Object::Constraint(id, known.id), "constraint", known.history.changed);
        let constraint = constraint.clone();
        self.note_skipped(target, table, None, held, |me| me.add_constraint(id, constraint));
    }

    /// Notes a trigger that a block makes.
    pub(super) fn note_trigger(&mut self, id: RelationId, spec: &CreateTrigger) {
        if spec.replace || !self.is_noted(false) {
            return;
        }
        let relation = self.catalog.relation(id);
        let (table, target) = (relation.name.clone(), Target::Trigger(spec.name.clone()));
        let Some(known) = relation.triggers.iter().find(|trigger| trigger.name == spec.name) else {
            return self.note_made(target, table, None);
        };
        let changed = known.history.changed;
        let held = Held::part(Object::Trigger(id, spec.name.clone()), "trigger", changed);
        let spec = spec.clone();
        self.note_skipped(target, table, None, held, |me| me.create_trigger(spec));
    }

    /// Notes a type that a block makes.
    pub(super) fn note_type(
        &mut self,
        path: &Path,
        word: &'static str,
        make: impl FnOnce(&mut Self) -> Done,
    ) -> Done {
        if !self.is_noted(false) {
            return Ok(());
        }
        let name = self.catalog.creation_name(path)?;
        let Some(existing) = self.catalog.find_type(&name) else {
            self.note_made(Target::Type(word), name, None);
            return Ok(());
        };
        let entry = self.catalog.type_entry(existing);
        let held = match &entry.kind {
            TypeKind::Enum(_) => "enum",
            TypeKind::Domain { .. } => "domain",
            TypeKind::Composite(_) | TypeKind::Other => "type",
        };
        let held = Held::part(Object::Type(existing), held, entry.history.changed);
        self.note_skipped(Target::Type(word), name, None, held, make);
        Ok(())
    }

    fn note_skipped(
        &mut self,
        target: Target,
        name: QualifiedName,
        index: Option<(QualifiedName, bool)>,
        held: Held,
        make: impl FnOnce(&mut Self) -> Done,
    ) {
        if self.watch.is_none() {
            return;
        }
        let (table, concurrently) = index.unzip();
        let is_kind = match &target {
            Target::Relation(word) | Target::Type(word) => *word == held.word,
            Target::Column(_) | Target::Constraint(_) | Target::Trigger(_) => true,
        };
        let held_facts = self.facts(&target, &name);
        let (whole, object) = (table.as_ref().unwrap_or(&name), held.object);
        let is_like = is_kind && held.table == table;
        let tried = is_like.then(|| {
            self.try_in_place(whole, object, |me| {
                make(me)?;
                Ok(me.facts(&target, &name))
            })
        });
        let (shapes, facts) = tried.flatten().unzip();
        let known =
            Known { word: held.word, table: held.table, changed: held.changed, facts: held_facts, shapes };
        let entry = Guarded {
            place: self.at,
            target,
            name,
            table,
            concurrently: concurrently.unwrap_or_default(),
            facts: facts.unwrap_or_default(),
            standing: Standing::Known(known),
        };
        if let Some(watch) = &mut self.watch {
            watch.guarded.push(entry);
        }
    }

    /// What stands there, and what `make` makes once it is out of the way, with what it says of that; nothing of it
    /// stays. `name` is that of what holds both.
    fn try_in_place(
        &mut self,
        name: &QualifiedName,
        existing: Object,
        make: impl FnOnce(&mut Self) -> Done<Traits>,
    ) -> Option<(Box<(SchemaBuilder, SchemaBuilder)>, Traits)> {
        let held = self.catalog.lower_alone(name);
        let watch = self.watch.take();
        let (mark, unknown) = (self.catalog.mark(), self.unknown.len());
        let at = self.at;
        let dropped = self.catalog.drop_objects(vec![existing], true, at).map(drop);
        let done = dropped.and_then(|()| make(self));
        let made = done.ok().map(|facts| (self.catalog.lower_alone(name), facts));
        self.catalog.rollback(&mark);
        self.unknown.truncate(unknown);
        self.watch = watch;
        made.map(|(made, facts)| (Box::new((held, made)), facts))
    }
}

/// What stands in the way of a statement.
struct Held {
    object: Object,
    word: &'static str,
    table: Option<QualifiedName>,
    changed: Span,
}

impl Held {
    fn part(object: Object, word: &'static str, changed: Span) -> Self {
        Self { object, word, table: None, changed }
    }
}
