//! Which casts PostgreSQL has between two types.
//!
//! A cast is *automatic* where `SET DATA TYPE` takes it without `USING`: one that `pg_cast` marks as an assignment or
//! implicit, or any to a type of text. It is *explicit* where `USING value::type` is needed: another row of `pg_cast`,
//! or any from a type of text, whose input is parsed. See PostgreSQL's manual, `CREATE CAST`.
//!
//! Types go by PostgreSQL's own short names (`int4`), without modifiers, which change nothing about casts.

use driftless_ir::Builtin;

/// What is known of the casts from one type to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// There is one that PostgreSQL takes by itself.
    Automatic,
    /// There is one that must be asked for.
    Explicit,
    /// There is none, and the text of a value of one is a value of the other.
    ByText,
    /// There is none.
    Missing,
    /// One of the types is made by a user or an extension, and may have casts of its own.
    Open,
}

/// What enum types go by.
pub(super) const ENUM: &str = "anyenum";

/// Types of text.
const TEXTS: &[&str] = &["text", "varchar", "bpchar", "name", "citext"];

/// From, what it is cast to automatically, what it is cast to explicitly; text aside.
const CASTS: &[(&str, &[&str], &[&str])] = &[
    ("bit", &["varbit"], &["int4", "int8"]),
    ("bool", &[], &["int4"]),
    ("box", &["polygon"], &["circle", "lseg", "point"]),
    ("cidr", &["inet"], &[]),
    ("circle", &[], &["box", "point", "polygon"]),
    ("date", &["timestamp", "timestamptz"], &[]),
    ("daterange", &[], &["datemultirange"]),
    ("float4", &["float8", "int2", "int4", "int8", "numeric"], &[]),
    ("float8", &["float4", "int2", "int4", "int8", "numeric"], &[]),
    ("inet", &["cidr"], &[]),
    ("int2", &["float4", "float8", "int4", "int8", "numeric", "oid"], &[]),
    ("int4", &["float4", "float8", "int2", "int8", "money", "numeric", "oid"], &["bit", "bool"]),
    ("int4range", &[], &["int4multirange"]),
    ("int8", &["float4", "float8", "int2", "int4", "money", "numeric", "oid"], &["bit"]),
    ("int8range", &[], &["int8multirange"]),
    ("interval", &["time"], &[]),
    ("json", &["jsonb"], &[]),
    ("jsonb", &["json"], &["bool", "float4", "float8", "int2", "int4", "int8", "numeric"]),
    ("lseg", &[], &["point"]),
    ("macaddr", &["macaddr8"], &[]),
    ("macaddr8", &["macaddr"], &[]),
    ("money", &["numeric"], &[]),
    ("numeric", &["float4", "float8", "int2", "int4", "int8", "money"], &[]),
    ("numrange", &[], &["nummultirange"]),
    ("oid", &["int4", "int8"], &[]),
    ("path", &["polygon"], &[]),
    ("point", &["box"], &[]),
    ("polygon", &["path"], &["box", "circle", "point"]),
    ("time", &["interval", "timetz"], &[]),
    ("timestamp", &["date", "time", "timestamptz"], &[]),
    ("timestamptz", &["date", "time", "timestamp", "timetz"], &[]),
    ("timetz", &["time"], &[]),
    ("tsrange", &[], &["tsmultirange"]),
    ("tstzrange", &[], &["tstzmultirange"]),
    ("varbit", &["bit"], &[]),
    ("xid8", &[], &["xid"]),
];

/// Types of PostgreSQL that are cast to and from text alone.
const ALONE: &[&str] = &[
    "aclitem",
    ENUM,
    "bytea",
    "cid",
    "jsonpath",
    "line",
    "pg_lsn",
    "pg_snapshot",
    "refcursor",
    "tid",
    "tsquery",
    "tsvector",
    "txid_snapshot",
    "uuid",
    "xid",
    "xml",
];

/// Types whose values are written alike.
const WRITTEN_ALIKE: &[&[&str]] = &[
    &["int4range", "int8range", "numrange"],
    &["daterange", "tsrange", "tstzrange"],
    &["int4multirange", "int8multirange", "nummultirange"],
    &["datemultirange", "tsmultirange", "tstzmultirange"],
];

/// Casts of extensions, in the same form. Those of their types that are not here are open.
const OF_EXTENSIONS: &[(&str, &[&str], &[&str])] = &[
    ("bytea", &["geometry", "geography"], &[]),
    ("geography", &["bytea"], &["geometry"]),
    ("geometry", &["bytea", "geography"], &["box", "json", "jsonb", "path", "point", "polygon"]),
    ("halfvec", &["sparsevec", "vector"], &[]),
    ("hstore", &[], &["json", "jsonb"]),
    ("path", &[], &["geometry"]),
    ("point", &[], &["geometry"]),
    ("polygon", &[], &["geometry"]),
    ("sparsevec", &["halfvec", "vector"], &[]),
    ("vector", &["halfvec", "sparsevec"], &[]),
];

