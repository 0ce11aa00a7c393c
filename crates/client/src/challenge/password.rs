//! `PASSWORD` and `PASSWORD_SRP`.

use crate::sign_in::Conversation;
use crate::srp::Proof;
use crate::{Error, SignIn};

/// The person types their password, which is sent.
#[derive(Clone, Debug)]
pub struct Password(pub(super) Conversation);

/// The person types their password, which is proved without being sent.
#[derive(Clone, Debug)]
pub struct PasswordSrp(pub(super) Conversation);

impl Password {
    /// Sends the password.
    pub async fn answer(&self, password: &str) -> Result<SignIn, Error> {
        self.0.respond("PASSWORD", &[("PASSWORD", password)]).await
    }
}

impl PasswordSrp {
    /// Proves the password: two requests, and about three milliseconds of arithmetic, on a thread for
    /// such.
    pub async fn answer(&self, password: &str) -> Result<SignIn, Error> {
        let proof = Proof::begin(password).await?;
        let asked = self.0.ask("PASSWORD_SRP", &[("SRP_A", &proof.a())]).await?;
        proof.answer(self.0.clone(), asked).await
    }
}
