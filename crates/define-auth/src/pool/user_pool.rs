//! The pool itself, from CloudFormation's properties.

use poolhouse_domain::attributes::Schema;
use poolhouse_domain::budget::BudgetPolicy;
use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::delivery::DeliveryConfig;
use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::message::{EmailTemplate, SmsTemplate};
use poolhouse_domain::passkey::{FactorConfiguration, PasskeyConfig};
use poolhouse_domain::pool::{
    CodePolicy, ContactAttribute, EmailSender, FirstFactor, Group, Messages, Mfa, MfaMethod,
    PasswordPolicy, PoolConfig, RelyingParty,
};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};

use super::attributes::SchemaAttribute;

/// `AWS::Cognito::UserPool`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UserPool {
    #[serde(rename = "UserPoolName")]
    name: Option<String>,
    #[serde(deserialize_with = "contacts")]
    username_attributes: Vec<ContactAttribute>,
    #[serde(deserialize_with = "contacts")]
    auto_verified_attributes: Vec<ContactAttribute>,
    user_attribute_update_settings: UpdateSettings,
    account_recovery_setting: RecoverySetting,
    schema: Vec<SchemaAttribute>,
    policies: Policies,
    admin_create_user_config: AdminCreateUser,
    #[serde(rename = "WebAuthnRelyingPartyID")]
    web_authn_relying_party_id: Option<String>,
    web_authn_user_verification: Option<String>,
    web_authn_factor_configuration: FactorConfiguration,
    mfa_configuration: Mfa,
    enabled_mfas: Vec<MfaMethod>,
    device_configuration: Devices,
    sms_authentication_message: Option<String>,
    email_authentication_message: Option<String>,
    email_authentication_subject: Option<String>,
    email_verification_message: Option<String>,
    email_verification_subject: Option<String>,
    sms_verification_message: Option<String>,
    verification_message_template: VerificationTemplate,
    email_configuration: EmailConfiguration,
}

