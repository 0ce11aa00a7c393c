//! TLS to a server that speaks no HTTP, and whom we trust.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::sender::SetupError;

/// Encrypts connections to one host.
pub(crate) struct Tls {
    host: ServerName<'static>,
    connector: TlsConnector,
}

/// An encrypted connection.
#[derive(Debug)]
pub(crate) struct Encrypted(TlsStream<TcpStream>);

impl Tls {
    /// For a host whose certificate is of `authorities`, a PEM text, or of those that the machine
    /// trusts.
    ///
    /// # Errors
    /// The host's name cannot stand in a certificate, or there are no authorities.
    pub(crate) fn to(host: &str, authorities: Option<&str>) -> Result<Self, SetupError> {
        let wrong = |error: &dyn std::fmt::Display| SetupError::new(format!("{host}: {error}"));
        let name = ServerName::try_from(host.to_owned()).map_err(|error| wrong(&error))?;
        let config = client_config(match authorities {
            None => trusted()?,
            Some(pem) => named(pem).map_err(|error| wrong(&error))?,
        })?;
        Ok(Self {
            host: name,
            connector: TlsConnector::from(Arc::new(config)),
        })
    }

    pub(crate) async fn encrypt(&self, stream: TcpStream) -> io::Result<Encrypted> {
        let stream = self.connector.connect(self.host.clone(), stream).await?;
        Ok(Encrypted(stream))
    }
}

/// A connection over which the end of a message does not wait until its beginning was acknowledged.
pub(crate) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

pub(crate) fn client_config(authorities: RootCertStore) -> Result<ClientConfig, SetupError> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(SetupError::new)?;
    Ok(config
        .with_root_certificates(authorities)
        .with_no_client_auth())
}

/// The authorities that the machine trusts.
pub(crate) fn trusted() -> Result<RootCertStore, SetupError> {
    let found = rustls_native_certs::load_native_certs();
    let mut authorities = RootCertStore::empty();
    let (added, _) = authorities.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(SetupError::new(
            "this machine trusts no authority: install its ca-certificates",
        ));
    }
    Ok(authorities)
}

fn named(pem: &str) -> Result<RootCertStore, String> {
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        let added = authorities.add(certificate);
        added.map_err(|error| error.to_string())?;
    }
    if authorities.is_empty() {
        return Err("got no certificate, expected the authorities' as PEM".to_owned());
    }
    Ok(authorities)
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
