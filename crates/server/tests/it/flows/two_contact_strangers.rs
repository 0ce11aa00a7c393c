//! Strangers in a pool that signs in by address and by number (D9): they have what people have.

use std::collections::BTreeSet;

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, contact, pool_of};

/// Whether the schema requires both.
fn pool(both: bool) -> PoolConfig {
    let mut pool = pool_of(&[Email, PhoneNumber]);
    for spec in &mut pool.schema.0 {
        spec.required = both;
    }
    pool
}

fn names() -> impl Iterator<Item = String> {
    let mails = (0..20).map(|number| format!("nobody{number}@example.com"));
    let phones = (0..20).map(|number| format!("+12065551{number:03}"));
    let subs = (0..20).map(|number| format!("00000000-0000-4000-8000-{number:012}"));
    mails.chain(phones).chain(subs)
}

/// What is said of `name`: the ways in by a code, and where each code would go.
async fn told(t: &TestServer, name: &str) -> Vec<(String, String)> {
    let ways = t.start_any(name).await["AvailableChallenges"].clone();
    let mut told = Vec::new();
    let ways = ways
        .as_array()
        .unwrap()
        .iter()
        .map(|way| way.as_str().unwrap());
    for way in ways.filter(|way| way.ends_with("_OTP")) {
        let reply = t.start_with(name, way).await;
        assert_eq!(reply["ChallengeName"], way);
        let to = &reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"];
        told.push((way.to_owned(), to.as_str().unwrap().to_owned()));
    }
    told
}

fn ways(told: &[(String, String)]) -> Vec<&str> {
    told.iter().map(|(way, _)| way.as_str()).collect()
}

#[tokio::test]
async fn they_have_both_where_everybody_has() {
    let t = TestServer::with(pool(true)).await;
    for name in names() {
        assert_eq!(ways(&told(&t, &name).await), ["EMAIL_OTP", "SMS_OTP"]);
    }
}

#[tokio::test]
async fn some_have_one_and_some_have_both_where_people_do() {
    let t = TestServer::with(pool(false)).await;
    let mut shapes = BTreeSet::new();
    for name in names() {
        let told = told(&t, &name).await;
        let named_by = match name.chars().next() {
            Some('+') => "SMS_OTP",
            Some('n') => "EMAIL_OTP",
            _ => "sub",
        };
        assert!(
            named_by == "sub" || ways(&told).contains(&named_by),
            "{name}: {told:?}"
        );
        shapes.insert((named_by, ways(&told).join(" ")));
    }
    let both = "EMAIL_OTP SMS_OTP";
    let expected = [
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("EMAIL_OTP", both),
        ("SMS_OTP", both),
        ("SMS_OTP", "SMS_OTP"),
        ("sub", "EMAIL_OTP"),
        ("sub", both),
        ("sub", "SMS_OTP"),
    ];
    let expected = expected.map(|(by, ways)| (by, ways.to_owned()));
    assert_eq!(shapes, BTreeSet::from(expected));
}

#[tokio::test]
async fn each_is_the_same_stranger_every_time_and_after_a_restart() {
    let t = TestServer::with(pool(false)).await;
    let mut before = Vec::new();
    for name in names() {
        let first = told(&t, &name).await;
        assert_eq!(
            told(&t, &name.to_ascii_uppercase()).await.len(),
            first.len()
        );
        assert_eq!(told(&t, &name).await, first);
        before.push(first);
    }
    let t = t.restart().await;
    for (name, before) in names().zip(before) {
        assert_eq!(told(&t, &name).await, before);
    }
}

#[tokio::test]
async fn what_is_made_up_looks_like_what_is_on_record() {
    let t = TestServer::with(pool(true)).await;
    let mut seen = BTreeSet::new();
    for name in names() {
        for (way, to) in told(&t, &name).await {
            let letters: Vec<char> = to.chars().collect();
            let looks_right = match way.as_str() {
                "EMAIL_OTP" => matches!(
                    letters[..],
                    ['a'..='z', '*', '*', '*', '@', 'a'..='z', '*', '*', '*']
                ),
                _ => {
                    to.starts_with("+*******")
                        && to[8..].len() == 4
                        && to[8..].parse::<u16>().is_ok()
                }
            };
            assert!(looks_right, "{to}");
            seen.insert(to);
        }
    }
    assert!(seen.len() > 60, "{seen:?}");
}

#[tokio::test]
async fn a_known_name_is_answered_alike() {
    let t = TestServer::with(pool(true)).await;
    let (ann, phone, nobody) = ("ann@example.com", "+12065550123", "ada@example.com");
    let attributes = json!([
        {"Name": "email", "Value": ann}, {"Name": "phone_number", "Value": phone},
    ]);
    t.ok(
        "SignUp",
        json!({"Username": ann, "UserAttributes": attributes}),
    )
    .await;
    t.wait(30);
    let same = |mut reply: Value, way: &str| {
        reply["Session"] = json!(reply["Session"].as_str().unwrap().len());
        if way == "SMS_OTP" {
            reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] = json!("a number");
        }
        reply
    };
    for way in ["EMAIL_OTP", "SMS_OTP", "PASSWORD"] {
        let known = same(t.start_with(ann, way).await, way);
        let unknown = same(t.start_with(nobody, way).await, way);
        assert_eq!(known, unknown, "{way}");
    }
    // Whichever code is guessed at, guessing goes and ends alike.
    for way in ["EMAIL_OTP", "SMS_OTP"] {
        let mut answers = Vec::new();
        for name in [ann, nobody] {
            let session = t.start_with(name, way).await["Session"].clone();
            let body = TestServer::otp_to(way, name, session.as_str().unwrap(), "0");
            let mut given = Vec::new();
            for _ in 0..7 {
                given.push(t.refusal("RespondToAuthChallenge", body.clone()).await);
            }
            answers.push(given);
        }
        assert_eq!(answers[0], answers[1], "{way}");
    }
    let resend = |name: &str| t.ok("ResendConfirmationCode", json!({"Username": name}));
    assert_eq!(resend(ann).await, resend(nobody).await);
}

#[tokio::test]
async fn a_number_that_is_not_proved_yet_is_a_strangers() {
    let t = TestServer::with(pool(true)).await;
    let (ann, phone) = ("ann@example.com", "+12065550123");
    let attributes = json!([
        {"Name": "email", "Value": ann}, {"Name": "phone_number", "Value": phone},
    ]);
    let body = json!({"Username": ann, "UserAttributes": attributes});
    t.ok("SignUp", body).await;
    let reply = t.start_otp(phone).await;
    assert_eq!(reply["ChallengeName"], contact(phone).factor().as_str());
    assert!(t.mail_to(phone).await.is_empty());
    // And it can be signed up by whoever has it.
    let attributes = json!([{"Name": "email", "Value": "bob@example.com"}]);
    let body = json!({"Username": phone, "UserAttributes": attributes});
    t.ok("SignUp", body).await;
    assert_eq!(t.mail_to(phone).await.len(), 1);
}
