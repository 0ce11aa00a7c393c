//! From CloudFormation's properties to the pool's configuration.

mod client;

use poolhouse_domain::attributes::{AttributeKind, AttributeSpec, Schema};
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
use serde_json::Value;

use crate::backend::Resource;
use crate::diagnostic::Diagnostic;
use crate::pool::client::Client;
use crate::position::Sources;
use crate::unread::{Reader, Unread};

/// What a server is told of the resources, and what of them it is not told.
#[derive(Debug)]
pub(crate) struct Read {
    /// The configuration.
    pub(crate) config: PoolConfig,
    /// The properties that are in none of it.
    pub(crate) unread: Vec<Unread>,
}

/// The configuration of the pool that `resources` describe.
pub(crate) fn pool(
    resources: &[Resource],
    preferred: Option<&str>,
    sources: &Sources,
) -> Result<Read, Diagnostic> {
    let mut reader = Reader::new(sources);
    let of = |kind: &'static str| {
        resources
            .iter()
            .filter(move |resource| resource.kind == kind)
    };
    let user_pool = of("AWS::Cognito::UserPool").next();
    let pool: UserPool = match user_pool {
        Some(resource) => reader.read(resource)?,
        None => UserPool::default(),
    };
    let mut groups = Vec::new();
    for group in of("AWS::Cognito::UserPoolGroup") {
        groups.push(reader.read::<GroupProperties>(group)?.into());
    }
    let mut clients = Vec::new();
    for client in of("AWS::Cognito::UserPoolClient") {
        let name = client_name(&client.id);
        clients.push(reader.read::<Client>(client)?.config(name));
    }
    let preferred = preferred.and_then(|word| FirstFactor::deserialize(Value::from(word)).ok());
    Ok(Read {
        config: pool.config(groups, clients, preferred),
        unread: reader.unread,
    })
}

/// What a client is called here, by its logical id.
pub(crate) fn client_name(id: &str) -> &str {
    match id {
        "UserPoolClient" => ClientConfig::DEFAULT_NAME,
        _ => id.strip_prefix("Client").unwrap_or(id),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UserPool {
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
    fn config(
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
            schema: Schema(self.schema.iter().map(attribute).collect()),
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

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct SchemaAttribute {
    name: String,
    required: bool,
    mutable: Option<bool>,
    attribute_data_type: Option<String>,
    string_attribute_constraints: StringConstraints,
    number_attribute_constraints: NumberConstraints,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct StringConstraints {
    min_length: Option<String>,
    max_length: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NumberConstraints {
    min_value: Option<String>,
    max_value: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupProperties {
    group_name: String,
    #[serde(default)]
    precedence: u32,
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

impl From<GroupProperties> for Group {
    fn from(group: GroupProperties) -> Self {
        Self {
            name: group.group_name,
            precedence: group.precedence,
        }
    }
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

fn attribute(given: &SchemaAttribute) -> AttributeSpec {
    let standard = Schema::default().get(&given.name);
    let kind = given.attribute_data_type.as_deref();
    let (text, number) = (
        &given.string_attribute_constraints,
        &given.number_attribute_constraints,
    );
    let length = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    let value = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    let string = AttributeKind::String {
        min: length(&text.min_length),
        max: length(&text.max_length),
    };
    let kind = match (kind, &standard) {
        (None, Some(standard)) => standard.kind.clone(),
        (Some("Number"), _) => AttributeKind::Number {
            min: value(&number.min_value),
            max: value(&number.max_value),
        },
        (Some("Boolean"), _) => AttributeKind::Boolean,
        (Some("DateTime"), _) => AttributeKind::DateTime,
        _ => string,
    };
    let name = match standard {
        Some(standard) => standard.name,
        None => format!("custom:{}", given.name),
    };
    AttributeSpec {
        name,
        required: given.required,
        mutable: given.mutable.unwrap_or(true),
        kind,
    }
}
