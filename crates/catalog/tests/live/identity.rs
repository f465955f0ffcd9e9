//! Whether two sessions are in one database, and roles without power.

use driftless_catalog::{DatabaseUrl, Session, Shadow, TemporaryDatabase};

use crate::server::{Scratch, counting_proxy, transaction_pooler};

#[test]
fn the_server_says_whether_two_sessions_are_in_one_database() {
    let Some(scratch) = Scratch::new("identity") else { return };
    let Some(other) = Scratch::new("identity_other") else { return };
    let url = scratch.url();
    let address = counting_proxy(&url).0;
    let name = format!("postgresql://{}@{address}/{}?schema=x&sslmode=disable", url.user(), url.database());
    let forwarded = DatabaseUrl::parse(&name).expect("a URL");
    let mut here = scratch.connect();
    let mut there = Session::connect(&forwarded).expect("the forward leads there");
    let mut elsewhere = other.connect();
    for rights in ["", "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC"] {
        let role = "cath_identity_asker";
        if !rights.is_empty() {
            // who may not ask for identifiers is told by the lock
            here.execute(rights).expect("the function is this database's own");
            elsewhere.execute(rights).expect("the function is this database's own");
            let make = format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role}");
            here.execute(&make).expect("an administrator makes roles");
            for session in [&mut here, &mut there, &mut elsewhere] {
                session.execute(&format!("SET ROLE {role}")).expect("an administrator becomes anybody");
            }
        }
        assert!(here.is_in_database_of(&mut there).expect("the servers answer"));
        assert!(there.is_in_database_of(&mut here).expect("the servers answer"));
        assert!(!here.is_in_database_of(&mut elsewhere).expect("the servers answer"));
        assert!(!elsewhere.is_in_database_of(&mut there).expect("the servers answer"));
    }
    here.execute("RESET ROLE; SELECT 1").expect("it goes on");
    there.execute("RESET ROLE").expect("it goes on");
    elsewhere.execute("RESET ROLE").expect("it goes on");
    here.execute("DROP ROLE cath_identity_asker").expect("nobody is that role any more");
}

#[test]
fn a_pooler_with_one_backend_is_seen_through_and_holds_no_trial() {
    let Some(scratch) = Scratch::new("identity_pooled") else { return };
    let url = scratch.url();
    let address = transaction_pooler(&url);
    let name = format!("postgresql://{}@{address}/{}?sslmode=disable", url.user(), url.database());
    let pooled = DatabaseUrl::parse(&name).expect("a URL");
    // the pooler's own connection is older by then
    std::thread::sleep(std::time::Duration::from_millis(50));
    let mut shadow = Shadow::connect(&pooled).expect("the pooler answers");
    let mut target = Session::connect(&pooled).expect("the pooler answers");
    assert!(shadow.session().is_in_database_of(&mut target).expect("the servers answer"));
    let mut direct = scratch.connect();
    assert!(shadow.session().is_in_database_of(&mut direct).expect("the servers answer"));
    assert_eq!(shadow.look().expect_err("it needs a session").code().number(), "D4002");
}

#[test]
fn a_temporary_database_has_a_role_without_power() {
    let Some(scratch) = Scratch::new("powerless") else { return };
    let mut admin = scratch.connect();
    assert!(admin.has_power().expect("the server answers"), "these tests run as an administrator");
    let made = TemporaryDatabase::create(&scratch.url(), &[], false).expect("an administrator makes one");
    let mut inside = Session::connect(made.url()).expect("it lets its role in");
    assert!(!inside.has_power().expect("the server answers"));
    inside.execute("CREATE TABLE public.t (id int); CREATE SCHEMA s").expect("it owns its database");
    for statement in [
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/cath_powerless'",
        "CREATE ROLE cath_up",
        "CREATE DATABASE cath_up",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "GRANT pg_execute_server_program TO CURRENT_USER",
        "SET ROLE postgres",
    ] {
        assert!(inside.execute(statement).is_err(), "{statement}");
    }
    let name = made.url().database().to_owned();
    drop(inside);
    drop(made);
    for query in [
        format!("SELECT 1 / count(*) FROM pg_database WHERE datname = '{name}'"),
        format!("SELECT 1 / count(*) FROM pg_roles WHERE rolname = '{name}'"),
    ] {
        assert!(admin.execute(&query).is_err(), "nothing is left: {query}");
    }
}
