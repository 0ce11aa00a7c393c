//! The claims of an access token and of an id token, as Cognito writes them.

use std::collections::BTreeMap;

use poolhouse_domain::device::DeviceKey;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::random;
use poolhouse_domain::token::Amr;
use serde::Serialize;
use serde_json::Value;

use crate::cx::Cx;
use crate::tokens::SignIn;

/// The scope of every token that the API gives.
pub(crate) const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// Claims that both kinds have.
#[derive(Serialize)]
struct Common<'a> {
    sub: &'a str,
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_jti: Option<&'a str>,
    event_id: &'a str,
    token_use: &'static str,
    auth_time: i64,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    acr: &'static str,
    amr: &'a [Amr],
}

#[derive(Serialize)]
pub(crate) struct AccessClaims<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    client_id: &'a str,
    scope: &'static str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_key: Option<&'a DeviceKey>,
}

#[derive(Serialize)]
pub(crate) struct IdClaims<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    aud: &'a str,
    #[serde(rename = "cognito:username")]
    username: &'a str,
    #[serde(flatten)]
    attributes: BTreeMap<&'a str, Value>,
}

pub(crate) fn access<'a>(cx: &'a Cx, sign_in: &'a SignIn, event_id: &'a str) -> AccessClaims<'a> {
    let validity = cx.client.config.access_token_validity;
    AccessClaims {
        common: common(
            cx,
            sign_in,
            event_id,
            "access",
            (cx.now + validity).seconds(),
        ),
        client_id: cx.client.id.as_str(),
        scope: ADMIN_SCOPE,
        username: sign_in.user.sub.as_str(),
        device_key: sign_in.family.device.as_ref(),
    }
}

pub(crate) fn id<'a>(cx: &'a Cx, sign_in: &'a SignIn, event_id: &'a str) -> IdClaims<'a> {
    let validity = cx.client.config.id_token_validity;
    IdClaims {
        common: common(cx, sign_in, event_id, "id", (cx.now + validity).seconds()),
        aud: cx.client.id.as_str(),
        username: sign_in.user.sub.as_str(),
        attributes: cx
            .readable(&sign_in.user)
            .map(|(name, value)| (name.as_str(), claim(name, value)))
            .collect(),
    }
}

fn common<'a>(
    cx: &'a Cx,
    sign_in: &'a SignIn,
    event_id: &'a str,
    token_use: &'static str,
    exp: i64,
) -> Common<'a> {
    let family = &sign_in.family;
    // Without revocation Cognito leaves out what a token is revoked by. We must know its family all
    // the same, for a sign-out everywhere: then it is in the one claim that may be anything.
    let is_revocable = cx.client.config.token_revocation;
    Common {
        sub: sign_in.user.sub.as_str(),
        iss: &cx.pool.issuer,
        origin_jti: is_revocable.then_some(&family.origin_jti),
        event_id: if is_revocable {
            event_id
        } else {
            &family.origin_jti
        },
        token_use,
        auth_time: family.auth_time.seconds(),
        exp,
        iat: cx.now.seconds(),
        jti: is_revocable.then(|| random::uuid(cx.app.random())),
        acr: level(&family.amr),
        amr: &family.amr,
    }
}

/// Cognito's levels of assurance: a password is the first of four, a code by mail or text the second,
/// a passkey or the two together the third, a password with an app's code the fourth.
fn level(amr: &[Amr]) -> &'static str {
    let password = amr.contains(&Amr::Pwd);
    let code = amr.contains(&Amr::EmailOtp) || amr.contains(&Amr::Sms);
    let passkey = amr.contains(&Amr::Swk) || amr.contains(&Amr::Hwk);
    if password && amr.contains(&Amr::Otp) {
        "urn:cognito:loa:4"
    } else if passkey || (password && code) {
        "urn:cognito:loa:3"
    } else if code {
        "urn:cognito:loa:2"
    } else {
        "urn:cognito:loa:1"
    }
}

/// Attributes are strings on the wire; in a token the two proofs are booleans, `updated_at` a number
/// and `address` an object (OpenID Connect Core §5.1).
fn claim(name: &str, value: &str) -> Value {
    let proof =
        [ContactAttribute::Email, ContactAttribute::PhoneNumber].map(ContactAttribute::verified);
    match name {
        _ if proof.contains(&name) => Value::Bool(value == "true"),
        "updated_at" => value
            .parse::<i64>()
            .map_or_else(|_| Value::from(value), Value::from),
        "address" => serde_json::json!({ "formatted": value }),
        _ => Value::from(value),
    }
}
