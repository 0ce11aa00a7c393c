//! From CloudFormation's properties to the pool's configuration.

mod client;

use poolhouse_domain::attributes::{AttributeKind, AttributeSpec, Schema};
use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::message::{EmailTemplate, SmsTemplate};
use poolhouse_domain::passkey::PasskeyConfig;
use poolhouse_domain::pool::{
    CodePolicy, ContactAttribute, FirstFactor, Group, Messages, Mfa, MfaMethod, PasswordPolicy,
    PoolConfig, RelyingParty,
};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::backend::Resource;
use crate::diagnostic::Diagnostic;
use crate::pool::client::Client;

/// The configuration of the pool that `resources` describe.
pub(crate) fn pool(
    resources: &[Resource],
    preferred: Option<&str>,
) -> Result<PoolConfig, Diagnostic> {
    let of = |kind: &'static str| {
        resources
            .iter()
            .filter(move |resource| resource.kind == kind)
    };
    let user_pool = of("AWS::Cognito::UserPool")
        .next()
        .map(Resource::properties);
    let pool: UserPool = read("UserPool", user_pool.unwrap_or(&Value::Null))?;
    let groups = of("AWS::Cognito::UserPoolGroup").map(|group| read(&group.id, group.properties()));
    let groups: Result<Vec<GroupProperties>, Diagnostic> = groups.collect();
    let clients = of("AWS::Cognito::UserPoolClient").map(|client| {
        let name = client.id.strip_prefix("Client").unwrap_or(&client.id);
        let is_default = client.id == "UserPoolClient";
        let properties: Client = read(&client.id, client.properties())?;
        Ok(properties.config(if is_default {
            ClientConfig::DEFAULT_NAME
        } else {
            name
        }))
    });
    let preferred = preferred.map(|word| read("preferredChallenge", &Value::from(word)));
    Ok(PoolConfig {
        clients: clients.collect::<Result<_, _>>()?,
        groups: groups?.into_iter().map(Into::into).collect(),
        messages: messages(&pool),
        schema: Schema(pool.schema.iter().map(attribute).collect()),
        name: pool.name,
        username_attributes: pool.username_attributes,
        auto_verified_attributes: pool.auto_verified_attributes,
        verify_before_update: pool.user_attribute_update_settings.attributes,
        first_factors: pool.policies.sign_in_policy.allowed_first_auth_factors,
        preferred_challenge: preferred.transpose()?,
        self_sign_up: !pool.admin_create_user_config.allow_admin_create_user_only,
        relying_party: pool.web_authn_relying_party_id.map(|id| RelyingParty {
            id,
            user_verification_required: pool.web_authn_user_verification.as_deref()
                == Some("required"),
        }),
        passkeys: PasskeyConfig::default(),
        mfa: pool.mfa_configuration,
        mfa_methods: pool.enabled_mfas,
        password_policy: password_policy(&pool.policies.password_policy),
        codes: CodePolicy::default(),
    })
}

fn read<T: DeserializeOwned>(what: &str, value: &Value) -> Result<T, Diagnostic> {
    T::deserialize(value)
        .map_err(|error| Diagnostic::error(format!("{what} is not what Cognito takes: {error}")))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct UserPool {
    #[serde(rename = "UserPoolName")]
    name: Option<String>,
    #[serde(deserialize_with = "contacts")]
    username_attributes: Vec<ContactAttribute>,
    #[serde(deserialize_with = "contacts")]
    auto_verified_attributes: Vec<ContactAttribute>,
    user_attribute_update_settings: UpdateSettings,
    schema: Vec<SchemaAttribute>,
    policies: Policies,
    admin_create_user_config: AdminCreateUser,
    #[serde(rename = "WebAuthnRelyingPartyID")]
    web_authn_relying_party_id: Option<String>,
    web_authn_user_verification: Option<String>,
    mfa_configuration: Mfa,
    enabled_mfas: Vec<MfaMethod>,
    sms_authentication_message: Option<String>,
    email_authentication_message: Option<String>,
    email_authentication_subject: Option<String>,
    email_verification_message: Option<String>,
    email_verification_subject: Option<String>,
    sms_verification_message: Option<String>,
    verification_message_template: VerificationTemplate,
}

#[derive(Debug, Default, Deserialize)]
struct UpdateSettings {
    #[serde(rename = "AttributesRequireVerificationBeforeUpdate", default)]
    attributes: Vec<ContactAttribute>,
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
    }
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
