//! Single expressions: look-ups, operators, texts.

use super::check_expressions;

/// Expressions, and what they give.
const LOOK_UPS: &[(&str, &str)] = &[
    ("'a'", "a"),
    ("env('A')", "a"),
    ("env<Env>(\"A\")", "a"),
    ("env('NONE')", "unset: the variable `NONE` is not set"),
    ("env('EMPTY')", "unset: the variable `EMPTY` is empty"),
    ("process.env.A", "a"),
    ("process.env['A']", "a"),
    ("process.env[`A`]!", "a"),
    ("process.env[\"A\"] as string", "a"),
    ("process?.env?.A", "a"),
    ("(process.env.A satisfies string | undefined)", "a"),
    ("<string>process.env.A", "a"),
    ("globalThis.process.env.A", "a"),
    ("process.env.NONE", "unset: the variable `NONE` is not set"),
    ("process.env.NONE!", "unset: the variable `NONE` is not set"),
    ("process.env.EMPTY", ""),
    ("undefined", "unset: it is `undefined`"),
    ("void 0", "unset: it is `undefined`"),
];

/// Expressions, and what they give.
const OPERATORS: &[(&str, &str)] = &[
    ("process.env.A ?? 'x'", "a"),
    ("process.env.EMPTY ?? 'x'", ""),
    ("process.env.EMPTY || 'x'", "x"),
    ("process.env.NONE ?? process.env.B", "b"),
    ("process.env.NONE || process.env.EMPTY || process.env.B", "b"),
    ("process.env.B || process.env.A", "b"),
    ("process.env.NONE ?? process.env.NADA", "unset: the variable `NADA` is not set"),
    ("process.env.NONE ?? env('B')", "b"),
    ("process.env.A && process.env.B", "b"),
    ("process.env.EMPTY && process.env.B", ""),
    ("process.env.MODE === 'prod' ? process.env.A : process.env.B", "a"),
    ("process.env.MODE !== 'prod' ? process.env.A : process.env.B", "b"),
    ("process.env.MODE == 'test' ? env('A') : env('B')", "b"),
    ("process.env.NONE === undefined ? 'x' : 'y'", "x"),
    ("process.env.NONE == null ? 'x' : 'y'", "x"),
    ("process.env.NONE === null ? 'x' : 'y'", "y"),
    ("!process.env.NONE ? 'x' : 'y'", "x"),
    ("!!process.env.EMPTY ? 'x' : 'y'", "y"),
    ("process.env.A ? (process.env.NONE ? 1 : 'in') : 'out'", "in"),
    ("env('A') + '?schema=t'", "a?schema=t"),
    ("'x' + 1 + true", "x1true"),
    ("`${process.env.A}?schema=${process.env.B}`", "a?schema=b"),
    ("`a${1 + 1}`", "line 2: it uses the operator `+`"),
    ("`${process.env.NONE}/x`", "unset: the variable `NONE` is not set"),
    ("process.env.NONE + '/x'", "unset: the variable `NONE` is not set"),
    ("'x' + process.env.NONE", "unset: the variable `NONE` is not set"),
    ("(process.env.A, process.env.B)", "b"),
    ("'a' < 'b' ? 'x' : 'y'", "line 2: it uses the operator `<`"),
    ("typeof process.env.A === 'string' ? 'x' : 'y'", "line 2: it uses the operator `typeof`"),
];

/// Expressions, and what they give.
const ESCAPES: &[(&str, &str)] = &[
    (r"'\x61\u0062\u{63}'", "abc"),
    (
        r"'a\
b'", "ab",
    ),
    (r"'\'\\\q'", "'\\q"),
    (r"`\${A}`", "${A}"),
    (r"'\ud800'", "line 2: it is an expression that only running it would tell"),
    ("'a//b' /* c */ // d\n", "a//b"),
];

/// Expressions, and what they give.
const METHODS: &[(&str, &str)] = &[
    ("env('A').replace('a', 'c')", "c"),
    ("'aXbX'.replace('X', '-')", "a-bX"),
    ("'aXbX'.replaceAll('X', '-')", "a-b-"),
    ("'aX'.replace('X', '$&$&')", "line 2: it calls a function"),
    ("env('A').replace(/a/, 'c')", "line 2: it is a regular expression"),
    ("' a '.trim()", "a"),
    ("'A'.toLowerCase()", "a"),
    ("'ß'.toUpperCase()", "line 2: it calls a function"),
    ("process.env.A?.trim()", "a"),
    ("process.env.NONE?.trim().concat('x')", "unset: the variable `NONE` is not set"),
    ("process.env.NONE?.trim() ?? 'x'", "x"),
    ("process.env.NONE.trim() ?? 'x'", "unset: the variable `NONE` is not set"),
    ("process.env.A.toString()", "a"),
    ("String(process.env.A)", "a"),
    ("process.env.A.startsWith('a') ? 'x' : 'y'", "x"),
    ("process.env.A.split('')[0]", "line 2: it calls `process.env.A.split()`"),
    ("new URL(process.env.A).toString()", "line 2: it is no URL"),
    ("new URL(`x:${process.env.A}`).toString()", "line 2: it makes a `URL`"),
    ("process.env.A.length > 3 ? 'x' : 'y'", "line 2: it uses the operator `>`"),
];

#[test]
fn look_ups_have_the_value_that_they_have_in_node() {
    check_expressions(LOOK_UPS);
}

#[test]
fn operators_do_what_they_do_in_javascript() {
    check_expressions(OPERATORS);
}

#[test]
fn texts_are_read_with_their_escapes() {
    check_expressions(ESCAPES);
}

#[test]
fn methods_are_done_exactly_or_not_at_all() {
    check_expressions(METHODS);
}
