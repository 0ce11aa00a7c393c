//! aws-amplify's `ResourcesConfig`: what its `parseAmplifyConfig` (6.22) makes of the official file,
//! and the endpoint, for which the official file has no word.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::official::{Auth, OAuth, PasswordPolicy, Passwordless};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cognito<'a> {
    user_pool_id: &'a str,
    user_pool_client_id: &'a str,
    user_pool_endpoint: &'a str,
    groups: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    password_format: Option<Value>,
    mfa: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_guest_access: Option<bool>,
    login_with: LoginWith,
    user_attributes: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passwordless: Option<Value>,
}

#[derive(Serialize)]
struct LoginWith {
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth: Option<Value>,
    email: bool,
    phone: bool,
    username: bool,
}

/// The file.
pub(super) fn resources_config(auth: &Auth, endpoint: &str, added: &Value) -> String {
    let has = |name: &str| auth.username_attributes.iter().any(|each| each == name);
    let second = |name: &str| auth.mfa_methods.iter().any(|each| each == name);
    let required = auth.standard_required_attributes.iter();
    let cognito = Cognito {
        user_pool_id: &auth.user_pool_id,
        user_pool_client_id: &auth.user_pool_client_id,
        user_pool_endpoint: endpoint,
        groups: &auth.groups,
        password_format: auth.password_policy.as_ref().map(password_format),
        mfa: json!({
            "status": match auth.mfa_configuration.as_deref() {
                Some("OPTIONAL") => "optional",
                Some("REQUIRED") => "on",
                _ => "off",
            },
            "smsEnabled": second("SMS"),
            "totpEnabled": second("TOTP"),
        }),
        allow_guest_access: auth.unauthenticated_identities_enabled.then_some(true),
        login_with: LoginWith {
            oauth: auth.oauth.as_ref().map(oauth),
            email: has("email"),
            phone: has("phone_number"),
            username: has("username"),
        },
        user_attributes: required
            .map(|name| (name.clone(), json!({ "required": true })))
            .collect(),
        passwordless: auth.passwordless.as_ref().map(passwordless),
    };
    let issuer = format!("{}/{}", endpoint.trim_end_matches('/'), auth.user_pool_id);
    let mut custom = Map::from_iter([("issuer".to_owned(), Value::from(issuer))]);
    custom.extend(added["custom"].as_object().cloned().unwrap_or_default());
    let config = Config {
        auth: Section { cognito },
        custom,
    };
    serde_json::to_string_pretty(&config).unwrap_or_default()
}

#[derive(Serialize)]
struct Config<'a> {
    #[serde(rename = "Auth")]
    auth: Section<'a>,
    /// The issuer, for those who verify tokens, and what `backend.addOutput` put there.
    ///
    /// Free for anything in Amplify's outputs. Without a member of that name the file fails `tsc --strict`:
    /// TypeScript reads the words of a JSON file (`"off"`) as any `string`, which `ResourcesConfig` does not
    /// take, and looks at a declaration beside the file under `moduleResolution: node10` only. With it,
    /// the file is as good as the outputs that `Amplify.configure` takes unread (`AmplifyOutputsUnknown`).
    custom: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Section<'a> {
    cognito: Cognito<'a>,
}

fn password_format(policy: &PasswordPolicy) -> Value {
    json!({
        "requireLowercase": policy.require_lowercase,
        "requireNumbers": policy.require_numbers,
        "requireUppercase": policy.require_uppercase,
        "requireSpecialCharacters": policy.require_symbols,
        "minLength": policy.min_length,
    })
}

fn oauth(oauth: &OAuth) -> Value {
    let provider = |name: &String| match name.as_str() {
        "GOOGLE" => Some("Google"),
        "LOGIN_WITH_AMAZON" => Some("Amazon"),
        "FACEBOOK" => Some("Facebook"),
        "SIGN_IN_WITH_APPLE" => Some("Apple"),
        _ => None,
    };
    let response = if oauth.response_type == "token" {
        "token"
    } else {
        "code"
    };
    json!({
        "domain": oauth.domain,
        "redirectSignIn": oauth.redirect_sign_in_uri,
        "redirectSignOut": oauth.redirect_sign_out_uri,
        "responseType": response,
        "scopes": oauth.scopes,
        "providers": oauth.identity_providers.iter().filter_map(provider).collect::<Vec<_>>(),
    })
}

fn passwordless(passwordless: &Passwordless) -> Value {
    let mut value = Map::new();
    let mut set = |key: &str, given: Option<Value>| {
        if let Some(given) = given {
            value.insert(key.to_owned(), given);
        }
    };
    set(
        "emailOtpEnabled",
        passwordless.email_otp_enabled.map(Value::from),
    );
    set(
        "smsOtpEnabled",
        passwordless.sms_otp_enabled.map(Value::from),
    );
    let passkeys = passwordless.web_authn.as_ref().map(|passkeys| {
        json!({
            "relyingPartyId": passkeys.relying_party_id,
            "userVerification": passkeys.user_verification,
        })
    });
    set("webAuthn", passkeys);
    set(
        "preferredChallenge",
        passwordless.preferred_challenge.as_deref().map(Value::from),
    );
    Value::Object(value)
}
