//! The normal form of expressions against the server's own texts: what was written and what is printed for it are the
//! same, and of two texts that the server prints differently none are.

use std::fmt::Write as _;

use driftless_ir::{
    BaseType, Builtin, Column, ColumnDefault, ColumnType, Comparison, Enum, EnumValue, Expr, Index,
    IndexKind, Origin, QualifiedName, SchemaBuilder, TableDefinition,
};

use crate::server::Scratch;

/// The columns of the table that all expressions are about.
const COLUMNS: [(&str, &str); 20] = [
    ("n", "integer"),
    ("a", "integer"),
    ("m", "bigint"),
    ("k", "smallint"),
    ("p", "numeric(10,2)"),
    ("f", "double precision"),
    ("s", "text"),
    ("t", "text"),
    ("v", "varchar(20)"),
    ("c", "char(3)"),
    ("b", "boolean"),
    ("d", "date"),
    ("ts", "timestamp(3)"),
    ("tz", "timestamptz(3)"),
    ("j", "jsonb"),
    ("tags", "text[]"),
    ("st", "\"R\""),
    ("u", "uuid"),
    ("A", "integer"),
    ("S", "text"),
];

fn column_type(text: &str) -> ColumnType<QualifiedName> {
    let (text, array) = text.strip_suffix("[]").map_or((text, false), |text| (text, true));
    let base = match text {
        "integer" => BaseType::Builtin(Builtin::Integer),
        "bigint" => BaseType::Builtin(Builtin::BigInt),
        "smallint" => BaseType::Builtin(Builtin::SmallInt),
        "numeric(10,2)" => BaseType::Builtin(Builtin::Numeric(Some((10, 2)))),
        "double precision" => BaseType::Builtin(Builtin::DoublePrecision),
        "text" => BaseType::Builtin(Builtin::Text),
        "varchar(20)" => BaseType::Builtin(Builtin::VarChar(Some(20))),
        "char(3)" => BaseType::Builtin(Builtin::Char(Some(3))),
        "boolean" => BaseType::Builtin(Builtin::Boolean),
        "date" => BaseType::Builtin(Builtin::Date),
        "timestamp(3)" => BaseType::Builtin(Builtin::Timestamp(Some(3))),
        "timestamptz(3)" => BaseType::Builtin(Builtin::TimestampTz(Some(3))),
        "jsonb" => BaseType::Builtin(Builtin::JsonB),
        "uuid" => BaseType::Builtin(Builtin::Uuid),
        _ => BaseType::Enum(QualifiedName::new("public", "R")),
    };
    ColumnType { base, array }
}

/// The expressions as a schema understands them: conditions of indexes, or defaults of columns of these types.
fn understood(expressions: Vec<(Option<&str>, Expr)>) -> Vec<Expr> {
    let mut builder = SchemaBuilder::new();
    builder.add_implicit_namespace("public");
    let value = |name: &str| EnumValue { name: name.into(), handle: None };
    let values = vec![value("A"), value("B"), value("it's")];
    let name = QualifiedName::new("public", "R");
    builder.add_enum(Enum { name, values, origin: Origin::default() });
    let mut table = TableDefinition::default();
    let column = |name: &str, ty: &str, default| Column {
        name: name.into(),
        ty: column_type(ty),
        nullable: true,
        default,
        origin: Origin::default(),
    };
    COLUMNS.iter().for_each(|(name, ty)| table.add_column(column(name, ty, None)));
    for (at, (ty, expr)) in expressions.into_iter().enumerate() {
        if let Some(ty) = ty {
            table.add_column(column(&format!("filled_{at}"), ty, Some(ColumnDefault::Expression(expr))));
        } else {
            let mut index = Index::new(format!("i{at}"), IndexKind::Plain, ["n".into()]);
            index.predicate = Some(expr);
            table.indexes.push(index);
        }
    }
    builder.add_table(QualifiedName::new("public", "t"), table);
    let schema = builder.freeze().expect("nothing dangles");
    let table = schema.tables().next().expect("there is a table");
    let filled = table.columns().filter_map(|column| match &column.get().default {
        Some(ColumnDefault::Expression(expr)) => Some(expr.clone()),
        _ => None,
    });
    let conditions = table.indexes().filter_map(|index| index.get().predicate.clone());
    filled.chain(conditions).collect()
}

