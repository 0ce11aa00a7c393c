//! The three ways in which the store can fail.

use std::error::Error;
use std::sync::Arc;

/// Why the store did not do what it was asked. Nothing of it was kept, but for the one case that
/// [`StoreError::Broken`] names.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The key is taken, or what the row belongs to is not there: names the table, as far as the
    /// engine tells it.
    #[error("conflict in {0}")]
    Conflict(String),
    /// Others hold the database, or it cannot be reached; the same call may succeed later.
    #[error("the store is busy")]
    Busy,
    /// The store cannot be trusted to go on: disk, file or schema are not what they must be. Or, on
    /// PostgreSQL, the connection was lost while a commit was on its way: whether the transaction
    /// was kept is not known, and later calls may succeed.
    #[error("the store is broken")]
    Broken(#[source] Arc<dyn Error + Send + Sync>),
}

impl StoreError {
    /// [`StoreError::Broken`] by `cause`, an error or a text.
    pub(crate) fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(Arc::from(cause.into()))
    }

    /// [`StoreError::Conflict`] in `table`.
    pub(crate) fn conflict(table: &str) -> Self {
        Self::Conflict(table.to_owned())
    }
}
