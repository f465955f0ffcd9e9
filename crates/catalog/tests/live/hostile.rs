//! Names that mean something to who joins texts: each hole of each query is given them.

use driftless_catalog::{CatalogError, Dropped, NormalForm, Position, Probe, Scope, Session, Touch, Written};
use driftless_ir::{Name, QualifiedName, Quoted, SingleExpression};

use crate::server::Scratch;

const NAMES: [&str; 17] = [
    "it's",
    "say \"x\"",
    "back\\slash\\'",
    "line\nbreak",
    "carriage\rreturn",
    "x\n; DROP TABLE public.victim; --",
    "'; DROP TABLE public.victim; --",
    "\\'; DROP TABLE public.victim; --",
    "\"; DROP TABLE public.victim; --",
    "-- x",
    "a */ b /* c",
    "$$ $a$",
    ":name",
    "a:table :namespace :asked :key",
    "{0} {{table: name}} {{asked: rows}}",
    "%I %s %",
    "ééééééééééééééééééééééééééééééé1",
];

/// A namespace with a table and a column of its name, and a type and an index whose names are almost that.
fn make(session: &mut Session, name: &str) {
    let name = Name::from(name);
    let ty = type_name(&name);
    let setup = format!(
        "CREATE SCHEMA {name}; \
         CREATE TYPE {name}.{ty} AS ENUM ({value}); \
         CREATE TABLE {name}.{name} ({name} text, kind {name}.{ty} DEFAULT {value}, n int); \
         INSERT INTO {name}.{name} VALUES ({value}, {value}, 1), ({value}, {value}, 1)",
        value = Quoted(name.as_str())
    );
    session.execute(&setup).expect("the objects are made");
    let index = format!("CREATE UNIQUE INDEX CONCURRENTLY {} ON {name}.{name} (n)", index_name(&name));
    let error = session.run(&index).expect_err("two rows are alike");
    assert!(matches!(error, CatalogError::Statement(error) if &*error.sqlstate == "23505"));
}

/// A name almost like that of the table.
fn index_name(name: &Name) -> Name {
    let mut text = name.as_str().to_owned();
    text.pop();
    Name::from(text)
}

fn type_name(name: &Name) -> Name {
    Name::from(format!("{}T", index_name(name).as_str()))
}

/// Runs a test for each name, with both settings of how strings are read.
fn for_each_name(test: &str, check: impl Fn(&Scratch, &mut Session, &str)) {
    for conforming in ["on", "off"] {
        let Some(scratch) = Scratch::new(&format!("{test}_{conforming}")) else { return };
        let mut session = scratch.connect();
        let setting = format!(
            "ALTER DATABASE {} SET standard_conforming_strings TO {conforming}",
            Name::from(scratch.name())
        );
        session
            .execute(&format!("CREATE TABLE public.victim (id int); {setting}"))
            .expect("the victim is made");
        let mut session = scratch.connect();
        for name in NAMES {
            check(&scratch, &mut session, name);
            session.execute("TABLE public.victim").unwrap_or_else(|_| panic!("{name:?} did harm"));
        }
    }
}

#[test]
fn a_history_takes_any_name() {
    for_each_name("hostile_history", |scratch, session, name| {
        make(session, name);
        let mut session = Session::connect(&scratch.url().with_schema(name)).unwrap();
        let history = session.history().unwrap();
        assert!(history.has_namespace && !history.has_table, "{name:?}");
        assert_eq!(history.tables, [Box::from(name)]);
        let writer = session.history_writer();
        let statements = [
            writer.create(false),
            writer.insert_finished(name, name),
            writer.insert_finished_next(name, name),
            writer.insert_applied(name, name),
            writer.insert_open(name, name, name),
            writer.update_open(name, name, 2, name),
            writer.append_logs(name, name),
        ];
        session.execute(&statements.concat()).unwrap();
        let history = session.history().unwrap();
        assert_eq!(history.rows.len(), 4);
        assert!(history.rows.iter().all(|row| &*row.name == name && &*row.checksum == name));
        let open = history.rows.iter().find(|row| row.is_open()).unwrap();
        assert_eq!(open.logs.as_deref(), Some(&*format!("{name}\n{name}")));
        session.execute(&(writer.roll_back(name) + &writer.finish(name) + &writer.drop())).unwrap();
        assert!(!session.history().unwrap().has_table);
    });
}

