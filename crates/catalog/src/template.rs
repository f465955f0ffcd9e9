//! Queries with holes.
//!
//! The text of a query stands in `queries/*.sql`. A *hole* `{{name: kind}}` is where a value goes; its kind says how the
//! value is written, and is that of a Rust type. [`query!`](crate::template::query) makes a type of a file, with a field
//! a hole.
//!
//! Invariants, checked when the crate is compiled: the holes of a file and the fields of its type are the same, of the
//! same kinds; no hole stands in a comment or between quotes. A query is filled in one pass: what a value says is never
//! looked at again.

use driftless_ir::{Name, QualifiedName, Quoted};
use std::fmt::Write;

/// A kind of value that a hole takes.
pub(crate) trait Hole {
    /// The word for it in a query.
    const KIND: &'static str;

    /// Writes the value as SQL.
    fn write(&self, out: &mut String);
}

/// Adds the `Display` of something.
fn push(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("writing to a string does not fail");
}

/// A constant of type text.
impl Hole for Quoted<'_> {
    const KIND: &'static str = "literal";

    fn write(&self, out: &mut String) {
        push(out, self);
    }
}

/// An identifier.
impl Hole for &Name {
    const KIND: &'static str = "name";

    fn write(&self, out: &mut String) {
        push(out, self);
    }
}

/// The name of an object, with its namespace.
impl Hole for &QualifiedName {
    const KIND: &'static str = "qualified name";

    fn write(&self, out: &mut String) {
        push(out, self);
    }
}

/// The name of an object as a constant, for `to_regclass` and its kin.
pub(crate) struct NameLiteral<'a>(pub(crate) &'a QualifiedName);

impl Hole for NameLiteral<'_> {
    const KIND: &'static str = "name literal";

    fn write(&self, out: &mut String) {
        push(out, Quoted(&self.0.to_string()));
    }
}

/// A whole number.
impl Hole for u32 {
    const KIND: &'static str = "number";

    fn write(&self, out: &mut String) {
        push(out, self);
    }
}

/// A truth value.
impl Hole for bool {
    const KIND: &'static str = "boolean";

    fn write(&self, out: &mut String) {
        push(out, self);
    }
}

/// Names as constants, with commas between them; for a list of an array.
impl Hole for &[Name] {
    const KIND: &'static str = "literals";

    fn write(&self, out: &mut String) {
        for (at, name) in self.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            push(out, Quoted(name.as_str()));
        }
    }
}

/// SQL that this crate chose when it was compiled.
#[derive(Clone, Copy)]
pub(crate) struct Fragment(pub(crate) &'static str);

impl Hole for Fragment {
    const KIND: &'static str = "fragment";

    fn write(&self, out: &mut String) {
        out.push_str(self.0);
    }
}

/// Declares the type of a query: its file or files, and its holes with their types.
macro_rules! query {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident $(<$life:lifetime>)? from $($file:literal)+ {
            $($hole:ident: $kind:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name $(<$life>)? {
            $($visibility $hole: $kind,)*
        }

        impl $(<$life>)? $name $(<$life>)? {
            const TEXT: &'static str = concat!(
                "",
                $(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $file, ".sql")), ";\n",)+
            );

            /// The statements, each with its semicolon and a line break.
            $visibility fn sql(&self) -> String {
                const {
                    $crate::template::check(Self::TEXT, &[
                        $((stringify!($hole), <$kind as $crate::template::Hole>::KIND)),*
                    ]);
                }
                $crate::template::fill(Self::TEXT, &[$((stringify!($hole), &|out: &mut String| {
                    $crate::template::Hole::write(&self.$hole, out);
                })),*])
            }
        }
    };
}
pub(crate) use query;

/// The name of a hole, and what writes its value.
pub(crate) type Filling<'a> = (&'a str, &'a dyn Fn(&mut String));