fn compare(ty: Option<&str>, a: Expr, b: Expr) -> Comparison {
    let pair = understood(vec![(ty, a), (ty, b)]);
    pair[0].compare(&pair[1])
}

/// Chance that is the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

fn number(chance: &mut Chance, depth: usize) -> String {
    match chance.below(if depth == 0 { 3 } else { 8 }) {
        0 | 1 => chance.pick(&["n", "a", "m", "k", "p", "f", "\"A\"", "N"]).to_owned(),
        2 => {
            chance.pick(&["0", "5", "-3", "1.5", "2.50", "1e3", "3000000000", "'7'::int", "-(2)"]).to_owned()
        }
        3 | 4 => {
            let operator = chance.pick(&["+", "-", "*"]);
            format!("{} {operator} {}", number(chance, depth - 1), number(chance, depth - 1))
        }
        5 => format!("({})", number(chance, depth - 1)),
        6 => format!("length({})", text(chance, depth - 1)),
        _ => format!("cast({} as {})", number(chance, 0), chance.pick(&["bigint", "numeric", "float8"])),
    }
}

fn text(chance: &mut Chance, depth: usize) -> String {
    match chance.below(if depth == 0 { 2 } else { 8 }) {
        0 | 1 => chance.pick(&["s", "t", "v", "\"S\"", "S"]).to_owned(),
        2 => format!("lower({})", text(chance, depth - 1)),
        3 => format!("{} || 'x'", text(chance, depth - 1)),
        4 => format!("coalesce({}, '')", chance.pick(&["s", "t", "v"])),
        5 => format!("j ->> {}", literal(chance)),
        6 => format!("case when {} then {} else t end", condition(chance, depth - 1), literal(chance)),
        _ => format!("{}::text", chance.pick(&["s", "v", "n", "st", "u"])),
    }
}

fn literal(chance: &mut Chance) -> String {
    chance.pick(&["'a'", "'It''s'", "'A'", "''", "'b'::text", "$$q$$", "E'\\n'"]).to_owned()
}

/// Conditions of one kind each, by chance.
const SIMPLE: [&[&str]; 4] = [
    &["b", "b is true", "b is not true", "b = true", "not b", "b isnull", "b = 't'"],
    &[
        "st = 'A'",
        "st in ('A', 'B')",
        "st <> 'it''s'",
        "st = 'A'::\"R\"",
        "st = any(array['A','B']::\"R\"[])",
        "tz > now()",
        "tz < current_timestamp - interval '1 day'",
        "ts + interval '90 minutes' > ts",
        "tz > now() - '1 day'::interval",
    ],
    &[
        "'a' = any(tags)",
        "tags @> array['x']",
        "tags = '{}'",
        "tags <> '{a, b}'",
        "cardinality(tags) > 2",
        "array_length(tags, 1) > 1",
        "tags[1] = 'a'",
    ],
    &[
        "j @> '{\"a\":1}'",
        "j ? 'a'",
        "j is not null",
        "u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
        "n = any('{1,2}')",
        "s = any(array['a','b'])",
        "v = any(array['a','b'])",
        "jsonb_typeof(j) = 'object'",
    ],
];

const COMPARED: [&str; 7] = ["=", "<>", "!=", "<", ">", "<=", ">="];

