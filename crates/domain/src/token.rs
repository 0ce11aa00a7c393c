//! Refresh families: what a sign-in leaves behind, and when it may still be used.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::device::DeviceKey;
use crate::pool::ContactAttribute;
use crate::{ClientId, Sub, Timestamp};

/// How somebody was recognised (RFC 8176, Cognito's values), kept through every refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// A password, in clear or by SRP.
    Pwd,
    /// A code from an authenticator app.
    Otp,
    /// A code by mail.
    EmailOtp,
    /// A code by text message.
    Sms,
    /// A passkey on the device.
    Swk,
    /// A passkey on an authenticator that is carried around.
    Hwk,
    /// Two factors or more.
    Mfa,
}

impl Amr {
    /// The word in tokens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
            Self::EmailOtp => "email_otp",
            Self::Sms => "sms",
            Self::Swk => "swk",
            Self::Hwk => "hwk",
            Self::Mfa => "mfa",
        }
    }
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

/// How long a family has to be known after its last refresh token: no access token lives longer.
pub const KEPT_AFTER_EXPIRY: Duration = Duration::from_hours(24);

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
    /// On which device, in a pool that remembers them: its tokens are good for nobody else.
    pub device: Option<DeviceKey>,
    /// The last moment but one at which it can be used.
    pub expires_at: Timestamp,
    /// Which of its refresh tokens counts: the first is 0, and each rotation gives the next.
    pub generation: u32,
    /// When the token that counts replaced the one before it; `auth_time` for the first.
    pub rotated_at: Timestamp,
    /// When it was last refreshed; `auth_time` if it never was.
    pub last_active_at: Timestamp,
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
    /// A newer one has replaced it: somebody has a copy who should not.
    Reused,
}

impl RefreshFamily {
    /// Whether `client` may refresh with this family at `now`, showing the token of generation
    /// `shown`. One that is not the newest is [`Self::check_replaced`] after this.
    pub fn check(
        &self,
        client: &ClientId,
        shown: u32,
        now: Timestamp,
    ) -> Result<(), RefreshRefusal> {
        if self.client_id != *client {
            Err(RefreshRefusal::OtherClient)
        } else if self.revoked && shown == self.generation {
            Err(RefreshRefusal::Revoked)
        } else if self.revoked {
            Err(RefreshRefusal::Reused)
        } else if now >= self.expires_at {
            Err(RefreshRefusal::Expired)
        } else {
            Ok(())
        }
    }

    /// Checks a token that is not the newest (`shown` is its generation). For so long after it was
    /// replaced (`RetryGracePeriodSeconds`) its holder gets the same successor again: an answer may
    /// have been lost, or two tabs have asked. Who shows it once the successor was used in its turn
    /// has no such excuse, however soon that is.
    pub fn check_replaced(
        &self,
        shown: u32,
        grace: Duration,
        now: Timestamp,
    ) -> Result<(), RefreshRefusal> {
        let is_last = shown.checked_add(1) == Some(self.generation);
        // Where there is none, a request that came before the rotation, or to a node whose clock is behind,
        // has none either.
        if is_last && !grace.is_zero() && !now.is_past(self.rotated_at, grace) {
            Ok(())
        } else {
            Err(RefreshRefusal::Reused)
        }
    }
}

#[cfg(test)]
mod tests;
