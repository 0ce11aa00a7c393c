//! The outbox, and the inbox that shows what left it.

use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::{PoolId, Sub, Timestamp};
use poolhouse_store::{
    Backlog, DeadLetter, OutboxId, OutboxMessage, SentMessage, Store, StoreError,
};

use super::sample::{at, mail, race, read, write};

fn pool() -> PoolId {
    PoolId::new("us-east-1_pool")
}

async fn insert(store: &Store, message: Message, seconds: i64) -> OutboxId {
    write(store, move |txn| {
        txn.outbox_insert(
            &pool(),
            &Sub::new("someone"),
            &message,
            at(seconds),
            at(seconds + 180),
        )
    })
    .await
}

async fn due(store: &Store) -> Vec<OutboxMessage> {
    read(store, |txn| txn.outbox_due(100)).await
}

async fn sent(store: &Store, id: &OutboxId, keep: bool) -> bool {
    let id = id.clone();
    write(store, move |txn| txn.outbox_sent(&id, at(50), keep)).await
}

async fn inbox(store: &Store, to: Option<&'static str>) -> Vec<SentMessage> {
    read(store, move |txn| txn.inbox_list(to, 100)).await
}

fn codes<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<String> {
    let code = |message: &Message| message.code.expose().clone();
    messages.into_iter().map(code).collect()
}

/// What was written after a message.
async fn follow(store: &Store, after: Option<&OutboxId>) -> Vec<(OutboxId, Message)> {
    let after = after.cloned();
    read(store, move |txn| txn.outbox_follow(after.as_ref())).await
}

pub(crate) async fn is_followed_from_a_message_on(store: &Store) {
    assert!(follow(store, None).await.is_empty());
    let first = insert(store, mail("ann@example.com", "11111111"), 10).await;
    let second = insert(store, mail("eve@example.com", "22222222"), 10).await;
    assert!(sent(store, &first, true).await);
    let all = follow(store, None).await;
    let all: Vec<_> = all.iter().map(|(id, it)| (id, it.to.as_str())).collect();
    let expected = [(&first, "ann@example.com"), (&second, "eve@example.com")];
    assert_eq!(all, expected);
    let after_first = follow(store, Some(&first)).await;
    assert_eq!(codes(after_first.iter().map(|(_, it)| it)), ["22222222"]);
    assert!(follow(store, Some(&second)).await.is_empty());

    // What was in a message that was given up is gone.
    let lost = insert(store, mail("ann@example.com", "33333333"), 9).await;
    assert!(write(store, move |txn| txn.outbox_fail(&lost, at(50), None)).await);
    insert(store, mail("ann@example.com", "44444444"), 9).await;
    let new = follow(store, Some(&second)).await;
    assert_eq!(codes(new.iter().map(|(_, it)| it)), ["44444444"]);
}

pub(crate) async fn waits_in_order(store: &Store) {
    assert!(due(store).await.is_empty());
    let first = insert(store, mail("ann@example.com", "11111111"), 10).await;
    insert(store, mail("eve@example.com", "22222222"), 11).await;

    let waiting = due(store).await;
    let messages = waiting.iter().map(|due| &due.message);
    assert_eq!(codes(messages), ["11111111", "22222222"]);
    let OutboxMessage { message, .. } = &waiting[0];
    assert_eq!(waiting[0].id, first);
    assert_eq!(waiting[0].pool, pool());
    assert_eq!(waiting[0].created_at, at(10));
    assert_eq!(waiting[0].deadline, at(190));
    assert_eq!(waiting[0].attempts, 0);
    assert_eq!(message.channel, Channel::Email);
    assert_eq!(message.to, "ann@example.com");
    assert_eq!(message.subject, "Your code");
    assert_eq!(message.text.expose(), "It is \"11111111\".");

    let one = read(store, |txn| txn.outbox_due(1)).await;
    assert_eq!(codes(one.iter().map(|due| &due.message)), ["11111111"]);
}

