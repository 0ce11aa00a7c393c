//! Where the repository is, and running programs in it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // Cargo sets this for `cargo run`, which is what the `cargo xtask` alias is.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match manifest.as_deref().and_then(Path::parent) {
        Some(root) => root.to_path_buf(),
        None => PathBuf::from("."),
    }
}

/// A program to be started in the repository's root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a program to its end with our own input and output, and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let name = spelled(command);
    let status = command
        .status()
        .map_err(|error| format!("`{name}` did not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{name}` ended with {status}").into())
    }
}

/// Runs a program to its end and returns what it wrote to its standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let name = spelled(command);
    let output = command
        .output()
        .map_err(|error| format!("`{name}` did not start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{name}` ended with {}:\n{said}", output.status).into())
    }
}

/// The command as one would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
