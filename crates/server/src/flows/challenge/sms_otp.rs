//! `SMS_OTP`: a code by text message.

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::pool::ContactAttribute;

use super::otp::Otp;
use crate::flows::session::State;

pub(crate) const SMS_OTP: Otp = Otp {
    contact: ContactAttribute::PhoneNumber,
    challenge: ChallengeName::SmsOtp,
    response: "SMS_OTP_CODE",
    awaiting: |code| State::SmsOtp { code },
};