fn condition(chance: &mut Chance, depth: usize) -> String {
    match chance.below(if depth == 0 { 11 } else { 17 }) {
        0 | 1 => format!("{} {} {}", number(chance, depth), chance.pick(&COMPARED), number(chance, depth)),
        2 => format!("({}) {} {}", text(chance, depth), chance.pick(&COMPARED), literal(chance)),
        3 => format!("{} in ({}, {})", chance.pick(&["s", "v", "t", "c"]), literal(chance), literal(chance)),
        4 => format!("{} not in (1, 2, {})", chance.pick(&["n", "m", "k", "p"]), chance.below(9)),
        5 => {
            let operator = chance.pick(&["like", "ilike", "not like", "~", "!~*", "~~"]);
            format!("s {operator} {}", literal(chance))
        }
        6 => {
            let between = "between '2020-01-01' and '2021-01-01'";
            let ends = ["> '2020-01-01'", "= date '2020-02-29'", "is null", "< current_date", between];
            format!("{} {}", chance.pick(&["d", "ts"]), chance.pick(&ends))
        }
        kind @ 7..=10 => chance.pick(SIMPLE[kind - 7]).to_owned(),
        11 | 12 => {
            let join = chance.pick(&["and", "or", "AND", "OR"]);
            format!("{} {join} {}", condition(chance, depth - 1), condition(chance, depth - 1))
        }
        13 => format!("({})", condition(chance, depth - 1)),
        14 => format!("not ({})", condition(chance, depth - 1)),
        15 => format!("{} between {} and {}", number(chance, 0), number(chance, 0), number(chance, 0)),
        _ => format!("{} is distinct from {}", chance.pick(&["n", "m"]), number(chance, 0)),
    }
}

/// The same text with one thing changed.
fn mutate(text: &str, chance: &mut Chance) -> String {
    const CHANGES: [(&str, &str); 30] = [
        (" and ", " or "),
        (" or ", " and "),
        (" = ", " <> "),
        (" < ", " <= "),
        (" > ", " >= "),
        ("(", ""),
        (")", ""),
        (" + ", " - "),
        (" - ", " + "),
        ("'a'", "'A'"),
        ("'a'", "'a '"),
        ("5", "6"),
        ("1.5", "1.50"),
        ("\"A\"", "a"),
        ("\"A\"", "\"a\""),
        ("n", "a"),
        ("s ", "\"S\" "),
        ("::text", ""),
        ("::int", "::bigint"),
        ("not ", ""),
        ("1 day", "24:00:00"),
        (" like ", " ilike "),
        ("in (", "not in ("),
        ("''", "' '"),
        ("v", "s"),
        ("m", "k"),
        ("any(", "all("),
        ("is true", "is not false"),
        (" * ", " + "),
        ("date ", ""),
    ];
    let start = chance.below(CHANGES.len());
    let mut changed = text.to_owned();
    for (from, to) in CHANGES.iter().cycle().skip(start).take(CHANGES.len()) {
        let places: Vec<_> = text.match_indices(from).collect();
        if !places.is_empty() {
            let (at, _) = places[chance.below(places.len())];
            changed.replace_range(at..at + from.len(), to);
            break;
        }
    }
    if chance.below(3) == 0 {
        // brackets around another part
        let spaces: Vec<_> = changed.match_indices(' ').map(|(at, _)| at).collect();
        if spaces.len() > 2 {
            let from = chance.below(spaces.len() - 1);
            let to = from + 1 + chance.below(spaces.len() - from - 1);
            changed.insert(spaces[to], ')');
            changed.insert(spaces[from] + 1, '(');
        }
    }
    changed
}

