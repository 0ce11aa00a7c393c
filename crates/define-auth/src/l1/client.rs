//! App clients: the one that `defineAuth` makes, and those of `userPool.addClient`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{compact, token};
use crate::props::Props;

const SCOPES: [&str; 5] = [
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
fn with_openid(scopes: Vec<String>) -> Vec<String> {
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

/// What `userPool.addClient` takes (CDK's `UserPoolClientOptions`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ClientProps {
    user_pool_client_name: Option<String>,
    generate_secret: Option<bool>,
    auth_flows: Option<AuthFlows>,
    #[serde(rename = "disableOAuth")]
    disable_oauth: bool,
    o_auth: Option<OAuth>,
    auth_session_validity: Option<Minutes>,
    prevent_user_existence_errors: Option<bool>,
    supported_identity_providers: Option<Vec<Named>>,
    id_token_validity: Option<Minutes>,
    access_token_validity: Option<Minutes>,
    refresh_token_validity: Option<Minutes>,
    refresh_token_rotation_grace_period: Option<Minutes>,
    read_attributes: Option<Attributes>,
    write_attributes: Option<Attributes>,
    enable_token_revocation: Option<bool>,
    enable_propagate_additional_user_context_data: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "they are CDK's")]
struct AuthFlows {
    user_password: bool,
    admin_user_password: bool,
    custom: bool,
    user_srp: bool,
    user: bool,
}

impl AuthFlows {
    fn is_empty(&self) -> bool {
        let passwords = self.user_password || self.admin_user_password;
        !(passwords || self.custom || self.user_srp || self.user)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OAuth {
    flows: Option<OAuthFlows>,
    scopes: Option<Vec<Scope>>,
    callback_urls: Option<Vec<String>>,
    logout_urls: Option<Vec<String>>,
    default_redirect_uri: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "they are CDK's")]
struct OAuthFlows {
    authorization_code_grant: bool,
    implicit_code_grant: bool,
    client_credentials: bool,
}

#[derive(Debug, Deserialize)]
struct Scope {
    #[serde(rename = "scopeName")]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Minutes {
    #[serde(rename = "$minutes")]
    minutes: f64,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    #[serde(rename = "$attributes")]
    names: Vec<String>,
}

/// The client that `addClient` makes of `props` (CDK's `UserPoolClient`).
pub(crate) fn added(props: ClientProps, providers: &[String]) -> Result<Value, String> {
    let oauth = props.o_auth.unwrap_or_default();
    let both = OAuthFlows {
        authorization_code_grant: true,
        implicit_code_grant: true,
        client_credentials: false,
    };
    let flows = oauth.flows.unwrap_or(both);
    let by_code = flows.authorization_code_grant || flows.implicit_code_grant;
    let example = || vec!["https://example.com".to_owned()];
    let callbacks = oauth.callback_urls.or_else(|| by_code.then(example));
    if by_code && callbacks.as_ref().is_some_and(Vec::is_empty) {
        return Err(NO_CALLBACK.to_owned());
    }
    if by_code && flows.client_credentials {
        return Err(MIXED_FLOWS.to_owned());
    }
    within("authSessionValidity", props.auth_session_validity, (3, 15))?;
    within("idTokenValidity", props.id_token_validity, (5, DAY))?;
    within("accessTokenValidity", props.access_token_validity, (5, DAY))?;
    within(
        "refreshTokenValidity",
        props.refresh_token_validity,
        (60, 3650 * DAY),
    )?;
    let on = !props.disable_oauth;
    let scopes = oauth
        .scopes
        .map(|scopes| scopes.into_iter().map(|scope| scope.name).collect());
    let scopes = with_openid(scopes.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec()));
    let minutes = |validity: Option<Minutes>| validity.map(|validity| number(validity.minutes));
    let unit = |validity: Option<Minutes>| validity.map(|_| "minutes");
    let (id, access) = (props.id_token_validity, props.access_token_validity);
    let refresh = props.refresh_token_validity;
    let any = id.or(access).or(refresh);
    let rotation = props.refresh_token_rotation_grace_period;
    let own = providers
        .iter()
        .cloned()
        .chain(["COGNITO".to_owned()])
        .collect();
    let chosen = props.supported_identity_providers;
    let chosen = chosen.map(|chosen| chosen.into_iter().map(|named| named.name).collect());
    let providers: Vec<String> = chosen.unwrap_or(own);
    let prevent = props.prevent_user_existence_errors;
    Ok(compact(json!({
        "userPoolId": token("UserPool"),
        "clientName": props.user_pool_client_name,
        "generateSecret": props.generate_secret,
        "explicitAuthFlows": auth_flows(props.auth_flows.as_ref(), rotation.is_some()),
        "allowedOAuthFlows": oauth_flows(flows).filter(|_| on),
        "allowedOAuthScopes": on.then_some(scopes),
        "allowedOAuthFlowsUserPoolClient": on,
        "defaultRedirectUri": oauth.default_redirect_uri,
        "callbackUrLs": callbacks.filter(|urls| on && !urls.is_empty()),
        "logoutUrLs": oauth.logout_urls,
        "preventUserExistenceErrors": prevent.map(|on| if on { "ENABLED" } else { "LEGACY" }),
        "supportedIdentityProviders": (!providers.is_empty()).then_some(providers),
        "readAttributes": props.read_attributes.map(|attributes| attributes.names),
        "writeAttributes": props.write_attributes.map(|attributes| attributes.names),
        "enableTokenRevocation": props.enable_token_revocation,
        "enablePropagateAdditionalUserContextData":
            props.enable_propagate_additional_user_context_data,
        "authSessionValidity": minutes(props.auth_session_validity),
        "tokenValidityUnits": any.map(|_| json!({
            "idToken": unit(id),
            "accessToken": unit(access),
            "refreshToken": unit(refresh),
        })),
        "idTokenValidity": minutes(id),
        "accessTokenValidity": minutes(access),
        "refreshTokenValidity": minutes(refresh),
        "refreshTokenRotation": rotation.map(|grace| json!({
            "feature": "ENABLED",
            "retryGracePeriodSeconds": number(grace.minutes * 60.0),
        })),
    })))
}

