//! Columns: their types, what fills them, whether they take NULL.

use driftless_ir::{Builtin, IndexKind, Name};
use sqlparser::ast::Expr;

use super::Interpreter;
use super::tables::{check_room, collation_of};
use crate::catalog::{Base, Filling, Object, PartId, RelationId, Type, serial};
use crate::coercion::assigns;
use crate::default::{boolean, string_constant};
use crate::guarded::Target;
use crate::query::{expression_type, is_polymorphic_literal, resolve_expression};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{
    ColumnConstraint, ColumnSpec, Persistence, SequenceOptions, TableConstraint, TypeName,
};

impl Interpreter {
    /// A type that a column can have.
    pub(super) fn column_type(&self, name: &TypeName) -> Done<Type> {
        let ty = self.catalog.resolve_type(name)?;
        let pseudo = matches!(&ty.base, Base::Other(text) if matches!(&**text,
            "any" | "anyarray" | "anyelement" | "cstring" | "event_trigger" | "internal" | "record" | "trigger" | "unknown" | "void"));
        if pseudo {
            let message = format!("no column can be of type `{}`", name.path);
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        Ok(ty)
    }

    /// The number of a column that must exist.
    pub(super) fn require_column(&self, id: RelationId, name: &Name) -> Done<PartId> {
        let relation = self.catalog.relation(id);
        if let Some(column) = relation.column(name) {
            return Ok(column.id);
        }
        let message =
            format!("column `{}` of `{}` does not exist", name.as_str(), relation.name.name.as_str());
        Err(Refusal::new(SqlState::UndefinedColumn, message))
    }

    /// Carries out what a column's constraints say of the column alone; gives those of the table.
    pub(super) fn fill_column(
        &mut self,
        id: RelationId,
        column: PartId,
        constraints: Vec<(Option<Name>, ColumnConstraint)>,
        is_serial: bool,
    ) -> Done<Vec<TableConstraint>> {
        check_consistent(&constraints, is_serial)?;
        let mut others = Vec::new();
        for (name, constraint) in constraints {
            match constraint {
                ColumnConstraint::Null => {}
                ColumnConstraint::NotNull => self.set_nullable(id, column, false),
                ColumnConstraint::Default(value) => self.set_default(id, column, *value)?,
                ColumnConstraint::Generated(value) => self.set_generated(id, column, *value)?,
                ColumnConstraint::Identity { always, options } => {
                    self.make_identity(id, column, always, &options)?;
                }
                ColumnConstraint::Table(mut body, deferral) => {
                    let column = self.column_name(id, column);
                    body.set_column(column);
                    others.push(TableConstraint {
                        name,
                        body,
                        deferral,
                        not_valid: false,
                        no_inherit: false,
                    });
                }
            }
        }
        Ok(others)
    }

    pub(super) fn column_name(&self, id: RelationId, column: PartId) -> Name {
        let found = self.catalog.relation(id).column_by_id(column);
        found.map_or_else(|| Name::from(""), |column| column.name.clone())
    }

    pub(super) fn set_nullable(&mut self, id: RelationId, column: PartId, nullable: bool) {
        let at = self.at;
        if let Some(column) = self.catalog.relation_mut(id, at).column_by_id_mut(column) {
            column.nullable = nullable;
            column.history.changed = at;
        }
    }

    pub(super) fn set_filling(&mut self, id: RelationId, column: PartId, filling: Filling) {
        let at = self.at;
        if let Some(column) = self.catalog.relation_mut(id, at).column_by_id_mut(column) {
            column.filling = filling;
            column.history.changed = at;
        }
    }

    /// Gives a column a default, which must fit.
    pub(super) fn set_default(&mut self, id: RelationId, column: PartId, value: Expr) -> Done {
        let Some(entry) = self.catalog.relation(id).column_by_id(column) else { return Ok(()) };
        let (name, ty) = (entry.name.clone(), entry.ty.clone());
        refuse_filled(&entry.filling, &name)?;
        if is_null(&value) {
            self.set_filling(id, column, Filling::None);
            return Ok(());
        }
        if let Err(refusal) = resolve_expression(&self.catalog, None, value.clone()) {
            if refusal.state == SqlState::UndefinedColumn
                && resolve_expression(&self.catalog, Some(id), value.clone()).is_ok()
            {
                let message = "a default cannot refer to a column";
                return Err(Refusal::new(SqlState::FeatureNotSupported, message));
            }
            return Err(refusal);
        }
        let expression = resolve_expression(&self.catalog, None, value)?;
        self.check_fits(None, &expression.tree, &ty, &name)?;
        self.set_filling(id, column, Filling::Default(expression));
        Ok(())
    }

    /// Makes a column a generated one: from columns that are none themselves.
    fn set_generated(&mut self, id: RelationId, column: PartId, value: Expr) -> Done {
        let expression = resolve_expression(&self.catalog, Some(id), value)?;
        let relation = self.catalog.relation(id);
        let Some(entry) = relation.column_by_id(column) else { return Ok(()) };
        let is_generated = |used: &PartId| {
            let other = relation.column_by_id(*used);
            *used == column || other.is_some_and(|other| matches!(other.filling, Filling::Generated(_)))
        };
        if expression.uses.own_columns.iter().any(is_generated) {
            let message =
                format!("column `{}` cannot be generated from a generated column", entry.name.as_str());
            return Err(Refusal::new(SqlState::InvalidObjectDefinition, message));
        }
        let (name, ty) = (entry.name.clone(), entry.ty.clone());
        self.check_fits(Some(id), &expression.tree, &ty, &name)?;
        self.set_filling(id, column, Filling::Generated(expression));
        Ok(())
    }

    /// Refuses a default that cannot become a value of the column.
    fn check_fits(&self, relation: Option<RelationId>, value: &Expr, ty: &Type, column: &Name) -> Done {
        if is_polymorphic_literal(value) {
            return match string_constant(value) {
                Some(text) => self.check_constant(text, ty),
                None => Ok(()),
            };
        }
        let from = expression_type(&self.catalog, relation, value);
        if assigns(&self.catalog, &from, ty) == Some(false) {
            let message = format!(
                "column `{}` is of type {} but its default is of type {}",
                column.as_str(),
                self.catalog.type_text(ty),
                self.catalog.type_text(&from)
            );
            return Err(Refusal::new(SqlState::DatatypeMismatch, message));
        }
        Ok(())
    }

    /// Refuses a string that the type does not read.
    fn check_constant(&self, text: &str, ty: &Type) -> Done {
        let reads = match &self.catalog.base_type(ty).base {
            _ if ty.array => text.trim_start().starts_with(['{', '[']),
            Base::Entry(id) => self
                .catalog
                .enum_values(*id)
                .is_none_or(|values| values.iter().any(|value| value.as_str() == text)),
            Base::Builtin(builtin) => reads(*builtin, text),
            _ => true,
        };
        if reads {
            return Ok(());
        }
        let message = format!("`{text}` is not a value of type {}", self.catalog.type_text(ty));
        let state =
            if is_moment(ty) { SqlState::InvalidDatetimeFormat } else { SqlState::InvalidTextRepresentation };
        Err(Refusal::new(state, message))
    }

    pub(super) fn drop_default(&mut self, id: RelationId, column: PartId) -> Done {
        let Some(entry) = self.catalog.relation(id).column_by_id(column) else { return Ok(()) };
        refuse_filled(&entry.filling, &entry.name)?;
        self.set_filling(id, column, Filling::None);
        Ok(())
    }

    pub(super) fn drop_not_null(&mut self, id: RelationId, column: PartId) -> Done {
        let relation = self.catalog.relation(id);
        let Some(entry) = relation.column_by_id(column) else { return Ok(()) };
        if matches!(entry.filling, Filling::Identity { .. }) {
            return Err(Refusal::new(
                SqlState::SyntaxError,
                format!("column `{}` is an identity column", entry.name.as_str()),
            ));
        }
        let in_key =
            relation.indexes.iter().filter_map(|index| self.catalog.relation(*index).index()).any(|index| {
                index.kind == IndexKind::Primary && index.keys.iter().any(|key| key.column() == Some(column))
            });
        if in_key {
            let message = format!("column `{}` is in a primary key", entry.name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        if entry.inherited > 0 && !entry.nullable && relation.table().is_some_and(|table| table.is_partition)
        {
            let message = format!("column `{}` is marked NOT NULL in the parent table", entry.name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        self.set_nullable(id, column, true);
        Ok(())
    }

    /// Makes a column an identity column, with a sequence of its own.
    pub(super) fn make_identity(
        &mut self,
        id: RelationId,
        column: PartId,
        always: bool,
        options: &SequenceOptions,
    ) -> Done {
        let relation = self.catalog.relation(id);
        let Some(entry) = relation.column_by_id(column).cloned() else { return Ok(()) };
        let integer =
            matches!(entry.ty.base, Base::Builtin(Builtin::SmallInt | Builtin::Integer | Builtin::BigInt));
        if !integer || entry.ty.array {
            let message = "an identity column must be smallint, integer or bigint";
            return Err(Refusal::new(SqlState::InvalidParameterValue, message));
        }
        let (name, persistence) = (relation.name.clone(), relation.persistence);
        let sequence = self.make_column_sequence(&name, persistence, &entry, options, true)?;
        self.own_sequence(sequence, id, column);
        self.set_nullable(id, column, false);
        self.set_filling(id, column, Filling::Identity { always, sequence });
        Ok(())
    }

    pub(super) fn add_identity(
        &mut self,
        id: RelationId,
        column: PartId,
        always: bool,
        options: &SequenceOptions,
    ) -> Done {
        let Some(entry) = self.catalog.relation(id).column_by_id(column) else { return Ok(()) };
        let name = entry.name.as_str();
        let obstacle = match &entry.filling {
            _ if entry.nullable => {
                Some(format!("column `{name}` must be NOT NULL before it can be an identity"))
            }
            Filling::Identity { .. } => Some(format!("column `{name}` is already an identity column")),
            Filling::Default(_) | Filling::Generated(_) => {
                Some(format!("column `{name}` already has a default"))
            }
            Filling::None => None,
        };
        match obstacle {
            Some(message) => Err(Refusal::new(SqlState::ObjectNotInPrerequisiteState, message)),
            None => self.make_identity(id, column, always, options),
        }
    }

    pub(super) fn drop_identity(&mut self, id: RelationId, column: PartId, if_exists: bool) -> Done {
        let Some(entry) = self.catalog.relation(id).column_by_id(column) else { return Ok(()) };
        let Filling::Identity { sequence, .. } = entry.filling else {
            if if_exists {
                return Ok(());
            }
            let message = format!("column `{}` is not an identity column", entry.name.as_str());
            return Err(Refusal::new(SqlState::ObjectNotInPrerequisiteState, message));
        };
        self.set_filling(id, column, Filling::None);
        let at = self.at;
        self.catalog.drop_objects(vec![Object::Relation(sequence)], true, at).map(|_| ())
    }

    pub(super) fn drop_expression(&mut self, id: RelationId, column: PartId, if_exists: bool) -> Done {
        let Some(entry) = self.catalog.relation(id).column_by_id(column) else { return Ok(()) };
        if !matches!(entry.filling, Filling::Generated(_)) {
            if if_exists {
                return Ok(());
            }
            let message = format!("column `{}` is not a generated column", entry.name.as_str());
            return Err(Refusal::new(SqlState::ObjectNotInPrerequisiteState, message));
        }
        self.set_filling(id, column, Filling::None);
        Ok(())
    }

    /// Adds a column to a table that exists.
    pub(super) fn add_column(
        &mut self,
        id: RelationId,
        spec: ColumnSpec,
        if_not_exists: bool,
    ) -> Done<Vec<TableConstraint>> {
        let relation = self.catalog.relation(id);
        if relation.column(&spec.name).is_some() {
            if if_not_exists {
                if relation.persistence != Persistence::Temporary {
                    let name = spec.name.clone();
                    self.note_skipped_column(id, name, |me| {
                        let constraints = me.add_column(id, spec, false)?;
                        me.add_constraints(id, constraints)
                    });
                }
                return Ok(Vec::new());
            }
            let message = format!(
                "column `{}` of `{}` already exists",
                spec.name.as_str(),
                relation.name.name.as_str()
            );
            return Err(Refusal::new(SqlState::DuplicateColumn, message));
        }
        check_room(relation.columns.len())?;
        if relation.persistence != Persistence::Temporary && self.is_noted(if_not_exists) {
            let table = relation.name.clone();
            self.note_made(Target::Column(spec.name.clone()), table, None);
        }
        let relation = self.catalog.relation(id);
        let Some(type_name) = &spec.ty else { return Ok(Vec::new()) };
        let is_identity =
            |(_, constraint): &(_, ColumnConstraint)| matches!(constraint, ColumnConstraint::Identity { .. });
        if spec.constraints.iter().any(is_identity) && !self.children(id).is_empty() {
            let message = "a table with children cannot get an identity column";
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        let serial = serial(type_name);
        let ty = match serial {
            Some(builtin) => Type::builtin(builtin),
            None => self.column_type(type_name)?,
        };
        let mut changed = relation.clone();
        let mut column = self.new_column(&mut changed, spec.name.clone(), ty, serial.is_none());
        column.collation = Some(collation_of(&spec));
        let at = self.at;
        if serial.is_some() {
            let options = SequenceOptions::default();
            let sequence =
                self.make_column_sequence(&changed.name, changed.persistence, &column, &options, false)?;
            let (part, relation) = (column.id, self.catalog.relation_mut(id, at));
            relation.next_part = part;
            relation.columns.push(column);
            self.own_serial(id, part, sequence);
            return self.fill_column(id, part, spec.constraints, true);
        }
        let part = column.id;
        let relation = self.catalog.relation_mut(id, at);
        relation.next_part = part;
        relation.columns.push(column);
        let others = self.fill_column(id, part, spec.constraints, false)?;
        self.add_column_to_children(id, part)?;
        Ok(others)
    }

    /// Changes the type of a column.
    pub(super) fn set_type(
        &mut self,
        id: RelationId,
        column: PartId,
        ty: &TypeName,
        using: Option<&Expr>,
    ) -> Done {
        let to = self.column_type(ty)?;
        let Some(entry) = self.catalog.relation(id).column_by_id(column).cloned() else { return Ok(()) };
        self.check_type_can_change(id, column, &entry.name, &to)?;
        let from = match using {
            Some(using) => {
                resolve_expression(&self.catalog, Some(id), using.clone())?;
                expression_type(&self.catalog, Some(id), using)
            }
            None => entry.ty.clone(),
        };
        let mismatch = |what: &str, from: &Type| {
            let message = format!(
                "{what} `{}` cannot become {} from {} by itself",
                entry.name.as_str(),
                self.catalog.type_text(&to),
                self.catalog.type_text(from)
            );
            Refusal::new(SqlState::DatatypeMismatch, message)
        };
        if !using.is_some_and(is_polymorphic_literal) && assigns(&self.catalog, &from, &to) == Some(false) {
            return Err(mismatch("the column", &from));
        }
        if let Filling::Default(_) = &entry.filling
            && assigns(&self.catalog, &entry.ty, &to) == Some(false)
        {
            return Err(mismatch("the default of column", &entry.ty));
        }
        if let Filling::Identity { .. } = entry.filling
            && !matches!(to.base, Base::Builtin(Builtin::SmallInt | Builtin::Integer | Builtin::BigInt))
        {
            let message = "an identity column must be smallint, integer or bigint";
            return Err(Refusal::new(SqlState::InvalidParameterValue, message));
        }
        let at = self.at;
        let from = entry.ty.clone();
        if let Some(column) = self.catalog.relation_mut(id, at).column_by_id_mut(column) {
            column.ty = to.clone();
            column.collation = None;
            column.history.changed = at;
        }
        self.check_keys_after_type(id, column, &from)?;
        self.set_type_of_children(id, &entry.name, &to);
        Ok(())
    }

    fn check_type_can_change(&self, id: RelationId, column: PartId, name: &Name, to: &Type) -> Done {
        let relation = self.catalog.relation(id);
        let refuse = |what: String| {
            let message = format!("the type of column `{}` cannot change: {what} uses it", name.as_str());
            Err(Refusal::new(SqlState::FeatureNotSupported, message))
        };
        for (_, other) in self.catalog.referrers(id) {
            if other.view().is_some_and(|view| view.uses.relations.contains(&(id, Some(column)))) {
                return refuse(format!("the view `{}`", other.name.name.as_str()));
            }
        }
        for other in &relation.columns {
            if let Filling::Generated(expression) = &other.filling
                && expression.uses.own_columns.contains(&column)
                && other.id != column
            {
                return refuse(format!("the generated column `{}`", other.name.as_str()));
            }
        }
        for trigger in &relation.triggers {
            if trigger.columns.contains(&column) || trigger.condition.own_columns.contains(&column) {
                return refuse(format!("the trigger `{}`", trigger.name.as_str()));
            }
        }
        if let Some(policy) =
            relation.policies.iter().find(|policy| policy.uses.own_columns.contains(&column))
        {
            return refuse(format!("the policy `{}`", policy.name.as_str()));
        }
        let in_key = relation.table().and_then(|table| table.partitioned_by.as_ref());
        let inherited = relation.column_by_id(column).is_some_and(|column| column.inherited > 0);
        if in_key.is_some_and(|key| key.contains(&column)) || inherited {
            let message = format!("the type of column `{}` cannot change", name.as_str());
            return Err(Refusal::new(SqlState::InvalidTableDefinition, message));
        }
        let _ = to;
        Ok(())
    }
}

fn is_moment(ty: &Type) -> bool {
    use Builtin::{Date, Time, TimeTz, Timestamp, TimestampTz};
    matches!(ty.base, Base::Builtin(Date | Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_)))
}

/// Whether the input function of a type reads a text; where that takes more than a look, it does.
fn reads(builtin: Builtin, text: &str) -> bool {
    let text = text.trim();
    let word = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    match builtin {
        Builtin::SmallInt => text.parse::<i16>().is_ok(),
        Builtin::Integer => text.parse::<i32>().is_ok(),
        Builtin::BigInt => text.parse::<i64>().is_ok(),
        Builtin::Boolean => boolean(text).is_some(),
        Builtin::Real | Builtin::DoublePrecision | Builtin::Numeric(_) => {
            text.parse::<f64>().is_ok() || matches!(&*word, "nan" | "infinity" | "inf")
        }
        Builtin::Uuid => {
            let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
            digits == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || b"-{}".contains(&byte))
        }
        Builtin::Json | Builtin::JsonB => {
            text.starts_with(['{', '[', '"', '-'])
                || text.starts_with(|first: char| first.is_ascii_digit())
                || matches!(text, "true" | "false" | "null")
        }
        Builtin::Date
        | Builtin::Time(_)
        | Builtin::TimeTz(_)
        | Builtin::Timestamp(_)
        | Builtin::TimestampTz(_) => {
            const WORDS: &[&str] =
                &["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs"];
            WORDS.contains(&&*word) || text.len() > 3 && text.bytes().any(|byte| byte.is_ascii_digit())
        }
        _ => true,
    }
}

fn is_null(value: &Expr) -> bool {
    match value {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_null(inner),
        Expr::Value(value) => matches!(value.value, sqlparser::ast::Value::Null),
        _ => false,
    }
}

/// A column that is filled otherwise has no default to set or drop.
fn refuse_filled(filling: &Filling, name: &Name) -> Done {
    let what = match filling {
        Filling::Identity { .. } => "an identity column",
        Filling::Generated(_) => "a generated column",
        Filling::None | Filling::Default(_) => return Ok(()),
    };
    Err(Refusal::new(SqlState::SyntaxError, format!("column `{}` is {what}", name.as_str())))
}

/// Refuses constraints of one column that contradict each other.
fn check_consistent(constraints: &[(Option<Name>, ColumnConstraint)], is_serial: bool) -> Done {
    let count = |is: fn(&ColumnConstraint) -> bool| constraints.iter().filter(|(_, c)| is(c)).count();
    let null = count(|constraint| matches!(constraint, ColumnConstraint::Null));
    let not_null =
        count(|constraint| matches!(constraint, ColumnConstraint::NotNull)) + usize::from(is_serial);
    let fills = count(|constraint| {
        matches!(
            constraint,
            ColumnConstraint::Default(_) | ColumnConstraint::Generated(_) | ColumnConstraint::Identity { .. }
        )
    });
    let identity = count(|constraint| matches!(constraint, ColumnConstraint::Identity { .. }));
    if null > 0 && not_null + identity > 0 {
        return Err(Refusal::new(SqlState::SyntaxError, "a column is said to be both NULL and NOT NULL"));
    }
    if fills + usize::from(is_serial) > 1 {
        return Err(Refusal::new(SqlState::SyntaxError, "a column is filled in more than one way"));
    }
    Ok(())
}
