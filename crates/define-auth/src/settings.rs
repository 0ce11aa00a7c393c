//! `poolhouse.toml`: what a pool can do and Amplify has no word for, and how a server is run.
//!
//! A pool's tables ([`keys`]) are laid over what the definition says. Those of a server
//! ([`OF_SERVER`]) may stand in the same file; `poolhouse serve` reads them with the same
//! mechanism, [`lay`]. Everything that is not understood is refused: a setting that is silently
//! ignored is worse than none.

mod budgets;
mod keys;
mod laying;
mod senders;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use poolhouse_domain::pool::PoolConfig;

pub use self::laying::{Key, Laid, Table, lay};
pub use self::value::{Value, Wrong};
use crate::diagnostic::Diagnostic;
use crate::project::{FileError, Files};

/// The file, from the project folder.
pub const FILE: &str = "poolhouse.toml";

/// The tables of `poolhouse serve`. To a pool they mean nothing, and no harm.
pub const OF_SERVER: &[&str] = &["server", "keys", "tls", "proxy", "limits", "audit", "log"];

/// What the file says, by `table.key`: the value, as TOML.
pub type Said = BTreeMap<String, String>;

/// The tables of a pool.
pub fn of_pool() -> impl Iterator<Item = &'static str> {
    keys::TABLES.iter().map(|table| table.name)
}

/// The file's text, if there is one.
pub(crate) fn read(files: &dyn Files) -> Result<Option<String>, Diagnostic> {
    match files.read(FILE) {
        Ok(text) => Ok(Some(text)),
        Err(FileError::Missing) => Ok(None),
        Err(error) => Err(Diagnostic::error(format!("{FILE}: {error}"))),
    }
}

/// Lays the settings in `text` over `pool`, and says which they are and what is odd about them.
///
/// # Errors
/// Everything that is wrong with them, in the file's order.
pub(crate) fn lay_over(
    pool: &mut PoolConfig,
    text: &str,
) -> Result<(Said, Vec<Diagnostic>), Vec<Diagnostic>> {
    let laid = lay(FILE, text, keys::TABLES, OF_SERVER, pool)?;
    let idle = laid.tables.get(keys::PASSKEYS);
    let warning = idle.filter(|_| pool.relying_party.is_none()).map(|place| {
        Diagnostic::warning("[passkeys] has no effect: the definition has no passkeys")
            .at(Some(place.clone()))
            .help("write `loginWith: { webAuthn: true }`, or remove the table")
    });
    Ok((laid.said, warning.into_iter().collect()))
}
