//! What a definition asks for and a server may not have.

use std::fmt;

use poolhouse_domain::pool::{ContactAttribute, FirstFactor, Mfa, PoolConfig};
use serde_json::Value;

use crate::backend::Resource;
use crate::l1::token;
use crate::pool::client_name;
use crate::props::Props;
use crate::unread::Unread;

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
    /// Hosted login for an app client, by its name.
    HostedLogin(String),
    /// A property of a resource that no other variant is about: the resource, and the property's path.
    Property(String, String),
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
            Self::Access => f.write_str("access: functions with access to the pool"),
            Self::ClientSecret(name) => write!(f, "client {name}: client secrets"),
            Self::HostedLogin(name) => write!(f, "client {name}: hosted login and OAuth"),
            Self::Property(resource, path) => {
                write!(f, "{resource}.{path}: this property of AWS")
            }
        }
    }
}

/// All of it, in the order of the documentation; `triggers` are those of `addTrigger`.
pub(crate) fn unsupported(
    props: &Props,
    triggers: &[String],
    pool: &PoolConfig,
    resources: &[Resource],
    unread: &[Unread],
) -> Vec<Unsupported> {
    let find = |id: &str| resources.iter().find(|resource| resource.id == id);
    let user_pool = find("UserPool").map_or(&Value::Null, Resource::properties);
    let mut found = sign_in(pool);
    let template = &user_pool["VerificationMessageTemplate"];
    let by_link = template["DefaultEmailOption"] == "CONFIRM_WITH_LINK";
    found.extend(by_link.then_some(Unsupported::VerificationLink));
    let invitation = user_pool["AdminCreateUserConfig"]["InviteMessageTemplate"].as_object();
    found.extend(invitation.map(|_| Unsupported::Invitation));
    found.extend(functions(&user_pool["LambdaConfig"], triggers));
    found.extend(aws_senders(props, user_pool));
    let external = props.login_with.external_providers.as_ref();
    let providers = PROVIDERS
        .iter()
        .filter(|name| external.is_some_and(|all| all.get(name).is_some()));
    found.extend(providers.map(|name| Unsupported::ExternalProvider((*name).to_owned())));
    found.extend(props.access.map(|_| Unsupported::Access));
    let mode = user_pool["UserPoolAddOns"]["AdvancedSecurityMode"].as_str();
    let guarded = mode.is_some_and(|mode| mode != "OFF");
    found.extend(guarded.then_some(Unsupported::ThreatProtection));
    for client in resources {
        if client.kind == "AWS::Cognito::UserPoolClient" {
            found.extend(of_client(client));
        }
    }
    let lost = unread.iter().filter(|unread| !is_harmless(unread));
    found.extend(lost.map(|lost| Unsupported::Property(lost.id.clone(), lost.path.clone())));
    let mut unique = Vec::new();
    for feature in found {
        if !unique.contains(&feature) {
            unique.push(feature);
        }
    }
    unique
}

const PROVIDERS: [&str; 6] = [
    "google",
    "facebook",
    "loginWithAmazon",
    "signInWithApple",
    "oidc",
    "saml",
];

fn sign_in(pool: &PoolConfig) -> Vec<Unsupported> {
    let asked = [
        (
            pool.username_attributes.is_empty(),
            Unsupported::UsernameLogin,
        ),
        (
            pool.signs_in_with(ContactAttribute::PhoneNumber),
            Unsupported::PhoneLogin,
        ),
        (pool.allows(FirstFactor::SmsOtp), Unsupported::SmsOtp),
        (pool.allows(FirstFactor::WebAuthn), Unsupported::Passkeys),
        (pool.mfa != Mfa::Off, Unsupported::Mfa),
    ];
    let asked = asked.into_iter().filter(|(asked, _)| *asked);
    asked.map(|(_, feature)| feature).collect()
}

