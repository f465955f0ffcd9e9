//! TLS by rustls.
//!
//! * `trust`: which certificates of a server are accepted, and with which the client shows itself.
//! * `connector`: rustls in the shape that the driver wants.
//! * `binding`: the hash of the server's certificate that a password exchange is bound to.

mod binding;
mod connector;
mod trust;

pub(crate) use connector::Connector;
pub(crate) use trust::client_config;

/// Why there is no TLS session: words for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct TlsFailure(pub(crate) String);