/// What the server prints for conditions and for defaults of a type; `None` where it refuses one.
fn printed(scratch: &Scratch, expressions: &[(Option<&str>, String)]) -> Vec<Option<String>> {
    let mut config = postgres::Config::new();
    let url = scratch.url();
    let driftless_catalog::url::Host::Tcp(host) = &url.servers()[0].host else { panic!("reached by TCP") };
    config.host(host.as_ref()).port(url.servers()[0].port).dbname(scratch.name());
    config.user("postgres").options("-c TimeZone=UTC");
    let mut client = config.connect(postgres::NoTls).expect("the server runs");
    let mut answers = Vec::new();
    // a table of its own for each batch: one with many constraints is slow
    for batch in expressions.chunks(40) {
        let mut text = String::from(
            "DROP TABLE IF EXISTS asked, u; CREATE TABLE u (LIKE t); \
             CREATE TABLE asked (id int, ty text, x text, y text);\n",
        );
        for (at, (ty, expression)) in batch.iter().enumerate() {
            let ty = ty.map_or("NULL".to_owned(), |ty| format!("'{ty}'"));
            let quoted = expression.replace('\'', "''");
            writeln!(text, "INSERT INTO asked VALUES ({at}, {ty}, '{quoted}');").expect("a string takes it");
        }
        text += include_str!("print_expressions.sql");
        client.batch_execute(&text).expect("each refusal is caught");
        let rows = client.query("SELECT y FROM asked ORDER BY id", &[]).expect("the answers are there");
        answers.extend(rows.iter().map(|row| row.get::<_, Option<String>>(0)));
    }
    answers
}

fn table() -> String {
    let columns: Vec<_> = COLUMNS.iter().map(|(name, ty)| format!("\"{name}\" {ty}")).collect();
    format!("CREATE TYPE \"R\" AS ENUM ('A', 'B', 'it''s'); CREATE TABLE t ({})", columns.join(", "))
}

const DEFAULTS: [(&str, &[&str]); 12] = [
    ("integer", &["5", "-5", "(1+2)", "'7'", "nextval('q')", "1 + 1", "length('abc')"]),
    ("bigint", &["5", "-5", "3000000000", "'9'::bigint", "10 - (5 - 2)", "(10 - 5) - 2"]),
    ("double precision", &["1e3", "1.5", "'infinity'", "-1.5", "random()", "random() * 10"]),
    ("numeric(10,2)", &["1.50", "0", "5", "1e2", "-0.5", "round(1.5)"]),
    ("text", &["'x'", "'x'::text", "'a' || 'b'", "lower('X')", "'it''s'", "now()::date::text", "md5('a')"]),
    ("varchar(20)", &["'x'", "'x'::varchar", "'x'::varchar(20)", "'x'::text", "lower('X')"]),
    ("boolean", &["true", "FALSE", "'yes'", "not true", "1 > 2"]),
    ("date", &["'2020-01-01'", "current_date", "date '2020-01-01'", "now()", "'infinity'"]),
    (
        "timestamptz(3)",
        &["now()", "CURRENT_TIMESTAMP", "now() + interval '1 day'", "'2020-01-01 00:00:00+00'"],
    ),
    ("jsonb", &["'{}'", "'{}'::jsonb", "'{\"b\":1e2,\"a\":[1,  2]}'", "'[]'"]),
    ("text[]", &["'{}'", "array['x','y']", "'{a,\"b,c\"}'::text[]", "ARRAY[]::text[]"]),
    ("\"R\"", &["'A'", "'A'::\"R\"", "'it''s'", "'B'::public.\"R\""]),
];

