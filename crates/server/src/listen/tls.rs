//! Certificates that can be replaced while connections come in.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poolhouse_domain::Timestamp;
use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
pub use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{ASN1Time, FromDer as _, X509Certificate};

/// The certificate that new connections are shown. Clones share it.
#[derive(Clone, Debug)]
pub struct Certificate(Arc<Current>);

#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// There is none in the text.
    #[error("got no certificate, expected PEM with `BEGIN CERTIFICATE`, the server's own first")]
    NoCertificate,
    /// There is no key in the text.
    #[error("got no private key, expected PEM with `BEGIN PRIVATE KEY`")]
    NoKey,
    /// They are not right, or not each other's.
    #[error(transparent)]
    Wrong(#[from] rustls::Error),
}

impl Certificate {
    /// Takes a chain, the server's own certificate first, and its private key, both in PEM.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self(Arc::new(Current(ArcSwap::new(parse(chain, key)?)))))
    }

    /// Shows another from now on. Connections that are open stay open.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), CertificateError> {
        self.0.0.store(parse(chain, key)?);
        Ok(())
    }

    /// Whether clients that call `host` take it as that one's (RFC 9525 §6).
    pub fn is_for(&self, host: &str) -> bool {
        let certified = self.0.0.load();
        let parsed = certified
            .end_entity_cert()
            .and_then(ParsedCertificate::try_from);
        let name = ServerName::try_from(host);
        match (parsed, name) {
            (Ok(parsed), Ok(name)) => verify_server_name(&parsed, &name).is_ok(),
            _ => false,
        }
    }

    /// From when and until when it is good; nothing if it cannot be read.
    pub fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let certified = self.0.0.load();
        let (_, parsed) = X509Certificate::from_der(certified.cert.first()?).ok()?;
        let at = |time: ASN1Time| Timestamp::from_seconds(time.timestamp());
        let validity = parsed.validity();
        Some((at(validity.not_before), at(validity.not_after)))
    }

    /// What encrypts connections with it: TLS 1.2 and 1.3.
    ///
    /// # Errors
    /// None with the versions above; rustls asks.
    pub fn acceptor(&self) -> Result<TlsAcceptor, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.0.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

fn parse(chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>, CertificateError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|_| CertificateError::NoCertificate)?;
    if chain.is_empty() {
        return Err(CertificateError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateError::NoKey)?;
    // Checks that the key is the certificate's.
    let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?;
    Ok(Arc::new(certified))
}
