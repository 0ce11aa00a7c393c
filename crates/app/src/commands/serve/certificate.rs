//! The certificate's files, followed as they are renewed.

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use poolhouse_server::listen::tls::{Certificate, TlsAcceptor};

use crate::config::TlsFiles;
use crate::failure::Failure;
use crate::files::{read, refuse_readable};

/// How often the files are looked at. Certificates are renewed days before they expire.
pub(super) const LOOK: Duration = Duration::from_secs(10);

/// A certificate, and the files that it comes from.
pub(crate) struct CertificateFiles {
    files: TlsFiles,
    certificate: Certificate,
    /// When the files were changed that were read last.
    read: Mutex<Changed>,
}

/// When each of the two was changed, as far as that can be known.
type Changed = [Option<SystemTime>; 2];

impl CertificateFiles {
    pub(crate) fn read(files: TlsFiles) -> Result<Self, Failure> {
        // A group may be allowed to: certificates are often several programs'.
        refuse_readable(&files.key, 0o007, "its owner and group alone")?;
        let changed = changed(&files);
        let [chain, key] = texts(&files)?;
        let certificate = Certificate::new(&chain, &key)
            .map_err(|error| Failure::caused(files.certificate.display(), &error))?;
        Ok(Self {
            files,
            certificate,
            read: Mutex::new(changed),
        })
    }

    /// The certificate as it is now.
    pub(crate) const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, Failure> {
        let acceptor = self.certificate.acceptor();
        acceptor.map_err(|error| Failure::caused("cannot speak TLS", &error))
    }

    /// Takes the files' certificate if they changed. One that is wrong, for instance because its key
    /// is not written yet, changes nothing, and is tried again when the files change again.
    pub(super) fn follow(&self) {
        let now = changed(&self.files);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read == now {
            return;
        }
        *read = now;
        match self.take() {
            Ok(()) => tracing::info!("the certificate was replaced"),
            Err(failure) => tracing::error!("the certificate stays as it was: {failure}"),
        }
    }

    fn take(&self) -> Result<(), Failure> {
        refuse_readable(&self.files.key, 0o007, "its owner and group alone")?;
        let [chain, key] = texts(&self.files)?;
        self.certificate
            .replace(&chain, &key)
            .map_err(|error| Failure::caused(self.files.certificate.display(), &error))
    }
}

fn texts(files: &TlsFiles) -> Result<[Vec<u8>; 2], Failure> {
    Ok([read(&files.certificate)?, read(&files.key)?])
}

fn changed(files: &TlsFiles) -> Changed {
    [&files.certificate, &files.key].map(|path| fs::metadata(path).ok()?.modified().ok())
}
