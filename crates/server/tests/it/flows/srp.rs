//! Signing in with a password that is not sent: `USER_SRP_AUTH`, `PASSWORD_SRP`, `PASSWORD_VERIFIER`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_domain::Clock as _;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Identity, PublicValue, Salt, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::passwords::{ANN, NOBODY, RIGHT, WRONG, in_clear, respond, with_passwords};
use crate::test_server::{Answer, TestServer, Tokens, claims};

pub(crate) const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";
const EXCEEDED: &str = "NotAuthorizedException: Password attempts exceeded";
pub(crate) const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";
pub(crate) const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";
const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";

fn client() -> Client {
    Client::new([9; 32])
}

/// `SRP_A` of [`client`].
pub(crate) fn a() -> String {
    client().public_value().to_hex()
}

pub(crate) fn start(name: &str) -> Value {
    let parameters = json!({"USERNAME": name, "SRP_A": a()});
    json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters})
}

pub(crate) async fn begin(t: &TestServer, name: &str) -> Value {
    t.ok("InitiateAuth", start(name)).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What a client with `password` claims at `timestamp`.
fn claim_at(t: &TestServer, asked: &Value, password: &str, timestamp: &str) -> Value {
    let identity = Identity {
        pool: t.pool.id.as_str().split_once('_').unwrap().1,
        user: text(&asked["ChallengeParameters"]["USER_ID_FOR_SRP"]),
    };
    signed(identity, asked, password, timestamp)
}

/// The same for whoever it is.
pub(crate) fn signed(
    identity: Identity<'_>,
    asked: &Value,
    password: &str,
    timestamp: &str,
) -> Value {
    let parameters = &asked["ChallengeParameters"];
    let block = text(&parameters["SECRET_BLOCK"]);
    let challenge = Challenge {
        salt: &Salt::from_hex(text(&parameters["SALT"])).unwrap(),
        b: &PublicValue::from_hex(text(&parameters["SRP_B"])).unwrap(),
        secret_block: &STANDARD.decode(block).unwrap(),
    };
    json!({
        "USERNAME": parameters["USERNAME"],
        "PASSWORD_CLAIM_SECRET_BLOCK": block,
        "PASSWORD_CLAIM_SIGNATURE": client().sign(identity, password, challenge, timestamp),
        "TIMESTAMP": timestamp,
    })
}

/// The server's time, so many seconds off, as clients write it.
pub(crate) fn timestamp(t: &TestServer, off: i64) -> String {
    let seconds = t.clock.now().seconds() + off;
    Timestamp::from_unix_seconds(seconds).unwrap().to_string()
}

pub(crate) fn claim(t: &TestServer, asked: &Value, password: &str) -> Value {
    claim_at(t, asked, password, &timestamp(t, 0))
}

pub(crate) fn verifier(asked: &Value, responses: &Value) -> Value {
    respond("PASSWORD_VERIFIER", &asked["Session"], responses)
}

pub(crate) async fn answer(t: &TestServer, asked: &Value, password: &str) -> Answer {
    let body = verifier(asked, &claim(t, asked, password));
    t.call("RespondToAuthChallenge", body).await
}

pub(crate) async fn refused(t: &TestServer, body: Value) -> String {
    t.refusal("RespondToAuthChallenge", body).await
}

/// Starts and claims with `password`.
pub(crate) async fn attempt(t: &TestServer, name: &str, password: &str) -> Answer {
    let asked = begin(t, name).await;
    answer(t, &asked, password).await
}

/// The same on the device with that key.
pub(crate) async fn signs_in_on(t: &TestServer, name: &str, password: &str, key: &str) -> Value {
    let mut body = start(name);
    body["AuthParameters"]["DEVICE_KEY"] = json!(key);
    let asked = t.ok("InitiateAuth", body).await;
    let mut body = verifier(&asked, &claim(t, &asked, password));
    body["ChallengeResponses"]["DEVICE_KEY"] = json!(key);
    t.ok("RespondToAuthChallenge", body).await
}

pub(crate) fn said(answer: &Answer) -> String {
    let part = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
    format!("{}: {}", part("__type"), part("message"))
}

#[tokio::test]
async fn the_right_password_signs_in() {
    let t = TestServer::start().await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    let asked = begin(&t, "Ann@Example.com").await;
    let parameters = &asked["ChallengeParameters"];
    let text_of = |name: &str| text(&parameters[name]).to_owned();
    assert_eq!(
        asked,
        json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "Session": asked["Session"],
            "ChallengeParameters": {
                "SALT": text_of("SALT"), "SRP_B": text_of("SRP_B"),
                "SECRET_BLOCK": text_of("SECRET_BLOCK"),
                "USERNAME": sub, "USER_ID_FOR_SRP": sub,
            },
        })
    );
    assert_eq!(text_of("SALT").len(), 32);
    assert!((760..=768).contains(&text_of("SRP_B").len()));
    let tokens = Tokens::of(&answer(&t, &asked, RIGHT).await.body);
    for token in [&tokens.id, &tokens.access] {
        assert_eq!(claims(token)["sub"], sub);
        assert_eq!(claims(token)["amr"], json!(["pwd"]));
        assert_eq!(claims(token)["acr"], "urn:cognito:loa:1");
    }
    assert_eq!(said(&answer(&t, &asked, RIGHT).await), USED);
}

