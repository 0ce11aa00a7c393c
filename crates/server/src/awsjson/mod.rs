//! The protocol: AWS JSON 1.1 as the Cognito user-pool API speaks it, in both directions.
//!
//! A request passes [`target`] (which operation) and [`decode`] (bytes to a value that satisfies
//! the service [`model`]) and leaves through [`reply`]. Nothing here knows what an operation does,
//! and nothing outside [`error`] knows the name of an exception.

mod constraint;
pub mod decode;
pub mod error;
pub mod model;
mod pattern;
pub mod reply;
pub mod target;
mod validate;

#[cfg(test)]
mod tests;

const MEDIA_TYPE: &str = "application/x-amz-json-1.1";
