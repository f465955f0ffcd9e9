//! Expressions in PostgreSQL's normal form.

use driftless_catalog::{NormalForm, Position, Session, Written};
use driftless_ir::{QualifiedName, SingleExpression};

use crate::server::Scratch;

type Asked<'a> = (&'a QualifiedName, Position, &'a str);

/// The forms of expressions, where they are known.
fn known(session: &mut Session, asked: &[Asked<'_>]) -> Vec<Option<String>> {
    let texts: Vec<_> = asked
        .iter()
        .map(|(_, _, text)| SingleExpression::read(text).expect("it is one expression"))
        .collect();
    let written: Vec<_> = asked
        .iter()
        .zip(&texts)
        .map(|((table, position, _), text)| Written { table, position: position.clone(), text })
        .collect();
    let forms = session.normalise(&written).expect("the server answers");
    let text = |form| match form {
        NormalForm::Known(expr) => Some(expr.text.into()),
        NormalForm::Unproven(_) => None,
    };
    forms.into_iter().map(text).collect()
}

#[test]
fn functions_are_not_run_for_a_proof() {
    let Some(scratch) = Scratch::new("nothing_runs") else { return };
    // what a sequence gave stays given, also where all else is rolled back
    let mut session = scratch.with(
        "CREATE SEQUENCE runs; \
         CREATE FUNCTION mark(v int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS \
           'BEGIN PERFORM nextval(''runs''); RETURN v; END'; \
         CREATE DOMAIN d AS int CHECK (mark(VALUE) > 0); \
         CREATE TABLE t (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (id) STORED)",
    );
    let table = QualifiedName::new("public", "t");
    let asked = [
        (&table, Position::Default("a".into()), "mark(1)"),
        (&table, Position::Default("a".into()), "(1::d)::int"),
        (&table, Position::Check, "mark(2) > 0"),
        (&table, Position::Predicate, "mark(3) > id"),
        (&table, Position::Key, "id + mark(4)"),
        (&table, Position::Key, "mark(5)"),
        (&table, Position::Generated("b".into()), "id + mark(6)"),
    ];
    let forms = known(&mut session, &asked);
    assert!(forms.iter().all(Option::is_some), "{forms:?}");
    assert_eq!(forms[3].as_deref(), Some("(mark(3) > id)"));
    session.execute("DO 'BEGIN ASSERT NOT (SELECT is_called FROM runs); END'").unwrap();
}

#[test]
fn a_list_with_what_is_refused_is_proved_but_for_that() {
    let Some(scratch) = Scratch::new("halves") else { return };
    let mut session = scratch.with("CREATE TABLE t (a int, b text); CREATE TABLE u (a int)");
    let (t, u) = (QualifiedName::new("public", "t"), QualifiedName::new("public", "u"));
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for at in 0..40 {
        let text = if at % 20 == 7 { "'x'::int" } else { "1+1" };
        asked.push((&t, Position::Default("a".into()), text));
        asked.push((if at % 2 == 0 { &t } else { &u }, Position::Check, if at == 5 { "a" } else { "a>1" }));
    }
    let before = session.round_trips();
    let forms = known(&mut session, &asked);
    let refused: Vec<_> =
        forms.iter().enumerate().filter(|(_, form)| form.is_none()).map(|(at, _)| at).collect();
    assert_eq!(refused, [11, 14, 54]);
    assert!(session.round_trips() - before < 80, "{}", session.round_trips() - before);
    // without refusals: places, tables, three lists with their texts, the way back
    let before = session.round_trips();
    let asked: Vec<_> = asked.into_iter().filter(|(_, _, text)| text.contains('1')).collect();
    known(&mut session, &asked);
    assert_eq!(session.round_trips() - before, 9);
}

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
    let asked = [
        (&table, Position::Default("at".into()), "now()+interval '1 day'"),
        (&table, Position::Default("at".into()), "'2020-01-01' -- a comment"),
        (&table, Position::Default("kind".into()), "'x'"),
        (&table, Position::Check, "name in ('a', 'b')"),
        (&table, Position::Predicate, "id between 1 and 2"),
        (&table, Position::Key, "lower(name)"),
        (&table, Position::Key, "id+1"),
        (&table, Position::Generated("double".into()), "2*id"),
        (&table, Position::Key, "lower(name) COLLATE \"C\""),
        (&table, Position::Default("missing".into()), "1"),
        (&table, Position::Check, "nonsense(id)"),
        (&missing, Position::Check, "true"),
    ];
    let before = session.round_trips();
    let forms = known(&mut session, &asked);
    // the places, the tables, all defaults and their texts, the way back; and seven for the others, of which one is refused
    assert!(session.round_trips() - before <= 30, "{}", session.round_trips() - before);
    let texts: Vec<_> = forms.iter().map(|form| form.as_deref().unwrap_or("unproven")).collect();
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
            "lower(name)",
            "unproven",
            "unproven",
            "unproven",
        ]
    );
    let left = "SELECT 1/count(*) FROM pg_class WHERE relname LIKE 'driftless%'";
    assert!(session.execute(left).is_err(), "nothing is left behind");
}
