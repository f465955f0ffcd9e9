//! Connecting, and what its failures are called.

use std::net::TcpListener;
use std::time::Duration;

use driftless_catalog::{CatalogError, DatabaseUrl, OLDEST, Scope, Session};

use crate::server::{Scratch, admin_url, transaction_pooler};

fn code_of(url: &DatabaseUrl) -> (&'static str, String) {
    let error = Session::connect(url).expect_err("this cannot be connected to");
    (error.code().number(), error.to_string())
}

#[test]
fn the_version_is_known_and_no_pooler_is_seen() {
    let Some(scratch) = Scratch::new("version") else { return };
    let mut session = scratch.connect();
    assert!(session.version().is_at_least(OLDEST), "{}", session.version());
    assert!(!session.is_standby());
    assert!(!session.detect_pooler().unwrap());
    assert_eq!(session.round_trips(), 1);
}

#[test]
fn a_missing_database_is_p1003() {
    let Some(scratch) = Scratch::new("missing") else { return };
    let (code, message) = code_of(&scratch.url().with_database("cath_no such"));
    assert_eq!(code, "P1003");
    assert!(
        message.starts_with("the database `cath_no such` does not exist on the server at `"),
        "{message}"
    );
}

#[test]
fn a_role_that_does_not_exist_or_may_not_enter_is_refused() {
    let Some(scratch) = Scratch::new("refused") else { return };
    let host = scratch.url().host();
    let url = DatabaseUrl::parse(&format!("postgresql://cath_nobody:s3cr3t@{host}/postgres")).unwrap();
    let (code, message) = code_of(&url);
    assert!(matches!(code, "P1000" | "P1010"), "{code} {message}");
    assert!(!message.contains("s3cr3t"));
}

#[test]
fn a_database_that_a_role_may_not_enter_is_p1010() {
    let Some(scratch) = Scratch::new("entry") else { return };
    let role = format!("cath_role_{}", std::process::id());
    let name = scratch.name();
    let mut admin = scratch.with(&format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"
    ));
    let url = DatabaseUrl::parse(&format!("postgresql://{role}@{}/{name}", scratch.url().host())).unwrap();
    let (code, message) = code_of(&url);
    admin.execute(&format!("DROP ROLE {role}")).unwrap();
    assert_eq!(code, "P1010", "{message}");
}

#[test]
fn nobody_there_is_p1001_and_silence_is_p1002() {
    if admin_url("silence").is_none() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = listener.local_addr().unwrap();
    let url = DatabaseUrl::parse(&format!("postgresql://u@{silent}/d?connect_timeout=1")).unwrap();
    let (code, message) = code_of(&url);
    assert_eq!(code, "P1002");
    assert!(message.ends_with("did not answer within 1 s"), "{message}");
    drop(listener);
    assert_eq!(code_of(&url).0, "P1001");
}

#[test]
fn the_next_host_is_tried() {
    let Some(scratch) = Scratch::new("hosts") else { return };
    let url = scratch.url();
    let (user, host, name) = (url.user(), url.host(), scratch.name());
    let several = DatabaseUrl::parse(&format!("postgresql://{user}@127.0.0.1:1,{host}/{name}")).unwrap();
    assert!(Session::connect(&several).is_ok());
    let writable = format!("postgresql://{user}@{host}/{name}?target_session_attrs=read-write");
    assert!(Session::connect(&DatabaseUrl::parse(&writable).unwrap()).is_ok());
}

#[test]
fn tls_that_the_server_does_not_have_is_p1011() {
    let Some(scratch) = Scratch::new("tls") else { return };
    let (user, host) = (scratch.url().user().to_owned(), scratch.url().host());
    let mut session = scratch.connect();
    let url =
        DatabaseUrl::parse(&format!("postgresql://{user}@{host}/postgres?sslmode=verify-full")).unwrap();
    let Err(error) = Session::connect(&url) else { panic!("there is no TLS") };
    assert_eq!(error.code().number(), "P1011", "{error}");
    assert!(error.help().starts_with("turn TLS on at the server"), "{}", error.help());
    session.execute("SELECT 1").unwrap();
}

#[test]
fn a_connection_that_is_lost_is_p1017() {
    let Some(scratch) = Scratch::new("lost") else { return };
    let mut session = scratch.connect();
    let mut other = scratch.connect();
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    other.execute(others).unwrap();
    let error = session.execute("SELECT 1").unwrap_err();
    assert!(matches!(error, CatalogError::ConnectionClosed { .. }), "{error:?}");
    assert_eq!(error.code().number(), "P1017");
}

#[test]
fn a_pooler_in_transaction_mode_is_recognised_and_named() {
    let Some(scratch) = Scratch::new("pooler") else { return };
    let address = transaction_pooler(&scratch.url());
    let text = format!("postgresql://pooled@{address}/{}?sslmode=disable", scratch.name());
    // the pooler's own connection is older by then
    std::thread::sleep(Duration::from_millis(50));
    let mut session = Session::connect(&DatabaseUrl::parse(&text).unwrap()).unwrap();
    assert!(session.detect_pooler().unwrap());
    let error = session.require_own_backend("the migration lock").unwrap_err();
    assert_eq!(error.code().number(), "D4002");
    assert!(
        error.to_string().starts_with(&format!("`{address}` is a connection pooler in transaction mode"))
    );
    // reading needs no session
    assert_eq!(session.introspect(&Scope::implicit("public")).unwrap().tables().len(), 0);
}
