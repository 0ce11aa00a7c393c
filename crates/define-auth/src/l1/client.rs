//! The app client that `defineAuth` makes.

use serde_json::{Value, json};

use super::{compact, token};
use crate::props::Props;

/// The scopes of a client that asks for none.
pub(super) const SCOPES: [&str; 5] = [
    "profile",
    "phone",
    "email",
    "openid",
    "aws.cognito.signin.user.admin",
];

/// The client that `defineAuth` makes; `providers` are the names of the external providers.
pub(super) fn default(props: &Props, providers: &[String]) -> Value {
    let mut flows = vec![
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ];
    if props.email_otp() || props.sms_otp() || props.passkeys() {
        flows.push("ALLOW_USER_AUTH");
    }
    let external = props.login_with.external_providers.as_ref();
    let urls = |key: &str| external.and_then(|external| external.get(key)).cloned();
    let scopes = external.map(|external| scopes(external.get("scopes")));
    let providers = providers.iter().map(String::as_str).chain(["COGNITO"]);
    compact(json!({
        "userPoolId": token("UserPool"),
        "explicitAuthFlows": flows,
        "preventUserExistenceErrors": "ENABLED",
        "allowedOAuthFlows": ["code"],
        "allowedOAuthFlowsUserPoolClient": true,
        "allowedOAuthScopes": scopes.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec()),
        "callbackUrLs": urls("callbackUrls").unwrap_or_else(|| json!(["https://example.com"])),
        "logoutUrLs": urls("logoutUrls"),
        "supportedIdentityProviders": providers.collect::<Vec<_>>(),
    }))
}

/// `externalProviders.scopes` in Cognito's words; without any, all of Amplify's.
fn scopes(given: Option<&Value>) -> Vec<String> {
    let word = |scope: &Value| match scope.as_str().unwrap_or_default() {
        "COGNITO_ADMIN" => "aws.cognito.signin.user.admin".to_owned(),
        other => other.to_lowercase(),
    };
    let given = given.and_then(Value::as_array);
    let scopes = given.map(|scopes| scopes.iter().map(word).collect());
    with_openid(scopes.unwrap_or_else(|| {
        [
            "phone",
            "email",
            "openid",
            "profile",
            "aws.cognito.signin.user.admin",
        ]
        .map(str::to_owned)
        .to_vec()
    }))
}

/// Each scope once; some imply `openid`.
pub(super) fn with_openid(scopes: Vec<String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for scope in scopes {
        if !unique.contains(&scope) {
            unique.push(scope);
        }
    }
    let implies = |scope: &String| matches!(scope.as_str(), "phone" | "email" | "profile");
    if unique.iter().any(implies) && !unique.iter().any(|scope| scope == "openid") {
        unique.push("openid".to_owned());
    }
    unique
}