pub(crate) async fn order_holds_when_the_clock_stands_still(store: &Store) {
    let written: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    for code in &written {
        insert(store, mail("ann@example.com", code), 10).await;
    }
    let waiting = due(store).await;
    assert_eq!(codes(waiting.iter().map(|due| &due.message)), written);
}

async fn take(store: &Store, seconds: i64, limit: usize) -> Vec<String> {
    let taken = write(store, move |txn| {
        txn.outbox_take(
            &pool(),
            Channel::Email,
            at(seconds),
            at(seconds + 30),
            limit,
        )
    });
    codes(taken.await.iter().map(|taken| &taken.message))
}

pub(crate) async fn is_taken_by_one_until_the_lease_ends(store: &Store) {
    for code in ["1", "2", "3"] {
        insert(store, mail("ann@example.com", code), 10).await;
    }
    assert_eq!(take(store, 100, 2).await, ["1", "2"]);
    assert_eq!(take(store, 110, 2).await, ["3"]);
    assert!(take(store, 129, 2).await.is_empty());
    assert_eq!(due(store).await.len(), 3, "taken is not sent");
    assert_eq!(take(store, 130, 9).await, ["1", "2"]);
    assert_eq!(take(store, 140, 9).await, ["3"]);
}

pub(crate) async fn what_was_taken_comes_back_whole_and_is_settled(store: &Store) {
    let first = insert(store, mail("ann@example.com", "1"), 10).await;
    insert(store, mail("ann@example.com", "2"), 10).await;
    let seen = due(store).await;
    let taken = write(store, |txn| {
        txn.outbox_take(&pool(), Channel::Email, at(100), at(130), 9)
    })
    .await;
    for (taken, seen) in taken.iter().zip(&seen) {
        assert_eq!(taken.id, seen.id);
        assert_eq!(taken.pool, seen.pool);
        assert_eq!(
            (taken.created_at, taken.deadline),
            (seen.created_at, seen.deadline)
        );
        assert_eq!(taken.message.to, seen.message.to);
        assert_eq!(taken.message.text.expose(), seen.message.text.expose());
    }
    assert_eq!(taken.len(), 2);
    assert!(sent(store, &first, false).await);
    assert_eq!(take(store, 200, 9).await, ["2"]);
}

pub(crate) async fn each_is_taken_by_one_of_16(store: &Store) {
    for number in 0..40 {
        insert(store, mail("ann@example.com", &number.to_string()), 10).await;
    }
    let outcomes = race(store, |_, txn| {
        txn.outbox_take(&pool(), Channel::Email, at(100), at(130), 5)
    })
    .await;
    let mut taken: Vec<_> = outcomes.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 40);
    taken.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    taken.dedup_by(|one, other| one.id == other.id);
    assert_eq!(taken.len(), 40);
}

pub(crate) async fn each_queue_is_taken_by_itself(store: &Store) {
    let mut text = mail("+15555550123", "a text");
    text.channel = Channel::Sms;
    insert(store, text, 10).await;
    insert(store, mail("ann@example.com", "a mail"), 10).await;
    for (other, channel, expected) in [
        ("us-east-1_other", Channel::Email, vec![]),
        ("us-east-1_pool", Channel::Sms, vec!["a text"]),
        ("us-east-1_pool", Channel::Email, vec!["a mail"]),
    ] {
        let of = PoolId::new(other);
        let taken = write(store, move |txn| {
            txn.outbox_take(&of, channel, at(100), at(130), 9)
        });
        assert_eq!(
            codes(taken.await.iter().map(|taken| &taken.message)),
            expected
        );
    }
}

