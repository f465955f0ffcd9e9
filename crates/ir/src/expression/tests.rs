//! What is the same, and what is not, for a table with columns of many types.

use super::*;

fn column(name: &str) -> Option<Type> {
    let ty = |name: &str| Some(Type::named(name));
    match name {
        "n" | "A" => ty("int4"),
        "m" => ty("int8"),
        "p" => ty("numeric"),
        "f" => ty("float8"),
        "s" | "t" => ty("text"),
        "v" => Some(Type { modifier: Some("20".into()), ..Type::named("varchar") }),
        "b" => ty("bool"),
        "d" => ty("date"),
        "tz" => ty("timestamptz"),
        "st" => ty("enum \"public\".\"R\""),
        "tags" => Some(Type::named("text").array_of()),
        _ => None,
    }
}

fn compare(a: &str, b: &str) -> Comparison {
    let enums =
        |name: &str| matches!(name, "R" | "\"public\".\"R\"").then(|| "enum \"public\".\"R\"".to_owned());
    let context =
        Context { table: Some("t"), column: &column, user_type: &enums, target: None, search_path: "public" };
    let [a, b] = [a, b].map(|text| Form::read(text, false, &context).unwrap_or_else(|| panic!("{text}")));
    a.compare(&b)
}

#[test]
fn what_the_server_prints_is_what_was_written() {
    for (written, printed) in [
        ("s in ('a', 'b')", "(s = ANY (ARRAY['a'::text, 'b'::text]))"),
        ("v = 'a'", "((v)::text = 'a'::text)"),
        ("p > 5", "(p > (5)::numeric)"),
        ("n > 1.5", "((n)::numeric > 1.5)"),
        ("m > 5", "(m > 5)"),
        ("d >= '2020-01-01'", "(d >= '2020-01-01'::date)"),
        ("st in ('A', 'B')", "(st = ANY (ARRAY['A'::\"R\", 'B'::public.\"R\"]))"),
        ("n not between 1 and 2", "((n < 1) OR (n > 2))"),
        ("s not ilike 'a%'", "(s !~~* 'a%'::text)"),
        ("tz > current_timestamp - interval '1 day'", "(tz > (now() - '1 day'::interval))"),
        ("case when b then 'x' end = s", "(CASE WHEN b THEN 'x'::text ELSE NULL::text END = s)"),
        ("n is distinct from null", "(n IS NOT NULL)"),
        ("s collate pg_catalog.\"C\" = 'a'", "((s COLLATE \"C\") = 'a'::text)"),
        ("lower(v) = 'x'", "(lower((v)::text) = 'x'::text)"),
        ("s like 'a!_' escape '!'", "(s ~~ like_escape('a!_'::text, '!'::text))"),
    ] {
        assert_eq!(compare(written, printed), Comparison::Same, "{written} {printed}");
    }
}

#[test]
fn what_means_something_else_is_different() {
    for (a, b) in [
        ("length(s) > 3 and n > 1 or b", "length(s) > 3 and (n > 1 or b)"),
        ("10 - (n - 2) > 1", "(10 - n) - 2 > 1"),
        ("\"A\" > 1", "n > 1"),
        ("tz::date::text = s", "tz::text = s"),
        ("v in ('a', 'b')", "v = any (array['a', 'b'])"),
        ("b and (b and b)", "b and b and b"),
        ("s = 'a'", "s = 'a '"),
        ("p = 1.5", "p = 1.50"),
        ("tz > now() - interval '1 day'", "tz > now() - interval '24:00:00'"),
        ("n = 5", "n = 5::bigint"),
        ("not (n in (1, 2))", "n not in (1, 2)"),
    ] {
        assert_eq!(compare(a, b), Comparison::Different, "{a} {b}");
    }
}

#[test]
fn what_is_not_known_proves_nothing() {
    for (a, b) in [
        ("my_function(s) = 'a'", "my_function(s) = 'a'::text"),
        ("unknown = 'a'", "unknown = 'a'::text"),
        ("d > 'today'", "d > '2020-01-01'"),
        ("d > '01/02/2020'", "d > '2020-01-02'"),
        ("tz > '2020-01-01'", "tz > '2020-01-01 00:00:00+00'"),
        ("trim(s) = ''", "btrim(s) = ''"),
    ] {
        assert_eq!(compare(a, b), Comparison::Unproven, "{a} {b}");
    }
}
