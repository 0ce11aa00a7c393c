//! What this program serves of what a definition can ask for.

use poolhouse_define_auth::{Definition, Unsupported};

/// What `definition` asks for in vain.
pub(crate) fn missing(definition: &Definition) -> Vec<Unsupported> {
    let all = definition.unsupported.iter();
    let senders = &definition.pool.delivery;
    let sends = |channel: &str| match channel {
        "email" => !senders.mail.is_empty(),
        _ => !senders.sms.is_empty(),
    };
    let is_served = |feature: &Unsupported| match feature {
        // By whom poolhouse.toml says.
        Unsupported::AwsSender(channel) | Unsupported::CustomSender(channel) => sends(channel),
        _ => matches!(
            feature,
            Unsupported::PhoneLogin
                | Unsupported::SmsOtp
                | Unsupported::Passkeys
                | Unsupported::Mfa
                | Unsupported::ClientSecret(_)
        ),
    };
    all.filter(|feature| !is_served(feature)).cloned().collect()
}
