//! Files of a server's operator: configuration, keys, certificates.
#![expect(
    clippy::disallowed_methods,
    reason = "the binary is where files are read"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::failure::Failure;

/// The bytes of the file at `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::io(path, &error))
}

/// The text of the file at `path`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io(path, &error))
}

/// Refuses a file that more people may read than `by`, of whom `mask` says what the others may not.
pub(crate) fn refuse_readable(path: &Path, mask: u32, by: &str) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::io(path, &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & mask == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::new(format!(
        "{path}: got a key with mode {mode:03o}, expected one that can be read by {by}: `chmod {:03o} {path}`",
        mode & !mask,
    )))
}