fn auth_flows(flows: Option<&AuthFlows>, rotates: bool) -> Option<Vec<&'static str>> {
    let flows = flows.filter(|flows| !flows.is_empty())?;
    let words = [
        (flows.user_password, "ALLOW_USER_PASSWORD_AUTH"),
        (flows.admin_user_password, "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
        (flows.custom, "ALLOW_CUSTOM_AUTH"),
        (flows.user_srp, "ALLOW_USER_SRP_AUTH"),
        (flows.user, "ALLOW_USER_AUTH"),
        (!rotates, "ALLOW_REFRESH_TOKEN_AUTH"),
    ];
    Some(
        words
            .into_iter()
            .filter(|(on, _)| *on)
            .map(|(_, word)| word)
            .collect(),
    )
}

fn oauth_flows(flows: OAuthFlows) -> Option<Vec<&'static str>> {
    let words = [
        (flows.client_credentials, "client_credentials"),
        (flows.implicit_code_grant, "implicit"),
        (flows.authorization_code_grant, "code"),
    ];
    let on: Vec<_> = words
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| word)
        .collect();
    (!on.is_empty()).then_some(on)
}

const NO_CALLBACK: &str =
    "callbackUrl must not be empty when codeGrant or implicitGrant OAuth flows are enabled.";
const MIXED_FLOWS: &str =
    "clientCredentials OAuth flow cannot be selected along with codeGrant or implicitGrant.";

const DAY: u32 = 24 * 60;

/// Whether a length of time lies within bounds, in minutes.
fn within(name: &str, given: Option<Minutes>, (min, max): (u32, u32)) -> Result<(), String> {
    match given {
        Some(Minutes { minutes }) if minutes < f64::from(min) || minutes > f64::from(max) => {
            let (min, max, given) = (human(min.into()), human(max.into()), human(minutes));
            Err(format!(
                "{name}: Must be a duration between {min} and {max} (inclusive); received {given}."
            ))
        }
        _ => Ok(()),
    }
}

/// CDK's way to say a length of time: its two greatest units.
fn human(minutes: f64) -> String {
    let seconds = (minutes * 60.0).round();
    let units = [
        (86400.0, "day"),
        (3600.0, "hour"),
        (60.0, "minute"),
        (1.0, "second"),
    ];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (length, unit) in units {
        let count = (rest / length).floor();
        rest -= count * length;
        if count > 0.0 {
            parts.push(format!(
                "{count} {unit}{}",
                if count > 1.0 { "s" } else { "" }
            ));
        }
    }
    parts.truncate(2);
    parts.join(" ")
}

/// A whole number where it is one, as JavaScript writes it.
fn number(value: f64) -> Value {
    let text = format!("{value}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}