impl UserPool {
    /// The pool with these groups and clients, which ask for `preferred_challenge` first.
    pub(super) fn config(
        self,
        groups: Vec<Group>,
        clients: Vec<ClientConfig>,
        preferred_challenge: Option<FirstFactor>,
    ) -> PoolConfig {
        PoolConfig {
            clients,
            groups,
            messages: messages(&self),
            recovery: recovery(&self),
            schema: Schema(self.schema.iter().map(SchemaAttribute::spec).collect()),
            name: self.name,
            username_attributes: self.username_attributes,
            auto_verified_attributes: self.auto_verified_attributes,
            verify_before_update: self.user_attribute_update_settings.attributes,
            first_factors: self.policies.sign_in_policy.allowed_first_auth_factors,
            preferred_challenge,
            self_sign_up: !self.admin_create_user_config.allow_admin_create_user_only,
            relying_party: self.web_authn_relying_party_id.map(|id| RelyingParty {
                id,
                user_verification_required: self.web_authn_user_verification.as_deref()
                    == Some("required"),
            }),
            passkeys: PasskeyConfig {
                factor: self.web_authn_factor_configuration,
                ..PasskeyConfig::default()
            },
            mfa: self.mfa_configuration,
            mfa_methods: self.enabled_mfas,
            devices: self.device_configuration.config(),
            password_policy: password_policy(&self.policies.password_policy),
            email_sender: self.email_configuration.sender(),
            delivery: DeliveryConfig::default(),
            codes: CodePolicy::default(),
            budgets: BudgetPolicy::in_production(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct EmailConfiguration {
    from: Option<String>,
    reply_to_email_address: Option<String>,
}

impl EmailConfiguration {
    fn sender(self) -> Option<EmailSender> {
        Some(EmailSender {
            reply_to: self.reply_to_email_address,
            ..EmailSender::parse(&self.from?)
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Devices {
    challenge_required_on_new_device: Option<bool>,
    device_only_remembered_on_user_prompt: Option<bool>,
}

impl Devices {
    /// Devices are remembered as soon as either is said, whatever it is.
    fn config(&self) -> Option<DeviceConfig> {
        let said = [
            self.challenge_required_on_new_device,
            self.device_only_remembered_on_user_prompt,
        ];
        let [stands_for_mfa, asks_user] = said.map(Option::unwrap_or_default);
        said.iter().any(Option::is_some).then_some(DeviceConfig {
            stands_for_mfa,
            asks_user,
        })
    }
}

#[derive(Debug, Default, Deserialize)]
struct UpdateSettings {
    #[serde(rename = "AttributesRequireVerificationBeforeUpdate", default)]
    attributes: Vec<ContactAttribute>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RecoverySetting {
    recovery_mechanisms: Option<Vec<RecoveryMechanism>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RecoveryMechanism {
    name: RecoveryName,
    priority: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecoveryName {
    VerifiedEmail,
    VerifiedPhoneNumber,
    AdminOnly,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct VerificationTemplate {
    email_message: Option<String>,
    email_subject: Option<String>,
    sms_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct AdminCreateUser {
    allow_admin_create_user_only: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Policies {
    password_policy: PasswordProperties,
    sign_in_policy: SignInPolicy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct SignInPolicy {
    allowed_first_auth_factors: Vec<FirstFactor>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct PasswordProperties {
    minimum_length: Option<u32>,
    require_lowercase: Option<bool>,
    require_uppercase: Option<bool>,
    require_numbers: Option<bool>,
    require_symbols: Option<bool>,
    password_history_size: usize,
}

/// Contacts in whatever case.
fn contacts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ContactAttribute>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let contact = |word: &String| {
        let word = word.to_lowercase();
        ContactAttribute::deserialize(word.as_str().into_deserializer())
    };
    words.iter().map(contact).collect()
}

fn password_policy(given: &PasswordProperties) -> PasswordPolicy {
    PasswordPolicy {
        minimum_length: given.minimum_length.unwrap_or(8),
        require_lowercase: given.require_lowercase.unwrap_or(false),
        require_uppercase: given.require_uppercase.unwrap_or(false),
        require_numbers: given.require_numbers.unwrap_or(false),
        require_symbols: given.require_symbols.unwrap_or(false),
        history: given.password_history_size,
    }
}

fn messages(pool: &UserPool) -> Messages {
    let default = Messages::default();
    let template = &pool.verification_message_template;
    let email =
        |subject: Option<&String>, body: Option<&String>, default: EmailTemplate| EmailTemplate {
            subject: subject.cloned().unwrap_or(default.subject),
            body: body.cloned().unwrap_or(default.body),
            html: None,
        };
    let sms =
        |text: Option<&String>, default: SmsTemplate| text.cloned().map_or(default, SmsTemplate);
    let subject = template.email_subject.as_ref();
    let body = template.email_message.as_ref();
    let verification = template.sms_message.as_ref();
    Messages {
        verification_email: email(
            subject.or(pool.email_verification_subject.as_ref()),
            body.or(pool.email_verification_message.as_ref()),
            default.verification_email,
        ),
        verification_sms: sms(
            verification.or(pool.sms_verification_message.as_ref()),
            default.verification_sms,
        ),
        sign_in_email: email(
            pool.email_authentication_subject.as_ref(),
            pool.email_authentication_message.as_ref(),
            default.sign_in_email,
        ),
        sign_in_sms: sms(
            pool.sms_authentication_message.as_ref(),
            default.sign_in_sms,
        ),
        reset_email: default.reset_email,
        reset_sms: default.reset_sms,
        ..default
    }
}

/// By which contacts a forgotten password is replaced. Where nothing is said, Cognito prefers texts.
fn recovery(pool: &UserPool) -> Vec<ContactAttribute> {
    let Some(given) = &pool.account_recovery_setting.recovery_mechanisms else {
        return vec![ContactAttribute::PhoneNumber, ContactAttribute::Email];
    };
    let mut ranked: Vec<_> = given.iter().collect();
    ranked.sort_by_key(|mechanism| mechanism.priority);
    let contact = |mechanism: &RecoveryMechanism| match mechanism.name {
        RecoveryName::VerifiedEmail => Some(ContactAttribute::Email),
        RecoveryName::VerifiedPhoneNumber => Some(ContactAttribute::PhoneNumber),
        RecoveryName::AdminOnly => None,
    };
    ranked.into_iter().filter_map(contact).collect()
}
