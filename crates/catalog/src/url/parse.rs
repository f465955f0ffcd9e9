//! From text to [`DatabaseUrl`].

use std::fmt;
use std::net::IpAddr;

use super::environment::Environment;
use super::parameter::Draft;
use super::{
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_PORT, DatabaseUrl, Host, RootCertificates, Server, SslMode, TlsSettings,
    files, mistake,
};
use crate::file::read_regular_text;

/// The largest service or password file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// Why a text is no URL of a database. Holds no part of the text but names of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUrl {
    /// What is wrong, in words that follow "the connection URL is not valid:".
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
}

impl InvalidUrl {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection URL is not valid: {}", self.reason)
    }
}

impl std::error::Error for InvalidUrl {}

pub(super) fn parse(text: &str, environment: &Environment) -> Result<DatabaseUrl, InvalidUrl> {
    let rest = mistake::check(text)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, hosts) = mistake::split_login(authority);

    let mut draft = Draft::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        draft.take(&decode(key)?, &decode(value)?)?;
    }
    if let Some((user, password)) = login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
        draft.take("user", &decode(user)?)?;
        draft.take("password", &decode(password)?)?;
    }
    draft.take("dbname", &decode(database.trim_end_matches('/'))?)?;
    let named = if draft.host.is_none() { named_hosts(hosts, draft.port.as_deref())? } else { Vec::new() };
    if draft.host.is_some() && draft.port.is_none() {
        draft.port = named_hosts(hosts, None)?.first().map(|(_, port)| port.to_string());
    }
    if let Some(service) = draft.service.clone() {
        take_service(&mut draft, &service, environment)?;
    }
    finish(draft, named, environment)
}

/// The hosts of the authority with their ports: `a:1,b,[::1]:2`.
fn named_hosts(hosts: &str, default_port: Option<&str>) -> Result<Vec<(String, u16)>, InvalidUrl> {
    let default = default_port.map_or(Ok(DEFAULT_PORT), parse_port)?;
    let entries = hosts.split(',').filter(|entry| !entry.is_empty());
    let parse = |entry: &str| {
        let bracketed = entry.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (host, port) = match bracketed {
            Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or(rest)),
            None => entry.rsplit_once(':').unwrap_or((entry, "")),
        };
        let port = if port.is_empty() { default } else { parse_port(port)? };
        Ok((decode(host)?, port))
    };
    entries.map(parse).collect()
}

fn parse_port(text: &str) -> Result<u16, InvalidUrl> {
    text.parse().map_err(|_| {
        InvalidUrl::new("a port is not a number from 0 to 65535").help(
            "write the characters `/ ? # @ : [ ] %` of a user name or password as `%` and two hexadecimal digits",
        )
    })
}

/// Resolves `%` and two hexadecimal digits.
fn decode(text: &str) -> Result<String, InvalidUrl> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let wrong = || {
        InvalidUrl::new("a `%` is not followed by the two hexadecimal digits of a UTF-8 byte")
            .help("write a `%` that stands for itself as `%25`")
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).ok_or_else(wrong)?;
        bytes.push(byte);
        bytes.extend(&part.as_bytes()[2..]);
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(wrong()),
    }
}

fn take_service(draft: &mut Draft, name: &str, environment: &Environment) -> Result<(), InvalidUrl> {
    let texts = environment
        .service_files()
        .into_iter()
        .filter_map(|path| read_regular_text(&path, MAX_FILE_BYTES).ok());
    let Some(settings) = texts.filter_map(|text| files::find_service(&text, name)).next() else {
        let error = InvalidUrl::new(format!("the service `{name}` is not declared"));
        return Err(error.help("declare it in `~/.pg_service.conf`, or name that file in `PGSERVICEFILE`"));
    };
    settings.iter().try_for_each(|(key, value)| draft.take(key, value))
}

