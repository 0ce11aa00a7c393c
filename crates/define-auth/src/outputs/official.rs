//! Amplify's own `amplify_outputs.json` (schema 1.5), made of the L1 properties as Amplify makes it:
//! an assignment in `backend.ts` shows in it, an override does not.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Deployed;
use crate::Definition;

/// The `auth` section; the order of fields is Amplify's.
#[derive(Debug, Serialize)]
pub(super) struct Auth {
    pub(super) user_pool_id: String,
    pub(super) aws_region: String,
    pub(super) user_pool_client_id: String,
    pub(super) mfa_methods: Vec<&'static str>,
    pub(super) standard_required_attributes: Vec<String>,
    pub(super) username_attributes: Vec<String>,
    pub(super) user_verification_types: Vec<String>,
    pub(super) groups: Vec<Value>,
    pub(super) mfa_configuration: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password_policy: Option<PasswordPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oauth: Option<OAuth>,
    pub(super) unauthenticated_identities_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) passwordless: Option<Passwordless>,
}

/// `auth.password_policy`.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the four are Cognito's own")]
pub(super) struct PasswordPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_length: Option<u64>,
    pub(super) require_lowercase: bool,
    pub(super) require_numbers: bool,
    pub(super) require_symbols: bool,
    pub(super) require_uppercase: bool,
}

/// `auth.oauth`.
#[derive(Debug, Serialize)]
pub(super) struct OAuth {
    pub(super) identity_providers: Vec<&'static str>,
    pub(super) redirect_sign_in_uri: Vec<String>,
    pub(super) redirect_sign_out_uri: Vec<String>,
    pub(super) response_type: String,
    pub(super) scopes: Vec<String>,
    pub(super) domain: String,
}

/// `auth.passwordless`.
#[derive(Debug, Serialize)]
pub(super) struct Passwordless {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_otp_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sms_otp_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) web_authn: Option<WebAuthn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) preferred_challenge: Option<String>,
}

/// `auth.passwordless.web_authn`.
#[derive(Debug, Serialize)]
pub(super) struct WebAuthn {
    pub(super) relying_party_id: String,
    pub(super) user_verification: String,
}

/// The file.
pub(super) fn file(definition: &Definition, deployed: &Deployed<'_>) -> String {
    #[derive(Serialize)]
    struct File {
        auth: Auth,
        version: &'static str,
    }
    let file = File {
        auth: auth(definition, deployed),
        version: "1.5",
    };
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

/// Its `auth` section.
pub(super) fn auth(definition: &Definition, deployed: &Deployed<'_>) -> Auth {
    let pool = &definition.resources["cfnUserPool"];
    let identities = &definition.resources["cfnIdentityPool"];
    let words = |value: &Value| -> Vec<String> {
        let words = value.as_array().into_iter().flatten();
        words
            .filter_map(Value::as_str)
            .map(str::to_lowercase)
            .collect()
    };
    let schema = pool["schema"].as_array().into_iter().flatten();
    let required = schema.filter(|attribute| attribute["required"] == true);
    let required = required.filter_map(|attribute| attribute["name"].as_str());
    Auth {
        user_pool_id: deployed.pool_id.to_string(),
        aws_region: deployed.pool_id.region().to_owned(),
        user_pool_client_id: deployed.client_id.to_string(),
        mfa_methods: mfa_methods(pool),
        standard_required_attributes: required.map(str::to_lowercase).collect(),
        username_attributes: words(&pool["usernameAttributes"]),
        user_verification_types: words(&pool["autoVerifiedAttributes"]),
        groups: groups(&definition.resources["groups"]),
        mfa_configuration: match pool["mfaConfiguration"].as_str() {
            Some("ON") => "REQUIRED",
            Some("OPTIONAL") => "OPTIONAL",
            _ => "NONE",
        },
        password_policy: password_policy(&pool["policies"]),
        oauth: None,
        unauthenticated_identities_enabled: identities["allowUnauthenticatedIdentities"] == true,
        passwordless: passwordless(pool, definition.preferred_challenge.as_deref()),
    }
}

fn mfa_methods(pool: &Value) -> Vec<&'static str> {
    let enabled = pool["enabledMfas"].as_array().into_iter().flatten();
    let word = |method: &Value| match method.as_str() {
        Some("SMS_MFA") => Some("SMS"),
        Some("SOFTWARE_TOKEN_MFA") => Some("TOTP"),
        Some("EMAIL_OTP") => Some("EMAIL"),
        _ => None,
    };
    enabled.filter_map(word).collect()
}

fn groups(groups: &Value) -> Vec<Value> {
    let groups = groups.as_array().into_iter().flatten();
    let entry = |group: &Value| {
        let name = group["groupName"].as_str().unwrap_or_default().to_owned();
        let precedence = json!({ "precedence": group["precedence"] });
        Value::Object(Map::from_iter([(name, precedence)]))
    };
    groups.map(entry).collect()
}

fn password_policy(policies: &Value) -> Option<PasswordPolicy> {
    let policy = policies.get("passwordPolicy")?;
    let on = |key: &str| policy[key] == true;
    Some(PasswordPolicy {
        min_length: policy["minimumLength"].as_u64(),
        require_lowercase: on("requireLowercase"),
        require_numbers: on("requireNumbers"),
        require_symbols: on("requireSymbols"),
        require_uppercase: on("requireUppercase"),
    })
}

fn passwordless(pool: &Value, preferred: Option<&str>) -> Option<Passwordless> {
    let policy = pool["policies"]
        .get("signInPolicy")
        .filter(|policy| !policy.is_null());
    let preferred = preferred.filter(|challenge| !challenge.is_empty());
    if policy.is_none() && preferred.is_none() {
        return None;
    }
    let factors = policy.map(|policy| policy["allowedFirstAuthFactors"].as_array());
    let factors = factors.map(|factors| factors.map_or(&[][..], Vec::as_slice));
    let has = |factor: &str| factors.map(|factors| factors.iter().any(|each| each == factor));
    let text = |key: &str, default: &str| {
        let given = pool[key].as_str().filter(|text| !text.is_empty());
        given.unwrap_or(default).to_owned()
    };
    Some(Passwordless {
        email_otp_enabled: has("EMAIL_OTP"),
        sms_otp_enabled: has("SMS_OTP"),
        web_authn: has("WEB_AUTHN").unwrap_or_default().then(|| WebAuthn {
            relying_party_id: text("webAuthnRelyingPartyId", ""),
            user_verification: text("webAuthnUserVerification", "preferred"),
        }),
        preferred_challenge: preferred.map(str::to_owned),
    })
}
