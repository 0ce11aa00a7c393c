//! Why a command could not do its work, as the person sees it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

/// A text for stderr; the command ends with status 1.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure that explains itself.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A failure with its causes, outermost first.
    pub(crate) fn caused(text: impl Into<String>, cause: &dyn Error) -> Self {
        let mut text = text.into();
        let mut next = Some(cause);
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        Self(text)
    }

    /// A file or folder that could not be used.
    pub(crate) fn io(path: &Path, cause: io::Error) -> Self {
        Self::caused(path.display().to_string(), &cause)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.0)
    }
}