#[test]
fn what_is_read_takes_any_name() {
    for_each_name("hostile_reading", |scratch, session, name| {
        make(session, name);
        let mut session = Session::connect(&scratch.url().with_schema(name)).unwrap();
        let schema = session.introspect(&Scope::implicit(name)).unwrap();
        let tables: Vec<_> = schema.tables().map(|table| table.name().as_str()).collect();
        assert_eq!(tables, [name]);
        let schema = session.introspect(&Scope::named([Name::from(name), Name::from("public")])).unwrap();
        assert_eq!(schema.tables().len(), 2);

        let table = QualifiedName::new(name, name);
        let column = Name::from(name);
        let columns = session.columns_of(&table).unwrap();
        assert_eq!(columns.len(), 3);
        assert_eq!(columns[0].name, column);
        let mut copied = Vec::new();
        session.begin_copying().unwrap();
        session.copy_out(&table.clone().into(), &columns, &mut copied).unwrap();
        session.end_copying().unwrap();
        assert_eq!(copied.iter().filter(|byte| **byte == b'\n').count(), 2);

        let rows = || table.clone().into();
        let probes = [
            Probe::Rows(rows()),
            Probe::Nulls(rows(), column.clone()),
            Probe::Values(rows(), column.clone()),
        ];
        assert_eq!(session.count(&probes).unwrap(), [Some(2), Some(0), Some(2)]);

        let drop = |object| Touch::Drop { object, cascades: true };
        let touches = [
            drop(Dropped::Table(table.clone())),
            drop(Dropped::Type(QualifiedName { namespace: column.clone(), name: type_name(&column) })),
            drop(Dropped::Namespace(column.clone())),
            drop(Dropped::Extension(column.clone())),
            Touch::Truncate { table: table.clone(), only: false, cascades: true },
            Touch::Delete { table: table.clone(), only: true },
            Touch::Column { table: table.clone(), column: column.clone(), only: false },
        ];
        let touched = session.touched(&touches).unwrap();
        assert!(touched.iter().all(|touched| touched.rows.table == table), "{touched:?}");
        let by: Vec<_> = touched.iter().map(|touched| touched.by).collect();
        assert_eq!(by, [0, 1, 2, 4, 5, 6], "{name:?}");

        let index = index_name(&column);
        let found = session.execute_and_find_half_built("", &table.to_string(), index.as_str()).unwrap();
        assert_eq!(found, Some(QualifiedName { namespace: column, name: index }));
    });
}

#[test]
fn a_proof_takes_any_name_and_any_constant() {
    for_each_name("hostile_proof", |scratch, session, name| {
        make(session, name);
        let mut session = Session::connect(&scratch.url().with_schema(name)).unwrap();
        let (table, column) = (QualifiedName::new(name, name), Name::from(name));
        let text = SingleExpression::read(&format!("{column} <> '{}'", name.replace('\'', "''"))).unwrap();
        let value = SingleExpression::read(&format!("'{}'", name.replace('\'', "''"))).unwrap();
        let of = |position, text| Written { table: &table, position, text };
        let forms = session
            .normalise(&[
                of(Position::Check, &text),
                of(Position::Key, &text),
                of(Position::Predicate, &text),
                of(Position::Default(column.clone()), &value),
                of(Position::Default("kind".into()), &value),
            ])
            .unwrap();
        assert!(forms.iter().all(|form| matches!(form, NormalForm::Known(_))), "{forms:?}");
        session
            .execute(
                "DO 'BEGIN ASSERT NOT EXISTS (SELECT FROM pg_class WHERE relname LIKE ''driftless%''); END'",
            )
            .unwrap();
    });
}

#[test]
fn a_database_takes_any_name() {
    let Some(scratch) = Scratch::new("hostile_database") else { return };
    let mut session = scratch.with("CREATE TABLE public.victim (id int)");
    for name in NAMES {
        // databases belong to the whole server
        let name: String = format!("{}{name}", std::process::id()).chars().take(40).collect();
        session.create_database(&name).unwrap();
        session.drop_database(&name).unwrap();
        session.execute("TABLE public.victim").unwrap();
    }
}

#[test]
fn a_text_with_a_nul_is_refused() {
    let Some(scratch) = Scratch::new("nul") else { return };
    let mut session = scratch.connect();
    let writer = session.history_writer();
    session.execute(&writer.create(true)).unwrap();
    let error = session.execute(&writer.insert_applied("a\0b", "c")).unwrap_err();
    assert!(matches!(error, CatalogError::Statement(_)), "{error}");
}
