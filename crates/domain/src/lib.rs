//! The rules of a user pool, and nothing else.
//!
//! Everything here is a value or a pure function: no IO, no async, no clock, no dice. Time arrives
//! as a [`Timestamp`], chance as a [`Random`]; whoever calls decides where both come from. That is
//! what lets the tests of every other crate replay a sign-in to the microsecond.

pub mod attributes;
pub mod audit;
pub mod budget;
pub mod challenge;
pub mod client;
pub mod client_secret;
pub mod clock;
pub mod code;
pub mod contact;
pub mod delivery;
pub mod device;
pub mod email;
pub mod gate;
pub mod ids;
pub mod mask;
pub mod message;
pub mod mfa;
pub mod passkey;
pub mod password;
pub mod phone;
pub mod pool;
pub mod random;
pub mod seal;
pub mod second_factor;
pub mod secret;
pub mod session_id;
pub mod sms;
pub mod throttle;
pub mod token;
pub mod totp;
pub mod user;

pub use client_secret::ClientSecret;
pub use clock::{Clock, Timestamp};
pub use ids::{ClientId, PoolId, Sub};
pub use random::Random;
pub use secret::Secret;
