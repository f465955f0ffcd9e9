//! PostgreSQL's types as the model has them.

use driftless_ir::{BaseType, Builtin, ColumnType, QualifiedName};
use indexmap::IndexMap;

use super::scope::Namespaces;
use crate::error::CatalogError;
use crate::row::Row;

/// The identifier of a row of the catalog.
pub(super) type Oid = u32;

/// A type that is modelled, or made of one that is, and has no oid of its own on every server.
#[derive(Clone)]
struct Type {
    kind: Kind,
    name: QualifiedName,
    in_extension: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Enum,
    /// Made of the type of an oid with a modifier.
    Domain(Oid, i32),
    CiText,
}

/// The types of a database that are modelled.
pub(super) struct Types {
    /// By the oid of the type, and by that of the arrays of it.
    by_oid: IndexMap<Oid, (Type, Array)>,
}

/// Whether an oid stands for a type or for the arrays of it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Array(bool);

impl Types {
    /// Reads the rows of `queries/types.sql`.
    pub(super) fn read<'a>(rows: impl ExactSizeIterator<Item = Row<'a>>) -> Result<Self, CatalogError> {
        let mut by_oid = IndexMap::with_capacity(rows.len() * 2);
        for row in rows {
            let entry = Type {
                kind: match row.character(2)? {
                    b'e' => Kind::Enum,
                    b'd' => Kind::Domain(row.number(6)?, row.number(7)?),
                    _ => Kind::CiText,
                },
                name: QualifiedName::new(row.text(3)?, row.text(4)?),
                in_extension: row.flag(5)?,
            };
            by_oid.insert(row.number(1)?, (entry.clone(), Array(true)));
            by_oid.insert(row.number(0)?, (entry, Array(false)));
        }
        Ok(Self { by_oid })
    }

    /// The enum types in scope, sorted by name.
    pub(super) fn enums(&self, namespaces: &Namespaces) -> Vec<(Oid, &QualifiedName)> {
        let own = self
            .by_oid
            .iter()
            .filter(|(_, (entry, array))| *array == Array(false) && Self::is_own_enum(entry, namespaces));
        let mut enums: Vec<_> = own.map(|(oid, (entry, _))| (*oid, &entry.name)).collect();
        enums.sort_by_key(|(_, name)| *name);
        enums
    }

    fn is_own_enum(entry: &Type, namespaces: &Namespaces) -> bool {
        entry.kind == Kind::Enum && !entry.in_extension && namespaces.contains(&entry.name.namespace)
    }

    /// The type of a column. `written` is its text, where its oid is not the same on every server.
    pub(super) fn column_type(
        &self,
        (oid, modifier): (Oid, i32),
        written: Option<&str>,
        namespaces: &Namespaces,
    ) -> ColumnType<QualifiedName> {
        let (element, array) = builtin_element(oid).map_or((oid, false), |element| (element, true));
        if let Some(builtin) = builtin(element, modifier) {
            return ColumnType { base: BaseType::Builtin(builtin), array };
        }
        let entry = self.by_oid.get(&oid);
        let base = match entry {
            Some((entry, _)) if Self::is_own_enum(entry, namespaces) => BaseType::Enum(entry.name.clone()),
            Some((entry, _)) if entry.kind == Kind::CiText && entry.in_extension => {
                BaseType::Builtin(Builtin::CiText)
            }
            _ => {
                let written = written.unwrap_or("???");
                let element = written.strip_suffix("[]");
                let base = BaseType::Other(element.unwrap_or(written).into());
                return ColumnType { base, array: element.is_some() };
            }
        };
        ColumnType { base, array: entry.is_some_and(|(_, array)| *array == Array(true)) }
    }

    /// The type that a domain is made of, through all domains between; `None` where the type is no domain, or made of
    /// something that is not modelled.
    pub(super) fn domain_of(&self, oid: Oid, namespaces: &Namespaces) -> Option<ColumnType<QualifiedName>> {
        let base_of = |oid: Oid| match self.by_oid.get(&oid)? {
            (Type { kind: Kind::Domain(base, modifier), .. }, Array(false)) => Some((*base, *modifier)),
            _ => None,
        };
        let mut base = base_of(oid)?;
        while let Some((next, modifier)) = base_of(base.0) {
            // the modifier of the outer one counts, where it has one
            base = (next, if base.1 == -1 { modifier } else { base.1 });
        }
        let ty = self.column_type(base, None, namespaces);
        (!matches!(ty.base, BaseType::Other(_))).then_some(ty)
    }
}

