//! Where a database is and how to get in: `postgresql://user:password@host:port/database?parameter=value`.
//!
//! Accepted are the parameters of the reference's native connector and those of libpq (the PostgreSQL manual, "Connection
//! Strings"); unknown ones are ignored, as the reference does. Where the two give one parameter two meanings, what
//! decides is written at the field.
//!
//! Precedence: query parameters, then the URL's other parts, then the `service` that it names, then the defaults.
//!
//! Invariant: no `Display`, no `Debug` and no error of this module shows a password, nor a part of a text that could
//! not be understood, as that part may be one.

mod environment;
mod files;
mod mistake;
mod parameter;
mod parse;
mod secret;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use environment::Environment;
pub use parse::InvalidUrl;
pub use secret::Secret;

/// The port that PostgreSQL listens on unless told otherwise.
pub const DEFAULT_PORT: u16 = 5432;
/// How long the reference waits for a connection.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// One server that the URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where it is.
    pub host: Host,
    /// The address to use instead of looking the name up (`hostaddr`).
    pub address: Option<IpAddr>,
    /// The port, also part of a socket's file name.
    pub port: u16,
}

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// By TCP, at a name or an address.
    Tcp(Box<str>),
    /// By a Unix socket in this directory.
    Socket(PathBuf),
}

impl Server {
    /// Whether the connection does not leave the machine.
    pub fn is_local(&self) -> bool {
        match (&self.host, self.address) {
            (Host::Socket(_), _) => true,
            (Host::Tcp(_), Some(address)) => address.is_loopback(),
            (Host::Tcp(name), None) => {
                name.eq_ignore_ascii_case("localhost")
                    || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

/// Writes `host:port`, or the directory of the socket.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            Host::Tcp(name) => write!(f, "{name}:{}", self.port),
            Host::Socket(directory) => write!(f, "{}:{}", directory.display(), self.port),
        }
    }
}

/// `sslmode`: whether to encrypt and what of the server's certificate to verify. libpq's words and meanings, but for
/// `require`; see [`TlsSettings::verification`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Never encrypt.
    Disable,
    /// Encrypt only if the server insists.
    Allow,
    /// Encrypt if the server can.
    Prefer,
    /// Encrypt.
    Require,
    /// Encrypt, and verify that a trusted authority signed the certificate.
    VerifyCa,
    /// Encrypt, and verify that a trusted authority signed the certificate for this host.
    VerifyFull,
}

/// What of the server's certificate is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Nothing.
    None,
    /// That a trusted authority signed it.
    Authority,
    /// That a trusted authority signed it for this host.
    Full,
}

/// Which authorities are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootCertificates {
    /// Those of the operating system.
    System,
    /// Those of a PEM file.
    File(PathBuf),
}

/// Everything about TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// `sslmode`, if the URL says it.
    pub mode: Option<SslMode>,
    /// `sslaccept` of the reference: `Some(true)` for `accept_invalid_certs`, `Some(false)` for `strict`.
    pub accept_invalid: Option<bool>,
    /// `sslrootcert`; also `sslcert` where no `sslkey` stands beside it, which is how the reference uses that word.
    pub roots: Option<RootCertificates>,
    /// `sslcert` and `sslkey`: the certificate of the client and its key, in PEM.
    pub client: Option<(PathBuf, PathBuf)>,
    /// Start with TLS instead of asking for it (`sslnegotiation=direct`).
    pub direct: bool,
}

impl TlsSettings {
    /// The mode in effect.
    pub fn mode(&self) -> SslMode {
        self.mode.unwrap_or(SslMode::Prefer)
    }

    /// What is verified on a connection to `server`.
    ///
    /// A certificate is verified unless the URL says otherwise: by `sslaccept=accept_invalid_certs`, or by a mode that
    /// promises no privacy (`allow`, `prefer`). A URL that says nothing is taken at its word only on the own machine,
    /// where servers sign their own certificates. So `require` verifies more than libpq does without root certificates.
    pub fn verification(&self, server: &Server) -> Verification {
        let by_mode = match self.mode {
            Some(SslMode::VerifyCa) => return Verification::Authority,
            Some(SslMode::VerifyFull) => return Verification::Full,
            Some(SslMode::Require) if matches!(self.roots, Some(RootCertificates::File(_))) => {
                Verification::Authority
            }
            Some(SslMode::Require) => Verification::Full,
            Some(SslMode::Disable | SslMode::Allow | SslMode::Prefer) => Verification::None,
            None if server.is_local() => Verification::None,
            None => Verification::Full,
        };
        match self.accept_invalid {
            Some(true) => Verification::None,
            Some(false) => Verification::Full,
            None => by_mode,
        }
    }
}

