//! Sequences and who owns them.

use driftless_ir::{Builtin, QualifiedName, Quoted};

use super::Interpreter;
use crate::catalog::{
    Base, Column, Expression, Filling, PartId, RelationId, RelationKind, Sequence, Type, Uses,
    sequence_bounds,
};
use crate::guarded::Target;
use crate::names::choose_name;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Path, Persistence, SequenceOptions, parse_expression};

impl Interpreter {
    pub(super) fn create_sequence(
        &mut self,
        path: &Path,
        if_not_exists: bool,
        temporary: bool,
        options: &SequenceOptions,
    ) -> Done {
        let name = self.new_relation_name(path, temporary)?;
        if if_not_exists && let Some(existing) = self.catalog.find_relation(&name) {
            self.note_skipped_relation(existing, "sequence", None, |_| Ok(()));
            return Ok(());
        }
        if !temporary && self.is_noted(if_not_exists) {
            self.note_made(Target::Relation("sequence"), name.clone(), None);
        }
        self.catalog.check_relation_name_free(&name, false)?;
        let persistence = if temporary { Persistence::Temporary } else { Persistence::Permanent };
        let sequence = self.new_sequence(Builtin::BigInt, options)?;
        let relation = self.new_relation(name, RelationKind::Sequence(sequence), persistence);
        let id = self.catalog.add_relation(relation);
        self.change_owner(id, options)
    }

    fn new_sequence(&self, ty: Builtin, options: &SequenceOptions) -> Done<Sequence> {
        let mut sequence = Sequence {
            ty,
            start: 1,
            increment: 1,
            min: 1,
            max: sequence_bounds(ty).1,
            cache: 1,
            cycle: false,
            owner: None,
            identity: false,
        };
        self.set_options(&mut sequence, options, true)?;
        Ok(sequence)
    }

    fn set_options(&self, sequence: &mut Sequence, options: &SequenceOptions, is_new: bool) -> Done {
        let invalid = |message: &str| Err(Refusal::new(SqlState::InvalidParameterValue, message));
        let former = sequence.clone();
        if let Some(ty) = &options.ty {
            let Type {
                base: Base::Builtin(ty @ (Builtin::SmallInt | Builtin::Integer | Builtin::BigInt)),
                array: false,
            } = self.catalog.resolve_type(ty)?
            else {
                return invalid("a sequence is of type smallint, integer or bigint");
            };
            sequence.ty = ty;
        }
        sequence.increment = options.increment.unwrap_or(sequence.increment);
        if sequence.increment == 0 {
            return invalid("a sequence cannot go on by 0");
        }
        let (ascending, bounds) = (sequence.increment > 0, sequence_bounds(sequence.ty));
        let retyped = options.ty.is_some() && former.ty != sequence.ty;
        let former_bounds = sequence_bounds(former.ty);
        // A bound that was the old type's becomes the new type's.
        let keeps = |was_of_type: bool| !(is_new || (retyped && was_of_type));
        sequence.max = match options.max {
            Some(Some(max)) => max,
            None if keeps(former.max == former_bounds.1) => sequence.max,
            _ => {
                if ascending {
                    bounds.1
                } else {
                    -1
                }
            }
        };
        sequence.min = match options.min {
            Some(Some(min)) => min,
            None if keeps(former.min == former_bounds.0) => sequence.min,
            _ => {
                if ascending {
                    1
                } else {
                    bounds.0
                }
            }
        };
        if is_new {
            sequence.start = if ascending { sequence.min } else { sequence.max };
        }
        sequence.start = options.start.unwrap_or(sequence.start);
        sequence.cache = options.cache.unwrap_or(sequence.cache);
        sequence.cycle = options.cycle.unwrap_or(sequence.cycle);
        if sequence.min < bounds.0 || sequence.max > bounds.1 || sequence.min >= sequence.max {
            return invalid("the bounds of the sequence do not fit");
        }
        if sequence.start < sequence.min || sequence.start > sequence.max || sequence.cache < 1 {
            return invalid("the sequence starts outside its bounds");
        }
        Ok(())
    }

