//! The text of password files and service files, as libpq reads them.

use super::{DatabaseUrl, Host, Secret};

/// The password that a password file has for a connection: the first line `host:port:database:user:password` that
/// matches one of the servers, where `*` matches anything and `\` escapes a colon or itself.
pub(super) fn find_password(text: &str, url: &DatabaseUrl) -> Option<Secret> {
    url.servers.iter().find_map(|server| {
        let host = match &server.host {
            Host::Tcp(name) => name.to_string(),
            // libpq calls its default socket directory localhost
            Host::Socket(_) => "localhost".to_owned(),
        };
        let wanted = [host.as_str(), &server.port.to_string(), &url.database, &url.user];
        text.lines().find_map(|line| {
            let fields = split_fields(line)?;
            let matches = fields.iter().zip(wanted).all(|(field, value)| field == "*" || field == value);
            let [.., password] = fields;
            matches.then(|| Secret::new(password))
        })
    })
}

/// The five fields of a line; `None` for a comment or a line with fewer.
fn split_fields(line: &str) -> Option<[String; 5]> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields: [String; 5] = Default::default();
    let mut at = 0;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => fields[at].extend(characters.next()),
            ':' if at < 4 => at += 1,
            other => fields[at].push(other),
        }
    }
    (at == 4).then_some(fields)
}

/// The `key=value` lines under `[name]` in a service file, if it has that service.
pub(super) fn find_service(text: &str, name: &str) -> Option<Vec<(String, String)>> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(name))?;
    let own = lines.take_while(|line| !line.starts_with('['));
    let settings = own.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Some(
        settings
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Environment;

    #[test]
    fn the_first_line_that_matches_gives_the_password() {
        let url = DatabaseUrl::parse_in("postgresql://me@h:1/d", &Environment::default()).unwrap();
        let text = "# h:1:d:me:no\nh:2:d:me:no\n*:*:d:me:a\\:b\\\\c:d\nh:1:d:me:late";
        assert_eq!(find_password(text, &url).unwrap().reveal(), r"a:b\c:d");
        assert_eq!(find_password("x:1:d:me:p", &url), None);
    }

    #[test]
    fn a_service_ends_where_the_next_begins() {
        let text = "[a]\nhost=x\n# c\n[b]\nhost = y\nport=7\n\n[c]\nport=8";
        let expected = vec![("host".to_owned(), "y".to_owned()), ("port".to_owned(), "7".to_owned())];
        assert_eq!(find_service(text, "b"), Some(expected));
        assert_eq!(find_service(text, "d"), None);
    }
}