#[tokio::test]
async fn a_client_may_send_the_secret_block_alone() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let asked = begin(&t, ANN).await;
    let mut body = verifier(&asked, &claim(&t, &asked, RIGHT));
    body.as_object_mut().unwrap().remove("Session");
    let reply = t.ok("RespondToAuthChallenge", body.clone()).await;
    assert!(!Tokens::of(&reply).refresh.is_empty());
    assert_eq!(refused(&t, body).await, USED);
}

#[tokio::test]
async fn the_typed_name_answers_too_and_no_other() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("eve@example.com", RIGHT).await;
    for (name, taken) in [(ANN, true), ("eve@example.com", false)] {
        let asked = begin(&t, ANN).await;
        let mut responses = claim(&t, &asked, RIGHT);
        responses["USERNAME"] = json!(name);
        let answer = t.call("RespondToAuthChallenge", verifier(&asked, &responses));
        let answer = answer.await;
        assert_eq!(answer.status.is_success(), taken, "{name}");
        assert!(taken || said(&answer) == INVALID);
    }
}

#[tokio::test]
async fn a_wrong_claim_spends_its_session() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let asked = begin(&t, ANN).await;
    assert_eq!(said(&answer(&t, &asked, WRONG).await), INCORRECT);
    assert_eq!(said(&answer(&t, &asked, RIGHT).await), USED);
    assert!(attempt(&t, ANN, RIGHT).await.status.is_success());
}

#[tokio::test]
async fn what_is_no_public_value_is_refused() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let twice = format!("1{}", "f".repeat(768));
    for (a, why) in [
        ("0", "expected a number between 0 and the group's prime"),
        ("00000", "expected a number between 0 and the group's prime"),
        (PRIME, "expected a number between 0 and the group's prime"),
        (
            &format!("00{PRIME}"),
            "expected a number between 0 and the group's prime",
        ),
        (&twice, "expected a number between 0 and the group's prime"),
        ("xyz", "expected hexadecimal digits alone"),
    ] {
        let parameters = json!({"USERNAME": ANN, "SRP_A": a});
        let body = json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            format!("InvalidParameterException: Invalid SRP_A: {why}")
        );
    }
    for (parameters, missing) in [
        (json!({"USERNAME": ANN}), "SRP_A"),
        (json!({"SRP_A": a()}), "USERNAME"),
    ] {
        let body = json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            format!("InvalidParameterException: Missing required parameter {missing}")
        );
    }
}

