//! From the catalog to the model: each case in `tests/introspect` is a script and the dump of what is found.

use std::path::Path;
use std::sync::atomic::Ordering;

use driftless_catalog::{DatabaseUrl, Scope, Session};
use driftless_ir::{MAX_NAME_BYTES, Name, QualifiedName};

use crate::server::{Scratch, counting_proxy};

#[test]
fn cases() {
    let Some(scratch) = Scratch::new("cases") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/introspect");
    let mut scripts: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("a case is there").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    scripts.sort();
    for path in scripts {
        let script = std::fs::read_to_string(&path).expect("a case can be read");
        let since = script.strip_prefix("-- since ").and_then(|rest| rest.lines().next());
        let mut session = scratch.connect();
        if since.is_some_and(|since| !session.version().is_at_least(since.parse().expect("a major version")))
        {
            eprintln!("{}: skipped, as the server is older", path.display());
            continue;
        }
        session
            .execute("DROP SCHEMA IF EXISTS public, a, b CASCADE; CREATE SCHEMA public")
            .expect("the database can be emptied");
        session.execute(&script).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let found = session.introspect(&Scope::default()).unwrap_or_else(|error| panic!("{error}")).dump();
        let expected = path.with_extension("dump");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&expected, &found).expect("a case can be written");
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(found, expected, "{}", path.display());
    }
}

#[test]
fn a_few_round_trips_are_enough() {
    let Some(scratch) = Scratch::new("round_trips") else { return };
    let tables: String =
        (0..50).map(|n| format!("CREATE TABLE t{n} (id serial PRIMARY KEY, n int DEFAULT {n});")).collect();
    drop(scratch.with(&tables));
    let (address, turns) = counting_proxy(&scratch.url());
    let (user, name) = (scratch.url().user().to_owned(), scratch.name());
    let url = DatabaseUrl::parse(&format!("postgresql://{user}@{address}/{name}?sslmode=disable")).unwrap();
    let mut session = Session::connect(&url).unwrap();
    let connected = turns.load(Ordering::SeqCst);
    let schema = session.introspect(&Scope::implicit("public")).unwrap();
    assert_eq!(schema.tables().len(), 50);
    assert_eq!(turns.load(Ordering::SeqCst) - connected, 2);
    assert!(turns.load(Ordering::SeqCst) <= 12, "{turns:?}");
}

#[test]
fn hostile_names_come_back_as_they_are() {
    let Some(scratch) = Scratch::new("names") else { return };
    let longest = "é".repeat(MAX_NAME_BYTES / 2);
    let names = [
        "\"; DROP TABLE \"x",
        "a'b\\c",
        "line\nbreak\ttab",
        "{a,\"b\"}",
        ":namespaces",
        "select",
        " ",
        "NULL",
        "$1 $$ %s",
        longest.as_str(),
    ];
    for name in names {
        let name = Name::from(name);
        let mut session = scratch.with(&format!(
            "CREATE SCHEMA {name}; CREATE TYPE public.{name} AS ENUM ('x', {value}); \
             CREATE TABLE {name}.{name} ({name} serial PRIMARY KEY, other int, kind public.{name} DEFAULT 'x', \
               kinds public.{name}[] DEFAULT '{{x}}', CONSTRAINT {name} CHECK (other > 0)); \
             CREATE INDEX ON {name}.{name} ({name}, (other + 1)) WHERE {name} > 1; \
             ALTER TABLE {name}.{name} ADD FOREIGN KEY (other) REFERENCES {name}.{name} ({name}); \
             COMMENT ON TABLE {name}.{name} IS {value}",
            value = literal(name.as_str()),
        ));
        let schema = session.introspect(&Scope::named([name.clone(), "public".into()])).unwrap();
        let qualified = QualifiedName::new(name.clone(), name.clone());
        let table = schema.find_table(&qualified).unwrap_or_else(|| panic!("{name} is found"));
        assert_eq!(table.primary_key().unwrap().columns().next().unwrap().name(), &name);
        assert!(table.column(&name).unwrap().is_autoincrement());
        assert_eq!(table.checks()[0].name, name);
        assert_eq!(table.foreign_keys().next().unwrap().referenced_table().id(), table.id());
        assert_eq!(
            schema.find_enum(&QualifiedName::new("public", name.clone())).unwrap().values().nth(1).unwrap(),
            &name
        );
        let dump = schema.dump();
        assert!(dump.contains("default Literal(EnumValue(\"x\"))"), "{dump}");
        assert!(dump.contains("default Array([EnumValue(\"x\")])"), "{dump}");
        assert!(schema.unmodelled().iter().any(|note| &*note.definition == name.as_str()), "{dump}");
        session.execute(&format!("DROP SCHEMA {name} CASCADE; DROP TYPE public.{name}")).unwrap();
    }
}

fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[test]
fn grants_are_noted() {
    let Some(scratch) = Scratch::new("grants") else { return };
    let mut session = scratch.with(
        "CREATE TABLE t (a int, b int); GRANT SELECT ON t TO PUBLIC; GRANT UPDATE (b) ON t TO PUBLIC; \
         CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
    );
    let schema = session.introspect(&Scope::implicit("public")).unwrap();
    let found: Vec<_> = schema
        .unmodelled()
        .iter()
        .filter(|note| &*note.kind != "function")
        .map(|note| (&*note.kind, note.table.as_ref().map_or("", Name::as_str), &*note.name))
        .collect();
    let role = format!("{} r", scratch.url().user());
    let expected = [
        ("default privileges", "", role.as_str()),
        ("grant", "", "f()"),
        ("grant", "t", ""),
        ("grant", "t", "b"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn only_the_scope_is_read() {
    let Some(scratch) = Scratch::new("scope") else { return };
    let mut session = scratch.with(
        "CREATE SCHEMA a; CREATE TYPE a.e AS ENUM ('x'); CREATE TABLE a.t (id int PRIMARY KEY); \
         CREATE TABLE t (id int PRIMARY KEY REFERENCES a.t, kind a.e); CREATE TABLE history (id int)",
    );
    let mut scope = Scope::implicit("public");
    scope.excluded = vec![QualifiedName::new("public", "history")];
    let dump = session.introspect(&scope).unwrap().dump();
    let expected = "namespace \"public\"\ntable \"public\".\"t\"\n  column \"id\" INTEGER not null\n  \
                    column \"kind\" a.e null\n";
    assert!(dump.starts_with(expected), "{dump}");
    assert!(dump.contains("FOREIGN KEY (id) REFERENCES a.t(id)"), "{dump}");
    assert!(!dump.contains("history"), "{dump}");
    let none = session.introspect(&Scope::named(["nowhere".into()])).unwrap();
    assert_eq!(none.dump(), "");
}
