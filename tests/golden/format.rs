//! `fixtures/format`.

use driftless_psl::format::format;
use driftless_tests::expect::{check_all, expect_text};
use driftless_tests::fixtures::{format_cases, read};

#[test]
fn texts_take_the_canonical_form() {
    check_all(
        &format_cases(),
        |case| case.name.clone(),
        |case| {
            let text = read(&case.path);
            let expected = read(&case.beside("formatted.prisma"));
            expect_text("the canonical form", &expected, &format(&text))
        },
    );
}

#[test]
fn the_canonical_form_stays() {
    check_all(
        &format_cases(),
        |case| case.name.clone(),
        |case| {
            let formatted = format(&read(&case.path));
            expect_text("formatting again", &formatted, &format(&formatted))
        },
    );
}