/// Writes a query with its holes filled; see the module.
pub(crate) fn fill(text: &str, fillings: &[Filling<'_>]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let (hole, behind) = behind.split_once("}}").expect("`check` saw the end of each hole");
        let name = hole.split_once(": ").map_or(hole, |(name, _)| name);
        let (_, write) = fillings
            .iter()
            .find(|(known, _)| *known == name)
            .expect("`check` found each hole among the fields");
        write(&mut out);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Panics, which at compile time is an error, unless the holes of a query are these (name and kind) and each stands
/// where a value may.
pub(crate) const fn check(text: &str, holes: &[(&str, &str)]) {
    let bytes = text.as_bytes();
    let mut used = [false; 16];
    assert!(holes.len() <= used.len(), "a query has at most 16 holes");
    let mut at = 0;
    while at < bytes.len() {
        if starts(bytes, at, b"--") {
            at = end_without_hole(bytes, at, b'\n');
        } else if bytes[at] == b'\'' || bytes[at] == b'"' {
            at = end_without_hole(bytes, at, bytes[at]);
        } else if starts(bytes, at, b"{{") {
            let mut hole = 0;
            while hole < holes.len() && !is_hole(bytes, at, holes[hole]) {
                hole += 1;
            }
            assert!(hole < holes.len(), "a hole of the query is no field, or one of another kind");
            used[hole] = true;
            at += holes[hole].0.len() + holes[hole].1.len() + "{{: }}".len();
        } else {
            assert!(!starts(bytes, at, b"/*"), "block comments are not understood here");
            assert!(bytes[at] != b'$', "dollar quotes are not understood here");
            assert!(!starts(bytes, at, b"E'") && !starts(bytes, at, b"e'"), "no backslashes here");
            at += 1;
        }
    }
    let mut hole = 0;
    while hole < holes.len() {
        assert!(used[hole], "a field is no hole of the query");
        hole += 1;
    }
}

/// Whether this hole stands at a position.
const fn is_hole(bytes: &[u8], at: usize, hole: (&str, &str)) -> bool {
    let name = at + 2;
    let kind = name + hole.0.len() + 2;
    starts(bytes, name, hole.0.as_bytes())
        && starts(bytes, kind - 2, b": ")
        && starts(bytes, kind, hole.1.as_bytes())
        && starts(bytes, kind + hole.1.len(), b"}}")
}

/// The position behind the next `last`, before which there must be no hole.
const fn end_without_hole(bytes: &[u8], from: usize, last: u8) -> usize {
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != last {
        assert!(!starts(bytes, at, b"{{"), "a hole stands in a comment or between quotes");
        at += 1;
    }
    at + 1
}

const fn starts(bytes: &[u8], at: usize, with: &[u8]) -> bool {
    let mut offset = 0;
    while offset < with.len() {
        if at + offset >= bytes.len() || bytes[at + offset] != with[offset] {
            return false;
        }
        offset += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str, holes: &[(&str, &str)]) -> bool {
        std::panic::catch_unwind(|| check(text, holes)).is_err()
    }

    #[test]
    fn holes_are_the_fields() {
        let holes = [("a", "literal"), ("b", "name")];
        check(
            "SELECT {{a: literal}}::text -- 'x\nFROM {{b: name}} WHERE \"--\" = '{\"--' AND {{a: literal}}",
            &holes,
        );
        assert!(is_refused("SELECT {{a: literal}}", &holes), "`b` is not used");
        assert!(is_refused("SELECT {{a: literal}}, {{b: literal}}", &holes), "`b` has another kind");
        assert!(is_refused("SELECT {{a: literal}}, {{b: name}}, {{c: name}}", &holes), "`c` is no field");
        assert!(is_refused("SELECT {{a: literal}}, {{b: name", &holes), "`b` is not closed");
    }

    #[test]
    fn no_hole_stands_in_a_comment_or_between_quotes() {
        let holes = [("a", "literal")];
        for text in [
            "-- {{a: literal}}\nSELECT {{a: literal}}",
            "SELECT '{{a: literal}}', {{a: literal}}",
            "SELECT \"{{a: literal}}\", {{a: literal}}",
            "SELECT {{a: literal}} -- it's {{a: literal}}",
            "/* {{a: literal}} */ SELECT {{a: literal}}",
            "SELECT $${{a: literal}}$$, {{a: literal}}",
            "SELECT E'\\'{{a: literal}}', {{a: literal}}",
        ] {
            assert!(is_refused(text, &holes), "{text}");
        }
    }

    #[test]
    fn a_value_is_not_looked_at_again() {
        let filled = fill(
            "{{a: literal}} = {{b: name}}",
            &[
                ("a", &|out| Quoted("{{b: name}}' :b").write(out)),
                ("b", &|out| (&Name::from("{{a: literal}}\"")).write(out)),
            ],
        );
        assert_eq!(filled, "'{{b: name}}'' :b' = \"{{a: literal}}\"\"\"");
    }
}
