//! What a definition asks for and a server may not have.

use std::fmt;

use poolhouse_domain::pool::{ContactAttribute, FirstFactor, Mfa, PoolConfig};

use crate::backend::Resource;
use crate::props::{Props, Switch};

/// Something that a definition asks for and that a server may not have. Whoever serves the pool says
/// so, in one line each, for what it does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsupported {
    /// Sign-in by a user name that is neither an e-mail address nor a phone number.
    UsernameLogin,
    /// Sign-in by phone number.
    PhoneLogin,
    /// Codes by text message as a first factor.
    SmsOtp,
    /// Passkeys.
    Passkeys,
    /// Second factors.
    Mfa,
    /// Links in place of codes in verification mails.
    VerificationLink,
    /// Texts for people whom an administrator invites.
    Invitation,
    /// A Lambda trigger, by its name.
    Trigger(String),
    /// A function that sends mails or texts: `email` or `sms`.
    CustomSender(String),
    /// Amazon SES or SNS as a sender: `email` or `sms`.
    AwsSender(String),
    /// An external identity provider, by its key.
    ExternalProvider(String),
    /// Functions with access to the pool.
    Access,
    /// Threat protection.
    ThreatProtection,
    /// An app client with a secret, by its name.
    ClientSecret(String),
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UsernameLogin => f.write_str("usernameAttributes: sign-in by user name"),
            Self::PhoneLogin => f.write_str("loginWith.phone: sign-in by phone number"),
            Self::SmsOtp => f.write_str("loginWith.phone.otpLogin: codes by text message"),
            Self::Passkeys => f.write_str("loginWith.webAuthn: passkeys"),
            Self::Mfa => f.write_str("multifactor: second factors"),
            Self::VerificationLink => {
                f.write_str("loginWith.email.verificationEmailStyle: links in verification mails")
            }
            Self::Invitation => {
                f.write_str("loginWith.email.userInvitation: invitations by administrators")
            }
            Self::Trigger(name) => write!(f, "triggers.{name}: Lambda triggers"),
            Self::CustomSender(channel) => {
                write!(f, "senders.{channel}.handler: functions that send messages")
            }
            Self::AwsSender(channel) => write!(f, "senders.{channel}: sending through AWS"),
            Self::ExternalProvider(name) => {
                write!(
                    f,
                    "loginWith.externalProviders.{name}: external identity providers"
                )
            }
            Self::ThreatProtection => {
                f.write_str("userPoolAddOns.advancedSecurityMode: threat protection")
            }
            Self::ClientSecret(name) => write!(f, "client {name}: client secrets"),
            Self::Access => f.write_str("access: functions with access to the pool"),
        }
    }
}

/// All of it, in the order of the documentation; `triggers` are those of `addTrigger`.
pub(crate) fn unsupported(
    props: &Props,
    triggers: &[String],
    pool: &PoolConfig,
    resources: &[Resource],
) -> Vec<Unsupported> {
    let login = &props.login_with;
    let email = Switch::settings(login.email.as_ref());
    let mut found = Vec::new();
    let mut note = |asked: bool, what: Unsupported| found.extend(asked.then_some(what));
    note(
        pool.username_attributes.is_empty(),
        Unsupported::UsernameLogin,
    );
    note(
        pool.signs_in_with(ContactAttribute::PhoneNumber),
        Unsupported::PhoneLogin,
    );
    note(pool.allows(FirstFactor::SmsOtp), Unsupported::SmsOtp);
    note(pool.allows(FirstFactor::WebAuthn), Unsupported::Passkeys);
    note(pool.mfa != Mfa::Off, Unsupported::Mfa);
    let style = email.and_then(|email| email.verification_email_style.as_deref());
    note(style == Some("LINK"), Unsupported::VerificationLink);
    note(
        email.is_some_and(|email| email.user_invitation.is_some()),
        Unsupported::Invitation,
    );
    for name in props.triggers.keys().chain(triggers) {
        note(true, Unsupported::Trigger(name.clone()));
    }
    for (channel, sender) in [("email", &props.senders.email), ("sms", &props.senders.sms)] {
        let Some(sender) = sender else { continue };
        let by_function = sender.handler.is_some();
        note(by_function, Unsupported::CustomSender(channel.to_owned()));
        note(!by_function, Unsupported::AwsSender(channel.to_owned()));
    }
    let providers = [
        "google",
        "facebook",
        "loginWithAmazon",
        "signInWithApple",
        "oidc",
        "saml",
    ];
    for name in providers {
        let asked = login
            .external_providers
            .as_ref()
            .is_some_and(|all| all.get(name).is_some());
        note(asked, Unsupported::ExternalProvider(name.to_owned()));
    }
    note(props.access.is_some(), Unsupported::Access);
    let mode = "/UserPoolAddOns/AdvancedSecurityMode";
    let guards = |resource: &Resource| {
        let mode = resource.properties().pointer(mode);
        mode.is_some_and(|mode| mode != "OFF")
    };
    note(resources.iter().any(guards), Unsupported::ThreatProtection);
    let secret = |resource: &&Resource| resource.properties()["GenerateSecret"] == true;
    for client in resources.iter().filter(secret) {
        let name = client.id.strip_prefix("Client").unwrap_or(&client.id);
        note(true, Unsupported::ClientSecret(name.to_owned()));
    }
    found
}
