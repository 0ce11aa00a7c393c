//! Integration tests: the W3C vectors, the derived cases, and tests by hand of what they leave out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's own doubt ends the test, in its helpers too"
)]

mod aaguid;
mod attestation;
mod authentication;
mod authenticator;
mod cases;
mod cbor;
mod certificates;
mod cose;
mod encode;
mod options;
mod origin;
mod properties;
#[path = "../../fuzz/properties.rs"]
mod properties_of_parsers;
mod registration;
mod vectors;
