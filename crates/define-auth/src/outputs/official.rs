//! Amplify's own `amplify_outputs.json` (schema 1.5), made of the L1 properties as Amplify makes it:
//! an assignment in `backend.ts` shows in it, an override does not.

use poolhouse_domain::pool::FirstFactor;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Deployed, custom};
use crate::Definition;
use crate::backend::Resource;

/// The version of the schema.
const VERSION: &str = "1.5";

/// The `auth` section; the order of fields is Amplify's.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Auth {
    pub(super) user_pool_id: String,
    pub(super) aws_region: String,
    pub(super) user_pool_client_id: String,
    pub(super) mfa_methods: Vec<String>,
    pub(super) standard_required_attributes: Vec<String>,
    pub(super) username_attributes: Vec<String>,
    pub(super) user_verification_types: Vec<String>,
    pub(super) groups: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mfa_configuration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password_policy: Option<PasswordPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oauth: Option<OAuth>,
    pub(super) unauthenticated_identities_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) passwordless: Option<Passwordless>,
}

/// `auth.password_policy`.
#[derive(Debug, Deserialize, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the four are Cognito's own")]
pub(super) struct PasswordPolicy {
    pub(super) min_length: u64,
    pub(super) require_lowercase: bool,
    pub(super) require_numbers: bool,
    pub(super) require_symbols: bool,
    pub(super) require_uppercase: bool,
}

/// `auth.oauth`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct OAuth {
    pub(super) identity_providers: Vec<String>,
    pub(super) redirect_sign_in_uri: Vec<String>,
    pub(super) redirect_sign_out_uri: Vec<String>,
    pub(super) response_type: String,
    pub(super) scopes: Vec<String>,
    pub(super) domain: String,
}

/// `auth.passwordless`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
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
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct WebAuthn {
    pub(super) relying_party_id: String,
    pub(super) user_verification: String,
}

