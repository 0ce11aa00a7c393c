//! Whom to trust on the other end of the network.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::db::url::StoreUrlError;

/// TLS as the URL says it. Whoever answers is always asked for a certificate of the host's name:
/// without that, encryption keeps out nobody who can stand in between. `near` says that there is no
/// network in between.
pub(super) fn choose(
    mode: Option<&str>,
    roots: Option<&str>,
    near: bool,
) -> Result<Option<MakeRustlsConnect>, StoreUrlError> {
    match mode {
        Some("disable") => Ok(None),
        None if near => Ok(None),
        None | Some("require" | "verify-ca" | "verify-full") => connector(roots).map(Some),
        Some(other) => Err(StoreUrlError(format!(
            "sslmode={other} in the PostgreSQL URL is not known here; write verify-full, or disable if nobody can stand between"
        ))),
    }
}

fn connector(roots: Option<&str>) -> Result<MakeRustlsConnect, StoreUrlError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| StoreUrlError(format!("TLS cannot be set up: {why}")))?
        .with_root_certificates(trusted(roots)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The authorities in the PEM file at `path`; without one, those that this machine trusts.
fn trusted(path: Option<&str>) -> Result<RootCertStore, StoreUrlError> {
    let mut store = RootCertStore::empty();
    let (from, certificates) = match path {
        None | Some("system") => {
            let found = rustls_native_certs::load_native_certs();
            ("this machine's authorities".to_owned(), found.certs)
        }
        Some(path) => {
            let read = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect)
                .map_err(|why| StoreUrlError(format!("sslrootcert={path}: {why}")))?;
            (format!("sslrootcert={path}"), read)
        }
    };
    let (added, _unusable) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(StoreUrlError(format!("{from}: no certificate was found")));
    }
    Ok(store)
}
