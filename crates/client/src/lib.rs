//! An asynchronous client of the Cognito user-pool API: for Poolhouse, and for whatever else speaks it.
//!
//! [`Client`] is one app client of one user pool. Signing in is a conversation: [`Client::sign_in`]
//! gives a [`SignIn`], which is either done or a [`Challenge`], and every kind of challenge has its own
//! answers as methods. An answer gives the next [`SignIn`].
//!
//! ```no_run
//! use poolhouse_client::{Challenge, Client, Config, Exception, Factor, SignIn};
//!
//! # async fn sign_in(outputs: &str, typed: &str) -> Result<(), poolhouse_client::Error> {
//! // What `poolhouse dev` writes: amplify_outputs.json.
//! let client = Client::new(Config::from_outputs(outputs)?)?;
//!
//! let asked = client.sign_in_with("ann@example.com", Factor::EmailOtp).await?;
//! let SignIn::Asked(Challenge::EmailOtp(code)) = asked else {
//!     return Ok(()); // This account signs in by other ways.
//! };
//! println!("a code is on its way to {}", code.destination());
//! let tokens = match code.answer(typed).await {
//!     Ok(next) => next.done()?,
//!     // The challenge is still there: let the person type again.
//!     Err(error) if error.is(&Exception::CodeMismatch) => return Ok(()),
//!     Err(error) => return Err(error),
//! };
//!
//! let ann = client.account(&tokens.access).get().await?;
//! println!("{} is {:?}", ann.username, ann.attributes.get("email"));
//! let tokens = client.refresh(&tokens.refresh).await?;
//! # let _ = tokens;
//! # Ok(())
//! # }
//! ```
//!
//! Passwords are proved without being sent ([`Client::sign_in_with_srp`], [`challenge::PasswordSrp`]).
//! A passkey's challenge has the options as the JSON that WebAuthn's clients take, and takes back what
//! they give; [`SoftwarePasskey`] is one to test with.
//!
//! Everything that the pool answers with an error is a [`Refusal`] with its [`Exception`]. Tokens,
//! Sessions and what else signs in are [`Secret`]s. It needs a tokio runtime, keeps connections open
//! for the next request, and never tries a request twice.

mod account;
pub mod challenge;
mod client;
mod config;
mod delivery;
mod error;
mod mfa;
mod passkeys;
mod secret;
mod sign_in;
mod sign_up;
mod software_passkey;
mod srp;
mod tokens;
mod wire;

pub use account::{Account, User};
pub use challenge::Challenge;
pub use client::Client;
pub use config::Config;
pub use delivery::{Delivery, Mail, Medium};
pub use error::{Error, Exception, Refusal};
pub use mfa::{Mfa, SoftwareToken, Use};
pub use passkeys::{Passkey, Registration};
pub use secret::Secret;
pub use sign_in::{Factor, SignIn};
pub use sign_up::{Confirmed, SignUp};
pub use software_passkey::{SoftwareKey, SoftwarePasskey};
pub use tokens::Tokens;
