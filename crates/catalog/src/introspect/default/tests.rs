use driftless_ir::{Identity, Literal};

use super::*;

fn read_as(base: BaseType<QualifiedName>, array: bool, text: &str) -> String {
    let ty = ColumnType { base, array };
    let context = Context { ty: &ty, enum_text: Some("\"E\""), search_path: &Name::from("public") };
    match read(text, &context) {
        None => "none".to_owned(),
        Some(ColumnDefault::Literal(literal)) => show(&literal),
        Some(ColumnDefault::Array(values)) => values.iter().map(show).collect::<Vec<_>>().join(" "),
        Some(ColumnDefault::Now) => "now".to_owned(),
        Some(ColumnDefault::Serial(Some(name))) => format!("serial {name}"),
        Some(ColumnDefault::Expression(expr)) => format!("expression {}", expr.text),
        Some(
            ColumnDefault::Serial(None)
            | ColumnDefault::Generated(_)
            | ColumnDefault::Identity(Identity::Always | Identity::ByDefault),
        ) => "?".to_owned(),
    }
}

fn show(literal: &Literal) -> String {
    match literal {
        Literal::Boolean(value) => format!("boolean {value}"),
        Literal::Number(text) => format!("number {text}"),
        Literal::String(text) => format!("string {text}"),
        Literal::Json(text) => format!("json {text}"),
        Literal::Bytes(bytes) => format!("bytes {bytes:?}"),
        Literal::DateTime(text) => format!("time {text}"),
        Literal::EnumValue(text) => format!("enum {text}"),
    }
}

#[track_caller]
fn check(builtin: Builtin, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let (array, text) = text.strip_prefix("[]").map_or((false, *text), |text| (true, text));
        assert_eq!(read_as(BaseType::Builtin(builtin), array, text), *expected, "{builtin} {text}");
    }
}

#[test]
fn numbers() {
    check(
        Builtin::Integer,
        &[
            ("5", "number 5"),
            ("'-5'::integer", "number -5"),
            ("(1 + 1)", "expression (1 + 1)"),
            ("NULL::integer", "none"),
            ("[]ARRAY[1, 2]", "number 1 number 2"),
            ("[]'{1,-2}'::integer[]", "number 1 number -2"),
            ("[]ARRAY[ARRAY[1, 2], ARRAY[3, 4]]", "expression ARRAY[ARRAY[1, 2], ARRAY[3, 4]]"),
            ("[]ARRAY[(1)::bigint, (2)::bigint]", "number 1 number 2"),
            ("[]'{}'::integer[]", ""),
            ("[]'{{1},{2}}'::integer[]", "expression '{{1},{2}}'::integer[]"),
        ],
    );
    check(
        Builtin::DoublePrecision,
        &[
            ("'-10000000000'::numeric", "number -10000000000"),
            ("'NaN'::double precision", "expression 'NaN'::double precision"),
            ("[]ARRAY[1.5, (2)::numeric]", "number 1.5 number 2"),
        ],
    );
    check(Builtin::Money, &[("5", "number 5"), ("'$12.50'::money", "expression '$12.50'::money")]);
}

#[test]
fn texts() {
    check(
        Builtin::Text,
        &[
            ("'a''b'::text", "string a'b"),
            ("'a\nb\\c'::text", "string a\nb\\c"),
            ("'a'::character varying", "string a"),
            ("('a'::text || 'b'::text)", "expression ('a'::text || 'b'::text)"),
            ("now()", "expression now()"),
            ("(5)::text", "expression (5)::text"),
            ("'2020-01-01'::date", "expression '2020-01-01'::date"),
            ("[]ARRAY['a,b'::text, 'c\"]d'::text, 'it''s'::text]", "string a,b string c\"]d string it's"),
            ("[]'{a,\"b \\\"c\"}'::text[]", "string a string b \"c"),
            ("[]ARRAY[]::text[]", ""),
            ("[](ARRAY['a'::text])::character varying[]", "string a"),
            ("[]ARRAY[NULL::text, 'x'::text]", "expression ARRAY[NULL::text, 'x'::text]"),
            ("[]'{NULL,x}'::text[]", "expression '{NULL,x}'::text[]"),
            (
                "[]string_to_array('a,b'::text, ','::text)",
                "expression string_to_array('a,b'::text, ','::text)",
            ),
        ],
    );
    check(Builtin::CiText, &[("'a'::citext", "string a"), ("'a'::public.citext", "string a")]);
    check(Builtin::Bit(Some(3)), &[("'101'::\"bit\"", "string 101")]);
}

#[test]
fn other_constants() {
    check(
        Builtin::Boolean,
        &[("true", "boolean true"), ("[]'{t,f}'::boolean[]", "boolean true boolean false")],
    );
    check(Builtin::JsonB, &[("'{\"a\": 1}'::jsonb", "json {\"a\": 1}"), ("[]ARRAY['{}'::jsonb]", "json {}")]);
    check(
        Builtin::ByteA,
        &[("'\\x0102'::bytea", "bytes [1, 2]"), ("[]'{\"\\\\x01\"}'::bytea[]", "bytes [1]")],
    );
    check(
        Builtin::Timestamp(None),
        &[
            ("CURRENT_TIMESTAMP", "now"),
            ("now()", "now"),
            ("CURRENT_TIMESTAMP(3)", "expression CURRENT_TIMESTAMP(3)"),
            ("'2020-01-01 00:00:00'::timestamp without time zone", "time 2020-01-01 00:00:00"),
        ],
    );
    let of_enum = |array, text| read_as(BaseType::Enum(QualifiedName::new("public", "E")), array, text);
    assert_eq!(of_enum(false, "'y z'::\"E\""), "enum y z");
    assert_eq!(of_enum(false, "'y'::\"F\""), "expression 'y'::\"F\"");
    assert_eq!(of_enum(true, "'{a,b}'::\"E\"[]"), "enum a enum b");
    assert_eq!(of_enum(true, "ARRAY['a'::\"E\"]"), "enum a");
    let other = |text| read_as(BaseType::Other("interval".into()), false, text);
    assert_eq!(other("'1 day'::interval"), "expression '1 day'::interval");
}

#[test]
fn sequences() {
    check(
        Builtin::Integer,
        &[
            ("nextval('a_seq'::regclass)", "serial \"public\".\"a_seq\""),
            ("nextval('\"A\"'::regclass)", "serial \"public\".\"A\""),
            ("nextval('\"s.x\".\"it''s \"\"q\"\"\"'::regclass)", "serial \"s.x\".\"it's \"\"q\"\"\""),
            ("(nextval('a_seq'::regclass) + 1)", "expression (nextval('a_seq'::regclass) + 1)"),
        ],
    );
}
