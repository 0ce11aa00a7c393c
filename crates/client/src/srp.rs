//! A password that is proved without being sent.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Identity, PublicValue, Salt, Timestamp};
use tokio::task::spawn_blocking;

use crate::sign_in::{Conversation, Reply};
use crate::{Config, Error, Secret, SignIn};

const CHALLENGE: &str = "PASSWORD_VERIFIER";

/// A proof for one sign-in.
pub(crate) struct Proof {
    client: Arc<Client>,
    password: Secret,
}

impl Proof {
    /// With fresh randomness.
    pub(crate) async fn begin(password: &str) -> Result<Self, Error> {
        let client = computed(|| {
            let mut a = [0; 32];
            #[expect(
                clippy::disallowed_methods,
                reason = "the client's own chance, for one sign-in"
            )]
            aws_lc_rs::rand::fill(&mut a)
                .map_err(|_| Error::config("the machine", "no randomness", "some"))?;
            Ok(Client::new(a))
        });
        Ok(Self {
            client: Arc::new(client.await?),
            password: Secret::new(password),
        })
    }

    /// `SRP_A`.
    pub(crate) fn a(&self) -> String {
        self.client.public_value().to_hex()
    }

    /// Answers the `PASSWORD_VERIFIER` that A was answered with.
    pub(crate) async fn answer(
        self,
        conversation: Conversation,
        mut asked: Reply,
    ) -> Result<SignIn, Error> {
        if asked.challenge_name.as_deref() != Some(CHALLENGE) {
            return conversation.go_on(asked);
        }
        let conversation = conversation.after(&mut asked);
        let now = timestamp(conversation.client.config())?;
        let parameter = |name: &str| {
            let value = asked.challenge_parameters.get(name).cloned();
            value.ok_or_else(|| Error::answer(CHALLENGE, format!("no {name}"), "one"))
        };
        let block = parameter("SECRET_BLOCK")?;
        let signature = self.sign(
            conversation.client.config().pool_name()?.to_owned(),
            conversation.username.clone(),
            (parameter("SALT")?, parameter("SRP_B")?, block.clone()),
            now.clone(),
        );
        let responses = [
            ("PASSWORD_CLAIM_SECRET_BLOCK", block.as_str()),
            ("PASSWORD_CLAIM_SIGNATURE", &signature.await?),
            ("TIMESTAMP", &now),
        ];
        conversation.respond(CHALLENGE, &responses).await
    }

    async fn sign(
        &self,
        pool: String,
        user: String,
        (salt, b, block): (String, String, String),
        now: String,
    ) -> Result<String, Error> {
        let (client, password) = (Arc::clone(&self.client), self.password.clone());
        computed(move || {
            let wrong = |error: poolhouse_srp::Error| unreadable(&error);
            let secret_block = STANDARD.decode(block).map_err(|error| unreadable(&error))?;
            let challenge = Challenge {
                salt: &Salt::from_hex(&salt).map_err(wrong)?,
                b: &PublicValue::from_hex(&b).map_err(wrong)?,
                secret_block: &secret_block,
            };
            let identity = Identity {
                pool: &pool,
                user: &user,
            };
            Ok(client.sign(identity, password.expose(), challenge, &now))
        })
        .await
    }
}

fn unreadable(error: &dyn std::error::Error) -> Error {
    Error::answer(CHALLENGE, error.to_string(), "SALT, SRP_B and SECRET_BLOCK")
}

fn timestamp(config: &Config) -> Result<String, Error> {
    let since = (config.clock)()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_unix_seconds(seconds);
    timestamp
        .map(|time| time.to_string())
        .map_err(|error| Error::config("the clock", format!("{seconds} s"), error.to_string()))
}

/// Runs arithmetic of milliseconds where it holds up nobody.
async fn computed<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let stopped = |_| Error::config("the runtime", "one that is stopping", "one that runs");
    spawn_blocking(work).await.map_err(stopped)?
}
