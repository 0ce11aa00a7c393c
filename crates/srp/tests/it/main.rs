//! Integration tests: vectors that other clients agree with, properties of the two sides together, and
//! what is taken and given as text.

#![expect(
    clippy::unwrap_used,
    reason = "a test's own doubt ends the test, in its helpers too"
)]

mod cases;
mod device;
mod properties;
#[path = "../../fuzz/properties.rs"]
mod properties_of_parsers;
mod sign_in;
mod timestamp;
mod values;
mod vectors;
