//! Refresh families: what a sign-in leaves behind, and when it may still be used.

use serde::{Deserialize, Serialize};

use crate::pool::ContactAttribute;
use crate::{ClientId, Sub, Timestamp};

/// How somebody was recognised (RFC 8176, Cognito's values), kept through every refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// A code by mail.
    EmailOtp,
    /// A code by text message.
    Sms,
    /// A passkey on the device.
    Swk,
    /// A passkey on an authenticator that is carried around.
    Hwk,
}

impl From<ContactAttribute> for Amr {
    /// What a code to this contact proves.
    fn from(contact: ContactAttribute) -> Self {
        match contact {
            ContactAttribute::Email => Self::EmailOtp,
            ContactAttribute::PhoneNumber => Self::Sms,
        }
    }
}

/// One sign-in: all tokens that stem from it share its `origin_jti`, and die with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFamily {
    /// `origin_jti`: a UUID.
    pub origin_jti: String,
    /// Whose it is.
    pub sub: Sub,
    /// Which client it was given to.
    pub client_id: ClientId,
    /// When the person proved themselves (`auth_time`).
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<Amr>,
    /// The last moment but one at which it can be used.
    pub expires_at: Timestamp,
    /// Whether it was revoked, by RevokeToken, GlobalSignOut or an administrator.
    pub revoked: bool,
}

/// Why a refresh token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshRefusal {
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
    /// It is another client's.
    OtherClient,
}

impl RefreshFamily {
    /// Whether `client` may refresh with this family at `now`.
    pub fn check(&self, client: &ClientId, now: Timestamp) -> Result<(), RefreshRefusal> {
        if self.client_id != *client {
            Err(RefreshRefusal::OtherClient)
        } else if self.revoked {
            Err(RefreshRefusal::Revoked)
        } else if now >= self.expires_at {
            Err(RefreshRefusal::Expired)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(revoked: bool) -> RefreshFamily {
        RefreshFamily {
            origin_jti: "o".to_owned(),
            sub: Sub::new("s"),
            client_id: ClientId::new("c"),
            auth_time: Timestamp::from_seconds(1),
            amr: vec![Amr::EmailOtp],
            expires_at: Timestamp::from_seconds(100),
            revoked,
        }
    }

    #[test]
    fn holds_until_it_expires_or_is_revoked() {
        let (own, other) = (ClientId::new("c"), ClientId::new("d"));
        let at = Timestamp::from_seconds;
        assert_eq!(family(false).check(&own, at(99)), Ok(()));
        assert_eq!(
            family(false).check(&own, at(100)),
            Err(RefreshRefusal::Expired)
        );
        assert_eq!(
            family(true).check(&own, at(99)),
            Err(RefreshRefusal::Revoked)
        );
        assert_eq!(
            family(false).check(&other, at(99)),
            Err(RefreshRefusal::OtherClient)
        );
    }

    #[test]
    fn amr_has_cognitos_words() {
        let words = serde_json::to_string(&[Amr::EmailOtp, Amr::Sms, Amr::Swk, Amr::Hwk]).unwrap();
        assert_eq!(words, r#"["email_otp","sms","swk","hwk"]"#);
    }
}
