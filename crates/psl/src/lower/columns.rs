//! Columns: types and defaults.

use driftless_ir::{BaseType, Builtin, Column, ColumnDefault, ColumnType, Expr, Origin, QualifiedName};

use super::{Lowering, literals};
use crate::resolve::native;
use crate::resolve::{DefaultAttribute, Field, FieldKind};
use crate::syntax::{Arity, Expression, FieldType};

impl<'a> Lowering<'_, 'a> {
    /// The column of a scalar field; `None` for any other.
    pub(super) fn column(&self, field: &Field<'a>) -> Option<Column<QualifiedName>> {
        let list = field.arity() == Arity::List;
        let default = field.default.as_ref().map_or(Default::None, |default| self.default(field, default));
        Some(Column {
            name: field.database_name().into(),
            ty: ColumnType { base: self.base_type(field)?, array: list },
            nullable: field.arity() != Arity::Required,
            origin: Origin {
                span: Some(field.syntax.name.span),
                handle: field.mapped.map(|_| field.name().into()),
                client_default: field.updated_at.is_some() || matches!(default, Default::Client),
                reported: None,
            },
            default: match default {
                Default::Database(default) => Some(default),
                Default::Client | Default::None => None,
            },
        })
    }

    fn base_type(&self, field: &Field<'a>) -> Option<BaseType<QualifiedName>> {
        Some(match (field.kind, &field.syntax.ty) {
            (FieldKind::Scalar(scalar), _) => {
                let native = field.native.as_ref().map(|native| native.ty);
                BaseType::Builtin(native.unwrap_or_else(|| native::default_type(scalar)))
            }
            (FieldKind::Enum(enumeration), _) => BaseType::Enum(self.enum_name(enumeration)),
            (FieldKind::Unsupported, FieldType::Unsupported(text)) => {
                BaseType::Other(text.value.as_ref().into())
            }
            _ => return None,
        })
    }

    fn default(&self, field: &Field<'a>, default: &DefaultAttribute<'a>) -> Default {
        let database = match default.value {
            Expression::Call(call) => match call.name.text {
                "now" => Some(ColumnDefault::Now),
                // There is no serial type of object identifiers.
                "autoincrement" if field.native.as_ref().is_some_and(|native| native.ty == Builtin::Oid) => {
                    None
                }
                "autoincrement" => Some(ColumnDefault::Serial(None)),
                // Without a text, the database has a default that the schema does not know.
                "dbgenerated" => {
                    let argument =
                        call.arguments.first().and_then(|argument| argument.value.as_ref()?.as_string());
                    Some(ColumnDefault::Expression(Expr::written(argument.unwrap_or_default())))
                }
                _ => return Default::Client,
            },
            Expression::Array(elements, _) => {
                let literals =
                    elements.iter().map(|element| literals::literal(self.datamodel, field.kind, element));
                literals.collect::<Option<_>>().map(ColumnDefault::Array)
            }
            value => literals::literal(self.datamodel, field.kind, value).map(ColumnDefault::Literal),
        };
        database.map_or(Default::None, Default::Database)
    }
}

/// What `@default` comes to.
enum Default {
    /// Nothing, or what cannot be read.
    None,
    /// The client makes the value.
    Client,
    /// The database has a default.
    Database(ColumnDefault),
}
