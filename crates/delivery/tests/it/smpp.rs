//! A message centre, as the specification has it: what it is sent, and what is made of its answers.
//! `conformance/smpp` has another implementation.

mod centre;

use std::time::Duration;

use poolhouse_delivery::sms::smpp::Smpp;
use poolhouse_delivery::{Figures, Receipts, Route, Sender, Worker};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::SmppConfig;
use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::sms::Alphabet;

use self::centre::{BIND, Centre, DELIVER, ENQUIRE, RESPONSE, SUBMIT, UNBIND, Unit, route_by};
use crate::bench::{Bench, pool};

fn text(words: &str) -> Message {
    Message {
        channel: Channel::Sms,
        to: "+4915112345678".to_owned(),
        subject: String::new(),
        text: Secret::new(words.to_owned()),
        html: None,
        link: None,
        code: Secret::new("123456".to_owned()),
        from: None,
    }
}

impl Bench {
    async fn text(&self, words: &str) {
        let validity = Duration::from_mins(3);
        self.post_to(&pool(), text(words), validity).await;
    }
}

async fn figures(worker: &Worker) -> Figures {
    let all = worker.figures().await.unwrap();
    let mut texts = all.into_iter().filter(|one| one.channel == Channel::Sms);
    texts.next().unwrap()
}

/// The body of a receipt (SMPP appendix B) on what the centre called `name`.
fn receipt(name: &str, state: &str) -> Vec<u8> {
    let words = format!("id:{name} sub:001 dlvrd:001 stat:{state} err:034 text:");
    let length = u8::try_from(words.len()).unwrap();
    [
        b"\0\x01\x014915112345678\0\x05\0Acme\0\x04\0\0\0\0\0\0\0\0",
        &[length][..],
        words.as_bytes(),
    ]
    .concat()
}

/// The same with its text in `message_payload` (SMPP §5.3.2.32).
fn payload_receipt(name: &str, state: &str) -> Vec<u8> {
    let words = format!("id:{name} stat:{state} err:034 text:");
    let length = u16::try_from(words.len()).unwrap().to_be_bytes();
    [
        b"\0\x01\x014915112345678\0\x05\0Acme\0\x04\0\0\0\0\0\0\0\0\0",
        &[0x04, 0x24][..],
        &length,
        words.as_bytes(),
    ]
    .concat()
}

#[tokio::test]
async fn a_text_is_submitted_to_the_letter() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    bench.text("Your code is 123456 @a").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    let bind = &centre.got(BIND)[0];
    assert_eq!(bind.body, b"acme\0secret08\0OTP\0\x34\0\0\0");
    let submitted = &centre.got(SUBMIT)[0];
    let expected = [
        &b"\0\x05\0Acme\0"[..],
        b"\x01\x014915112345678\0",
        b"\0\0\0\0",
        b"000000000300000R\0",
        b"\x01\0\0\0",
        b"\x16Your code is 123456 \x00a",
    ];
    assert_eq!(submitted.body, expected.concat());
    assert_eq!((bind.status, submitted.status), (0, 0));
}

#[tokio::test]
async fn a_long_text_travels_in_joined_messages_and_another_alphabet_in_ucs2() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    bench.text(&"я".repeat(71)).await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    let parts = centre.got(SUBMIT);
    let tail = |unit: &Unit| {
        let at = unit
            .body
            .windows(17)
            .position(|w| w == b"000000000300000R\0");
        unit.body[at.unwrap() + 17..].to_vec()
    };
    let (first, second) = (tail(&parts[0]), tail(&parts[1]));
    // No receipt; UCS-2; the header, then 67 characters.
    assert_eq!(first[..5], [0, 0, 8, 0, 140]);
    assert_eq!(second[..5], [1, 0, 8, 0, 6 + 4 * 2]);
    assert_eq!((&first[5..8], &first[9..11]), (&[5, 0, 3][..], &[2, 1][..]));
    assert_eq!((&second[5..9], &second[9..11]), (&first[5..9], &[2, 2][..]));
    assert_eq!(first[11..], [0x04, 0x4f].repeat(67));
    assert_eq!(second[11..], [0x04, 0x4f].repeat(4));
    let class = |unit: &Unit| {
        let after = b"4915112345678\0";
        let at = unit.body.windows(14).position(|w| w == after);
        unit.body[at.unwrap() + 14]
    };
    assert_eq!((class(&parts[0]), class(&parts[1])), (0x40, 0x40));
}

