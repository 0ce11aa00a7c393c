//! How long it takes to read a definition.
fn main() {}
