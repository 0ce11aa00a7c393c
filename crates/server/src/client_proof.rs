//! Whether a request comes from the app client that it names: one with a secret shows it in every
//! request, any other in none.
//!
//! Every operation that names a client has one place for it. They are all here, so that none can
//! forget to look. Only the hash that comes with a refresh token is judged later, in
//! `flows::refresh`: it is made over the user's name, which the request does not say.

use poolhouse_domain::ClientSecret;
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::pool::Client;

/// Where an operation carries what shows the secret. Names of members, from the outside in.
enum Place {
    /// The secret itself.
    Itself(&'static [&'static str]),
    /// The secret's hash, and the user name over which it is made.
    Hash(&'static [&'static str], &'static [&'static str]),
}

impl Place {
    fn of(operation: &str) -> Self {
        match operation {
            "GetTokensFromRefreshToken" | "RevokeToken" => Self::Itself(&["ClientSecret"]),
            "InitiateAuth" => Self::Hash(
                &["AuthParameters", "SECRET_HASH"],
                &["AuthParameters", "USERNAME"],
            ),
            "RespondToAuthChallenge" => Self::Hash(
                &["ChallengeResponses", "SECRET_HASH"],
                &["ChallengeResponses", "USERNAME"],
            ),
            _ => Self::Hash(&["SecretHash"], &["Username"]),
        }
    }

    const fn shown(&self) -> &'static [&'static str] {
        match self {
            Self::Itself(shown) | Self::Hash(shown, _) => shown,
        }
    }
}

/// Refuses a request to `operation` that does not show the secret of `client`, or shows one though
/// there is none.
pub(crate) fn check(client: &Client, operation: &str, request: &Value) -> Result<(), ApiError> {
    let checked = judge(client, operation, request);
    if operation == "RevokeToken" {
        // The one operation that has another exception for it.
        return checked.map_err(|refusal| ApiError::Unauthorized(refusal.to_string()));
    }
    checked
}

fn judge(client: &Client, operation: &str, request: &Value) -> Result<(), ApiError> {
    let text = |place| text_at(request, place);
    let place = Place::of(operation);
    let id = || client.id.to_string();
    let (secret, shown) = match (&client.secret, text(place.shown())) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(ApiError::SecretNotExpected(id())),
        (Some(secret), Some(shown)) => (secret, shown),
        (Some(_), None) => {
            return Err(match place {
                Place::Itself(_) => ApiError::ClientSecretMissing(id()),
                Place::Hash(..) => ApiError::SecretHashMissing(id()),
            });
        }
    };
    let is_shown = match place {
        Place::Itself(_) => secret.is(shown),
        Place::Hash(..) if is_refresh(operation, request) => true,
        Place::Hash(_, name) => secret.is_hashed(text(name).unwrap_or_default(), &client.id, shown),
    };
    match place {
        _ if is_shown => Ok(()),
        Place::Itself(_) => Err(ApiError::ClientSecretMismatch(id())),
        Place::Hash(..) => Err(ApiError::SecretHashMismatch(id())),
    }
}

/// Judges the hash that came with the refresh token of the user whose name is `username`. Cognito
/// takes the secret itself there too, and some of its clients send it.
pub(crate) fn check_refresh(
    client: &Client,
    username: &str,
    shown: Option<&str>,
) -> Result<(), ApiError> {
    let shows = |secret: &ClientSecret, shown: &str| {
        secret.is_hashed(username, &client.id, shown) || secret.is(shown)
    };
    match (&client.secret, shown) {
        (Some(secret), shown) if !shown.is_some_and(|shown| shows(secret, shown)) => {
            Err(ApiError::SecretHashOfOther(client.id.to_string()))
        }
        _ => Ok(()),
    }
}

/// The text at the end of a path of members.
pub(crate) fn text_at<'a>(request: &'a Value, path: &[&str]) -> Option<&'a str> {
    let mut path = path.iter();
    path.try_fold(request, |value, member| value.get(member))?
        .as_str()
}

fn is_refresh(operation: &str, request: &Value) -> bool {
    let flow = request.get("AuthFlow").and_then(Value::as_str);
    operation == "InitiateAuth" && flow.is_some_and(|flow| flow.starts_with("REFRESH_TOKEN"))
}
