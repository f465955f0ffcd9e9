//! What is probably wrong with the text of a URL, before anything in it is believed.
//!
//! A password is any text, and a URL is not: where a character of it is not encoded, the rest of the password moves into
//! the host, the port, the database or a parameter, and would be shown, or a database be made of it. So a text is refused
//! where that may have happened.
//!
//! The user and the password end at the last `@` before the first `/`, `?` or `#`, as the reference has it: there an `@`,
//! a `:` and a blank are unambiguous.
//!
//! Invariant: nothing here repeats a part of the text.

use driftless_diagnostics::nearest;

use super::InvalidUrl;

const SHAPE: &str = "write it as `postgresql://user:password@host:5432/database`";

const DIRECT: &str = "use the direct URL of the database, `postgresql://user:password@host:5432/database`";

const ENCODE: &str = "write these characters of a user name or password as codes: `@` as `%40`, `/` as `%2F`, `?` as \
                      `%3F`, `#` as `%23`, `:` as `%3A`, `%` as `%25`";

/// Schemes of other products.
const OTHER_PRODUCTS: [&str; 10] = [
    "mysql",
    "mariadb",
    "sqlserver",
    "mongodb",
    "mongodb+srv",
    "sqlite",
    "file",
    "cockroachdb",
    "http",
    "https",
];

/// Parameters whose values may hold an `@`.
const WITH_AT: [&str; 13] = [
    "user",
    "password",
    "host",
    "application_name",
    "fallback_application_name",
    "options",
    "passfile",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslidentity",
    "sslpassword",
    "service",
];

/// What stands behind the scheme of a text that is free of probable mistakes.
pub(super) fn check(text: &str) -> Result<&str, InvalidUrl> {
    let text = text.trim();
    check_whole(text)?;
    let rest = strip_scheme(text)?;
    check_characters(rest)?;
    check_placeholders(rest)?;
    check_login(rest)?;
    Ok(rest)
}

/// What stands around a URL that was copied from somewhere.
fn check_whole(text: &str) -> Result<(), InvalidUrl> {
    if text.is_empty() {
        return Err(
            InvalidUrl::new("it is empty").help("set it to `postgresql://user:password@host:5432/database`")
        );
    }
    if text.starts_with("psql ") {
        return Err(InvalidUrl::new("it is a command line of `psql`").help("keep the URL alone"));
    }
    let quotes = ['"', '\'', '`', '“', '”', '‘', '’', '«', '»'];
    if text.starts_with(quotes) || text.ends_with(quotes) {
        let error = InvalidUrl::new("a quote is part of it, at its start or at its end");
        return Err(error.help("take the quotes out; a shell takes them off, and other places may not"));
    }
    let is_assignment = text.split_once('=').is_some_and(|(name, _)| {
        let name = name.trim_start_matches("export ");
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    });
    if is_assignment {
        return Err(InvalidUrl::new("it begins with the name of a variable").help("keep the URL alone"));
    }
    Ok(())
}

fn strip_scheme(text: &str) -> Result<&str, InvalidUrl> {
    for scheme in ["postgresql://", "postgres://"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return Ok(rest);
        }
    }
    let (scheme, has_slashes) = match text.split_once("://") {
        Some((scheme, _)) => (scheme, true),
        None => (text.split(':').next().unwrap_or_default(), false),
    };
    let scheme = scheme.to_ascii_lowercase();
    Err(match scheme.as_str() {
        "prisma" | "prisma+postgres" => {
            InvalidUrl::new("it names a hosted service, which speaks another protocol than PostgreSQL's").help(DIRECT)
        }
        "jdbc" | "jdbc:postgresql" => InvalidUrl::new(
            "it does not start with `postgresql://` or `postgres://`: it is a URL of Java's database drivers",
        )
        .help("take `jdbc:` out, and put user and password before the host: `postgresql://user:password@host/database`"),
        "postgresql" | "postgres" if has_slashes => InvalidUrl::new("its scheme is not in small letters")
            .help("begin it with `postgresql://`"),
        "postgresql" | "postgres" => {
            InvalidUrl::new("two slashes are to follow `postgresql:`").help("begin it with `postgresql://`")
        }
        other if OTHER_PRODUCTS.contains(&other) => InvalidUrl::new(format!(
            "it does not start with `postgresql://` or `postgres://`: `{other}` is not PostgreSQL"
        ))
        .help(DIRECT),
        other if has_slashes && nearest(other, ["postgresql", "postgres"]).is_some() => {
            InvalidUrl::new("its scheme is misspelt").help("begin it with `postgresql://`")
        }
        _ if text.starts_with("host=") || text.contains(" host=") || text.contains("dbname=") => {
            InvalidUrl::new("it is a list of `key=value`, and no URL").help(SHAPE)
        }
        _ => InvalidUrl::new("it does not start with `postgresql://` or `postgres://`").help(SHAPE),
    })
}

