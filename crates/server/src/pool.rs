//! A pool as it is served: its configuration together with its identifiers and its keys.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poolhouse_domain::client::{ClientConfig, ClientIdentity};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::{ClientId, ClientSecret, PoolId, Random, Timestamp};
use poolhouse_store::{Store, StoreError, Txn};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::relying_party::RelyingParty;
use crate::tokens::keys::PoolKeys;

/// A user pool that is being served.
pub struct Pool {
    /// Its id, made once.
    pub id: PoolId,
    /// What the definition says now.
    pub config: PoolConfig,
    /// Its app clients, in the definition's order.
    pub clients: Vec<Arc<Client>>,
    /// `iss` of its tokens: `<public url>/<pool id>`.
    pub issuer: String,
    /// Who it is to authenticators, if it has passkeys and says so.
    pub(crate) relying_party: Option<RelyingParty>,
    /// What it signs with.
    pub(crate) keys: ArcSwap<PoolKeys>,
}

/// An app client that is being served.
pub struct Client {
    /// Its id, made once.
    pub id: ClientId,
    /// Its secret, if the definition says that it has one; made once.
    pub secret: Option<ClientSecret>,
    /// What the definition says now.
    pub config: ClientConfig,
}

impl Pool {
    pub(crate) async fn open(
        app: &App,
        name: &str,
        region: &str,
        config: PoolConfig,
    ) -> Result<Self, ApiError> {
        let relying_party = RelyingParty::of(&config)?;
        let (id, identities) =
            identify(app.store(), app.random(), app.now(), name, region, &config).await?;
        let configured = identities.into_iter().zip(&config.clients);
        let clients = configured
            .map(|(identity, config)| {
                Arc::new(Client {
                    id: identity.id,
                    secret: identity.secret,
                    config: config.clone(),
                })
            })
            .collect();
        let keys = PoolKeys::ensure(app, &id).await?;
        let issuer = format!("{}/{id}", app.public_url());
        Ok(Self {
            id,
            config,
            clients,
            issuer,
            relying_party,
            keys: ArcSwap::from_pointee(keys),
        })
    }

    /// What the app clients are known by, in the definition's order.
    pub fn identities(&self) -> Vec<ClientIdentity> {
        let identity = |client: &Arc<Client>| ClientIdentity {
            name: client.config.name.clone(),
            id: client.id.clone(),
            secret: client.secret.clone(),
        };
        self.clients.iter().map(identity).collect()
    }
}

/// The identifiers of the pool called `name` and of its clients, in the definition's order. They are
/// made once; from then on they are found again. A client that once had a secret gets it again.
pub async fn identify(
    store: &Store,
    random: &dyn Random,
    now: Timestamp,
    name: &str,
    region: &str,
    config: &PoolConfig,
) -> Result<(PoolId, Vec<ClientIdentity>), StoreError> {
    let name = name.to_owned();
    let fresh = PoolId::generate(region, random);
    let clients: Vec<ClientIdentity> = config
        .clients
        .iter()
        .map(|client| ClientIdentity {
            name: client.name.clone(),
            id: ClientId::generate(random),
            secret: client.has_secret.then(|| ClientSecret::generate(random)),
        })
        .collect();
    let identified = store.write(move |txn| {
        let pool = match txn.pool_find(&name)? {
            Some(known) => known,
            None => txn
                .pool_insert(&name, &fresh, now)
                .map(|()| fresh.clone())?,
        };
        let clients = clients
            .iter()
            .map(|client| identify_client(txn, &pool, client, now));
        let clients = clients.collect::<Result<_, StoreError>>()?;
        Ok((pool, clients))
    });
    identified.await
}

/// What was kept of `fresh`, or `fresh` itself, which is kept then.
fn identify_client(
    txn: &mut Txn<'_>,
    pool: &PoolId,
    fresh: &ClientIdentity,
    now: Timestamp,
) -> Result<ClientIdentity, StoreError> {
    let id = match txn.client_find(pool, &fresh.name)? {
        Some(known) => known,
        None => txn
            .client_insert(pool, &fresh.name, &fresh.id, now)
            .map(|()| fresh.id.clone())?,
    };
    let secret = match &fresh.secret {
        Some(secret) => {
            txn.client_secret_set(pool, &id, secret)?;
            txn.client_secret_get(pool, &id)?
        }
        None => None,
    };
    Ok(ClientIdentity {
        name: fresh.name.clone(),
        id,
        secret,
    })
}