/// Whether the password exchange is bound to the TLS session (`channel_binding`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where both sides can.
    #[default]
    Prefer,
    /// Or else refuse.
    Require,
}

/// Which of several servers will do (`target_session_attrs`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The first that answers.
    #[default]
    Any,
    /// The first that takes writes (`read-write`, `primary`).
    Writable,
    /// The first that does not (`read-only`, `standby`).
    ReadOnly,
}

/// Everything needed to connect to a database. Shows no password, ever.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// The servers, tried in order; at least one.
    pub(crate) servers: Vec<Server>,
    pub(crate) user: Box<str>,
    pub(crate) password: Option<Secret>,
    pub(crate) database: Box<str>,
    pub(crate) schema: Option<Box<str>>,
    pub(crate) tls: TlsSettings,
    pub(crate) channel_binding: ChannelBinding,
    pub(crate) target: Target,
    pub(crate) shuffle: bool,
    /// How long to wait for one connection; `None` for ever.
    pub(crate) connect_timeout: Option<Duration>,
    /// How long to wait for one statement; `None` for ever.
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) application_name: Option<Box<str>>,
    pub(crate) options: Option<Box<str>>,
    /// `pgbouncer=true`: the user says that a pooler stands between.
    pub(crate) pooled: bool,
    pub(crate) keepalive: parameter::Keepalive,
}

impl DatabaseUrl {
    /// Understands a URL, with files and variables of this process's environment (password file, services).
    ///
    /// # Errors
    /// [`InvalidUrl`] where the text is no such URL or a parameter has no such value.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        Self::parse_in(text, &Environment::of_process())
    }

    /// Understands a URL in a given environment.
    ///
    /// # Errors
    /// [`InvalidUrl`] where the text is no such URL or a parameter has no such value.
    pub fn parse_in(text: &str, environment: &Environment) -> Result<Self, InvalidUrl> {
        parse::parse(text, environment)
    }

    /// The servers in the order in which they are tried.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The servers for a message: `localhost:5432`.
    pub fn host(&self) -> String {
        let names: Vec<_> = self.servers.iter().map(ToString::to_string).collect();
        names.join(",")
    }

    /// The role to log in as.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The namespace that unqualified names lie in: the parameter `schema`, or `public`.
    pub fn schema(&self) -> &str {
        self.schema.as_deref().unwrap_or("public")
    }

    /// Everything about TLS.
    pub fn tls(&self) -> &TlsSettings {
        &self.tls
    }

    /// Whether the URL itself says that a pooler stands between (`pgbouncer=true`).
    pub fn says_pooled(&self) -> bool {
        self.pooled
    }

    /// The same way in, to another database of the server.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self { database: database.into(), ..self.clone() }
    }

    /// The same, with another namespace for unqualified names.
    #[must_use]
    pub fn with_schema(&self, schema: &str) -> Self {
        Self { schema: Some(schema.into()), ..self.clone() }
    }

    /// The namespace that the URL names itself: the parameter `schema`.
    pub fn named_schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The same database by another role, without what was said for the role of this URL.
    #[must_use]
    pub(crate) fn with_role(&self, user: &str, password: Option<&str>) -> Self {
        Self { user: user.into(), password: password.map(Secret::new), options: None, ..self.clone() }
    }
}

/// Writes the URL without secrets.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // what stands behind an `@` may have been meant for the password
        match self.user.split_once('@') {
            Some((user, _)) => write!(f, "postgresql://{user}@***")?,
            None => write!(f, "postgresql://{}", self.user)?,
        }
        if let Some(password) = &self.password {
            write!(f, ":{password}")?;
        }
        write!(f, "@{}/{}", self.host(), self.database)?;
        match &self.schema {
            Some(schema) => write!(f, "?schema={schema}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
