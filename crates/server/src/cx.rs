//! What an operation knows of its request, besides what the client typed.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::device::DeviceKey;
use poolhouse_domain::user::User;
use poolhouse_domain::{ClientId, Timestamp};
use poolhouse_store::Txn;
use serde_json::Value;
use tokio::time::Instant;

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::client_proof;
use crate::pool::{Client, Pool};

/// Answers that would tell something by their time take one of these, or two, or three: longer than what they
/// differ in, and than a commit on a good disk.
const STEP: Duration = Duration::from_millis(1);

/// A request by a known app client. Cheap to clone, so that transactions can own one.
#[derive(Clone)]
pub(crate) struct Cx {
    pub(crate) app: App,
    /// When the request came: read once, so that all of it happens at one moment.
    pub(crate) now: Timestamp,
    pub(crate) pool: Arc<Pool>,
    pub(crate) client: Arc<Client>,
    /// From where it came, if that is known.
    pub(crate) from: Option<IpAddr>,
    /// The device that it is on, by the client's word. Always none in a pool that remembers no devices.
    pub(crate) device: Option<DeviceKey>,
}

/// A request by a signed-in user.
pub(crate) struct UserCx {
    pub(crate) cx: Cx,
    /// Who it is, as the store had it when the request came.
    pub(crate) user: User,
    /// When they proved it (`auth_time`).
    pub(crate) auth_time: Timestamp,
    /// Which of their sign-ins the access token is of.
    pub(crate) origin_jti: String,
}

impl Cx {
    /// The context of a request to `operation`, which names its client and shows its secret.
    pub(crate) fn of_request(
        app: &App,
        operation: &str,
        request: &Value,
        from: Option<IpAddr>,
    ) -> Result<Self, ApiError> {
        let id = request.get("ClientId").and_then(Value::as_str);
        let mut cx = Self::of_client(app, id.unwrap_or_default())?;
        cx.from = from;
        client_proof::check(&cx.client, operation, request)?;
        if cx.pool.config.devices.is_some() {
            cx.device = named_device(request)?;
        }
        Ok(cx)
    }

    /// The context of a request on behalf of a client.
    pub(crate) fn of_client(app: &App, client_id: &str) -> Result<Self, ApiError> {
        let (pool, client) = app.client(&ClientId::new(client_id))?;
        Ok(Self {
            app: app.clone(),
            now: app.now(),
            pool,
            client,
            from: None,
            device: None,
        })
    }

    /// Refuses a flow that the client may not use, in Cognito's words.
    pub(crate) fn require_flow(&self, flow: AuthFlow, name: &'static str) -> Result<(), ApiError> {
        match flow {
            _ if self.client.config.allows(flow) => Ok(()),
            AuthFlow::AllowUserSrpAuth | AuthFlow::AllowCustomAuth => {
                Err(ApiError::SrpFlowNotEnabled(name))
            }
            _ => Err(ApiError::FlowNotEnabled(name)),
        }
    }

    /// Refuses attributes that people may not write with the client.
    pub(crate) fn require_writable<'a>(
        &self,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), ApiError> {
        let mut names = names.into_iter();
        let are_writable = names.all(|name| self.client.config.may_write(name));
        are_writable
            .then_some(())
            .ok_or(ApiError::AttributeNotWritable)
    }

    /// What the client is told of a user, besides the `sub`.
    pub(crate) fn readable<'a>(
        &'a self,
        user: &'a User,
    ) -> impl Iterator<Item = (&'a String, &'a String)> {
        let attributes = user.attributes.iter();
        attributes.filter(|(name, _)| self.client.config.may_read(name))
    }

    /// Runs one transaction; its closure gets a context of its own.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Txn<'_>, &Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let cx = self.clone();
        self.app.store().write(move |txn| job(txn, &cx)).await
    }

    /// The same where messages may be sent: they leave when it is committed. How long it took, by which
    /// somebody could tell whether anything was sent and whether there is such an account, is kept from whoever
    /// asked: the answer waits for the end of a [`STEP`].
    pub(crate) async fn write_and_send<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Txn<'_>, &Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        // The runtime's own time: it decides nothing but when to answer.
        let begin = Instant::now();
        let done = self.write(job).await;
        if done.is_ok() {
            self.app.wake_outbox();
        }
        let end = begin + in_steps(begin.elapsed());
        self.app.alarm().wait_until(end).await;
        done
    }

    /// Reads in one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Txn<'_>, &Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let cx = self.clone();
        self.app.store().read(move |txn| job(txn, &cx)).await
    }
}

/// What has taken so long takes so long in whole steps.
fn in_steps(took: Duration) -> Duration {
    let over = took.as_nanos() / STEP.as_nanos();
    STEP * u32::try_from(over + 1).unwrap_or(u32::MAX)
}

/// Where requests name a device: InitiateAuth, RespondToAuthChallenge, GetTokensFromRefreshToken.
const DEVICE_KEYS: [&[&str]; 3] = [
    &["AuthParameters", "DEVICE_KEY"],
    &["ChallengeResponses", "DEVICE_KEY"],
    &["DeviceKey"],
];

/// The device that a request names; an empty name counts as not there.
fn named_device(request: &Value) -> Result<Option<DeviceKey>, ApiError> {
    let mut named = DEVICE_KEYS
        .iter()
        .filter_map(|place| client_proof::text_at(request, place));
    named
        .find(|name| !name.is_empty())
        .map(|name| DeviceKey::parse(name).ok_or(ApiError::InvalidDeviceKey))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_part_of_a_step_takes_all_of_it() {
        for (took, steps) in [(0, 1), (999, 1), (1_000, 2), (1_001, 2), (2_500, 3)] {
            assert_eq!(
                in_steps(Duration::from_micros(took)),
                STEP * steps,
                "{took}"
            );
        }
    }
}