#[tokio::test]
async fn receipts_are_taken_and_counted() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    for _ in 0..4 {
        bench.text("Your code is 123456").await;
    }
    assert_eq!(worker.drain().await.unwrap(), 4);
    let names: Vec<_> = centre.got(SUBMIT).iter().map(|one| one.sequence).collect();
    let name = |number: usize| format!("m{}", names[number]);
    for (sequence, body) in (1..).zip([
        receipt(&name(0), "ENROUTE"),
        receipt(&name(0), "DELIVRD"),
        receipt(&name(0), "DELIVRD"),
        receipt(&name(1), "UNDELIV"),
        receipt("somebody-else's", "DELIVRD"),
        b"not a deliver_sm at all".to_vec(),
        // A text from a person.
        b"\0\x01\x014915112345678\0\x05\0Acme\0\0\0\0\0\0\0\0\0\0\x04STOP".to_vec(),
        // By its optional parameters alone: receipted_message_id, message_state.
        [
            b"\0\x01\x014915112345678\0\x05\0Acme\0\x04\0\0\0\0\0\0\0\0\0\0\x1e",
            &[0, u8::try_from(name(2).len() + 1).unwrap()][..],
            name(2).as_bytes(),
            b"\0\x04\x27\0\x01\x02",
        ]
        .concat(),
        payload_receipt(&name(3), "REJECTD"),
    ]) {
        let answer = centre.says(DELIVER, sequence, &body).await;
        assert_eq!((answer.status, answer.body), (0, vec![0]));
    }
    let expected = Receipts {
        delivered: 2,
        undelivered: 2,
    };
    assert_eq!(figures(&worker).await.receipts, expected);
}

#[tokio::test]
async fn what_the_centre_answers_decides_what_becomes_of_a_text() {
    for (status, sent, refused, down) in [
        (0x0b, 0, 1, 0),
        (0x65, 0, 1, 0),
        (0x64, 0, 0, 0),
        (0x45, 0, 0, 0),
        (0x58, 0, 0, 1),
        (0x14, 0, 0, 1),
        (0x08, 0, 0, 1),
        (0x400, 0, 0, 1),
    ] {
        let (bench, centre) = (Bench::new(), Centre::start().await);
        let worker = bench.worker_with(centre.route());
        centre.answers(Some(status));
        bench.text("Your code is 123456").await;
        assert_eq!(worker.drain().await.unwrap(), sent, "{status:x}");
        let said = figures(&worker).await;
        assert_eq!(
            (said.refused, said.senders_down),
            (refused, down),
            "{status:x}"
        );
        centre.answers(Some(0));
        bench.wait(5);
        let later = worker.drain().await.unwrap();
        assert_eq!(later, usize::from(refused == 0), "{status:x}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_sender_that_does_not_work() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let password = Secret::new("wrong".to_owned());
    let smpp = Smpp::new(centre.config(), &password, None).unwrap();
    let worker = bench.worker_with(Route {
        sms: vec![Sender::Smpp(Box::new(smpp))],
        ..Route::default()
    });
    bench.text("Your code is 123456").await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!(figures(&worker).await.senders_down, 1);
    assert!(centre.got(SUBMIT).is_empty());
}

#[tokio::test]
async fn one_session_carries_all_texts_and_a_new_one_follows_it() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    for _ in 0..20 {
        bench.text("Your code is 123456").await;
    }
    assert_eq!(worker.drain().await.unwrap(), 20);
    assert_eq!(centre.got(BIND).len(), 1);
    assert_eq!(centre.says(ENQUIRE, 8, b"").await.status, 0);
    centre.hangs_up().await;
    // The end of the session may be noticed by the first text only; nothing is lost by it.
    for _ in 0..2 {
        bench.text("Your code is 123456").await;
    }
    let mut sent = worker.drain().await.unwrap();
    bench.wait(5);
    sent += worker.drain().await.unwrap();
    assert_eq!(sent, 2);
    assert_eq!(centre.got(BIND).len(), 2);
}

#[tokio::test]
async fn who_is_unbound_binds_again_with_the_next_text() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    for binds in 1..=3 {
        bench.text("Your code is 123456").await;
        assert_eq!(worker.drain().await.unwrap(), 1);
        assert_eq!(centre.got(BIND).len(), binds);
        // The connection stays as it is: it is for us to end it.
        assert_eq!(centre.says(UNBIND, 7, b"").await.status, 0);
        centre.forget(UNBIND | RESPONSE);
    }
    let said = figures(&worker).await;
    assert_eq!((said.senders_down, said.retried), (0, 0));
}

