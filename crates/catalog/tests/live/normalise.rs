//! Expressions in PostgreSQL's normal form.

use driftless_catalog::{NormalForm, Position, Written};
use driftless_ir::QualifiedName;

use crate::server::Scratch;

#[test]
fn expressions_take_the_form_that_introspection_finds() {
    let Some(scratch) = Scratch::new("normalise") else { return };
    let mut session = scratch.with(
        "CREATE TYPE e AS ENUM ('x'); \
         CREATE TABLE \"T\" (id int PRIMARY KEY, at timestamp DEFAULT '2020-01-01', name text, kind e, \
           double int GENERATED ALWAYS AS (id * 2) STORED)",
    );
    let table = QualifiedName::new("public", "T");
    let missing = QualifiedName::new("public", "missing");
    let of = |position, text| Written { table: &table, position, text };
    let expressions = [
        of(Position::Default("at".into()), "now()+interval '1 day'"),
        of(Position::Default("at".into()), "'2020-01-01' -- a comment"),
        of(Position::Default("kind".into()), "'x'"),
        of(Position::Check, "name in ('a', 'b')"),
        of(Position::Predicate, "id between 1 and 2"),
        of(Position::Key, "lower(name)"),
        of(Position::Key, "id+1"),
        of(Position::Generated("double".into()), "2*id"),
        of(Position::Check, "nonsense('"),
        Written { table: &missing, position: Position::Check, text: "true" },
    ];
    let before = session.round_trips();
    let forms = session.normalise(&expressions).unwrap();
    assert_eq!(session.round_trips() - before, 1);
    let texts: Vec<_> = forms
        .iter()
        .map(|form| match form {
            NormalForm::Known(expr) => &*expr.text,
            NormalForm::Unproven(_) => "unproven",
        })
        .collect();
    assert_eq!(
        texts,
        [
            "(now() + '1 day'::interval)",
            "'2020-01-01 00:00:00'::timestamp without time zone",
            "'x'::e",
            "(name = ANY (ARRAY['a'::text, 'b'::text]))",
            "((id >= 1) AND (id <= 2))",
            "lower(name)",
            "(id + 1)",
            "(2 * id)",
            "unproven",
            "unproven",
        ]
    );
    let left = "SELECT 1/count(*) FROM pg_class WHERE relname LIKE 'driftless%'";
    assert!(session.execute(left).is_err(), "nothing is left behind");
}
