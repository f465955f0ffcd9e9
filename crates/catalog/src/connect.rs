//! From a URL to an open connection: which servers and which kinds of encryption are tried in which order, how long that
//! may take, and what its failures mean.

use std::error::Error;
use std::io;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use postgres::config::{self, SslNegotiation, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

use crate::error::CatalogError;
use crate::statement::StatementError;
use crate::tls::{Connector, TlsFailure, client_config};
use crate::url::{ChannelBinding, DatabaseUrl, Host, Server, SslMode, Target, Verification};

/// Opens a connection to the first server that lets us in.
pub(crate) fn open(url: &DatabaseUrl) -> Result<Client, CatalogError> {
    let count = url.servers.len();
    let first = if url.shuffle { random_below(count) } else { 0 };
    let mut last = None;
    for at in 0..count {
        match open_server(url, &url.servers[(first + at) % count]) {
            Ok(client) => return Ok(client),
            Err(error) => last = Some(error),
        }
    }
    Err(last.expect("a URL has at least one server"))
}

/// A number that spreads connections over servers; nothing depends on how well.
fn random_below(count: usize) -> usize {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.subsec_nanos() as usize / 1000 % count
}

/// The kinds of encryption to try in turn, as libpq has them for each mode.
fn encryptions(mode: SslMode, server: &Server) -> &'static [config::SslMode] {
    use config::SslMode::{Disable, Prefer, Require};
    match (mode, &server.host) {
        // there is no TLS over sockets
        (_, Host::Socket(_)) | (SslMode::Disable, _) => &[Disable],
        (SslMode::Allow, _) => &[Disable, Require],
        (SslMode::Prefer, _) => &[Prefer, Disable],
        (SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull, _) => &[Require],
    }
}

fn open_server(url: &DatabaseUrl, server: &Server) -> Result<Client, CatalogError> {
    let verification = url.tls.verification(server);
    let encryptions = match encryptions(url.tls.mode(), server) {
        // who wants the certificate verified does not want to go on without one
        [first, ..] if verification != Verification::None => std::slice::from_ref(first),
        all => all,
    };
    let mut result = attempt(url, server, encryptions[0], verification);
    for encryption in &encryptions[1..] {
        match result {
            Err(Failure { error, retriable: true }) => {
                let again = attempt(url, server, *encryption, verification);
                // the first refusal tells more than that the other way is closed, too
                result = again.map_err(|_| Failure { error, retriable: false });
            }
            done => return done.map_err(|failure| failure.error),
        }
    }
    result.map_err(|failure| failure.error)
}

/// Why one attempt failed, and whether another kind of encryption may help.
struct Failure {
    error: CatalogError,
    retriable: bool,
}

fn attempt(
    url: &DatabaseUrl,
    server: &Server,
    encryption: config::SslMode,
    verification: Verification,
) -> Result<Client, Failure> {
    let config = driver_config(url, server, encryption);
    let answer = if encryption == config::SslMode::Disable {
        connect_within(url.connect_timeout, move || config.connect(NoTls))
    } else {
        let tls = client_config(&url.tls, verification).map_err(|failure| Failure {
            error: tls_error(server, failure.0, verification),
            retriable: false,
        })?;
        connect_within(url.connect_timeout, move || config.connect(Connector::new(tls)))
    };
    match answer {
        Some(Ok(client)) => Ok(client),
        Some(Err(error)) => Err(explain(&error, url, server, verification)),
        None => {
            let seconds = url.connect_timeout.unwrap_or_default().as_secs();
            Err(Failure {
                error: CatalogError::TimedOut { host: server.to_string(), seconds },
                retriable: false,
            })
        }
    }
}

/// Connects on a thread of its own, as the driver's timeout covers only the first packets; `None` when the time is up.
fn connect_within<T: Send + 'static>(
    timeout: Option<Duration>,
    connect: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let Some(timeout) = timeout else { return Some(connect()) };
    let (send, receive) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        // nobody listens any more once the time is up
        drop(send.send(connect()));
    });
    // the driver's own timeout, for a server that cannot be reached, is to be heard first
    receive.recv_timeout(timeout * 2).ok()
}

