//! Which pool it is, and where.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::{Error, Secret};

/// Where a client gets the time from.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What a [`Client`](crate::Client) is made of.
#[derive(Clone)]
pub struct Config {
    pub(crate) endpoint: String,
    pub(crate) user_pool_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) timeout: Duration,
    pub(crate) clock: Clock,
}

impl Config {
    /// An app client without a secret: where the pool is (`http://localhost:7400/`), its id
    /// (`us-east-1_AbCdEf123`) and the app client's.
    pub fn new(
        endpoint: impl Into<String>,
        user_pool_id: impl Into<String>,
        client_id: impl Into<String>,
    ) -> Self {
        Self {
            endpoint: endpoint.into(),
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            client_secret: None,
            timeout: Duration::from_secs(10),
            clock: Arc::new(system_time),
        }
    }

    /// What `poolhouse dev` and `poolhouse outputs` write: `amplify_outputs.json` in aws-amplify's
    /// form, which names the endpoint.
    ///
    /// # Errors
    /// [`Error::Config`] if it is something else.
    pub fn from_outputs(json: &str) -> Result<Self, Error> {
        let outputs: Outputs = serde_json::from_str(json).map_err(|error| {
            Error::config(
                "the outputs",
                error.to_string(),
                "Auth.Cognito with userPoolEndpoint, as `poolhouse outputs --format js` writes it",
            )
        })?;
        let pool = outputs.auth.cognito;
        Ok(Self::new(pool.endpoint, pool.pool_id, pool.client_id))
    }

    /// The same pool at another place.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// For an app client that has a secret: every request shows it, or its hash.
    #[must_use]
    pub fn with_client_secret(mut self, secret: Secret) -> Self {
        self.client_secret = Some(secret);
        self
    }

    /// How long one request may take, 10 seconds if nothing is said.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Another clock than the machine's. A proof of a password says when it was made, and is refused
    /// when that is more than five minutes from the server's time.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The pool's name in SRP: what follows the `_` of its id.
    pub(crate) fn pool_name(&self) -> Result<&str, Error> {
        let name = self.user_pool_id.split_once('_').map(|(_, name)| name);
        name.ok_or_else(|| {
            let expected = "an id like us-east-1_AbCdEf123";
            Error::config("the user pool's id", self.user_pool_id.clone(), expected)
        })
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("endpoint", &self.endpoint)
            .field("user_pool_id", &self.user_pool_id)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock that a client has if it is given no other"
)]
fn system_time() -> SystemTime {
    SystemTime::now()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outputs {
    auth: Auth,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Auth {
    cognito: Cognito,
}

#[derive(Deserialize)]
struct Cognito {
    #[serde(rename = "userPoolId")]
    pool_id: String,
    #[serde(rename = "userPoolClientId")]
    client_id: String,
    #[serde(rename = "userPoolEndpoint")]
    endpoint: String,
}
