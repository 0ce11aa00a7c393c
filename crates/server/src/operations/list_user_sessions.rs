//! `ListUserSessions`: where the user is signed in, newest first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserSessions.html>
//! Deviation: always on; Cognito wants session tracking switched on first. No limit on how many.
//! Deviation: device, address and place are not kept, so they are not named. No SSO sessions yet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{Timestamp, session_id};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::awsjson::reply::epoch_seconds;
use crate::cx::UserCx;
use crate::flows::sign_ins::{self, Place};

/// Sessions on a page.
const PAGE: usize = 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    sessions: Vec<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `SessionDescriptionType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    session_id: String,
    session_type: &'static str,
    client_id: String,
    create_date: Value,
    last_active_date: Value,
    is_current_session: bool,
}

/// Errors: `InvalidParameter` (`NextToken`), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let after = request.next_token.as_deref().map(read_token).transpose()?;
    let mut families = sign_ins::list(cx, after, PAGE + 1).await?;
    let more = families.len() > PAGE;
    families.truncate(PAGE);
    let next_token = families.last().filter(|_| more).map(token);
    let sessions = families.into_iter().map(|family| Description {
        session_id: session_id::of(&family.origin_jti),
        session_type: "TOKEN",
        client_id: family.client_id.to_string(),
        create_date: epoch_seconds(family.auth_time),
        last_active_date: epoch_seconds(family.last_active_at),
        is_current_session: family.origin_jti == cx.origin_jti,
    });
    Ok(Reply { sessions: sessions.collect(), next_token })
}

/// Where the page ended: it holds nothing that was not on it, so it needs no seal.
fn token(last: &RefreshFamily) -> String {
    let moment = last.auth_time.micros().to_be_bytes();
    URL_SAFE_NO_PAD.encode([moment.as_slice(), last.origin_jti.as_bytes()].concat())
}

fn read_token(token: &str) -> Result<Place, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let (moment, jti) = bytes
        .as_deref()
        .and_then(<[u8]>::split_first_chunk)
        .and_then(|(moment, jti)| Some((moment, str::from_utf8(jti).ok()?)))
        .ok_or(ApiError::NextTokenInvalid)?;
    Ok(Place {
        auth_time: Timestamp::from_micros(i64::from_be_bytes(*moment)),
        origin_jti: jti.to_owned(),
    })
}