fn driver_config(url: &DatabaseUrl, server: &Server, encryption: config::SslMode) -> Config {
    let mut config = Config::new();
    match &server.host {
        Host::Tcp(name) => config.host(name),
        Host::Socket(directory) => config.host_path(directory),
    };
    if let Some(address) = server.address {
        config.hostaddr(address);
    }
    config.port(server.port).user(&url.user).dbname(&url.database).ssl_mode(encryption);
    config.application_name(url.application_name.as_deref().unwrap_or("driftless"));
    if let Some(password) = &url.password {
        config.password(password.reveal());
    }
    if let Some(options) = &url.options {
        config.options(options);
    }
    if let Some(timeout) = url.connect_timeout {
        config.connect_timeout(timeout);
    }
    if url.tls.direct && encryption == config::SslMode::Require {
        config.ssl_negotiation(SslNegotiation::Direct);
    }
    config.channel_binding(match url.channel_binding {
        ChannelBinding::Disable => config::ChannelBinding::Disable,
        ChannelBinding::Prefer => config::ChannelBinding::Prefer,
        ChannelBinding::Require => config::ChannelBinding::Require,
    });
    config.target_session_attrs(match url.target {
        Target::Any => TargetSessionAttrs::Any,
        Target::Writable => TargetSessionAttrs::ReadWrite,
        Target::ReadOnly => TargetSessionAttrs::ReadOnly,
    });
    set_keepalive(&mut config, url);
    config.notice_callback(|_| {});
    config
}

fn set_keepalive(config: &mut Config, url: &DatabaseUrl) {
    let keepalive = &url.keepalive;
    config.keepalives(!keepalive.off);
    if let Some(idle) = keepalive.idle {
        config.keepalives_idle(idle);
    }
    if let Some(interval) = keepalive.interval {
        config.keepalives_interval(interval);
    }
    if let Some(count) = keepalive.count {
        config.keepalives_retries(count);
    }
    if let Some(timeout) = keepalive.user_timeout {
        config.tcp_user_timeout(timeout);
    }
}

fn explain(
    error: &postgres::Error,
    url: &DatabaseUrl,
    server: &Server,
    verification: Verification,
) -> Failure {
    let host = server.to_string();
    if let Some(refusal) = error.as_db_error() {
        let statement = StatementError::new(refusal, "");
        // no entry in pg_hba.conf for connections with, or without, encryption
        let retriable = *refusal.code() == SqlState::INVALID_AUTHORIZATION_SPECIFICATION;
        return Failure { error: refused(statement, url, host), retriable };
    }
    let source = error.source();
    if let Some(TlsFailure(reason)) = source.and_then(|source| source.downcast_ref()) {
        return Failure { error: tls_error(server, reason.clone(), verification), retriable: true };
    }
    let reason = source.map_or_else(|| error.to_string(), ToString::to_string);
    let is_io = source.is_some_and(|source| source.is::<io::Error>());
    let error = match error.to_string().as_str() {
        "error performing TLS handshake" => tls_error(server, reason, verification),
        "authentication error" | "invalid configuration" => {
            CatalogError::AuthenticationFailed { user: url.user.to_string(), host, reason }
        }
        "error connecting to server" => CatalogError::Unreachable { host, reason },
        _ if is_io || error.is_closed() => CatalogError::ConnectionClosed { host, reason },
        _ => CatalogError::Unreachable { host, reason },
    };
    Failure { error, retriable: false }
}

/// What a refusal while connecting means.
fn refused(statement: StatementError, url: &DatabaseUrl, host: String) -> CatalogError {
    let user = url.user.to_string();
    let database = url.database.to_string();
    let reason = statement.message.to_string();
    match &*statement.sqlstate {
        "28P01" => CatalogError::AuthenticationFailed { user, host, reason },
        "28000" | "42501" => CatalogError::AccessDenied { user, database, reason },
        "3D000" => CatalogError::DatabaseMissing { database, host },
        // starting up, shutting down, too many connections
        "57P01" | "57P02" | "57P03" | "53300" => CatalogError::Unreachable { host, reason },
        _ => statement.into(),
    }
}

/// What the driver says of a server that speaks no TLS.
const NO_TLS: &str = "server does not support TLS";

fn tls_error(server: &Server, reason: String, verification: Verification) -> CatalogError {
    let help = if reason == NO_TLS {
        "turn TLS on at the server, or say `sslmode=disable` in the URL on a network that you trust"
    } else if verification == Verification::None {
        "check that the server has TLS switched on, or take `sslmode` out of the URL"
    } else {
        "name the authority's certificate with `sslrootcert=FILE`; the reference tool verifies no certificate here, and \
         `sslmode=require&sslaccept=accept_invalid_certs` does the same"
    };
    CatalogError::Tls { host: server.to_string(), reason, help: help.to_owned() }
}
