//! `amplifyconfiguration.json`, which the Gen 1 libraries of Swift and Android read. It has a word for
//! the endpoint: the bare host, to which they speak TLS.

use serde_json::{Value, json};

use super::official::Auth;
use super::{Deployed, host};

/// The file.
pub(super) fn configuration(auth: &Auth, deployed: &Deployed<'_>) -> String {
    let upper = |words: &[String]| -> Vec<String> {
        words.iter().map(|word| word.to_uppercase()).collect()
    };
    let mut default = json!({
        "authenticationFlowType": "USER_SRP_AUTH",
        "mfaConfiguration": match auth.mfa_configuration.as_deref() {
            Some("REQUIRED") => "ON",
            Some("OPTIONAL") => "OPTIONAL",
            _ => "OFF",
        },
        "mfaTypes": auth.mfa_methods,
        "passwordProtectionSettings": password(auth),
        "signupAttributes": upper(&auth.standard_required_attributes),
        "usernameAttributes": upper(&auth.username_attributes),
        "verificationMechanisms": upper(&auth.user_verification_types),
        "socialProviders": social(auth),
    });
    if let Some(oauth) = &auth.oauth {
        default["OAuth"] = json!({
            "WebDomain": oauth.domain,
            "Scopes": oauth.scopes,
            "SignInRedirectURI": oauth.redirect_sign_in_uri.join(","),
            "SignOutRedirectURI": oauth.redirect_sign_out_uri.join(","),
            "AppClientId": auth.user_pool_client_id,
        });
    }
    let mut pool = json!({
        "PoolId": auth.user_pool_id,
        "AppClientId": auth.user_pool_client_id,
        "Region": auth.aws_region,
        "Endpoint": host(deployed.endpoint),
    });
    if let Some(secret) = &deployed.client.secret {
        pool["AppClientSecret"] = json!(secret.expose());
    }
    let configuration = json!({
        "UserAgent": "poolhouse",
        "Version": "1.0",
        "auth": { "plugins": { "awsCognitoAuthPlugin": {
            "UserAgent": "poolhouse",
            "Version": "1.0",
            "CognitoUserPool": { "Default": pool },
            "Auth": { "Default": default },
        } } },
    });
    serde_json::to_string_pretty(&configuration).unwrap_or_default()
}

fn password(auth: &Auth) -> Value {
    let Some(policy) = &auth.password_policy else {
        return json!({ "passwordPolicyCharacters": [] });
    };
    let required = [
        (policy.require_numbers, "REQUIRES_NUMBERS"),
        (policy.require_lowercase, "REQUIRES_LOWERCASE"),
        (policy.require_uppercase, "REQUIRES_UPPERCASE"),
        (policy.require_symbols, "REQUIRES_SYMBOLS"),
    ];
    let required = required.into_iter().filter(|(on, _)| *on);
    json!({
        "passwordPolicyMinLength": policy.min_length,
        "passwordPolicyCharacters": required.map(|(_, word)| word).collect::<Vec<_>>(),
    })
}

fn social(auth: &Auth) -> Vec<&str> {
    let providers = auth
        .oauth
        .as_ref()
        .map_or(&[][..], |oauth| &oauth.identity_providers);
    let word = |provider| match provider {
        "SIGN_IN_WITH_APPLE" => "APPLE",
        "LOGIN_WITH_AMAZON" => "AMAZON",
        other => other,
    };
    providers.iter().map(String::as_str).map(word).collect()
}
