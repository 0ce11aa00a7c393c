//! One-time codes.

use poolhouse_domain::code::{CodePurpose, MAX_ATTEMPTS};
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::{PoolId, Sub};
use poolhouse_store::{Code, Store, StoreError, Txn};

use super::sample::{at, race, read, write};

const PURPOSE: CodePurpose = CodePurpose::SignIn(ContactAttribute::Email);

/// A code that holds from 100 to 280.
pub(crate) fn code(id: u8) -> Code {
    Code {
        id: [id; 16],
        hash: [id; 32],
        destination: [9; 32],
        issued_at: at(100),
        expires_at: at(280),
        attempts: 0,
        consumed: false,
        withheld: false,
    }
}

/// Nobody's, as decoys are.
fn decoy() -> (PoolId, Sub) {
    (PoolId::new("us-east-1_pool"), Sub::new("decoy"))
}

async fn put(store: &Store, purpose: CodePurpose, code: Code) {
    let (pool, sub) = decoy();
    write(store, move |txn| txn.code_put(&pool, &sub, purpose, &code)).await;
}

async fn get(store: &Store, purpose: CodePurpose) -> Option<Code> {
    let (pool, sub) = decoy();
    read(store, move |txn| txn.code_get(&pool, &sub, purpose)).await
}

/// The code with that id, if it is the newest.
fn newest(txn: &mut Txn<'_>, id: u8) -> Result<Option<Code>, StoreError> {
    let (pool, sub) = decoy();
    let code = txn.code_get(&pool, &sub, PURPOSE)?;
    Ok(code.filter(|code| code.id == [id; 16]))
}

/// Counts an answer, and says how many were looked at before.
fn try_attempt(txn: &mut Txn<'_>, id: u8, seconds: i64) -> Result<Option<u32>, StoreError> {
    let (pool, sub) = decoy();
    let Some(code) = newest(txn, id)? else {
        return Ok(None);
    };
    let counted = txn.code_attempt(&pool, &sub, PURPOSE, &code, false, at(seconds))?;
    Ok(counted.then_some(code.attempts))
}

/// Counts an answer that uses the code up. Whether it was looked at.
fn try_right(txn: &mut Txn<'_>, id: u8) -> Result<bool, StoreError> {
    let (pool, sub) = decoy();
    match newest(txn, id)? {
        Some(code) => txn.code_attempt(&pool, &sub, PURPOSE, &code, true, at(100)),
        None => Ok(false),
    }
}

fn try_consume(txn: &mut Txn<'_>, id: u8) -> Result<bool, StoreError> {
    let (pool, sub) = decoy();
    if newest(txn, id)?.is_none_or(|code| code.consumed) {
        return Ok(false);
    }
    txn.code_consume(&pool, &sub, PURPOSE, &[id; 16])?;
    Ok(true)
}

async fn attempt(store: &Store, id: u8, seconds: i64) -> Option<u32> {
    write(store, move |txn| try_attempt(txn, id, seconds)).await
}

async fn consume(store: &Store, id: u8) -> bool {
    write(store, move |txn| try_consume(txn, id)).await
}

pub(crate) async fn come_back_whole(store: &Store) {
    assert_eq!(get(store, PURPOSE).await, None);
    let mut used = code(1);
    used.attempts = 3;
    used.consumed = true;
    for code in [code(1), used] {
        put(store, PURPOSE, code.clone()).await;
        assert_eq!(get(store, PURPOSE).await, Some(code));
    }
}

pub(crate) async fn a_new_code_replaces_the_old(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    attempt(store, 1, 100).await;
    consume(store, 1).await;
    put(store, PURPOSE, code(2)).await;
    assert_eq!(get(store, PURPOSE).await, Some(code(2)));
}