fn check_characters(rest: &str) -> Result<(), InvalidUrl> {
    if rest.contains(char::is_control) {
        let error = InvalidUrl::new("it holds a line break, a tab or another control character");
        return Err(
            error.help("write it on one line; a control character of a password is a code such as `%0A`")
        );
    }
    if rest.contains('#') {
        return Err(InvalidUrl::new("it holds a `#`, which ends a URL")
            .help("write a `#` of a user name or password as `%23`"));
    }
    Ok(())
}

/// Text that something was to put another text in the place of.
fn check_placeholders(rest: &str) -> Result<(), InvalidUrl> {
    let help = "put the value in its place; in `.env` and in shells a variable that is not set may be why";
    let braces = [("${", "}"), ("{{", "}}"), ("<%", "%>"), ("$(", ")")];
    let is_between = |(open, close): (&str, &str)| {
        rest.find(open).is_some_and(|start| rest[start + open.len()..].contains(close))
    };
    if braces.into_iter().any(is_between) {
        let error = InvalidUrl::new("it holds a placeholder such as `${NAME}`, which nothing has filled in");
        return Err(error.help(format!("{help}; a `$` of a password is written as `%24`")));
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let path = rest.strip_prefix(authority).unwrap_or_default().trim_start_matches('/');
    let (login, hosts) = split_login(authority);
    let login = login.unwrap_or_default();
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let parts = [user, password, hosts, path.split('?').next().unwrap_or_default()];
    let is_name = |name: &str| {
        !name.is_empty()
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte))
    };
    let is_in = |part: &str, open: &str, close: &str| {
        part.strip_prefix(open).and_then(|part| part.strip_suffix(close)).is_some_and(is_name)
    };
    let is_upper = |part: &str| !part.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_placeholder = |part: &&str| {
        is_in(part, "<", ">")
            || is_in(part, "[", "]")
            || is_in(part, "{", "}")
            || (is_upper(part) && (is_in(part, "$", "") || is_in(part, "%", "%")))
    };
    if parts.iter().any(is_placeholder) {
        let error =
            InvalidUrl::new("it holds a placeholder such as `[YOUR-PASSWORD]`, which nothing has filled in");
        return Err(error.help(help));
    }
    Ok(())
}

/// The user and the password, if there are any, and the hosts.
pub(super) fn split_login(authority: &str) -> (Option<&str>, &str) {
    authority.rsplit_once('@').map_or((None, authority), |(login, hosts)| (Some(login), hosts))
}

/// Whether a user or a password may have gone on behind the place where it seems to end.
fn check_login(rest: &str) -> Result<(), InvalidUrl> {
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    if database.contains('@') {
        let error = InvalidUrl::new("an `@` stands behind a `/`, so it is open where the password ends");
        return Err(error.help(ENCODE));
    }
    let has_login = authority.contains('@');
    // what was meant for the password stands where the user is
    if split_login(authority).0.is_some_and(|login| login.contains('@') && !login.contains(':')) {
        let error = InvalidUrl::new("an `@` stands in the user, and no `:` with a password behind it");
        return Err(error.help(ENCODE));
    }
    let is_open = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_meant = has_login || matches!(key, "user" | "password" | "host");
        key.contains('@') || (value.contains('@') && !(is_meant && WITH_AT.contains(&key)))
    };
    if query.split('&').any(is_open) {
        let error = InvalidUrl::new("an `@` stands behind a `?`, so it is open where the password ends");
        return Err(error.help(ENCODE));
    }
    // without a login, what looks like a host may be a user, and what follows the rest of a password that was cut off
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-.~$+% ".contains(letter);
    let is_odd = |letter: char| "\"`<>{}|^;".contains(letter) || (!has_login && !is_plain(letter));
    if database.trim_end_matches('/').contains(is_odd) {
        let error = InvalidUrl::new("the name of the database holds a character that has to be a code there");
        return Err(error
            .help("check where the URL ends; in the name of a database, write `\"` as `%22`, `;` as `%3B`"));
    }
    Ok(())
}

/// Refuses what is not the name of a host. Names may hold letters of all scripts; some networks have underscores in them.
pub(super) fn check_host(host: &str) -> Result<(), InvalidUrl> {
    let is_of_address = |letter: char| letter == ':' || letter == '%';
    let is_allowed = |letter: char| {
        letter.is_alphanumeric() || "-_.".contains(letter) || (host.contains(':') && is_of_address(letter))
    };
    if host.starts_with(['/', '@']) || host.chars().all(is_allowed) {
        return Ok(());
    }
    Err(InvalidUrl::new("the host holds a character that no host has").help(ENCODE))
}
