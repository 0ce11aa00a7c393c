//! What this program serves of what a definition can ask for.

use poolhouse_define_auth::{Definition, Unsupported};

/// What `definition` asks for in vain.
pub(crate) fn missing(definition: &Definition) -> Vec<Unsupported> {
    let all = definition.unsupported.iter();
    all.filter(|feature| **feature != Unsupported::Passkeys)
        .cloned()
        .collect()
}
