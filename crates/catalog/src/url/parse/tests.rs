use std::time::Duration;

use super::*;
use crate::url::{ChannelBinding, Secret, Target, Verification};

fn environment() -> Environment {
    Environment { user: Some("someone".to_owned()), ..Environment::default() }
}

fn url(text: &str) -> DatabaseUrl {
    DatabaseUrl::parse_in(text, &environment()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> InvalidUrl {
    DatabaseUrl::parse_in(text, &environment()).expect_err(text)
}

#[test]
fn every_part_is_understood() {
    let url =
        url("postgresql://a%40b:p%3Aw@db.example.com:6543/my%20db?schema=s&connect_timeout=0&pgbouncer=true");
    assert_eq!((url.user(), url.database(), url.schema()), ("a@b", "my db", "s"));
    assert_eq!(url.host(), "db.example.com:6543");
    assert_eq!(url.password.as_ref().map(Secret::reveal), Some("p:w"));
    assert_eq!(url.connect_timeout, None);
    assert!(url.says_pooled());
}

#[test]
fn what_is_left_out_has_defaults() {
    let url = url("postgres://");
    assert_eq!((url.user(), url.database(), url.schema()), ("someone", "postgres", "public"));
    assert_eq!(url.host(), "localhost:5432");
    assert_eq!(url.connect_timeout, Some(Duration::from_secs(5)));
}

#[test]
fn hosts_may_be_several_sockets_or_in_brackets() {
    assert_eq!(url("postgresql://u@a:1,b,[::1]:3/d").host(), "a:1,b:5432,[::1]:3");
    assert_eq!(url("postgresql://u@%2Fvar%2Frun:7/d").host(), "/var/run:7");
    assert_eq!(url("postgresql://u@localhost:7/d?host=/tmp").host(), "/tmp:7");
    assert_eq!(url("postgresql:///d?host=a,b&port=1,2").host(), "a:1,b:2");
    let both = url("postgresql://u@name/d?hostaddr=10.0.0.1");
    assert_eq!(both.servers()[0].address, Some([10, 0, 0, 1].into()));
}

#[test]
fn words_are_checked_and_the_nearest_is_offered() {
    assert_eq!(url("postgresql://u@h/d?channel_binding=require").channel_binding, ChannelBinding::Require);
    assert_eq!(url("postgresql://u@h/d?target_session_attrs=read-write").target, Target::Writable);
    let error = error("postgresql://u@h/d?sslmode=verify_full");
    assert_eq!(error.help.as_deref(), Some("Did you mean `verify-full`?"));
    assert_eq!(url("postgresql://u@h/d?unheard=of&statement_cache_size=0").host(), "h:5432");
}

#[test]
fn verification_is_off_only_where_the_url_says_so() {
    let verification = |text: &str| {
        let url = url(text);
        url.tls().verification(&url.servers()[0])
    };
    assert_eq!(verification("postgresql://u@localhost/d"), Verification::None);
    assert_eq!(verification("postgresql://u@h/d"), Verification::Full);
    assert_eq!(verification("postgresql://u@h/d?sslmode=prefer"), Verification::None);
    assert_eq!(verification("postgresql://u@h/d?sslmode=require"), Verification::Full);
    assert_eq!(verification("postgresql://u@h/d?sslmode=require&sslrootcert=a"), Verification::Authority);
    assert_eq!(
        verification("postgresql://u@h/d?sslmode=require&sslaccept=accept_invalid_certs"),
        Verification::None
    );
    assert_eq!(verification("postgresql://u@h/d?sslmode=verify-ca"), Verification::Authority);
    assert_eq!(verification("postgresql://u@h/d?sslmode=prefer&sslaccept=strict"), Verification::Full);
    assert_eq!(verification("postgresql://u@h/d?sslrootcert=system"), Verification::Full);
}

#[test]
fn sslcert_means_what_stands_beside_it() {
    let alone = url("postgresql://u@h/d?sslcert=ca.pem");
    assert_eq!(alone.tls().roots, Some(RootCertificates::File("ca.pem".into())));
    let with_key = url("postgresql://u@h/d?sslcert=c.pem&sslkey=k.pem");
    assert_eq!(with_key.tls().client, Some(("c.pem".into(), "k.pem".into())));
    assert_eq!(with_key.tls().roots, None);
    assert!(error("postgresql://u@h/d?sslidentity=i.p12").help.unwrap().contains("openssl"));
}

#[test]
fn passwords_are_never_shown() {
    let secret = "s3cr3t";
    let good = url(&format!("postgresql://u:{secret}@h/d?schema=x"));
    assert_eq!(good.to_string(), "postgresql://u:***@h:5432/d?schema=x");
    assert!(!format!("{good:?} {:#?}", good.password).contains(secret));
    let in_query = url(&format!("postgresql://u@h/d?password={secret}"));
    assert!(!format!("{in_query:?} {in_query}").contains(secret));
    for text in [
        format!("postgresql://u:{secret}/x@h/d"),
        format!("postgresql://u:{secret}%zz@h/d"),
        format!("postgres:/u:{secret}@h/d"),
        format!("postgresql://u:a?{secret}=1&sslmode={secret}@h/d"),
    ] {
        let error = error(&text);
        assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    }
}

#[test]
fn services_and_password_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (services, passwords) = (folder.path().join("services"), folder.path().join("passwords"));
    std::fs::write(&services, "[main]\nhost=sv\nport=9\ndbname=sd\nuser=su\n").unwrap();
    std::fs::write(&passwords, "sv:9:sd:su:from file\n").unwrap();
    let environment =
        Environment { service_file: Some(services), password_file: Some(passwords), ..environment() };
    let url = DatabaseUrl::parse_in("postgresql:///?service=main", &environment).unwrap();
    assert_eq!((url.host().as_str(), url.user(), url.database()), ("sv:9", "su", "sd"));
    assert_eq!(url.password.as_ref().map(Secret::reveal), Some("from file"));
    let error = DatabaseUrl::parse_in("postgresql:///?service=other", &environment).unwrap_err();
    assert_eq!(error.reason, "the service `other` is not declared");
}

#[test]
fn other_schemes_are_refused_with_a_way_out() {
    assert!(error("mysql://u@h/d").reason.contains("does not start with"));
    assert!(error("prisma+postgres://x").reason.contains("hosted"));
    assert!(error("").reason.contains("empty"));
}
