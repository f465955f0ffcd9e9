//! The types that PostgreSQL and its extensions bring, under all their names.

use driftless_ir::{Builtin, Name};

use super::{Base, Catalog, Type};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Path, TypeName};

/// Types without a place in the schema model, in PostgreSQL's spelling.
const OTHER: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "box",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "datemultirange",
    "daterange",
    "event_trigger",
    "gtsvector",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "name",
    "nummultirange",
    "numrange",
    "oidvector",
    "path",
    "pg_lsn",
    "pg_node_tree",
    "pg_snapshot",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "tid",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "void",
    "xid",
    "xid8",
];

/// The types of extensions that are well known; an extension that stands here has no others.
const EXTENSION_TYPES: &[(&str, &[&str])] = &[
    ("autoinc", &[]),
    ("btree_gin", &[]),
    ("btree_gist", &["gbtreekey16", "gbtreekey32", "gbtreekey4", "gbtreekey8", "gbtreekey_var"]),
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("dblink", &[]),
    ("dict_int", &[]),
    ("earthdistance", &["earth"]),
    ("fuzzystrmatch", &[]),
    ("hstore", &["hstore", "ghstore"]),
    ("insert_username", &[]),
    ("intarray", &["query_int", "intbig_gkey"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("lo", &["lo"]),
    ("ltree", &["ltree", "lquery", "ltxtquery", "ltree_gist"]),
    ("moddatetime", &[]),
    ("pg_cron", &[]),
    ("pg_stat_statements", &[]),
    ("pg_trgm", &["gtrgm"]),
    ("pgcrypto", &[]),
    ("plpgsql", &[]),
    (
        "postgis",
        &["geometry", "geography", "box2d", "box2df", "box3d", "gidx", "spheroid", "geometry_dump", "raster"],
    ),
    ("postgres_fdw", &[]),
    ("refint", &[]),
    ("seg", &["seg"]),
    ("tablefunc", &["tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4"]),
    ("tcn", &[]),
    ("unaccent", &[]),
    ("uuid-ossp", &[]),
    ("vector", &["vector", "halfvec", "sparsevec"]),
];

/// The types of an extension; nothing for one that is not known.
pub(crate) fn extension_types(extension: &str) -> &'static [&'static str] {
    EXTENSION_TYPES.iter().find(|(name, _)| *name == extension).map_or(&[], |(_, types)| types)
}

/// Whether [`extension_types`] is all that an extension has.
pub(crate) fn is_known_extension(extension: &str) -> bool {
    EXTENSION_TYPES.iter().any(|(name, _)| *name == extension)
}

/// The least and the greatest value of a sequence's type.
pub(crate) fn sequence_bounds(ty: Builtin) -> (i64, i64) {
    match ty {
        Builtin::SmallInt => (i16::MIN.into(), i16::MAX.into()),
        Builtin::Integer => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The integer type behind a `SERIAL` type.
pub(crate) fn serial(ty: &TypeName) -> Option<Builtin> {
    if ty.path.namespace.is_some() || ty.array {
        return None;
    }
    match ty.path.name.as_str() {
        "serial" | "serial4" => Some(Builtin::Integer),
        "bigserial" | "serial8" => Some(Builtin::BigInt),
        "smallserial" | "serial2" => Some(Builtin::SmallInt),
        _ => None,
    }
}

/// A type that PostgreSQL itself has.
pub(crate) fn builtin(ty: &TypeName) -> Option<Type> {
    let exact = ty.quoted || ty.path.namespace.is_some();
    let number = |at: usize| ty.modifiers.get(at).and_then(|modifier| modifier.parse().ok());
    let first: Option<u32> = number(0);
    let fraction = first.map(|digits| digits.min(6));
    let base = match ty.path.name.as_str() {
        "int2" => Builtin::SmallInt,
        "int4" => Builtin::Integer,
        "int8" => Builtin::BigInt,
        "smallint" if !exact => Builtin::SmallInt,
        "int" | "integer" if !exact => Builtin::Integer,
        "bigint" if !exact => Builtin::BigInt,
        "oid" => Builtin::Oid,
        "float4" => Builtin::Real,
        "real" if !exact => Builtin::Real,
        "float8" => Builtin::DoublePrecision,
        "float" if !exact && first.is_some_and(|bits| bits <= 24) => Builtin::Real,
        "float" if !exact => Builtin::DoublePrecision,
        "numeric" => Builtin::Numeric(first.map(|precision| (precision, number(1).unwrap_or(0)))),
        "decimal" | "dec" if !exact => {
            Builtin::Numeric(first.map(|precision| (precision, number(1).unwrap_or(0))))
        }
        "money" => Builtin::Money,
        "bool" => Builtin::Boolean,
        "boolean" if !exact => Builtin::Boolean,
        "text" => Builtin::Text,
        "varchar" => Builtin::VarChar(first),
        "bpchar" => match first {
            Some(_) => Builtin::Char(first),
            None => return Some(Type::other("bpchar")),
        },
        "char" if exact => return Some(Type::other("\"char\"")),
        "uuid" => Builtin::Uuid,
        "xml" => Builtin::Xml,
        "inet" => Builtin::Inet,
        "bit" => Builtin::Bit(first.or(Some(1))),
        "varbit" => Builtin::VarBit(first),
        "json" => Builtin::Json,
        "jsonb" => Builtin::JsonB,
        "bytea" => Builtin::ByteA,
        "date" => Builtin::Date,
        "time" => Builtin::Time(fraction),
        "timetz" => Builtin::TimeTz(fraction),
        "timestamp" => Builtin::Timestamp(fraction),
        "timestamptz" => Builtin::TimestampTz(fraction),
        name if OTHER.binary_search(&name).is_ok() => {
            return Some(Type::other(&spelled(name, &ty.modifiers)));
        }
        _ => return None,
    };
    Some(Type::builtin(base))
}

/// Whether a type without a place in the schema model is PostgreSQL's own.
pub(crate) fn is_native(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    name == "\"char\"" || OTHER.binary_search(&name).is_ok()
}

fn spelled(name: &str, modifiers: &[Box<str>]) -> String {
    if modifiers.is_empty() { name.to_owned() } else { format!("{name}({})", modifiers.join(",")) }
}

impl Catalog {
    /// The type of a name.
    pub(crate) fn resolve_type(&self, ty: &TypeName) -> Done<Type> {
        let catalog = ty.path.namespace.as_ref().is_none_or(|namespace| namespace.as_str() == "pg_catalog");
        let found = catalog.then(|| builtin(ty)).flatten().or_else(|| self.user_type(&ty.path));
        let found = found.or_else(|| self.extension_type(ty));
        let missing =
            || Refusal::new(SqlState::UndefinedObject, format!("type `{}` does not exist", ty.path));
        let found = found.ok_or_else(missing)?;
        Ok(Type { array: found.array || ty.array, ..found })
    }

    /// A type that a statement made, or the rows of a relation.
    fn user_type(&self, path: &Path) -> Option<Type> {
        let base = match self.find_type_path(path) {
            Some(id) => Base::Entry(id),
            None => {
                let id = self.find_relation_path(path)?;
                let relation = self.relation(id);
                if relation.index().is_some() || relation.sequence().is_some() {
                    return None;
                }
                Base::Row(id)
            }
        };
        Some(Type { base, array: false })
    }

    fn extension_type(&self, ty: &TypeName) -> Option<Type> {
        let visible = |namespace: &Name| match &ty.path.namespace {
            Some(given) => given == namespace,
            None => self.session.search_path.contains(namespace),
        };
        let name = ty.path.name.as_str();
        let brings =
            |extension: &str| extension_types(extension).contains(&name) || !is_known_extension(extension);
        let found = self
            .extensions
            .iter()
            .any(|(extension, facts)| brings(extension.as_str()) && visible(&facts.namespace));
        if !found {
            return None;
        }
        Some(match name {
            "citext" => Type::builtin(Builtin::CiText),
            _ => Type::other(&spelled(name, &ty.modifiers)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::parse_type_name;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(OTHER.is_sorted());
    }

    #[test]
    fn names_of_one_type_are_one() {
        let ty = |text: &str| builtin(&parse_type_name(text).unwrap());
        assert_eq!(ty("int"), ty("int4"));
        assert_eq!(ty("decimal(10)"), Some(Type::builtin(Builtin::Numeric(Some((10, 0))))));
        assert_eq!(ty("char"), Some(Type::builtin(Builtin::Char(Some(1)))));
        assert_eq!(ty("\"char\""), Some(Type::other("\"char\"")));
        assert_eq!(ty("timestamp without time zone"), Some(Type::builtin(Builtin::Timestamp(None))));
        assert_eq!(ty("\"integer\""), None);
    }
}
