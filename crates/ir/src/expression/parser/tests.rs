use super::*;

fn same(a: &str, b: &str) {
    let tree = parse(a, false);
    assert!(tree.is_some(), "{a}");
    assert_eq!(tree, parse(b, false), "{a} {b}");
}

fn differ(a: &str, b: &str) {
    assert!(parse(a, false).is_some() && parse(b, false).is_some(), "{a} {b}");
    assert_ne!(parse(a, false), parse(b, false), "{a} {b}");
}

#[test]
fn operators_bind_as_in_postgresql() {
    same("a or b and not c = d", "(a or (b and (not (c = d))))");
    same("a + b * c ^ d ^ e", "a + (b * ((c ^ d) ^ e))");
    same("10 - 5 - 2", "(10 - 5) - 2");
    differ("10 - (5 - 2)", "(10 - 5) - 2");
    same("a || b = c", "(a || b) = c");
    same("a = b is null", "(a = b) is null");
    same("not a in (1, 2) or b", "(not (a in (1, 2))) or b");
    same("a between 1 and 2 and b", "(a between 1 and 2) and b");
    same("- a ^ 2", "(- a) ^ 2");
    same("a::text::int", "(a::text)::int");
    same("-a::text", "-(a::text)");
    same("a like 'x' || b", "a like ('x' || b)");
    same("a at time zone 'utc' + b", "(a at time zone 'utc') + b");
    same("a -> 'b' ->> 'c' = 'd'", "((a -> 'b') ->> 'c') = 'd'");
    differ("length(s) > 3 and a > 1 or b", "length(s) > 3 and (a > 1 or b)");
}

#[test]
fn case_counts_in_quotes_alone() {
    same("A > 1", "a > 1");
    differ("\"A\" > 1", "a > 1");
    same("\"a\" > 1", "a > 1");
}

#[test]
fn one_thing_has_several_spellings() {
    same("a != 1", "a <> 1");
    same("cast(a as integer)", "a::int4");
    same("date '2020-01-01'", "'2020-01-01'::date");
    same("timestamp(3) with time zone '2020-01-01'", "'2020-01-01'::timestamptz(3)");
    same("a isnull", "a is null");
    same("current_timestamp", "NOW()");
    same("a operator(pg_catalog.||) b", "a || b");
    same("a = some(b)", "a = any(b)");
    same("trim(both 'x' from s)", "trim('x' from s)");
    same("substring(s for 2)", "substring(s from 1 for 2)");
}

#[test]
fn the_server_joins_what_people_write_and_prints_what_it_joined() {
    same("a and b and c", "(a and b) and c");
    differ("a and b and c", "a and (b and c)");
    assert_ne!(parse("((a AND b) AND c)", true), parse("(a AND b AND c)", true));
    assert_eq!(parse("(a AND b AND c)", true), parse("a and b and c", false));
    assert_eq!(parse("-5", false), parse("-(5)", false));
    assert_ne!(parse("(- 5)", true), parse("-5", false));
}

#[test]
fn what_is_not_read_has_no_tree() {
    for text in [
        "",
        "a +",
        "(a",
        "a)",
        "a b",
        "a < b < c",
        "(select 1)",
        "exists (select 1)",
        "count(*)",
        "sum(distinct a)",
        "sum(a) over ()",
        "a in (select 1)",
        "a = any(select 1)",
        "f(a => 1)",
        "a similar to 'x'",
        "x'1F'",
    ] {
        assert_eq!(parse(text, false), None, "{text}");
    }
}

#[test]
fn deep_and_long_texts_are_left_alone() {
    assert_eq!(parse(&"(".repeat(100_000), false), None);
    assert_eq!(parse(&"not ".repeat(100_000), false), None);
    assert_eq!(parse(&format!("a{}", " + a".repeat(9_000)), false), None);
    assert_eq!(parse(&format!("a{}", "::int".repeat(9_000)), false), None);
    assert!(parse(&format!("a in (1{})", ", 1".repeat(5_000)), false).is_some());
    assert!(parse(&format!("a{}", " and a".repeat(5_000)), false).is_some());
}