/// The functions of `LambdaConfig`, and those that `addTrigger` added.
fn functions(config: &Value, added: &[String]) -> Vec<Unsupported> {
    let names = config.as_object().into_iter().flat_map(|all| all.keys());
    let function = |name: &String| match name.as_str() {
        "KMSKeyID" => None,
        "CustomEmailSender" => Some(Unsupported::CustomSender("email".to_owned())),
        "CustomSMSSender" => Some(Unsupported::CustomSender("sms".to_owned())),
        name => Some(Unsupported::Trigger(lower_first(name))),
    };
    let added = added.iter().map(|name| Unsupported::Trigger(name.clone()));
    names.filter_map(function).chain(added).collect()
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn aws_senders(props: &Props, user_pool: &Value) -> Vec<Unsupported> {
    let email = user_pool["EmailConfiguration"].is_object();
    let sender = props.senders.sms.as_ref();
    let role = &user_pool["SmsConfiguration"]["SnsCallerArn"];
    let sms = sender.is_some_and(|sender| sender.handler.is_none())
        || !(role.is_null() || *role == token("SmsRole.Arn"));
    let asked = [("email", email), ("sms", sms)].into_iter();
    asked
        .filter(|(_, asked)| *asked)
        .map(|(channel, _)| Unsupported::AwsSender(channel.to_owned()))
        .collect()
}

fn of_client(client: &Resource) -> Vec<Unsupported> {
    let properties = client.properties();
    let name = || client_name(&client.id).to_owned();
    let secret = properties["GenerateSecret"] == true;
    let hosted = OAUTH
        .iter()
        .any(|(path, is_default)| !is_default(&properties[*path]));
    let mut found = Vec::new();
    found.extend(secret.then(|| Unsupported::ClientSecret(name())));
    found.extend(hosted.then(|| Unsupported::HostedLogin(name())));
    found
}

/// Whether a property says no more than what happens without it.
type Test = fn(&Value) -> bool;

const ALWAYS: Test = |_| true;

/// Whether there is nothing in a list but words of `known`.
fn only(value: &Value, known: &[&str]) -> bool {
    let mut words = value.as_array().into_iter().flatten();
    words.all(|word| word.as_str().is_some_and(|word| known.contains(&word)))
}

const SCOPES: &[&str] = &[
    "phone",
    "email",
    "openid",
    "profile",
    "aws.cognito.signin.user.admin",
];

/// The properties of a client that are about hosted login, and what Amplify makes of them without
/// being asked.
const OAUTH: &[(&str, Test)] = &[
    ("AllowedOAuthFlows", |flows| {
        only(flows, &["code", "implicit"])
    }),
    ("AllowedOAuthFlowsUserPoolClient", ALWAYS),
    ("AllowedOAuthScopes", |scopes| only(scopes, SCOPES)),
    ("CallbackURLs", |urls| only(urls, &["https://example.com"])),
    ("DefaultRedirectURI", Value::is_null),
    ("LogoutURLs", |urls| only(urls, &[])),
];

/// The properties that are not lost although nobody reads them: they say what happens anyway, mean
/// something on AWS only, or are told by another line.
const HARMLESS: &[(&str, &str, Test)] = &[
    (
        "UserPool",
        "AdminCreateUserConfig.InviteMessageTemplate",
        ALWAYS,
    ),
    ("UserPool", "AliasAttributes", |names| only(names, &[])),
    ("UserPool", "DeletionProtection", ALWAYS),
    ("UserPool", "EmailConfiguration.ConfigurationSet", ALWAYS),
    ("UserPool", "EmailConfiguration.EmailSendingAccount", ALWAYS),
    ("UserPool", "EmailConfiguration.SourceArn", ALWAYS),
    ("UserPool", "LambdaConfig", ALWAYS),
    (
        "UserPool",
        "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        |days| days == 7,
    ),
    ("UserPool", "Schema.*.DeveloperOnlyAttribute", |on| {
        on == false
    }),
    ("UserPool", "SmsConfiguration", ALWAYS),
    ("UserPool", "UserPoolAddOns", |on| {
        on["AdvancedSecurityMode"].is_string()
    }),
    ("UserPool", "UserPoolTags", ALWAYS),
    ("UserPool", "UserPoolTier", |tier| tier == "ESSENTIALS"),
    ("UserPool", "UsernameConfiguration", |configuration| {
        configuration == &serde_json::json!({ "CaseSensitive": false })
    }),
    (
        "UserPool",
        "VerificationMessageTemplate.DefaultEmailOption",
        ALWAYS,
    ),
    (
        "UserPool",
        "VerificationMessageTemplate.EmailMessageByLink",
        ALWAYS,
    ),
    (
        "UserPool",
        "VerificationMessageTemplate.EmailSubjectByLink",
        ALWAYS,
    ),
    ("UserPoolClient", "ClientName", ALWAYS),
    (
        "UserPoolClient",
        "EnablePropagateAdditionalUserContextData",
        |on| on == false,
    ),
    ("UserPoolClient", "SupportedIdentityProviders", |names| {
        names
            .as_array()
            .is_some_and(|names| names.iter().any(|name| name == "COGNITO"))
    }),
    ("UserPoolClient", "UserPoolId", ALWAYS),
    ("UserPoolGroup", "Description", ALWAYS),
    ("UserPoolGroup", "RoleArn", |role| {
        role.as_str()
            .is_some_and(|role| role.starts_with("${Token[Group"))
    }),
    ("UserPoolGroup", "UserPoolId", ALWAYS),
];

fn is_harmless(unread: &Unread) -> bool {
    let kind = unread.kind.rsplit("::").next().unwrap_or_default();
    let named = unread.path.split('.').map(|name| {
        let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { name }
    });
    let path: Vec<&str> = named.collect();
    let path = path.join(".");
    let oauth = OAUTH.iter().any(|(name, _)| *name == path);
    let mut harmless = HARMLESS.iter();
    unread.value.is_null()
        || (kind == "UserPoolClient" && oauth)
        || harmless.any(|(of, name, test)| *of == kind && *name == path && test(&unread.value))
}

#[cfg(test)]
mod tests;
