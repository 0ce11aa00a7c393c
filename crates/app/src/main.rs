//! The `poolhouse` binary.
fn main() {}