#[tokio::test]
async fn every_part_of_a_claim_is_needed_and_signed() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    for name in [
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "PASSWORD_CLAIM_SIGNATURE",
        "TIMESTAMP",
        "USERNAME",
    ] {
        let asked = begin(&t, ANN).await;
        let mut responses = claim(&t, &asked, RIGHT);
        responses.as_object_mut().unwrap().remove(name);
        assert_eq!(
            refused(&t, verifier(&asked, &responses)).await,
            format!("InvalidParameterException: Missing required parameter {name}")
        );
    }
    for (name, value, expected) in [
        ("PASSWORD_CLAIM_SIGNATURE", "AAAA".to_owned(), INCORRECT),
        (
            "PASSWORD_CLAIM_SIGNATURE",
            "not base64".to_owned(),
            INCORRECT,
        ),
        ("TIMESTAMP", timestamp(&t, 1), INCORRECT),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "AAAA".to_owned(), INVALID),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "%".to_owned(), INVALID),
    ] {
        let asked = begin(&t, ANN).await;
        let mut responses = claim(&t, &asked, RIGHT);
        responses[name] = json!(value);
        let body = verifier(&asked, &responses);
        assert_eq!(refused(&t, body).await, expected, "{name}");
    }
}

#[tokio::test]
async fn two_sign_ins_do_not_mix() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let (one, two) = (begin(&t, ANN).await, begin(&t, ANN).await);
    assert_ne!(
        one["ChallengeParameters"]["SRP_B"],
        two["ChallengeParameters"]["SRP_B"]
    );
    let mut mixed = verifier(&one, &claim(&t, &one, RIGHT));
    mixed["Session"] = two["Session"].clone();
    assert_eq!(refused(&t, mixed).await, INVALID);
    let mut swapped = claim(&t, &one, RIGHT);
    swapped["PASSWORD_CLAIM_SECRET_BLOCK"] = two["ChallengeParameters"]["SECRET_BLOCK"].clone();
    assert_eq!(refused(&t, verifier(&two, &swapped)).await, INCORRECT);
}

#[tokio::test]
async fn a_timestamp_is_of_now() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let far =
        "InvalidParameterException: TIMESTAMP is more than five minutes from the server's time.";
    for off in [-301, 301, 86_400 * 365] {
        let asked = begin(&t, ANN).await;
        let responses = claim_at(&t, &asked, RIGHT, &timestamp(&t, off));
        assert_eq!(
            refused(&t, verifier(&asked, &responses)).await,
            far,
            "{off}"
        );
    }
    for off in [-300, 300] {
        let asked = begin(&t, ANN).await;
        let responses = claim_at(&t, &asked, RIGHT, &timestamp(&t, off));
        t.ok("RespondToAuthChallenge", verifier(&asked, &responses))
            .await;
    }
    for written in [
        "2026-11-22T12:00:00Z",
        "Sun Nov 22 12:00:00 GMT 2026",
        "Mon Nov 22 12:00:00 UTC 2026",
        "so",
    ] {
        let asked = begin(&t, ANN).await;
        let responses = claim_at(&t, &asked, RIGHT, written);
        assert_eq!(
            refused(&t, verifier(&asked, &responses)).await,
            "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
        );
    }
}

#[tokio::test]
async fn a_start_holds_until_its_session_ends_also_over_a_restart() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let late = begin(&t, ANN).await;
    t.wait(180);
    assert_eq!(
        said(&answer(&t, &late, RIGHT).await),
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
    let asked = begin(&t, ANN).await;
    t.wait(179);
    let t = t.restart().await;
    assert!(answer(&t, &asked, RIGHT).await.status.is_success());
}