/// The file; `more` are keys of the `auth` section that the schema lacks.
pub(super) fn file(
    definition: &Definition,
    deployed: &Deployed<'_>,
    more: &[(&str, &str)],
) -> String {
    let custom = custom::resolve(&definition.custom, deployed);
    if custom.as_object().is_none_or(Map::is_empty) && more.is_empty() {
        #[derive(Serialize)]
        struct File {
            auth: Auth,
            version: &'static str,
        }
        let (auth, version) = (defined(definition, deployed), VERSION);
        return serde_json::to_string_pretty(&File { auth, version }).unwrap_or_default();
    }
    let mut file = whole(definition, deployed);
    for (key, value) in more {
        file["auth"][*key] = Value::from(*value);
    }
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

/// The file with what `addOutput` adds.
fn whole(definition: &Definition, deployed: &Deployed<'_>) -> Value {
    let mut file = value(definition, deployed);
    // What contradicts was refused when the definition was read.
    let _ = custom::lay(
        &mut file,
        &custom::resolve(&definition.custom, deployed),
        "",
    );
    file
}

/// Its `auth` section. What does not fit into one was refused when the definition was read.
pub(super) fn auth(definition: &Definition, deployed: &Deployed<'_>) -> Auth {
    let file = whole(definition, deployed);
    Auth::deserialize(&file["auth"]).unwrap_or_else(|_| defined(definition, deployed))
}

/// The file without what `addOutput` adds.
pub(super) fn value(definition: &Definition, deployed: &Deployed<'_>) -> Value {
    json!({ "auth": defined(definition, deployed), "version": VERSION })
}

/// Its `auth` section.
fn defined(definition: &Definition, deployed: &Deployed<'_>) -> Auth {
    let resources = &definition.resources;
    let (pool, client) = (l1(resources, "UserPool"), l1(resources, "UserPoolClient"));
    let words = |value: &Value| -> Vec<String> {
        strings(value)
            .iter()
            .map(|word| word.to_lowercase())
            .collect()
    };
    let schema = pool["schema"].as_array().into_iter().flatten();
    let required = schema.filter(|attribute| attribute["required"] == true);
    let required = required.filter_map(|attribute| attribute["name"].as_str());
    let guests = &l1(resources, "IdentityPool")["allowUnauthenticatedIdentities"];
    Auth {
        user_pool_id: deployed.pool_id.to_string(),
        aws_region: deployed.pool_id.region().to_owned(),
        user_pool_client_id: deployed.client.id.to_string(),
        mfa_methods: mfa_methods(&pool),
        standard_required_attributes: required.map(str::to_lowercase).collect(),
        username_attributes: words(&pool["usernameAttributes"]),
        user_verification_types: strings(&pool["autoVerifiedAttributes"]),
        groups: groups(resources),
        mfa_configuration: match pool["mfaConfiguration"].as_str() {
            Some("ON") => Some("REQUIRED"),
            Some("OPTIONAL") => Some("OPTIONAL"),
            None | Some("OFF") => Some("NONE"),
            Some(_) => None,
        }
        .map(str::to_owned),
        password_policy: password_policy(&pool["policies"]),
        oauth: oauth(resources, &client, deployed.endpoint),
        unauthenticated_identities_enabled: *guests == true,
        passwordless: passwordless(&pool, definition.pool.preferred_challenge),
    }
}

fn l1(resources: &[Resource], id: &str) -> Value {
    let found = resources.iter().find(|resource| resource.id == id);
    found
        .map(|resource| resource.l1.clone())
        .unwrap_or_default()
}

fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn mfa_methods(pool: &Value) -> Vec<String> {
    let enabled = pool["enabledMfas"].as_array().into_iter().flatten();
    let word = |method: &Value| match method.as_str() {
        Some("SMS_MFA") => Some("SMS"),
        Some("SOFTWARE_TOKEN_MFA") => Some("TOTP"),
        Some("EMAIL_OTP") => Some("EMAIL"),
        _ => None,
    };
    enabled.filter_map(word).map(str::to_owned).collect()
}

/// The groups of the definition: not those that `backend.ts` adds.
fn groups(resources: &[Resource]) -> Vec<Value> {
    let is_defined = |resource: &&Resource| {
        let number = resource.id.strip_prefix("Group");
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let entry = |group: &Resource| {
        let name = group.l1["groupName"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let precedence = json!({ "precedence": group.l1["precedence"] });
        Value::Object(Map::from_iter([(name, precedence)]))
    };
    resources.iter().filter(is_defined).map(entry).collect()
}

fn password_policy(policies: &Value) -> Option<PasswordPolicy> {
    let policy = policies.get("passwordPolicy")?;
    let on = |key: &str| policy[key] == true;
    Some(PasswordPolicy {
        min_length: policy["minimumLength"].as_u64().unwrap_or(8),
        require_lowercase: on("requireLowercase"),
        require_numbers: on("requireNumbers"),
        require_symbols: on("requireSymbols"),
        require_uppercase: on("requireUppercase"),
    })
}

fn oauth(resources: &[Resource], client: &Value, endpoint: &str) -> Option<OAuth> {
    let (sign_in, sign_out) = (
        strings(&client["callbackUrLs"]),
        strings(&client["logoutUrLs"]),
    );
    if sign_in.is_empty() || sign_out.is_empty() {
        return None;
    }
    let provider = |resource: &Resource| match resource.l1["providerType"].as_str()? {
        "Google" => Some("GOOGLE"),
        "Facebook" => Some("FACEBOOK"),
        "SignInWithApple" => Some("SIGN_IN_WITH_APPLE"),
        "LoginWithAmazon" => Some("LOGIN_WITH_AMAZON"),
        _ => None,
    };
    let providers = resources.iter().filter_map(provider);
    Some(OAuth {
        identity_providers: providers.map(str::to_owned).collect(),
        redirect_sign_in_uri: sign_in,
        redirect_sign_out_uri: sign_out,
        response_type: strings(&client["allowedOAuthFlows"]).join(","),
        scopes: strings(&client["allowedOAuthScopes"]),
        domain: super::host(endpoint).to_owned(),
    })
}

fn passwordless(pool: &Value, preferred: Option<FirstFactor>) -> Option<Passwordless> {
    let policy = pool["policies"]
        .get("signInPolicy")
        .filter(|policy| !policy.is_null());
    if policy.is_none() && preferred.is_none() {
        return None;
    }
    let factors = policy.map(|policy| strings(&policy["allowedFirstAuthFactors"]));
    let has = |name: &str| {
        let factors = factors.as_ref()?;
        Some(factors.iter().any(|factor| factor == name))
    };
    let text = |key: &str, default: &str| {
        let given = pool[key].as_str().filter(|text| !text.is_empty());
        given.unwrap_or(default).to_owned()
    };
    Some(Passwordless {
        email_otp_enabled: has("EMAIL_OTP"),
        sms_otp_enabled: has("SMS_OTP"),
        web_authn: (has("WEB_AUTHN") == Some(true)).then(|| WebAuthn {
            relying_party_id: text("webAuthnRelyingPartyId", ""),
            user_verification: text("webAuthnUserVerification", "preferred"),
        }),
        preferred_challenge: preferred.map(|factor| factor.as_str().to_owned()),
    })
}
