//! Senders that are somebody's HTTP API: what they send, to the letter, and what they make of answers.
//! The servers have the shapes of the providers' documentation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_delivery::mail::postmark::Postmark;
use poolhouse_delivery::mail::resend::Resend;
use poolhouse_delivery::mail::ses::Ses;
use poolhouse_delivery::sms::sns::Sns;
use poolhouse_delivery::sms::twilio::Twilio;
use poolhouse_delivery::webhook::Webhook;
use poolhouse_delivery::{Failure, Http, Post, Sender};
use poolhouse_domain::delivery::{
    ApiConfig, AwsConfig, SecretPlace, SnsConfig, TwilioConfig, TwilioSender, WebhookConfig,
};
use poolhouse_domain::message::{Channel, Link, Message};
use poolhouse_domain::{Secret, Timestamp};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::bench::{Bench, mail, pool};

mod failures;

/// A provider on this machine.
struct Provider {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: Arc<Mutex<Answer>>,
    _serving: JoinSet<()>,
}

#[derive(Clone, Debug)]
struct Asked {
    path: String,
    headers: HeaderMap,
    body: String,
}

type Answer = (u16, Option<(&'static str, &'static str)>, &'static str);
type Shared = (Arc<Mutex<Vec<Asked>>>, Arc<Mutex<Answer>>);

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::default();
        let answer = Arc::new(Mutex::new((200, None, "{}")));
        let shared: Shared = (Arc::clone(&asked), Arc::clone(&answer));
        let router = Router::new().fallback(record).with_state(shared);
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            asked,
            answer,
            _serving: serving,
        }
    }

    fn answers(&self, status: u16, body: &'static str) {
        *self.answer.lock().unwrap() = (status, None, body);
    }

    fn last(&self) -> Asked {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

async fn record(
    State((asked, answer)): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    asked.lock().unwrap().push(Asked {
        path: uri.to_string(),
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let (status, header, body) = *answer.lock().unwrap();
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static(value));
    }
    (StatusCode::from_u16(status).unwrap(), headers, body)
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The fields of a form.
    fn form(&self) -> BTreeMap<String, String> {
        assert_eq!(
            self.header("content-type"),
            "application/x-www-form-urlencoded"
        );
        let fields = self.body.split('&').map(|field| {
            let (name, value) = field.split_once('=').unwrap();
            (decoded(name), decoded(value))
        });
        fields.collect()
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

fn text(to: &str, text: &str) -> Message {
    Message {
        channel: Channel::Sms,
        to: to.to_owned(),
        subject: String::new(),
        text: Secret::new(text.to_owned()),
        html: None,
        link: None,
        code: Secret::new("123456".to_owned()),
        from: None,
    }
}

/// Sends `message` at 2026-11-22T12:00:00Z; it is good for three minutes.
async fn send(sender: &Sender, message: &Message) -> (String, Result<(), Failure>) {
    let bench = Bench::new();
    let posted = message.clone();
    let id = bench
        .store
        .write::<_, poolhouse_store::StoreError, _>(move |txn| {
            let (sub, at) = (poolhouse_domain::Sub::new("s"), Timestamp::from_seconds(0));
            txn.outbox_insert(&pool(), &sub, &posted, at, at)
        });
    let id = id.await.unwrap();
    let noon = 1_795_348_800;
    let post = Post {
        id: &id,
        pool: &pool(),
        message,
        written_at: Timestamp::from_seconds(noon),
        deadline: Timestamp::from_seconds(noon + 180),
        now: Timestamp::from_seconds(noon),
    };
    let sent = sender.send(&post).await;
    (id.as_str().to_owned(), sent)
}

fn secret() -> Secret<String> {
    Secret::new("the secret of more than 24 bytes".to_owned())
}

fn place() -> SecretPlace {
    SecretPlace::Environment("SECRET".to_owned())
}

fn http() -> Http {
    Http::new().unwrap()
}

fn aws(provider: &Provider) -> AwsConfig {
    AwsConfig {
        region: "eu-west-1".to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: place(),
        endpoint: Some(provider.url.clone()),
    }
}

fn api(provider: &Provider) -> ApiConfig {
    ApiConfig {
        key: place(),
        endpoint: Some(provider.url.clone()),
    }
}

fn twilio(provider: &Provider, sender: TwilioSender) -> Sender {
    let config = TwilioConfig {
        account_sid: "AC123".to_owned(),
        auth_token: place(),
        sender,
        endpoint: Some(provider.url.clone()),
    };
    Sender::Twilio(Twilio::new(http(), &config, &secret()).unwrap())
}

fn webhook(provider: &Provider) -> Sender {
    let config = WebhookConfig {
        url: format!("{}/send?x=y", provider.url),
        secret: place(),
    };
    Sender::Webhook(Webhook::new(http(), &config, &secret()).unwrap())
}

/// Checks the signature with the keys of the chain that AWS documents, computed here anew.
fn check_sigv4(asked: &Asked, service: &str) {
    use aws_lc_rs::digest::{SHA256, digest};
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    let (kind, host) = (asked.header("content-type"), asked.header("host"));
    let date = asked.header("x-amz-date");
    assert_eq!(date, "20261122T120000Z");
    let body = hex(digest(&SHA256, asked.body.as_bytes()).as_ref());
    let signed = "content-type;host;x-amz-date";
    let canonical = format!(
        "POST\n{}\n\ncontent-type:{kind}\nhost:{host}\nx-amz-date:{date}\n\n{signed}\n{body}",
        asked.path
    );
    let scope = format!("20261122/eu-west-1/{service}/aws4_request");
    let hash = hex(digest(&SHA256, canonical.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
    let mut key = format!("AWS4{}", secret().expose()).into_bytes();
    for part in scope.split('/') {
        key = sign(&Key::new(HMAC_SHA256, &key), part.as_bytes())
            .as_ref()
            .to_vec();
    }
    let signature = hex(sign(&Key::new(HMAC_SHA256, &key), to_sign.as_bytes()).as_ref());
    assert_eq!(
        asked.header("authorization"),
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={signed}, \
             Signature={signature}"
        )
    );
}

#[tokio::test]
async fn ses_gets_the_mail_as_it_is() {
    let provider = Provider::start().await;
    provider.answers(200, r#"{"MessageId":"0100017a"}"#);
    let sender = Sender::Ses(Ses::new(http(), &aws(&provider), secret()).unwrap());
    let (id, sent) = send(&sender, &mail("ann@example.com", "123456")).await;
    sent.unwrap();
    let asked = provider.last();
    assert_eq!(asked.path, "/v2/email/outbound-emails");
    check_sigv4(&asked, "ses");
    let json = asked.json();
    assert_eq!(json["FromEmailAddress"], "Acme <login@example.com>");
    assert_eq!(json["Destination"]["ToAddresses"][0], "ann@example.com");
    let mime = STANDARD
        .decode(json["Content"]["Raw"]["Data"].as_str().unwrap())
        .unwrap();
    let mime = String::from_utf8(mime).unwrap();
    assert!(
        mime.contains(&format!("Message-ID: <{id}@example.com>")),
        "{mime}"
    );
}

#[tokio::test]
async fn resend_gets_its_parts() {
    let provider = Provider::start().await;
    provider.answers(200, r#"{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}"#);
    let sender = Sender::Resend(Resend::new(http(), &api(&provider), &secret()).unwrap());
    let (id, sent) = send(&sender, &mail("ann@example.com", "123456")).await;
    sent.unwrap();
    let asked = provider.last();
    assert_eq!(asked.path, "/emails");
    let bearer = format!("Bearer {}", secret().expose());
    assert_eq!(asked.header("authorization"), bearer);
    assert_eq!(asked.header("idempotency-key"), id);
    let json = asked.json();
    assert_eq!(json["from"], "Acme <login@example.com>");
    assert_eq!(json["to"][0], "ann@example.com");
    assert_eq!(
        (&json["subject"], &json["text"]),
        (&"Your code".into(), &"It is 123456".into())
    );
    assert!(json["html"].as_str().unwrap().contains("123456"));
    assert_eq!(json["headers"]["Auto-Submitted"], "auto-generated");
}

#[tokio::test]
async fn postmark_gets_its_parts_and_tracks_nothing() {
    let provider = Provider::start().await;
    provider.answers(200, r#"{"ErrorCode":0,"Message":"OK"}"#);
    let sender = Sender::Postmark(Postmark::new(http(), &api(&provider), &secret()).unwrap());
    let mut message = mail("ann@example.com", "123456");
    message.from.as_mut().unwrap().reply_to = Some("help@example.com".to_owned());
    let (id, sent) = send(&sender, &message).await;
    sent.unwrap();
    let asked = provider.last();
    assert_eq!(asked.path, "/email");
    assert_eq!(asked.header("x-postmark-server-token"), secret().expose());
    let json = asked.json();
    assert_eq!(
        (&json["TrackOpens"], &json["TrackLinks"]),
        (&false.into(), &"None".into())
    );
    assert_eq!(json["To"], "ann@example.com");
    assert_eq!(json["ReplyTo"], "help@example.com");
    assert_eq!(json["Headers"][0]["Value"], format!("<{id}@example.com>"));
}

#[tokio::test]
async fn twilio_gets_a_form() {
    let provider = Provider::start().await;
    provider.answers(201, r#"{"sid":"SM1","status":"queued"}"#);
    let from = TwilioSender::From("+12065550100".to_owned());
    let words = "Größe & 50 % = 123456\n\n@example.com #123456";
    let (_, sent) = send(&twilio(&provider, from), &text("+4915123456789", words)).await;
    sent.unwrap();
    let asked = provider.last();
    assert_eq!(asked.path, "/2010-04-01/Accounts/AC123/Messages.json");
    let basic = STANDARD.encode(format!("AC123:{}", secret().expose()));
    assert_eq!(asked.header("authorization"), format!("Basic {basic}"));
    let expected = [
        ("Body", words),
        ("From", "+12065550100"),
        ("To", "+4915123456789"),
        ("ValidityPeriod", "180"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(asked.form(), expected.into());

    let service = TwilioSender::MessagingService("MG1".to_owned());
    let (_, sent) = send(&twilio(&provider, service), &text("+4915123456789", "x")).await;
    sent.unwrap();
    assert_eq!(provider.last().form()["MessagingServiceSid"], "MG1");
}

#[tokio::test]
async fn sns_gets_a_signed_form() {
    let provider = Provider::start().await;
    provider.answers(
        200,
        "<PublishResponse><MessageId>1</MessageId></PublishResponse>",
    );
    for (sender_id, fields) in [(None, 7), (Some("ACME".to_owned()), 10)] {
        let config = SnsConfig {
            aws: aws(&provider),
            sender_id,
        };
        let sender = Sender::Sns(Sns::new(http(), &config, secret()).unwrap());
        let (_, sent) = send(&sender, &text("+4915123456789", "Code 123456")).await;
        sent.unwrap();
        let asked = provider.last();
        check_sigv4(&asked, "sns");
        let form = asked.form();
        assert_eq!(form.len(), fields);
        assert_eq!(
            (form["Action"].as_str(), form["Version"].as_str()),
            ("Publish", "2010-03-31")
        );
        assert_eq!(form["PhoneNumber"], "+4915123456789");
        assert_eq!(form["Message"], "Code 123456");
        let kind = "MessageAttributes.entry.1.Value.StringValue";
        assert_eq!(form[kind], "Transactional");
    }
}

#[tokio::test]
async fn a_webhook_is_told_everything_and_can_check_who_calls() {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, verify};
    let provider = Provider::start().await;
    let sender = webhook(&provider);
    let mut linked = mail("ann@example.com", "123456");
    linked.link = Some(Link {
        url: Secret::new("https://app.example.com/#code=123456".to_owned()),
        words: "Sign in".to_owned(),
    });
    for message in [
        mail("ann@example.com", "123456"),
        linked,
        text("+12065550123", "Code 123456"),
    ] {
        let (id, sent) = send(&sender, &message).await;
        sent.unwrap();
        let asked = provider.last();
        assert_eq!(asked.path, "/send?x=y");
        assert_eq!(asked.header("webhook-id"), id);
        assert_eq!(asked.header("webhook-timestamp"), "1795348800");
        let signature = asked
            .header("webhook-signature")
            .strip_prefix("v1,")
            .unwrap();
        let signed = format!("{id}.1795348800.{}", asked.body);
        let key = Key::new(HMAC_SHA256, secret().expose().as_bytes());
        let signature = STANDARD.decode(signature).unwrap();
        verify(&key, signed.as_bytes(), &signature).unwrap();

        let json = asked.json();
        assert_eq!(
            (&json["id"], &json["pool"]),
            (&id.into(), &pool().as_str().into())
        );
        assert_eq!(
            (&json["to"], &json["code"]),
            (&message.to.as_str().into(), &"123456".into())
        );
        assert_eq!(json["expires_at"], "2026-11-22T12:03:00Z");
        let is_mail = message.channel == Channel::Email;
        assert_eq!(json["channel"], if is_mail { "email" } else { "sms" });
        for name in ["subject", "html", "from", "reply_to"] {
            assert_eq!(json.get(name).is_some(), is_mail, "{name}");
        }
        let link = message.link.map(|link| link.url.expose().clone());
        assert_eq!(json.get("link"), link.map(Value::from).as_ref());
    }
}

#[tokio::test]
async fn texts_go_by_the_senders_of_texts() {
    let (bench, provider) = (Bench::new(), Provider::start().await);
    let route = poolhouse_delivery::Route {
        sms: vec![webhook(&provider)],
        ..Default::default()
    };
    let worker = bench.worker_with(route);
    let minute = std::time::Duration::from_mins(1);
    bench
        .post_to(&pool(), text("+12065550123", "Code 1"), minute)
        .await;
    bench.post("ann@example.com", "2").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(provider.last().json()["to"], "+12065550123");
}
