//! `deny.toml` obeyed: licences, banned crates, duplicates and sources of everything that is built; and
//! each crate that we name explained.
//!
//! The file is cargo-deny's own, and `cargo deny check bans licenses sources` reads it too; see
//! `docs/decisions/0005-dependency-policy-without-cargo-deny.md` for why it is not needed here.

mod bans;
mod duplicates;
mod explained;
mod licences;
mod policy;
mod sources;

use std::error::Error;

use self::policy::Policy;
use super::tree::Finding;
use crate::metadata::Metadata;
use crate::workspace::root;

/// Reads `deny.toml` and holds what cargo would build against it.
pub(crate) fn check() -> Result<Vec<Finding>, Box<dyn Error>> {
    let policy = Policy::parse(&text("deny.toml")?)?;
    let metadata = Metadata::read()?.built_for(&policy.graph.targets)?;
    let mut found = licences::check(&policy.licenses, &metadata);
    found.extend(bans::check(&policy.bans, &metadata));
    found.extend(duplicates::check(&policy.bans, &metadata));
    found.extend(sources::check(&policy.sources, &metadata));
    found.extend(explained::check(&text(explained::DOCUMENT)?, &metadata));
    Ok(found)
}

fn text(path: &str) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?)
}

/// A finding about a package, or about a line of `deny.toml` that names one.
fn finding(what: impl Into<String>, message: impl Into<String>) -> Finding {
    Finding {
        path: what.into(),
        line: 0,
        message: message.into(),
    }
}
