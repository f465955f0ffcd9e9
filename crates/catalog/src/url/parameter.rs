//! One parameter of a URL or a service at a time.

use std::time::Duration;

use driftless_diagnostics::nearest;

use super::{ChannelBinding, InvalidUrl, Secret, SslMode, Target};

/// TCP keepalive; libpq's parameters `keepalives…` and `tcp_user_timeout`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keepalive {
    pub(crate) off: bool,
    pub(crate) idle: Option<Duration>,
    pub(crate) interval: Option<Duration>,
    pub(crate) count: Option<u32>,
    pub(crate) user_timeout: Option<Duration>,
}

/// What parameters have said so far. The first word on a matter counts, so the strongest source goes first.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) host: Option<String>,
    pub(super) address: Option<String>,
    pub(super) port: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) database: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) ssl_mode: Option<SslMode>,
    pub(super) accept_invalid: Option<bool>,
    pub(super) ssl_cert: Option<String>,
    pub(super) ssl_key: Option<String>,
    pub(super) ssl_roots: Option<String>,
    pub(super) ssl_direct: Option<bool>,
    pub(super) channel_binding: Option<ChannelBinding>,
    pub(super) target: Option<Target>,
    pub(super) shuffle: Option<bool>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) application_name: Option<String>,
    pub(super) fallback_application_name: Option<String>,
    pub(super) options: Option<String>,
    pub(super) pooled: Option<bool>,
    pub(super) password_file: Option<String>,
    pub(super) service: Option<String>,
    pub(super) keepalive: Keepalive,
}

impl Draft {
    /// Takes one parameter; an unknown one is ignored.
    pub(super) fn take(&mut self, key: &str, value: &str) -> Result<(), InvalidUrl> {
        if value.is_empty() {
            return Ok(());
        }
        if let Some(slot) = self.text_slot(key) {
            slot.get_or_insert_with(|| value.to_owned());
            return Ok(());
        }
        match key {
            "password" => drop(self.password.get_or_insert_with(|| Secret::new(value))),
            "connect_timeout" => keep(&mut self.connect_timeout, seconds(key, value)?),
            "socket_timeout" => keep(&mut self.statement_timeout, seconds(key, value)?),
            "pgbouncer" => keep(&mut self.pooled, boolean(key, value)?),
            "options" => keep(&mut self.options, value.replace('+', " ")),
            "target_session_attrs" => keep(&mut self.target, word(key, value, TARGETS)?),
            "load_balance_hosts" => keep(&mut self.shuffle, word(key, value, BALANCES)?),
            "channel_binding" => keep(&mut self.channel_binding, word(key, value, BINDINGS)?),
            _ => self.take_tls(key, value)?,
        }
        self.keepalive.take(key, value)
    }

    fn text_slot(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "host" => &mut self.host,
            "hostaddr" => &mut self.address,
            "port" => &mut self.port,
            "user" => &mut self.user,
            "dbname" => &mut self.database,
            "schema" => &mut self.schema,
            "sslcert" => &mut self.ssl_cert,
            "sslkey" => &mut self.ssl_key,
            "sslrootcert" => &mut self.ssl_roots,
            "application_name" => &mut self.application_name,
            "fallback_application_name" => &mut self.fallback_application_name,
            "passfile" => &mut self.password_file,
            "service" => &mut self.service,
            _ => return None,
        })
    }

    fn take_tls(&mut self, key: &str, value: &str) -> Result<(), InvalidUrl> {
        match key {
            // node-postgres has this word
            "sslmode" if value == "no-verify" => {
                let error = InvalidUrl::new("`sslmode=no-verify` is a word of another driver");
                return Err(error
                    .help("write `sslmode=require&sslaccept=accept_invalid_certs`, which means the same"));
            }
            "sslmode" => keep(&mut self.ssl_mode, word(key, value, MODES)?),
            // JDBC's way to say it, which libpq takes as well
            "ssl" if boolean(key, value)? => keep(&mut self.ssl_mode, SslMode::Require),
            "sslaccept" => keep(&mut self.accept_invalid, value == "accept_invalid_certs"),
            "sslnegotiation" => keep(&mut self.ssl_direct, word(key, value, NEGOTIATIONS)?),
            "sslidentity" | "sslpassword" => {
                return Err(InvalidUrl::new(format!("`{key}` is not supported")).help(
                    "unpack the identity with `openssl pkcs12 -nodes` and give it with `sslcert` and `sslkey`",
                ));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Keepalive {
    fn take(&mut self, key: &str, value: &str) -> Result<(), InvalidUrl> {
        match key {
            "keepalives" => self.off = number(key, value)? == 0,
            "keepalives_idle" => keep(&mut self.idle, seconds(key, value)?),
            "keepalives_interval" => keep(&mut self.interval, seconds(key, value)?),
            "keepalives_count" => keep(&mut self.count, number(key, value)?),
            "tcp_user_timeout" => {
                keep(&mut self.user_timeout, Duration::from_millis(number(key, value)?.into()));
            }
            _ => {}
        }
        Ok(())
    }
}

const MODES: &[(&str, SslMode)] = &[
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

const NEGOTIATIONS: &[(&str, bool)] = &[("postgres", false), ("direct", true)];

const BALANCES: &[(&str, bool)] = &[("disable", false), ("random", true)];

const BINDINGS: &[(&str, ChannelBinding)] = &[
    ("disable", ChannelBinding::Disable),
    ("prefer", ChannelBinding::Prefer),
    ("require", ChannelBinding::Require),
];

const TARGETS: &[(&str, Target)] = &[
    ("any", Target::Any),
    ("read-write", Target::Writable),
    ("primary", Target::Writable),
    ("read-only", Target::ReadOnly),
    ("standby", Target::ReadOnly),
    // the servers that do not take writes first; any of them will do
    ("prefer-standby", Target::Any),
];

fn keep<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

fn word<T: Copy>(key: &str, value: &str, words: &[(&str, T)]) -> Result<T, InvalidUrl> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == value) {
        return Ok(*meaning);
    }
    let names = words.iter().map(|(word, _)| *word);
    let help = match nearest(value, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of: {}", names.collect::<Vec<_>>().join(", ")),
    };
    Err(InvalidUrl::new(format!("the parameter `{key}` has a value that it cannot have")).help(help))
}

fn number(key: &str, value: &str) -> Result<u32, InvalidUrl> {
    let wrong = |_| InvalidUrl::new(format!("the parameter `{key}` is not a whole number"));
    value.parse().map_err(wrong)
}

/// A number of seconds, where libpq's negative ones mean the same as 0.
fn seconds(key: &str, value: &str) -> Result<Duration, InvalidUrl> {
    if value.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(Duration::ZERO);
    }
    Ok(Duration::from_secs(number(key, value)?.into()))
}

fn boolean(key: &str, value: &str) -> Result<bool, InvalidUrl> {
    match value {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err(InvalidUrl::new(format!("the parameter `{key}` is neither `true` nor `false`"))),
    }
}