#[tokio::test]
async fn another_alphabet_is_said() {
    for (alphabet, coding, octets) in [
        (Alphabet::Latin1, 3, &[0xe9, b'1'][..]),
        (Alphabet::Ucs2, 8, &[0, 0xe9, 0, b'1']),
    ] {
        let (bench, centre) = (Bench::new(), Centre::start().await);
        let worker = bench.worker_with(route_by(SmppConfig {
            alphabet,
            ..centre.config()
        }));
        bench.text("é1").await;
        assert_eq!(worker.drain().await.unwrap(), 1);
        let length = u8::try_from(octets.len()).unwrap();
        let end = [&[1, 0, coding, 0, length][..], octets].concat();
        assert!(centre.got(SUBMIT)[0].body.ends_with(&end), "{alphabet:?}");
    }
}

/// Time stands still but for waits.
#[tokio::test]
async fn a_centre_that_says_nothing_is_given_up_and_bound_to_again() {
    let (bench, centre) = (Bench::new(), Centre::start().await);
    let worker = bench.worker_with(centre.route());
    centre.answers(None);
    bench.text("Your code is 123456").await;
    tokio::time::pause();
    assert_eq!(worker.drain().await.unwrap(), 0);
    tokio::time::resume();
    assert_eq!(figures(&worker).await.senders_down, 1);
    centre.answers(Some(0));
    bench.wait(2);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(centre.got(BIND).len(), 2);
}

#[tokio::test]
async fn over_tls_to_whom_it_trusts() {
    for (name, trusted, sent) in [
        ("localhost", true, 1),
        ("localhost", false, 0),
        ("smsc.example.com", true, 0),
    ] {
        let (centre, authority) = Centre::over_tls(name).await;
        let (_, other) = Centre::over_tls(name).await;
        let config = SmppConfig {
            host: "localhost".to_owned(),
            tls: true,
            ..centre.config()
        };
        let authority = if trusted { authority } else { other };
        let password = Secret::new("secret08".to_owned());
        let smpp = Smpp::new(config, &password, Some(&authority)).unwrap();
        let bench = Bench::new();
        let worker = bench.worker_with(Route {
            sms: vec![Sender::Smpp(Box::new(smpp))],
            ..Route::default()
        });
        bench.text("Your code is 123456").await;
        assert_eq!(worker.drain().await.unwrap(), sent, "{name} {trusted}");
        assert_eq!(centre.got(BIND).len(), sent, "{name} {trusted}");
    }
}

#[tokio::test]
async fn in_clear_only_to_this_machine() {
    let centre = Centre::start().await;
    let config = SmppConfig {
        host: "smsc.example.com".to_owned(),
        ..centre.config()
    };
    let refused = Smpp::new(config, &Secret::new("x".to_owned()), None).err();
    let told = refused.unwrap().to_string();
    assert!(
        told.contains("texts in clear stay on this machine"),
        "{told}"
    );
}
