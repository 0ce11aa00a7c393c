//! Why a command could not do its work, as the person sees it.

use std::error::Error;
use std::fmt;
use std::path::Path;

use poolhouse_store::StoreError;

/// A text for stderr; the command ends with status 1.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure that explains itself.
    pub(crate) fn new(text: impl fmt::Display) -> Self {
        Self(format!("error: {text}"))
    }

    /// A failure that was rendered before, diagnostics with their places.
    pub(crate) fn rendered(text: &str) -> Self {
        Self(text.trim_end().to_owned())
    }

    /// A failure with its causes, outermost first.
    pub(crate) fn caused(text: impl fmt::Display, cause: &dyn Error) -> Self {
        let mut text = text.to_string();
        let mut next = Some(cause);
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        Self::new(text)
    }

    /// A file or folder that could not be used.
    pub(crate) fn io(path: &Path, cause: &std::io::Error) -> Self {
        Self::caused(path.display(), cause)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::caused("the store", &error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
