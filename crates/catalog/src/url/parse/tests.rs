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
    assert_eq!(error.help.as_deref(), Some("did you mean `verify-full`?"));
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

/// The characters of passwords, those that mean something in URLs first.
const LETTERS: &[u8] = b"@/?#:%&=+[]{}$<>\"'`\\|^;,!~* abcXYZ0123456789";

/// A password of chance, of which every piece of four characters occurs nowhere else.
fn password(state: &mut u64) -> String {
    let mut letter = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(LETTERS[(*state >> 33) as usize % LETTERS.len()])
    };
    (0..16).map(|_| letter()).collect()
}

fn assert_hidden(shown: &str, password: &str, text: &str) {
    let letters: Vec<char> = password.chars().collect();
    for piece in letters.windows(4).map(|piece| piece.iter().collect::<String>()) {
        // a number such as 5432 is no secret
        if piece.chars().any(|letter| !letter.is_ascii_digit()) {
            assert!(!shown.contains(&piece), "{text}: {shown} shows {piece}");
        }
    }
}

#[test]
fn no_password_is_shown_wherever_it_moves_to() {
    let mut state = 7;
    let mut errors = std::collections::BTreeSet::new();
    for _ in 0..20_000 {
        let raw = password(&mut state);
        // as an environment file or a shell may cut it off
        let cut: String = raw.split('@').collect();
        for text in [
            format!("postgresql://me:{raw}@db.example/shop?schema=s"),
            format!("postgresql://me:{raw}@db.example:5432/shop"),
            format!("postgresql://me@db.example/shop?password={raw}"),
            format!("postgresql://me:{raw}@db.example,other:1/shop?connect_timeout=1&sslmode={raw}"),
            format!("postgresql//me:{raw}@db.example/shop"),
            format!("postgresql://me:1/:{cut}"),
            format!("postgresql://me:!{cut}"),
        ] {
            match DatabaseUrl::parse_in(&text, &environment()) {
                Ok(url) => assert_hidden(&format!("{url} {url:?} {}", url.database()), &raw, &text),
                Err(error) => drop(errors.insert(format!("{error} {error:?}"))),
            }
        }
    }
    // what they say does not depend on the password
    assert!(errors.len() < 20, "{errors:#?}");
}

#[test]
fn an_encoded_password_is_taken_as_it_is() {
    let mut state = 11;
    for _ in 0..2_000 {
        let raw = password(&mut state);
        let encoded: String = raw.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let url = url(&format!("postgresql://me:{encoded}@h:1/d"));
        assert_eq!((url.password.as_ref().map(Secret::reveal), url.host()), (Some(&*raw), "h:1".to_owned()));
    }
}

#[test]
fn what_the_reference_reads_without_a_doubt_is_taken() {
    for (text, password) in [
        ("postgresql://u:p@ss@h/d", "p@ss"),
        ("postgresql://u:p:w@h/d", "p:w"),
        ("postgresql://u:pa$$w0rd@h/d", "pa$$w0rd"),
        ("postgresql://u:p&=+!*()w@h/d?schema=a", "p&=+!*()w"),
        ("postgresql://u:[x]y@h/d", "[x]y"),
    ] {
        assert_eq!(url(text).password.as_ref().map(Secret::reveal), Some(password), "{text}");
        assert_eq!(url(text).host(), "h:5432");
    }
    assert_eq!(url("postgresql://u@h/a%40b").database(), "a@b");
    assert_eq!(url("postgresql://h/d?user=me@tenant&password=x@y").user(), "me@tenant");
    assert_eq!(url("postgresql://u@h_1/my db?application_name=a@b").host(), "h_1:5432");
    assert_eq!(url("postgresql://u@[fe80::1%25eth0]:1/d").host(), "[fe80::1%eth0]:1");
}

#[test]
fn mistakes_are_named_and_what_to_write_instead() {
    for (text, reason, help) in [
        ("postgresql://u:p@ss/w@h/d", "`@` stands behind a `/`", "`%40`"),
        ("postgresql://u:12/w@h/d", "`@` stands behind a `/`", "`%2F`"),
        ("postgresql://u:1?w@h/d", "`@` stands behind a `?`", "`%3F`"),
        ("postgresql://u:p@x?a=w@h/d", "`@` stands behind a `?`", "`%3F`"),
        ("postgresql://u:p#w@h/d", "`#`", "`%23`"),
        ("postgresql://u:50%off@h/d", "`%` is not followed", "`%25`"),
        ("\"postgresql://u:p@h/d\"", "quote", "take the quotes out"),
        ("postgresql://u:p@h/d'", "quote", "take the quotes out"),
        ("psql 'postgresql://u:p@h/d'", "`psql`", "alone"),
        ("DATABASE_URL=postgresql://u:p@h/d", "variable", "alone"),
        ("postgresql://u:p\n@h/d", "line break", "one line"),
        ("postgresql://u:${PASSWORD}@h/d", "placeholder", "`.env`"),
        ("postgresql://$USER:p@h/d", "placeholder", "`.env`"),
        ("postgresql://u:{{ password }}@h/d", "placeholder", "`.env`"),
        ("postgresql://u:<password>@h/d", "placeholder", "its place"),
        ("postgresql://postgres:[YOUR-PASSWORD]@h/d", "placeholder", "its place"),
        ("postgresql://u:p@h/%DB%", "placeholder", "its place"),
        ("postgresql://u:p@h ost/d", "the host holds a character", "`%40`"),
        ("postgresql://u:12/a:b", "name of the database", "where the URL ends"),
        ("postgresql://u:p@h/d;", "name of the database", "`%3B`"),
        ("jdbc:postgresql://h/d?user=u", "Java", "`jdbc:`"),
        ("postgress://u:p@h/d", "misspelt", "`postgresql://`"),
        ("postgresql:/u:p@h/d", "two slashes", "`postgresql://`"),
        ("POSTGRES://u:p@h/d", "small letters", "`postgresql://`"),
        ("mysql://u:p@h/d", "`mysql` is not PostgreSQL", "direct URL"),
        ("host=h user=u password=p", "key=value", "postgresql://user"),
        ("postgresql://u:p@h/d?sslmode=no-verify", "another driver", "accept_invalid_certs"),
        ("postgresql://u:p@h/d?sslmode=secure", "`sslmode`", "use one of"),
    ] {
        let error = error(text);
        assert!(error.reason.contains(reason), "{text}: {}", error.reason);
        assert!(error.help.as_deref().is_some_and(|said| said.contains(help)), "{text}: {:?}", error.help);
    }
}

#[test]
fn other_schemes_are_refused_with_a_way_out() {
    assert!(error("mysql://u@h/d").reason.contains("does not start with"));
    assert!(error("prisma+postgres://x").reason.contains("hosted"));
    assert!(error("").reason.contains("empty"));
}