pub(crate) async fn are_kept_per_user_and_purpose(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    for other in [
        CodePurpose::ConfirmSignUp,
        CodePurpose::SignIn(ContactAttribute::PhoneNumber),
        CodePurpose::Verify(ContactAttribute::Email),
        CodePurpose::Verify(ContactAttribute::PhoneNumber),
    ] {
        assert_eq!(get(store, other).await, None, "{other:?}");
    }
    let (pool, sub) = decoy();
    let others = read(store, move |txn| {
        Ok([
            txn.code_get(&pool, &Sub::new("other"), PURPOSE)?,
            txn.code_get(&PoolId::new("us-east-1_other"), &sub, PURPOSE)?,
        ])
    });
    assert_eq!(others.await, [None, None]);
}

pub(crate) async fn five_attempts_are_looked_at(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    for attempts in 0..MAX_ATTEMPTS {
        assert_eq!(attempt(store, 1, 100).await, Some(attempts));
        let counted = Code {
            attempts: attempts + 1,
            ..code(1)
        };
        assert_eq!(get(store, PURPOSE).await, Some(counted));
    }
    for _ in 0..3 {
        assert_eq!(attempt(store, 1, 100).await, None);
    }
    assert_eq!(get(store, PURPOSE).await.unwrap().attempts, MAX_ATTEMPTS);
}

pub(crate) async fn only_the_newest_code_can_be_answered(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    put(store, PURPOSE, code(2)).await;
    assert_eq!(attempt(store, 1, 100).await, None);
    assert!(!consume(store, 1).await);
    assert_eq!(get(store, PURPOSE).await, Some(code(2)));
    assert!(attempt(store, 2, 100).await.is_some());
}

pub(crate) async fn an_expired_code_cannot_be_answered(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    assert!(attempt(store, 1, 279).await.is_some());
    assert_eq!(attempt(store, 1, 280).await, None);
    assert_eq!(get(store, PURPOSE).await.unwrap().attempts, 1);
}

pub(crate) async fn a_consumed_code_cannot_be_answered(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    assert!(consume(store, 1).await);
    assert_eq!(attempt(store, 1, 100).await, None);
}

pub(crate) async fn is_consumed_once(store: &Store) {
    assert!(!consume(store, 1).await);
    put(store, PURPOSE, code(1)).await;
    assert!(consume(store, 1).await);
    assert!(!consume(store, 1).await);
    assert!(get(store, PURPOSE).await.unwrap().consumed);
}

pub(crate) async fn an_answer_can_use_the_code_up(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    assert!(write(store, |txn| try_right(txn, 1)).await);
    let used = Code {
        attempts: 1,
        consumed: true,
        ..code(1)
    };
    assert_eq!(get(store, PURPOSE).await, Some(used.clone()));
    assert!(!write(store, |txn| try_right(txn, 1)).await);
    assert!(!consume(store, 1).await);
    assert_eq!(get(store, PURPOSE).await, Some(used));
}

pub(crate) async fn one_of_16_right_answers_is_looked_at(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    let outcomes = race(store, |_, txn| try_right(txn, 1)).await;
    let looked_at = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(looked_at.count(), 1);
    assert_eq!(get(store, PURPOSE).await.unwrap().attempts, 1);
}

pub(crate) async fn five_of_16_attempts_are_looked_at(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    let outcomes = race(store, |_, txn| try_attempt(txn, 1, 100)).await;
    let mut counts: Vec<_> = outcomes
        .into_iter()
        .filter_map(|outcome| outcome.unwrap())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 1, 2, 3, 4]);
}

pub(crate) async fn one_of_16_consumes(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    let outcomes = race(store, |_, txn| try_consume(txn, 1)).await;
    let consumed = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(consumed.count(), 1);
}

/// Nothing is kept of who consumes without having looked.
pub(crate) async fn consumed_twice_is_a_conflict(store: &Store) {
    put(store, PURPOSE, code(1)).await;
    assert!(consume(store, 1).await);
    let twice = store.write(|txn| {
        let (pool, sub) = decoy();
        txn.code_put(&pool, &sub, CodePurpose::ConfirmSignUp, &code(2))?;
        txn.code_consume(&pool, &sub, PURPOSE, &[1; 16])
    });
    let twice: Result<(), StoreError> = twice.await;
    assert!(matches!(twice, Err(StoreError::Conflict(table)) if table == "codes"));
    assert_eq!(get(store, CodePurpose::ConfirmSignUp).await, None);
}
