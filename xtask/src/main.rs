//! Chores of the repository: `cargo xtask <name>`.
fn main() {}
