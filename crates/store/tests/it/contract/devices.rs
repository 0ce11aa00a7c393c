//! Devices.

use poolhouse_domain::device::{Device, DeviceKey, MAX_DEVICES};
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};
use poolhouse_store::Store;

use super::refresh_families::family;
use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

pub(crate) fn key(number: usize) -> DeviceKey {
    DeviceKey::parse(&format!("us-east-1_{number:04}")).unwrap()
}

/// A device of `sub`'s that is remembered.
pub(crate) fn device(sub: &str, number: u8) -> Device {
    Device {
        key: key(number.into()),
        sub: Sub::new(sub),
        name: Some(format!("Ann's \"{number}\"")),
        salt: vec![number; 17],
        verifier: Secret::new(vec![number; 384]),
        remembered: true,
        last_ip: Some("2001:db8::1".parse().unwrap()),
        created_at: Timestamp::from_micros(5_000_001),
        modified_at: Timestamp::from_micros(6_000_001),
        authenticated_at: at(5),
    }
}

async fn insert(store: &Store, pool: &PoolId, device: Device) {
    let pool = pool.clone();
    write(store, move |txn| txn.device_insert(&pool, &device)).await;
}

async fn get(store: &Store, pool: &PoolId, sub: &str, number: usize) -> Option<Device> {
    let (pool, sub) = (pool.clone(), Sub::new(sub));
    read(store, move |txn| txn.device_get(&pool, &sub, &key(number))).await
}

async fn delete(store: &Store, pool: &PoolId, sub: &str, number: usize) -> bool {
    let (pool, sub) = (pool.clone(), Sub::new(sub));
    let now = at(500);
    write(store, move |txn| {
        txn.device_delete(&pool, &sub, &key(number), now)
    })
    .await
}

/// A device in words that can be compared: its secret has none of its own.
fn said(device: &Device) -> String {
    format!("{device:?} {:?}", device.verifier.expose())
}

pub(crate) async fn come_back_whole(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (full, mut bare) = (device("ann", 1), device("ann", 2));
    bare.name = None;
    bare.last_ip = None;
    bare.remembered = false;
    for device in [full, bare] {
        let number = usize::from(device.salt[0]);
        assert!(get(store, &pool, "ann", number).await.is_none());
        insert(store, &pool, device.clone()).await;
        let found = get(store, &pool, "ann", number).await.unwrap();
        assert_eq!(said(&found), said(&device));
    }
}

pub(crate) async fn are_kept_per_pool_and_user(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    add_user(store, &one, "ann").await;
    add_user(store, &two, "ann").await;
    add_user(store, &one, "bob").await;
    let mut bobs = device("bob", 1);
    bobs.name = None;
    insert(store, &one, device("ann", 1)).await;
    insert(store, &one, bobs).await;
    assert!(get(store, &two, "ann", 1).await.is_none());
    assert!(!delete(store, &two, "ann", 1).await);
    assert!(delete(store, &one, "ann", 1).await);
    assert!(!delete(store, &one, "ann", 1).await);
    assert_eq!(get(store, &one, "bob", 1).await.unwrap().name, None);
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    conflict(store, move |txn| {
        txn.device_insert(&pool, &device("nobody", 1))
    })
    .await;
}

pub(crate) async fn a_key_is_confirmed_once(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    insert(store, &pool, device("ann", 1)).await;
    let again = pool.clone();
    let table = conflict(store, move |txn| {
        let mut other = device("ann", 1);
        other.verifier = Secret::new(vec![9; 384]);
        txn.device_insert(&again, &other)
    });
    assert_eq!(table.await, "devices");
    let kept = get(store, &pool, "ann", 1).await.unwrap();
    assert_eq!(kept.verifier.expose(), &[1; 384]);
}

