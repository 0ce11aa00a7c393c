//! App clients of `userPool.addClient`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{SCOPES, with_openid};
use super::{compact, token};

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

/// A refusal of CDK's: the error's name and its text.
type Refused = (&'static str, String);

/// The client that `addClient` makes of `props` (CDK's `UserPoolClient`); `providers` are the names of
/// the external providers.
pub(crate) fn added(props: &ClientProps, providers: &[String]) -> Result<Value, Refused> {
    let oauth = OAuthSettings::of(props)?;
    validities(props)?;
    let rotation = props.refresh_token_rotation_grace_period;
    let chosen = props.supported_identity_providers.as_ref();
    let chosen = chosen.map(|chosen| chosen.iter().map(|named| named.name.as_str()).collect());
    let all = || {
        providers
            .iter()
            .map(String::as_str)
            .chain(["COGNITO"])
            .collect()
    };
    let providers: Vec<&str> = chosen.unwrap_or_else(all);
    let prevent = props.prevent_user_existence_errors;
    let mut client = json!({
        "userPoolId": token("UserPool"),
        "clientName": props.user_pool_client_name,
        "generateSecret": props.generate_secret,
        "explicitAuthFlows": auth_flows(props.auth_flows.as_ref(), rotation.is_some()),
        "preventUserExistenceErrors": prevent.map(|on| if on { "ENABLED" } else { "LEGACY" }),
        "supportedIdentityProviders": (!providers.is_empty()).then_some(providers),
        "readAttributes": props.read_attributes.as_ref().map(|attributes| &attributes.names),
        "writeAttributes": props.write_attributes.as_ref().map(|attributes| &attributes.names),
        "enableTokenRevocation": props.enable_token_revocation,
        "enablePropagateAdditionalUserContextData":
            props.enable_propagate_additional_user_context_data,
        "refreshTokenRotation": rotation.map(|grace| json!({
            "feature": "ENABLED",
            "retryGracePeriodSeconds": number(grace.minutes * 60.0),
        })),
    });
    for (name, value) in oauth.properties().into_iter().chain(tokens(props)) {
        client[name] = value;
    }
    Ok(compact(client))
}

/// What a client may do at the OAuth endpoints.
struct OAuthSettings<'p> {
    /// Whether it may do anything there.
    on: bool,
    flows: OAuthFlows,
    scopes: Vec<String>,
    callback_urls: Option<Vec<String>>,
    given: Option<&'p OAuth>,
}

impl<'p> OAuthSettings<'p> {
    fn of(props: &'p ClientProps) -> Result<Self, Refused> {
        let given = props.o_auth.as_ref();
        if props.disable_oauth && given.is_some() {
            let text = "OAuth settings cannot be specified when disableOAuth is set.";
            return Err(("AuthSettingsCannotSpecifiedDisable", text.to_owned()));
        }
        let both = OAuthFlows {
            authorization_code_grant: true,
            implicit_code_grant: true,
            client_credentials: false,
        };
        let flows = given.and_then(|oauth| oauth.flows).unwrap_or(both);
        let by_code = flows.authorization_code_grant || flows.implicit_code_grant;
        let example = || vec!["https://example.com".to_owned()];
        let callback_urls = given.and_then(|oauth| oauth.callback_urls.clone());
        let callback_urls = callback_urls.or_else(|| by_code.then(example));
        if by_code && callback_urls.as_ref().is_some_and(Vec::is_empty) {
            return Err(("CallbackUrlEmptyCodeGrant", NO_CALLBACK.to_owned()));
        }
        if by_code && flows.client_credentials {
            return Err(("ClientCredentialsAuthFlowCannot", MIXED_FLOWS.to_owned()));
        }
        let scopes = given.and_then(|oauth| oauth.scopes.as_ref());
        let scopes = scopes.map(|scopes| scopes.iter().map(|scope| scope.name.clone()).collect());
        Ok(Self {
            on: !props.disable_oauth,
            flows,
            scopes: with_openid(scopes.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec())),
            callback_urls: callback_urls.filter(|urls| !urls.is_empty()),
            given,
        })
    }

    fn properties(self) -> Vec<(&'static str, Value)> {
        let on = self.on;
        let given = self.given;
        vec![
            ("allowedOAuthFlowsUserPoolClient", json!(on)),
            (
                "allowedOAuthFlows",
                json!(oauth_flows(self.flows).filter(|_| on)),
            ),
            ("allowedOAuthScopes", json!(on.then_some(self.scopes))),
            ("callbackUrLs", json!(self.callback_urls.filter(|_| on))),
            (
                "logoutUrLs",
                json!(given.and_then(|oauth| oauth.logout_urls.as_ref())),
            ),
            (
                "defaultRedirectUri",
                json!(given.and_then(|oauth| oauth.default_redirect_uri.as_ref())),
            ),
        ]
    }
}

fn validities(props: &ClientProps) -> Result<(), Refused> {
    within("authSessionValidity", props.auth_session_validity, (3, 15))?;
    within("idTokenValidity", props.id_token_validity, (5, DAY))?;
    within("accessTokenValidity", props.access_token_validity, (5, DAY))?;
    within(
        "refreshTokenValidity",
        props.refresh_token_validity,
        (60, 3650 * DAY),
    )?;
    if let Some(refresh) = props.refresh_token_validity {
        within_refresh("idTokenValidity", props.id_token_validity, refresh)?;
        within_refresh("accessTokenValidity", props.access_token_validity, refresh)?;
    }
    Ok(())
}

fn tokens(props: &ClientProps) -> Vec<(&'static str, Value)> {
    let minutes = |validity: Option<Minutes>| validity.map_or(Value::Null, |v| number(v.minutes));
    let unit = |validity: Option<Minutes>| validity.map(|_| "minutes");
    let (id, access) = (props.id_token_validity, props.access_token_validity);
    let refresh = props.refresh_token_validity;
    let units = id.or(access).or(refresh).map(|_| {
        json!({ "idToken": unit(id), "accessToken": unit(access), "refreshToken": unit(refresh) })
    });
    vec![
        ("authSessionValidity", minutes(props.auth_session_validity)),
        ("tokenValidityUnits", json!(units)),
        ("idTokenValidity", minutes(id)),
        ("accessTokenValidity", minutes(access)),
        ("refreshTokenValidity", minutes(refresh)),
    ]
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
fn within(name: &str, given: Option<Minutes>, (min, max): (u32, u32)) -> Result<(), Refused> {
    bounded(name, given, (min.into(), max.into()))
}

fn bounded(name: &str, given: Option<Minutes>, (min, max): (f64, f64)) -> Result<(), Refused> {
    match given {
        Some(Minutes { minutes }) if minutes < min || minutes > max => {
            let (min, max, given) = (human(min), human(max), human(minutes));
            Err((
                "DurationOutOfRange",
                format!(
                    "{name}: Must be a duration between {min} and {max} (inclusive); received {given}."
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// No token outlives the refresh token that it comes from.
fn within_refresh(name: &str, given: Option<Minutes>, refresh: Minutes) -> Result<(), Refused> {
    bounded(name, given, (5.0, refresh.minutes))
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
