//! `poolhouse keys`: what a server signs and seals with, and replacing it.

use std::path::Path;

use poolhouse_domain::{Clock as _, PoolId, Timestamp};
use poolhouse_server::{Rotation, rotate};
use poolhouse_store::{HEARD_OF, KeyUsage, SigningKey, Store, StoreError, StoreKey};
use serde_json::{Value, json};

use crate::cli::{Keys, KeysCommand, RotateKeys, Rotated};
use crate::config::{Config, MasterKeySource};
use crate::failure::Failure;
use crate::running::runtime;
use crate::system::SystemClock;
use crate::{master_key, terminal};

/// Lists keys or makes new ones, in the store that the configuration names.
pub(crate) fn run(args: &Keys) -> Result<(), Failure> {
    let config = Config::read(&args.config)?;
    let store = config.open_store(&master_key::read(&config.master)?)?;
    runtime()?.block_on(async {
        let done = match &args.command {
            KeysCommand::List { json } => list(&config, &store, *json).await,
            KeysCommand::Rotate(args) => replace(&config, &store, args).await,
        };
        store.close().await;
        done
    })
}

async fn replace(config: &Config, store: &Store, args: &RotateKeys) -> Result<(), Failure> {
    let now = SystemClock.now();
    match args.what {
        Rotated::Signing => {
            let rotation = if args.compromised {
                Rotation::Compromised
            } else {
                Rotation::Planned
            };
            for (name, pool) in pools(config, store, args.pool.as_deref()).await? {
                rotate(store, &pool, rotation, now)
                    .await
                    .map_err(|error| Failure::caused(format!("the pool {name}"), &error))?;
                terminal::print(&match rotation {
                    Rotation::Planned => {
                        format!("{name}: new keys are shown now and sign in a day")
                    }
                    Rotation::Compromised => format!(
                        "{name}: new keys sign within half a minute; all tokens of the old ones are refused"
                    ),
                });
            }
            Ok(())
        }
        Rotated::Data => {
            let rotated = store.write::<_, StoreError, _>(move |txn| txn.data_key_rotate(now));
            rotated.await.map_err(|error| failed(&error))?;
            let minutes = HEARD_OF.as_secs() / 60;
            terminal::print(&format!(
                "a new data key seals in {minutes} minutes; servers that run then seal the rest again, and forget the old one"
            ));
            Ok(())
        }
        Rotated::Master => replace_master(store, args.to.as_deref()).await,
    }
}

async fn replace_master(store: &Store, to: Option<&Path>) -> Result<(), Failure> {
    let to =
        to.ok_or_else(|| Failure::new("--to: got nothing, expected the file of the new key"))?;
    let master = master_key::read(&MasterKeySource::File(to.to_owned()))?;
    let sealed =
        store.write::<_, StoreError, _>(move |txn| txn.store_keys_reseal(&master.sealer("store")));
    sealed.await.map_err(|error| failed(&error))?;
    terminal::print(&format!(
        "the store opens with the key in {} from now on; name it in the configuration, and restart every server",
        to.display()
    ));
    Ok(())
}

async fn list(config: &Config, store: &Store, json: bool) -> Result<(), Failure> {
    let now = SystemClock.now();
    let mut lines = Vec::new();
    let mut all = Vec::new();
    for (name, pool) in pools(config, store, None).await? {
        let read = store.read::<_, StoreError, _>(move |txn| txn.signing_key_list(&pool));
        let keys = read.await.map_err(|error| failed(&error))?;
        for key in &keys {
            let state = state(&keys, key, now);
            let usage = usage(key.usage);
            lines.push(format!("{name}  {usage:6}  {}  {state}", key.kid));
            all.push(json!({
                "pool": name, "usage": usage, "kid": key.kid, "state": state,
                "createdAt": key.created_at.to_string(), "signsFrom": key.signs_from.to_string(),
            }));
        }
    }
    let read = store.read::<_, StoreError, _>(|txn| {
        let keys = txn.store_key_list()?;
        let told = |key: &StoreKey| (of_store(key), key.purpose.as_str(), key.id.clone());
        Ok(keys.iter().map(told).collect::<Vec<_>>())
    });
    for (json, purpose, id) in read.await.map_err(|error| failed(&error))? {
        lines.push(format!("the store  {purpose}  {id}"));
        all.push(json);
    }
    terminal::print(&if json {
        format!("{:#}", Value::from(all))
    } else {
        lines.join("\n")
    });
    Ok(())
}

fn of_store(key: &StoreKey) -> Value {
    json!({
        "purpose": key.purpose.as_str(), "id": key.id,
        "createdAt": key.created_at.to_string(), "sealsFrom": key.seals_from.to_string(),
    })
}

const fn usage(usage: KeyUsage) -> &'static str {
    match usage {
        KeyUsage::Id => "id",
        KeyUsage::Access => "access",
    }
}

/// Whether a key signs, will, or did.
fn state(keys: &[SigningKey], key: &SigningKey, now: Timestamp) -> &'static str {
    let mut newer = keys.iter().filter(|other| {
        other.usage == key.usage && other.signs_from > key.signs_from && other.signs_from <= now
    });
    match key.signs_from <= now {
        false => "will sign",
        true if newer.next().is_some() => "signed",
        true => "signs",
    }
}

/// The pools of the configuration that were served already, or the one of that name.
pub(crate) async fn pools(
    config: &Config,
    store: &Store,
    only: Option<&str>,
) -> Result<Vec<(String, PoolId)>, Failure> {
    let names = config.pools.iter().map(|(name, _)| name.clone());
    let names: Vec<String> = names
        .filter(|name| only.is_none_or(|only| only == name))
        .collect();
    if let (Some(only), []) = (only, names.as_slice()) {
        return Err(Failure::new(format!(
            "--pool: got {only}, which the configuration has not"
        )));
    }
    let found = store.read::<_, StoreError, _>(move |txn| {
        let mut found = Vec::new();
        for name in &names {
            if let Some(pool) = txn.pool_find(name)? {
                found.push((name.clone(), pool));
            }
        }
        Ok(found)
    });
    found.await.map_err(|error| failed(&error))
}

fn failed(error: &StoreError) -> Failure {
    Failure::caused("the store", error)
}
