//! Enum types and their values.

use driftless_ir::{
    BaseType, ColumnDefault, ColumnWalker, EnumId, EnumValue, EnumWalker, IndexWalker, Literal, Name, Schema,
};
use indexmap::IndexMap;

use super::Differ;
use crate::Pair;
use crate::step::{AlterEnum, EnumColumn, Step};

impl Differ<'_> {
    pub(super) fn diff_enums(&mut self) {
        for previous in self.schemas.previous.enums() {
            if !self.is_managed_enum(previous) {
                continue;
            }
            match self.correspondence.next_enum(previous.id()) {
                None => self.steps.push(Step::DropEnum(previous.id())),
                Some(next) => self.diff_enum(Pair::new(previous, self.schemas.next.enumeration(next))),
            }
        }
        for next in self.schemas.next.enums() {
            if self.correspondence.previous_enum(next.id()).is_none() && self.is_managed_enum(next) {
                self.steps.push(Step::CreateEnum(next.id()));
            }
        }
    }

    fn diff_enum(&mut self, enums: Pair<EnumWalker<'_>>) {
        let ids = enums.map(EnumWalker::id);
        if enums.map(EnumWalker::qualified_name).differs() {
            self.steps.push(Step::RenameEnum(ids));
        }
        let Some(mut alter) = compare_values(ids, enums.map(|e| e.get().values.as_slice())) else {
            return;
        };
        alter.columns = self.columns_of_enum(ids);
        alter.indexes = self.indexes_on_values(&alter.columns);
        let added: Vec<_> = alter.added.iter().map(|at| &enums.next.get().values[*at].name).collect();
        alter.uses_added_value = !added.is_empty() && uses_value(self.schemas.next, ids.next, &added);
        self.steps.push(Step::AlterEnum(alter));
    }

    /// The columns of the previous schema that hold values of the type.
    fn columns_of_enum(&self, enums: Pair<EnumId>) -> Vec<EnumColumn> {
        let holds = |column: ColumnWalker<'_>, id| column.get().ty.base == BaseType::Enum(id);
        let next = self.schemas.next.columns().filter(|column| holds(*column, enums.next));
        let kept = next.filter_map(|next| {
            let previous = self.correspondence.previous_column(next.id())?;
            let is_held = holds(self.schemas.previous.column(previous), enums.previous);
            is_held.then_some(EnumColumn { previous, next: Some(next.id()) })
        });
        let mut columns: Vec<_> = kept.collect();
        let ceases = |column: &ColumnWalker<'_>| {
            let next = self.correspondence.next_column(column.id());
            holds(*column, enums.previous)
                && next.is_none_or(|next| !holds(self.schemas.next.column(next), enums.next))
        };
        let gone = self.schemas.previous.columns().filter(ceases);
        columns.extend(gone.map(|column| EnumColumn { previous: column.id(), next: None }));
        columns
    }

    /// The partial indexes of the previous schema whose condition compares one of the columns with a value: PostgreSQL
    /// cannot rebuild them on another type.
    fn indexes_on_values(&self, columns: &[EnumColumn]) -> Vec<driftless_ir::IndexId> {
        let mut ids = Vec::new();
        for column in columns {
            let column = self.schemas.previous.column(column.previous);
            let compares = |index: &IndexWalker<'_>| {
                let text = index.get().predicate.as_ref().map_or("", |predicate| &predicate.text);
                text.contains('\'') && text.contains(column.name().as_str())
            };
            ids.extend(column.table().indexes().filter(compares).map(IndexWalker::id));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// What happens to the values; `None` if nothing does. Their order alone is no difference: changing it would rewrite
/// every table that uses the type.
fn compare_values(enums: Pair<EnumId>, values: Pair<&[EnumValue]>) -> Option<AlterEnum> {
    let positions = values.map(|values| {
        values.iter().enumerate().map(|(at, value)| (&value.name, at)).collect::<IndexMap<&Name, usize>>()
    });
    let lone = |positions: &IndexMap<&Name, usize>, others: &IndexMap<&Name, usize>| -> Vec<usize> {
        positions.iter().filter(|(name, _)| !others.contains_key(*name)).map(|(_, at)| *at).collect()
    };
    let mut removed = lone(&positions.previous, &positions.next);
    let mut added = lone(&positions.next, &positions.previous);
    let mut renamed = Vec::new();
    removed.retain(|previous| {
        let handle = handle(&values.previous[*previous]);
        let Some(place) = added.iter().position(|next| self::handle(&values.next[*next]) == handle) else {
            return true;
        };
        renamed.push(Pair::new(*previous, added.remove(place)));
        false
    });
    let is_change = !(removed.is_empty() && added.is_empty() && renamed.is_empty());
    is_change.then(|| AlterEnum {
        enums,
        renamed,
        added,
        removed,
        columns: Vec::new(),
        indexes: Vec::new(),
        uses_added_value: false,
    })
}

fn handle(value: &EnumValue) -> &Name {
    value.handle.as_ref().unwrap_or(&value.name)
}

/// Whether a default or the condition of an index names one of the values.
fn uses_value(schema: &Schema, enumeration: EnumId, values: &[&Name]) -> bool {
    let is_value = |text: &str| values.iter().any(|value| value.as_str() == text);
    let names_value = |text: &str| {
        text.contains('\'') && values.iter().any(|value| text.contains(&format!("'{}'", value.as_str())))
    };
    let is_used = |literal: &Literal| matches!(literal, Literal::EnumValue(text) if is_value(text));
    let mut holders = schema.columns().filter(|column| column.get().ty.base == BaseType::Enum(enumeration));
    holders.any(|column| {
        let in_default = match &column.get().default {
            Some(ColumnDefault::Literal(literal)) => is_used(literal),
            Some(ColumnDefault::Array(literals)) => literals.iter().any(is_used),
            Some(ColumnDefault::Expression(expr) | ColumnDefault::Generated(expr)) => names_value(&expr.text),
            _ => false,
        };
        let mut predicates = column.table().indexes().filter_map(|index| index.get().predicate.as_ref());
        in_default || predicates.any(|predicate| names_value(&predicate.text))
    })
}
