//! The server that the other tests lean on.

use driftless_tests::postgres::server;

#[test]
fn databases_are_apart_and_errors_are_told() {
    let Some(server) = server() else { return };
    let (one, other) = (server.create_database(), server.create_database());
    one.run("CREATE TABLE a (b integer); INSERT INTO a VALUES (1);").unwrap();
    assert_eq!(one.run("SELECT b FROM a").unwrap(), "1\n");
    assert!(other.run("SELECT b FROM a").unwrap_err().contains("relation \"a\" does not exist"));
}

#[test]
fn a_transaction_keeps_nothing_of_a_script_that_fails() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    assert!(database.run_in_transaction("CREATE TABLE a (b integer); SELECT 1 / 0;").is_err());
    assert_eq!(database.run("SELECT to_regclass('a') IS NULL").unwrap(), "t\n");
}

#[test]
fn a_script_that_fails_is_named() {
    let Some(server) = server() else { return };
    let scripts = [("first", "SELECT 1;"), ("second", "SELECT 1 / 0;"), ("third", "SELECT 3;")];
    let scripts = scripts.map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    let database = server.create_database();
    assert!(database.run_all(&scripts).unwrap_err().starts_with("second: "));
    assert_eq!(database.run_all(&scripts[..1]).unwrap(), ["1\n"]);
}
