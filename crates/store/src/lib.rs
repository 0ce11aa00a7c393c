//! What outlives a request: the store, its transactions, and one file of methods per aggregate.
//!
//! Work is a closure that gets a [`Txn`]: [`Store::write`] runs it in a transaction of its own and
//! answers when it is on disk, [`Store::read`] runs it on a snapshot. Methods are named resource
//! first, verb last, and keyed by pool.
//!
//! Invariants: SQL stands in this crate alone, and only `db` knows which database it is. Secrets at
//! rest (messages with codes, passwords, devices' verifiers, private keys) are sealed with their place as context, so that a row
//! copied elsewhere does not open. Nothing slow runs inside a transaction.

mod accounts;
mod audit_events;
mod backup;
mod codes;
mod credentials;
mod db;
mod devices;
mod error;
mod factor_failures;
mod inbox;
mod migrations;
mod outbox;
mod passkey_registrations;
mod passkeys;
mod passwords;
mod pending_contacts;
mod pools;
mod refresh_families;
mod sealed;
mod send_budgets;
mod sessions;
mod signing_keys;
mod software_tokens;
mod store;
mod store_keys;
mod sweep;
mod tables;
mod users;
mod vault;

pub use accounts::{Account, Added};
pub use audit_events::{AuditFilter, AuditId};
pub use backup::BackupError;
pub use codes::Code;
pub use credentials::Credentials;
pub use db::{StoreUrl, StoreUrlError, Txn};
pub use error::StoreError;
pub use inbox::{SENT_KEPT, SentMessage};
pub use outbox::{Backlog, DeadLetter, OutboxId, OutboxMessage};
pub use sealed::Resealing;
pub use send_budgets::BudgetKey;
pub use signing_keys::{KeyUsage, SigningKey};
pub use software_tokens::{SoftwareToken, SoftwareTokenSetup};
pub use store::Store;
pub use store_keys::{HEARD_OF, StoreKey, StoreKeyPurpose};
pub use sweep::Walk;
pub use users::UserName;
