//! What changes about one column.

use driftless_ir::{BaseType, Builtin, ColumnDefault, ColumnType, ColumnWalker, Comparison, QualifiedName};

use super::conversion::{conversion, equal_builtin, is_builtin_written, same_builtin};
use super::default::{compare_defaults, is_rewritten, is_same_sequence};
use super::{Differ, Sight, Unproven, same_other};
use crate::Pair;
use crate::step::{AlterColumn, Conversion, DefaultChange, Nullability, Toggle};

impl Differ<'_> {
    pub(super) fn diff_column(&mut self, columns: Pair<ColumnWalker<'_>>) -> AlterColumn {
        let ids = columns.map(ColumnWalker::id);
        let conversion = self.diff_type(columns).filter(|_| !is_domain_of(columns));
        let is_same_sequence = is_same_sequence(columns);
        let autoincrement = diff_autoincrement(columns).filter(|_| !is_same_sequence);
        let default = match compare_defaults(columns, self.sight) {
            _ if is_same_sequence => None,
            Comparison::Same => None,
            // The sequence takes the default's place.
            _ if autoincrement == Some(Toggle::On) => None,
            Comparison::Unproven if is_default_rewritten(columns) => {
                self.rewritten.push(Unproven::Default(ids));
                has_default(columns.next).then_some(DefaultChange::Set)
            }
            Comparison::Different if has_default(columns.next) => Some(DefaultChange::Set),
            Comparison::Different => Some(DefaultChange::Drop),
            Comparison::Unproven => {
                self.unproven.push(Unproven::Default(ids));
                None
            }
        };
        let nullability = diff_nullability(columns);
        AlterColumn { columns: ids, nullability, default, autoincrement, conversion }
    }

    fn diff_type(&self, columns: Pair<ColumnWalker<'_>>) -> Option<Conversion> {
        let types = columns.map(|column| &column.get().ty);
        let same_enum = match (&types.previous.base, &types.next.base) {
            (BaseType::Enum(a), BaseType::Enum(b)) => self.correspondence.next_enum(*a) == Some(*b),
            _ => false,
        };
        let same_base = match (&types.previous.base, &types.next.base) {
            (BaseType::Builtin(a), BaseType::Builtin(b)) => match self.sight {
                Sight::Full => equal_builtin(Pair::new(*a, *b)),
                Sight::Reference => same_builtin(Pair::new(*a, *b)),
            },
            (BaseType::Other(a), BaseType::Other(b)) => {
                self.sight == Sight::Reference || same_other(Pair::new(a, b))
            }
            (BaseType::Other(text), BaseType::Builtin(builtin))
            | (BaseType::Builtin(builtin), BaseType::Other(text)) => {
                self.sight == Sight::Full && is_builtin_written(text, *builtin)
            }
            _ => same_enum,
        };
        let is_same = same_base && types.previous.array == types.next.array;
        (!is_same).then(|| conversion(types, columns.map(domain_of), same_enum))
    }
}

/// What the column's type is a domain of, where that is known.
fn domain_of(column: ColumnWalker<'_>) -> Option<&ColumnType<QualifiedName>> {
    column.get().origin.reported.as_ref()?.domain_of.as_ref()
}

/// Whether one column is of a domain that is made of the other's type: schema text has no word for the domain.
fn is_domain_of(columns: Pair<ColumnWalker<'_>>) -> bool {
    let is_made_of = |domain: ColumnWalker<'_>, other: ColumnWalker<'_>| {
        let Some(base) = domain_of(domain) else { return false };
        let ty = &other.get().ty;
        let same = match (&base.base, &ty.base) {
            (BaseType::Builtin(a), BaseType::Builtin(b)) => equal_builtin(Pair::new(*a, *b)),
            (BaseType::Other(a), BaseType::Other(b)) => same_other(Pair::new(a, b)),
            (BaseType::Enum(name), BaseType::Enum(_)) => {
                other.enumeration().is_some_and(|enumeration| enumeration.qualified_name() == name)
            }
            _ => false,
        };
        same && base.array == ty.array
    };
    is_made_of(columns.previous, columns.next) || is_made_of(columns.next, columns.previous)
}

/// Whether both columns are filled by expressions of people's.
fn is_default_rewritten(columns: Pair<ColumnWalker<'_>>) -> bool {
    let defaults = columns.map(|column| match &column.get().default {
        Some(ColumnDefault::Expression(expr) | ColumnDefault::Generated(expr)) => Some(expr),
        _ => None,
    });
    defaults.transpose().is_some_and(is_rewritten)
}

/// Whether the column has a default of its own that can be written.
fn has_default(column: ColumnWalker<'_>) -> bool {
    use ColumnDefault::{Generated, Identity, Serial};
    !matches!(column.get().default, None | Some(Serial(_) | Identity(_) | Generated(_)))
}

/// NULL for an array and an empty array are one to the schema language, so that two arrays never differ here. A column
/// that is made as an array takes NULL, and so does one that becomes an array.
fn diff_nullability(columns: Pair<ColumnWalker<'_>>) -> Option<Nullability> {
    let entries = columns.map(ColumnWalker::get);
    let Pair { previous: was, next: is } = entries.map(|column| column.nullable);
    match (entries.previous.ty.array, entries.next.ty.array) {
        (false, true) if !was => Some(Nullability::Optional),
        (_, true) => None,
        (true, false) if is => Some(Nullability::Optional),
        (true, false) => Some(Nullability::Required),
        (false, false) => match (was, is) {
            (false, true) => Some(Nullability::Optional),
            (true, false) => Some(Nullability::Required),
            _ => None,
        },
    }
}

fn diff_autoincrement(columns: Pair<ColumnWalker<'_>>) -> Option<Toggle> {
    match columns.map(is_filled_by_sequence) {
        Pair { previous: false, next: true } => Some(Toggle::On),
        Pair { previous: true, next: false } => Some(Toggle::Off),
        _ => None,
    }
}

/// PostgreSQL has no serial type of object ids.
fn is_filled_by_sequence(column: ColumnWalker<'_>) -> bool {
    column.is_autoincrement() && column.get().ty.base != BaseType::Builtin(Builtin::Oid)
}
