//! What an error means for the transaction that met it.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::StoreError;

/// Why a transaction was not, or may not have been, kept.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// It could not be ordered among those beside it. The same work may be run again at once.
    Conflict(String),
    /// The connection is gone, and with it the transaction. The same work may be run again.
    Lost(String),
    /// There is no connection to be had.
    Unreachable(String),
    /// To run it again would be no help, or not be safe.
    Final(StoreError),
}

impl Failure {
    /// Of a statement before COMMIT was sent: whatever it was, nothing is kept.
    pub(super) fn of_statement(error: &Error) -> Self {
        let Some(said) = error.as_db_error() else {
            return if is_transport(error) {
                Self::Lost(describe(error))
            } else {
                Self::Final(StoreError::broken(describe(error)))
            };
        };
        if is_conflict(said) {
            Self::Conflict(describe(error))
        } else if is_farewell(said) {
            Self::Lost(describe(error))
        } else if *said.code() == SqlState::QUERY_CANCELED {
            Self::Final(StoreError::Busy)
        } else if said.code().code().starts_with("23") {
            Self::Final(StoreError::conflict(said.table().unwrap_or(said.message())))
        } else {
            Self::Final(StoreError::broken(describe(error)))
        }
    }

    /// Of COMMIT. Only an answer that says no is a no: a server that went away may have committed
    /// before it could say so, and to run the work again could do it twice.
    pub(super) fn of_commit(error: &Error) -> Self {
        let refused = error.as_db_error().filter(|said| {
            !is_farewell(said)
                && *said.code() != SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
                && ["23", "40"]
                    .iter()
                    .any(|class| said.code().code().starts_with(class))
        });
        match refused {
            Some(_) => Self::of_statement(error),
            None => Self::Final(StoreError::broken(format!(
                "whether the transaction was kept is not known: {}",
                describe(error)
            ))),
        }
    }

    /// Of a connection that could not be made, or not be set up: whether to wait for the server.
    pub(super) fn of_connect(error: &Error) -> Self {
        let Some(said) = error.as_db_error() else {
            // Without a cause it was closed in our face, or took too long.
            return if is_transport(error) || error.source().is_none() {
                Self::Lost(describe(error))
            } else {
                Self::Final(StoreError::broken(describe(error)))
            };
        };
        // Wrong user, password, database or setting: it will be the same in a second.
        let hopeless = ["22", "28", "3D", "42"];
        if hopeless
            .iter()
            .any(|class| said.code().code().starts_with(class))
        {
            Self::Final(StoreError::broken(describe(error)))
        } else {
            Self::Lost(describe(error))
        }
    }

    /// In the store's words, when it is not run again.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Self::Conflict(_) | Self::Lost(_) | Self::Unreachable(_) => StoreError::Busy,
            Self::Final(error) => error,
        }
    }
}

/// Serialization failures and deadlocks. So is a table that somebody else has just made: nodes that
/// start at the same time collide in the catalogue, and find the table when they look again.
fn is_conflict(said: &DbError) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::DUPLICATE_TABLE,
    ]
    .contains(said.code())
        || (*said.code() == SqlState::UNIQUE_VIOLATION
            && said.table().is_some_and(|table| table.starts_with("pg_")))
}

/// The last words of a server that goes away, or that no longer takes writes because another does;
/// and of one that does not know what this connection has prepared, because the schema has changed.
fn is_farewell(said: &DbError) -> bool {
    matches!(
        said.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    ) || [
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::FEATURE_NOT_SUPPORTED,
        SqlState::INVALID_SQL_STATEMENT_NAME,
    ]
    .contains(said.code())
}

/// Whether the way to the server is what failed. A certificate that is not trusted comes as an I/O
/// error too, but it will be the same in a second.
fn is_transport(error: &Error) -> bool {
    let cause = error
        .source()
        .and_then(<dyn std::error::Error>::downcast_ref::<io::Error>);
    error.is_closed()
        || cause.is_some_and(|io| {
            let inner = io.get_ref();
            inner.is_none_or(|inner| !inner.is::<rustls::Error>())
        })
}

/// What happened, without the details: they quote the row, and a row has people's addresses.
fn describe(error: &Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