pub(crate) async fn are_listed_in_pages_while_remembered(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "bob").await;
    for (number, second) in [(3, 1), (2, 2), (1, 2), (4, 3), (5, 4)] {
        let mut device = device("ann", number);
        device.created_at = at(second);
        device.remembered = number != 4;
        insert(store, &pool, device).await;
    }
    insert(store, &pool, device("bob", 6)).await;
    let list = |after: Option<(i64, usize)>, limit| {
        let (pool, sub) = (pool.clone(), sub.clone());
        let listed = read(store, move |txn| {
            let after = after.map(|(second, number)| (at(second), key(number)));
            let after = after.as_ref().map(|(moment, key)| (*moment, key));
            txn.device_list_remembered(&pool, &sub, after, limit)
        });
        async {
            listed
                .await
                .iter()
                .map(|one| one.salt[0])
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(list(None, 9).await, [3, 1, 2, 5]);
    assert_eq!(list(None, 2).await, [3, 1]);
    assert_eq!(list(Some((2, 1)), 9).await, [2, 5]);
    assert_eq!(list(Some((3, 4)), 9).await, [5]);
    assert_eq!(list(Some((4, 5)), 9).await, [0_u8; 0]);
    let remember = |number, remembered| {
        let (pool, sub) = (pool.clone(), sub.clone());
        write(store, move |txn| {
            txn.device_remember(&pool, &sub, &key(number), remembered, at(70))
        })
    };
    assert!(remember(4, true).await);
    assert!(remember(3, false).await);
    assert!(!remember(6, false).await, "it is Bob's");
    assert_eq!(list(None, 9).await, [1, 2, 4, 5]);
    let forgotten = get(store, &pool, "ann", 3).await.unwrap();
    assert_eq!(forgotten.modified_at, at(70));
    assert!(!forgotten.remembered);
}

pub(crate) async fn a_use_is_recorded(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    insert(store, &pool, device("ann", 1)).await;
    let touch = |from: Option<&'static str>, number| {
        let (pool, sub) = (pool.clone(), sub.clone());
        let from = from.map(|ip| ip.parse().unwrap());
        write(store, move |txn| {
            txn.device_use(&pool, &sub, &key(number), from, at(80))
        })
    };
    assert!(touch(Some("192.0.2.1"), 1).await);
    let used = get(store, &pool, "ann", 1).await.unwrap();
    assert_eq!(used.last_ip, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(used.authenticated_at, at(80));
    assert_eq!(used.modified_at, device("ann", 1).modified_at);
    assert!(touch(None, 1).await);
    let used = get(store, &pool, "ann", 1).await.unwrap();
    assert_eq!(used.last_ip, Some("192.0.2.1".parse().unwrap()));
    assert!(!touch(None, 2).await);
}

pub(crate) async fn are_forgotten_with_what_was_signed_in_on_them(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    insert(store, &pool, device("ann", 1)).await;
    insert(store, &pool, device("ann", 2)).await;
    let on = [Some(key(1)), Some(key(2)), None, Some(key(1))];
    let ends = [1_000, 1_000, 1_000, 400];
    let to = pool.clone();
    write(store, move |txn| {
        for (number, (device, end)) in (0_u8..).zip(on.iter().zip(ends)) {
            let (mut family, _) = family("ann");
            family.origin_jti = number.to_string();
            family.device = device.clone();
            family.expires_at = at(end);
            txn.refresh_family_insert(&to, &family, &[number; 32])?;
        }
        Ok(())
    })
    .await;
    assert!(!delete(store, &pool, "ann", 3).await);
    assert!(delete(store, &pool, "ann", 1).await);
    assert!(get(store, &pool, "ann", 1).await.is_none());
    assert!(get(store, &pool, "ann", 2).await.is_some());
    let mut left = Vec::new();
    for jti in ["0", "1", "2", "3"] {
        let pool = pool.clone();
        let family = read(store, move |txn| {
            txn.refresh_family_get(&pool, &Sub::new("ann"), jti)
        });
        let family = family.await.unwrap();
        assert!(family.sub == sub && !family.revoked);
        left.push(family.expires_at);
    }
    assert_eq!(left, [at(500), at(1_000), at(1_000), at(400)]);
}

pub(crate) async fn the_101st_displaces_the_most_idle(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "bob").await;
    insert(store, &pool, device("bob", 200)).await;
    let to = pool.clone();
    write(store, move |txn| {
        for number in 0..MAX_DEVICES {
            let mut device = device("ann", 1);
            device.key = key(number);
            let moment = if number == 7 { 1 } else { 100 };
            device.authenticated_at = at(moment);
            txn.device_insert(&to, &device)?;
        }
        let (mut family, hash) = family("ann");
        family.device = Some(key(7));
        txn.refresh_family_insert(&to, &family, &hash)
    })
    .await;
    assert!(get(store, &pool, "ann", 7).await.is_some());
    let mut new = device("ann", 1);
    new.key = key(MAX_DEVICES);
    // Not even if its clock is behind.
    new.authenticated_at = at(0);
    insert(store, &pool, new).await;
    assert!(get(store, &pool, "ann", 7).await.is_none());
    assert!(get(store, &pool, "ann", MAX_DEVICES).await.is_some());
    assert!(get(store, &pool, "bob", 200).await.is_some());
    let (again, sub) = (pool.clone(), Sub::new("ann"));
    let kept = read(store, move |txn| {
        txn.device_list_remembered(&again, &sub, None, 1_000)
    });
    assert_eq!(kept.await.len(), MAX_DEVICES);
    let family = read(store, move |txn| {
        txn.refresh_family_get(&pool, &Sub::new("ann"), "jti of ann")
    })
    .await;
    assert_eq!(family.unwrap().expires_at, device("ann", 1).modified_at);
}

pub(crate) async fn one_of_16_confirms_a_key(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let to = pool.clone();
    let confirmed = race(store, move |number, txn| {
        let mut device = device("ann", 1);
        device.verifier = Secret::new(vec![u8::try_from(number).unwrap(); 384]);
        txn.device_insert(&to, &device)
    });
    let confirmed = confirmed.await;
    assert_eq!(confirmed.iter().filter(|one| one.is_ok()).count(), 1);
    let winner = confirmed.iter().position(Result::is_ok).unwrap();
    let kept = get(store, &pool, "ann", 1).await.unwrap();
    assert_eq!(usize::from(kept.verifier.expose()[0]), winner);
}
