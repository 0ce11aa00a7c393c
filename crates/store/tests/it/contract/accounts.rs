//! Accounts whole.

use poolhouse_domain::Sub;
use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_store::{Account, Added, Store};

use super::passkeys::passkey;
use super::passwords::hash;
use super::sample::{at, pool, read, user, write};
use super::software_tokens::token;

/// Somebody who has one of everything, or two.
fn account(sub: &str, number: u8) -> Account {
    Account {
        user: user(sub),
        logins: vec![
            (Email, format!("{sub}@example.com")),
            (PhoneNumber, format!("+120655501{number:02}")),
        ],
        pending: vec![(Email, "new@example.com".to_owned())],
        passwords: vec![(hash(number), at(30)), (hash(number + 1), at(31))],
        passkeys: vec![passkey(sub, number), passkey(sub, number + 1)],
        software_token: Some(token(number.into())),
    }
}

/// Somebody who has nothing.
fn bare(sub: &str) -> Account {
    Account {
        user: user(sub),
        logins: Vec::new(),
        pending: Vec::new(),
        passwords: Vec::new(),
        passkeys: Vec::new(),
        software_token: None,
    }
}

/// All of an account, in words.
fn told(account: &Account) -> String {
    let passwords = account.passwords.iter();
    let passwords = passwords.map(|(hash, at)| (hash.kind, hash.salt, hash.hash.expose(), at));
    let app = account.software_token.as_ref();
    let app = app.map(|app| {
        let seed = app.seed.expose();
        (seed, &app.name, app.accepted_step, app.created_at)
    });
    format!(
        "{:?} {:?} {:?} {:?} {:?} {app:?}",
        account.user,
        account.logins,
        account.pending,
        passwords.collect::<Vec<_>>(),
        account.passkeys,
    )
}

pub(crate) async fn come_back_whole_page_by_page(store: &Store) {
    let (pool, other) = (pool(store, "pool").await, pool(store, "other").await);
    let all = [account("ann", 1), bare("bob"), account("cid", 10)];
    for (to, accounts) in [(&pool, all.to_vec()), (&other, vec![account("dan", 20)])] {
        let to = to.clone();
        write(store, move |txn| {
            for account in &accounts {
                assert_eq!(txn.account_add(&to, account)?, Added::New);
            }
            Ok(())
        })
        .await;
    }
    for limit in 1..=4 {
        let pool = pool.clone();
        let found = read(store, move |txn| {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = txn.account_page(&pool, after.as_ref(), limit)?;
                let Some(last) = page.last() else { break };
                after = Some(last.user.sub.clone());
                found.extend(page);
            }
            Ok(found)
        });
        let found: Vec<String> = found.await.iter().map(told).collect();
        assert_eq!(found, all.each_ref().map(told), "{limit} at a time");
    }
}

pub(crate) async fn are_added_whole_or_not_at_all(store: &Store) {
    let pool = pool(store, "pool").await;
    let of = pool.clone();
    let added = write(store, move |txn| {
        let mut same_login = account("bob", 5);
        same_login.logins = vec![(PhoneNumber, "+12065550101".to_owned())];
        let mut same_passkey = account("cid", 10);
        same_passkey.passkeys.push(passkey("cid", 2));
        Ok([
            txn.account_add(&of, &account("ann", 1))?,
            txn.account_add(&of, &bare("ann"))?,
            txn.account_add(&of, &same_login)?,
            txn.account_add(&of, &same_passkey)?,
        ])
    });
    let taken = [Added::Taken("phone_number"), Added::Taken("passkey")];
    assert_eq!(added.await, [Added::New, Added::There, taken[0], taken[1]]);
    let left = read(store, move |txn| {
        let page = txn.account_page(&pool, None, 10)?;
        assert_eq!(page.len(), 1);
        assert_eq!(told(&page[0]), told(&account("ann", 1)), "as they were");
        txn.account_page(&pool, Some(&Sub::new("ann")), 10)
    });
    assert!(left.await.is_empty());
}