fn finish(
    draft: Draft,
    named: Vec<(String, u16)>,
    environment: &Environment,
) -> Result<DatabaseUrl, InvalidUrl> {
    let servers = make_servers(&draft, named)?;
    let Some(user) = draft.user.or_else(|| environment.user.clone()) else {
        return Err(
            InvalidUrl::new("it names no user").help("write `postgresql://user:password@host/database`")
        );
    };
    let tls = make_tls(
        (draft.ssl_mode, draft.accept_invalid, draft.ssl_direct),
        (draft.ssl_cert.as_deref(), draft.ssl_key.as_deref(), draft.ssl_roots.as_deref()),
        environment,
    );
    let timeout = draft.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
    let mut url = DatabaseUrl {
        servers,
        // the reference goes to `postgres` where libpq would take the user's name
        database: draft.database.unwrap_or_else(|| "postgres".to_owned()).into(),
        user: user.into(),
        password: draft.password,
        schema: draft.schema.map(Into::into),
        tls,
        channel_binding: draft.channel_binding.unwrap_or_default(),
        target: draft.target.unwrap_or_default(),
        shuffle: draft.shuffle.unwrap_or_default(),
        connect_timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
        statement_timeout: draft.statement_timeout.filter(|timeout| !timeout.is_zero()),
        application_name: draft.application_name.or(draft.fallback_application_name).map(Into::into),
        options: draft.options.map(Into::into),
        pooled: draft.pooled.unwrap_or_default(),
        keepalive: draft.keepalive,
    };
    if url.password.is_none() {
        let path = draft.password_file.map(|path| environment.resolve(&path));
        let path = path.or_else(|| environment.default_password_file());
        let text = path.and_then(|path| read_regular_text(&path, MAX_FILE_BYTES).ok());
        url.password = text.and_then(|text| files::find_password(&text, &url));
    }
    Ok(url)
}

fn make_servers(draft: &Draft, named: Vec<(String, u16)>) -> Result<Vec<Server>, InvalidUrl> {
    let addresses: Vec<&str> = draft.address.iter().flat_map(|text| text.split(',')).collect();
    let hosts = match &draft.host {
        Some(text) => {
            let ports: Vec<&str> = draft.port.iter().flat_map(|text| text.split(',')).collect();
            let port = |at: usize| {
                let text = ports.get(at).or(ports.first()).copied().unwrap_or_default();
                if text.is_empty() { Ok(DEFAULT_PORT) } else { parse_port(text) }
            };
            let hosts = text.split(',').enumerate();
            hosts.map(|(at, host)| Ok((host.to_owned(), port(at)?))).collect::<Result<_, _>>()?
        }
        None if named.is_empty() => {
            let port = draft.port.as_deref().map_or(Ok(DEFAULT_PORT), parse_port)?;
            let count = addresses.len().max(1);
            let host = |at: usize| addresses.get(at).map_or("localhost", |address| *address).to_owned();
            (0..count).map(|at| (host(at), port)).collect()
        }
        None => named,
    };
    let server = |(at, (host, port)): (usize, (String, u16))| {
        let address = match addresses.get(at).filter(|text| !text.is_empty()) {
            Some(text) => Some(parse_address(text)?),
            None => None,
        };
        mistake::check_host(&host)?;
        let is_socket = host.starts_with('/') || host.starts_with('@');
        let host = if is_socket { Host::Socket(host.into()) } else { Host::Tcp(host.into()) };
        Ok(Server { host, address, port })
    };
    hosts.into_iter().enumerate().map(server).collect()
}

fn parse_address(text: &str) -> Result<IpAddr, InvalidUrl> {
    text.parse().map_err(|_| InvalidUrl::new("the parameter `hostaddr` is not an IP address"))
}

/// The reference's `sslcert` is what libpq calls `sslrootcert`; beside an `sslkey` it is libpq's.
fn make_tls(
    (mode, accept_invalid, direct): (Option<SslMode>, Option<bool>, Option<bool>),
    (cert, key, roots): (Option<&str>, Option<&str>, Option<&str>),
    environment: &Environment,
) -> TlsSettings {
    let resolve = |path: &str| environment.resolve(path);
    let client = match (cert, key) {
        (Some(cert), Some(key)) => Some((resolve(cert), resolve(key))),
        (None, Some(key)) => environment.certificate("postgresql.crt").map(|cert| (cert, resolve(key))),
        (Some(_), None) => None,
        (None, None) => {
            environment.certificate("postgresql.crt").zip(environment.certificate("postgresql.key"))
        }
    };
    let roots = roots.or(if key.is_none() { cert } else { None });
    let roots = match roots {
        Some("system") => Some(RootCertificates::System),
        Some(path) => Some(RootCertificates::File(resolve(path))),
        None => environment.certificate("root.crt").map(RootCertificates::File),
    };
    let mode = match (mode, &roots) {
        // libpq takes nothing weaker together with the system's authorities
        (None, Some(RootCertificates::System)) => Some(SslMode::VerifyFull),
        _ => mode,
    };
    TlsSettings { mode, accept_invalid, roots, client, direct: direct.unwrap_or_default() }
}

#[cfg(test)]
mod tests;
