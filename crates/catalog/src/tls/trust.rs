//! Which certificates of a server are accepted, and with which the client shows itself.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::TlsFailure;
use crate::file::read_regular;
use crate::url::{RootCertificates, TlsSettings, Verification};

/// The largest file of certificates or keys that is read, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// The configuration of rustls for these settings.
pub(crate) fn client_config(
    settings: &TlsSettings,
    verification: Verification,
) -> Result<ClientConfig, TlsFailure> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsFailure(error.to_string()))?;
    let verifier = Verifier::new(settings, verification, provider)?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.client {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let text = read(key)?;
            let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
                let path = key.display();
                TlsFailure(format!("`{path}` holds no private key in PEM that is not encrypted"))
            })?;
            builder.with_client_auth_cert(chain, key).map_err(|error| TlsFailure(error.to_string()))?
        }
    };
    if settings.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(config)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFailure> {
    read_regular(path, MAX_FILE_BYTES)
        .map_err(|error| TlsFailure(format!("`{}` cannot be read: {error}", path.display())))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFailure> {
    let unreadable = |_| TlsFailure(format!("`{}` is not a file of certificates in PEM", path.display()));
    let all: Vec<_> =
        CertificateDer::pem_slice_iter(&read(path)?).collect::<Result<_, _>>().map_err(unreadable)?;
    if all.is_empty() {
        return Err(TlsFailure(format!("`{}` holds no certificate", path.display())));
    }
    Ok(all)
}

/// Verifies as much as was asked for. The server always has to prove that it holds the certificate's key.
#[derive(Debug)]
struct Verifier {
    /// `None` where nothing is verified.
    authority: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted themselves: OpenSSL, unlike WebPKI, takes a server's own certificate for a root.
    pinned: Vec<CertificateDer<'static>>,
    checks_name: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(
        settings: &TlsSettings,
        verification: Verification,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsFailure> {
        let checks_name = verification == Verification::Full;
        if verification == Verification::None {
            return Ok(Self { authority: None, pinned: Vec::new(), checks_name, provider });
        }
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        match &settings.roots {
            Some(RootCertificates::File(path)) => {
                pinned = certificates(path)?;
                roots.add_parsable_certificates(pinned.iter().cloned());
            }
            Some(RootCertificates::System) | None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let authority = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|_| {
                TlsFailure("there are no root certificates to verify the server's with".to_owned())
            })?;
        Ok(Self { authority: Some(authority), pinned, checks_name, provider })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        if self.pinned.iter().any(|pinned| pinned == certificate) {
            if self.checks_name {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match authority.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
