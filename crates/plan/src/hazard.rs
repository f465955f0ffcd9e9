//! What a plan may destroy, and where the data may make it fail. Typed, so that a front end can decide.

use driftless_ir::{ColumnId, EnumId, IndexId, Name, TableId, TableWalker};

use crate::Pair;
use crate::order::Plan;
use crate::render::Style;
use crate::step::{AlterColumn, AlterTable, By, Nullability, PrimaryKeyChange, Retype, Shape, Step};

/// How bad a hazard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The statement fails on some data; nothing is lost.
    MayFail,
    /// Data is lost.
    Destroys,
}

/// One hazard. Ids belong to the previous schema for what goes, to the next for what comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// A table goes with its rows.
    DroppedTable(TableId),
    /// A column goes with its values.
    DroppedColumn(ColumnId),
    /// A column is dropped and made anew for another type.
    RecreatedColumn(Pair<ColumnId>),
    /// An array is cut down to its first element.
    FirstElement(Pair<ColumnId>),
    /// An array becomes its text.
    ArrayAsText(Pair<ColumnId>),
    /// Local times are taken for UTC, or for the session's time zone in the plain style.
    TimeZone(Pair<ColumnId>),
    /// Values must be read as another type.
    Cast(Pair<ColumnId>),
    /// A column ceases to take NULL, and has no default to put there.
    Required(Pair<ColumnId>),
    /// A new column takes no NULL and has no default.
    AddedRequired(ColumnId),
    /// Values of an enum type go; rows that hold them are in the way.
    RemovedValues(EnumId, Vec<Name>),
    /// Rows must be unique that need not have been.
    Unique(IndexId),
}

impl Hazard {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::DroppedTable(_)
            | Self::DroppedColumn(_)
            | Self::RecreatedColumn(_)
            | Self::FirstElement(_)
            | Self::ArrayAsText(_)
            | Self::TimeZone(_) => Severity::Destroys,
            Self::Cast(_)
            | Self::Required(_)
            | Self::AddedRequired(_)
            | Self::RemovedValues(..)
            | Self::Unique(_) => Severity::MayFail,
        }
    }

    /// One sentence without a full stop, names in backticks.
    pub fn describe(&self, plan: &Plan<'_>) -> String {
        let Pair { previous, next } = plan.schemas();
        let (column, phrase) = match self {
            Self::DroppedTable(id) => {
                return format!("the table `{}` is dropped with its rows", table_name(previous.table(*id)));
            }
            Self::RemovedValues(id, values) => {
                let values: Vec<_> = values.iter().map(|value| format!("`{}`", value.as_str())).collect();
                let name = previous.enumeration(*id).qualified_name().name.as_str();
                return format!(
                    "the enum `{name}` loses {}, which fails where rows hold it",
                    values.join(", ")
                );
            }
            Self::Unique(id) => {
                let index = next.index(*id);
                let (name, table) = (index.name().as_str(), table_name(index.table()));
                return format!(
                    "`{name}` makes rows of `{table}` unique, which fails where there are duplicates"
                );
            }
            Self::DroppedColumn(id) => (previous.column(*id), "is dropped with its values"),
            Self::AddedRequired(id) => (
                next.column(*id),
                "is added as required without a default, which fails unless the table is empty",
            ),
            Self::RecreatedColumn(ids) => {
                (next.column(ids.next), "is dropped with its values and made anew for its new type")
            }
            Self::FirstElement(ids) => (next.column(ids.next), "keeps only the first element of each list"),
            Self::ArrayAsText(ids) => {
                (next.column(ids.next), "turns each list into one text such as `{a,b}`")
            }
            Self::TimeZone(ids) => {
                (next.column(ids.next), "has its times converted between local time and UTC")
            }
            Self::Cast(ids) => {
                (next.column(ids.next), "changes its type, which fails on values that do not fit")
            }
            Self::Required(ids) => {
                (next.column(ids.next), "becomes required, which fails where it holds NULL")
            }
        };
        format!("the column `{}` of `{}` {phrase}", column.name().as_str(), table_name(column.table()))
    }
}

fn table_name(table: TableWalker<'_>) -> String {
    let name = table.name().as_str();
    if table.namespace().is_implicit() {
        return name.into();
    }
    format!("{}.{name}", table.namespace().name().as_str())
}

/// The hazards of a plan in a style, in the order of its steps.
pub(crate) fn hazards(plan: &Plan<'_>, style: Style) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    for step in plan.steps() {
        match step {
            Step::DropTable(id) => hazards.push(Hazard::DroppedTable(*id)),
            Step::AlterEnum(alter) if alter.is_rebuild() => {
                let values = &plan.schemas().previous.enumeration(alter.enums.previous).get().values;
                let names = alter.removed.iter().map(|place| values[*place].name.clone()).collect();
                hazards.push(Hazard::RemovedValues(alter.enums.previous, names));
            }
            Step::AlterTable(alter) => alter_table(plan, alter, style, &mut hazards),
            Step::CreateIndex { index, restores: None } => {
                let index = plan.schemas().next.index(*index);
                let is_old = plan.correspondence().previous_table(index.table().id()).is_some();
                if index.kind().is_unique() && is_old {
                    hazards.push(Hazard::Unique(index.id()));
                }
            }
            _ => {}
        }
    }
    hazards
}

fn alter_table(plan: &Plan<'_>, alter: &AlterTable, style: Style, hazards: &mut Vec<Hazard>) {
    let Pair { previous: _, next } = plan.schemas();
    hazards.extend(alter.dropped.iter().map(|id| Hazard::DroppedColumn(*id)));
    let is_demanding = |id: &&ColumnId| {
        let column = next.column(**id).get();
        !column.nullable && !column.ty.array && column.default.is_none()
    };
    hazards.extend(alter.added.iter().filter(is_demanding).map(|id| Hazard::AddedRequired(*id)));
    for change in &alter.altered {
        alter_column(plan, change, style, hazards);
    }
    if let Some(PrimaryKeyChange::Add | PrimaryKeyChange::Replace) = alter.primary_key {
        let key = next.table(alter.tables.next).primary_key();
        hazards.extend(key.map(|key| Hazard::Unique(key.id())));
    }
}

fn alter_column(plan: &Plan<'_>, change: &AlterColumn, style: Style, hazards: &mut Vec<Hazard>) {
    let ids = change.columns;
    let columns = plan.schemas().columns(ids);
    let retype = change.conversion.map(|conversion| match style {
        Style::Guarded => conversion.guarded,
        Style::Plain => conversion.plain,
    });
    let types = columns.map(|column| &column.get().ty);
    let has_zone =
        change.conversion.is_some_and(|c| matches!(c.guarded, Retype::Using(cast) if cast.by == By::Utc));
    hazards.extend(match retype {
        Some(Retype::Recreate) => Some(Hazard::RecreatedColumn(ids)),
        Some(Retype::Using(cast)) if cast.shape == Shape::FirstElement => Some(Hazard::FirstElement(ids)),
        Some(Retype::Set) if types.previous.array && !types.next.array => Some(Hazard::ArrayAsText(ids)),
        Some(_) if has_zone => Some(Hazard::TimeZone(ids)),
        Some(_) => Some(Hazard::Cast(ids)),
        None => None,
    });
    let is_filled = style == Style::Guarded && columns.next.get().default.is_some();
    let is_recreated = retype == Some(Retype::Recreate);
    if change.nullability == Some(Nullability::Required) && !is_filled && !is_recreated {
        hazards.push(Hazard::Required(ids));
    }
}
