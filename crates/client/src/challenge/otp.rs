//! `EMAIL_OTP`, `SMS_OTP`, `SMS_MFA` and `SOFTWARE_TOKEN_MFA`.

use crate::sign_in::{Conversation, Reply};
use crate::{Error, SignIn};

/// The person types a code: one that was sent to them, or that their authenticator app shows.
#[derive(Clone, Debug)]
pub struct Otp {
    asked: Conversation,
    challenge: &'static str,
    response: &'static str,
    destination: String,
}

impl Otp {
    pub(super) fn email(asked: Conversation, reply: &Reply) -> Self {
        Self::of(asked, reply, "EMAIL_OTP", "EMAIL_OTP_CODE")
    }

    pub(super) fn sms(asked: Conversation, reply: &Reply) -> Self {
        Self::of(asked, reply, "SMS_OTP", "SMS_OTP_CODE")
    }

    pub(super) fn sms_mfa(asked: Conversation, reply: &Reply) -> Self {
        Self::of(asked, reply, "SMS_MFA", "SMS_MFA_CODE")
    }

    pub(super) fn software_token(asked: Conversation, reply: &Reply) -> Self {
        Self::of(
            asked,
            reply,
            "SOFTWARE_TOKEN_MFA",
            "SOFTWARE_TOKEN_MFA_CODE",
        )
    }

    fn of(
        asked: Conversation,
        reply: &Reply,
        challenge: &'static str,
        response: &'static str,
    ) -> Self {
        let places = ["CODE_DELIVERY_DESTINATION", "FRIENDLY_DEVICE_NAME"];
        let mut places = places.iter();
        let destination = places.find_map(|name| reply.challenge_parameters.get(*name));
        Self {
            asked,
            challenge,
            response,
            destination: destination.cloned().unwrap_or_default(),
        }
    }

    /// Where the code went, masked: `a***@e***`. Of an authenticator app, what its device is called.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// Takes the code.
    pub async fn answer(&self, code: &str) -> Result<SignIn, Error> {
        self.asked
            .respond(self.challenge, &[(self.response, code)])
            .await
    }
}
