//! The protocol: AWS JSON 1.1 as the Cognito user-pool API speaks it, in both directions.
//!
//! A request passes [`target`] (which operation), [`decode`] (bytes to a value that satisfies the
//! service model) and leaves through [`reply`]. Nothing here knows what an operation does, and
//! nothing outside [`error`] knows the name of an exception.

pub mod error;
