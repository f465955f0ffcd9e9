//! Running scripts, counting rows, and the lock.

use std::time::Duration;

use driftless_catalog::{CatalogError, Probe};
use driftless_ir::QualifiedName;

use crate::server::Scratch;

#[test]
fn a_failure_names_the_place_in_the_script() {
    let Some(scratch) = Scratch::new("place") else { return };
    let mut session = scratch.connect();
    let script = "CREATE TABLE t (id int);\n-- é\nCREATE TABLE u (\n  id nonsense\n);";
    let CatalogError::Statement(error) = session.execute(script).unwrap_err() else {
        panic!("a statement fails")
    };
    assert_eq!(
        (&*error.sqlstate, error.place.map(|place| (place.line, place.column))),
        ("42704", Some((4, 6)))
    );
    // all of a script is one transaction
    assert!(session.execute("SELECT * FROM t").is_err());
}

#[test]
fn details_of_a_failure_are_kept() {
    let Some(scratch) = Scratch::new("details") else { return };
    let mut session = scratch.with("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    let error = session.execute_in_transaction(&["INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (1)"]);
    let Err((1, CatalogError::Statement(error))) = error else {
        panic!("the second statement fails: {error:?}")
    };
    assert_eq!((&*error.sqlstate, error.object.as_deref()), ("23505", Some("t_pkey")));
    assert_eq!(error.detail.as_deref(), Some("Key (id)=(1) already exists."));
    let table = QualifiedName::new("public", "t");
    assert_eq!(session.count(&[Probe::Rows(table.into())]).unwrap(), [Some(1)]);
}

#[test]
fn rows_and_nulls_are_counted() {
    let Some(scratch) = Scratch::new("count") else { return };
    let mut session = scratch.with("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (NULL), (NULL)");
    let (table, missing) = (QualifiedName::new("public", "t"), QualifiedName::new("public", "no"));
    let before = session.round_trips();
    let probes = [
        Probe::Rows(table.clone().into()),
        Probe::Nulls(table.clone().into(), "a".into()),
        Probe::Values(table.clone().into(), "a".into()),
    ];
    assert_eq!(session.count(&probes).unwrap(), [Some(3), Some(2), Some(1)]);
    assert_eq!(session.round_trips() - before, 1);
    assert_eq!(
        session.count(&[Probe::Rows(missing.into()), Probe::Rows(table.into())]).unwrap(),
        [None, Some(3)]
    );
}

#[test]
fn the_lock_is_exclusive_and_its_holder_is_named() {
    let Some(scratch) = Scratch::new("lock") else { return };
    let (mut holder, mut other) = (scratch.connect(), scratch.connect());
    holder.lock(Duration::ZERO).unwrap();
    let error = other.lock(Duration::from_millis(50)).unwrap_err();
    let CatalogError::LockTimeout { holders, .. } = &error else { panic!("{error:?}") };
    assert_eq!(holders.len(), 1);
    assert_eq!(&*holders[0].application, "driftless");
    assert_eq!(error.code().number(), "P1002");
    holder.unlock().unwrap();
    other.lock(Duration::ZERO).unwrap();
    drop(other);
    holder.lock(Duration::from_secs(5)).unwrap();
}

#[test]
fn databases_are_made_and_dropped() {
    let Some(scratch) = Scratch::new("databases") else { return };
    let mut session = scratch.connect();
    let name = format!("cath_\"odd\" name_{}", std::process::id());
    session.create_database(&name).unwrap();
    let error = session.create_database(&name).unwrap_err();
    session.drop_database(&name).unwrap();
    assert_eq!(error.code().number(), "P1009");
}