/// What is known of the casts from one type to another, by their names.
pub(super) fn between(from: &str, to: &str) -> Known {
    if from == to {
        return Known::Automatic;
    }
    let (from, to) = (bare(from), bare(to));
    let lists = |table: &'static [(&str, &[&str], &[&str])]| {
        let row = table.iter().find(|(name, ..)| *name == from)?;
        match (row.1.contains(&to), row.2.contains(&to)) {
            (true, _) => Some(Known::Automatic),
            (_, true) => Some(Known::Explicit),
            _ => None,
        }
    };
    if TEXTS.contains(&to) {
        return Known::Automatic;
    }
    if let Some(known) = lists(CASTS).or_else(|| lists(OF_EXTENSIONS)) {
        return known;
    }
    if TEXTS.contains(&from) {
        Known::Explicit
    } else if WRITTEN_ALIKE.iter().any(|group| group.contains(&from) && group.contains(&to)) {
        Known::ByText
    } else if is_known(from) && is_known(to) {
        Known::Missing
    } else {
        Known::Open
    }
}

/// Whether it is a type of PostgreSQL itself.
fn is_known(name: &str) -> bool {
    ALONE.contains(&name)
        || TEXTS.contains(&name)
        || WRITTEN_ALIKE.iter().any(|group| group.contains(&name))
        || CASTS.iter().any(|(from, ..)| *from == name)
}

/// Whether a type is cast from and to arrays of another, as a whole.
pub(super) fn takes_array(name: &str, element: &str) -> bool {
    matches!(bare(name), "vector" | "halfvec") && matches!(element, "float4" | "float8" | "int4" | "numeric")
}

/// A name without its namespace.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default().trim_matches('"')
}

/// The short name of a type as somebody wrote it: `TIMESTAMP(3) WITH TIME ZONE` is `timestamptz`. What is no type of
/// PostgreSQL keeps its own name.
pub(super) fn written_name(text: &str) -> String {
    let lower = text.to_lowercase();
    let (head, rest) = lower.split_once('(').unwrap_or((&lower, ""));
    let tail = rest.split_once(')').map_or("", |(_, tail)| tail);
    let words: Vec<&str> = head.split_whitespace().chain(tail.split_whitespace()).collect();
    let name = words.join(" ");
    let known = match name.strip_prefix("pg_catalog.").unwrap_or(&name) {
        "smallint" => "int2",
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "float" | "double precision" => "float8",
        "decimal" | "dec" => "numeric",
        "boolean" => "bool",
        "character varying" | "char varying" => "varchar",
        "character" | "char" => "bpchar",
        "bit varying" => "varbit",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        name if name.starts_with("interval ") => "interval",
        name => name,
    };
    known.to_owned()
}

/// The modifiers of a type as somebody wrote it: `numeric(3, 1)` has two.
pub(super) fn written_modifiers(text: &str) -> Option<Vec<u32>> {
    let Some((_, rest)) = text.split_once('(') else { return Some(Vec::new()) };
    let (modifiers, _) = rest.split_once(')')?;
    modifiers.split(',').map(|modifier| modifier.trim().parse().ok()).collect()
}

/// The modifiers of a modelled type.
pub(super) fn builtin_modifiers(builtin: Builtin) -> Vec<u32> {
    use Builtin::{Bit, Char, Numeric, Time, TimeTz, Timestamp, TimestampTz, VarBit, VarChar};
    match builtin {
        Numeric(Some((precision, scale))) => vec![precision, scale],
        Char(Some(modifier)) | VarChar(Some(modifier)) | Bit(Some(modifier)) | VarBit(Some(modifier)) => {
            vec![modifier]
        }
        Time(Some(digits)) | TimeTz(Some(digits)) | Timestamp(Some(digits)) | TimestampTz(Some(digits)) => {
            vec![digits]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_many_names() {
        assert_eq!(written_name("TIMESTAMP (3) WITH TIME ZONE"), "timestamptz");
        assert_eq!(written_name("pg_catalog.int4"), "int4");
        assert_eq!(written_name("bit varying(5)"), "varbit");
        assert_eq!(written_name("interval day to second(3)"), "interval");
        assert_eq!(written_name("geometry(Point, 4326)"), "geometry");
    }

    #[test]
    fn what_is_known_of_both_decides() {
        assert_eq!(between("point", "box"), Known::Automatic);
        assert_eq!(between("polygon", "circle"), Known::Explicit);
        assert_eq!(between("int4range", "int8range"), Known::ByText);
        assert_eq!(between("point", "circle"), Known::Missing);
        assert_eq!(between("point", "price"), Known::Open);
        assert_eq!(between("price", "text"), Known::Automatic);
        assert_eq!(between("text", "price"), Known::Explicit);
    }

    #[test]
    fn tables_are_sorted_and_without_repetition() {
        for table in [CASTS, OF_EXTENSIONS] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
