//! The codes that the server sent, read from its store.

use std::collections::HashMap;

use poolhouse_store::{OutboxId, Store, StoreError};
use tokio::sync::Mutex;

/// The outbox of a store, followed: each message is read once, whoever asks.
pub(super) struct Codes {
    store: Store,
    read: Mutex<Read>,
}

/// What was read so far.
#[derive(Default)]
struct Read {
    last: Option<OutboxId>,
    /// The newest to each address and number.
    newest: HashMap<String, Code>,
}

struct Code {
    digits: String,
    is_used: bool,
}

impl Codes {
    pub(super) fn of(store: Store) -> Self {
        Self {
            store,
            read: Mutex::default(),
        }
    }

    /// The newest code that was sent to somebody, whether or not it has left. While one waits for the store
    /// the others wait for what it reads, which has theirs too if they were sent together.
    pub(super) async fn newest(&self, to: &str) -> Result<Option<String>, StoreError> {
        let mut read = self.read.lock().await;
        let is_known = read.newest.get(to).is_some_and(|code| !code.is_used);
        if !is_known {
            read.go_on(&self.store).await?;
        }
        // A used one is the newest where a visit failed: who asks again too soon is sent nothing.
        Ok(read.newest.get_mut(to).map(|code| {
            code.is_used = true;
            code.digits.clone()
        }))
    }
}

impl Read {
    async fn go_on(&mut self, store: &Store) -> Result<(), StoreError> {
        let after = self.last.clone();
        let new = store.read::<_, StoreError, _>(move |txn| txn.outbox_follow(after.as_ref()));
        for (id, message) in new.await? {
            let code = Code {
                digits: message.code.expose().clone(),
                is_used: false,
            };
            self.newest.insert(message.to, code);
            self.last = Some(id);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use poolhouse_domain::message::{Channel, Message};
    use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};

    use super::*;
    use crate::data;
    use crate::system::SystemRandom;

    const ANN: &str = "ann@example.com";
    const EVE: &str = "eve@example.com";

    async fn send(store: &Store, to: &str, code: &str) {
        let message = Message {
            channel: Channel::Email,
            to: to.to_owned(),
            subject: String::new(),
            text: Secret::new(String::new()),
            html: None,
            link: None,
            code: Secret::new(code.to_owned()),
            from: None,
        };
        let (pool, at) = (PoolId::new("us-east-1_pool"), Timestamp::from_seconds(10));
        let sent = store.write::<_, StoreError, _>(move |txn| {
            txn.outbox_insert(&pool, &Sub::new("somebody"), &message, at, at)
        });
        sent.await.unwrap();
    }

    #[tokio::test]
    async fn each_is_read_once_and_the_newest_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = data::open(folder.path(), Arc::new(SystemRandom)).unwrap();
        let store = store.store;
        let codes = Codes::of(store.clone());
        let newest = async |to: &str| codes.newest(to).await.unwrap();
        assert_eq!(newest(ANN).await, None);
        for (to, code) in [(ANN, "1"), (EVE, "2"), (ANN, "3")] {
            send(&store, to, code).await;
        }
        assert_eq!(newest(ANN).await.as_deref(), Some("3"));
        let statements = store.statement_count();
        assert_eq!(newest(EVE).await.as_deref(), Some("2"));
        assert_eq!(store.statement_count(), statements, "it is known");
        send(&store, EVE, "4").await;
        assert_eq!(newest(EVE).await.as_deref(), Some("4"));
        assert_eq!(newest(EVE).await.as_deref(), Some("4"), "nothing new");
        store.close().await;
    }
}
