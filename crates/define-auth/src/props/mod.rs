//! What `defineAuth` was given.

pub(crate) mod rules;
pub(crate) mod shape;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The props of `defineAuth` (`AmplifyAuthProps`).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Props {
    pub(crate) name: Option<String>,
    pub(crate) login_with: LoginWith,
    /// In the order of the file, which is the order of the schema.
    #[serde(default)]
    pub(crate) user_attributes: Vec<(String, AttributeProps)>,
    pub(crate) multifactor: Option<Multifactor>,
    pub(crate) account_recovery: Option<String>,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    #[serde(default)]
    pub(crate) senders: Senders,
    #[serde(default)]
    pub(crate) triggers: BTreeMap<String, Value>,
    pub(crate) access: Option<IgnoredAny>,
    #[serde(default)]
    pub(crate) passwordless_options: PasswordlessOptions,
}

/// `loginWith`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginWith {
    pub(crate) email: Option<Switch<EmailSettings>>,
    pub(crate) phone: Option<Switch<PhoneSettings>>,
    pub(crate) web_authn: Option<Switch<WebAuthnSettings>>,
    pub(crate) external_providers: Option<Value>,
}

/// `true`, or settings; Amplify takes `false` for nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Switch<T> {
    /// `true` or `false`.
    Plain(bool),
    /// An object.
    Settings(T),
}

impl<T> Switch<T> {
    /// Whether it is on.
    pub(crate) fn is_on(switch: Option<&Self>) -> bool {
        !matches!(switch, None | Some(Self::Plain(false)))
    }

    /// Its settings, if it has any.
    pub(crate) fn settings(switch: Option<&Self>) -> Option<&T> {
        match switch {
            Some(Self::Settings(settings)) => Some(settings),
            _ => None,
        }
    }
}

/// `loginWith.email`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailSettings {
    pub(crate) verification_email_style: Option<String>,
    pub(crate) verification_email_body: Option<Rendered>,
    pub(crate) verification_email_subject: Option<String>,
    pub(crate) user_invitation: Option<Invitation>,
    #[serde(default)]
    pub(crate) otp_login: bool,
}

/// `loginWith.email.userInvitation`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invitation {
    pub(crate) email_subject: Option<String>,
    pub(crate) email_body: Option<Rendered>,
    pub(crate) sms_message: Option<Rendered>,
}

/// `loginWith.phone`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneSettings {
    pub(crate) verification_message: Option<Rendered>,
    #[serde(default)]
    pub(crate) otp_login: bool,
}

/// `loginWith.webAuthn`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebAuthnSettings {
    pub(crate) relying_party_id: Option<String>,
    pub(crate) user_verification: Option<String>,
}

/// A function that makes a text: as it is (when `defineAuth` is called), or as what it made of
/// placeholders (when the resources are made).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Rendered {
    /// The text, and the link that it should hold.
    Made {
        /// The text.
        #[serde(rename = "$text")]
        text: String,
        /// The last link made for it.
        #[serde(default)]
        link: String,
    },
    /// Not called yet.
    Function(IgnoredAny),
}

impl Rendered {
    /// The text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Made { text, .. } => text,
            Self::Function(_) => "",
        }
    }
}

/// One of `userAttributes`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttributeProps {
    pub(crate) required: Option<bool>,
    pub(crate) mutable: Option<bool>,
    pub(crate) data_type: Option<String>,
    pub(crate) min_len: Option<serde_json::Number>,
    pub(crate) max_len: Option<serde_json::Number>,
    pub(crate) min: Option<serde_json::Number>,
    pub(crate) max: Option<serde_json::Number>,
}

/// `multifactor`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Multifactor {
    pub(crate) mode: String,
    pub(crate) sms: Option<Switch<MfaMessage>>,
    #[serde(default)]
    pub(crate) totp: bool,
    #[serde(default)]
    pub(crate) email: bool,
}

/// `multifactor.sms`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MfaMessage {
    pub(crate) sms_message: Rendered,
}

/// `senders`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Senders {
    pub(crate) email: Option<Sender>,
    pub(crate) sms: Option<Sender>,
}

/// `senders.email` or `senders.sms`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sender {
    pub(crate) handler: Option<Value>,
    pub(crate) kms_key_arn: Option<String>,
    pub(crate) from_email: Option<String>,
    pub(crate) from_name: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) sns_caller_arn: Option<String>,
    pub(crate) sns_region: Option<String>,
}

/// `passwordlessOptions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasswordlessOptions {
    pub(crate) preferred_challenge: Option<String>,
}

impl Props {
    /// Whether mailed sign-in codes are on.
    pub(crate) fn email_otp(&self) -> bool {
        Switch::settings(self.login_with.email.as_ref()).is_some_and(|email| email.otp_login)
    }

    /// Whether sign-in codes by text message are on.
    pub(crate) fn sms_otp(&self) -> bool {
        Switch::settings(self.login_with.phone.as_ref()).is_some_and(|phone| phone.otp_login)
    }

    /// Whether passkeys are on.
    pub(crate) fn passkeys(&self) -> bool {
        Switch::is_on(self.login_with.web_authn.as_ref())
    }
}