pub(crate) async fn waits_until_it_is_due_again(store: &Store) {
    let id = insert(store, mail("ann@example.com", "1"), 10).await;
    insert(store, mail("ann@example.com", "2"), 20).await;
    assert_eq!(next(store).await, Some(at(10)));
    assert!(take(store, 9, 9).await.is_empty(), "not before it is due");
    assert_eq!(take(store, 15, 9).await, ["1"]);
    assert_eq!(next(store).await, Some(at(20)));
    let again = id.clone();
    let postponed = write(store, move |txn| {
        txn.outbox_postpone(&again, at(60), "451 greylisted")
    });
    assert!(postponed.await);
    assert_eq!(take(store, 59, 9).await, ["2"]);
    assert_eq!(next(store).await, Some(at(60)));
    let taken = write(store, |txn| {
        txn.outbox_take(&pool(), Channel::Email, at(60), at(90), 9)
    });
    let taken = taken.await;
    assert_eq!((taken[0].id.clone(), taken[0].attempts), (id.clone(), 2));
    assert!(sent(store, &id, false).await);
    let gone = write(store, move |txn| txn.outbox_postpone(&id, at(99), "late"));
    assert!(!gone.await);
}

/// Those that have waited longest go first, also if they were written later.
pub(crate) async fn is_taken_in_the_order_in_which_it_is_due(store: &Store) {
    for (code, seconds) in [("1", 30), ("2", 10), ("3", 20)] {
        insert(store, mail("ann@example.com", code), seconds).await;
    }
    assert_eq!(take(store, 100, 1).await, ["2"]);
    assert_eq!(take(store, 100, 1).await, ["3"]);
    assert_eq!(take(store, 100, 1).await, ["1"]);
}

pub(crate) async fn is_given_up_as_a_dead_letter(store: &Store) {
    let first = insert(store, mail("ann@example.com", "1"), 10).await;
    let second = insert(store, mail("bob@example.com", "2"), 11).await;
    let third = insert(store, mail("eve@example.com", "3"), 12).await;
    take(store, 20, 9).await;
    let ids = (first.clone(), second.clone(), third.clone());
    write(store, move |txn| {
        let (first, second, third) = &ids;
        txn.outbox_postpone(first, at(25), "421 busy")?;
        assert!(txn.outbox_fail(first, at(30), None)?);
        assert!(txn.outbox_fail(second, at(31), Some(&"550 no such user ".repeat(50)))?);
        assert!(txn.outbox_fail(third, at(32), None)?);
        assert!(!txn.outbox_fail(first, at(40), Some("again"))?);
        assert!(!txn.outbox_sent(first, at(40), true)?);
        assert!(!txn.outbox_postpone(first, at(40), "again")?);
        Ok(())
    })
    .await;
    assert!(due(store).await.is_empty());
    assert!(inbox(store, None).await.is_empty());
    let dead = read(store, |txn| txn.dead_letter_list(2)).await;
    assert_eq!(dead.len(), 2);
    let none = DeadLetter {
        id: third,
        pool: pool(),
        channel: Channel::Email,
        to: "eve@example.com".to_owned(),
        created_at: at(12),
        failed_at: at(32),
        attempts: 1,
        failure: None,
    };
    assert_eq!(dead[0], none);
    assert_eq!(dead[1].id, second);
    let said = dead[1].failure.clone().unwrap();
    assert!(said.starts_with("550 no such user") && said.len() == 300);
    let counted = read(store, |txn| {
        Ok(Channel::ALL.map(|channel| txn.dead_letter_count(&pool(), channel).unwrap()))
    });
    assert_eq!(counted.await, [3, 0]);
    let all = read(store, |txn| txn.dead_letter_list(9)).await;
    assert_eq!(all[2].failure.as_deref(), Some("421 busy"));
    assert_eq!(all[2].id, first);
}

pub(crate) async fn the_backlog_is_counted(store: &Store) {
    let backlog = || read(store, |txn| txn.outbox_backlog(&pool(), Channel::Email));
    assert_eq!(backlog().await, Backlog::default());
    let id = insert(store, mail("ann@example.com", "1"), 10).await;
    insert(store, mail("ann@example.com", "2"), 20).await;
    take(store, 30, 1).await;
    let both = Backlog {
        waiting: 2,
        oldest: Some(at(10)),
    };
    assert_eq!(backlog().await, both, "taken is not sent");
    sent(store, &id, true).await;
    let one = Backlog {
        waiting: 1,
        oldest: Some(at(20)),
    };
    assert_eq!(backlog().await, one);
}

