//! `EMAIL_OTP`: a code by mail.

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::pool::ContactAttribute;

use super::otp::Otp;
use crate::flows::session::State;

pub(crate) const EMAIL_OTP: Otp = Otp {
    contact: ContactAttribute::Email,
    challenge: ChallengeName::EmailOtp,
    response: "EMAIL_OTP_CODE",
    awaiting: |code| State::EmailOtp { code },
};
