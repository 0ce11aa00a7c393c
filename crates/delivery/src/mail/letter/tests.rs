//! That a mail is whole, and that nothing gets out of its place in it.

use poolhouse_domain::message::{Channel, Message as Posted};
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{OutboxId, Store, StoreError, StoreUrl};

use super::*;

fn posted() -> Posted {
    Posted {
        channel: Channel::Email,
        to: "ann@example.com".to_owned(),
        subject: "Your code".to_owned(),
        text: Secret::new("It is 12345678".to_owned()),
        html: None,
        link: None,
        code: Secret::new("12345678".to_owned()),
        from: Some(EmailSender {
            address: "login@example.com".to_owned(),
            name: Some("Acme".to_owned()),
            reply_to: None,
        }),
    }
}

/// An id as the outbox makes it.
fn id() -> OutboxId {
    let folder = tempfile::tempdir().unwrap();
    let random = std::sync::Arc::new(SeededRandom::new(1));
    let sealer = MasterKey::new(Secret::new([7; 32])).sealer("store");
    let url = StoreUrl::from(&*folder.path().join("pool.db"));
    let store = Store::open(&url, sealer, random).unwrap();
    let inserted = store.write::<_, StoreError, _>(|txn| {
        let (pool, sub) = (PoolId::new("p"), Sub::new("s"));
        let now = Timestamp::from_seconds(1);
        txn.outbox_insert(&pool, &sub, &posted(), now, now)
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(inserted).unwrap()
}

fn letter(message: &Posted) -> Result<Letter, Failure> {
    Letter::of(&post(&id(), &PoolId::new("p"), message))
}

fn post<'a>(id: &'a OutboxId, pool: &'a PoolId, message: &'a Posted) -> Post<'a> {
    let noon = Timestamp::from_seconds(1_795_348_800);
    Post {
        id,
        pool,
        message,
        written_at: noon,
        deadline: noon,
        now: noon,
    }
}

fn mime(message: &Posted) -> String {
    String::from_utf8(letter(message).unwrap().mime().unwrap()).unwrap()
}

fn headers(mime: &str) -> Vec<&str> {
    let (headers, _) = mime.split_once("\r\n\r\n").unwrap();
    let names = headers
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']));
    names.map(|line| line.split(':').next().unwrap()).collect()
}

const HEADERS: [&str; 8] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
];

#[test]
fn a_mail_says_when_from_whom_and_that_nobody_wrote_it() {
    let mime = mime(&posted());
    assert_eq!(headers(&mime), HEADERS);
    for line in [
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        "From: Acme <login@example.com>",
        "To: ann@example.com",
        "Subject: Your code",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(mime.contains(&format!("{line}\r\n")), "{line}: {mime}");
    }
}

#[test]
fn the_same_message_is_the_same_mail() {
    let (id, pool, message) = (id(), PoolId::new("p"), posted());
    let post = post(&id, &pool, &message);
    let mime = || Letter::of(&post).unwrap().mime().unwrap();
    assert_eq!(mime(), mime());
}

#[test]
fn no_text_begins_another_header() {
    for evil in [
        "x\r\nBcc: eve@example.com",
        "x\nBcc: eve@example.com",
        "x\rBcc: eve@example.com",
        "x\r\n\r\nanother body",
        "x\u{0}y",
        "x\u{10a}\u{10d}Bcc: eve@example.com",
        "x\u{2028}Bcc: eve@example.com",
        "=?utf-8?q?x=0D=0ABcc:_eve@example.com?=",
        "x\u{1b}[31m",
    ] {
        let mut message = posted();
        evil.clone_into(&mut message.subject);
        if let Some(from) = &mut message.from {
            from.name = Some(evil.to_owned());
        }
        let mime = mime(&message);
        assert_eq!(headers(&mime), HEADERS, "{evil:?}");
        assert!(mime.is_ascii() && !mime.contains('\u{0}'), "{evil:?}");
        assert!(!mime.replace("\r\n", "").contains(['\r', '\n']), "{evil:?}");
    }
}

#[test]
fn no_address_is_more_than_one() {
    for evil in [
        "ann@example.com, eve@example.com",
        "ann@example.com\r\nRCPT TO:<eve@example.com>",
        "ann@example.com> <eve@example.com",
        "ann@example.com\u{0}",
        "",
    ] {
        let mut message = posted();
        evil.clone_into(&mut message.to);
        assert!(
            matches!(letter(&message), Err(Failure::Refused(_))),
            "{evil:?}"
        );
        let mut message = posted();
        if let Some(from) = &mut message.from {
            evil.clone_into(&mut from.address);
        }
        assert!(
            matches!(letter(&message), Err(Failure::Down(_))),
            "{evil:?}"
        );
    }
}

#[test]
fn a_mail_from_nobody_waits_for_a_sender() {
    let mut message = posted();
    message.from = None;
    assert!(matches!(letter(&message), Err(Failure::Down(why)) if why.contains("mail.from")));
}

#[test]
fn html_of_its_own_is_not_read_as_text() {
    let mut message = posted();
    message.html = Some(Secret::new("<p>Code: <b>12345678</b></p>".to_owned()));
    let letter = letter(&message).unwrap();
    assert_eq!(letter.text, "It is 12345678");
    assert!(
        letter.html.contains("<p>Code: <b>12345678</b></p>"),
        "{}",
        letter.html
    );
    assert!(letter.html.contains(">Acme</p>") && !letter.html.contains("It is"));
}