#[tokio::test]
async fn nobody_is_told_from_somebody() {
    let t = TestServer::start().await;
    let passwordless = "bob@example.com";
    t.register_with_password(ANN, RIGHT).await;
    t.register(passwordless).await;
    let mut shapes = Vec::new();
    for name in [ANN, NOBODY, passwordless] {
        let asked = begin(&t, name).await;
        let again = begin(&t, &name.to_ascii_uppercase()).await;
        for same in ["SALT", "USERNAME", "USER_ID_FOR_SRP"] {
            let of = |asked: &Value| asked["ChallengeParameters"][same].clone();
            assert_eq!(of(&asked), of(&again), "{name} {same}");
        }
        let parameters = asked["ChallengeParameters"].as_object().unwrap();
        let mut shape: Vec<_> = parameters
            .iter()
            .filter(|(key, _)| *key != "SRP_B")
            .map(|(key, value)| (key.clone(), text(value).len()))
            .collect();
        shape.push(("Session".to_owned(), text(&asked["Session"]).len()));
        shapes.push(shape);
        let mut refusals = vec![said(&answer(&t, &asked, WRONG).await)];
        for _ in 0..4 {
            refusals.push(said(&attempt(&t, name, WRONG).await));
        }
        assert_eq!(refusals, [INCORRECT; 5], "{name}");
        assert_eq!(t.refusal("InitiateAuth", start(name)).await, EXCEEDED);
    }
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(shapes[0], shapes[2]);
    let t = {
        let salt = |asked: &Value| asked["ChallengeParameters"]["SALT"].clone();
        t.wait(1);
        let before = salt(&begin(&t, NOBODY).await);
        let t = t.restart().await;
        assert_eq!(salt(&begin(&t, NOBODY).await), before);
        t
    };
    assert!(t.mail_to(NOBODY).await.is_empty());
}

#[tokio::test]
async fn guesses_by_srp_and_in_clear_are_counted_together() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let begun = begin(&t, ANN).await;
    for _ in 0..2 {
        assert_eq!(said(&attempt(&t, ANN, WRONG).await), INCORRECT);
    }
    for _ in 0..3 {
        let refusal = t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
        assert_eq!(refusal, INCORRECT);
    }
    assert_eq!(said(&answer(&t, &begun, RIGHT).await), EXCEEDED);
    assert_eq!(t.refusal("InitiateAuth", start(ANN)).await, EXCEEDED);
    t.wait(1);
    assert!(answer(&t, &begun, RIGHT).await.status.is_success());
    for _ in 0..4 {
        assert_eq!(said(&attempt(&t, ANN, WRONG).await), INCORRECT);
    }
    assert!(attempt(&t, ANN, RIGHT).await.status.is_success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_16_right_claims_signs_in() {
    let t = Arc::new(TestServer::start().await);
    t.register_with_password(ANN, RIGHT).await;
    for _ in 0..5 {
        let asked = begin(&t, ANN).await;
        let body = verifier(&asked, &claim(&t, &asked, RIGHT));
        let mut calls = JoinSet::new();
        for _ in 0..16 {
            let (t, body) = (Arc::clone(&t), body.clone());
            calls.spawn(async move { t.call("RespondToAuthChallenge", body).await });
        }
        let answers = calls.join_all().await;
        let won = answers.iter().filter(|answer| answer.status.is_success());
        assert_eq!(won.count(), 1);
        let used = answers.iter().filter(|answer| said(answer) == USED);
        assert_eq!(used.count(), 15);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_of_16_wrong_claims_are_looked_at() {
    let t = Arc::new(TestServer::start().await);
    t.register_with_password(ANN, RIGHT).await;
    for name in [ANN, NOBODY] {
        let mut bodies = Vec::new();
        for _ in 0..16 {
            let asked = begin(&t, name).await;
            bodies.push(verifier(&asked, &claim(&t, &asked, WRONG)));
        }
        let mut calls = JoinSet::new();
        for body in bodies {
            let t = Arc::clone(&t);
            calls.spawn(async move { t.call("RespondToAuthChallenge", body).await });
        }
        let answers: Vec<_> = calls.join_all().await.iter().map(said).collect();
        let count = |text| answers.iter().filter(|said| *said == text).count();
        assert_eq!((count(INCORRECT), count(EXCEEDED)), (5, 11), "{answers:?}");
    }
}