    pub(super) fn alter_sequence(&mut self, path: &Path, if_exists: bool, options: &SequenceOptions) -> Done {
        let Some(id) = self.catalog.find_relation_path(path) else {
            return if if_exists { Ok(()) } else { self.catalog.require_relation(path).map(|_| ()) };
        };
        if self.catalog.relation(id).sequence().is_none() {
            return Err(Refusal::new(SqlState::WrongObjectType, format!("`{path}` is not a sequence")));
        }
        self.change_sequence(id, options)?;
        self.change_owner(id, options)
    }

    pub(super) fn change_sequence(&mut self, id: RelationId, options: &SequenceOptions) -> Done {
        let Some(mut sequence) = self.catalog.relation(id).sequence().cloned() else { return Ok(()) };
        self.set_options(&mut sequence, options, false)?;
        let at = self.at;
        self.catalog.relation_mut(id, at).kind = RelationKind::Sequence(sequence);
        Ok(())
    }

    /// `OWNED BY`.
    fn change_owner(&mut self, id: RelationId, options: &SequenceOptions) -> Done {
        let Some(owner) = &options.owned_by else { return Ok(()) };
        let relation = self.catalog.relation(id);
        if relation.sequence().is_some_and(|sequence| sequence.identity) {
            let message = "the sequence of an identity column has no other owner";
            return Err(Refusal::new(SqlState::FeatureNotSupported, message));
        }
        let owner = match owner {
            None => None,
            Some((table, column)) => {
                let namespace = relation.name.namespace.clone();
                let table = self.catalog.require_relation(table)?;
                if self.catalog.relation(table).name.namespace != namespace {
                    let message = "a sequence lies in the schema of the table that owns it";
                    return Err(Refusal::new(SqlState::ObjectNotInPrerequisiteState, message));
                }
                Some((table, self.require_column(table, column)?))
            }
        };
        let at = self.at;
        if let RelationKind::Sequence(sequence) = &mut self.catalog.relation_mut(id, at).kind {
            sequence.owner = owner;
        }
        Ok(())
    }

    /// Makes the sequence of a `SERIAL` or identity column, which may not exist yet.
    pub(super) fn make_column_sequence(
        &mut self,
        table: &QualifiedName,
        persistence: Persistence,
        column: &Column,
        options: &SequenceOptions,
        identity: bool,
    ) -> Done<RelationId> {
        let ty = match column.ty.base {
            Base::Builtin(builtin) => builtin,
            _ => Builtin::BigInt,
        };
        let taken = |name: &driftless_ir::Name| {
            let qualified = QualifiedName { namespace: table.namespace.clone(), name: name.clone() };
            self.catalog.find_relation(&qualified).is_some()
        };
        let name = match &options.name {
            Some(path) => self.catalog.creation_name(path)?,
            None => QualifiedName {
                namespace: table.namespace.clone(),
                name: choose_name(table.name.as_str(), Some(column.name.as_str()), "seq", taken),
            },
        };
        self.catalog.check_relation_name_free(&name, false)?;
        let mut sequence = self.new_sequence(ty, options)?;
        sequence.identity = identity;
        let relation = self.new_relation(name, RelationKind::Sequence(sequence), persistence);
        Ok(self.catalog.add_relation(relation))
    }

    pub(super) fn own_sequence(&mut self, sequence: RelationId, table: RelationId, column: PartId) {
        let at = self.at;
        if let RelationKind::Sequence(sequence) = &mut self.catalog.relation_mut(sequence, at).kind {
            sequence.owner = Some((table, column));
        }
    }

    /// Gives a `SERIAL` column its sequence and its default.
    pub(super) fn own_serial(&mut self, table: RelationId, column: PartId, sequence: RelationId) {
        self.own_sequence(sequence, table, column);
        let name = self.catalog.relation(sequence).name.to_string();
        let Some(tree) = parse_expression(&format!("nextval({}::regclass)", Quoted(&name).conforming()))
        else {
            return;
        };
        let uses = Uses { relations: vec![(sequence, None)], ..Uses::default() };
        self.set_filling(
            table,
            column,
            Filling::Default(Expression { tree: tree.into(), uses: uses.into() }),
        );
    }
}