/// Conditions of many forms.
const FORMS: [&str; 76] = [
    "v || 'x' = s",
    "c like 'a%'",
    "v not like 'a%'",
    "s similar to 'a'",
    "d > ts",
    "d - d > 3",
    "tz > ts",
    "ts - interval '1 day' > ts",
    "d + interval '1 day' > ts",
    "j -> 'a' is not null",
    "(j ->> 'a')::int > 1",
    "'x' = any(tags)",
    "case n when 1 then 2 else 3 end > 1",
    "length(c) > 1",
    "char_length(v) > 2",
    "trim(s) = ''",
    "trim(both 'x' from v) = ''",
    "btrim(s) <> ''",
    "substring(s from 1 for 2) = 'a'",
    "substring(s, 1, 2) = 'a'",
    "position('a' in s) > 0",
    "strpos(s, 'a') > 0",
    "extract(year from ts) > 2000",
    "date_trunc('day', ts) = ts",
    "n in (1)",
    "n in (a, 1, 2)",
    "v in ('a', s)",
    "n = -5::int",
    "- n > 3",
    "n ^ 2 > 3",
    "n % k > 1",
    "n / 2.0 > 1",
    "n::text like '1%'",
    "v::varchar(20) = 'a'",
    "s collate \"C\" = 'a'",
    "s ~ '^[a-z]+$'",
    "tz at time zone 'utc' > ts",
    "num_nonnulls(n, a) = 1",
    "nullif(v, 'x') is null",
    "nullif(s, '') is not null",
    "greatest(n, a) > 3",
    "greatest(n, m) > 3",
    "concat(s, 'x') = 'a'",
    "left(v, 2) = 'ab'",
    "n + 1 = a",
    "p * 100 = 5",
    "round(p) = 5",
    "round(f) = 5",
    "abs(n) > 2",
    "date_part('year', ts) > 3",
    "s <> all('{a,b}')",
    "ts < now()",
    "n in (1, 2, null)",
    "p in (1, 2.5)",
    "n between symmetric 1 and 2",
    "n not between 1 and 2",
    "s is not null and s <> ''",
    "(n > 1) is true",
    "(n > 1) = (a > 2)",
    "b <> (n > 1)",
    "cast('5' as int) = n",
    "n > '5'",
    "p > '1.50'",
    "ts > timestamp '2020-01-01 10:00:00'",
    "tz > '2020-01-01 10:00:00+02'",
    "d = '2020-01-01'::date",
    "u = '00000000-0000-0000-0000-00000000000A'",
    "j = '{}'",
    "j->'a'->>'b' = 'c'",
    "tags && array['a','b']",
    "upper(s) = upper(v)",
    "coalesce(n, 0) > 0",
    "coalesce(s, v, '') = ''",
    "(n, a) = (1, 2)",
    "s like 'a!_%' escape '!'",
    "public.t.n > 1",
];

/// The corpus: conditions of chance and the defaults above.
fn corpus(conditions: usize) -> Vec<(Option<&'static str>, String)> {
    let mut chance = Chance(7);
    let mut corpus: Vec<_> = (0..conditions).map(|_| (None, condition(&mut chance, 2))).collect();
    corpus.extend(FORMS.iter().map(|text| (None, (*text).to_owned())));
    for (ty, texts) in DEFAULTS {
        corpus.extend(texts.iter().map(|text| (Some(ty), (*text).to_owned())));
    }
    corpus
}

/// Texts of the server's, by version: `fixtures/expressions/VERSION.tsv`, a line each with the type that a default is
/// of, what was written and what was printed. `UPDATE_EXPECT=1` records those of the server at hand.
const RECORDED: [&str; 3] = ["12", "15", "18"];

fn recording(version: &str) -> std::path::PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/expressions");
    std::path::Path::new(root).join(format!("{version}.tsv"))
}

fn record(version: &str, corpus: &[(Option<&str>, String)], answers: &[Option<String>]) {
    let mut lines = String::new();
    for ((ty, written), printed) in corpus.iter().zip(answers) {
        if let Some(printed) = printed {
            let printed = printed.replace('\\', "\\\\").replace('\n', "\\n");
            let ty = ty.unwrap_or("condition");
            writeln!(lines, "{ty}\t{}\t{printed}", written.replace('\\', "\\\\")).expect("a string takes it");
        }
    }
    std::fs::write(recording(version), lines).expect("the fixture can be written");
}

