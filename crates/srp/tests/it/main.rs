//! Integration tests: vectors that other clients agree with, and properties of the two sides together.

#![expect(
    clippy::unwrap_used,
    reason = "a test's own doubt ends the test, in its helpers too"
)]

mod vectors;