/// The elements of the arrays that every server has.
fn builtin_element(array: Oid) -> Option<Oid> {
    Some(match array {
        1000 => 16,
        1001 => 17,
        1016 => 20,
        1005 => 21,
        1007 => 23,
        1009 => 25,
        1028 => 26,
        199 => 114,
        143 => 142,
        1021 => 700,
        1022 => 701,
        791 => 790,
        1041 => 869,
        1014 => 1042,
        1015 => 1043,
        1182 => 1082,
        1183 => 1083,
        1115 => 1114,
        1185 => 1184,
        1270 => 1266,
        1561 => 1560,
        1563 => 1562,
        1231 => 1700,
        2951 => 2950,
        3807 => 3802,
        _ => return None,
    })
}

/// The oids that `pg_type.dat` of PostgreSQL fixes for ever, with the modifiers that each type's `typmodout` reads.
fn builtin(oid: Oid, modifier: i32) -> Option<Builtin> {
    let plain = u32::try_from(modifier).ok();
    // string types count their header of four bytes
    let length = plain.and_then(|modifier| modifier.checked_sub(4));
    Some(match oid {
        16 => Builtin::Boolean,
        17 => Builtin::ByteA,
        20 => Builtin::BigInt,
        21 => Builtin::SmallInt,
        23 => Builtin::Integer,
        25 => Builtin::Text,
        26 => Builtin::Oid,
        114 => Builtin::Json,
        142 => Builtin::Xml,
        700 => Builtin::Real,
        701 => Builtin::DoublePrecision,
        790 => Builtin::Money,
        869 => Builtin::Inet,
        // without a length they are types of their own, not CHAR and BIT, which mean a length of 1
        1042 => Builtin::Char(Some(length?)),
        1560 => Builtin::Bit(Some(plain?)),
        1043 => Builtin::VarChar(length),
        1082 => Builtin::Date,
        1083 => Builtin::Time(plain),
        1114 => Builtin::Timestamp(plain),
        1184 => Builtin::TimestampTz(plain),
        1266 => Builtin::TimeTz(plain),
        1562 => Builtin::VarBit(plain),
        1700 => Builtin::Numeric(match length {
            None => None,
            // the scale is a signed number of 11 bits; negative ones have no place in the model
            Some(modifier) if modifier & 0x400 != 0 => return None,
            Some(modifier) => Some((modifier >> 16 & 0xffff, modifier & 0x3ff)),
        }),
        2950 => Builtin::Uuid,
        3802 => Builtin::JsonB,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_read_as_their_types_write_them() {
        assert_eq!(builtin(1043, 259), Some(Builtin::VarChar(Some(255))));
        assert_eq!(builtin(1043, -1), Some(Builtin::VarChar(None)));
        assert_eq!(builtin(1042, 5), Some(Builtin::Char(Some(1))));
        assert_eq!(builtin(1042, -1), None, "bpchar");
        assert_eq!(builtin(1700, 786_438), Some(Builtin::Numeric(Some((12, 2)))));
        assert_eq!(builtin(1700, -1), Some(Builtin::Numeric(None)));
        assert_eq!(builtin(1700, (2 << 16 | 0x7fd) + 4), None, "NUMERIC(2,-3)");
        assert_eq!(builtin(1114, 3), Some(Builtin::Timestamp(Some(3))));
        assert_eq!(builtin(1114, -1), Some(Builtin::Timestamp(None)));
        assert_eq!(builtin(1560, 3), Some(Builtin::Bit(Some(3))));
        assert_eq!(builtin(1186, -1), None, "interval");
    }
}