#[test]
fn what_servers_of_several_versions_printed_is_the_same_as_what_was_written() {
    let plain = |text: &str| {
        let mut out = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            out.push(match character {
                '\\' if characters.next() == Some('n') => '\n',
                other => other,
            });
        }
        out
    };
    for version in RECORDED {
        let text = std::fs::read_to_string(recording(version)).expect("the fixture is there");
        let mut missed = Vec::new();
        for line in text.lines() {
            let parts: Vec<_> = line.split('\t').map(plain).collect();
            let [ty, written, printed] = &parts[..] else { panic!("{line}") };
            let ty = Some(ty.as_str()).filter(|ty| *ty != "condition");
            let same = compare(ty, Expr::written(written.as_str()), Expr::deparsed(printed.as_str()));
            assert_ne!(same, Comparison::Different, "{version}: {line}");
            missed.extend((same != Comparison::Same).then_some(line));
        }
        let count = text.lines().count();
        assert!(count > 800 && missed.len() * 100 <= count, "{version}: of {count} lines, {missed:#?}");
    }
}

#[test]
fn what_is_written_is_the_same_as_what_is_printed() {
    let Some(scratch) = Scratch::new("expressions") else { return };
    drop(scratch.with(&table()));
    drop(scratch.with("CREATE SEQUENCE q"));
    let corpus = corpus(2_000);
    let answers = printed(&scratch, &corpus);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let version = scratch.connect().version().major().to_string();
        record(&version, &corpus[1_000..], &answers[1_000..]);
    }
    let (mut taken, mut same) = (0, 0);
    let mut missed = String::new();
    for ((ty, written), printed) in corpus.iter().zip(&answers) {
        let Some(printed) = printed else { continue };
        taken += 1;
        match compare(*ty, Expr::written(written.as_str()), Expr::deparsed(printed.as_str())) {
            Comparison::Same => same += 1,
            other => writeln!(missed, "{other:?} {ty:?}: {written} => {printed}").expect("a string takes it"),
        }
    }
    eprintln!("{same} of {taken} are the same\n{missed}");
    assert!(taken > 1_000, "the server takes most of them: {taken}");
    assert!(same * 100 >= taken * 99, "{same} of {taken} are the same\n{missed}");
}

#[test]
fn what_the_server_tells_apart_is_never_the_same() {
    let Some(scratch) = Scratch::new("mutations") else { return };
    drop(scratch.with(&table()));
    let pairs =
        std::env::var("DRIFTLESS_TEST_PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(2_000);
    let mut chance = Chance(11);
    let mut corpus = Vec::new();
    for _ in 0..pairs {
        let before = condition(&mut chance, 2);
        let after = mutate(&before, &mut chance);
        corpus.extend([(None, before), (None, after)]);
    }
    let answers = printed(&scratch, &corpus);
    let written = understood(corpus.iter().map(|(_, text)| (None, Expr::written(text.as_str()))).collect());
    let deparsed = answers.iter().map(|text| (None, Expr::deparsed(text.as_deref().unwrap_or("true"))));
    let deparsed = understood(deparsed.collect());
    let (mut apart, mut proven) = (0, 0);
    for at in (0..corpus.len()).step_by(2) {
        let (Some(a), Some(b)) = (&answers[at], &answers[at + 1]) else { continue };
        let (before, after) = (&corpus[at].1, &corpus[at + 1].1);
        // either name of the start of the transaction is one to us
        let [a, b] = [a, b].map(|text| text.replace("CURRENT_TIMESTAMP", "now()"));
        let comparison = written[at].compare(&written[at + 1]);
        if a != b {
            apart += 1;
            proven += usize::from(comparison == Comparison::Different);
            assert_ne!(comparison, Comparison::Same, "{before}\n{after}\n{a}\n{b}");
            assert_ne!(written[at].compare(&deparsed[at + 1]), Comparison::Same, "{before}\n{b}");
        } else {
            assert_ne!(comparison, Comparison::Different, "{before}\n{after}\n{a}");
        }
    }
    eprintln!("{apart} pairs are told apart, {proven} of them without a server");
    assert!(apart * 4 > pairs, "{apart} of {pairs}");
}
