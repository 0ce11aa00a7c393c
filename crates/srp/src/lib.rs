//! SRP-6a as Cognito speaks it, both sides: a password is proved without being sent.
//!
//! Of a password the server keeps a [`Salt`] and a [`Verifier`]. A sign-in is two requests:
//! [`server::offer`] answers the client's `SRP_A` with `SRP_B`, and leaves a [`server::State`] to be
//! sealed and carried along; [`server::State::verify`] judges the signature that the client makes
//! with the key that both have computed by then. [`client`] is the other side. Devices do the same
//! with their group's key and their own in an [`Identity`].
//!
//! The protocol is RFC 5054's with other hashes and encodings. The arithmetic is modulo the 3072-bit
//! prime of RFC 3526 §4, g is 2, and the hash is SHA-256. A number is hashed in Java's shortest
//! two's complement and never padded to the prime's length. The session key goes through HKDF
//! (RFC 5869) with the label `Caldera Derived Key`, and instead of RFC 2945's proof it signs the pool,
//! the user, the server's `SECRET_BLOCK` and the time. One thing is ours: the sign in
//! [`server::offer`]. AWS describes the messages, in
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>,
//! and leaves the computation to its clients' sources, with which the tests' vectors agree.
//!
//! Everything is a function of its arguments: no input or output, no clock, no randomness. What costs
//! time says how many modular exponentiations it takes; one is half a millisecond.
//!
//! ```
//! use poolhouse_srp::client::{Challenge, Client};
//! use poolhouse_srp::{Claim, Identity, PublicValue, Salt, Verifier, server};
//!
//! # let (random_salt, random_a, random_b) = ([1; 16], [2; 32], [3; 33]);
//! let ada = Identity { pool: "AbCdEf123", user: "6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11" };
//!
//! // Sign-up: what the store keeps, the verifier sealed.
//! let salt = Salt::fresh(random_salt);
//! let verifier = Verifier::of(ada, &salt, "Correct-Horse-9-Battery");
//!
//! // InitiateAuth with SRP_A; the reply has SALT, SRP_B and SECRET_BLOCK.
//! let client = Client::new(random_a);
//! let srp_a = client.public_value().to_hex();
//! let (b, state) = server::offer(&verifier, PublicValue::from_hex(&srp_a)?, random_b);
//! let sealed = state.to_bytes();
//!
//! // RespondToAuthChallenge with PASSWORD_CLAIM_SIGNATURE.
//! let (secret_block, timestamp) = (b"sealed, or random", "Tue Feb 3 04:05:06 UTC 2026");
//! let challenge = Challenge { salt: &salt, b: &b, secret_block };
//! let signature = client.sign(ada, "Correct-Horse-9-Battery", challenge, timestamp);
//! let claim = Claim { secret_block, timestamp, signature: &signature };
//! server::State::from_bytes(&sealed)?.verify(&verifier, ada, claim)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]
#![deny(clippy::wildcard_enum_match_arm)]

mod bignum;
mod claim;
pub mod client;
mod error;
mod fixed_base;
mod group;
mod hash;
mod identity;
mod integer;
mod public_value;
mod salt;
pub mod server;
mod timestamp;
mod verifier;

pub use claim::Claim;
pub use error::{Error, Refused};
pub use identity::Identity;
pub use public_value::PublicValue;
pub use salt::Salt;
pub use timestamp::Timestamp;
pub use verifier::Verifier;