async fn next(store: &Store) -> Option<Timestamp> {
    read(store, |txn| txn.outbox_next(&pool(), Channel::Email)).await
}

pub(crate) async fn sent_is_erased(store: &Store) {
    let id = insert(store, mail("ann@example.com", "1"), 10).await;
    assert!(sent(store, &id, false).await);
    assert!(due(store).await.is_empty());
    assert!(inbox(store, None).await.is_empty());
}

pub(crate) async fn sent_is_kept_for_the_inbox(store: &Store) {
    let mut text = mail("+15555550123", "1");
    text.channel = Channel::Sms;
    let first = insert(store, text, 10).await;
    let second = insert(store, mail("ann@example.com", "2"), 10).await;
    assert!(inbox(store, None).await.is_empty());
    assert!(sent(store, &second, true).await);
    assert!(sent(store, &first, true).await);
    assert!(due(store).await.is_empty());

    let kept = inbox(store, None).await;
    assert_eq!(codes(kept.iter().map(|sent| &sent.message)), ["2", "1"]);
    assert_eq!(kept[1].id, first);
    assert_eq!(kept[1].message.channel, Channel::Sms);
    assert_eq!(kept[1].message.to, "+15555550123");
    assert_eq!(kept[1].sent_at, at(50));
}

pub(crate) async fn is_sent_once(store: &Store) {
    let id = insert(store, mail("ann@example.com", "1"), 10).await;
    assert!(sent(store, &id, true).await);
    assert!(!sent(store, &id, true).await);
    assert!(!sent(store, &id, false).await);
    assert_eq!(inbox(store, None).await.len(), 1);
}

pub(crate) async fn is_taken_back_by_who_wrote_it(store: &Store) {
    let kept = insert(store, mail("eve@example.com", "2"), 10).await;
    write(store, |txn| {
        let message = mail("ann@example.com", "1");
        let sub = Sub::new("someone");
        let id = txn.outbox_insert(&pool(), &sub, &message, at(11), at(191))?;
        txn.outbox_withdraw(None)?;
        txn.outbox_withdraw(Some(&id))
    })
    .await;
    let ids: Vec<_> = due(store).await.into_iter().map(|due| due.id).collect();
    assert_eq!(ids, [kept]);
}

pub(crate) async fn the_inbox_is_searched_by_address(store: &Store) {
    for (to, code) in [("Ann@example.com", "1"), ("eve@example.com", "2")] {
        let id = insert(store, mail(to, code), 10).await;
        sent(store, &id, true).await;
    }
    let found = |to| async move { codes(inbox(store, Some(to)).await.iter().map(|m| &m.message)) };
    assert_eq!(found("Ann@example.com").await, ["1"]);
    assert_eq!(found("ann@EXAMPLE.com").await, ["1"]);
    assert_eq!(found("eve@example.com").await, ["2"]);
    assert!(found("%@example.com").await.is_empty());
}

pub(crate) async fn the_inbox_is_limited_and_cleared(store: &Store) {
    for code in ["1", "2", "3"] {
        let id = insert(store, mail("ann@example.com", code), 10).await;
        sent(store, &id, true).await;
    }
    insert(store, mail("ann@example.com", "waiting"), 10).await;
    let newest = read(store, |txn| txn.inbox_list(None, 2)).await;
    assert_eq!(codes(newest.iter().map(|sent| &sent.message)), ["3", "2"]);
    let cleared = write(store, |txn| {
        Ok((txn.inbox_clear()?, txn.inbox_list(None, 1)?.len()))
    });
    assert_eq!(cleared.await, (3, 0));
    assert_eq!(due(store).await.len(), 1);
}

pub(crate) async fn an_undone_transaction_sends_nothing(store: &Store) {
    let outcome: Result<(), _> = store
        .write(|txn| {
            txn.outbox_insert(
                &pool(),
                &Sub::new("someone"),
                &mail("ann@example.com", "1"),
                at(1),
                at(2),
            )?;
            Err(StoreError::Busy)
        })
        .await;
    assert!(outcome.is_err());
    assert!(due(store).await.is_empty());
}
