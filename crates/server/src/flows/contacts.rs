//! Proving an e-mail address: the code that is sent to it, and the answer.

use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::message::Channel;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::{Sub, mask};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Delivery;
use crate::flows::codes::{self, Issue};

/// Mails `sub` a code that proves `to`, in the words for new addresses.
pub(crate) fn send_verification(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    purpose: CodePurpose,
    to: &str,
) -> Result<Delivery, ApiError> {
    let config = &cx.pool.config;
    let issue = Issue {
        sub,
        purpose,
        to,
        template: Some(&config.messages.verification_email),
        digits: config.codes.verification_digits,
        validity: config.codes.verification_validity,
    };
    codes::issue(txn, cx, &issue)?;
    Ok(mailed(to))
}

/// Says that a mail went to `address`.
pub(crate) fn mailed(address: &str) -> Delivery {
    Delivery {
        destination: mask::email(&address.to_ascii_lowercase()),
        channel: Channel::Email,
        attribute: ContactAttribute::Email,
    }
}
